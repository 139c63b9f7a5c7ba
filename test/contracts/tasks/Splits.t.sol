// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskRecords, Split, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Ends on which both sides agreed, from every state with a worker.
contract SplitsTest is SigningWorld {
    /// @dev Brought by a stranger, with both signatures.
    function split(Terms memory terms, Split memory agreed) public {
        bytes32 structHash = splitHash(escrow.taskIdOf(terms), agreed);
        bytes memory byRequester = sign(REQUESTER_KEY, structHash);
        bytes memory byWorker = sign(WORKER_KEY, structHash);
        vm.prank(stranger);
        escrow.split(terms, work(), agreed, byRequester, byWorker);
    }

    function _earned(uint16 share) private pure returns (uint256) {
        return (uint256(REWARD) * share) / 10_000;
    }

    function _end(Terms memory terms, uint16 share) private {
        mark(terms);
        split(terms, newSplit(share));
        assertState(escrow.taskIdOf(terms), TaskState.Settled);
        (, uint16 verdict) = escrow.settlementOf(terms);
        vm.assertEq(verdict, share);
        assertFree(terms, BOND);
        assertHeld(terms, BOND);
    }

    function test_an_assignment_is_shared_out() public {
        Terms memory terms = fullTerms();
        assignTask(terms);
        _end(terms, 1_234);
        assertPaidOut(terms, _earned(1_234), totalOf(terms) - _earned(1_234), 0, 0);
    }

    /// @dev To agree on nothing costs the worker no bond: the requester agreed.
    function test_work_is_shared_out_at_nothing() public {
        Terms memory terms = fullTerms();
        submitFor(terms);
        _end(terms, 0);
        assertPaidOut(terms, 0, totalOf(terms), 0, 0);
    }

    function test_after_a_verdict_the_evaluator_has_its_fee() public {
        Terms memory terms = fullTerms();
        contestByEvaluator(terms, 1);
        _end(terms, 5_000);
        assertPaidOut(terms, _earned(5_000), totalOf(terms) - _earned(5_000) - FEE, FEE, 0);
    }

    function test_dispute_bonds_return_to_whoever_put_them_up() public {
        Terms memory terms = fullTerms();
        contestByRequester(terms, 1);
        counterBy(worker, terms);
        _end(terms, 10_000);
        assertPaidOut(terms, uint256(REWARD) + DISPUTE_BOND, uint256(FEE) + TRIGGER + DISPUTE_BOND, 0, 0);
    }

    function test_a_pending_doubt_is_answered() public {
        Terms memory terms = fullTerms();
        assignTask(terms);
        vm.prank(stranger);
        escrow.suspect(terms);
        mark(terms);
        split(terms, newSplit(10_000));
        assertPaidOut(terms, uint256(REWARD) + SUSPECT_BOND, uint256(FEE) + TRIGGER, 0, 0);
    }

    function test_one_of_both_may_call() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        bytes memory byWorker = sign(WORKER_KEY, splitHash(taskId, newSplit(1)));
        vm.prank(requester);
        escrow.split(terms, work(), newSplit(1), "", byWorker);
        terms.salt = "b";
        taskId = assignTask(terms);
        bytes memory byRequester = sign(REQUESTER_KEY, splitHash(taskId, newSplit(1)));
        vm.prank(worker);
        escrow.split(terms, work(), newSplit(1), byRequester, "");
        assertState(taskId, TaskState.Settled);
    }

    /// @dev Both may agree long after every deadline, as long as nobody fired the default.
    function test_no_deadline_keeps_them_from_it() public {
        Terms memory terms = fullTerms();
        assignTask(terms);
        vm.warp(block.timestamp + 1 days);
        split(terms, newSplit(10_000));
    }

    function test_RevertWhen_a_split_is_refused() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        Split memory agreed = newSplit(10_001);
        expectVerdictInvalid(taskId, 10_001, 0);
        this.split(terms, agreed);
        agreed = newSplit(1);
        agreed.token = 2;
        expectStale(taskId, 1, 2);
        this.split(terms, agreed);
        agreed = newSplit(1);
        vm.prank(worker);
        expectUnsigned(requester, splitHash(taskId, agreed));
        escrow.split(terms, work(), agreed, "", "");
        vm.prank(requester);
        expectUnsigned(worker, splitHash(taskId, agreed));
        escrow.split(terms, work(), agreed, "", "");
        vm.prank(worker);
        escrow.submit(taskId, 1, keccak256("other"));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, WORK_HASH));
        this.split(terms, agreed);
        vm.warp(uint256(agreed.expiry) + 1);
        Work memory other = Work(worker, 1, keccak256("other"));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureExpired.selector, agreed.expiry, block.timestamp));
        vm.prank(requester);
        escrow.split(terms, other, agreed, "", "");
    }

    function test_RevertGiven_there_is_no_worker() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = openTask(terms);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Open);
        this.split(terms, newSplit(1));
        claimTask(terms);
        split(terms, newSplit(1));
        expectWrongState(taskId, TaskState.Assigned, TaskState.Settled);
        this.split(terms, newSplit(1));
    }
}
