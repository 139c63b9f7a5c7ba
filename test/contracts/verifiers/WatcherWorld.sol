// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGateway} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Attestation} from "../../../contracts/verifiers/Attestation.sol";
import {IWatcherSet, Roster, Statement} from "../../../contracts/verifiers/IWatcherSet.sol";
import {WatcherSet} from "../../../contracts/verifiers/WatcherSet.sol";
import {Delivery, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Recipient} from "../mocks/Recipient.sol";

/// @notice Two chains, and one watcher set to try: signatures, proofs and contradictions of it.
abstract contract WatcherWorld is TwoChains {
    address internal constant STRANGER = address(0x5e4de7);
    uint256 internal constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    uint256 internal constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    Recipient internal recipient;
    WatcherSet internal set;
    Lane internal lane;
    bytes32 internal constant HEAD = keccak256("head");

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
        set = b.watchers;
        lane = laneOf(a, b);
        on(b);
    }

    function verifies(bytes memory signed) internal view returns (bool) {
        return set.verify(lane, 1, HEAD, abi.encodePacked(uint16(0), signed));
    }

    function proofBy(uint256[] memory signers, uint256 count) internal view returns (bytes memory) {
        return proofFor(set.setId(), lane, signers, count);
    }

    function proofFor(bytes32 id, Lane memory of_, uint256[] memory signers, uint256 count) internal pure returns (bytes memory) {
        return proofFor(id, of_, 1, HEAD, signers, count);
    }

    function proofFor(
        bytes32 id,
        Lane memory of_,
        uint64 nonce,
        bytes32 head,
        uint256[] memory signers,
        uint256 count
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(0), signatures(signers, count, Attestation.headDigest(id, of_, nonce, head)));
    }

    function proofThrough(uint64 from, uint64 to) internal view returns (bytes memory proof) {
        proof = abi.encodePacked(uint16(to - from));
        for (uint64 nonce = from; nonce < to; ++nonce) {
            proof = bytes.concat(proof, sentLeaf(lane, nonce));
        }
        return bytes.concat(proof, signatures(keys, 3, Attestation.headDigest(set.setId(), lane, to, headAt(lane, to))));
    }

    function statement(uint256 key, bytes32 id, Lane memory of_, uint64 nonce, bytes32 head) internal pure returns (Statement memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, Attestation.headDigest(id, of_, nonce, head));
        return Statement(head, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function equivocate(uint256 member) internal {
        set.submitEvidence(
            lane,
            7,
            statement(keys[member], set.setId(), lane, 7, "one"),
            statement(keys[member], set.setId(), lane, 7, "other")
        );
    }

    function without(uint256[] memory all, uint256 index) internal pure returns (uint256[] memory rest) {
        rest = new uint256[](all.length - 1);
        for (uint256 i; i < rest.length; ++i) {
            rest[i] = all[i < index ? i : i + 1];
        }
    }

    function cut(bytes memory data, uint256 length) internal pure returns (bytes memory shorter) {
        shorter = new bytes(length);
        for (uint256 i; i < length; ++i) {
            shorter[i] = data[i];
        }
    }

    function expectMalformed(bytes memory proof) internal view {
        (bool success, bytes memory result) = address(set).staticcall(abi.encodeCall(set.verify, (lane, 1, HEAD, proof)));
        vm.assertFalse(success);
        vm.assertEq(result, abi.encodeWithSelector(IWatcherSet.ProofMalformed.selector, proof.length));
    }

    function expectRefused(Roster memory next, bytes memory reason) internal {
        vm.expectRevert(reason);
        set.adopt(next);
    }

    function expectNoEvidence(Lane memory of_, uint64 nonce, Statement memory one, Statement memory other) internal {
        vm.expectRevert(IWatcherSet.EvidenceInvalid.selector);
        set.submitEvidence(of_, nonce, one, other);
    }

    function expectNotVouched(Delivery memory d, bytes memory proof) internal {
        vm.expectPartialRevert(IGateway.HeadNotVouched.selector);
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }
}
