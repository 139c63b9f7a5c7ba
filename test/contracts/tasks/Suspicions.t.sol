// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handoff, ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Doubts that a worker is alive.
/// - whoever doubts a worker that lives pays it; whoever was right loses nothing and frees the task early
/// - one doubt at a time, each of one assignment twice as dear as the one before
contract SuspicionsTest is SigningWorld {
    function doubt(Terms memory terms) public {
        vm.prank(stranger);
        escrow.suspect{value: 0}(terms);
    }

    function _answer(bytes32 taskId) private {
        vm.prank(worker);
        escrow.alive(taskId);
    }

    function _credit() private view returns (uint256) {
        return escrow.creditOf(worker, address(coin));
    }

    function _isDoubted(bytes32 taskId) private view returns (bool) {
        return escrow.taskOf(taskId).isSuspected;
    }

    function test_an_answer_earns_the_bond_and_the_next_doubt_costs_double() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        uint40 steppedAt = escrow.taskOf(taskId).steppedAt;
        uint256 before = coin.balanceOf(stranger);
        uint256 bond = SUSPECT_BOND;
        uint256 spent;
        for (uint256 i; i < 5; ++i) {
            vm.warp(block.timestamp + 1);
            vm.expectEmit(address(escrow));
            emit ITaskRecords.TaskSuspected(taskId, stranger, bond, uint40(block.timestamp + ANSWER));
            doubt(terms);
            (address by, uint40 until, uint256 asked) = escrow.suspicionOf(taskId);
            vm.assertEq(by, stranger);
            vm.assertEq(until, block.timestamp + ANSWER);
            vm.assertEq(asked, bond);
            spent += bond;
            vm.assertEq(before - coin.balanceOf(stranger), spent);
            vm.warp(until - i);
            vm.expectEmit(address(escrow));
            emit ITaskRecords.SuspicionAnswered(taskId, worker);
            _answer(taskId);
            vm.assertEq(_credit(), spent);
            vm.assertFalse(_isDoubted(taskId));
            bond *= 2;
        }
        vm.assertEq(escrow.taskOf(taskId).steppedAt, steppedAt);
        (address nobody, , ) = escrow.suspicionOf(taskId);
        vm.assertEq(nobody, address(0));
    }

    function test_unanswered_it_frees_the_task_early_and_the_bond_returns() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        mark(terms);
        doubt(terms);
        vm.warp(block.timestamp + ANSWER + GRACE);
        expectTooEarly(taskId, block.timestamp);
        escrow.lapse(terms);
        vm.warp(block.timestamp + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        assertPaidOut(terms, 0, COST - TRIGGER, 0, 0);
        assertPaid(terms, address(this), TRIGGER, "who fired the default");
        assertFree(terms, BOND - COST);
        assertHeld(terms, totalOf(terms) + BOND - COST + SUSPECT_BOND);
        claimTask(terms);
        doubt(terms);
        (, , uint256 bond) = escrow.suspicionOf(taskId);
        vm.assertEq(bond, SUSPECT_BOND, "a new assignment starts anew");
    }

    /// @dev Once nobody waits any longer for an answer, only the default counts: what came late must not take the doubter's bond.
    function test_RevertWhen_a_doubted_worker_acts_after_its_time_to_answer() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        uint256 until = block.timestamp + ANSWER;
        depositFor(successor, HOME, successor, address(coin), BOND);
        Handoff memory change = newHandoff();
        bytes memory to = sign(SUCCESSOR_KEY, handoffHash(taskId, worker, change));
        vm.assertEq(escrow.workDeadlineOf(taskId), until);
        vm.warp(until + 1);
        expectTooLate(taskId, until);
        _answer(taskId);
        expectTooLate(taskId, until);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        expectTooLate(taskId, until);
        vm.prank(worker);
        escrow.giveUp(terms);
        expectTooLate(taskId, until);
        vm.prank(worker);
        escrow.handoff(terms, change, "", to, "");
        vm.warp(until + GRACE + 1);
        escrow.lapse(terms);
        vm.assertEq(escrow.creditOf(stranger, address(coin)), SUSPECT_BOND);
    }

    function test_handing_in_answers() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        vm.warp(block.timestamp + ANSWER);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.assertEq(_credit(), SUSPECT_BOND);
        vm.assertFalse(_isDoubted(taskId));
    }

    function test_handing_on_answers_for_the_one_that_was_doubted() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        depositFor(successor, HOME, successor, address(coin), BOND);
        Handoff memory change = newHandoff();
        bytes memory to = sign(SUCCESSOR_KEY, handoffHash(taskId, worker, change));
        vm.prank(worker);
        escrow.handoff(terms, change, "", to, "");
        vm.assertEq(_credit(), SUSPECT_BOND);
        vm.assertEq(escrow.creditOf(successor, address(coin)), 0);
        vm.assertFalse(_isDoubted(taskId));
    }

    function test_giving_up_answers_and_costs_half() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        mark(terms);
        vm.prank(worker);
        escrow.giveUp(terms);
        assertState(taskId, TaskState.Open);
        vm.assertEq(_credit(), SUSPECT_BOND);
        assertPaidOut(terms, SUSPECT_BOND, COST / 2, 0, 0);
        assertFree(terms, BOND - COST / 2);
    }

    function test_a_doubt_of_work_delivered_before_leaves_it_for_review() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = submitFor(terms);
        vm.prank(evaluator);
        escrow.revise(terms, work());
        doubt(terms);
        uint256 due = block.timestamp + ANSWER + GRACE;
        vm.warp(due + 5);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Submitted);
        vm.assertEq(escrow.taskOf(taskId).steppedAt, due);
        vm.assertEq(escrow.creditOf(stranger, address(coin)), SUSPECT_BOND);
        vm.assertFalse(_isDoubted(taskId));
    }

    /// @dev A doubt at the last moment does not make the assignment longer.
    function test_a_late_doubt_does_not_put_the_lapse_off() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        uint256 deadline = escrow.workDeadlineOf(taskId);
        vm.warp(deadline);
        doubt(terms);
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline);
        (, uint40 until, ) = escrow.suspicionOf(taskId);
        vm.assertEq(until, deadline);
        vm.warp(deadline + 1);
        expectTooLate(taskId, deadline);
        vm.prank(worker);
        escrow.alive(taskId);
        vm.warp(deadline + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
    }

    function test_RevertWhen_a_doubt_is_refused() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SuspicionMissing.selector, taskId));
        _answer(taskId);
        doubt(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SuspicionPending.selector, taskId, block.timestamp + ANSWER));
        this.doubt(terms);
        expectWrongCaller(taskId, worker, stranger);
        vm.prank(stranger);
        escrow.alive(taskId);
        _answer(taskId);
        vm.warp(block.timestamp + WORK + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.doubt(terms);
        terms.suspectBond = 0;
        terms.answerWindow = 0;
        assignTask(terms);
        expectInvalid("suspectBond", 0);
        this.doubt(terms);
    }

    function test_a_doubt_may_cost_all_that_can_be_counted() public {
        Terms memory terms = fullTerms();
        terms.suspectBond = type(uint96).max;
        fund(address(coin), stranger, 1 << 96);
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        (, , uint256 bond) = escrow.suspicionOf(taskId);
        vm.assertEq(bond, type(uint96).max);
    }

    function test_RevertWhen_the_next_doubt_cannot_be_counted() public {
        Terms memory terms = fullTerms();
        terms.suspectBond = uint128(type(uint96).max) / 2 + 1;
        fund(address(coin), stranger, 1 << 96);
        bytes32 taskId = assignTask(terms);
        doubt(terms);
        _answer(taskId);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SuspicionTooDear.selector, taskId, uint256(1) << 96));
        this.doubt(terms);
    }

    function test_a_doubt_in_native_coin() public {
        Terms memory terms = fullTerms();
        terms.token = address(0);
        bytes32 taskId = assignTask(terms);
        vm.deal(stranger, SUSPECT_BOND);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), SUSPECT_BOND, 0));
        this.doubt(terms);
        vm.prank(stranger);
        escrow.suspect{value: SUSPECT_BOND}(terms);
        _answer(taskId);
        vm.assertEq(escrow.creditOf(worker, address(0)), SUSPECT_BOND);
    }
}
