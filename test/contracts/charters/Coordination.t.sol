// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {
    AcceptanceAttestation,
    AgentIntent,
    CoordinationPayload,
    IAgentCoordination,
    Status
} from "../../../contracts/charters/IAgentCoordination.sol";
import {IAgreements} from "../../../contracts/charters/IAgreements.sol";
import {vm} from "../../support/Vm.sol";
import {SignerContract} from "../mocks/SignerContract.sol";
import {CharterWorld} from "./CharterWorld.sol";

/// @notice Conformance with ERC-8001, sentence by sentence of its text.
contract CoordinationTest is CharterWorld {
    bytes32 private constant TRADE = keccak256("TRADE_V1");

    address[] private _parties;
    AgentIntent private _intent;
    CoordinationPayload private _payload;
    bytes32 private _hash;
    uint64 private _until;

    function setUp() public override {
        super.setUp();
        _parties = people("party", 3);
        _until = uint64(block.timestamp + 1 hours);
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(_parties, TRADE, "data");
        (_intent, _payload, _hash) = (intent, payload, intentHashOf(intent));
    }

    // EIP-712 domain, hashes

    function test_TheDomainIsThatOfTheText() public view {
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = IERC5267(address(agreements)).eip712Domain();
        vm.assertEq(keccak256(bytes(name)), keccak256("ERC-8001"));
        vm.assertEq(keccak256(bytes(version)), keccak256("1"));
        vm.assertEq(chainId, HOME);
        vm.assertEq(verifier, address(agreements));
    }

    function test_TheIntentHashIsTheStructHash() public view {
        vm.assertEq(agreements.getIntentHash(_intent), _hash);
        vm.assertEq(agreements.getPayloadHash(_payload), _intent.payloadHash);
    }

    function test_TheInterfaceIsThatOfTheText() public pure {
        vm.assertEq(
            bytes32(IAgentCoordination.cancelCoordination.selector),
            bytes32(bytes4(keccak256("cancelCoordination(bytes32,string)")))
        );
        vm.assertEq(
            bytes32(IAgentCoordination.proposeCoordination.selector),
            bytes32(
                bytes4(
                    keccak256(
                        "proposeCoordination((bytes32,uint64,uint64,address,bytes32,uint256,address[]),bytes,(bytes32,bytes32,bytes,bytes32,uint256,bytes))"
                    )
                )
            )
        );
        vm.assertEq(
            bytes32(IAgentCoordination.acceptCoordination.selector),
            bytes32(bytes4(keccak256("acceptCoordination(bytes32,(bytes32,address,uint64,uint64,bytes32,bytes))")))
        );
        vm.assertEq(
            bytes32(IAgentCoordination.executeCoordination.selector),
            bytes32(bytes4(keccak256("executeCoordination(bytes32,(bytes32,bytes32,bytes,bytes32,uint256,bytes),bytes)")))
        );
        vm.assertEq(uint256(uint8(Status.Expired)), 5);
    }

    // proposeCoordination

    function test_AProposalIsKept() public {
        vm.expectEmit(address(agreements));
        emit IAgentCoordination.CoordinationProposed(_hash, _parties[0], TRADE, 3, 7);
        vm.assertEq(agreements.proposeCoordination(_intent, sign(agreements, _intent), _payload), _hash);

        (Status status, address proposer, address[] memory participants, address[] memory accepted, uint256 expiry) = agreements
            .getCoordinationStatus(_hash);
        vm.assertEq(uint256(status), uint256(Status.Proposed));
        vm.assertEq(proposer, _parties[0]);
        vm.assertEq(keccak256(abi.encode(participants)), keccak256(abi.encode(_parties)));
        vm.assertEq(accepted.length, 0);
        vm.assertEq(expiry, _intent.expiry);
        vm.assertEq(agreements.getAgentNonce(_parties[0]), _intent.nonce);
        vm.assertEq(agreements.getRequiredAcceptances(_hash), 3);
    }

    function test_NothingIsKnownOfWhatWasNotProposed() public view {
        (Status status, , , , ) = agreements.getCoordinationStatus(_hash);
        vm.assertEq(uint256(status), uint256(Status.None));
        vm.assertEq(agreements.getRequiredAcceptances(_hash), 0);
    }

    function test_RevertWhen_TheSignatureIsNotOfThisIntentHereByTheProposer() public {
        bytes memory signature = sign(agreements, _intent);
        _intent.coordinationValue = 8;
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        _intent.coordinationValue = 7;

        vm.chainId(HOME + 1);
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        vm.chainId(HOME);
        signature = sign(IAgreements(address(this)), _intent);
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        _intent.agentId = _parties[1];
        signature = sign(agreements, _intent);
        _intent.agentId = _parties[0];
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.proposeCoordination(_intent, "", _payload);
    }

    function test_RevertWhen_TheIntentRanOut() public {
        bytes memory signature = sign(agreements, _intent);
        vm.warp(_intent.expiry);
        vm.expectRevert(IAgentCoordination.ERC8001_ExpiredIntent.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
    }

    function test_RevertWhen_TheNonceIsNotGreater() public {
        _propose();
        bytes memory signature = sign(agreements, _intent);
        vm.expectRevert(IAgentCoordination.ERC8001_NonceTooLow.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        _intent.nonce -= 1;
        signature = sign(agreements, _intent);
        vm.expectRevert(IAgentCoordination.ERC8001_NonceTooLow.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
    }

    function test_RevertWhen_ParticipantsAreNotAscendingUniqueAndWithTheProposer() public {
        (_intent.participants[0], _intent.participants[1]) = (_parties[1], _parties[0]);
        _expectAtProposal(IAgentCoordination.ERC8001_ParticipantsNotCanonical.selector);
        _intent.participants[0] = _parties[0];
        _expectAtProposal(IAgentCoordination.ERC8001_ParticipantsNotCanonical.selector);
        _intent.participants = without(_parties, 0);
        _expectAtProposal(IAgentCoordination.ERC8001_NotParticipant.selector);
        _intent.participants = new address[](0);
        _expectAtProposal(IAgentCoordination.ERC8001_NotParticipant.selector);
    }

    function test_RevertWhen_ThePayloadIsNotThatOfTheIntent() public {
        bytes memory signature = sign(agreements, _intent);
        _payload.metadata = "other";
        vm.expectRevert(IAgentCoordination.ERC8001_PayloadHashMismatch.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
        _payload.coordinationType = keccak256("OTHER");
        vm.expectPartialRevert(IAgreements.IntentInvalid.selector);
        agreements.proposeCoordination(_intent, signature, _payload);
    }

    // acceptCoordination

    function test_AllAcceptAndItIsReady() public {
        _propose();
        for (uint256 i; i < 3; ++i) {
            bytes32 structHash = acceptanceHashOf(_hash, _parties[i], 3, _until, keccak256("own"));
            AcceptanceAttestation memory attestation = attest(agreements, _hash, _parties[i], _until);
            vm.expectEmit(address(agreements));
            emit IAgentCoordination.CoordinationAccepted(_hash, _parties[i], structHash, i + 1, 3);
            vm.prank(_parties[i]);
            vm.assertEq(agreements.acceptCoordination(_hash, attestation), i == 2);
            (, , , address[] memory accepted, ) = agreements.getCoordinationStatus(_hash);
            vm.assertEq(accepted.length, i + 1);
            vm.assertEq(accepted[i], _parties[i]);
        }
        _assertStatus(Status.Ready);
    }

    function test_RevertWhen_AnAcceptanceIsNotOne() public {
        _expectAtAcceptance(_parties[0], _parties[0], IAgentCoordination.ERC8001_NotReady.selector);
        _propose();
        keyOf[stranger] = 5;
        _expectAtAcceptance(stranger, stranger, IAgentCoordination.ERC8001_NotParticipant.selector);
        // The text speaks of the caller, so a stranger does not even bring another's.
        _expectAtAcceptance(stranger, _parties[1], IAgentCoordination.ERC8001_NotParticipant.selector);
        _expectAtAcceptance(_parties[1], stranger, IAgentCoordination.ERC8001_NotParticipant.selector);
        _accept(_parties[1]);
        _expectAtAcceptance(_parties[1], _parties[1], IAgentCoordination.ERC8001_DuplicateAcceptance.selector);

        AcceptanceAttestation memory attestation = attest(agreements, _hash, _parties[2], _until);
        attestation.expiry += 1;
        _expectRefused(attestation, abi.encodeWithSelector(IAgentCoordination.ERC8001_BadSignature.selector));
        attestation = attest(agreements, _hash, _parties[2], _until);
        attestation.conditionsHash = 0;
        _expectRefused(attestation, abi.encodeWithSelector(IAgentCoordination.ERC8001_BadSignature.selector));
        attestation = attest(agreements, keccak256("other"), _parties[2], _until);
        _expectRefused(attestation, abi.encodeWithSelector(IAgentCoordination.ERC8001_BadSignature.selector));
        attestation = attest(agreements, _hash, _parties[2], uint64(block.timestamp));
        _expectRefused(attestation, abi.encodeWithSelector(IAgentCoordination.ERC8001_ExpiredAcceptance.selector, _parties[2]));
        vm.warp(_intent.expiry);
        attestation = attest(agreements, _hash, _parties[2], _intent.expiry + 1);
        _expectRefused(attestation, abi.encodeWithSelector(IAgentCoordination.ERC8001_ExpiredIntent.selector));
    }

    function test_ShortSignaturesAndContractsAcceptAndMalleableOnesDoNot() public {
        SignerContract wallet = new SignerContract();
        address[] memory parties = new address[](3);
        (parties[0], parties[1], parties[2]) = (_parties[0], _parties[1], address(wallet));
        sort(parties);
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(parties, TRADE, "data");
        intent.agentId = _parties[0];
        agreements.proposeCoordination(intent, sign(agreements, intent), payload);
        bytes32 hash = intentHashOf(intent);

        AcceptanceAttestation memory attestation = attest(agreements, hash, _parties[0], _until);
        (bytes32 r, bytes32 s, uint8 v) = _parts(attestation.signature);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        attestation.signature = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27);
        vm.prank(_parties[0]);
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.acceptCoordination(hash, attestation);
        attestation.signature = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        vm.prank(_parties[0]);
        agreements.acceptCoordination(hash, attestation);

        attestation = AcceptanceAttestation(hash, address(wallet), 0, _until, 0, "anything");
        vm.prank(_parties[0]);
        vm.expectRevert(IAgentCoordination.ERC8001_BadSignature.selector);
        agreements.acceptCoordination(hash, attestation);
        wallet.accept(digestOf(domainOf(HOME, address(agreements)), acceptanceHashOf(hash, address(wallet), 0, _until, 0)));
        vm.prank(address(wallet));
        agreements.acceptCoordination(hash, attestation);
    }

    // executeCoordination

    function test_WhatAllAcceptedIsExecutedOnce() public {
        _proposeAndAccept();
        vm.prank(stranger);
        (bool success, bytes memory result) = agreements.executeCoordination(_hash, _payload, "");
        vm.assertTrue(success);
        vm.assertEq(result, _payload.coordinationData);
        _assertStatus(Status.Executed);
        _expectAtExecution(IAgentCoordination.ERC8001_NotReady.selector);
        vm.expectRevert(IAgentCoordination.ERC8001_NotReady.selector);
        vm.prank(_parties[0]);
        agreements.cancelCoordination(_hash, "");
    }

    function test_RevertWhen_ItIsNotReady() public {
        _expectAtExecution(IAgentCoordination.ERC8001_NotReady.selector);
        _propose();
        _accept(_parties[0]);
        _accept(_parties[2]);
        _expectAtExecution(IAgentCoordination.ERC8001_NotReady.selector);
    }

    function test_RevertWhen_ThePayloadOrTheIntentIsOver() public {
        _proposeAndAccept();
        CoordinationPayload memory payload = _payload;
        payload.timestamp += 1;
        vm.expectRevert(IAgentCoordination.ERC8001_PayloadHashMismatch.selector);
        agreements.executeCoordination(_hash, payload, "");
        vm.warp(_intent.expiry);
        _assertStatus(Status.Expired);
        _expectAtExecution(IAgentCoordination.ERC8001_ExpiredIntent.selector);
    }

    function test_RevertWhen_AnAcceptanceRanOut() public {
        _propose();
        _accept(_parties[0]);
        _accept(_parties[1]);
        AcceptanceAttestation memory attestation = attest(agreements, _hash, _parties[2], uint64(block.timestamp + 60));
        vm.prank(_parties[2]);
        agreements.acceptCoordination(_hash, attestation);
        vm.warp(block.timestamp + 59);
        _assertStatus(Status.Ready);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IAgentCoordination.ERC8001_ExpiredAcceptance.selector, _parties[2]));
        agreements.executeCoordination(_hash, _payload, "");
        _assertStatus(Status.Expired);
    }

    // cancelCoordination

    function test_TheProposerCancelsBeforeTheExpiryAndAnyoneAfterIt() public {
        _proposeAndAccept();
        vm.prank(_parties[1]);
        vm.expectRevert(IAgentCoordination.ERC8001_NotProposer.selector);
        agreements.cancelCoordination(_hash, "mine");
        uint256 snapshot = vm.snapshotState();
        vm.expectEmit(address(agreements));
        emit IAgentCoordination.CoordinationCancelled(_hash, _parties[0], "no more", uint8(Status.Cancelled));
        vm.prank(_parties[0]);
        agreements.cancelCoordination(_hash, "no more");
        _assertStatus(Status.Cancelled);
        _expectAtExecution(IAgentCoordination.ERC8001_NotReady.selector);

        vm.revertToState(snapshot);
        vm.warp(_intent.expiry);
        vm.prank(stranger);
        agreements.cancelCoordination(_hash, "over");
        _assertStatus(Status.Cancelled);
    }

    function test_RevertWhen_NothingIsThereToCancel() public {
        vm.expectRevert(IAgentCoordination.ERC8001_NotReady.selector);
        agreements.cancelCoordination(_hash, "");
    }

    // Beyond the text

    function test_AWithdrawnIntentIsNeverProposed() public {
        vm.prank(stranger);
        vm.expectRevert(IAgentCoordination.ERC8001_NotProposer.selector);
        agreements.withdrawIntent(_intent);
        vm.prank(_parties[0]);
        agreements.withdrawIntent(_intent);
        _assertStatus(Status.Cancelled);
        bytes memory signature = sign(agreements, _intent);
        vm.expectRevert(abi.encodeWithSelector(IAgreements.IntentKnown.selector, _hash, Status.Cancelled));
        agreements.proposeCoordination(_intent, signature, _payload);
    }

    function test_RevertWhen_MoreParticipantsThanAListHolds() public {
        address[] memory many = new address[](1_001);
        for (uint256 i; i < many.length; ++i) many[i] = address(uint160(i + 1));
        _intent.participants = many;
        _intent.agentId = many[0];
        vm.expectRevert(abi.encodeWithSelector(IAgreements.TooManyParticipants.selector, 1_001, 1_000));
        agreements.proposeCoordination(_intent, "", _payload);
    }

    function _propose() private {
        agreements.proposeCoordination(_intent, sign(agreements, _intent), _payload);
    }

    function _accept(address participant) private {
        AcceptanceAttestation memory attestation = attest(agreements, _hash, participant, _until);
        vm.prank(participant);
        agreements.acceptCoordination(_hash, attestation);
    }

    function _proposeAndAccept() private {
        _propose();
        for (uint256 i; i < 3; ++i) _accept(_parties[i]);
    }

    function _parts(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        v = uint8(signature[64]);
        (r, s) = abi.decode(signature, (bytes32, bytes32));
    }

    function _assertStatus(Status expected) private view {
        (Status status, , , , ) = agreements.getCoordinationStatus(_hash);
        vm.assertEq(uint256(status), uint256(expected));
    }

    function _expectAtProposal(bytes4 selector) private {
        bytes memory signature = sign(agreements, _intent);
        vm.expectRevert(selector);
        agreements.proposeCoordination(_intent, signature, _payload);
    }

    function _expectAtAcceptance(address caller, address participant, bytes4 selector) private {
        AcceptanceAttestation memory attestation = attest(agreements, _hash, participant, _until);
        vm.prank(caller);
        vm.expectRevert(selector);
        agreements.acceptCoordination(_hash, attestation);
    }

    function _expectRefused(AcceptanceAttestation memory attestation, bytes memory reason) private {
        vm.prank(_parties[2]);
        vm.expectRevert(reason);
        agreements.acceptCoordination(_hash, attestation);
    }

    function _expectAtExecution(bytes4 selector) private {
        vm.expectRevert(selector);
        agreements.executeCoordination(_hash, _payload, "");
    }
}
