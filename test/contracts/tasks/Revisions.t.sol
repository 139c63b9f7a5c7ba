// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Module, Mood} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Work that is sent back, and work that is judged as it is handed in.
contract RevisionsTest is SigningWorld {
    bytes32 private constant BETTER = keccak256("better");

    function revise(Terms memory terms, Work memory seen) public {
        vm.prank(evaluator);
        escrow.revise(terms, seen);
    }

    function test_each_revision_has_the_window_once_more_and_the_next_token() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        for (uint16 i = 1; i <= terms.maxRevisions; ++i) {
            vm.warp(block.timestamp + REVIEW);
            vm.expectEmit(address(escrow));
            emit ITaskRecords.RevisionRequested(taskId, uint8(i), i + 1);
            vm.expectEmit(address(escrow));
            emit ITaskRecords.TaskAssigned(taskId, worker, HOME, i + 1, uint40(block.timestamp + WORK));
            revise(terms, Work(worker, i, WORK_HASH));
            assertState(taskId, TaskState.Assigned);
            vm.assertEq(escrow.workDeadlineOf(taskId), block.timestamp + WORK);
            vm.assertEq(escrow.taskOf(taskId).revisions, i);
            vm.assertEq(escrow.taskOf(taskId).token, i + 1);
            vm.warp(block.timestamp + WORK);
            vm.prank(worker);
            escrow.submit(taskId, i + 1, WORK_HASH);
        }
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RevisionsExhausted.selector, taskId, terms.maxRevisions));
        this.revise(terms, Work(worker, 3, WORK_HASH));
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 3, WORK_HASH), 7_000);
        uint256 earned = (uint256(REWARD) * 7_000) / 10_000;
        assertPaidOut(terms, earned, REWARD - earned + TRIGGER, FEE, 0);
        assertHeld(terms, BOND);
    }

    function test_RevertWhen_no_token_is_left() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        useUpTokens(taskId, 1023);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskTokensExhausted.selector, taskId));
        this.revise(terms, Work(worker, 1023, WORK_HASH));
        useUpTokens(taskId, 1022);
        revise(terms, Work(worker, 1022, WORK_HASH));
        vm.assertEq(escrow.taskOf(taskId).token, 1023);
    }

    /// @dev A worker that does not want to revise loses nothing: its last deliverable is judged, on the clock of when that was due.
    function test_the_last_deliverable_stands() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        revise(terms, work());
        uint256 due = block.timestamp + WORK + GRACE;
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskDelivered.selector, taskId));
        escrow.giveUp(terms);
        vm.warp(due);
        expectTooEarly(taskId, due);
        escrow.lapse(terms);
        vm.warp(due + 1);
        mark(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskSubmitted(taskId, worker, 2, WORK_HASH);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Submitted);
        vm.assertTrue(escrow.isUnderReview(taskId, Work(worker, 2, WORK_HASH)));
        assertPaidOut(terms, 0, 0, 0, 0);
        vm.warp(due + REVIEW + GRACE + 1);
        vm.prank(stranger);
        escrow.settle(terms, Work(worker, 2, WORK_HASH));
        assertPaidOut(terms, REWARD, FEE, 0, TRIGGER);
        assertFree(terms, BOND);
    }

    function test_only_the_new_work_is_judged() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        revise(terms, work());
        vm.prank(worker);
        escrow.submit(taskId, 2, BETTER);
        expectStale(taskId, 2, 1);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, WORK_HASH));
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 2, WORK_HASH), 0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, stranger, BETTER));
        vm.prank(evaluator);
        escrow.decide(terms, Work(stranger, 2, BETTER), 10_000);
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 2, BETTER), 10_000);
        assertPaidOut(terms, REWARD, TRIGGER, FEE, 0);
    }

    function test_RevertWhen_a_revision_is_refused() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        expectWrongCaller(taskId, evaluator, requester);
        vm.prank(requester);
        escrow.revise(terms, work());
        vm.warp(block.timestamp + REVIEW + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.revise(terms, work());
        terms.maxRevisions = 0;
        taskId = submitFor(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RevisionsExhausted.selector, taskId, 0));
        this.revise(terms, work());
        vm.prank(evaluator);
        escrow.decide(terms, work(), 10_000);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Settled);
        this.revise(terms, work());
    }

    // judged at once

    function _checked(uint16 verdict, uint16 floor) private returns (Terms memory terms, Module check) {
        check = new Module();
        check.behave(Mood.Honest, verdict);
        terms = plainTerms();
        terms.evaluator = address(check);
        terms.floor = floor;
        assignTask(terms);
    }

    function submitChecked(Terms memory terms, uint16 token) public {
        vm.prank(worker);
        escrow.submitChecked(terms, token, "the work");
    }

    function test_a_check_settles_as_the_work_is_handed_in() public {
        (Terms memory terms, Module check) = _checked(9_000, 8_000);
        mark(terms);
        vm.assertEq(coin.balanceOf(address(check)), 0);
        submitChecked(terms, 1);
        assertState(escrow.taskIdOf(terms), TaskState.Settled);
        uint256 earned = (uint256(REWARD) * 9_000) / 10_000;
        assertPaidOut(terms, earned, REWARD - earned + TRIGGER, 0, 0);
        vm.assertEq(coin.balanceOf(address(check)), FEE);
        assertFree(terms, BOND);
    }

    function test_worthless_work_costs_what_no_work_costs() public {
        (Terms memory terms, ) = _checked(0, 0);
        mark(terms);
        submitChecked(terms, 1);
        assertPaidOut(terms, 0, uint256(REWARD) + TRIGGER + COST, 0, 0);
        assertFree(terms, BOND - COST);
    }

    function test_a_check_answers_a_doubt() public {
        (Terms memory terms, ) = _checked(10_000, 0);
        vm.prank(stranger);
        escrow.suspect(terms);
        mark(terms);
        submitChecked(terms, 1);
        assertPaidOut(terms, REWARD + SUSPECT_BOND, TRIGGER, 0, 0);
    }

    function test_RevertWhen_checked_work_is_refused() public {
        (Terms memory terms, Module check) = _checked(7_999, 8_000);
        bytes32 taskId = escrow.taskIdOf(terms);
        expectVerdictInvalid(taskId, 7_999, 8_000);
        this.submitChecked(terms, 1);
        check.behave(Mood.Honest, 10_001);
        expectVerdictInvalid(taskId, 10_001, 8_000);
        this.submitChecked(terms, 1);
        check.behave(Mood.Refuse, 0);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "no"));
        this.submitChecked(terms, 1);
        check.behave(Mood.Nonsense, 0);
        vm.expectRevert();
        this.submitChecked(terms, 1);
        expectStale(taskId, 1, 2);
        this.submitChecked(terms, 2);
        expectWrongCaller(taskId, worker, stranger);
        vm.prank(stranger);
        escrow.submitChecked(terms, 1, "");
        vm.warp(block.timestamp + WORK + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.submitChecked(terms, 1);
    }

    /// @dev An evaluator without code, or without a check, cannot be asked.
    function test_RevertGiven_the_evaluator_is_no_check() public {
        Terms memory terms = plainTerms();
        assignTask(terms);
        vm.expectRevert();
        this.submitChecked(terms, 1);
        terms.evaluator = address(coin);
        assignTask(terms);
        vm.expectRevert();
        this.submitChecked(terms, 1);
    }
}
