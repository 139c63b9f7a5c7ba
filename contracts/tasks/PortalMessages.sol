// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PortalAction, Refusal} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @notice What home answers.
struct Answer {
    PortalAction action;
    bytes32 taskId;
    address account;
    Refusal refusal;
    /// @dev The task's fencing token at home.
    uint16 token;
    /// @dev Home's clock: until when the account may submit. Zero unless a claim was granted.
    uint40 deadline;
}

/// @title The messages between portals and escrows
/// @notice Both ends use this file, so that they cannot disagree. All three are plain `abi.encode` of their fields in order:
/// a claim of `(PortalAction, taskId, account, terms, sponsor, token, deadline)`, a submission of
/// `(PortalAction, taskId, account, token, deliverable)`, an answer of the fields of `Answer`.
library PortalMessages {
    /// @dev Where the terms of a claim stand: after seven words.
    uint256 private constant TERMS_OFFSET = 7 * 32;
    /// @dev The terms with an empty list of chains: 35 words and the length of the list.
    uint256 private constant TERMS_LENGTH = 36 * 32;

    /// @notice The payload is not what a portal of ours sends.
    error RequestMalformed(uint256 length);

    function encodeClaim(
        bytes32 taskId,
        address account,
        Terms calldata terms,
        address sponsor,
        uint16 token,
        uint40 deadline
    ) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Claim, taskId, account, terms, sponsor, token, deadline);
    }

    function encodeSubmit(bytes32 taskId, address account, uint16 token, bytes32 deliverable) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Submit, taskId, account, token, deliverable);
    }

    /// @notice What every request begins with.
    function decodeRequest(bytes calldata payload) internal pure returns (PortalAction action, bytes32 taskId, address account) {
        return abi.decode(payload, (PortalAction, bytes32, address));
    }

    /// @dev The terms stay in calldata: in Solidity `(, , , terms, ...) = abi.decode(payload, (..., Terms, ...))`, which copies them to
    /// memory and so needs all code about terms twice. Reading a field checks its range, reading the list its bounds.
    function decodeClaim(
        bytes calldata payload
    ) internal pure returns (Terms calldata terms, address sponsor, uint16 token, uint40 deadline) {
        uint256 offset;
        (, , , offset, sponsor, token, deadline) = abi.decode(payload, (PortalAction, bytes32, address, uint256, address, uint16, uint40));
        require(offset == TERMS_OFFSET && payload.length >= TERMS_OFFSET + TERMS_LENGTH, RequestMalformed(payload.length));
        assembly ("memory-safe") {
            terms := add(payload.offset, TERMS_OFFSET)
        }
    }

    function decodeSubmit(bytes calldata payload) internal pure returns (uint16 token, bytes32 deliverable) {
        (, , , token, deliverable) = abi.decode(payload, (PortalAction, bytes32, address, uint16, bytes32));
    }

    function encodeAnswer(Answer memory answer) internal pure returns (bytes memory) {
        return abi.encode(answer);
    }

    function decodeAnswer(bytes calldata payload) internal pure returns (Answer memory) {
        return abi.decode(payload, (Answer));
    }
}
