// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Where a task stands. States that are over come last, so `state >= Settled` reads as "over".
enum TaskState {
    None,
    Open,
    Proposed,
    Assigned,
    Submitted,
    Contested,
    Disputed,
    Settled,
    Cancelled,
    Expired
}

/// @notice A task's one storage slot, unpacked.
/// @dev Packed from the high bits down: worker 160 | steppedAt 40 | window 24 | price 14 | token 10 | revisions 4 | state 4.
struct Task {
    address worker;
    /// @dev Seconds of the last step; a deadline is this plus the window of the state.
    uint40 steppedAt;
    /// @dev Seconds of the work window, pinned at assignment, with the grace of a remote worker; once settled, the verdict in basis points.
    uint24 window;
    /// @dev Agreed share of the reward in basis points.
    uint16 price;
    /// @dev Fencing token: rises on every entry into Assigned. At most 1,023; a task that would need more expires instead of opening again.
    uint16 token;
    uint8 revisions;
    TaskState state;
}
