// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {Bid} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Module} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice One call that moves money, with all before it done.
struct Step {
    string name;
    bytes32 taskId;
    address by;
    bytes call;
    /// @dev It opens a task, brings money in, or takes a credit out: a token may make it fail. All others always go through.
    bool mayFail;
}

/// @notice Every path of money through the escrow, in any one token.
abstract contract MoneySteps is SigningWorld {
    address internal money;
    Module internal module;

    function paths() internal pure returns (function() internal returns (Step memory)[32] memory) {
        return
            [
                _open,
                _openFor,
                _hire,
                _claim,
                _claimWith,
                _beaten,
                _award,
                _cancel,
                _expire,
                _lapse,
                _lapseForGood,
                _unanswered,
                _giveUp,
                _handoff,
                _suspect,
                _alive,
                _openChild,
                _closeChild,
                _decideNothing,
                _decideHalf,
                _decideAll,
                _settleSilence,
                _checked,
                _contest,
                _counter,
                _rule,
                _resolveContest,
                _resolveDispute,
                _split,
                _withdrawDeposit,
                _depositMore,
                _withdrawCredit
            ];
    }

    function _terms() private view returns (Terms memory terms) {
        terms = fullTerms();
        terms.token = money;
    }

    function _plain() private view returns (Terms memory terms) {
        terms = plainTerms();
        terms.token = money;
    }

    function _to(Terms memory terms, string memory name, address by, bytes memory call, bool mayFail) private view returns (Step memory) {
        return Step(name, escrow.taskIdOf(terms), by, call, mayFail);
    }

    // money in

    function _open() private view returns (Step memory) {
        Terms memory terms = _terms();
        return _to(terms, "open", requester, abi.encodeCall(ITaskEscrowCore.open, (terms)), true);
    }

    function _openFor() private view returns (Step memory) {
        Terms memory terms = _terms();
        bytes memory signature = sign(REQUESTER_KEY, postingHash(escrow.taskIdOf(terms), later()));
        return _to(terms, "openFor", stranger, abi.encodeCall(ITaskEscrowCore.openFor, (terms, later(), signature)), true);
    }

    function _hire() private returns (Step memory) {
        Terms memory terms = _terms();
        depositFor(worker, HOME, worker, money, BOND);
        bytes memory signature = sign(REQUESTER_KEY, offerHash(escrow.taskIdOf(terms), newOffer()));
        return _to(terms, "hire", worker, abi.encodeCall(ITaskEscrowCore.hire, (terms, newOffer(), signature)), true);
    }

    function _depositMore() private view returns (Step memory) {
        return _to(_terms(), "deposit", sponsor, abi.encodeCall(ITaskReviews.deposit, (HOME, worker, money, 999)), true);
    }

    // from posting to work

    function _claim() private returns (Step memory) {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, money, BOND);
        return _to(terms, "claim", worker, abi.encodeCall(ITaskEscrowCore.claim, (taskId, claimTermsOf(terms), worker)), false);
    }

    function _claimWith() private returns (Step memory) {
        Terms memory terms = _terms();
        terms.allocation = address(module);
        openTask(terms);
        depositFor(worker, HOME, worker, money, BOND);
        return _to(terms, "claimWith", worker, abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 1)), false);
    }

    function _auction() private returns (Terms memory terms) {
        terms = _terms();
        (terms.allocation, terms.challengeWindow) = (address(module), 20 minutes);
        openTask(terms);
        depositFor(worker, HOME, worker, money, BOND);
        depositFor(successor, HOME, successor, money, BOND);
        vm.prank(worker);
        escrow.propose(terms, Bid(worker, worker, 9_000, 1, later()), "");
    }

    function _beaten() private returns (Step memory) {
        Terms memory terms = _auction();
        Bid memory bid = Bid(successor, successor, 8_000, 1, later());
        return _to(terms, "propose", successor, abi.encodeCall(ITaskAssignments.propose, (terms, bid, "")), false);
    }

    function _award() private returns (Step memory) {
        Terms memory terms = _auction();
        vm.warp(block.timestamp + 20 minutes + GRACE + 1);
        return _to(terms, "award", stranger, abi.encodeCall(ITaskAssignments.award, (terms)), false);
    }

    function _cancel() private returns (Step memory) {
        Terms memory terms = _terms();
        openTask(terms);
        return _to(terms, "cancel", requester, abi.encodeCall(ITaskEscrowCore.cancel, (terms)), false);
    }

    function _expire() private returns (Step memory) {
        Terms memory terms = _terms();
        openTask(terms);
        vm.warp(terms.openUntil + GRACE + 1);
        return _to(terms, "expire", stranger, abi.encodeCall(ITaskEscrowCore.expire, (terms)), false);
    }

    function _lapse() private returns (Step memory) {
        Terms memory terms = _terms();
        assignTask(terms);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        return _to(terms, "lapse", stranger, abi.encodeCall(ITaskAssignments.lapse, (terms)), false);
    }

    function _lapseForGood() private returns (Step memory) {
        Terms memory terms = _terms();
        assignTask(terms);
        vm.warp(terms.openUntil + 1);
        return _to(terms, "lapse for good", stranger, abi.encodeCall(ITaskAssignments.lapse, (terms)), false);
    }

    function _doubted() private returns (Terms memory terms) {
        terms = _terms();
        assignTask(terms);
        vm.prank(stranger);
        escrow.suspect(terms);
    }

    function _unanswered() private returns (Step memory) {
        Terms memory terms = _doubted();
        vm.warp(block.timestamp + ANSWER + GRACE + 1);
        return _to(terms, "unanswered", stranger, abi.encodeCall(ITaskAssignments.lapse, (terms)), false);
    }

    function _giveUp() private returns (Step memory) {
        Terms memory terms = _terms();
        assignTask(terms);
        return _to(terms, "giveUp", worker, abi.encodeCall(ITaskAssignments.giveUp, (terms)), false);
    }

    function _handoff() private returns (Step memory) {
        Terms memory terms = _doubted();
        depositFor(successor, HOME, successor, money, BOND);
        bytes memory to = sign(SUCCESSOR_KEY, handoffHash(escrow.taskIdOf(terms), worker, newHandoff()));
        return _to(terms, "handoff", worker, abi.encodeCall(ITaskAssignments.handoff, (terms, newHandoff(), "", to, "")), false);
    }

    function _suspect() private returns (Step memory) {
        Terms memory terms = _terms();
        assignTask(terms);
        return _to(terms, "suspect", stranger, abi.encodeCall(ITaskAssignments.suspect, (terms)), true);
    }

    function _alive() private returns (Step memory) {
        Terms memory terms = _doubted();
        return _to(terms, "alive", worker, abi.encodeCall(ITaskAssignments.alive, (escrow.taskIdOf(terms))), false);
    }

    function _family() private returns (Terms memory parent, Terms memory child) {
        parent = _plain();
        parent.delegable = parent.reward;
        assignTask(parent);
        child = _plain();
        (child.requester, child.parent, child.reward, child.triggerReward) = (worker, escrow.taskIdOf(parent), 1_000, 0);
    }

    function _openChild() private returns (Step memory) {
        (Terms memory parent, Terms memory child) = _family();
        return _to(child, "openChild", worker, abi.encodeCall(ITaskEscrowCore.openChild, (child, parent)), true);
    }

    function _closeChild() private returns (Step memory) {
        (Terms memory parent, Terms memory child) = _family();
        vm.prank(worker);
        escrow.openChild(child, parent);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(parent);
        return _to(child, "closeChild", stranger, abi.encodeCall(ITaskReviews.closeChild, (child)), false);
    }

    // reviews

    function _decide(string memory name, uint16 verdict) private returns (Step memory) {
        Terms memory terms = _plain();
        submitFor(terms);
        return _to(terms, name, evaluator, abi.encodeCall(ITaskEscrowCore.decide, (terms, work(), verdict)), false);
    }

    function _decideNothing() private returns (Step memory) {
        return _decide("decide 0", 0);
    }

    function _decideHalf() private returns (Step memory) {
        return _decide("decide 5,000", 5_000);
    }

    function _decideAll() private returns (Step memory) {
        return _decide("decide 10,000", 10_000);
    }

    function _settleSilence() private returns (Step memory) {
        Terms memory terms = _terms();
        submitFor(terms);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        return _to(terms, "settle", stranger, abi.encodeCall(ITaskEscrowCore.settle, (terms, work())), false);
    }

    function _checked() private returns (Step memory) {
        Terms memory terms = _plain();
        terms.evaluator = address(module);
        assignTask(terms);
        return _to(terms, "submitChecked", worker, abi.encodeCall(ITaskReviews.submitChecked, (terms, 1, "work")), false);
    }

    function _contest() private returns (Step memory) {
        Terms memory terms = _terms();
        submitFor(terms);
        return _to(terms, "contest", requester, abi.encodeCall(ITaskReviews.contest, (terms, work(), 1_000)), true);
    }

    function _contested() private returns (Terms memory terms) {
        terms = _terms();
        contestByRequester(terms, 1_000);
    }

    function _counter() private returns (Step memory) {
        Terms memory terms = _contested();
        return _to(terms, "counter", worker, abi.encodeCall(ITaskReviews.counter, (terms, work())), true);
    }

    function _rule() private returns (Step memory) {
        Terms memory terms = _contested();
        counterBy(successor, terms);
        return _to(terms, "rule", arbitrator, abi.encodeCall(ITaskReviews.rule, (terms, work(), 3_333)), false);
    }

    function _resolveContest() private returns (Step memory) {
        Terms memory terms = _contested();
        vm.warp(block.timestamp + DISPUTE + GRACE + 1);
        return _to(terms, "resolve a contest", stranger, abi.encodeCall(ITaskReviews.resolve, (terms, work())), false);
    }

    function _resolveDispute() private returns (Step memory) {
        Terms memory terms = _contested();
        counterBy(successor, terms);
        vm.warp(block.timestamp + ARBITRATION + GRACE + 1);
        return _to(terms, "resolve a dispute", stranger, abi.encodeCall(ITaskReviews.resolve, (terms, work())), false);
    }

    function _split() private returns (Step memory) {
        Terms memory terms = _contested();
        counterBy(successor, terms);
        bytes memory signature = sign(WORKER_KEY, splitHash(escrow.taskIdOf(terms), newSplit(7_000)));
        bytes memory call = abi.encodeCall(ITaskReviews.split, (terms, work(), newSplit(7_000), "", signature));
        return _to(terms, "split", requester, call, false);
    }

    // deposits and credits

    function _withdrawDeposit() private view returns (Step memory) {
        return _to(_terms(), "withdrawDeposit", sponsor, abi.encodeCall(ITaskReviews.withdrawDeposit, (HOME, worker, money, 100)), false);
    }

    function _withdrawCredit() private returns (Step memory) {
        Terms memory terms = _doubted();
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        escrow.alive(taskId);
        return _to(terms, "withdrawTo", worker, abi.encodeCall(ITaskReviews.withdrawTo, (money, successor)), true);
    }
}
