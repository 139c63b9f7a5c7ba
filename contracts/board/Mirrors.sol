// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {MirrorUpdate} from "./BoardMessages.sol";
import {IBlackboard} from "./IBlackboard.sol";
import {Mirror} from "./IBoardRecords.sol";
import {Topics} from "./Topics.sol";

/// @title What is known here of cells and topics of other chains
/// @notice See `IBlackboard`.
abstract contract Mirrors is Topics {
    struct StoredMirror {
        // slot 0
        uint32 epoch;
        uint64 version;
        uint40 asOf;
        // slot 1
        bytes32 valueHash;
    }

    mapping(bytes32 mirrorKey => StoredMirror) private _mirrors;

    /// @inheritdoc IBlackboard
    function requireMirror(uint256 homeChainId, bytes32 space, bytes32 key, uint32 atLeast, uint40 maxAge) external view {
        _requireMirror(false, homeChainId, space, key, atLeast, maxAge);
    }

    /// @inheritdoc IBlackboard
    function requireTopicMirror(uint256 homeChainId, bytes32 space, bytes32 topic, uint64 atLeast, uint40 maxAge) external view {
        _requireMirror(true, homeChainId, space, topic, atLeast, maxAge);
    }

    /// @inheritdoc IBlackboard
    function mirrorOf(uint256 homeChainId, bytes32 space, bytes32 key) external view returns (Mirror memory) {
        return _mirrorOf(false, homeChainId, space, key);
    }

    /// @inheritdoc IBlackboard
    function topicMirrorOf(uint256 homeChainId, bytes32 space, bytes32 topic) external view returns (Mirror memory) {
        return _mirrorOf(true, homeChainId, space, topic);
    }

    /// @dev Messages come in any order: an older one changes nothing. What is known already and was seen again later is so much younger.
    /// The same epoch and version with another value is a lie of that chain's blackboard, and changes nothing either.
    function _update(uint256 homeChainId, bool isTopic, MirrorUpdate memory update) internal {
        StoredMirror storage stored = _mirrors[_mirrorKey(isTopic, homeChainId, update.space, update.key)];
        Mirror memory known = Mirror(stored.epoch, stored.version, stored.asOf, stored.valueHash);
        bool isKnown = update.epoch == known.epoch && update.version == known.version;
        bool isNewer = update.epoch > known.epoch || (update.epoch == known.epoch && update.version > known.version);
        // A clock ahead of ours makes nothing younger than its arrival.
        uint40 asOf = uint40(Math.min(update.seenAt, block.timestamp));
        if (!isNewer && !(isKnown && update.valueHash == known.valueHash && asOf > known.asOf)) return;

        stored.epoch = update.epoch;
        stored.version = update.version;
        stored.asOf = asOf;
        if (isNewer) stored.valueHash = update.valueHash;

        Mirror memory mirror = Mirror(update.epoch, update.version, asOf, update.valueHash);
        emit MirrorChanged(homeChainId, update.space, update.key, isTopic, mirror);
    }

    function _requireMirror(bool isTopic, uint256 homeChainId, bytes32 space, bytes32 key, uint256 atLeast, uint256 maxAge) private view {
        Mirror memory mirror = _mirrorOf(isTopic, homeChainId, space, key);
        require(mirror.version >= atLeast, VersionUnmet(space, key, atLeast, mirror.version));
        require(block.timestamp - mirror.asOf <= maxAge, MirrorTooOld(homeChainId, space, key, mirror.asOf, maxAge));
    }

    function _mirrorOf(bool isTopic, uint256 homeChainId, bytes32 space, bytes32 key) private view returns (Mirror memory) {
        StoredMirror storage stored = _mirrors[_mirrorKey(isTopic, homeChainId, space, key)];
        return Mirror(stored.epoch, stored.version, stored.asOf, stored.valueHash);
    }

    function _mirrorKey(bool isTopic, uint256 homeChainId, bytes32 space, bytes32 key) private pure returns (bytes32) {
        return keccak256(abi.encode(isTopic, homeChainId, space, key));
    }
}
