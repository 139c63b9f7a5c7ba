// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bid, ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Module, Mood} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Tasks that a policy prices: bids against each other, and claims at the price of the day.
/// - a beaten bid has its bond back, the clock of the auction stays
/// - the worker gets its share of the agreed price, the rest is the requester's
contract AuctionsTest is SigningWorld {
    Module private _policy;
    uint24 private constant CHALLENGE = 20 minutes;

    function setUp() public override {
        super.setUp();
        _policy = new Module();
    }

    function _auction() private view returns (Terms memory terms) {
        terms = fullTerms();
        terms.allocation = address(_policy);
        terms.allocationParams = bytes32(uint256(1));
        terms.challengeWindow = CHALLENGE;
    }

    function _priced() private view returns (Terms memory terms) {
        terms = _auction();
        terms.challengeWindow = 0;
    }

    function _bid(uint16 share) private view returns (Bid memory) {
        return Bid(worker, worker, share, 1, later());
    }

    function _propose(address by, Terms memory terms, uint16 share) private {
        Bid memory bid = Bid(by, by, share, 1, later());
        vm.prank(by);
        escrow.propose(terms, bid, "");
    }

    function propose(Terms memory terms, Bid memory bid) external {
        bytes memory signature = sign(WORKER_KEY, bidHash(escrow.taskIdOf(terms), bid));
        vm.prank(stranger);
        escrow.propose(terms, bid, signature);
    }

    function test_the_better_bid_leads_and_the_beaten_bond_is_free() public {
        Terms memory terms = _auction();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        depositFor(successor, HOME, successor, address(coin), BOND);
        uint256 start = block.timestamp;
        _propose(worker, terms, 9_000);
        assertFree(terms, 0);
        vm.warp(start + CHALLENGE);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskProposed(taskId, successor, 7_000, 1, uint40(start + CHALLENGE));
        _propose(successor, terms, 7_000);
        assertFree(terms, BOND);
        vm.assertEq(escrow.depositOf(successor, HOME, successor, address(coin)), 0);
        vm.assertEq(escrow.taskOf(taskId).steppedAt, start);
        vm.assertEq(escrow.taskOf(taskId).worker, successor);

        vm.warp(start + CHALLENGE + GRACE + 1);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskAssigned(taskId, successor, HOME, 1, uint40(start + CHALLENGE + WORK));
        vm.prank(stranger);
        vm.assertEq(escrow.award(terms), 1);
        assertState(taskId, TaskState.Assigned);
        vm.assertEq(escrow.workDeadlineOf(taskId), start + CHALLENGE + WORK);
        vm.prank(successor);
        escrow.submit(taskId, 1, WORK_HASH);
        mark(terms);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        vm.prank(stranger);
        escrow.settle(terms, _workOf(successor));
        uint256 price = (uint256(REWARD) * 7_000) / 10_000;
        assertPaid(terms, successor, price, "successor");
        assertPaid(terms, requester, REWARD - price + FEE, "requester");
        assertPaid(terms, stranger, TRIGGER, "stranger");
        (uint256 agreed, uint16 verdict) = escrow.settlementOf(terms);
        vm.assertEq(agreed, price);
        vm.assertEq(verdict, 10_000);
        assertHeld(terms, 2 * BOND);
    }

    function _workOf(address account) private pure returns (Work memory) {
        return Work(account, 1, WORK_HASH);
    }

    function test_a_bid_is_brought_by_anyone_with_its_signature_and_a_sponsor() public {
        Terms memory terms = _auction();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, HOME, worker, address(coin), BOND);
        Bid memory bid = _bid(10_000);
        bid.sponsor = sponsor;
        this.propose(terms, bid);
        assertState(taskId, TaskState.Proposed);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), 0);
        depositFor(successor, HOME, successor, address(coin), BOND);
        _propose(successor, terms, 1);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), BOND);
        assertHeld(terms, totalOf(terms) + 2 * BOND);
    }

    /// @dev One deposit carries one bid after another of the same worker.
    function test_a_worker_beats_itself() public {
        Terms memory terms = _auction();
        openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        _propose(worker, terms, 9_000);
        _propose(worker, terms, 8_000);
        assertFree(terms, 0);
    }

    function test_RevertWhen_a_bid_is_refused() public {
        Terms memory terms = _auction();
        bytes32 taskId = openTask(terms);
        Bid memory bid = _bid(9_000);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, worker, 0, BOND));
        this.propose(terms, bid);
        depositFor(worker, HOME, worker, address(coin), 2 * BOND);
        bid.token = 2;
        expectStale(taskId, 1, 2);
        this.propose(terms, bid);
        bid = _bid(0);
        expectShareWrong(taskId, 10_000, 0);
        this.propose(terms, bid);
        bid = _bid(10_001);
        expectShareWrong(taskId, 10_000, 10_001);
        this.propose(terms, bid);
        bid = _bid(9_000);
        bid.worker = evaluator;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, evaluator));
        this.propose(terms, bid);
        bid.worker = successor;
        expectUnsigned(successor, bidHash(taskId, bid));
        this.propose(terms, bid);
        _propose(worker, terms, 9_000);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BidTooHigh.selector, taskId, 9_000, 9_000));
        this.propose(terms, _bid(9_000));
        escrow.pause(1 hours);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.EscrowPaused.selector, block.timestamp + 1 hours));
        this.propose(terms, _bid(8_000));
    }

    function test_RevertGiven_no_auction_or_no_bond_or_the_wrong_state() public {
        Terms memory terms = _priced();
        bytes32 taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AllocationWrong.selector, taskId, _policy));
        this.propose(terms, _bid(9_000));
        terms = _auction();
        taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AllocationWrong.selector, taskId, _policy));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AllocationWrong.selector, taskId, _policy));
        vm.prank(requester);
        escrow.cancel(terms);
        expectWrongState(taskId, TaskState.Proposed, TaskState.Open);
        escrow.award(terms);
        terms.workerBond = 0;
        taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BondRequired.selector, taskId));
        this.propose(terms, _bid(9_000));
        terms = _auction();
        terms.salt = "new";
        expectWrongState(escrow.taskIdOf(terms), TaskState.Open, TaskState.None);
        this.propose(terms, _bid(9_000));
    }

    /// @dev Otherwise the bidder that wins could never hand in: the award waits for the grace, its clock does not.
    function test_RevertWhen_the_award_would_leave_no_time_to_work() public {
        Terms memory terms = _auction();
        terms.workWindow = GRACE;
        expectInvalid("workWindow", GRACE);
        vm.prank(requester);
        escrow.open(terms);
        terms.workWindow = GRACE + 1;
        openTask(terms);
    }

    function test_an_unawarded_auction_opens_again_after_a_lapse() public {
        Terms memory terms = _auction();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        _propose(worker, terms, 9_000);
        vm.warp(block.timestamp + CHALLENGE + WORK + GRACE + 1);
        escrow.award(terms);
        mark(terms);
        vm.prank(stranger);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        assertPaidOut(terms, 0, COST - TRIGGER, 0, TRIGGER);
        assertFree(terms, BOND - COST);
        vm.assertEq(escrow.taskOf(taskId).price, 0);
        depositFor(worker, HOME, worker, address(coin), BOND);
        expectStale(taskId, 2, 1);
        this.propose(terms, _bid(8_000));
        Bid memory bid = _bid(8_000);
        bid.token = 2;
        this.propose(terms, bid);
        vm.assertEq(escrow.taskOf(taskId).price, 8_000);
    }

    // the price of the day

    function test_a_claim_takes_the_price_of_the_policy() public {
        Terms memory terms = _priced();
        bytes32 taskId = openTask(terms);
        _policy.behave(Mood.Honest, 2_500);
        depositFor(worker, HOME, worker, address(coin), BOND);
        vm.prank(worker);
        vm.assertEq(escrow.claimWith(terms, worker, 2_500), 1);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 10_000);
        uint256 price = (uint256(REWARD) * 2_500) / 10_000;
        assertPaidOut(terms, price, REWARD - price + TRIGGER, FEE, 0);
        assertFree(terms, BOND);
        assertHeld(terms, BOND);
    }

    function test_RevertWhen_a_priced_claim_is_refused() public {
        Terms memory terms = _priced();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ClaimTermsWrong.selector, taskId));
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        uint16[3] memory answers = [uint16(2_499), 0, 10_001];
        uint16[3] memory least = [uint16(2_500), 0, 1];
        for (uint256 i; i < answers.length; ++i) {
            _policy.behave(Mood.Honest, answers[i]);
            expectShareWrong(taskId, least[i], answers[i]);
            vm.prank(worker);
            escrow.claimWith(terms, worker, least[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, evaluator));
        vm.prank(evaluator);
        escrow.claimWith(terms, worker, 1);
        terms.workerBond = 0;
        taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BondRequired.selector, taskId));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
    }

    function test_a_plain_task_may_be_claimed_with_all_its_terms() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 10_000);
        vm.assertEq(escrow.taskOf(taskId).price, 10_000);
    }
}
