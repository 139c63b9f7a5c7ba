// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A policy that prices an open claim
/// @notice Asked by the escrow with little gas and without the power to change anything. Whatever it answers, it moves no money and binds
/// nobody: the worker names the least share it takes. Terms with a price policy have no challenge window.
interface IPricePolicy {
    /// @notice The share of the reward, in basis points (1 to 10,000), for which a task may be claimed now.
    /// @param params The terms' `allocationParams`.
    /// @param openedAt Seconds at which the task was opened, or opened again.
    /// @param openUntil The last second at which it may be claimed.
    function priceOf(bytes32 params, uint40 openedAt, uint40 openUntil) external view returns (uint16 share);
}
