// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAgentRegistry, Profile} from "./IAgentRegistry.sol";

/// @title Who the agents are, what they can do, where they are paid
/// @notice See `IAgentRegistry`. Nobody but an agent's controller has a say about it.
contract AgentRegistry is IAgentRegistry {
    struct Agent {
        // slot 0
        address controller;
        uint40 liveUntil;
        bool isRetired;
        // slot 1
        bytes32 profileHash;
    }

    /// @dev Seconds ahead that an agent may call itself alive.
    uint256 private constant MAX_LIVENESS = 365 days;
    uint256 private constant MAX_CAPABILITIES = 32;

    mapping(bytes32 agentId => Agent) private _agents;
    mapping(address account => address) private _payouts;

    /// @inheritdoc IAgentRegistry
    function register(bytes32 salt, uint40 liveUntil, Profile calldata profile) external returns (bytes32 agentId) {
        _checkLiveness(liveUntil);
        return _register(salt, liveUntil, profile);
    }

    /// @inheritdoc IAgentRegistry
    function registerBatch(
        bytes32[] calldata salts,
        uint40 liveUntil,
        Profile[] calldata profiles
    ) external returns (bytes32[] memory agentIds) {
        require(salts.length == profiles.length, BatchLengthMismatch(salts.length, profiles.length));
        _checkLiveness(liveUntil);
        agentIds = new bytes32[](salts.length);
        for (uint256 i; i < salts.length; ++i) {
            agentIds[i] = _register(salts[i], liveUntil, profiles[i]);
        }
    }

    /// @inheritdoc IAgentRegistry
    function update(bytes32 agentId, Profile calldata profile) external {
        Agent storage agent = _agentOfCaller(agentId);
        _checkCapabilities(profile.capabilities);

        agent.profileHash = keccak256(abi.encode(profile));

        emit AgentUpdated(agentId, profile);
    }

    /// @inheritdoc IAgentRegistry
    function heartbeat(bytes32 agentId, uint40 liveUntil) external {
        Agent storage agent = _agentOfCaller(agentId);
        _checkLiveness(liveUntil);

        agent.liveUntil = liveUntil;

        emit AgentHeartbeat(agentId, liveUntil);
    }

    /// @inheritdoc IAgentRegistry
    function retire(bytes32 agentId) external {
        Agent storage agent = _agentOfCaller(agentId);

        delete agent.controller;
        delete agent.liveUntil;
        agent.isRetired = true;
        delete agent.profileHash;

        emit AgentRetired(agentId);
    }

    /// @inheritdoc IAgentRegistry
    function setPayout(address payout) external {
        _payouts[msg.sender] = payout == msg.sender ? address(0) : payout;

        emit PayoutChanged(msg.sender, payoutOf(msg.sender));
    }

    /// @inheritdoc IAgentRegistry
    function payoutOf(address account) public view returns (address) {
        address payout = _payouts[account];
        return payout == address(0) ? account : payout;
    }

    /// @inheritdoc IAgentRegistry
    function agentOf(bytes32 agentId) external view returns (address controller, uint40 liveUntil, bytes32 profileHash) {
        Agent memory agent = _agents[agentId];
        return (agent.controller, agent.liveUntil, agent.profileHash);
    }

    /// @inheritdoc IAgentRegistry
    function agentIdOf(address controller, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), controller, salt));
    }

    function _register(bytes32 salt, uint40 liveUntil, Profile calldata profile) private returns (bytes32 agentId) {
        _checkCapabilities(profile.capabilities);
        agentId = agentIdOf(msg.sender, salt);
        Agent storage agent = _agents[agentId];
        require(agent.controller == address(0) && !agent.isRetired, AgentAlreadyRegistered(agentId));

        agent.controller = msg.sender;
        agent.liveUntil = liveUntil;
        agent.profileHash = keccak256(abi.encode(profile));

        emit AgentRegistered(agentId, msg.sender, salt, liveUntil, profile);
    }

    function _agentOfCaller(bytes32 agentId) private view returns (Agent storage agent) {
        agent = _agents[agentId];
        require(agent.controller == msg.sender, AgentWrongCaller(agentId, agent.controller, msg.sender));
    }

    function _checkLiveness(uint40 liveUntil) private view {
        require(liveUntil >= block.timestamp && liveUntil <= block.timestamp + MAX_LIVENESS, LivenessInvalid(liveUntil, block.timestamp));
    }

    function _checkCapabilities(bytes32[] calldata capabilities) private pure {
        bytes32 previous;
        for (uint256 i; i < capabilities.length; ++i) {
            require(i < MAX_CAPABILITIES && capabilities[i] > previous, CapabilitiesInvalid(i));
            previous = capabilities[i];
        }
    }
}
