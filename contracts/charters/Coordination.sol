// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AcceptanceAttestation, AgentIntent, CoordinationPayload, IAgentCoordination, Status} from "./IAgentCoordination.sol";
import {IAgreements} from "./IAgreements.sol";
import {Consent, Intents} from "./Intents.sol";
import {MemberList} from "./MemberList.sol";

/// @title The path of ERC-8001: propose, accept one by one, execute or cancel
/// @notice See `IAgentCoordination`. What is executed is another's affair: `_carryOut`.
abstract contract Coordination is IAgreements, EIP712 {
    using Intents for AgentIntent;
    using Intents for CoordinationPayload;
    using Intents for Consent;
    using MemberList for address;

    struct Record {
        // slot 0
        address proposer;
        uint64 expiry;
        /// @dev Never `Ready` nor `Expired`: those follow from the rest.
        Status status;
        uint16 accepted;
        // slot 1
        /// @dev Only of what was proposed, and so are the rest.
        bytes32 payloadHash;
        // slot 2
        /// @dev Holds the participants in its code.
        address participants;
        uint16 required;
    }

    mapping(bytes32 intentHash => Record) internal _records;
    mapping(bytes32 intentHash => mapping(address participant => uint64 expiry)) private _acceptedUntil;
    mapping(address agent => uint64) private _nonces;

    constructor() EIP712("ERC-8001", "1") {}

    /// @inheritdoc IAgentCoordination
    function proposeCoordination(
        AgentIntent calldata intent,
        bytes calldata signature,
        CoordinationPayload calldata payload
    ) external returns (bytes32 intentHash) {
        intentHash = intent.hash();
        intent.check(payload, intentHash);
        uint256 count = intent.participants.length;
        require(count <= MemberList.MAX_MEMBERS, TooManyParticipants(count, MemberList.MAX_MEMBERS));
        require(intent.nonce > _nonces[intent.agentId], ERC8001_NonceTooLow());
        Status status = _records[intentHash].status;
        require(status == Status.None, IntentKnown(intentHash, status));
        require(Intents.isSigned(intent.agentId, _hashTypedDataV4(intentHash), signature), ERC8001_BadSignature());

        _nonces[intent.agentId] = intent.nonce;
        _records[intentHash] = Record({
            proposer: intent.agentId,
            expiry: intent.expiry,
            status: Status.Proposed,
            accepted: 0,
            payloadHash: intent.payloadHash,
            participants: MemberList.write(intent.participants),
            required: uint16(count)
        });
        emit CoordinationProposed(intentHash, intent.agentId, intent.coordinationType, count, intent.coordinationValue);
    }

    /// @inheritdoc IAgentCoordination
    function acceptCoordination(bytes32 intentHash, AcceptanceAttestation calldata attestation) external returns (bool allAccepted) {
        Record memory record = _records[intentHash];
        _requireProposed(record);
        require(block.timestamp < record.expiry, ERC8001_ExpiredIntent());
        require(attestation.intentHash == intentHash, ERC8001_BadSignature());
        address participant = attestation.participant;
        // The standard wants the caller to be one of them. Everybody else brings acceptances with `agree`.
        require(record.participants.has(msg.sender), ERC8001_NotParticipant());
        require(msg.sender == participant || record.participants.has(participant), ERC8001_NotParticipant());
        require(_acceptedUntil[intentHash][participant] == 0, ERC8001_DuplicateAcceptance());
        require(block.timestamp < attestation.expiry, ERC8001_ExpiredAcceptance(participant));
        Consent memory consent = Consent(0, intentHash, attestation.nonce, attestation.expiry, attestation.conditionsHash);
        bytes32 acceptanceHash = consent.acceptanceHash(participant);
        require(Intents.isSigned(participant, _hashTypedDataV4(acceptanceHash), attestation.signature), ERC8001_BadSignature());

        _acceptedUntil[intentHash][participant] = attestation.expiry;
        uint16 accepted = record.accepted + 1;
        _records[intentHash].accepted = accepted;
        emit CoordinationAccepted(intentHash, participant, acceptanceHash, accepted, record.required);
        return accepted == record.required;
    }

    /// @inheritdoc IAgentCoordination
    function executeCoordination(
        bytes32 intentHash,
        CoordinationPayload calldata payload,
        bytes calldata executionData
    ) external returns (bool success, bytes memory result) {
        Record memory record = _records[intentHash];
        _requireProposed(record);
        require(block.timestamp < record.expiry, ERC8001_ExpiredIntent());
        require(record.accepted == record.required, ERC8001_NotReady());
        require(payload.hash() == record.payloadHash, ERC8001_PayloadHashMismatch());
        address[] memory participants = record.participants.read();
        for (uint256 i; i < participants.length; ++i) {
            require(block.timestamp < _acceptedUntil[intentHash][participants[i]], ERC8001_ExpiredAcceptance(participants[i]));
        }
        require(
            executionData.length == 0 ||
                payload.coordinationType != Intents.PLAN ||
                keccak256(executionData) == keccak256(payload.coordinationData),
            ExecutionNotSigned(intentHash)
        );

        _records[intentHash].status = Status.Executed;
        return (true, _execute(intentHash, keccak256(abi.encodePacked(participants)), participants.length, participants.length, payload));
    }

    /// @inheritdoc IAgentCoordination
    function cancelCoordination(bytes32 intentHash, string calldata reason) external {
        Record memory record = _records[intentHash];
        _requireProposed(record);
        require(msg.sender == record.proposer || block.timestamp >= record.expiry, ERC8001_NotProposer());

        _records[intentHash].status = Status.Cancelled;
        emit CoordinationCancelled(intentHash, msg.sender, reason, uint8(Status.Cancelled));
    }

    /// @inheritdoc IAgreements
    function withdrawIntent(AgentIntent calldata intent) external {
        bytes32 intentHash = intent.hash();
        require(msg.sender == intent.agentId, ERC8001_NotProposer());
        Status status = _records[intentHash].status;
        require(status == Status.None, IntentKnown(intentHash, status));

        _end(intentHash, intent, Status.Cancelled);
        emit CoordinationCancelled(intentHash, msg.sender, "", uint8(Status.Cancelled));
    }

    /// @notice Where it stands. Of what never went this path but was brought by `agree` or withdrawn, participants are not kept.
    /// @inheritdoc IAgentCoordination
    function getCoordinationStatus(
        bytes32 intentHash
    ) external view returns (Status status, address proposer, address[] memory participants, address[] memory acceptedBy, uint256 expiry) {
        Record memory record = _records[intentHash];
        (status, proposer, expiry) = (record.status, record.proposer, record.expiry);
        if (record.participants == address(0)) return (status, proposer, participants, acceptedBy, expiry);

        participants = record.participants.read();
        acceptedBy = new address[](record.accepted);
        uint256 place;
        bool hasLapsed = block.timestamp >= expiry;
        for (uint256 i; i < participants.length; ++i) {
            uint64 until = _acceptedUntil[intentHash][participants[i]];
            if (until == 0) continue;
            acceptedBy[place++] = participants[i];
            // Nobody accepts twice, so it can no longer be executed this way.
            if (block.timestamp >= until) hasLapsed = true;
        }
        if (status == Status.Proposed) {
            bool isComplete = record.accepted == record.required;
            if (block.timestamp >= expiry || (isComplete && hasLapsed)) status = Status.Expired;
            else if (isComplete) status = Status.Ready;
        }
    }

    /// @inheritdoc IAgentCoordination
    function getRequiredAcceptances(bytes32 intentHash) external view returns (uint256) {
        return _records[intentHash].required;
    }

    /// @inheritdoc IAgentCoordination
    function getAgentNonce(address agent) external view returns (uint64) {
        return _nonces[agent];
    }

    /// @inheritdoc IAgreements
    function getIntentHash(AgentIntent calldata intent) external pure returns (bytes32) {
        return intent.hash();
    }

    /// @inheritdoc IAgreements
    function getPayloadHash(CoordinationPayload calldata payload) external pure returns (bytes32) {
        return payload.hash();
    }

    /// @dev Ends an intent, of which perhaps nothing was known before.
    function _end(bytes32 intentHash, AgentIntent calldata intent, Status status) internal {
        Record storage record = _records[intentHash];
        record.proposer = intent.agentId;
        record.expiry = intent.expiry;
        record.status = status;
    }

    /// @dev Does what the participants agreed on, whose intent is marked as executed.
    function _execute(
        bytes32 intentHash,
        bytes32 participantsHash,
        uint256 participants,
        uint256 accepted,
        CoordinationPayload calldata payload
    ) internal returns (bytes memory result) {
        uint256 before = gasleft();
        result = _carryOut(intentHash, participantsHash, participants, accepted, payload);
        emit CoordinationExecuted(intentHash, msg.sender, true, before - gasleft(), result);
    }

    function _carryOut(
        bytes32 intentHash,
        bytes32 participantsHash,
        uint256 participants,
        uint256 accepted,
        CoordinationPayload calldata payload
    ) internal virtual returns (bytes memory result);

    function _requireProposed(Record memory record) private pure {
        require(record.status == Status.Proposed, ERC8001_NotReady());
    }
}
