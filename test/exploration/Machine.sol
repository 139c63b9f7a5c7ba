// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Task, TaskState} from "../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";
import {Actions, Kind, Seen} from "./Actions.sol";
import {cheats} from "./Cheats.sol";

/// @notice What was learnt of one attempt.
struct Step {
    /// @dev Zero: it was done. Otherwise the error that refused it.
    bytes4 refusal;
    uint256 state;
    /// @dev The state with everything that the abstraction leaves out.
    bytes32 exact;
    /// @dev What each of the people won or lost by it, deposits and credits included.
    int256[7] gains;
}

/// @notice The state of all tasks as a graph sees it, and what has to be true in every one.
/// @dev A state is a word: time since the start, then for each task 72 bits. Seconds count up to where they make no difference any more.
abstract contract Machine is Actions {
    /// @dev Bookkeeping of what the escrow does not show. It is undone with the state that it is about.
    struct Shadow {
        uint16 token;
        uint8 doubts;
        /// @dev Which deliverable was under review when the last revision was asked for.
        uint8 kept;
        bool isContestedByRequester;
        bool isCounteredByStranger;
    }

    uint256 internal constant MOST_TASKS = 3;
    uint256 private constant AFTER_REVIEW = uint256(REVIEW) + GRACE + 1;
    uint256 private constant AFTER_WORK = uint256(WORK) + GRACE + 1;

    uint256 internal taskCount;
    /// @dev Of the chain: no compiler may take the time of before a step for that of after it.
    uint40 internal time;
    bytes32[MOST_TASKS] internal taskIds;
    Shadow[MOST_TASKS] private _shadows;

    function _start(Configuration chosen, uint256 tasks) internal {
        configuration = chosen;
        taskCount = tasks;
        time = START;
        for (uint256 i; i < taskCount; ++i) taskIds[i] = escrow.taskIdOf(_termsOf(i));
    }

    /// @dev Takes one step, or reports why not. What is refused changes nothing.
    function _step(uint8 action) internal returns (bytes4 refusal) {
        Kind kind = Kind(action & 63);
        if (kind == Kind.Tick) {
            time += 1;
            return 0;
        }
        // A clock that was set is not undone with the frame that set it.
        cheats.warp(time);
        uint256 index = action >> 6;
        (address caller, bytes memory data, uint256 standing) = _callOf(kind, index, taskIds[index]);
        cheats.prank(caller);
        (bool done, bytes memory answer) = address(escrow).call(data);
        if (!done) return answer.length < 4 ? bytes4(0xffffffff) : bytes4(answer);

        Shadow storage shadow = _shadows[index];
        if (kind == Kind.Suspect) {
            uint16 token = escrow.taskOf(taskIds[index]).token;
            shadow.doubts = shadow.token == token ? shadow.doubts + 1 : 1;
            shadow.token = token;
        } else if (kind == Kind.Revise) {
            shadow.kept = uint8(standing);
        } else if (kind == Kind.ContestNothing || kind == Kind.ContestHalf) {
            shadow.isContestedByRequester = true;
        } else if (kind == Kind.CounterByStranger) {
            shadow.isCounteredByStranger = true;
        }
        return 0;
    }

    function _stateNow() internal view returns (uint256 state, bytes32 exact) {
        uint256 passed = time - START;
        uint256 last = uint256(_openFor()) + GRACE + 1;
        state = passed < last ? passed : last;
        for (uint256 i; i < taskCount; ++i) {
            (uint256 part, bytes32 more) = _partOf(i);
            state |= part << (6 + 72 * i);
            exact = keccak256(abi.encode(exact, more));
        }
        exact = keccak256(abi.encode(exact, state, _wealth()));
    }

    /// @dev One task in 72 bits. Of a task that is over only that counts.
    function _partOf(uint256 index) private view returns (uint256 part, bytes32 more) {
        bytes32 taskId = taskIds[index];
        Seen memory seen = _see(taskId, index);
        TaskState state = seen.task.state;
        more = keccak256(abi.encode(seen.task.token, seen.task.window, seen.task.worker));
        if (state == TaskState.None || state >= TaskState.Settled) return (uint256(state), more);

        Shadow storage shadow = _shadows[index];
        part = uint256(state) | (seen.worker << 4) | (uint256(seen.task.revisions) << 6);
        if (state == TaskState.Assigned) {
            if (seen.task.revisions != 0) part |= uint256(shadow.kept) << 8;
            if (seen.task.isSuspected) part |= 1 << 10;
            if (shadow.token == seen.task.token) part |= uint256(shadow.doubts) << 11;
        } else {
            part |= seen.standing << 8;
        }
        part |= uint256(seen.task.price) << 13;
        if (state >= TaskState.Contested) {
            if (shadow.isContestedByRequester) part |= 1 << 41;
            if (shadow.isCounteredByStranger) part |= 1 << 42;
        }
        if (state == TaskState.Contested) part |= uint256(seen.task.window) << 27;
        part |= _secondsIn(state, seen) << 43;
        if (seen.task.isSuspected) part |= _secondsInDoubt(taskId, seen.task.revisions) << 49;
        part |= escrow.delegatedOf(taskId) << 55;
    }

    /// @dev Seconds since the last step, up to where more make no difference.
    function _secondsIn(TaskState state, Seen memory seen) private view returns (uint256) {
        if (state == TaskState.Open) return 0;
        uint256 most = AFTER_REVIEW;
        if (state == TaskState.Proposed) most = CHALLENGE + AFTER_WORK;
        // What was delivered before stands for review from when its deadline passed.
        if (state == TaskState.Assigned) most = seen.task.revisions == 0 ? AFTER_WORK : uint256(WORK) + GRACE + AFTER_REVIEW;
        if (state == TaskState.Contested) most = uint256(DISPUTE) + GRACE + 1;
        if (state == TaskState.Disputed) most = uint256(ARBITRATION) + GRACE + 1;
        uint256 passed = time - seen.task.steppedAt;
        return passed < most ? passed : most;
    }

    function _secondsInDoubt(bytes32 taskId, uint8 revisions) private view returns (uint256) {
        (, uint40 until, ) = escrow.suspicionOf(taskId);
        uint256 most = uint256(ANSWER) + GRACE + (revisions == 0 ? 1 : AFTER_REVIEW);
        uint256 passed = time + ANSWER - until;
        return passed < most ? passed : most;
    }

    /// @dev What each of the people has: coins, what it deposited for others or itself, and credits.
    function _wealth() internal view returns (int256[PEOPLE] memory wealth) {
        for (uint256 i; i < PEOPLE; ++i) {
            wealth[i] = int256(coin.balanceOf(people[i]) + escrow.creditOf(people[i], address(coin)));
        }
        wealth[FIRST] += int256(escrow.depositOf(people[FIRST], HOME, people[FIRST], address(coin)));
        wealth[SPONSOR] += int256(escrow.depositOf(people[SPONSOR], HOME, people[SECOND], address(coin)));
    }

    /// @dev The token rises by one when a task gets a worker, another worker, or its worker once more; otherwise it stays.
    function _requireToken(Task memory before, Task memory current) internal pure {
        bool isEntry = current.state == TaskState.Assigned && (before.state != TaskState.Assigned || before.worker != current.worker);
        require(current.token == before.token + (isEntry ? 1 : 0), "token: it does not rise with every assignment, and only then");
    }

    /// @dev What a task has to hold, told by its state alone.
    function _lockedIn(uint256 index) internal view returns (uint256 locked) {
        Seen memory seen = _see(taskIds[index], index);
        TaskState state = seen.task.state;
        if (state == TaskState.None || state >= TaskState.Settled) return 0;
        Terms memory terms = _termsOf(index);
        locked = uint256(terms.reward) + terms.evaluatorFee + terms.triggerReward - escrow.delegatedOf(taskIds[index]);
        if (state != TaskState.Open) locked += terms.workerBond;
        (, , uint256 doubt) = escrow.suspicionOf(taskIds[index]);
        locked += doubt;
        if (state >= TaskState.Contested && _shadows[index].isContestedByRequester) locked += terms.disputeBond;
        if (state == TaskState.Disputed) locked += terms.disputeBond;
    }

    /// @dev All money in the escrow is locked in a task, somebody's deposit, or somebody's credit: not a unit more or less.
    function _requireConservation() internal view {
        uint256 owed;
        for (uint256 i; i < taskCount; ++i) owed += _lockedIn(i);
        for (uint256 i; i < PEOPLE; ++i) owed += escrow.creditOf(people[i], address(coin));
        owed += escrow.depositOf(people[FIRST], HOME, people[FIRST], address(coin));
        owed += escrow.depositOf(people[SPONSOR], HOME, people[SECOND], address(coin));
        require(coin.balanceOf(address(escrow)) == owed, "conservation: the escrow holds another amount than it owes");
    }

    /// @dev From the second after the latest end on, a stranger alone brings everything to its end, without waiting any more; then everybody
    /// takes what is its own, and nothing is left.
    function _requireExit() internal {
        for (uint256 i; i < taskCount; ++i) {
            uint256 end = escrow.latestEnd(_termsOf(i));
            if (time <= end && _isLive(i)) time = uint40(end + 1);
        }
        // Each default of each task at most once, and a parent's may close its children's.
        for (uint256 round; round < 4 * taskCount; ++round) {
            bool isOver = true;
            for (uint256 i; i < taskCount; ++i) {
                if (!_isLive(i)) continue;
                isOver = false;
                _fireDefault(i);
            }
            if (isOver) return _requireEmpty();
        }
        revert("exit: a stranger cannot bring this to an end after the latest end");
    }

    function _isLive(uint256 index) private view returns (bool) {
        TaskState state = escrow.taskOf(taskIds[index]).state;
        return state != TaskState.None && state < TaskState.Settled;
    }

    function _fireDefault(uint256 index) private {
        TaskState state = escrow.taskOf(taskIds[index]).state;
        Kind kind = Kind.Resolve;
        if (state == TaskState.Open) kind = Kind.Expire;
        if (state == TaskState.Proposed) kind = Kind.Award;
        if (state == TaskState.Assigned) kind = Kind.Lapse;
        if (state == TaskState.Submitted) kind = Kind.Settle;
        if (_step(uint8(kind) | uint8(index << 6)) != 0) revert("exit: the default of a state is not due after the latest end");
    }

    function _requireEmpty() private {
        for (uint256 i; i < PEOPLE; ++i) {
            if (escrow.creditOf(people[i], address(coin)) == 0) continue;
            cheats.prank(people[i]);
            escrow.withdrawTo(address(coin), people[i]);
        }
        _withdraw(FIRST, FIRST);
        _withdraw(SPONSOR, SECOND);
        require(coin.balanceOf(address(escrow)) == 0, "exit: money without an owner stays behind");
    }

    function _withdraw(uint256 from, uint256 worker) private {
        uint256 amount = escrow.depositOf(people[from], HOME, people[worker], address(coin));
        cheats.prank(people[from]);
        escrow.withdrawDeposit(HOME, people[worker], address(coin), amount);
    }
}
