// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBlackboard} from "./IBlackboard.sol";
import {Cells} from "./Cells.sol";
import {TopicEntry, TopicFold} from "./TopicFold.sol";

/// @title Feeds that prove that they are whole
/// @notice See `IBlackboard`.
abstract contract Topics is Cells {
    struct StoredTopic {
        // slot 0
        bytes32 head;
        // slot 1
        uint64 length;
    }

    mapping(bytes32 space => mapping(bytes32 topic => StoredTopic)) private _topics;

    /// @inheritdoc IBlackboard
    function append(bytes32 space, bytes32 topic, bytes calldata data) external returns (uint64 sequence) {
        _requireWriter(space, msg.sender);
        return _append(space, topic, uint160(msg.sender), data);
    }

    /// @inheritdoc IBlackboard
    function requireLength(bytes32 space, bytes32 topic, uint64 atLeast) external view {
        (uint64 length, ) = topicOf(space, topic);
        require(length >= atLeast, VersionUnmet(space, topic, atLeast, length));
    }

    /// @inheritdoc IBlackboard
    function requireEntry(
        bytes32 space,
        bytes32 topic,
        TopicEntry calldata entry,
        bytes32 headBefore,
        bytes32[] calldata tail
    ) external view {
        bytes32 head = TopicFold.fold(headBefore, TopicFold.leafOf(space, topic, entry));
        for (uint256 i; i < tail.length; ++i) {
            head = TopicFold.fold(head, tail[i]);
        }
        // The head is never zero, so nothing folds to that of an empty topic.
        require(head == _topics[space][topic].head, EntryUnknown(space, topic, entry.sequence, head));
    }

    /// @inheritdoc IBlackboard
    function topicOf(bytes32 space, bytes32 topic) public view returns (uint64 length, bytes32 head) {
        StoredTopic storage stored = _topics[space][topic];
        return (stored.length, stored.head);
    }

    /// @dev Whether the author may was asked before.
    function _append(bytes32 space, bytes32 topic, uint256 author, bytes memory data) internal returns (uint64 sequence) {
        StoredTopic storage stored = _topics[space][topic];
        sequence = stored.length;
        bytes32 leaf = TopicFold.leafOf(space, topic, TopicEntry(sequence, author, keccak256(data)));
        bytes32 head = TopicFold.fold(stored.head, leaf);

        stored.length = sequence + 1;
        stored.head = head;

        emit TopicAppended(space, topic, author, sequence, head, data);
    }
}
