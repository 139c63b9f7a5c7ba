// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {Bid, Handoff, Offer, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Module, Mood} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Policies, evaluators, arbitrators and checks that are against everybody.
/// - victims gave the escrow unlimited allowances and deposits: nothing of theirs moves, and nobody is bound, without their consent
/// - what eats gas, reverts or talks nonsense never blocks a default, nor makes it dear
contract HostilePolicyTest is SigningWorld {
    Module private _module;
    /// @dev A victim's own task, that it holds as requester and works on as worker.
    Terms private _victims;

    uint256 private constant MOODS = 6;

    function setUp() public override {
        super.setUp();
        _module = new Module();
        coin.mint(address(_module), 1e12);
        _module.act(address(coin), 0, abi.encodeCall(coin.approve, (address(escrow), type(uint256).max)));
        depositFor(worker, HOME, worker, address(coin), 10 * BOND);
        depositFor(successor, HOME, successor, address(coin), 10 * BOND);
        depositFor(sponsor, HOME, worker, address(coin), 10 * BOND);
    }

    // victims

    /// @dev All that people have anywhere in the escrow or out of it, and who is bound to the tasks at hand.
    function _belongings(Terms memory own) private view returns (bytes32 all) {
        address[6] memory victims = [requester, worker, successor, sponsor, stranger, evaluator];
        for (uint256 i; i < victims.length; ++i) {
            all = keccak256(
                abi.encode(
                    all,
                    wealthOf(victims[i], address(coin)),
                    escrow.depositOf(victims[i], HOME, victims[i], address(coin)),
                    escrow.depositOf(victims[i], HOME, worker, address(coin))
                )
            );
        }
        Terms memory victims_ = _victims;
        all = keccak256(abi.encode(all, escrow.taskOf(escrow.taskIdOf(victims_))));
        address bound = escrow.workerOf(escrow.taskIdOf(own)).account;
        vm.assertTrue(bound == address(0) || bound == address(_module), "somebody is bound");
    }

    /// @dev The module's own terms, in which it has every part.
    function _own(bool isAuction) private view returns (Terms memory terms) {
        terms = fullTerms();
        terms.requester = address(_module);
        terms.evaluator = address(0xBAD);
        terms.allocation = address(_module);
        if (isAuction) terms.challengeWindow = 1 hours;
        terms.salt = "own";
    }

    /// @dev In the module's own name, all that could take from people or bind them.
    function _attacks(Terms memory own) private view returns (bytes[] memory calls) {
        calls = new bytes[](30);
        Terms memory theirs = _victims;
        Terms memory fresh = fullTerms();
        fresh.salt = "fresh";
        Terms memory hired = fresh;
        bytes32 id = escrow.taskIdOf(theirs);
        address me = address(_module);
        Work memory seen = Work(worker, 1, WORK_HASH);
        calls[0] = abi.encodeCall(ITaskEscrowCore.open, (fresh));
        calls[1] = abi.encodeCall(ITaskEscrowCore.openFor, (fresh, 0, ""));
        calls[2] = abi.encodeCall(ITaskEscrowCore.openFor, (fresh, later(), new bytes(65)));
        calls[3] = abi.encodeCall(ITaskEscrowCore.hire, (hired, Offer(me, me, 1, later()), ""));
        calls[4] = abi.encodeCall(ITaskEscrowCore.hire, (hired, Offer(worker, worker, 1, later()), ""));
        calls[5] = abi.encodeCall(ITaskEscrowCore.revoke, (fresh));
        calls[6] = abi.encodeCall(ITaskEscrowCore.cancel, (theirs));
        calls[7] = abi.encodeCall(ITaskEscrowCore.claim, (escrow.taskIdOf(own), claimTermsOf(own), worker));
        calls[8] = abi.encodeCall(ITaskAssignments.claimWith, (own, worker, 1));
        calls[9] = abi.encodeCall(ITaskAssignments.claimWith, (own, sponsor, 1));
        calls[10] = abi.encodeCall(ITaskAssignments.propose, (own, Bid(worker, worker, 1, 1, later()), ""));
        calls[11] = abi.encodeCall(ITaskAssignments.propose, (own, Bid(worker, sponsor, 1, 1, later()), new bytes(65)));
        calls[12] = abi.encodeCall(ITaskAssignments.propose, (own, Bid(me, worker, 1, 1, later()), ""));
        calls[13] = abi.encodeCall(ITaskAssignments.handoff, (theirs, Handoff(me, me, 1, later()), "", "", ""));
        calls[14] = abi.encodeCall(ITaskAssignments.handoff, (own, Handoff(successor, successor, 1, later()), "", "", ""));
        calls[15] = abi.encodeCall(ITaskAssignments.handoff, (own, Handoff(me, worker, 1, later()), "", "", ""));
        calls[16] = abi.encodeCall(ITaskAssignments.giveUp, (theirs));
        calls[17] = abi.encodeCall(ITaskAssignments.alive, (id));
        calls[18] = abi.encodeCall(ITaskEscrowCore.submit, (id, 1, WORK_HASH));
        calls[19] = abi.encodeCall(ITaskReviews.submitChecked, (theirs, 1, ""));
        calls[20] = abi.encodeCall(ITaskEscrowCore.decide, (theirs, seen, 0));
        calls[21] = abi.encodeCall(ITaskReviews.revise, (theirs, seen));
        calls[22] = abi.encodeCall(ITaskReviews.contest, (theirs, seen, 0));
        calls[23] = abi.encodeCall(ITaskReviews.counter, (theirs, seen));
        calls[24] = abi.encodeCall(ITaskReviews.rule, (theirs, seen, 0));
        calls[25] = abi.encodeCall(ITaskReviews.split, (theirs, seen, newSplit(0), "", ""));
        calls[26] = abi.encodeCall(ITaskReviews.withdrawDeposit, (HOME, worker, address(coin), 1));
        calls[27] = abi.encodeCall(ITaskReviews.withdrawTo, (address(coin), address(_module)));
        calls[28] = abi.encodeCall(ITaskEscrowCore.openChild, (_childOf(theirs), theirs));
        calls[29] = abi.encodeCall(ITaskReviews.resolve, (theirs, seen));
    }

    function _childOf(Terms memory parent) private view returns (Terms memory terms) {
        terms = fullTerms();
        (terms.requester, terms.parent, terms.reward, terms.triggerReward) = (address(_module), escrow.taskIdOf(parent), 1, 0);
    }

    function _attackAll(Terms memory own) private {
        bytes[] memory calls = _attacks(own);
        bytes32 before = _belongings(own);
        for (uint256 i; i < calls.length; ++i) {
            try _module.act(address(escrow), 0, calls[i]) {} catch {}
            vm.assertEq(_belongings(own), before, string.concat("attack ", vm.toString(i)));
        }
    }

    function _attackFrom(bool isAuction) private {
        Terms memory own = _own(isAuction);
        _module.act(address(escrow), 0, abi.encodeCall(ITaskEscrowCore.open, (own)));
        Terms memory theirs = fullTerms();
        theirs.salt = "theirs";
        theirs.delegable = theirs.reward;
        _victims = theirs;
        _attackAll(own);
        openTask(theirs);
        _attackAll(own);
        bytes32 taskId = escrow.taskIdOf(theirs);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(theirs), worker);
        _attackAll(own);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        _attackAll(own);
        assertState(taskId, TaskState.Submitted);
    }

    function test_a_policy_takes_nothing_and_binds_nobody_in_an_auction() public {
        _attackFrom(true);
    }

    function test_a_policy_takes_nothing_and_binds_nobody_at_its_own_price() public {
        _attackFrom(false);
    }

    /// @dev Bad judges hurt only who took their task, and only by what the terms say.
    function test_a_judge_takes_no_more_than_the_terms_give() public {
        Terms memory terms = plainTerms();
        terms.evaluator = address(_module);
        bytes32 taskId = openTask(terms);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        mark(terms);
        uint256 had = coin.balanceOf(address(_module));
        _module.act(address(escrow), 0, abi.encodeCall(ITaskEscrowCore.decide, (terms, work(), 0)));
        assertPaidOut(terms, 0, REWARD + TRIGGER + COST, 0, 0);
        vm.assertEq(coin.balanceOf(address(_module)), had + FEE);
        assertFree(terms, 10 * BOND - COST);
    }

    function test_a_price_over_the_whole_is_refused() public {
        Terms memory terms = fullTerms();
        terms.allocation = address(_module);
        openTask(terms);
        _module.behave(Mood.Honest, 10_001);
        vm.prank(worker);
        (bool success, ) = address(escrow).call(abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 9_000)));
        vm.assertFalse(success);
        _module.behave(Mood.Honest, 10_000);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 9_000);
    }

    /// @dev A price that fell since the worker looked binds nobody; one that no task has neither.
    function test_a_price_under_what_the_worker_takes_is_refused() public {
        Terms memory terms = fullTerms();
        terms.allocation = address(_module);
        openTask(terms);
        for (uint256 i; i <= uint256(Mood.Nonsense); ++i) {
            _module.behave(Mood(i), 8_999);
            vm.prank(worker);
            (bool success, ) = address(escrow).call(abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 9_000)));
            vm.assertFalse(success);
        }
        _module.behave(Mood.Honest, 9_000);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 9_000);
    }

    // defaults

    /// @dev The default is there, for anyone, at a bounded price, whatever the modules do.
    function _fire(bytes memory byDefault, Terms memory terms, TaskState expected) private {
        for (uint256 i; i <= MOODS - 1; ++i) {
            uint256 snapshot = vm.snapshotState();
            _module.behave(Mood(i), 0);
            uint256 gasBefore = gasleft();
            vm.prank(stranger);
            (bool success, ) = address(escrow).call{gas: 1_500_000}(byDefault);
            vm.assertTrue(success, string.concat("mood ", vm.toString(i)));
            vm.assertLt(gasBefore - gasleft(), 700_000);
            assertState(escrow.taskIdOf(terms), expected);
            vm.revertToState(snapshot);
        }
    }

    function _all() private view returns (Terms memory terms) {
        terms = fullTerms();
        (terms.evaluator, terms.arbitrator) = (address(_module), address(_module));
        (terms.allocation, terms.challengeWindow) = (address(_module), 1 hours);
    }

    function _awarded(Terms memory terms) private returns (bytes32 taskId) {
        taskId = openTask(terms);
        _module.behave(Mood.Honest, 10_000);
        vm.prank(worker);
        escrow.propose(terms, Bid(worker, worker, 10_000, 1, later()), "");
        vm.warp(block.timestamp + 1 hours + GRACE + 1);
    }

    function test_no_module_blocks_expiry() public {
        Terms memory terms = _all();
        openTask(terms);
        vm.warp(terms.openUntil + GRACE + 1);
        _fire(abi.encodeCall(ITaskEscrowCore.expire, (terms)), terms, TaskState.Expired);
    }

    function test_no_module_blocks_award_and_lapse() public {
        Terms memory terms = _all();
        _awarded(terms);
        _fire(abi.encodeCall(ITaskAssignments.award, (terms)), terms, TaskState.Assigned);
        escrow.award(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        _fire(abi.encodeCall(ITaskAssignments.lapse, (terms)), terms, TaskState.Open);
    }

    function test_no_module_blocks_the_end_of_a_review_or_a_dispute() public {
        Terms memory terms = _all();
        bytes32 taskId = _awarded(terms);
        escrow.award(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        uint256 submittedAt = block.timestamp;
        vm.warp(submittedAt + REVIEW + GRACE + 1);
        _fire(abi.encodeCall(ITaskEscrowCore.settle, (terms, work())), terms, TaskState.Settled);
        vm.warp(submittedAt);
        vm.prank(requester);
        escrow.contest(terms, work(), 1);
        vm.warp(submittedAt + DISPUTE + GRACE + 1);
        _fire(abi.encodeCall(ITaskReviews.resolve, (terms, work())), terms, TaskState.Settled);
        vm.warp(submittedAt);
        counterBy(worker, terms);
        vm.warp(submittedAt + ARBITRATION + GRACE + 1);
        _fire(abi.encodeCall(ITaskReviews.resolve, (terms, work())), terms, TaskState.Settled);
    }
}
