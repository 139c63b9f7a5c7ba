// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Profile} from "./IAgentRegistry.sol";

/// @title What controllers and operators of agents sign
/// @notice EIP-712 struct hashes. All but a registration, whose id can be taken once only, name the version of the agent.
library AgentSignatures {
    string private constant PROFILE_TYPE = "Profile(address payout,bytes32 cardDigest,bytes32[] capabilities,string cardUri)";
    bytes32 private constant PROFILE = keccak256(bytes(PROFILE_TYPE));
    bytes32 private constant REGISTRATION = keccak256(
        abi.encodePacked("Registration(address controller,bytes32 salt,uint40 liveUntil,Profile profile,uint40 expiry)", PROFILE_TYPE)
    );
    bytes32 private constant UPDATE = keccak256(
        abi.encodePacked("Update(bytes32 agentId,Profile profile,uint40 version,uint40 expiry)", PROFILE_TYPE)
    );
    bytes32 private constant HEARTBEAT = keccak256("Heartbeat(bytes32 agentId,uint40 liveUntil,uint40 version,uint40 expiry)");
    bytes32 private constant OPERATOR_CHANGE = keccak256(
        "OperatorChange(bytes32 agentId,address operator,bool isOperator,uint40 version,uint40 expiry)"
    );
    bytes32 private constant RETIREMENT = keccak256("Retirement(bytes32 agentId,uint40 version,uint40 expiry)");

    /// @notice That a controller wants an agent.
    function registration(
        address controller,
        bytes32 salt,
        uint40 liveUntil,
        Profile calldata profile,
        uint40 expiry
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(REGISTRATION, controller, salt, liveUntil, _hash(profile), expiry));
    }

    /// @notice That an agent's profile becomes this.
    function update(bytes32 agentId, Profile calldata profile, uint40 version, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(UPDATE, agentId, _hash(profile), version, expiry));
    }

    /// @notice That an agent lives until then.
    function heartbeat(bytes32 agentId, uint40 liveUntil, uint40 version, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(HEARTBEAT, agentId, liveUntil, version, expiry));
    }

    /// @notice That an account becomes an operator of an agent, or no longer is one.
    function operatorChange(
        bytes32 agentId,
        address operator,
        bool isOperator,
        uint40 version,
        uint40 expiry
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(OPERATOR_CHANGE, agentId, operator, isOperator, version, expiry));
    }

    /// @notice That an agent ends.
    function retirement(bytes32 agentId, uint40 version, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(RETIREMENT, agentId, version, expiry));
    }

    function _hash(Profile calldata profile) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    PROFILE,
                    profile.payout,
                    profile.cardDigest,
                    keccak256(abi.encodePacked(profile.capabilities)),
                    keccak256(bytes(profile.cardUri))
                )
            );
    }
}
