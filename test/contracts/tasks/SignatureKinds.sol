// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {Bid, Handoff, Offer, Split} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Module} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Everything that people sign.
enum Kind {
    Posting,
    OfferByRequester,
    OfferByWorker,
    BidByWorker,
    HandoffFrom,
    HandoffTo,
    HandoffByRequester,
    SplitByRequester,
    SplitByWorker
}

/// @notice What one of them says: the fields of all kinds.
struct Said {
    bytes32 taskId;
    address from;
    /// @dev The worker, or its successor.
    address worker;
    address sponsor;
    uint16 share;
    uint16 token;
    uint40 expiry;
}

/// @notice One task, and for each kind of signature the call that uses it: all else about the call is right.
abstract contract SignatureKinds is SigningWorld {
    Kind internal constant LAST = Kind.SplitByWorker;

    /// @dev A task in the state in which the signature counts.
    function prepare(Kind kind) internal returns (Terms memory terms) {
        terms = fullTerms();
        if (kind == Kind.HandoffByRequester) terms.handoffRule = 1;
        if (kind == Kind.BidByWorker) {
            terms.allocation = address(new Module());
            terms.challengeWindow = 1 hours;
        }
        depositFor(worker, HOME, worker, address(coin), 5 * BOND);
        depositFor(successor, HOME, successor, address(coin), 5 * BOND);
        if (kind == Kind.BidByWorker) openTask(terms);
        if (kind >= Kind.HandoffFrom) assignTask(terms);
    }

    /// @dev Under the task's present or next token.
    function say(Kind kind, Terms memory terms) internal view returns (Said memory) {
        bool isHandoff = kind >= Kind.HandoffFrom && kind <= Kind.HandoffByRequester;
        address subject = isHandoff ? successor : worker;
        return Said(escrow.taskIdOf(terms), worker, subject, subject, 5_000, 1, later());
    }

    function hashOf(Kind kind, Said memory s) internal pure returns (bytes32) {
        if (kind == Kind.Posting) return postingHash(s.taskId, s.expiry);
        if (kind <= Kind.OfferByWorker) return offerHash(s.taskId, Offer(s.worker, s.sponsor, s.token, s.expiry));
        if (kind == Kind.BidByWorker) return bidHash(s.taskId, Bid(s.worker, s.sponsor, s.share, s.token, s.expiry));
        if (kind <= Kind.HandoffByRequester) return handoffHash(s.taskId, s.from, Handoff(s.worker, s.sponsor, s.token, s.expiry));
        return splitHash(s.taskId, Split(s.share, s.token, s.expiry));
    }

    function keyOf(Kind kind) internal pure returns (uint256) {
        if (kind == Kind.HandoffTo) return SUCCESSOR_KEY;
        bool isWorkers = kind == Kind.OfferByWorker || kind == Kind.BidByWorker || kind == Kind.HandoffFrom || kind == Kind.SplitByWorker;
        return isWorkers ? WORKER_KEY : REQUESTER_KEY;
    }

    function signerOf(Kind kind) internal pure returns (address) {
        return vm.addr(keyOf(kind));
    }

    /// @dev Who calls where somebody else signed.
    function callerOf(Kind kind) internal view returns (address) {
        if (kind == Kind.OfferByRequester || kind == Kind.HandoffTo || kind == Kind.SplitByRequester) return worker;
        if (kind == Kind.OfferByWorker || kind == Kind.SplitByWorker) return requester;
        return kind == Kind.HandoffFrom ? successor : stranger;
    }

    function callOf(Kind kind, Terms memory terms, Said memory s, bytes memory signature) internal view returns (bytes memory) {
        if (kind == Kind.Posting) return abi.encodeCall(ITaskEscrowCore.openFor, (terms, s.expiry, signature));
        if (kind <= Kind.OfferByWorker) {
            return abi.encodeCall(ITaskEscrowCore.hire, (terms, Offer(s.worker, s.sponsor, s.token, s.expiry), signature));
        }
        if (kind == Kind.BidByWorker) {
            return abi.encodeCall(ITaskAssignments.propose, (terms, Bid(s.worker, s.sponsor, s.share, s.token, s.expiry), signature));
        }
        if (kind <= Kind.HandoffByRequester) return _handoffCall(kind, terms, s, signature);
        bytes[2] memory both;
        both[kind == Kind.SplitByRequester ? 0 : 1] = signature;
        return abi.encodeCall(ITaskReviews.split, (terms, work(), Split(s.share, s.token, s.expiry), both[0], both[1]));
    }

    function _handoffCall(Kind kind, Terms memory terms, Said memory s, bytes memory signature) private view returns (bytes memory) {
        bytes[3] memory all;
        if (kind == Kind.HandoffByRequester) {
            bytes32 structHash = hashOf(kind, s);
            all[0] = sign(WORKER_KEY, structHash);
            all[1] = sign(SUCCESSOR_KEY, structHash);
        }
        all[uint256(kind) - uint256(Kind.HandoffFrom)] = signature;
        Handoff memory change = Handoff(s.worker, s.sponsor, s.token, s.expiry);
        return abi.encodeCall(ITaskAssignments.handoff, (terms, change, all[0], all[1], all[2]));
    }

    /// @dev Calls with a signature, and leaves what comes of it.
    function use(Kind kind, Terms memory terms, Said memory s, bytes memory signature) internal returns (bool, bytes memory) {
        bytes memory call = callOf(kind, terms, s, signature);
        vm.prank(callerOf(kind));
        return address(escrow).call(call);
    }

    /// @dev The signature does not count, for exactly this reason, and changes nothing.
    function refuse(Kind kind, Terms memory terms, Said memory s, bytes memory signature, bytes memory reason) internal {
        bytes32 before = fingerprint(terms);
        (bool success, bytes memory result) = use(kind, terms, s, signature);
        string memory name = string.concat("kind ", vm.toString(uint256(kind)));
        vm.assertFalse(success, name);
        if (reason.length != 0) vm.assertEq(keccak256(result), keccak256(reason), name);
        vm.assertEq(fingerprint(terms), before, name);
    }

    function accept(Kind kind, Terms memory terms, Said memory s, bytes memory signature) internal {
        bytes32 before = fingerprint(terms);
        (bool success, ) = use(kind, terms, s, signature);
        vm.assertTrue(success, string.concat("kind ", vm.toString(uint256(kind))));
        vm.assertNotEq(fingerprint(terms), before);
    }

    function fingerprint(Terms memory terms) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    escrow.taskOf(escrow.taskIdOf(terms)),
                    coin.balanceOf(address(escrow)),
                    coin.balanceOf(requester),
                    coin.balanceOf(worker),
                    escrow.depositOf(worker, HOME, worker, address(coin)),
                    escrow.depositOf(successor, HOME, successor, address(coin))
                )
            );
    }

    /// @dev Signed by whoever this kind needs.
    function signed(Kind kind, Said memory s) internal view returns (bytes memory) {
        return sign(keyOf(kind), hashOf(kind, s));
    }

    /// @dev The task's assignment passes, whoever has it, and the task is open again.
    function reopen(Terms memory terms) internal {
        bytes32 taskId = escrow.taskIdOf(terms);
        if (stateOf(taskId) == TaskState.Proposed) {
            vm.warp(block.timestamp + terms.challengeWindow + GRACE + 1);
            escrow.award(terms);
        }
        vm.warp(escrow.workDeadlineOf(taskId) + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
    }
}
