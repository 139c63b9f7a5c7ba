// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Attestation} from "../../../contracts/verifiers/Attestation.sol";
import {FinalityKind, FinalityPolicy, IWatcherSet, Roster, Statement} from "../../../contracts/verifiers/IWatcherSet.sol";
import {Chain, Delivery} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {WatcherWorld} from "./WatcherWorld.sol";

contract WatcherSetTest is WatcherWorld {
    // Vouching

    function test_vouches_for_what_a_quorum_signed() public view {
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(keys, 3)));
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(keys, 4)));
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(keys, 5)));
        vm.assertFalse(set.verify(lane, 1, HEAD, proofBy(keys, 2)));
        vm.assertFalse(set.verify(lane, 1, HEAD, proofBy(keys, 0)));
    }

    function test_one_signature_counts_on_every_chain() public {
        bytes memory proof = proofBy(keys, 3);
        on(a);
        vm.assertTrue(a.watchers.verify(lane, 1, HEAD, proof));
    }

    function test_refuses_signers_out_of_order_twice_or_from_outside() public view {
        bytes32 digest = Attestation.headDigest(set.setId(), lane, 1, HEAD);
        bytes[5] memory s;
        for (uint256 i; i < 5; ++i) {
            s[i] = signature(keys[i], digest);
        }
        vm.assertTrue(verifies(bytes.concat(s[0], s[2], s[4])));
        vm.assertFalse(verifies(bytes.concat(s[0], s[4], s[2])));
        vm.assertFalse(verifies(bytes.concat(s[2], s[0], s[4])));
        vm.assertFalse(verifies(bytes.concat(s[0], s[0], s[4])));
        vm.assertFalse(verifies(bytes.concat(s[0], s[2], s[2])));
        vm.assertFalse(verifies(bytes.concat(s[0], s[0], s[0])));
        uint256[] memory strangers = watcherKeys("stranger", 3);
        for (uint256 i; i < 3; ++i) {
            vm.assertFalse(verifies(bytes.concat(s[0], s[2], signature(strangers[i], digest))));
            vm.assertFalse(verifies(bytes.concat(s[0], s[2], s[4], signature(strangers[i], digest))));
        }
    }

    function test_refuses_high_s_and_the_zero_signature() public view {
        bytes32 digest = Attestation.headDigest(set.setId(), lane, 1, HEAD);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[2], digest);
        vm.assertLe(uint256(s), HALF_ORDER);
        bytes memory two = bytes.concat(signature(keys[0], digest), signature(keys[1], digest));
        vm.assertTrue(verifies(bytes.concat(two, r, bytes32(uint256(s) | (uint256(v - 27) << 255)))));
        // (r, n - s, other v) is the same signer's in the curve, and refused.
        bytes32 high = bytes32(ORDER - uint256(s));
        vm.assertFalse(verifies(bytes.concat(two, r, bytes32(((uint256(high) << 1) >> 1) | (uint256(28 - v) << 255)))));
        vm.assertFalse(verifies(bytes.concat(two, r, high)));
        vm.assertFalse(verifies(bytes.concat(two, bytes32(0), bytes32(0))));
        vm.assertFalse(verifies(bytes.concat(bytes32(0), bytes32(0), two)));
    }

    function test_RevertWhen_proof_has_no_form() public view {
        bytes memory proof = proofBy(keys, 3);
        for (uint256 length; length < proof.length; ++length) {
            if (length >= 2 && (length - 2) % 64 == 0) continue;
            expectMalformed(cut(proof, length));
        }
        expectMalformed(bytes.concat(proof, hex"00"));
        expectMalformed(hex"0001");
        expectMalformed(bytes.concat(hex"ffff", new bytes(31 * 65_535)));
    }

    /// @notice Modules that stand at different nonces agree: leaves in the proof lead from the head asked about to the one signed.
    function test_ModulesAtDifferentNoncesAgree() public {
        for (uint256 i; i < 5; ++i) {
            send(a, b, STRANGER, address(recipient), abi.encode(i));
        }
        collect();
        // One module knows the head at nonce 3, the other at nonce 5: both vouch for the head at nonce 2.
        vm.assertTrue(set.verify(lane, 2, headAt(lane, 2), proofThrough(2, 3)));
        vm.assertTrue(set.verify(lane, 2, headAt(lane, 2), proofThrough(2, 5)));
        vm.assertTrue(set.verify(lane, 0, 0, proofThrough(0, 5)));
        // A true leaf too many, too few or in another order leads elsewhere.
        vm.assertFalse(set.verify(lane, 1, headAt(lane, 2), proofThrough(2, 3)));
        vm.assertFalse(set.verify(lane, 3, headAt(lane, 3), proofThrough(2, 5)));
        vm.assertFalse(set.verify(lane, 2, headAt(lane, 3), proofThrough(2, 5)));
        bytes32 digest = Attestation.headDigest(set.setId(), lane, 4, headAt(lane, 4));
        bytes memory signed = signatures(keys, 3, digest);
        bytes memory swapped = abi.encodePacked(uint16(2), sentLeaf(lane, 3), sentLeaf(lane, 2), signed);
        vm.assertFalse(set.verify(lane, 2, headAt(lane, 2), swapped));
        vm.assertTrue(set.verify(lane, 2, headAt(lane, 2), abi.encodePacked(uint16(2), sentLeaf(lane, 2), sentLeaf(lane, 3), signed)));
        // Through the gateway: a range whose own end nobody signed.
        deliver(b, range(lane, 0, 2, 0), proofThrough(2, 5));
        vm.assertEq(recipient.received(), 2);
    }

    // Birth and generations

    function test_GenesisKeysOnFreshChainPowerless() public {
        Chain memory fresh = newChain(3003);
        vm.assertEq(fresh.watchers.setId(), bytes32(0));
        linkLane(fresh, Lane(a.id, address(a.gateway), fresh.id), 0);
        Lane memory toFresh = laneOf(a, fresh);
        for (uint256 count; count <= 5; ++count) {
            // Signed for no set, for the first set, and for the set of the other chains.
            vm.assertFalse(fresh.watchers.verify(toFresh, 1, HEAD, proofFor(bytes32(0), toFresh, keys, count)));
            vm.assertFalse(fresh.watchers.verify(toFresh, 1, HEAD, proofFor(set.setId(), toFresh, keys, count)));
        }
        // Nor can they rotate themselves in: only governance gives a fresh chain its set.
        Roster memory first = firstRoster();
        bytes32 id = set.setIdOf(first);
        bytes memory signed = signatures(keys, 5, Attestation.rotationDigest(bytes32(0), id));
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RosterNotNext.selector, bytes32(0), bytes32(0)));
        fresh.watchers.proposeRotation(first, signed);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        fresh.watchers.adopt(first);
        vm.expectPartialRevert(IWatcherSet.RotationNotReady.selector);
        fresh.watchers.completeRotation(first);
    }

    function test_OldNonceDeliverableAfterTwoRotations() public {
        send(a, b, STRANGER, address(recipient), "old");
        collect();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory proof = proofOf(b, lane, d.nonce, d.head);
        uint256[] memory second = watcherKeys("second", 4);
        uint256[] memory third = watcherKeys("third", 7);
        on(b);
        set.adopt(rosterAfter(set.setId(), second, 3));
        bytes32 secondId = set.setId();
        set.adopt(rosterAfter(secondId, third, 5));
        // What the first and the second set signed is worth nothing now: nobody can be paid to find old signatures.
        expectNotVouched(d, proof);
        expectNotVouched(d, proofFor(secondId, lane, d.nonce, d.head, second, 4));
        expectNotVouched(d, proofFor(set.setId(), lane, d.nonce, d.head, keys, 5));
        expectNotVouched(d, proofFor(set.setId(), lane, d.nonce, d.head, second, 4));
        // The set of today signs the old nonce on request.
        deliver(b, d, proofFor(set.setId(), lane, d.nonce, d.head, third, 5));
        vm.assertEq(recipient.received(), 1);
    }

    function test_generations_follow_each_other() public {
        bytes32 current = set.setId();
        Roster memory next = rosterAfter(keccak256("elsewhere"), keys, 3);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RosterNotNext.selector, keccak256("elsewhere"), current));
        set.adopt(next);
        next.previousSetId = current;
        set.adopt(next);
        vm.assertEq(set.setId(), set.setIdOf(next));
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RosterNotNext.selector, current, set.setId()));
        set.adopt(next);
        (address[] memory members, uint8 quorum) = set.roster();
        vm.assertEq(keccak256(abi.encode(members)), keccak256(abi.encode(next.members)));
        vm.assertEq(quorum, 3);
        // A chain that joins late enters the sequence where it stands.
        Chain memory late = newChain(3003);
        adopt(late, next);
        vm.assertEq(late.watchers.setId(), set.setId());
    }

    function test_RevertWhen_roster_is_unsound() public {
        bytes32 current = set.setId();
        for (uint8 quorum; quorum < 8; ++quorum) {
            if (quorum >= 3 && quorum <= 5) continue;
            expectRefused(rosterAfter(current, keys, quorum), abi.encodeWithSelector(IWatcherSet.QuorumInvalid.selector, quorum, 5));
        }
        expectRefused(rosterAfter(current, watcherKeys("four", 4), 2), abi.encodeWithSelector(IWatcherSet.QuorumInvalid.selector, 2, 4));
        expectRefused(rosterAfter(current, watcherKeys("one", 1), 1), abi.encodeWithSelector(IWatcherSet.QuorumInvalid.selector, 1, 1));
        Roster memory next = rosterAfter(current, keys, 3);
        next.members[1] = next.members[0];
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.MemberInvalid.selector, next.members[0]));
        next = rosterAfter(current, keys, 3);
        (next.members[3], next.members[4]) = (next.members[4], next.members[3]);
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.MemberInvalid.selector, next.members[4]));
        next = rosterAfter(current, keys, 3);
        next.members[0] = address(0);
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.MemberInvalid.selector, address(0)));
        next = rosterAfter(current, watcherKeys("many", 48), 25);
        set.adopt(next);
        vm.assertEq(set.quorumInForce(), 25);
        next = rosterAfter(set.setId(), watcherKeys("many", 49), 25);
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.RosterTooLong.selector, 49, 48));

        next = rosterAfter(set.setId(), keys, 3);
        next.policies = new FinalityPolicy[](2);
        next.policies[0] = FinalityPolicy(1, FinalityKind.Finalized, 0);
        next.policies[1] = FinalityPolicy(1, FinalityKind.Safe, 0);
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.PolicyInvalid.selector, 1));
        next.policies[1] = FinalityPolicy(2, FinalityKind.Safe, 7);
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.PolicyInvalid.selector, 2));
        next.policies[0].chainId = 0;
        expectRefused(next, abi.encodeWithSelector(IWatcherSet.PolicyInvalid.selector, 0));
        next.policies[0].chainId = 1;
        next.policies[1] = FinalityPolicy(2, FinalityKind.Depth, 7);
        set.adopt(next);
    }

    function test_setId_commits_to_every_field() public view {
        Roster memory next = rosterAfter(keccak256("previous"), keys, 3);
        next.policies = new FinalityPolicy[](1);
        next.policies[0] = FinalityPolicy(1, FinalityKind.Depth, 7);
        bytes32 id = set.setIdOf(next);
        next.previousSetId = keccak256("other");
        vm.assertNotEq(set.setIdOf(next), id);
        next.previousSetId = keccak256("previous");
        next.members[4] = address(type(uint160).max);
        vm.assertNotEq(set.setIdOf(next), id);
        next.members[4] = vm.addr(keys[4]);
        next.quorum = 4;
        vm.assertNotEq(set.setIdOf(next), id);
        next.quorum = 3;
        next.policies[0].chainId = 2;
        vm.assertNotEq(set.setIdOf(next), id);
        next.policies[0] = FinalityPolicy(1, FinalityKind.Depth, 8);
        vm.assertNotEq(set.setIdOf(next), id);
        next.policies[0] = FinalityPolicy(1, FinalityKind.Safe, 7);
        vm.assertNotEq(set.setIdOf(next), id);
        next.policies[0] = FinalityPolicy(1, FinalityKind.Depth, 7);
        vm.assertEq(set.setIdOf(next), id);
    }

    // Rotation by the watchers

    function test_watchers_rotate_themselves_after_a_delay() public {
        uint256[] memory second = watcherKeys("second", 4);
        Roster memory next = rosterAfter(set.setId(), second, 3);
        bytes32 nextId = set.setIdOf(next);
        bytes32 digest = Attestation.rotationDigest(set.setId(), nextId);
        bytes memory signed = signatures(keys, 3, digest);
        bytes memory tooFew = signatures(keys, 2, digest);

        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationNotSigned.selector, nextId));
        set.proposeRotation(next, tooFew);
        vm.prank(STRANGER);
        set.proposeRotation(next, signed);
        (bytes32 pending, uint40 readyAt) = set.pendingRotation();
        vm.assertEq(pending, nextId);
        vm.assertEq(readyAt, block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationRefused.selector, nextId, nextId));
        set.proposeRotation(next, signed);
        vm.warp(readyAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationNotReady.selector, nextId, readyAt));
        set.completeRotation(next);
        vm.warp(readyAt);
        Roster memory other = rosterAfter(set.setId(), second, 4);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationNotReady.selector, set.setIdOf(other), readyAt));
        set.completeRotation(other);
        vm.prank(STRANGER);
        set.completeRotation(next);
        vm.assertEq(set.setId(), nextId);
        // The same signatures rotate every other chain, and none twice.
        on(a);
        a.watchers.proposeRotation(next, signed);
        on(b);
        vm.expectPartialRevert(IWatcherSet.RosterNotNext.selector);
        set.proposeRotation(next, signed);
        (pending, readyAt) = set.pendingRotation();
        vm.assertTrue(pending == 0 && readyAt == 0);
    }

    function test_governance_cancels_a_rotation_for_good() public {
        Roster memory next = rosterAfter(set.setId(), watcherKeys("second", 4), 3);
        bytes32 nextId = set.setIdOf(next);
        bytes memory signed = signatures(keys, 3, Attestation.rotationDigest(set.setId(), nextId));
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationNotReady.selector, bytes32(0), 0));
        set.cancelRotation();
        set.proposeRotation(next, signed);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        set.cancelRotation();
        set.cancelRotation();
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.RotationRefused.selector, nextId, bytes32(0)));
        set.proposeRotation(next, signed);
        vm.warp(block.timestamp + 2 days);
        vm.expectPartialRevert(IWatcherSet.RotationNotReady.selector);
        set.completeRotation(next);
    }

    function test_a_new_generation_drops_the_waiting_rotation() public {
        Roster memory next = rosterAfter(set.setId(), watcherKeys("second", 4), 3);
        set.proposeRotation(next, signatures(keys, 3, Attestation.rotationDigest(set.setId(), set.setIdOf(next))));
        set.adopt(rosterAfter(set.setId(), watcherKeys("third", 4), 3));
        vm.warp(block.timestamp + 2 days);
        vm.expectPartialRevert(IWatcherSet.RotationNotReady.selector);
        set.completeRotation(next);
    }

    function test_a_head_signature_is_no_rotation() public {
        Roster memory next = rosterAfter(set.setId(), watcherKeys("second", 4), 3);
        bytes memory signed = signatures(keys, 5, Attestation.headDigest(set.setId(), lane, 1, set.setIdOf(next)));
        vm.expectPartialRevert(IWatcherSet.RotationNotSigned.selector);
        set.proposeRotation(next, signed);
    }

    // Thresholds

    function test_a_raised_quorum_counts_at_once_and_lapses() public {
        bytes memory three = proofBy(keys, 3);
        bytes memory four = proofBy(keys, 4);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.QuorumNotRaised.selector, 3, 3));
        set.raiseQuorum(3);
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.QuorumInvalid.selector, 6, 5));
        set.raiseQuorum(6);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        set.raiseQuorum(4);
        uint256 start = block.timestamp;
        set.raiseQuorum(4);
        vm.assertFalse(set.verify(lane, 1, HEAD, three));
        vm.assertTrue(set.verify(lane, 1, HEAD, four));
        // It is never lowered at once, and a raise of the raise lasts no longer.
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.QuorumNotRaised.selector, 4, 4));
        set.raiseQuorum(4);
        vm.warp(start + 6 days);
        set.raiseQuorum(5);
        vm.assertFalse(set.verify(lane, 1, HEAD, four));
        vm.warp(start + 7 days - 1);
        vm.assertEq(set.quorumInForce(), 5);
        vm.warp(start + 7 days);
        vm.assertEq(set.quorumInForce(), 3);
        vm.assertTrue(set.verify(lane, 1, HEAD, three));
        // It rests as long as it lasted, so a guardian cannot keep it up.
        vm.expectRevert(abi.encodeWithSelector(IWatcherSet.QuorumNotRaised.selector, 4, 3));
        set.raiseQuorum(4);
        vm.warp(start + 14 days);
        set.raiseQuorum(4);
        set.adopt(rosterAfter(set.setId(), keys, 3));
        vm.assertEq(set.quorumInForce(), 3);
    }

    // Evidence

    function test_EjectionOnlySubtracts() public {
        bytes32 id = set.setId();
        bytes memory withLiar = proofBy(keys, 3);
        equivocate(1);
        vm.assertTrue(set.isMasked(vm.addr(keys[1])));
        vm.assertFalse(set.isMasked(vm.addr(keys[0])));
        vm.assertFalse(set.isMasked(STRANGER));
        // Neither set nor quorum changes, the liar does not count, and the others still do.
        vm.assertEq(set.setId(), id);
        (address[] memory members, uint8 quorum) = set.roster();
        vm.assertTrue(members.length == 5 && quorum == 3);
        vm.assertFalse(set.verify(lane, 1, HEAD, withLiar));
        uint256[] memory honest = without(keys, 1);
        vm.assertFalse(set.verify(lane, 1, HEAD, proofBy(honest, 2)));
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(honest, 3)));
        equivocate(4);
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(honest, 3)));
        equivocate(0);
        // Below the quorum nothing is vouched for, until the next generation.
        for (uint256 count; count <= 5; ++count) {
            vm.assertFalse(set.verify(lane, 1, HEAD, proofBy(keys, count)));
            if (count <= 2) vm.assertFalse(set.verify(lane, 1, HEAD, proofBy(without(without(without(keys, 4), 1), 0), count)));
        }
        set.adopt(rosterAfter(id, keys, 3));
        vm.assertFalse(set.isMasked(vm.addr(keys[1])));
        vm.assertTrue(set.verify(lane, 1, HEAD, proofBy(keys, 3)));
    }

    function test_EvidenceNeedsSameSetAndLink() public {
        bytes32 id = set.setId();
        Statement memory one = statement(keys[1], id, lane, 7, "one");
        Statement memory other = statement(keys[1], id, lane, 7, "other");
        // A lane that is not linked here: another gateway, another destination, another origin.
        Lane[3] memory unlinked = [
            Lane(a.id, address(0xbad), b.id),
            Lane(a.id, lane.originGateway, 3003),
            Lane(3003, lane.originGateway, b.id)
        ];
        for (uint256 i; i < 3; ++i) {
            expectNoEvidence(
                unlinked[i],
                7,
                statement(keys[1], id, unlinked[i], 7, "one"),
                statement(keys[1], id, unlinked[i], 7, "other")
            );
        }
        // Another set, one that is to come or none.
        expectNoEvidence(lane, 7, statement(keys[1], 0, lane, 7, "one"), statement(keys[1], 0, lane, 7, "other"));
        expectNoEvidence(lane, 7, one, statement(keys[1], keccak256("next"), lane, 7, "other"));
        // Not a contradiction: the same head, another nonce, two watchers, or no watcher.
        expectNoEvidence(lane, 7, one, one);
        expectNoEvidence(lane, 7, one, statement(keys[1], id, lane, 8, "other"));
        expectNoEvidence(lane, 8, one, other);
        expectNoEvidence(lane, 7, one, statement(keys[2], id, lane, 7, "other"));
        uint256 stranger = uint256(keccak256("stranger"));
        expectNoEvidence(lane, 7, statement(stranger, id, lane, 7, "one"), statement(stranger, id, lane, 7, "other"));
        expectNoEvidence(lane, 7, Statement("one", 0, 0), Statement("other", 0, 0));
        // A signature for one head does not frame its watcher with another head.
        expectNoEvidence(lane, 7, one, Statement("other", one.r, one.vs));
        vm.assertFalse(set.isMasked(vm.addr(keys[1])));
        vm.prank(STRANGER);
        set.submitEvidence(lane, 7, one, other);
        vm.assertTrue(set.isMasked(vm.addr(keys[1])));
    }

    function test_EvidenceAfterFinalityBreakRefused() public {
        // An origin breaks its finality: what a watcher signed honestly before and after contradict each other. The lane goes on only under
        // a new set, so the two statements are never of one set.
        bytes32 id = set.setId();
        Statement memory before = statement(keys[1], id, lane, 7, "before the break");
        set.adopt(rosterAfter(id, keys, 3));
        Statement memory afterwards = statement(keys[1], set.setId(), lane, 7, "after the break");
        expectNoEvidence(lane, 7, before, afterwards);
        expectNoEvidence(lane, 7, before, statement(keys[1], id, lane, 7, "after the break"));
        vm.assertFalse(set.isMasked(vm.addr(keys[1])));
    }
}
