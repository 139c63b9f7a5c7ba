// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoardRefusal} from "./IBoardRecords.sol";

/// @notice What blackboards say to each other.
enum BoardMessage {
    Write,
    Entry,
    Answer,
    Cell,
    Topic
}

/// @notice A write to a cell, or an entry of a topic, proposed to its home.
struct Proposal {
    address account;
    bytes32 space;
    /// @dev Of the cell, or the name of the topic.
    bytes32 key;
    /// @dev Zero for an entry.
    uint32 expectedVersion;
    /// @dev Seconds of home's clock.
    uint40 deadline;
    bytes value;
}

/// @notice What home did with a proposal.
struct ProposalAnswer {
    /// @dev The message in which it left.
    bytes32 sendId;
    address account;
    BoardRefusal refusal;
    uint64 version;
}

/// @notice A cell or topic as it stood at home.
struct MirrorUpdate {
    bytes32 space;
    bytes32 key;
    uint32 epoch;
    uint64 version;
    bytes32 valueHash;
    /// @dev Seconds of home's clock when this was so.
    uint40 seenAt;
}

/// @title The messages between blackboards
/// @notice Both ends use this file, so that they cannot disagree: `abi.encode(BoardMessage, Proposal | ProposalAnswer | MirrorUpdate)`.
library BoardMessages {
    function encode(BoardMessage kind, Proposal memory proposal) internal pure returns (bytes memory) {
        return abi.encode(kind, proposal);
    }

    function encode(ProposalAnswer memory answer) internal pure returns (bytes memory) {
        return abi.encode(BoardMessage.Answer, answer);
    }

    function encode(BoardMessage kind, MirrorUpdate memory update) internal pure returns (bytes memory) {
        return abi.encode(kind, update);
    }

    /// @notice What a message is. Not one of `BoardMessage` for nonsense.
    function kindOf(bytes calldata payload) internal pure returns (uint256) {
        return payload.length < 32 ? type(uint256).max : uint256(bytes32(payload));
    }

    function decodeProposal(bytes calldata payload) internal pure returns (Proposal memory proposal) {
        (, proposal) = abi.decode(payload, (BoardMessage, Proposal));
    }

    function decodeAnswer(bytes calldata payload) internal pure returns (ProposalAnswer memory answer) {
        (, answer) = abi.decode(payload, (BoardMessage, ProposalAnswer));
    }

    function decodeUpdate(bytes calldata payload) internal pure returns (MirrorUpdate memory update) {
        (, update) = abi.decode(payload, (BoardMessage, MirrorUpdate));
    }
}
