// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What an agent says of itself. Only its hash is stored; the whole is in the events.
struct Profile {
    /// @dev Where the agent says it is paid on this chain. Zero: the controller. Tasks go by `payoutOf` of the worker's account.
    address payout;
    /// @dev keccak-256 of the agent card, an A2A card with the ERC-8004 registration fields.
    bytes32 cardDigest;
    /// @dev Strictly ascending hashes from the vocabulary in `docs/capabilities.md`.
    bytes32[] capabilities;
    /// @dev Where the card is served.
    string cardUri;
}

/// @title Who the agents are, what they can do, where they are paid
/// @notice `agentId = keccak256(abi.encode(chainId, registry, controller, salt))`. Two slots per agent: controller and liveness, and the hash of its profile.
interface IAgentRegistry {
    /// @notice A new agent.
    event AgentRegistered(bytes32 indexed agentId, address indexed controller, bytes32 salt, uint40 liveUntil, Profile profile);
    /// @notice The agent's profile is this from now on.
    event AgentUpdated(bytes32 indexed agentId, Profile profile);
    /// @notice The agent says that it lives until then.
    event AgentHeartbeat(bytes32 indexed agentId, uint40 liveUntil);
    /// @notice The agent is gone for good.
    event AgentRetired(bytes32 indexed agentId);
    /// @notice Tasks of `account` are paid to `payout` on this chain from now on.
    event PayoutChanged(address indexed account, address payout);

    /// @notice A batch needs as many profiles as salts.
    error BatchLengthMismatch(uint256 salts, uint256 profiles);
    /// @notice The id is taken, perhaps by an agent that retired: another salt makes another agent.
    error AgentAlreadyRegistered(bytes32 agentId);
    /// @notice Only the controller may do this. Zero `controller`: no such agent.
    error AgentWrongCaller(bytes32 agentId, address controller, address caller);
    /// @notice Capabilities must be strictly ascending, never zero, and at most 32; `index` is the first that is not.
    error CapabilitiesInvalid(uint256 index);
    /// @notice The time is past, or more than a year ahead.
    error LivenessInvalid(uint40 liveUntil, uint256 timestamp);

    /// @notice Registers an agent controlled by the caller.
    function register(bytes32 salt, uint40 liveUntil, Profile calldata profile) external returns (bytes32 agentId);
    /// @notice Registers several agents controlled by the caller, one per salt and profile.
    function registerBatch(
        bytes32[] calldata salts,
        uint40 liveUntil,
        Profile[] calldata profiles
    ) external returns (bytes32[] memory agentIds);
    /// @notice Replaces the profile.
    function update(bytes32 agentId, Profile calldata profile) external;
    /// @notice Renews liveness.
    function heartbeat(bytes32 agentId, uint40 liveUntil) external;
    /// @notice Ends the agent.
    function retire(bytes32 agentId) external;
    /// @notice Where the caller's tasks are paid. Zero or itself: to the account itself.
    function setPayout(address payout) external;
    /// @notice Where an account's tasks are paid; the account itself unless it chose otherwise.
    function payoutOf(address account) external view returns (address);
    /// @notice Controller, liveness and profile hash. Zero controller: unknown or retired.
    function agentOf(bytes32 agentId) external view returns (address controller, uint40 liveUntil, bytes32 profileHash);
    /// @notice The id of an agent.
    function agentIdOf(address controller, bytes32 salt) external view returns (bytes32);
}
