// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IGateway} from "./IGateway.sol";
import {Lane, LaneLibrary} from "./Lane.sol";
import {MessageHeader} from "./MessageHeader.sol";

/// @notice A range of messages of a lane, while it is delivered.
struct Range {
    Lane lane;
    bytes32 laneKey;
    uint64 first;
    /// @dev One for each message; zero once it turns out that the message must not run.
    bytes32[] leaves;
    /// @dev The head after `nonce` messages, as far as the range was folded.
    uint64 nonce;
    bytes32 head;
}

/// @title What a range of messages folds to
library Batch {
    /// @notice Folds messages onto the head of a range, and notes their leaves.
    /// @dev Reverts unless the payloads fill the blob exactly and no header has bits without a meaning: a batch has one encoding.
    function fold(Range memory range, MessageHeader[] calldata headers, bytes calldata payloads) internal pure {
        Lane memory lane = range.lane;
        bytes32[] memory leaves = new bytes32[](headers.length);
        bytes32 head = range.head;
        uint64 nonce = range.nonce;
        uint256 offset;
        Memory.Pointer free = Memory.getFreeMemoryPointer();
        for (uint256 i; i < leaves.length; ++i) {
            MessageHeader calldata header = headers[i];
            uint256 end = offset + header.payloadLength();
            require(end <= payloads.length && header.isCanonical(), IGateway.BatchMalformed());
            bytes32 leaf = leafOf(lane, nonce, header, payloads[offset:end]);
            leaves[i] = leaf;
            head = LaneLibrary.fold(head, leaf);
            offset = end;
            ++nonce;
            // Nothing built for this message is needed any more. Without this, memory grows with the batch and its cost with the square.
            Memory.unsafeSetFreeMemoryPointer(free);
        }
        require(offset == payloads.length, IGateway.BatchMalformed());
        range.leaves = leaves;
        range.nonce = nonce;
        range.head = head;
    }

    /// @notice Folds later messages, which are not part of the range, onto its head.
    function foldTail(Range memory range, bytes32[] calldata tail) internal pure {
        bytes32 head = range.head;
        for (uint256 i; i < tail.length; ++i) {
            head = LaneLibrary.fold(head, tail[i]);
        }
        range.nonce += SafeCast.toUint64(tail.length);
        range.head = head;
    }

    /// @notice The leaf of one message.
    function leafOf(Lane memory lane, uint64 nonce, MessageHeader calldata header, bytes calldata payload) internal pure returns (bytes32) {
        return lane.leaf(nonce, header.sender(), header.to(), header.gasLimit(), header.deliverBefore(), keccak256(payload));
    }
}
