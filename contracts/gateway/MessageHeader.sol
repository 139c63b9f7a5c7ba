// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One message of a batch without its payload, in two words. Payloads follow each other in one blob, in the order of the headers.
struct MessageHeader {
    /// @dev sender 160 | gasLimit 32 | deliverBefore 40 | payload length 24, from the high bits down.
    uint256 senderAndLimits;
    /// @dev recipient 160 | zero 96, from the high bits down. The low bits must be zero.
    uint256 recipient;
}
