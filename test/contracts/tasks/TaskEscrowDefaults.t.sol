// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ending, ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice What ends a task at home when somebody is silent, and how the requester takes it back.
/// - settle, lapse, expire: given any other state; too early; each end pays exactly
/// - cancel: given any state but Open; by another account
contract TaskEscrowDefaultsTest is TaskWorld {
    bytes32 private constant WORK_HASH = keccak256("work");

    // settle

    function test_silence_pays_the_worker() public {
        Terms memory terms = newTerms();
        terms.silence = 9_000;
        bytes32 taskId = submitTask(terms, WORK_HASH);
        uint256 notBefore = block.timestamp + REVIEW + GRACE;
        vm.warp(notBefore);
        vm.prank(stranger);
        expectTooEarly(taskId, notBefore);
        escrow.settle(terms, workOf(WORK_HASH));
        vm.warp(notBefore + 1);
        vm.prank(stranger);
        escrow.settle(terms, workOf(WORK_HASH));
        vm.assertEq(coin.balanceOf(worker), 1e12 - BOND + (uint256(REWARD) * 9_000) / 10_000);
        (, uint16 verdict) = escrow.settlementOf(terms);
        vm.assertEq(uint256(verdict), 9_000);
    }

    function test_silence_never_costs_the_bond() public {
        Terms memory terms = newTerms();
        terms.silence = 0;
        submitTask(terms, WORK_HASH);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        escrow.settle(terms, workOf(WORK_HASH));
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), BOND);
        vm.assertEq(coin.balanceOf(requester), 1e12);
    }

    function test_RevertGiven_no_review_runs() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Assigned);
        escrow.settle(terms, workOf(WORK_HASH));
    }

    function test_RevertGiven_it_is_not_settled() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        expectWrongState(taskId, TaskState.Settled, TaskState.Open);
        escrow.settlementOf(terms);
    }

    // lapse

    function test_a_lapse_opens_the_task_again() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        uint256 notBefore = block.timestamp + WORK + GRACE;
        vm.warp(notBefore);
        expectTooEarly(taskId, notBefore);
        escrow.lapse(terms);
        vm.warp(notBefore + 1);
        uint256 cost = (uint256(BOND) * 4_000) / 10_000;
        vm.expectEmit(address(escrow));
        emit ITaskRecords.BondMoved(taskId, worker, int256(BOND - cost));
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, worker, evaluator, address(coin), HOME, REWARD, 0, 1, Ending.Lapse);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReopened(taskId, 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        vm.assertEq(escrow.workerOf(taskId).account, address(0));
        vm.assertEq(coin.balanceOf(requester), 1e12 - REWARD + cost);
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), BOND - cost);
        claimTask(terms);
        vm.assertEq(uint256(escrow.taskOf(taskId).token), 2);
    }

    /// @dev Whoever triggers it has what the lapse costs, and no more: the trigger's reward in the escrow is for the task's end.
    function test_a_lapse_that_costs_less_than_its_trigger_opens_the_task_too() public {
        Terms memory terms = newTerms();
        (terms.slashShare, terms.triggerReward) = (100, 7);
        terms.workerBond = 300;
        bytes32 taskId = assignTask(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        uint256 before = coin.balanceOf(requester);
        vm.prank(stranger);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        vm.assertEq(coin.balanceOf(stranger), 3);
        vm.assertEq(coin.balanceOf(requester), before);
    }

    /// @dev Nothing of the one who had it stays behind but the token and the clock.
    function test_a_task_that_opens_again_stands_as_when_it_was_posted() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        Task memory posted = escrow.taskOf(taskId);
        depositFor(sponsor, HOME, worker, address(coin), BOND);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), sponsor);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        (posted.token, posted.steppedAt) = (1, uint40(block.timestamp));
        vm.assertEq(keccak256(abi.encode(escrow.taskOf(taskId))), keccak256(abi.encode(posted)));
    }

    function test_a_lapse_after_open_until_ends_the_task() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.warp(terms.openUntil);
        claimTask(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        uint256 cost = (uint256(BOND) * 4_000) / 10_000;
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, worker, evaluator, address(coin), HOME, REWARD, 0, 1, Ending.Lapse);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, address(0), evaluator, address(coin), 0, 0, 0, 1, Ending.Expiry);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Expired);
        vm.assertEq(coin.balanceOf(requester), 1e12 + cost);
        vm.assertEq(coin.balanceOf(address(escrow)), BOND - cost);
    }

    /// @dev A task that has used all its fencing tokens ends instead of opening again. The slot is set as after 1,022 lapses.
    function test_tokens_run_out() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        useUpTokens(taskId, 1022);
        vm.assertEq(uint256(claimTask(terms)), 1023);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Expired);
    }

    function test_RevertGiven_nobody_holds_it() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Open);
        escrow.lapse(terms);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Open);
        escrow.workDeadlineOf(taskId);
    }

    // expire, cancel

    function test_an_unclaimed_task_expires() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        uint256 notBefore = uint256(terms.openUntil) + GRACE;
        vm.warp(notBefore);
        expectTooEarly(taskId, notBefore);
        escrow.expire(terms);
        vm.warp(notBefore + 1);
        vm.prank(stranger);
        escrow.expire(terms);
        assertState(taskId, TaskState.Expired);
        vm.assertEq(coin.balanceOf(requester), 1e12);
    }

    function test_the_requester_takes_it_back() public {
        Terms memory terms = newNativeTerms();
        bytes32 taskId = openTask(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, address(0), evaluator, address(0), 0, 0, 0, 0, Ending.Cancellation);
        vm.prank(requester);
        escrow.cancel(terms);
        assertState(taskId, TaskState.Cancelled);
        vm.assertEq(requester.balance, REWARD);
    }

    function test_RevertWhen_another_cancels() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.prank(stranger);
        expectWrongCaller(taskId, requester, stranger);
        escrow.cancel(terms);
    }

    function test_RevertGiven_somebody_holds_it() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        vm.prank(requester);
        expectWrongState(taskId, TaskState.Open, TaskState.Assigned);
        escrow.cancel(terms);
        vm.warp(terms.openUntil + GRACE + 1);
        expectWrongState(taskId, TaskState.Open, TaskState.Assigned);
        escrow.expire(terms);
    }

    // Nothing can get stuck: at `latestEnd` plus one second a stranger can end it, wherever it stands.

    function testFuzz_a_stranger_ends_it_after_latest_end(uint8 progress, uint32 claimDelay, uint32 submitDelay) public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.warp(block.timestamp + (claimDelay % (1 days + 1)));
        if (progress % 3 > 0) claimTask(terms);
        if (progress % 3 > 1) {
            vm.warp(block.timestamp + (submitDelay % (uint256(WORK) + 1)));
            vm.prank(worker);
            escrow.submit(taskId, 1, WORK_HASH);
        }
        vm.warp(escrow.latestEnd(terms) + 1);
        vm.prank(stranger);
        if (progress % 3 == 0) escrow.expire(terms);
        else if (progress % 3 == 1) escrow.lapse(terms);
        else escrow.settle(terms, workOf(WORK_HASH));
        vm.assertTrue(stateOf(taskId) >= TaskState.Settled);
        vm.assertEq(coin.balanceOf(address(escrow)), escrow.depositOf(worker, HOME, worker, address(coin)));
    }
}
