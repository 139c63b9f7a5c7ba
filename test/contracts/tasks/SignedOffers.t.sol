// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ending, ITaskRecords, Offer} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Postings that somebody else pays, and assignments that both sides agreed to.
/// - either side starts, the other completes in one transaction
/// - money comes only from whoever called or signed for exactly that
contract SignedOffersTest is SigningWorld {
    function _hire(address caller, Terms memory terms, Offer memory offer, bytes memory signature) private returns (uint16) {
        vm.prank(caller);
        return escrow.hire(terms, offer, signature);
    }

    /// @dev A refused hire, by the requester, of a worker that did sign.
    function _hireSigned(Terms memory terms, Offer memory offer) private {
        bytes memory signature = sign(WORKER_KEY, offerHash(escrow.taskIdOf(terms), offer));
        vm.prank(requester);
        escrow.hire(terms, offer, signature);
    }

    function _depositBond() private {
        depositFor(worker, HOME, worker, address(coin), BOND);
    }

    // postings

    function test_anyone_posts_what_the_requester_signed_and_pays() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        mark(terms);
        uint256 before = coin.balanceOf(stranger);
        bytes memory signature = sign(REQUESTER_KEY, postingHash(taskId, later()));
        vm.prank(stranger);
        vm.assertEq(escrow.openFor(terms, later(), signature), taskId);
        assertState(taskId, TaskState.Open);
        vm.assertEq(before - coin.balanceOf(stranger), totalOf(terms));
        assertPaid(terms, requester, 0, "requester");
        vm.prank(requester);
        escrow.cancel(terms);
        assertPaid(terms, requester, totalOf(terms), "requester, refunded");
    }

    function test_anyone_posts_in_native_coin() public {
        Terms memory terms = fullTerms();
        terms.token = address(0);
        bytes32 taskId = escrow.taskIdOf(terms);
        bytes memory signature = sign(REQUESTER_KEY, postingHash(taskId, later()));
        vm.deal(stranger, totalOf(terms));
        vm.prank(stranger);
        escrow.openFor{value: totalOf(terms)}(terms, later(), signature);
        assertState(taskId, TaskState.Open);
        vm.assertEq(stranger.balance, 0);
    }

    function test_RevertWhen_a_posting_is_not_signed_or_used_or_revoked() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        bytes32 posting = postingHash(taskId, later());
        bytes memory wrong = sign(STRANGER_KEY, posting);
        bytes memory right = sign(REQUESTER_KEY, posting);
        expectUnsigned(requester, posting);
        vm.prank(stranger);
        escrow.openFor(terms, later(), wrong);

        vm.prank(requester);
        escrow.revokeSignature(digestOf(posting));
        vm.assertTrue(escrow.isRevoked(requester, digestOf(posting)));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureTakenBack.selector, requester, digestOf(posting)));
        vm.prank(stranger);
        escrow.openFor(terms, later(), right);

        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskReceipt(taskId, requester, address(0), evaluator, terms.token, 0, 0, 0, 0, Ending.Cancellation);
        vm.prank(requester);
        escrow.revoke(terms);
        assertState(taskId, TaskState.Cancelled);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        vm.prank(stranger);
        escrow.openFor(terms, later(), right);
    }

    function test_RevertWhen_a_posting_expired() public {
        Terms memory terms = fullTerms();
        uint40 expiry = uint40(block.timestamp);
        bytes memory signature = sign(REQUESTER_KEY, postingHash(escrow.taskIdOf(terms), expiry));
        vm.warp(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureExpired.selector, expiry, expiry + 1));
        vm.prank(stranger);
        escrow.openFor(terms, expiry, signature);
    }

    function test_RevertWhen_a_posting_names_a_parent() public {
        Terms memory terms = newTerms();
        terms.parent = bytes32(uint256(7));
        bytes memory signature = sign(REQUESTER_KEY, postingHash(escrow.taskIdOf(terms), later()));
        expectInvalid("parent", 7);
        vm.prank(stranger);
        escrow.openFor(terms, later(), signature);
        expectInvalid("parent", 7);
        vm.prank(requester);
        escrow.open(terms);
        Offer memory offer = newOffer();
        _depositBond();
        signature = sign(REQUESTER_KEY, offerHash(escrow.taskIdOf(terms), offer));
        expectInvalid("parent", 7);
        _hire(worker, terms, offer, signature);
    }

    function test_RevertWhen_another_revokes_or_it_is_posted() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        expectWrongCaller(taskId, requester, stranger);
        vm.prank(stranger);
        escrow.revoke(terms);
        openTask(terms);
        expectWrongState(taskId, TaskState.None, TaskState.Open);
        vm.prank(requester);
        escrow.revoke(terms);
    }

    // hires

    function test_the_worker_takes_an_offer_of_a_new_task() public {
        Terms memory terms = fullTerms();
        Offer memory offer = newOffer();
        _depositBond();
        bytes memory signature = sign(REQUESTER_KEY, offerHash(escrow.taskIdOf(terms), offer));
        uint256 before = coin.balanceOf(requester);
        vm.assertEq(_hire(worker, terms, offer, signature), 1);
        bytes32 taskId = escrow.taskIdOf(terms);
        assertState(taskId, TaskState.Assigned);
        vm.assertEq(before - coin.balanceOf(requester), totalOf(terms));
        assertFree(terms, 0);
        vm.assertEq(escrow.taskOf(taskId).price, 10_000);
        vm.assertEq(escrow.workerOf(taskId).account, worker);
    }

    function test_the_requester_takes_the_offer_of_a_worker() public {
        Terms memory terms = fullTerms();
        openTask(terms);
        _depositBond();
        uint256 before = coin.balanceOf(requester);
        _hireSigned(terms, newOffer());
        assertState(escrow.taskIdOf(terms), TaskState.Assigned);
        vm.assertEq(coin.balanceOf(requester), before);
    }

    function test_a_new_task_in_native_coin_is_paid_by_a_requester_that_calls() public {
        Terms memory terms = fullTerms();
        terms.token = address(0);
        Offer memory offer = newOffer();
        depositFor(worker, HOME, worker, address(0), BOND);
        bytes32 taskId = escrow.taskIdOf(terms);
        bytes memory signature = sign(WORKER_KEY, offerHash(taskId, offer));
        vm.deal(requester, totalOf(terms));
        vm.prank(requester);
        escrow.hire{value: totalOf(terms)}(terms, offer, signature);
        assertState(taskId, TaskState.Assigned);

        terms.salt = keccak256("another");
        signature = sign(REQUESTER_KEY, offerHash(escrow.taskIdOf(terms), offer));
        depositFor(worker, HOME, worker, address(0), BOND);
        expectWrongCaller(escrow.taskIdOf(terms), requester, worker);
        _hire(worker, terms, offer, signature);
    }

    /// @dev Without a bond nobody stands behind the worker, and a lapse ends the task.
    function test_a_task_without_bond_can_be_hired_for_and_lapses_for_good() public {
        Terms memory terms = fullTerms();
        terms.workerBond = 0;
        openTask(terms);
        _hireSigned(terms, newOffer());
        mark(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        vm.prank(stranger);
        escrow.lapse(terms);
        assertState(escrow.taskIdOf(terms), TaskState.Expired);
        assertPaidOut(terms, 0, totalOf(terms) - TRIGGER, 0, TRIGGER);
        assertHeld(terms, 0);
    }

    function test_a_sponsor_stands_behind_a_hired_worker() public {
        Terms memory terms = plainTerms();
        depositFor(sponsor, HOME, worker, address(coin), BOND);
        Offer memory offer = newOffer();
        offer.sponsor = sponsor;
        _hireSigned(terms, offer);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), 0);
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 0);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), BOND - COST);
        assertPaidOut(terms, 0, uint256(REWARD) + TRIGGER + COST, FEE, 0);
    }

    function test_RevertWhen_an_offer_is_refused() public {
        Terms memory terms = fullTerms();
        Offer memory offer = newOffer();
        bytes32 taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, worker, 0, BOND));
        this.hireSigned(terms, offer);
        offer.token = 2;
        expectStale(taskId, 1, 2);
        this.hireSigned(terms, offer);
        offer.token = 1;
        offer.worker = evaluator;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, evaluator));
        this.hireSigned(terms, offer);
        offer.worker = address(0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, address(0)));
        this.hireSigned(terms, offer);
        offer.worker = stranger;
        expectUnsigned(stranger, offerHash(taskId, offer));
        this.hireSigned(terms, offer);
        vm.warp(terms.openUntil + 1);
        expectTooLate(taskId, terms.openUntil);
        this.hireSigned(terms, offer);
    }

    function hireSigned(Terms memory terms, Offer memory offer) external {
        _hireSigned(terms, offer);
    }

    function test_RevertWhen_paused_or_another_hires_or_value_comes_with_it() public {
        Terms memory terms = fullTerms();
        Offer memory offer = newOffer();
        bytes32 taskId = openTask(terms);
        _depositBond();
        bytes memory signature = sign(WORKER_KEY, offerHash(taskId, offer));
        expectUnsigned(requester, offerHash(taskId, offer));
        _hire(stranger, terms, offer, signature);
        vm.deal(requester, 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), 0, 1));
        vm.prank(requester);
        escrow.hire{value: 1}(terms, offer, signature);
        escrow.pause(1 days);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.EscrowPaused.selector, block.timestamp + 1 days));
        _hire(requester, terms, offer, signature);
    }

    function test_RevertGiven_it_is_assigned_or_a_policy_decides() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = assignTask(terms);
        Offer memory offer = newOffer();
        offer.token = 2;
        expectWrongState(taskId, TaskState.Open, TaskState.Assigned);
        this.hireSigned(terms, offer);
        terms.allocation = address(coin);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AllocationWrong.selector, escrow.taskIdOf(terms), coin));
        this.hireSigned(terms, newOffer());
    }

    /// @dev A requester that works for itself signs once, and anyone may complete that: it asked for it.
    function test_a_requester_may_hire_itself() public {
        Terms memory terms = fullTerms();
        Offer memory offer = Offer(requester, requester, 1, later());
        depositFor(requester, HOME, requester, address(coin), BOND);
        bytes32 taskId = escrow.taskIdOf(terms);
        bytes memory signature = sign(REQUESTER_KEY, offerHash(taskId, offer));
        _hire(stranger, terms, offer, signature);
        vm.assertEq(escrow.workerOf(taskId).account, requester);
    }
}
