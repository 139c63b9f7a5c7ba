// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ActorHandoff, PortalAction, Receipt, Refusal, Work} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @notice What home answers.
struct Answer {
    PortalAction action;
    bytes32 taskId;
    address account;
    Refusal refusal;
    /// @dev The task's fencing token at home.
    uint16 token;
    /// @dev Home's clock: until when the account may submit. Zero unless it was granted the task, or showed that it lives.
    uint40 deadline;
}

/// @title The messages between portals and escrows
/// @notice Both ends use this file, so that they cannot disagree. All are plain `abi.encode` of their fields in order: a request of what
/// `PortalAction` lists, an answer of the fields of `Answer`, a receipt of those of `Receipt`. An answer and a receipt differ in length.
library PortalMessages {
    uint256 private constant WORD = 32;
    /// @dev The terms with an empty list of chains: 35 words and the length of the list.
    uint256 private constant TERMS_LENGTH = 36 * WORD;
    uint256 private constant RECEIPT_LENGTH = 10 * WORD;

    /// @notice The payload is not what a portal of ours sends.
    error RequestMalformed(uint256 length);
    /// @notice This version does not know what the portal asks for.
    error ActionUnknown(uint256 action);

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

    function encodeAlive(bytes32 taskId, address account, uint16 token, uint96 bond) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Alive, taskId, account, token, bond);
    }

    function encodeGiveUp(bytes32 taskId, address account, Terms calldata terms, uint16 token) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.GiveUp, taskId, account, terms, token);
    }

    function encodeHandoff(
        bytes32 taskId,
        address account,
        Terms calldata terms,
        ActorHandoff calldata change,
        bytes calldata signatureOther,
        bytes calldata signatureRequester
    ) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Handoff, taskId, account, terms, change, signatureOther, signatureRequester);
    }

    function encodeCounter(
        bytes32 taskId,
        address account,
        Terms calldata terms,
        Work calldata work,
        address sponsor
    ) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Counter, taskId, account, terms, work, sponsor);
    }

    function encodeAsk(bytes32 taskId, address account, Terms calldata terms) internal pure returns (bytes memory) {
        return abi.encode(PortalAction.Receipt, taskId, account, terms);
    }

    /// @notice What every request begins with.
    function decodeRequest(bytes calldata payload) internal pure returns (PortalAction action, bytes32 taskId, address account) {
        require(payload.length >= 3 * WORD, RequestMalformed(payload.length));
        uint256 number = uint256(bytes32(payload));
        require(number <= uint8(type(PortalAction).max), ActionUnknown(number));
        return abi.decode(payload, (PortalAction, bytes32, address));
    }

    function decodeClaim(
        bytes calldata payload
    ) internal pure returns (Terms calldata terms, address sponsor, uint16 token, uint40 deadline) {
        terms = _termsIn(payload, 7);
        (, , , , sponsor, token, deadline) = abi.decode(payload, (PortalAction, bytes32, address, uint256, address, uint16, uint40));
    }

    function decodeSubmit(bytes calldata payload) internal pure returns (uint16 token, bytes32 deliverable) {
        (, , , token, deliverable) = abi.decode(payload, (PortalAction, bytes32, address, uint16, bytes32));
    }

    function decodeAlive(bytes calldata payload) internal pure returns (uint16 token, uint96 bond) {
        (, , , token, bond) = abi.decode(payload, (PortalAction, bytes32, address, uint16, uint96));
    }

    function decodeGiveUp(bytes calldata payload) internal pure returns (Terms calldata terms, uint16 token) {
        terms = _termsIn(payload, 5);
        (, , , , token) = abi.decode(payload, (PortalAction, bytes32, address, uint256, uint16));
    }

    function decodeHandoff(
        bytes calldata payload
    )
        internal
        pure
        returns (Terms calldata terms, ActorHandoff memory change, bytes memory signatureOther, bytes memory signatureRequester)
    {
        terms = _termsIn(payload, 11);
        (, , , , change, signatureOther, signatureRequester) = abi.decode(
            payload,
            (PortalAction, bytes32, address, uint256, ActorHandoff, bytes, bytes)
        );
    }

    function decodeCounter(bytes calldata payload) internal pure returns (Terms calldata terms, Work memory work, address sponsor) {
        terms = _termsIn(payload, 8);
        (, , , , work, sponsor) = abi.decode(payload, (PortalAction, bytes32, address, uint256, Work, address));
    }

    function decodeAsk(bytes calldata payload) internal pure returns (Terms calldata terms) {
        return _termsIn(payload, 4);
    }

    function encodeAnswer(Answer memory answer) internal pure returns (bytes memory) {
        return abi.encode(answer);
    }

    function decodeAnswer(bytes calldata payload) internal pure returns (Answer memory) {
        return abi.decode(payload, (Answer));
    }

    function encodeReceipt(Receipt memory receipt) internal pure returns (bytes memory) {
        return abi.encode(receipt);
    }

    /// @notice Whether home sent a receipt, not an answer.
    function isReceipt(bytes calldata payload) internal pure returns (bool) {
        return payload.length == RECEIPT_LENGTH;
    }

    function decodeReceipt(bytes calldata payload) internal pure returns (Receipt memory) {
        return abi.decode(payload, (Receipt));
    }

    /// @dev The terms stay in calldata: in Solidity `(, , , terms, ...) = abi.decode(payload, (..., Terms, ...))`, which copies them to
    /// memory and so needs all code about terms twice. Reading a field checks its range, reading the list its bounds.
    function _termsIn(bytes calldata payload, uint256 headWords) private pure returns (Terms calldata terms) {
        uint256 offset = headWords * WORD;
        require(payload.length >= offset + TERMS_LENGTH, RequestMalformed(payload.length));
        require(uint256(bytes32(payload[3 * WORD:])) == offset, RequestMalformed(payload.length));
        assembly ("memory-safe") {
            terms := add(payload.offset, offset)
        }
    }
}
