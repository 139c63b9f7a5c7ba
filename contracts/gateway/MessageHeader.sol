// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One message of a batch without its payload, in two words. Payloads follow each other in one blob, in the order of the headers.
struct MessageHeader {
    /// @dev sender 160 | gasLimit 32 | deliverBefore 40 | payload length 24, from the high bits down.
    uint256 senderAndLimits;
    /// @dev recipient 160 | zero 96, from the high bits down. The low bits must be zero.
    uint256 recipient;
}

using MessageHeaderLibrary for MessageHeader global;

/// @notice Reads the fields of a header. Every cast below drops exactly the bits of the other fields.
library MessageHeaderLibrary {
    /// @notice The account that sent it.
    function sender(MessageHeader calldata header) internal pure returns (address) {
        return address(uint160(header.senderAndLimits >> 96));
    }

    /// @notice The contract that it is for.
    function to(MessageHeader calldata header) internal pure returns (address) {
        return address(uint160(header.recipient >> 96));
    }

    /// @notice The gas that the recipient gets, exactly.
    function gasLimit(MessageHeader calldata header) internal pure returns (uint32) {
        return uint32(header.senderAndLimits >> 64);
    }

    /// @notice The last second at which it may run. Zero: no end.
    function deliverBefore(MessageHeader calldata header) internal pure returns (uint40) {
        return uint40(header.senderAndLimits >> 24);
    }

    /// @notice Bytes of its payload.
    function payloadLength(MessageHeader calldata header) internal pure returns (uint24) {
        return uint24(header.senderAndLimits);
    }

    /// @notice Whether the bits without a meaning are zero.
    function isCanonical(MessageHeader calldata header) internal pure returns (bool) {
        return uint96(header.recipient) == 0;
    }
}
