// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What no message may exceed. Equal on every chain: changing one is a new gateway.
library Limits {
    /// @notice The most gas a message may ask for.
    uint32 internal constant MAX_GAS = 5_000_000;
    /// @notice The gas a message gets when its sender names none.
    uint32 internal constant DEFAULT_GAS = 200_000;
    /// @notice Bytes of the longest payload.
    uint24 internal constant MAX_PAYLOAD = 16_384;
    /// @notice Seconds that a lane may stand still in a row.
    uint40 internal constant MAX_STOP = 7 days;
    /// @notice Messages of the longest report of expiry: what the origin can record within `DEFAULT_GAS`.
    uint16 internal constant MAX_REPORT = 1024;
}
