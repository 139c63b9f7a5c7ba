// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Something that was appended to a topic.
struct TopicEntry {
    /// @dev Its place, from zero.
    uint64 sequence;
    /// @dev See `Author`.
    uint256 author;
    bytes32 dataHash;
}

/// @title The rolling hash of a topic
/// @notice `head' = keccak256(head, leaf)` from a head of zero. A leaf holds its place and its topic, so only the true entries, all of them
/// and in order, fold to the true head.
library TopicFold {
    /// @notice The leaf of an entry of a topic on this chain.
    function leafOf(bytes32 space, bytes32 topic, TopicEntry memory entry) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), space, topic, entry.sequence, entry.author, entry.dataHash));
    }

    /// @notice The head after one more leaf.
    function fold(bytes32 head, bytes32 leaf) internal pure returns (bytes32) {
        return keccak256(abi.encode(head, leaf));
    }
}
