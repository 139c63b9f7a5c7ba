// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Accounts of all chains in one word
/// @notice An account of this chain is its address; one of another chain is `chain id 96 | address 160`. So equal addresses on two chains are two
/// authors, and whoever looks for an account of this chain looks for its address.
library Author {
    /// @notice The account in the place of which a charter's space names a chain: all members.
    address internal constant ALL_MEMBERS = address(0);

    /// @notice An author. The chain id has at most 64 bits, which is checked where one comes in.
    function word(uint256 chainId, address account) internal view returns (uint256) {
        return chainId == block.chainid ? uint160(account) : (chainId << 160) | uint160(account);
    }
}
