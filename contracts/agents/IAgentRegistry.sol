// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What an agent says of itself. Only its hash is stored; the whole is in the events.
struct Profile {
    /// @dev Where the agent says it is paid on this chain. Zero: the controller. Tasks go by `payoutOf` of the worker's account.
    address payout;
    /// @dev keccak-256 of the agent card, an A2A card with the ERC-8004 registration fields, in its canonical form.
    bytes32 cardDigest;
    /// @dev Strictly ascending hashes from the vocabulary in `docs/capabilities.md`.
    bytes32[] capabilities;
    /// @dev Where the card is served. At most 8,192 bytes, so that a card may stand here itself (`data:`).
    string cardUri;
}

/// @title Who the agents are, what they can do, where they are paid
/// @notice `agentId = keccak256(abi.encode(chainId, registry, controller, salt))`. Two slots per agent: controller, liveness and version, and
/// the hash of its profile.
///
/// The **controller** decides everything about its agent. **Operators** are the keys of the running program: they keep the agent alive and speak
/// for it off chain, and can change nothing. Each function has a form that anyone may bring with an EIP-712 signature of a key or a contract
/// account (ERC-1271), under the domain `Hanse AgentRegistry`, `1`, this chain, this contract:
///
///     Registration(address controller,bytes32 salt,uint40 liveUntil,Profile profile,uint40 expiry)
///     Update(bytes32 agentId,Profile profile,uint40 version,uint40 expiry)
///     Heartbeat(bytes32 agentId,uint40 liveUntil,uint40 version,uint40 expiry)
///     OperatorChange(bytes32 agentId,address operator,bool isOperator,uint40 version,uint40 expiry)
///     Retirement(bytes32 agentId,uint40 version,uint40 expiry)
///     Profile(address payout,bytes32 cardDigest,bytes32[] capabilities,string cardUri)
///
/// The **version** of an agent is 1 at first and rises with every change but a longer life. A signature counts for one version, so it works once,
/// never after what it says was overtaken, and `revokeSignatures` ends all that are about. Where an account is paid is never changed by a signature.
interface IAgentRegistry {
    /// @notice A new agent. Its version is 1.
    event AgentRegistered(bytes32 indexed agentId, address indexed controller, bytes32 salt, uint40 liveUntil, Profile profile);
    /// @notice The agent's profile is this from now on.
    event AgentUpdated(bytes32 indexed agentId, uint40 version, Profile profile);
    /// @notice The agent says that it lives until then.
    event AgentHeartbeat(bytes32 indexed agentId, uint40 liveUntil);
    /// @notice The account is an operator of the agent from now on, or no longer.
    event OperatorChanged(bytes32 indexed agentId, address indexed operator, bool isOperator);
    /// @notice Signatures about older versions of the agent no longer count.
    event SignaturesRevoked(bytes32 indexed agentId, uint40 version);
    /// @notice The agent is gone for good.
    event AgentRetired(bytes32 indexed agentId);
    /// @notice Tasks of `account` are paid to `payout` on this chain from now on.
    event PayoutChanged(address indexed account, address payout);

    /// @notice A batch needs as many profiles as salts.
    error BatchLengthMismatch(uint256 salts, uint256 profiles);
    /// @notice The id is taken, perhaps by an agent that retired: another salt makes another agent.
    error AgentAlreadyRegistered(bytes32 agentId);
    /// @notice Only the controller may do this, or, a longer life, an operator. Zero `controller`: no such agent.
    error AgentWrongCaller(bytes32 agentId, address controller, address caller);
    /// @notice The signature is about another version of the agent: it was used, or overtaken.
    error AgentVersionWrong(bytes32 agentId, uint40 expected, uint40 actual);
    /// @notice Capabilities must be strictly ascending, never zero, and at most 32; `index` is the first that is not.
    error CapabilitiesInvalid(uint256 index);
    /// @notice The card's address is longer than 8,192 bytes.
    error CardUriTooLong(uint256 length);
    /// @notice The time is past, or more than a year ahead.
    error LivenessInvalid(uint40 liveUntil, uint256 timestamp);
    /// @notice The agent lives as long already. Only its controller itself may shorten a life.
    error LivenessNotLater(bytes32 agentId, uint40 liveUntil, uint40 current);
    /// @notice The zero account cannot be a controller.
    error ControllerInvalid(address controller);
    /// @notice The signature expired.
    error SignatureExpired(uint40 expiry, uint256 timestamp);
    /// @notice The account did not sign this.
    error SignatureInvalid(address account, bytes32 digest);

