// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a coordination stands (ERC-8001).
enum Status {
    /// Unknown.
    None,
    /// Not all have accepted.
    Proposed,
    /// All have accepted, and every acceptance still counts.
    Ready,
    Executed,
    Cancelled,
    /// It, or an acceptance of it, ran out before it was executed.
    Expired
}

/// @notice What somebody proposes to others (ERC-8001).
struct AgentIntent {
    /// @dev keccak-256 of the ABI-encoded fields of the payload.
    bytes32 payloadHash;
    /// @dev Seconds. It can no longer be accepted or executed at this second.
    uint64 expiry;
    /// @dev Greater than the last one of the proposer.
    uint64 nonce;
    /// @dev Who proposes: one of the participants.
    address agentId;
    bytes32 coordinationType;
    /// @dev For information.
    uint256 coordinationValue;
    /// @dev Strictly ascending.
    address[] participants;
}

/// @notice What they agree on (ERC-8001).
struct CoordinationPayload {
    bytes32 version;
    /// @dev That of the intent.
    bytes32 coordinationType;
    bytes coordinationData;
    bytes32 conditionsHash;
    /// @dev For information.
    uint256 timestamp;
    bytes metadata;
}

/// @notice One participant's consent (ERC-8001). It signs all but the signature.
struct AcceptanceAttestation {
    bytes32 intentHash;
    address participant;
    /// @dev Signed, and otherwise without meaning.
    uint64 nonce;
    /// @dev Seconds. It no longer counts at this second.
    uint64 expiry;
    bytes32 conditionsHash;
    /// @dev Of its key, in 64 or 65 bytes, or whatever its contract accepts (ERC-1271).
    bytes signature;
}

/// @title Coordination of several parties (ERC-8001)
/// @notice Propose, accept, execute or cancel. Types, domain, events and errors are those of the standard.
/// @dev EIP-712 domain `ERC-8001`, version `1`, the chain and the contract. A proposer signs
/// `AgentIntent(bytes32 payloadHash,uint64 expiry,uint64 nonce,address agentId,bytes32 coordinationType,uint256 coordinationValue,address[] participants)`,
/// whose struct hash is the intent's hash, and a participant
/// `AcceptanceAttestation(bytes32 intentHash,address participant,uint64 nonce,uint64 expiry,bytes32 conditionsHash)`.
interface IAgentCoordination {
    /// @notice Somebody proposed to coordinate.
    event CoordinationProposed(
        bytes32 indexed intentHash,
        address indexed proposer,
        bytes32 coordinationType,
        uint256 participantCount,
        uint256 coordinationValue
    );
    /// @notice A participant accepted.
    event CoordinationAccepted(
        bytes32 indexed intentHash,
        address indexed participant,
        bytes32 acceptanceHash,
        uint256 acceptedCount,
        uint256 requiredCount
    );
    /// @notice What was agreed on was done.
    event CoordinationExecuted(bytes32 indexed intentHash, address indexed executor, bool success, uint256 gasUsed, bytes result);
    /// @notice It will not be done.
    event CoordinationCancelled(bytes32 indexed intentHash, address indexed canceller, string reason, uint8 finalStatus);

    /// @notice Only the proposer cancels before the expiry.
    error ERC8001_NotProposer();
    /// @notice The intent ran out.
    error ERC8001_ExpiredIntent();
    /// @notice The participant's acceptance ran out.
    error ERC8001_ExpiredAcceptance(address participant);
    /// @notice The signature is not that of whom it should be, over this.
    error ERC8001_BadSignature();
    /// @notice The account is not among the participants.
    error ERC8001_NotParticipant();
    /// @notice The participant accepted before.
    error ERC8001_DuplicateAcceptance();
    /// @notice Participants must be strictly ascending.
    error ERC8001_ParticipantsNotCanonical();
    /// @notice The proposer used this nonce or a later one.
    error ERC8001_NonceTooLow();
    /// @notice This is not the payload that was signed.
    error ERC8001_PayloadHashMismatch();
    /// @notice It is not in the state that this needs.
    error ERC8001_NotReady();

    /// @notice Proposes what the initiator signed. Anyone.
    function proposeCoordination(
        AgentIntent calldata intent,
        bytes calldata signature,
        CoordinationPayload calldata payload
    ) external returns (bytes32 intentHash);

    /// @notice Brings one participant's acceptance. Anyone.
    function acceptCoordination(bytes32 intentHash, AcceptanceAttestation calldata attestation) external returns (bool allAccepted);

    /// @notice Does what all agreed on. Anyone. A failing call reverts it all.
    /// @param executionData Empty, or exactly the payload's `coordinationData`: nobody signed anything else.
    function executeCoordination(
        bytes32 intentHash,
        CoordinationPayload calldata payload,
        bytes calldata executionData
    ) external returns (bool success, bytes memory result);

    /// @notice Gives it up: the proposer at any time, anyone after the expiry.
    function cancelCoordination(bytes32 intentHash, string calldata reason) external;

    /// @notice Where it stands, and who accepted.
    function getCoordinationStatus(
        bytes32 intentHash
    ) external view returns (Status status, address proposer, address[] memory participants, address[] memory acceptedBy, uint256 expiry);

    /// @notice How many must accept. Zero if it was never proposed.
    function getRequiredAcceptances(bytes32 intentHash) external view returns (uint256);

    /// @notice The last nonce of a proposer.
    function getAgentNonce(address agent) external view returns (uint64);
}
