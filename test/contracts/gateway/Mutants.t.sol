// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";

import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Roster, Statement} from "../../../contracts/verifiers/IWatcherSet.sol";
import {Attestation} from "../../../contracts/verifiers/Attestation.sol";
import {Delivery, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Recipient} from "../mocks/Recipient.sol";

/// @notice Every bit of every object that is signed or folded, flipped; every list and blob cut and stretched; every address written in other
/// forms. None of it does anything.
contract MutantsTest is TwoChains {
    Recipient internal recipient;
    Lane internal lane;
    uint256 internal mutants;

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
        lane = laneOf(a, b);
        for (uint256 i; i < 4; ++i) {
            send(a, b, address(0x5e4de7), address(recipient), abi.encode("payload", i), limits(300_000 + i, block.timestamp + 1 days));
        }
        collect();
    }

    function test_RefusesEveryMutantOfHeaders() public {
        (Delivery memory d, bytes memory proof) = sound();
        for (uint256 i; i < 2; ++i) {
            for (uint256 bit; bit < 256; ++bit) {
                d.headers[i].senderAndLimits ^= 1 << bit;
                refuse(d, proof);
                d.headers[i].senderAndLimits ^= 1 << bit;
                d.headers[i].recipient ^= 1 << bit;
                refuse(d, proof);
                d.headers[i].recipient ^= 1 << bit;
            }
        }
        finish(d, proof, 1_024);
    }

    function test_RefusesEveryMutantOfALaneAndItsHeads() public {
        (Delivery memory d, bytes memory proof) = sound();
        for (uint256 bit; bit < 256; ++bit) {
            bytes32 flip = bytes32(uint256(1) << bit);
            d.headBefore ^= flip;
            refuse(d, proof);
            d.headBefore ^= flip;
            d.tail[0] ^= flip;
            refuse(d, proof);
            d.tail[0] ^= flip;
            d.lane.originChainId ^= 1 << bit;
            refuse(d, proof);
            d.lane.originChainId ^= 1 << bit;
            d.lane.destinationChainId ^= 1 << bit;
            refuse(d, proof);
            d.lane.destinationChainId ^= 1 << bit;
            if (bit < 160) {
                d.lane.originGateway = address(uint160(d.lane.originGateway) ^ uint160(1 << bit));
                refuse(d, proof);
                d.lane.originGateway = lane.originGateway;
            }
            if (bit < 64) {
                d.first ^= uint64(1 << bit);
                refuse(d, proof);
                d.first ^= uint64(1 << bit);
            }
        }
        finish(d, proof, 1_248);
    }

    function test_RefusesEveryMutantOfAProof() public {
        (Delivery memory d, bytes memory proof) = sound();
        for (uint256 bit; bit < proof.length * 8; ++bit) {
            proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            refuse(d, proof);
            proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        }
        finish(d, proof, 1_808);
    }

    function test_RefusesEveryMutantOfPayloads() public {
        (Delivery memory d, bytes memory proof) = sound();
        for (uint256 bit; bit < d.payloads.length * 8; ++bit) {
            d.payloads[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            refuse(d, proof);
            d.payloads[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        }
        finish(d, proof, 1_536);
    }

    function test_RefusesEveryOtherLengthAndOrder() public {
        (Delivery memory d, bytes memory proof) = sound();
        stretchAll(d, proof);
        swapAll(d, proof);
        finish(d, proof, 400);
    }

    function test_RefusesEveryMutantOfARotation() public {
        on(b);
        Roster memory next = rosterAfter(b.watchers.setId(), watcherKeys("next", 4), 3);
        bytes memory signed = signatures(keys, QUORUM, Attestation.rotationDigest(b.watchers.setId(), b.watchers.setIdOf(next)));
        for (uint256 bit; bit < signed.length * 8; ++bit) {
            signed[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
            refuseRotation(next, signed);
            signed[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        }
        for (uint256 i; i < 4; ++i) {
            address member = next.members[i];
            for (uint256 bit; bit < 160; ++bit) {
                next.members[i] = address(uint160(member) ^ uint160(1 << bit));
                refuseRotation(next, signed);
            }
            next.members[i] = member;
        }
        for (uint256 bit; bit < 256; ++bit) {
            next.previousSetId ^= bytes32(uint256(1) << bit);
            refuseRotation(next, signed);
            next.previousSetId ^= bytes32(uint256(1) << bit);
            if (bit < 8) {
                next.quorum ^= uint8(1 << bit);
                refuseRotation(next, signed);
                next.quorum ^= uint8(1 << bit);
            }
        }
        vm.assertGe(mutants, 2_000);
        b.watchers.proposeRotation(next, signed);
    }

    function test_RefusesEveryMutantOfEvidence() public {
        on(b);
        Statement memory one = statement("one");
        Statement memory other = statement("other");
        for (uint256 bit; bit < 256; ++bit) {
            bytes32 flip = bytes32(uint256(1) << bit);
            one.head ^= flip;
            refuseEvidence(7, one, other);
            one.head ^= flip;
            one.r ^= flip;
            refuseEvidence(7, one, other);
            one.r ^= flip;
            other.vs ^= flip;
            refuseEvidence(7, one, other);
            other.vs ^= flip;
            if (bit < 64) refuseEvidence(uint64(7 ^ (1 << bit)), one, other);
        }
        b.watchers.submitEvidence(lane, 7, one, other);
        vm.assertTrue(b.watchers.isMasked(vm.addr(keys[1])));
    }

    /// @dev A delivery of two messages with a tail of one, and one leaf in its proof.
    function sound() internal view returns (Delivery memory d, bytes memory proof) {
        d = range(lane, 0, 2, 1);
        bytes32 digest = Attestation.headDigest(b.watchers.setId(), lane, 4, headAt(lane, 4));
        proof = abi.encodePacked(uint16(1), sentLeaf(lane, 3), signatures(keys, QUORUM, digest));
    }

    /// @dev It was the mutations that were refused: untouched, it passes.
    function finish(Delivery memory d, bytes memory proof, uint256 least) internal {
        vm.assertEq(recipient.received(), 0);
        vm.assertGe(mutants, least);
        deliver(b, d, proof);
        vm.assertEq(recipient.received(), 2);
    }

    function stretchAll(Delivery memory d, bytes memory proof) internal {
        for (uint256 length; length < proof.length; ++length) {
            refuse(d, cut(proof, length));
        }
        refuse(d, bytes.concat(proof, hex"00"));
        refuse(d, bytes.concat(proof, new bytes(64)));
        bytes memory payloads = d.payloads;
        for (uint256 length; length < payloads.length; ++length) {
            d.payloads = cut(payloads, length);
            refuse(d, proof);
        }
        d.payloads = bytes.concat(payloads, hex"00");
        refuse(d, proof);
        d.payloads = payloads;
        bytes32[] memory tail = d.tail;
        d.tail = new bytes32[](0);
        refuse(d, proof);
        d.tail = new bytes32[](2);
        d.tail[0] = tail[0];
        refuse(d, proof);
        d.tail[1] = tail[0];
        refuse(d, proof);
        d.tail = tail;
    }

    /// @dev The same parts in another place.
    function swapAll(Delivery memory d, bytes memory proof) internal {
        (d.headers[0], d.headers[1]) = (d.headers[1], d.headers[0]);
        refuse(d, proof);
        (d.headers[0], d.headers[1]) = (d.headers[1], d.headers[0]);
        (d.headBefore, d.tail[0]) = (d.tail[0], d.headBefore);
        refuse(d, proof);
        (d.headBefore, d.tail[0]) = (d.tail[0], d.headBefore);
        // A byte moved from one payload to the other: the blob is the same.
        d.headers[0].senderAndLimits += 1;
        d.headers[1].senderAndLimits -= 1;
        refuse(d, proof);
        d.headers[0].senderAndLimits -= 1;
        d.headers[1].senderAndLimits += 1;
    }

    /// @dev The runner copies the caller's memory at every call, so what each mutant needed is given back.
    modifier rewound() {
        Memory.Pointer free = Memory.getFreeMemoryPointer();
        _;
        Memory.unsafeSetFreeMemoryPointer(free);
    }

    function refuse(Delivery memory d, bytes memory proof) internal rewound {
        on(b);
        (bool success, ) = address(b.gateway).call(
            abi.encodeCall(b.gateway.deliver, (d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof))
        );
        vm.assertFalse(success);
        ++mutants;
    }

    function refuseRotation(Roster memory next, bytes memory signed) internal rewound {
        (bool success, ) = address(b.watchers).call(abi.encodeCall(b.watchers.proposeRotation, (next, signed)));
        vm.assertFalse(success);
        ++mutants;
    }

    function refuseEvidence(uint64 nonce, Statement memory one, Statement memory other) internal rewound {
        (bool success, ) = address(b.watchers).call(abi.encodeCall(b.watchers.submitEvidence, (lane, nonce, one, other)));
        vm.assertFalse(success);
    }

    function statement(bytes32 head) internal view returns (Statement memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[1], Attestation.headDigest(b.watchers.setId(), lane, 7, head));
        return Statement(head, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function cut(bytes memory data, uint256 length) internal pure returns (bytes memory shorter) {
        shorter = new bytes(length);
        for (uint256 i; i < length; ++i) {
            shorter[i] = data[i];
        }
    }
}
