// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Task} from "../../contracts/tasks/TaskSlot.sol";
import {Kind} from "./Actions.sol";
import {cheats} from "./Cheats.sol";
import {Step} from "./Machine.sol";
import {Payoffs} from "./Payoffs.sol";
import {WordSet, WordSets} from "./WordSet.sol";

/// @notice Tries every action in every state that any order of actions leads to, on the real bytecode, and writes down what happened.
/// @dev State is undone by reverting frames, so what has to last stays in the memory of the outermost one. `scripts/explore.ts` reads what
/// it writes and judges it; here stands only what has to be asked of the chain.
contract ExplorationTest is Payoffs {
    /// @dev How far to go: words of memory bound what can be kept, and passing a bound is a failure, never a smaller search.
    struct Search {
        /// @dev Most actions in a row, waiting not counted. 0: no bound, and states are told apart by what matters alone.
        uint256 depth;
        /// @dev By node: its depth, the node before it, and the action that led to it.
        uint256[] nodes;
        uint256 nodeCount;
        uint256[] queue;
        uint256 queued;
        uint256[] later;
        uint256 laterCount;
        uint256 deepest;
        uint256 attempts;
        WordSet visited;
        WordSet edges;
        WordSet refusals;
        /// @dev What is written: eleven words for each edge, then one for each kind of refusal.
        uint256[] edgeWords;
        uint256[] refusalWords;
    }

    uint256 private constant EDGE_WORDS = 10;

    /// @dev What the people had before the action that is tried.
    int256[PEOPLE] private _before;
    Task[MOST_TASKS] private _tasksBefore;

    /// @dev How frames answer: everything that they did is undone.
    error Attempted(Step step);
    error Expanded(Step[] steps);
    error Left();

    error Broken(bytes path, bytes reason);

    function test_explore() public {
        _start(Configuration(cheats.envUint("EXPLORE_CONFIGURATION")), cheats.envUint("EXPLORE_TASKS"));
        Search memory search = _newSearch(cheats.envUint("EXPLORE_DEPTH"), cheats.envUint("EXPLORE_BITS"));
        (uint256 state, bytes32 exact) = _stateNow();
        search.visited.add(search.depth == 0 ? _word(state) : exact);
        _enqueue(search, 0, 0);
        for (uint256 next; next < search.queued || search.laterCount != 0; ++next) {
            if (next == search.queued) {
                (search.queue, search.later) = (search.later, search.queue);
                (search.queued, search.laterCount) = (search.laterCount, 0);
                next = 0;
            }
            _expand(search, search.queue[next]);
        }
        _write(search);
    }

    /// @dev In a frame of its own: replays a path, looks whether there is a way out, and tries every action.
    function expand(bytes calldata path, bytes calldata actions) external {
        for (uint256 i; i < path.length; ++i) require(_step(uint8(path[i])) == 0, "a step that was possible no longer is");
        _expectRevert(abi.encodeCall(this.exit, ()), Left.selector);
        Step[] memory steps = new Step[](actions.length + 1);
        (steps[0].state, ) = _stateNow();
        _before = _wealth();
        for (uint256 i; i < taskCount; ++i) _tasksBefore[i] = escrow.taskOf(taskIds[i]);
        for (uint256 i; i < actions.length; ++i) {
            bytes memory answer = _expectRevert(abi.encodeCall(this.attempt, (uint8(actions[i]))), Attempted.selector);
            steps[i + 1] = abi.decode(answer, (Step));
        }
        revert Expanded(steps);
    }

    function attempt(uint8 action) external {
        Step memory step;
        step.refusal = _step(action);
        if (step.refusal != 0) revert Attempted(step);
        uint256 index = action >> 6;
        _requireToken(_tasksBefore[index], escrow.taskOf(taskIds[index]));
        (step.state, step.exact) = _stateNow();
        _requireConservation();
        int256[PEOPLE] memory wealth = _wealth();
        for (uint256 i; i < PEOPLE; ++i) step.gains[i] = wealth[i] - _before[i];
        revert Attempted(step);
    }

    function exit() external {
        _requireExit();
        revert Left();
    }

    function _expand(Search memory search, uint256 node) private {
        uint256 free = _freeMemory();
        bytes memory path = _pathTo(search, node);
        uint256 depth = search.nodes[node] >> 64;
        bool isLast = search.depth != 0 && depth == search.depth;
        bytes memory actions = isLast ? bytes(hex"00") : _actions();
        (bool isDone, bytes memory answer) = address(this).call(abi.encodeCall(this.expand, (path, actions)));
        if (isDone || bytes4(answer) != Expanded.selector) revert Broken(path, answer);
        Step[] memory steps = abi.decode(_tail(answer), (Step[]));
        for (uint256 i; i < actions.length; ++i) _learn(search, node, uint8(actions[i]), steps[0].state, steps[i + 1]);
        // All that lasts was there before: the rest of memory is used again.
        _setFreeMemory(free);
    }

    function _learn(Search memory search, uint256 node, uint8 action, uint256 state, Step memory step) private pure {
        search.attempts += 1;
        if (step.refusal != 0) {
            uint256 taskState = (state >> (6 + 72 * uint256(action >> 6))) & 15;
            uint256 word = (taskState << 48) | (uint256(action) << 40) | uint32(step.refusal);
            if (search.refusals.add(_word(word))) search.refusalWords[search.refusals.count - 1] = word;
            return;
        }
        bytes32 edge = keccak256(abi.encode(state, action, step.state, step.gains));
        if (search.edges.add(edge)) {
            uint256 place = (search.edges.count - 1) * EDGE_WORDS;
            search.edgeWords[place] = state;
            search.edgeWords[place + 1] = action;
            search.edgeWords[place + 2] = step.state;
            for (uint256 i; i < PEOPLE; ++i) search.edgeWords[place + 3 + i] = uint256(step.gains[i]);
        }
        if (search.visited.add(search.depth == 0 ? _word(step.state) : step.exact)) _enqueue(search, node, action);
    }

    function _enqueue(Search memory search, uint256 before, uint8 action) private pure {
        uint256 depth = search.nodeCount == 0 ? 0 : search.nodes[before] >> 64;
        bool isWaiting = Kind(action & 63) == Kind.Tick;
        if (!isWaiting) ++depth;
        if (depth > search.deepest) search.deepest = depth;
        uint256 node = search.nodeCount++;
        search.nodes[node] = (depth << 64) | (before << 8) | action;
        // Waiting is no action: a state is met first by as few actions as lead to it.
        if (isWaiting) search.queue[search.queued++] = node;
        else search.later[search.laterCount++] = node;
    }

    function _pathTo(Search memory search, uint256 node) private pure returns (bytes memory path) {
        uint256 length;
        for (uint256 place = node; place != 0; place = (search.nodes[place] >> 8) & type(uint56).max) ++length;
        path = new bytes(length);
        for (uint256 place = node; place != 0; place = (search.nodes[place] >> 8) & type(uint56).max)
            path[--length] = bytes1(uint8(search.nodes[place]));
    }

    /// @dev Of a single task everything. Of a family what its members have to do with each other, to stay within reach.
    function _actions() private view returns (bytes memory actions) {
        if (taskCount == 1) {
            actions = new bytes(uint256(Kind.End));
            for (uint256 i; i < actions.length; ++i) actions[i] = bytes1(uint8(i));
            return actions;
        }
        Kind[16] memory kinds = [
            Kind.Cancel,
            Kind.Expire,
            Kind.ClaimSecond,
            Kind.Submit,
            Kind.Lapse,
            Kind.GiveUp,
            Kind.DecideNothing,
            Kind.DecideHalf,
            Kind.Settle,
            Kind.SplitHalf,
            Kind.OpenChild,
            Kind.CloseChild,
            Kind.SubmitChecked,
            Kind.DecideAll,
            Kind.Open,
            Kind.HireSecond
        ];
        actions = new bytes(1 + kinds.length * taskCount);
        for (uint256 task; task < taskCount; ++task) {
            for (uint256 i; i < kinds.length; ++i) {
                Kind kind = task == 0 && kinds[i] == Kind.ClaimSecond ? Kind.ClaimFirst : kinds[i];
                actions[1 + task * kinds.length + i] = bytes1(uint8(kind) | uint8(task << 6));
            }
        }
    }

    function _expectRevert(bytes memory data, bytes4 selector) private returns (bytes memory) {
        (bool isDone, bytes memory answer) = address(this).call(data);
        if (isDone || bytes4(answer) != selector) _bubble(answer);
        return _tail(answer);
    }

    function _newSearch(uint256 depth, uint256 bits) private pure returns (Search memory search) {
        uint256 capacity = 1 << bits;
        search.depth = depth;
        search.nodes = new uint256[](capacity);
        search.queue = new uint256[](capacity);
        search.later = new uint256[](capacity);
        search.visited = WordSets.create(bits + 1);
        search.edges = WordSets.create(bits + 2);
        search.refusals = WordSets.create(12);
        search.edgeWords = new uint256[](2 * capacity * EDGE_WORDS);
        search.refusalWords = new uint256[](1 << 11);
    }

    function _write(Search memory search) private {
        uint256 edgeLength = search.edges.count * EDGE_WORDS;
        uint256[] memory edgeWords = search.edgeWords;
        uint256[] memory refusalWords = search.refusalWords;
        uint256 refusalLength = search.refusals.count;
        // Cut to what is used.
        assembly ("memory-safe") {
            mstore(edgeWords, edgeLength)
            mstore(refusalWords, refusalLength)
        }
        uint256[5] memory head = [search.nodeCount, search.edges.count, refusalLength, search.attempts, search.deepest];
        cheats.writeFileBinary("out/recording.bin", abi.encodePacked(head, edgeWords, refusalWords));
    }

    function _bubble(bytes memory answer) private pure {
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    /// @dev Without the selector.
    function _tail(bytes memory answer) private pure returns (bytes memory tail) {
        tail = new bytes(answer.length - 4);
        assembly ("memory-safe") {
            mcopy(add(tail, 0x20), add(answer, 0x24), mload(tail))
        }
    }

    /// @dev No state is the zero word: zero marks an empty place.
    function _word(uint256 value) private pure returns (bytes32) {
        return keccak256(abi.encode(value));
    }

    function _freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    function _setFreeMemory(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
