// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ending, ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice The life of a task at home.
/// - open: when the id was used; when paused; when the caller is not the requester; when the money is not exactly the reward
/// - claim: given any state but Open; when paused; after `openUntil`; when the evaluator claims; without a deposit; by a sponsor's deposit
/// - submit: given any state but Assigned; by another account; with a stale token; after the deadline
/// - decide: given any state but Submitted; by another account; with a stale token; another deliverable; over a whole; under the floor; late
contract TaskEscrowTest is TaskWorld {
    bytes32 private constant WORK_HASH = keccak256("work");

    // open

    function test_open_takes_the_reward() public {
        Terms memory terms = newTerms();
        uint256 before = coin.balanceOf(requester);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskOpened(escrow.taskIdOf(terms), requester, terms);
        bytes32 taskId = openTask(terms);
        vm.assertEq(coin.balanceOf(requester), before - REWARD);
        vm.assertEq(coin.balanceOf(address(escrow)), REWARD);
        Task memory task = escrow.taskOf(taskId);
        vm.assertEq(uint256(task.steppedAt), block.timestamp);
        vm.assertEq(uint256(task.token), 0);
        assertState(taskId, TaskState.Open);
    }

    function test_the_id_is_of_chain_escrow_and_terms() public view {
        Terms memory terms = newTerms();
        vm.assertEq(escrow.taskIdOf(terms), keccak256(abi.encode(HOME, address(escrow), terms)));
    }

    function test_RevertGiven_the_id_was_used() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.prank(requester);
        expectWrongState(taskId, TaskState.None, TaskState.Open);
        escrow.open(terms);
        vm.prank(requester);
        escrow.cancel(terms);
        vm.prank(requester);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        escrow.open(terms);
    }

    function test_RevertWhen_another_opens() public {
        Terms memory terms = newTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(stranger);
        expectWrongCaller(taskId, requester, stranger);
        escrow.open(terms);
    }

    function test_RevertWhen_the_money_is_not_the_reward() public {
        Terms memory terms = newNativeTerms();
        vm.deal(requester, 1e18);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), REWARD, REWARD - 1));
        escrow.open{value: REWARD - 1}(terms);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), REWARD, REWARD + 1));
        escrow.open{value: REWARD + 1}(terms);
        terms = newTerms();
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), 0, 1));
        escrow.open{value: 1}(terms);
    }

    function test_a_task_may_pay_nothing() public {
        Terms memory terms = newTerms();
        terms.reward = 0;
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        assertState(taskId, TaskState.Settled);
    }

    // claim

    function test_claim_locks_the_bond() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND + 7);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskAssigned(taskId, worker, HOME, 1, uint40(block.timestamp + WORK));
        vm.expectEmit(address(escrow));
        emit ITaskRecords.BondMoved(taskId, worker, -int256(uint256(BOND)));
        vm.prank(worker);
        vm.assertEq(uint256(escrow.claim(taskId, claimTermsOf(terms), worker)), 1);
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), 7);
        vm.assertEq(escrow.workerOf(taskId).account, worker);
        vm.assertEq(escrow.workerOf(taskId).chainId, HOME);
        vm.assertEq(escrow.workDeadlineOf(taskId), block.timestamp + WORK);
        vm.assertFalse(escrow.taskOf(taskId).isBacked);
    }

    function test_RevertGiven_it_is_not_open() public {
        Terms memory terms = newTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        expectWrongState(taskId, TaskState.Open, TaskState.None);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        assignTask(terms);
        vm.prank(stranger);
        expectWrongState(taskId, TaskState.Open, TaskState.Assigned);
        escrow.claim(taskId, claimTermsOf(terms), stranger);
    }

    function test_claim_counts_until_the_last_second() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        vm.warp(terms.openUntil + 1);
        vm.prank(worker);
        expectTooLate(taskId, terms.openUntil);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        vm.warp(terms.openUntil);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
    }

    function test_RevertWhen_the_evaluator_claims() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.prank(evaluator);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, evaluator));
        escrow.claim(taskId, claimTermsOf(terms), sponsor);
    }

    function test_RevertWhen_the_deposit_is_short() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND - 1);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, worker, BOND - 1, BOND));
        escrow.claim(taskId, claimTermsOf(terms), worker);
    }

    function test_RevertWhen_the_deposit_stands_behind_another() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        // For another account, on another chain, in another token.
        depositFor(sponsor, HOME, stranger, address(coin), BOND);
        depositFor(sponsor, HOME + 1, worker, address(coin), BOND);
        depositFor(sponsor, HOME, worker, address(0), BOND);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, sponsor, 0, BOND));
        escrow.claim(taskId, claimTermsOf(terms), sponsor);
    }

    function test_a_sponsor_stands_behind_the_worker() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, HOME, worker, address(coin), BOND);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), sponsor);
        vm.assertTrue(escrow.taskOf(taskId).isBacked);
        vm.assertEq(escrow.workerOf(taskId).chainId, HOME);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), BOND);
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), 0);
        vm.assertEq(coin.balanceOf(worker), 1e12 + REWARD);
    }

    // submit

    function test_submit_stands_for_review() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        vm.warp(block.timestamp + WORK);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskSubmitted(taskId, worker, 1, WORK_HASH);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.assertTrue(escrow.isUnderReview(taskId, workOf(WORK_HASH)));
        vm.assertFalse(escrow.isUnderReview(taskId, workOf(keccak256("other"))));
        assertState(taskId, TaskState.Submitted);
    }

    function test_RevertGiven_it_is_not_assigned() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        vm.prank(worker);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Open);
        escrow.submit(taskId, 0, WORK_HASH);
        claimTask(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(worker);
        expectWrongState(taskId, TaskState.Assigned, TaskState.Submitted);
        escrow.submit(taskId, 1, keccak256("better"));
    }

    function test_RevertWhen_another_submits() public {
        bytes32 taskId = assignTask(newTerms());
        vm.prank(stranger);
        expectWrongCaller(taskId, worker, stranger);
        escrow.submit(taskId, 1, WORK_HASH);
    }

    function test_RevertWhen_the_token_is_stale() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        claimTask(terms);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskTokenStale.selector, taskId, 2, 1));
        escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(worker);
        escrow.submit(taskId, 2, WORK_HASH);
    }

    function test_RevertWhen_submitted_late() public {
        bytes32 taskId = assignTask(newTerms());
        uint256 deadline = block.timestamp + WORK;
        vm.warp(deadline + 1);
        vm.prank(worker);
        expectTooLate(taskId, deadline);
        escrow.submit(taskId, 1, WORK_HASH);
    }

    // decide

    function _decided(Terms memory terms, uint16 verdict) private returns (bytes32 taskId, uint256 paid, uint256 refund, uint256 bond) {
        taskId = submitTask(terms, WORK_HASH);
        uint256 workerBefore = balanceOf(terms.token, worker);
        uint256 requesterBefore = balanceOf(terms.token, requester);
        vm.warp(block.timestamp + REVIEW);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), verdict);
        paid = balanceOf(terms.token, worker) - workerBefore;
        refund = balanceOf(terms.token, requester) - requesterBefore;
        bond = escrow.depositOf(worker, HOME, worker, terms.token);
        assertState(taskId, TaskState.Settled);
        vm.assertFalse(escrow.isUnderReview(taskId, workOf(WORK_HASH)));
        vm.assertEq(balanceOf(terms.token, address(escrow)), bond);
        (uint256 price, uint16 told) = escrow.settlementOf(terms);
        vm.assertEq(price, terms.reward);
        vm.assertEq(uint256(told), verdict);
    }

    function test_good_work_is_paid() public {
        (, uint256 paid, uint256 refund, uint256 bond) = _decided(newTerms(), 10_000);
        vm.assertEq(paid, REWARD);
        vm.assertEq(refund, 0);
        vm.assertEq(bond, BOND);
    }

    function test_good_work_is_paid_in_native_coin() public {
        (, uint256 paid, uint256 refund, uint256 bond) = _decided(newNativeTerms(), 10_000);
        vm.assertEq(paid, REWARD);
        vm.assertEq(refund, 0);
        vm.assertEq(bond, BOND);
    }

    function test_worthless_work_costs_what_a_lapse_costs() public {
        (, uint256 paid, uint256 refund, uint256 bond) = _decided(newTerms(), 0);
        uint256 cost = (uint256(BOND) * 4_000) / 10_000;
        vm.assertEq(paid, 0);
        vm.assertEq(refund, REWARD + cost);
        vm.assertEq(bond, BOND - cost);
    }

    /// @dev To the last unit, whatever the shares.
    function testFuzz_a_verdict_divides_the_reward(uint16 verdict, uint128 reward, uint128 bond, uint16 slashShare, bool isNative) public {
        Terms memory terms = isNative ? newNativeTerms() : newTerms();
        terms.reward = reward % 1e11;
        terms.workerBond = (bond % 1e11) + 1;
        terms.slashShare = slashShare % 10_001;
        verdict = verdict % 10_001;
        (, uint256 paid, uint256 refund, uint256 kept) = _decided(terms, verdict);
        vm.assertEq(paid, (uint256(terms.reward) * verdict) / 10_000);
        uint256 cost = verdict == 0 ? (uint256(terms.workerBond) * terms.slashShare) / 10_000 : 0;
        vm.assertEq(refund, terms.reward - paid + cost);
        vm.assertEq(kept, terms.workerBond - cost);
    }

    function test_the_receipt_tells_all() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, worker, evaluator, address(coin), HOME, REWARD, 7_000, 1, Ending.Verdict);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 7_000);
    }

    function test_RevertGiven_nothing_is_submitted() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assignTask(terms);
        vm.prank(evaluator);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Assigned);
        escrow.decide(terms, Work(worker, 1, 0), 10_000);
    }

    function test_RevertWhen_another_decides() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.prank(requester);
        expectWrongCaller(taskId, evaluator, requester);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 0);
    }

    function test_RevertWhen_the_verdict_is_about_something_else() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.prank(evaluator);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskTokenStale.selector, taskId, 1, 2));
        escrow.decide(terms, Work(worker, 2, WORK_HASH), 0);
        vm.prank(evaluator);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, keccak256("other")));
        escrow.decide(terms, Work(worker, 1, keccak256("other")), 0);
    }

    function test_RevertWhen_the_verdict_is_out_of_range() public {
        Terms memory terms = newTerms();
        terms.floor = 2_000;
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.prank(evaluator);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.VerdictInvalid.selector, taskId, 1_999, 2_000));
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 1_999);
        vm.prank(evaluator);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.VerdictInvalid.selector, taskId, 10_001, 2_000));
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_001);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 2_000);
    }

    function test_RevertWhen_decided_late() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitTask(terms, WORK_HASH);
        uint256 deadline = block.timestamp + REVIEW;
        vm.warp(deadline + 1);
        vm.prank(evaluator);
        expectTooLate(taskId, deadline);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 0);
    }

    function test_payout_goes_where_the_worker_chose() public {
        Terms memory terms = newTerms();
        submitTask(terms, WORK_HASH);
        vm.prank(worker);
        registry.setPayout(stranger);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(coin.balanceOf(stranger), REWARD);
    }

    function test_RevertGiven_it_is_over() public {
        Terms memory terms = newTerms();
        (bytes32 taskId, , , ) = _decided(terms, 5_000);
        vm.warp(block.timestamp + 300 days);
        vm.prank(evaluator);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Settled);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 5_000);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Settled);
        escrow.settle(terms, workOf(WORK_HASH));
        expectWrongState(taskId, TaskState.Assigned, TaskState.Settled);
        escrow.lapse(terms);
        expectWrongState(taskId, TaskState.Open, TaskState.Settled);
        escrow.expire(terms);
        vm.prank(requester);
        expectWrongState(taskId, TaskState.Open, TaskState.Settled);
        escrow.cancel(terms);
    }
}
