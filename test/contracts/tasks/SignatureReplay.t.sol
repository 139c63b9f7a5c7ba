// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {Handoff, ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {newEscrow} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Kind, Said, SignatureKinds} from "./SignatureKinds.sol";

/// @notice Every kind of signature, used where it should not count. Each works once, for one task, one assignment, one escrow, one chain.
/// - after use, after the task opened again, after a hand-off, a revision, a revocation, its expiry
/// - on another chain, in another escrow
/// - with each field another
contract SignatureReplayTest is SignatureKinds {
    function _each(function(Kind) internal test) private {
        for (uint256 i; i <= uint256(LAST); ++i) {
            uint256 snapshot = vm.snapshotState();
            test(Kind(i));
            vm.revertToState(snapshot);
        }
    }

    function _stale(Terms memory terms, uint16 expected) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRecords.TaskTokenStale.selector, escrow.taskIdOf(terms), expected, 1);
    }

    function _wrongState(Terms memory terms, TaskState expected, TaskState actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRecords.TaskWrongState.selector, escrow.taskIdOf(terms), expected, actual);
    }

    function _unsigned(Kind kind, Said memory s) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITaskRecords.SignatureInvalid.selector, signerOf(kind), digestOf(hashOf(kind, s)));
    }

    function test_each_counts_once() public {
        _each(_once);
    }

    function _once(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        bytes memory signature = signed(kind, s);
        accept(kind, terms, s, signature);
        refuse(kind, terms, s, signature, "");
        // Nor does what it agreed to count in other hands.
        bytes memory call = callOf(kind, terms, s, signature);
        vm.prank(address(0xDEAD));
        (bool success, ) = address(escrow).call(call);
        vm.assertFalse(success);
    }

    /// @dev One that was used, or kept back, for an assignment that is gone.
    function test_none_counts_after_the_task_opened_again() public {
        _each(_afterReopening);
    }

    function _afterReopening(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        bytes memory signature = signed(kind, s);
        if (kind == Kind.Posting) return;
        if (kind <= Kind.HandoffByRequester) accept(kind, terms, s, signature);
        reopen(terms);
        uint16 token = escrow.taskOf(escrow.taskIdOf(terms)).token;
        if (kind <= Kind.BidByWorker) return refuse(kind, terms, s, signature, _stale(terms, token + 1));
        refuse(kind, terms, s, signature, _wrongState(terms, TaskState.Assigned, TaskState.Open));
        claimTask(terms);
        refuse(kind, terms, s, signature, _stale(terms, token + 1));
    }

    function test_none_counts_after_a_handoff_there_and_back() public {
        _each(_afterHandoff);
    }

    function _pass(Terms memory terms, uint256 fromKey, Handoff memory change) private {
        address from = vm.addr(fromKey);
        bytes32 structHash = handoffHash(escrow.taskIdOf(terms), from, change);
        bytes memory a = sign(fromKey, structHash);
        bytes memory b = sign(change.to == worker ? WORKER_KEY : SUCCESSOR_KEY, structHash);
        bytes memory c = sign(REQUESTER_KEY, structHash);
        escrow.handoff(terms, change, a, b, c);
    }

    function _afterHandoff(Kind kind) private {
        if (kind < Kind.HandoffFrom) return;
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        bytes memory signature = signed(kind, s);
        _pass(terms, WORKER_KEY, Handoff(successor, successor, 1, later()));
        refuse(kind, terms, s, signature, _stale(terms, 2));
        _pass(terms, SUCCESSOR_KEY, Handoff(worker, worker, 2, later()));
        refuse(kind, terms, s, signature, _stale(terms, 3));
    }

    function test_none_counts_after_a_revision() public {
        _each(_afterRevision);
    }

    function _afterRevision(Kind kind) private {
        if (kind < Kind.HandoffFrom) return;
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        bytes memory signature = signed(kind, s);
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(evaluator);
        escrow.revise(terms, work());
        refuse(kind, terms, s, signature, _stale(terms, 2));
    }

    function test_none_counts_after_it_was_taken_back() public {
        _each(_afterRevocation);
    }

    function _afterRevocation(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        bytes32 digest = digestOf(hashOf(kind, s));
        // Only the signer takes its own back.
        vm.prank(stranger);
        escrow.revokeSignature(digest);
        vm.assertFalse(escrow.isRevoked(signerOf(kind), digest));
        vm.prank(signerOf(kind));
        escrow.revokeSignature(digest);
        bytes memory reason = abi.encodeWithSelector(ITaskRecords.SignatureTakenBack.selector, signerOf(kind), digest);
        refuse(kind, terms, s, signed(kind, s), reason);
        // What it signs for another second is another signature.
        s.expiry -= 1;
        accept(kind, terms, s, signed(kind, s));
    }

    /// @dev The requester takes back a task that was never posted, and with it all that was signed for it.
    function test_none_brings_back_a_task_that_was_taken_back() public {
        for (uint256 i; i <= uint256(Kind.OfferByWorker); ++i) {
            uint256 snapshot = vm.snapshotState();
            Kind kind = Kind(i);
            Terms memory terms = prepare(kind);
            Said memory s = say(kind, terms);
            vm.prank(requester);
            escrow.revoke(terms);
            TaskState expected = kind == Kind.Posting ? TaskState.None : TaskState.Open;
            refuse(kind, terms, s, signed(kind, s), _wrongState(terms, expected, TaskState.Cancelled));
            vm.revertToState(snapshot);
        }
    }

    function test_each_counts_until_its_expiry() public {
        _each(_expiry);
    }

    function _expiry(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        s.expiry = uint40(block.timestamp + 100);
        bytes memory signature = signed(kind, s);
        for (uint256 time = s.expiry - 1; time <= s.expiry; ++time) {
            uint256 snapshot = vm.snapshotState();
            vm.warp(time);
            accept(kind, terms, s, signature);
            vm.revertToState(snapshot);
        }
        vm.warp(s.expiry + 1);
        bytes memory reason = abi.encodeWithSelector(ITaskRecords.SignatureExpired.selector, s.expiry, s.expiry + 1);
        refuse(kind, terms, s, signature, reason);
    }

    function test_none_counts_on_another_chain() public {
        _each(_onAnotherChain);
    }

    function _onAnotherChain(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        // Signed for the domain of another chain, brought here.
        bytes memory foreign = signDigest(keyOf(kind), digestIn(hashOf(kind, s), HOME + 1, address(escrow)));
        refuse(kind, terms, s, foreign, _unsigned(kind, s));
        // Signed for here, brought to the same escrow of a chain that split off.
        bytes memory signature = signed(kind, s);
        vm.chainId(HOME + 1);
        refuse(kind, terms, s, signature, "");
        vm.chainId(HOME);
        accept(kind, terms, s, signature);
    }

    function test_none_counts_in_another_escrow() public {
        _each(_inAnotherEscrow);
    }

    function _inAnotherEscrow(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        ITaskEscrow other = newEscrow(address(authority), gateway, registry);
        bytes memory foreign = signDigest(keyOf(kind), digestIn(hashOf(kind, s), HOME, address(other)));
        refuse(kind, terms, s, foreign, _unsigned(kind, s));
        vm.prank(requester);
        coin.approve(address(other), type(uint256).max);
        bytes memory call = callOf(kind, terms, s, signed(kind, s));
        vm.prank(callerOf(kind));
        (bool success, ) = address(other).call(call);
        vm.assertFalse(success);
        vm.assertEq(coin.balanceOf(address(other)), 0);
    }

    function test_none_counts_for_anything_else() public {
        _each(_withAnotherField);
    }

    /// @dev Signed with one field another than in the call: then the escrow sees no signature of that account.
    function _withAnotherField(Kind kind) private {
        Terms memory terms = prepare(kind);
        Said memory s = say(kind, terms);
        uint256 fields;
        for (uint256 i; i < 7; ++i) {
            Said memory other = say(kind, terms);
            if (i == 0) other.taskId = keccak256("another task");
            if (i == 1) other.from = stranger;
            if (i == 2) other.worker = stranger;
            if (i == 3) other.sponsor = stranger;
            if (i == 4) other.share += 1;
            if (i == 5) other.token += 1;
            if (i == 6) other.expiry += 1;
            if (hashOf(kind, other) == hashOf(kind, s)) continue;
            ++fields;
            refuse(kind, terms, s, signed(kind, other), _unsigned(kind, s));
        }
        vm.assertEq(fields, _fieldsOf(kind));
    }

    function _fieldsOf(Kind kind) private pure returns (uint256) {
        if (kind == Kind.Posting) return 2;
        if (kind <= Kind.OfferByWorker) return 5;
        if (kind <= Kind.HandoffByRequester) return 6;
        return 4;
    }

    /// @dev A kind never stands for another: with all common fields alike the types still differ.
    function test_no_kind_counts_as_another() public {
        for (uint256 i; i <= uint256(LAST); ++i) {
            uint256 snapshot = vm.snapshotState();
            Kind kind = Kind(i);
            Terms memory terms = prepare(kind);
            Said memory s = say(kind, terms);
            for (uint256 j; j <= uint256(LAST); ++j) {
                Kind other = Kind(j);
                if (hashOf(other, s) == hashOf(kind, s)) continue;
                refuse(kind, terms, s, sign(keyOf(kind), hashOf(other, s)), _unsigned(kind, s));
            }
            vm.revertToState(snapshot);
        }
    }

    function test_none_counts_for_work_that_is_another() public {
        Terms memory terms = prepare(Kind.SplitByWorker);
        Said memory s = say(Kind.SplitByWorker, terms);
        bytes memory signature = signed(Kind.SplitByWorker, s);
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, keccak256("another"));
        bytes memory reason = abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, worker, WORK_HASH);
        refuse(Kind.SplitByWorker, terms, s, signature, reason);
        Work memory forged = Work(requester, 1, keccak256("another"));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWorkWrong.selector, taskId, requester, forged.deliverable));
        vm.prank(requester);
        escrow.split(terms, forged, newSplit(0), "", "");
    }
}
