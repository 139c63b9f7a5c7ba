// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Verdicts that somebody does not accept.
/// - less than all is a proposal where there is an arbitrator: of the evaluator, or of the requester with a bond
/// - nobody counters: it stands. Somebody counters: the arbitrator shares reward and bonds alike, or its silence does
contract DisputesTest is SigningWorld {
    function _share(uint256 amount, uint16 verdict) private pure returns (uint256) {
        return (amount * verdict) / 10_000;
    }

    function rule(Terms memory terms, uint16 verdict) public {
        vm.prank(arbitrator);
        escrow.rule(terms, work(), verdict);
    }

    function _resolveAfter(Terms memory terms, uint24 window) private {
        vm.warp(block.timestamp + window + GRACE);
        expectTooEarly(escrow.taskIdOf(terms), block.timestamp);
        escrow.resolve(terms, work());
        vm.warp(block.timestamp + 1);
        vm.prank(stranger);
        escrow.resolve(terms, work());
        assertState(escrow.taskIdOf(terms), TaskState.Settled);
    }

    function test_all_that_was_promised_is_never_contested() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = submitFor(terms);
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 10_000);
        assertState(taskId, TaskState.Settled);
        assertPaidOut(terms, REWARD, TRIGGER, FEE, 0);
        assertHeld(terms, BOND);
    }

    function test_a_lesser_verdict_stands_when_nobody_counters() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = submitFor(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskContested(taskId, evaluator, 6_000);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 6_000);
        mark(terms);
        _resolveAfter(terms, DISPUTE);
        uint256 earned = _share(REWARD, 6_000);
        assertPaidOut(terms, earned, REWARD - earned, FEE, TRIGGER);
        assertFree(terms, BOND);
        assertHeld(terms, BOND);
    }

    function test_a_verdict_of_nothing_costs_a_lapse_when_nobody_counters() public {
        Terms memory terms = fullTerms();
        contestByEvaluator(terms, 0);
        mark(terms);
        _resolveAfter(terms, DISPUTE);
        assertPaidOut(terms, 0, REWARD + COST, FEE, TRIGGER);
        assertFree(terms, BOND - COST);
    }

    function test_the_requester_contests_and_has_its_bond_back_when_nobody_counters() public {
        Terms memory terms = fullTerms();
        mark(terms);
        bytes32 taskId = submitFor(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskContested(taskId, requester, 2_000);
        vm.prank(requester);
        escrow.contest(terms, work(), 2_000);
        assertHeld(terms, totalOf(terms) + BOND + DISPUTE_BOND);
        _resolveAfter(terms, DISPUTE);
        uint256 earned = _share(REWARD, 2_000);
        // The evaluator said nothing: its fee returns.
        vm.assertEq(wealthOf(requester, address(coin)), 1e12 - earned - TRIGGER);
        vm.assertEq(coin.balanceOf(evaluator), 0);
        assertPaid(terms, stranger, TRIGGER, "stranger");
        assertHeld(terms, BOND);
    }

    /// @dev Both bonds go as the reward goes. The fee is due only where the evaluator gave the verdict that was disputed.
    function testFuzz_a_ruling_shares_reward_and_bonds(uint16 verdict, bool isByRequester, bool isByWorker) public {
        verdict %= 10_001;
        Terms memory terms = fullTerms();
        if (isByRequester) contestByRequester(terms, 1_000);
        else contestByEvaluator(terms, 1_000);
        address by = isByWorker ? worker : successor;
        vm.expectEmit(address(escrow));
        emit ITaskRecords.TaskDisputed(escrow.taskIdOf(terms), by, arbitrator);
        counterBy(by, terms);
        uint256 pot = isByRequester ? 2 * uint256(DISPUTE_BOND) : DISPUTE_BOND;
        assertHeld(terms, totalOf(terms) + BOND + pot);
        mark(terms);
        rule(terms, verdict);
        uint256 earned = _share(REWARD, verdict);
        uint256 won = _share(pot, verdict);
        uint256 cost = verdict == 0 ? COST : 0;
        uint256 fee = isByRequester ? 0 : FEE;
        assertPaid(terms, worker, earned + (isByWorker ? won : 0), "worker");
        assertPaid(terms, successor, isByWorker ? 0 : won, "who countered");
        assertPaid(terms, evaluator, fee, "evaluator");
        assertPaid(terms, requester, totalOf(terms) - earned - fee + pot - won + cost, "requester");
        assertFree(terms, BOND - cost);
        assertHeld(terms, BOND - cost);
    }

    function test_an_arbitrator_that_is_silent_gives_the_default_split_and_all_bonds_back() public {
        Terms memory terms = fullTerms();
        contestByRequester(terms, 0);
        counterBy(successor, terms);
        mark(terms);
        _resolveAfter(terms, ARBITRATION);
        uint256 earned = _share(REWARD, DEFAULT_SPLIT);
        assertPaid(terms, worker, earned, "worker");
        assertPaid(terms, successor, DISPUTE_BOND, "who countered");
        assertPaid(terms, requester, REWARD - earned + FEE + DISPUTE_BOND, "requester");
        assertPaid(terms, stranger, TRIGGER, "stranger");
        assertHeld(terms, BOND);
        (, uint16 verdict) = escrow.settlementOf(terms);
        vm.assertEq(verdict, DEFAULT_SPLIT);
    }

    /// @dev Silence is not the worker's fault, even where it gives nothing.
    function test_a_default_split_of_nothing_costs_no_bond() public {
        Terms memory terms = fullTerms();
        terms.defaultSplit = 0;
        contestByEvaluator(terms, 5_000);
        counterBy(worker, terms);
        mark(terms);
        _resolveAfter(terms, ARBITRATION);
        assertPaidOut(terms, DISPUTE_BOND, REWARD, FEE, TRIGGER);
        assertFree(terms, BOND);
    }

    function test_a_dispute_in_native_coin() public {
        Terms memory terms = fullTerms();
        terms.token = address(0);
        submitFor(terms);
        vm.deal(requester, DISPUTE_BOND);
        vm.deal(worker, DISPUTE_BOND);
        vm.prank(requester);
        escrow.contest{value: DISPUTE_BOND}(terms, work(), 0);
        vm.prank(worker);
        escrow.counter{value: DISPUTE_BOND}(terms, work());
        mark(terms);
        rule(terms, 10_000);
        assertPaidOut(terms, REWARD + 2 * uint256(DISPUTE_BOND), uint256(FEE) + TRIGGER, 0, 0);
    }

    function contest(Terms memory terms, uint16 verdict) public {
        vm.prank(requester);
        escrow.contest(terms, work(), verdict);
    }

    function counter(Terms memory terms, Work memory seen) public {
        vm.prank(worker);
        escrow.counter(terms, seen);
    }

    function test_RevertWhen_a_contest_is_refused() public {
        Terms memory terms = plainTerms();
        bytes32 taskId = submitFor(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ArbitratorMissing.selector, taskId));
        this.contest(terms, 0);
        terms = fullTerms();
        taskId = submitFor(terms);
        expectVerdictInvalid(taskId, 10_000, 0);
        this.contest(terms, 10_000);
        expectWrongCaller(taskId, requester, evaluator);
        vm.prank(evaluator);
        escrow.contest(terms, work(), 0);
        expectStale(taskId, 1, 2);
        vm.prank(requester);
        escrow.contest(terms, Work(worker, 2, WORK_HASH), 0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, bytes32(0)));
        vm.prank(requester);
        escrow.contest(terms, Work(worker, 1, 0), 0);
        vm.prank(requester);
        coin.approve(address(escrow), 0);
        vm.expectRevert();
        this.contest(terms, 0);
        assertState(taskId, TaskState.Submitted);
        vm.warp(block.timestamp + REVIEW + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.contest(terms, 0);
    }

    function test_RevertWhen_a_contest_comes_again() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = contestByEvaluator(terms, 5_000);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Contested);
        this.contest(terms, 0);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Contested);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 10_000);
        counterBy(worker, terms);
        expectWrongState(taskId, TaskState.Contested, TaskState.Disputed);
        this.counter(terms, work());
    }

    function test_RevertWhen_a_counter_is_refused() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = contestByEvaluator(terms, 5_000);
        expectStale(taskId, 1, 2);
        this.counter(terms, Work(worker, 2, WORK_HASH));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, bytes32(0)));
        this.counter(terms, Work(worker, 1, 0));
        vm.deal(worker, 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), 0, 1));
        vm.prank(worker);
        escrow.counter{value: 1}(terms, work());
        vm.warp(block.timestamp + DISPUTE + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.counter(terms, work());
    }

    function test_RevertWhen_a_ruling_is_refused() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = contestByEvaluator(terms, 5_000);
        expectWrongState(taskId, TaskState.Disputed, TaskState.Contested);
        this.rule(terms, 1);
        counterBy(worker, terms);
        expectVerdictInvalid(taskId, 10_001, 0);
        this.rule(terms, 10_001);
        expectWrongCaller(taskId, arbitrator, evaluator);
        vm.prank(evaluator);
        escrow.rule(terms, work(), 1);
        vm.warp(block.timestamp + ARBITRATION + 1);
        expectTooLate(taskId, block.timestamp - 1);
        this.rule(terms, 1);
        vm.warp(block.timestamp + GRACE);
        escrow.resolve(terms, work());
        expectWrongState(taskId, TaskState.Disputed, TaskState.Settled);
        this.rule(terms, 1);
        expectWrongState(taskId, TaskState.Contested, TaskState.Settled);
        escrow.resolve(terms, work());
    }

    /// @dev Nobody rules about its own work; when nobody else may, the default decides.
    function test_RevertWhen_the_arbitrator_did_the_work() public {
        Terms memory terms = fullTerms();
        terms.arbitrator = worker;
        bytes32 taskId = contestByEvaluator(terms, 5_000);
        counterBy(worker, terms);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerIsEvaluator.selector, taskId, worker));
        escrow.rule(terms, work(), 10_000);
        vm.warp(block.timestamp + ARBITRATION + GRACE + 1);
        escrow.resolve(terms, work());
        assertState(taskId, TaskState.Settled);
    }

    function test_RevertGiven_nothing_is_contested() public {
        Terms memory terms = fullTerms();
        bytes32 taskId = submitFor(terms);
        expectWrongState(taskId, TaskState.Contested, TaskState.Submitted);
        escrow.resolve(terms, work());
    }
}
