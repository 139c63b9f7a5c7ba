// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bid, ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Module} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice One action, the last second at which it counts, and the default that anyone may fire instead.
struct Edge {
    string name;
    bytes32 taskId;
    uint256 deadline;
    address actor;
    bytes action;
    bytes byDefault;
}

/// @notice Every window of a task, second by second.
/// - the action counts up to its deadline, the default only after the grace; what is refused says both seconds
/// - never both; after the grace never neither
contract BoundariesTest is SigningWorld {
    uint24 private constant CHALLENGE = 20 minutes;

    Module private _module;
    uint24 private _grace;

    function setUp() public override {
        super.setUp();
        _module = new Module();
        depositFor(worker, HOME, worker, address(coin), 10 * BOND);
        depositFor(successor, HOME, successor, address(coin), 10 * BOND);
    }

    function test_every_window_with_a_grace() public {
        _checkAll(GRACE);
    }

    function test_every_window_with_a_grace_of_a_second() public {
        _checkAll(1);
    }

    function test_every_window_without_a_grace() public {
        _checkAll(0);
    }

    function _checkAll(uint24 grace) private {
        function() internal returns (Edge memory)[21] memory edges = [
            _claim,
            _claimWith,
            _hire,
            _firstBid,
            _betterBid,
            _submit,
            _giveUp,
            _handoff,
            _suspect,
            _openChild,
            _submitChecked,
            _submitAgain,
            _alive,
            _aliveLate,
            _submitDoubted,
            _decide,
            _revise,
            _contest,
            _counter,
            _rule,
            _decideAfterLapse
        ];
        _grace = grace;
        for (uint256 i; i < edges.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _check(edges[i](), grace);
            vm.revertToState(snapshot);
        }
    }

    function _check(Edge memory edge, uint24 grace) private {
        uint256 notBefore = edge.deadline + grace;
        uint256[8] memory times = [
            edge.deadline - 1,
            edge.deadline,
            edge.deadline + 1,
            notBefore - 1,
            notBefore,
            notBefore + 1,
            notBefore + 2,
            notBefore + 400 days
        ];
        for (uint256 i; i < times.length; ++i) {
            uint256 time = times[i];
            if (time < block.timestamp) continue;
            bool counts = _try(edge.name, edge.actor, edge.action, time, _tooLate(edge, time));
            bool isDue = _try(edge.name, stranger, edge.byDefault, time, _tooEarly(edge, notBefore, time));
            vm.assertTrue(counts == (time <= edge.deadline), string.concat(edge.name, ": the action at ", _at(edge, time)));
            vm.assertTrue(isDue == (time > notBefore), string.concat(edge.name, ": the default at ", _at(edge, time)));
            vm.assertTrue(!(counts && isDue), string.concat(edge.name, ": both"));
            vm.assertTrue(time <= notBefore || isDue, string.concat(edge.name, ": neither"));
        }
    }

    /// @dev Whether the call works then. It leaves nothing behind; a refusal must say exactly `reason`.
    function _try(string memory name, address by, bytes memory call, uint256 time, bytes memory reason) private returns (bool success) {
        uint256 now_ = block.timestamp;
        uint256 snapshot = vm.snapshotState();
        vm.warp(time);
        vm.prank(by);
        bytes memory result;
        (success, result) = address(escrow).call(call);
        vm.revertToState(snapshot);
        vm.warp(now_);
        if (!success) vm.assertEq(keccak256(result), keccak256(reason), name);
    }

    function _tooLate(Edge memory edge, uint256 time) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRecords.TaskDeadlinePassed.selector, edge.taskId, edge.deadline, time);
    }

    function _tooEarly(Edge memory edge, uint256 notBefore, uint256 time) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRecords.TaskDeadlineNotReached.selector, edge.taskId, notBefore, time);
    }

    function _at(Edge memory edge, uint256 time) private pure returns (string memory) {
        return time < edge.deadline ? "deadline - 1" : string.concat("deadline + ", vm.toString(time - edge.deadline));
    }

    // the windows

    function _terms() private view returns (Terms memory terms) {
        terms = fullTerms();
        terms.grace = _grace;
    }

    function _assigned(Terms memory terms) private returns (bytes32 taskId) {
        taskId = openTask(terms);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
    }

    function _submitted(Terms memory terms) private returns (bytes32 taskId) {
        taskId = _assigned(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
    }

    function _open(string memory name, Terms memory terms, address by, bytes memory action) private returns (Edge memory) {
        bytes memory expire = abi.encodeCall(ITaskEscrowCore.expire, (terms));
        return Edge(name, openTask(terms), terms.openUntil, by, action, expire);
    }

    function _claim() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes memory action = abi.encodeCall(ITaskEscrowCore.claim, (escrow.taskIdOf(terms), claimTermsOf(terms), worker));
        return _open("claim", terms, worker, action);
    }

    function _claimWith() private returns (Edge memory) {
        Terms memory terms = _terms();
        terms.allocation = address(_module);
        return _open("claimWith", terms, worker, abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 1)));
    }

    function _hire() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes memory signature = sign(WORKER_KEY, offerHash(escrow.taskIdOf(terms), newOffer()));
        return _open("hire", terms, requester, abi.encodeCall(ITaskEscrowCore.hire, (terms, newOffer(), signature)));
    }

    function _auction() private view returns (Terms memory terms) {
        terms = _terms();
        terms.allocation = address(_module);
        terms.challengeWindow = CHALLENGE;
    }

    function _bidOf(address by, Terms memory terms, uint16 share) private view returns (bytes memory) {
        return abi.encodeCall(ITaskAssignments.propose, (terms, Bid(by, by, share, 1, later()), ""));
    }

    function _firstBid() private returns (Edge memory) {
        Terms memory terms = _auction();
        return _open("propose", terms, worker, _bidOf(worker, terms, 9_000));
    }

    /// @dev Also after `openUntil`, when the first bid came just before it.
    function _betterBid() private returns (Edge memory) {
        Terms memory terms = _auction();
        bytes32 taskId = openTask(terms);
        vm.warp(terms.openUntil);
        vm.prank(worker);
        escrow.propose(terms, Bid(worker, worker, 9_000, 1, later()), "");
        bytes memory award = abi.encodeCall(ITaskAssignments.award, (terms));
        return Edge("better bid", taskId, block.timestamp + CHALLENGE, successor, _bidOf(successor, terms, 8_000), award);
    }

    function _working(string memory name, Terms memory terms, address by, bytes memory action) private returns (Edge memory) {
        bytes memory lapse = abi.encodeCall(ITaskAssignments.lapse, (terms));
        return Edge(name, _assigned(terms), block.timestamp + WORK, by, action, lapse);
    }

    function _submit() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes memory action = abi.encodeCall(ITaskEscrowCore.submit, (escrow.taskIdOf(terms), 1, WORK_HASH));
        return _working("submit", terms, worker, action);
    }

    function _giveUp() private returns (Edge memory) {
        Terms memory terms = _terms();
        return _working("giveUp", terms, worker, abi.encodeCall(ITaskAssignments.giveUp, (terms)));
    }

    function _handoff() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes memory to = sign(SUCCESSOR_KEY, handoffHash(escrow.taskIdOf(terms), worker, newHandoff()));
        bytes memory action = abi.encodeCall(ITaskAssignments.handoff, (terms, newHandoff(), "", to, ""));
        return _working("handoff", terms, worker, action);
    }

    function _suspect() private returns (Edge memory) {
        Terms memory terms = _terms();
        return _working("suspect", terms, stranger, abi.encodeCall(ITaskAssignments.suspect, (terms)));
    }

    function _openChild() private returns (Edge memory) {
        Terms memory parent = _terms();
        parent.delegable = parent.reward;
        Terms memory terms = _terms();
        (terms.requester, terms.parent, terms.reward, terms.triggerReward) = (worker, escrow.taskIdOf(parent), 1, 0);
        Edge memory edge = _working("openChild", parent, worker, abi.encodeCall(ITaskEscrowCore.openChild, (terms, parent)));
        return edge;
    }

    function _submitChecked() private returns (Edge memory) {
        Terms memory terms = _terms();
        terms.evaluator = address(_module);
        return _working("submitChecked", terms, worker, abi.encodeCall(ITaskReviews.submitChecked, (terms, 1, "work")));
    }

    function _revised(Terms memory terms) private returns (bytes32 taskId) {
        taskId = _submitted(terms);
        vm.prank(evaluator);
        escrow.revise(terms, work());
    }

    function _submitAgain() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes32 taskId = _revised(terms);
        bytes memory action = abi.encodeCall(ITaskEscrowCore.submit, (taskId, 2, WORK_HASH));
        bytes memory lapse = abi.encodeCall(ITaskAssignments.lapse, (terms));
        return Edge("submit a revision", taskId, block.timestamp + WORK, worker, action, lapse);
    }

    function _doubted(string memory name, uint256 after_, uint256 window, bytes4 action) private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        vm.warp(block.timestamp + after_);
        vm.prank(stranger);
        escrow.suspect(terms);
        bytes memory lapse = abi.encodeCall(ITaskAssignments.lapse, (terms));
        bytes memory call = abi.encodeWithSelector(action, taskId, 1, WORK_HASH);
        return Edge(name, taskId, block.timestamp + window, worker, call, lapse);
    }

    function _alive() private returns (Edge memory) {
        return _doubted("alive", 7, ANSWER, ITaskAssignments.alive.selector);
    }

    function _aliveLate() private returns (Edge memory) {
        return _doubted("alive, doubted late", WORK - 1, 1, ITaskAssignments.alive.selector);
    }

    function _submitDoubted() private returns (Edge memory) {
        return _doubted("submit, doubted", 7, ANSWER, ITaskEscrowCore.submit.selector);
    }

    function _reviewed(string memory name, Terms memory terms, address by, bytes memory action) private returns (Edge memory) {
        bytes memory settle = abi.encodeCall(ITaskEscrowCore.settle, (terms, work()));
        return Edge(name, _submitted(terms), block.timestamp + REVIEW, by, action, settle);
    }

    function _decide() private returns (Edge memory) {
        Terms memory terms = _terms();
        return _reviewed("decide", terms, evaluator, abi.encodeCall(ITaskEscrowCore.decide, (terms, work(), 5_000)));
    }

    function _revise() private returns (Edge memory) {
        Terms memory terms = _terms();
        return _reviewed("revise", terms, evaluator, abi.encodeCall(ITaskReviews.revise, (terms, work())));
    }

    function _contest() private returns (Edge memory) {
        Terms memory terms = _terms();
        return _reviewed("contest", terms, requester, abi.encodeCall(ITaskReviews.contest, (terms, work(), 0)));
    }

    /// @dev The review of a revision that never came runs from when the lapse was due, whenever somebody fired it.
    function _decideAfterLapse() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes32 taskId = _revised(terms);
        uint256 due = block.timestamp + WORK + _grace;
        vm.warp(due + 1 minutes);
        escrow.lapse(terms);
        Work memory last = Work(worker, 2, WORK_HASH);
        bytes memory action = abi.encodeCall(ITaskEscrowCore.decide, (terms, last, 10_000));
        bytes memory settle = abi.encodeCall(ITaskEscrowCore.settle, (terms, last));
        return Edge("decide after a lapse", taskId, due + REVIEW, evaluator, action, settle);
    }

    function _counter() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes32 taskId = _contested(terms);
        bytes memory action = abi.encodeCall(ITaskReviews.counter, (terms, work()));
        bytes memory resolve = abi.encodeCall(ITaskReviews.resolve, (terms, work()));
        return Edge("counter", taskId, block.timestamp + DISPUTE, worker, action, resolve);
    }

    function _rule() private returns (Edge memory) {
        Terms memory terms = _terms();
        bytes32 taskId = _contested(terms);
        counterBy(worker, terms);
        bytes memory action = abi.encodeCall(ITaskReviews.rule, (terms, work(), 1));
        bytes memory resolve = abi.encodeCall(ITaskReviews.resolve, (terms, work()));
        return Edge("rule", taskId, block.timestamp + ARBITRATION, arbitrator, action, resolve);
    }

    function _contested(Terms memory terms) private returns (bytes32 taskId) {
        taskId = _submitted(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 5_000);
    }
}
