// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What we read of an identity registry of ERC-8004
/// @notice Of its identities, which are tokens of ERC-721. Ownership alone proves anything; the other two are for people and for the SDK.
interface IIdentityRegistry {
    /// @notice Who owns the identity. Reverts when there is none.
    function ownerOf(uint256 agentId) external view returns (address);
    /// @notice Where the registration file is.
    function tokenURI(uint256 agentId) external view returns (string memory);
    /// @notice Where the identity is paid: its owner at first, nobody after a transfer until the new owner says so.
    function getAgentWallet(uint256 agentId) external view returns (address);
}