    /// @notice Registers an agent controlled by the caller.
    function register(bytes32 salt, uint40 liveUntil, Profile calldata profile) external returns (bytes32 agentId);
    /// @notice Registers an agent for a controller that signed it.
    function registerFor(
        address controller,
        bytes32 salt,
        uint40 liveUntil,
        Profile calldata profile,
        uint40 expiry,
        bytes calldata signature
    ) external returns (bytes32 agentId);
    /// @notice Registers several agents controlled by the caller, one per salt and profile.
    function registerBatch(
        bytes32[] calldata salts,
        uint40 liveUntil,
        Profile[] calldata profiles
    ) external returns (bytes32[] memory agentIds);
    /// @notice Replaces the profile.
    function update(bytes32 agentId, Profile calldata profile) external;
    /// @notice Replaces the profile with one that the controller signed.
    function updateFor(bytes32 agentId, Profile calldata profile, uint40 version, uint40 expiry, bytes calldata signature) external;
    /// @notice Renews liveness. An operator may only lengthen it; the controller may also shorten it, which raises the version.
    function heartbeat(bytes32 agentId, uint40 liveUntil) external;
    /// @notice Renews the liveness of every agent in the list that the caller may renew and that does not live as long already, and leaves
    /// out the others: so nobody can hold up the heartbeats of others by retiring. The events tell which.
    function heartbeatBatch(bytes32[] calldata agentIds, uint40 liveUntil) external returns (uint256 renewed);
    /// @notice Lengthens a life as `signer`, the controller or an operator, signed.
    function heartbeatFor(
        bytes32 agentId,
        uint40 liveUntil,
        address signer,
        uint40 version,
        uint40 expiry,
        bytes calldata signature
    ) external;
    /// @notice Makes an account an operator, or ends that.
    function setOperator(bytes32 agentId, address operator, bool isOperator) external;
    /// @notice The same, as the controller signed.
    function setOperatorFor(
        bytes32 agentId,
        address operator,
        bool isOperator,
        uint40 version,
        uint40 expiry,
        bytes calldata signature
    ) external;
    /// @notice Ends the agent.
    function retire(bytes32 agentId) external;
    /// @notice Ends the agent as its controller signed.
    function retireFor(bytes32 agentId, uint40 version, uint40 expiry, bytes calldata signature) external;
    /// @notice Raises the version, so that no signature that is about counts.
    function revokeSignatures(bytes32 agentId) external;
    /// @notice Where the caller's tasks are paid on this chain. Zero or itself: to the account itself.
    function setPayout(address payout) external;

    /// @notice Where an account's tasks are paid on this chain; the account itself unless it chose otherwise.
    function payoutOf(address account) external view returns (address);
    /// @notice Controller, liveness and profile hash. Zero controller: unknown or retired.
    function agentOf(bytes32 agentId) external view returns (address controller, uint40 liveUntil, bytes32 profileHash);
    /// @notice Whether the agent says that it lives now.
    function isAlive(bytes32 agentId) external view returns (bool);
    /// @notice The version that signatures about the agent must name. Zero: unknown or retired.
    function versionOf(bytes32 agentId) external view returns (uint40);
    /// @notice Whether the account is an operator of the agent.
    function isOperatorOf(bytes32 agentId, address account) external view returns (bool);
    /// @notice The id of an agent.
    function agentIdOf(address controller, bytes32 salt) external view returns (bytes32);
}
