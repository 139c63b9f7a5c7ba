// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What one chain tells another.
enum LinkFact {
    /// An account says which agent it belongs to.
    Account,
    /// Whom an identity of ERC-8004 belongs to.
    Identity
}

/// @title The messages between the links of two chains
/// @notice Plain `abi.encode` of the fields in order. `sequence` counts what one contract ever told anybody, from 1: of two facts about the same
/// thing the one with the higher number is the later one, in whatever order they arrive.
library LinkMessages {
    function encodeAccount(uint48 sequence, address account, bytes32 agentId) internal pure returns (bytes memory) {
        return abi.encode(LinkFact.Account, sequence, account, agentId);
    }

    function encodeIdentity(
        uint48 sequence,
        address identityRegistry,
        uint256 identityId,
        address owner
    ) internal pure returns (bytes memory) {
        return abi.encode(LinkFact.Identity, sequence, identityRegistry, identityId, owner);
    }

    /// @notice What every message begins with.
    function decode(bytes calldata payload) internal pure returns (LinkFact fact, uint48 sequence) {
        return abi.decode(payload, (LinkFact, uint48));
    }

    function decodeAccount(bytes calldata payload) internal pure returns (address account, bytes32 agentId) {
        (, , account, agentId) = abi.decode(payload, (LinkFact, uint48, address, bytes32));
    }

    function decodeIdentity(bytes calldata payload) internal pure returns (address identityRegistry, uint256 identityId, address owner) {
        (, , identityRegistry, identityId, owner) = abi.decode(payload, (LinkFact, uint48, address, uint256, address));
    }
}
