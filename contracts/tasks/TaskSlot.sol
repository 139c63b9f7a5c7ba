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
struct Task {
    /// @dev Of a proposed, assigned or settled task; zero in other states.
    address worker;
    /// @dev Of an open task, what a plain claim has to bring; of one under review, whose work and which deliverable stand there. Both as
    /// hashes, cut to 20 bytes, in the place of the worker: with them a review needs no second slot. See `TaskKeys`.
    bytes20 key;
    /// @dev Seconds of the last step; a deadline is this plus the window of the state. 38 bits in storage.
    uint40 steppedAt;
    /// @dev Seconds of the work window, pinned at assignment, with the grace of a remote worker; once contested or settled, the verdict in
    /// basis points in its low 16 bits, and once settled the `Ending` above them.
    uint24 window;
    /// @dev Agreed share of the reward in basis points.
    uint16 price;
    /// @dev Fencing token: rises on every entry into Assigned. At most 1,023; a task that would need more expires instead of opening again.
    uint16 token;
    /// @dev How often a revision was asked for. Not zero: something was delivered before.
    uint8 revisions;
    TaskState state;
    /// @dev Whether somebody doubts that the worker is alive and waits for an answer.
    bool isSuspected;
    /// @dev Whether the worker's chain and sponsor stand in a second slot: it is remote, or another account's deposit stands behind it.
    bool isBacked;
}

/// @notice One word: worker or key 160 | steppedAt 38 | isSuspected 1 | isBacked 1 | window 24 | price 14 | token 10 | revisions 4 | state 4,
/// from the high bits down.
type PackedTask is uint256;

using TaskSlot for PackedTask global;
using TaskSlot for Task global;

/// @title Packs a task into its slot
/// @notice Values are the caller's to bound: `pack` cuts what does not fit, and the escrow never makes such a value.
library TaskSlot {
    /// @notice The highest fencing token of a task.
    uint16 internal constant MAX_TOKEN = 1023;

    /// @notice The word of a task.
    function pack(Task memory task) internal pure returns (PackedTask) {
        uint256 word = hasKey(task.state) ? uint160(task.key) : uint160(task.worker);
        word = (word << 38) | (task.steppedAt & 0x3fffffffff);
        word = (word << 1) | (task.isSuspected ? 1 : 0);
        word = (word << 1) | (task.isBacked ? 1 : 0);
        word = (word << 24) | task.window;
        word = (word << 14) | (task.price & 0x3fff);
        word = (word << 10) | (task.token & MAX_TOKEN);
        word = (word << 4) | (task.revisions & 0xf);
        return PackedTask.wrap((word << 4) | uint8(task.state));
    }

    /// @notice The state alone.
    function stateOf(PackedTask packed) internal pure returns (TaskState) {
        return TaskState(PackedTask.unwrap(packed) & 0xf);
    }

    /// @notice The task of a word.
    function unpack(PackedTask packed) internal pure returns (Task memory task) {
        uint256 word = PackedTask.unwrap(packed);
        task.state = stateOf(packed);
        task.revisions = uint8((word >> 4) & 0xf);
        task.token = uint16((word >> 8) & MAX_TOKEN);
        task.price = uint16((word >> 18) & 0x3fff);
        task.window = uint24(word >> 32);
        task.isBacked = (word >> 56) & 1 == 1;
        task.isSuspected = (word >> 57) & 1 == 1;
        task.steppedAt = uint40((word >> 58) & 0x3fffffffff);
        if (hasKey(task.state)) task.key = bytes20(uint160(word >> 96));
        else task.worker = address(uint160(word >> 96));
    }

    /// @notice Whether the state keeps a key in the place of the worker.
    function hasKey(TaskState state) internal pure returns (bool) {
        return state == TaskState.Open || isUnderReview(state);
    }

    /// @notice Whether work stands for review: submitted, contested or disputed.
    function isUnderReview(TaskState state) internal pure returns (bool) {
        return state >= TaskState.Submitted && state <= TaskState.Disputed;
    }
}
