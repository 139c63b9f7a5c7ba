// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The id of a space says what every change of a cell needs to know
/// @notice A charter's id is its space. The id of a list is `zero 64 | maxLease 32 | hash 160`, from the high bits down, and the hash is of all
/// that it was opened with, its opener and this chain included. So no change reads a slot to learn what kind of space it is in, nobody opens
/// another's list, and the longest lease of a list never changes.
/// @dev No hash of a charter begins with 64 zero bits but by 2^64 tries; one that does would have no space.
library SpaceId {
    /// @notice Seconds of the longest lease that a list may allow.
    uint32 internal constant MAX_LEASE = 365 days;
    /// @notice Seconds of the longest lease that the members of a charter may agree on. Up to it all leases are counted in seconds, so that
    /// agreeing on another leaves running ones alone.
    uint32 internal constant MAX_CHARTER_LEASE = 18 hours;
    /// @notice Seconds of the longest lease in a charter's space of which nothing else was agreed.
    uint32 internal constant DEFAULT_CHARTER_LEASE = 1 hours;

    /// @notice The id of a list.
    function ofList(uint32 maxLease, bytes32 hash) internal pure returns (bytes32) {
        return bytes32((uint256(maxLease) << 160) | uint160(uint256(hash)));
    }

    /// @notice Whether the space has a list of its own. Else it is that of a charter.
    function isList(bytes32 space) internal pure returns (bool) {
        return uint256(space) >> 192 == 0;
    }

    /// @notice Seconds for which a cell of a list may be held at most, renewals included. Zero: not at all.
    function maxLeaseOf(bytes32 space) internal pure returns (uint32) {
        return uint32(uint256(space) >> 160);
    }
}
