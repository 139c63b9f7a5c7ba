// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handoff, ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice One worker in the place of another: the same deadline, the next token, its own bond.
contract HandoffsTest is SigningWorld {
    function setUp() public override {
        super.setUp();
        depositFor(successor, HOME, successor, address(coin), BOND);
    }

    /// @dev Brought by a stranger, with all three signatures.
    function hand(Terms memory terms, Handoff memory change) public returns (uint16) {
        bytes32 structHash = handoffHash(escrow.taskIdOf(terms), worker, change);
        bytes memory from = sign(WORKER_KEY, structHash);
        bytes memory to = sign(SUCCESSOR_KEY, structHash);
        bytes memory by = sign(REQUESTER_KEY, structHash);
        vm.prank(stranger);
        return escrow.handoff(terms, change, from, to, by);
    }

    function test_the_successor_has_the_task_on_the_same_clock() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = assignTask(terms);
        uint256 deadline = escrow.workDeadlineOf(taskId);
        mark(terms);
        vm.warp(deadline);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskAssigned(taskId, successor, HOME, 2, uint40(deadline));
        vm.assertEq(hand(terms, newHandoff()), 2);
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline);
        vm.assertEq(escrow.workerOf(taskId).account, successor);
        assertFree(terms, BOND);
        vm.assertEq(escrow.depositOf(successor, HOME, successor, address(coin)), 0);
        expectWrongCaller(taskId, successor, worker);
        vm.prank(worker);
        escrow.submit(taskId, 2, WORK_HASH);
        expectStale(taskId, 2, 1);
        vm.prank(successor);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(successor);
        escrow.submit(taskId, 2, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(terms, Work(successor, 2, WORK_HASH), 10_000);
        assertPaid(terms, successor, REWARD, "successor");
        assertPaid(terms, worker, 0, "worker");
        assertPaid(terms, requester, TRIGGER, "requester");
        assertHeld(terms, 2 * BOND);
    }

    /// @dev A token that came again would be one that somebody may still hold.
    function test_RevertWhen_no_token_is_left() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = assignTask(terms);
        useUpTokens(taskId, 1023);
        Handoff memory change = newHandoff();
        change.token = 1023;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskTokensExhausted.selector, taskId));
        this.hand(terms, change);
        useUpTokens(taskId, 1022);
        change.token = 1022;
        vm.assertEq(hand(terms, change), 1023);
    }

    function test_either_worker_may_call() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        Handoff memory change = newHandoff();
        bytes memory from = sign(WORKER_KEY, handoffHash(taskId, worker, change));
        vm.prank(successor);
        escrow.handoff(terms, change, from, "", "");
        change = Handoff(worker, worker, 2, later());
        bytes memory to = sign(WORKER_KEY, handoffHash(taskId, successor, change));
        vm.prank(successor);
        escrow.handoff(terms, change, "", to, "");
        vm.assertEq(escrow.taskOf(taskId).token, 3);
        assertFree(terms, 0);
    }

    function test_a_lapse_costs_the_successor() public {
        Terms memory terms = fullTerms();
        depositFor(sponsor, HOME, successor, address(coin), BOND);
        bytes32 taskId = assignTask(terms);
        Handoff memory change = newHandoff();
        change.sponsor = sponsor;
        hand(terms, change);
        mark(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        vm.prank(stranger);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        vm.assertEq(escrow.depositOf(sponsor, HOME, successor, address(coin)), BOND - COST);
        assertFree(terms, BOND);
        assertPaidOut(terms, 0, COST - TRIGGER, 0, TRIGGER);
    }

    /// @dev What the first worker delivered before the revision stands for the second.
    function test_revisions_and_what_was_delivered_stay() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        vm.prank(evaluator);
        escrow.revise(terms, work());
        Handoff memory change = newHandoff();
        change.token = 2;
        hand(terms, change);
        vm.assertEq(escrow.taskOf(taskId).revisions, 1);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, Work(successor, 3, WORK_HASH), 5_000);
        assertPaid(terms, successor, REWARD / 2, "successor");
        assertPaid(terms, worker, 0, "worker");
    }

    function test_the_requester_signs_where_the_terms_want_it() public {
        Terms memory terms = fullTerms();
        terms.handoffRule = 1;
        bytes32 taskId = assignTask(terms);
        Handoff memory change = newHandoff();
        bytes32 structHash = handoffHash(taskId, worker, change);
        bytes memory from = sign(WORKER_KEY, structHash);
        expectUnsigned(requester, structHash);
        vm.prank(successor);
        escrow.handoff(terms, change, from, "", "");
        vm.assertEq(hand(terms, change), 2);
    }

    function test_RevertWhen_a_handoff_is_refused() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        Handoff memory change = newHandoff();
        change.token = 2;
        expectStale(taskId, 1, 2);
        this.hand(terms, change);
        change = newHandoff();
        change.to = evaluator;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, evaluator));
        this.hand(terms, change);
        change.to = stranger;
        vm.prank(worker);
        expectUnsigned(stranger, handoffHash(taskId, worker, change));
        escrow.handoff(terms, change, "", "", "");
        change = newHandoff();
        vm.prank(successor);
        expectUnsigned(worker, handoffHash(taskId, worker, change));
        escrow.handoff(terms, change, "", "", "");
        change.sponsor = sponsor;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, sponsor, 0, BOND));
        this.hand(terms, change);
        vm.warp(block.timestamp + WORK + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.hand(terms, newHandoff());
    }

    function test_RevertGiven_the_terms_forbid_it_or_nobody_has_it() public {
        Terms memory terms = fullTerms();
        terms.handoffRule = 2;
        bytes32 taskId = assignTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.HandoffForbidden.selector, taskId));
        this.hand(terms, newHandoff());
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Submitted);
        this.hand(terms, newHandoff());
    }

    function test_a_pause_does_not_stop_it() public {
        Terms memory terms = fullTerms();
        assignTask(terms);
        escrow.pause(1 hours);
        vm.assertEq(hand(terms, newHandoff()), 2);
    }
}
