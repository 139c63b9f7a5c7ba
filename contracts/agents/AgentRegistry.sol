// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {AgentSignatures} from "./AgentSignatures.sol";
import {IAgentRegistry, Profile} from "./IAgentRegistry.sol";

/// @title Who the agents are, what they can do, where they are paid
/// @notice See `IAgentRegistry`. Nobody but an agent's controller, and for its liveness its operators, has a say about it.
contract AgentRegistry is IAgentRegistry, EIP712 {
    struct Agent {
        // slot 0
        address controller;
        uint40 liveUntil;
        uint40 version;
        bool isRetired;
        // slot 1
        bytes32 profileHash;
    }

    /// @dev Seconds ahead that an agent may call itself alive.
    uint256 private constant MAX_LIVENESS = 365 days;
    uint256 private constant MAX_CAPABILITIES = 32;
    uint256 private constant MAX_CARD_URI = 8_192;

    mapping(bytes32 agentId => Agent) private _agents;
    mapping(bytes32 agentId => mapping(address account => bool)) private _operators;
    mapping(address account => address) private _payouts;

    constructor() EIP712("Hanse AgentRegistry", "1") {}

    /// @inheritdoc IAgentRegistry
    function register(bytes32 salt, uint40 liveUntil, Profile calldata profile) external returns (bytes32 agentId) {
        _checkLiveness(liveUntil);
        return _register(msg.sender, salt, liveUntil, profile);
    }

    /// @inheritdoc IAgentRegistry
    function registerFor(
        address controller,
        bytes32 salt,
        uint40 liveUntil,
        Profile calldata profile,
        uint40 expiry,
        bytes calldata signature
    ) external returns (bytes32 agentId) {
        _checkLiveness(liveUntil);
        require(controller != address(0), ControllerInvalid(controller));
        _requireSigned(controller, AgentSignatures.registration(controller, salt, liveUntil, profile, expiry), expiry, signature);
        return _register(controller, salt, liveUntil, profile);
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
            agentIds[i] = _register(msg.sender, salts[i], liveUntil, profiles[i]);
        }
    }

    /// @inheritdoc IAgentRegistry
    function update(bytes32 agentId, Profile calldata profile) external {
        _update(agentId, _agentOf(agentId, msg.sender), profile);
    }

    /// @inheritdoc IAgentRegistry
    function updateFor(bytes32 agentId, Profile calldata profile, uint40 version, uint40 expiry, bytes calldata signature) external {
        Agent storage agent = _agentOfVersion(agentId, version);
        _requireSigned(agent.controller, AgentSignatures.update(agentId, profile, version, expiry), expiry, signature);
        _update(agentId, agent, profile);
    }

    /// @inheritdoc IAgentRegistry
    function heartbeat(bytes32 agentId, uint40 liveUntil) external {
        _checkLiveness(liveUntil);
        Agent storage agent = _agents[agentId];
        _requireVoice(agentId, agent, msg.sender);
        if (liveUntil < agent.liveUntil) {
            require(msg.sender == agent.controller, LivenessNotLater(agentId, liveUntil, agent.liveUntil));
            // A signature for the longer life must not bring it back.
            agent.version += 1;
        }
        _renew(agentId, agent, liveUntil);
    }

    /// @inheritdoc IAgentRegistry
    function heartbeatBatch(bytes32[] calldata agentIds, uint40 liveUntil) external returns (uint256 renewed) {
        _checkLiveness(liveUntil);
        for (uint256 i; i < agentIds.length; ++i) {
            bytes32 agentId = agentIds[i];
            Agent storage agent = _agents[agentId];
            if (liveUntil <= agent.liveUntil || !_hasVoice(agentId, agent, msg.sender)) continue;
            _renew(agentId, agent, liveUntil);
            ++renewed;
        }
    }

    /// @inheritdoc IAgentRegistry
    function heartbeatFor(
        bytes32 agentId,
        uint40 liveUntil,
        address signer,
        uint40 version,
        uint40 expiry,
        bytes calldata signature
    ) external {
        _checkLiveness(liveUntil);
        Agent storage agent = _agentOfVersion(agentId, version);
        _requireVoice(agentId, agent, signer);
        require(liveUntil > agent.liveUntil, LivenessNotLater(agentId, liveUntil, agent.liveUntil));
        _requireSigned(signer, AgentSignatures.heartbeat(agentId, liveUntil, version, expiry), expiry, signature);
        _renew(agentId, agent, liveUntil);
    }

    /// @inheritdoc IAgentRegistry
    function setOperator(bytes32 agentId, address operator, bool isOperator) external {
        _setOperator(agentId, _agentOf(agentId, msg.sender), operator, isOperator);
    }

    /// @inheritdoc IAgentRegistry
    function setOperatorFor(
        bytes32 agentId,
        address operator,
        bool isOperator,
        uint40 version,
        uint40 expiry,
        bytes calldata signature
    ) external {
        Agent storage agent = _agentOfVersion(agentId, version);
        _requireSigned(agent.controller, AgentSignatures.operatorChange(agentId, operator, isOperator, version, expiry), expiry, signature);
        _setOperator(agentId, agent, operator, isOperator);
    }

    /// @inheritdoc IAgentRegistry
    function retire(bytes32 agentId) external {
        _retire(agentId, _agentOf(agentId, msg.sender));
    }

    /// @inheritdoc IAgentRegistry
    function retireFor(bytes32 agentId, uint40 version, uint40 expiry, bytes calldata signature) external {
        Agent storage agent = _agentOfVersion(agentId, version);
        _requireSigned(agent.controller, AgentSignatures.retirement(agentId, version, expiry), expiry, signature);
        _retire(agentId, agent);
    }

    /// @inheritdoc IAgentRegistry
    function revokeSignatures(bytes32 agentId) external {
        uint40 version = ++_agentOf(agentId, msg.sender).version;
        emit SignaturesRevoked(agentId, version);
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
    function isAlive(bytes32 agentId) external view returns (bool) {
        return block.timestamp <= _agents[agentId].liveUntil;
    }

    /// @inheritdoc IAgentRegistry
    function versionOf(bytes32 agentId) external view returns (uint40) {
        return _agents[agentId].version;
    }

    /// @inheritdoc IAgentRegistry
    function isOperatorOf(bytes32 agentId, address account) external view returns (bool) {
        return _agents[agentId].controller != address(0) && _operators[agentId][account];
    }

    /// @inheritdoc IAgentRegistry
    function agentIdOf(address controller, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), controller, salt));
    }

    function _register(address controller, bytes32 salt, uint40 liveUntil, Profile calldata profile) private returns (bytes32 agentId) {
        _checkProfile(profile);
        agentId = agentIdOf(controller, salt);
        Agent storage agent = _agents[agentId];
        require(agent.controller == address(0) && !agent.isRetired, AgentAlreadyRegistered(agentId));

        agent.controller = controller;
        agent.liveUntil = liveUntil;
        agent.version = 1;
        agent.profileHash = keccak256(abi.encode(profile));

        emit AgentRegistered(agentId, controller, salt, liveUntil, profile);
    }

    function _update(bytes32 agentId, Agent storage agent, Profile calldata profile) private {
        _checkProfile(profile);

        uint40 version = ++agent.version;
        agent.profileHash = keccak256(abi.encode(profile));

        emit AgentUpdated(agentId, version, profile);
    }

    function _renew(bytes32 agentId, Agent storage agent, uint40 liveUntil) private {
        agent.liveUntil = liveUntil;

        emit AgentHeartbeat(agentId, liveUntil);
    }

    function _setOperator(bytes32 agentId, Agent storage agent, address operator, bool isOperator) private {
        agent.version += 1;
        _operators[agentId][operator] = isOperator;

        emit OperatorChanged(agentId, operator, isOperator);
    }

    function _retire(bytes32 agentId, Agent storage agent) private {
        delete agent.controller;
        delete agent.liveUntil;
        delete agent.version;
        agent.isRetired = true;
        delete agent.profileHash;

        emit AgentRetired(agentId);
    }

    function _agentOf(bytes32 agentId, address controller) private view returns (Agent storage agent) {
        agent = _agents[agentId];
        require(agent.controller == controller, AgentWrongCaller(agentId, agent.controller, controller));
    }

    /// @dev An agent that is unknown or gone has version zero, which no signature can name.
    function _agentOfVersion(bytes32 agentId, uint40 version) private view returns (Agent storage agent) {
        agent = _agents[agentId];
        require(version != 0 && agent.version == version, AgentVersionWrong(agentId, version, agent.version));
    }

    function _hasVoice(bytes32 agentId, Agent storage agent, address account) private view returns (bool) {
        address controller = agent.controller;
        return account == controller || (controller != address(0) && _operators[agentId][account]);
    }

    function _requireVoice(bytes32 agentId, Agent storage agent, address account) private view {
        require(_hasVoice(agentId, agent, account), AgentWrongCaller(agentId, agent.controller, account));
    }

    /// @dev Keys are tried first, so they also count for accounts with delegated code (EIP-7702); otherwise the account's contract is asked.
    function _requireSigned(address account, bytes32 structHash, uint40 expiry, bytes calldata signature) private view {
        require(block.timestamp <= expiry, SignatureExpired(expiry, block.timestamp));
        bytes32 digest = _hashTypedDataV4(structHash);
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && signer == account) return;
        require(SignatureChecker.isValidERC1271SignatureNow(account, digest, signature), SignatureInvalid(account, digest));
    }

    function _checkLiveness(uint40 liveUntil) private view {
        require(liveUntil >= block.timestamp && liveUntil <= block.timestamp + MAX_LIVENESS, LivenessInvalid(liveUntil, block.timestamp));
    }

    function _checkProfile(Profile calldata profile) private pure {
        require(bytes(profile.cardUri).length <= MAX_CARD_URI, CardUriTooLong(bytes(profile.cardUri).length));
        bytes32[] calldata capabilities = profile.capabilities;
        bytes32 previous;
        for (uint256 i; i < capabilities.length; ++i) {
            require(i < MAX_CAPABILITIES && capabilities[i] > previous, CapabilitiesInvalid(i));
            previous = capabilities[i];
        }
    }
}
