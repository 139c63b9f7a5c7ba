// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title An evaluator that judges a deliverable by looking at it
/// @notice Named as the evaluator of a task, it is asked in the transaction that hands the work in.
interface IDeliverableCheck {
    /// @notice The verdict over a deliverable in basis points. Reverts when it is not good enough to be handed in.
    /// @param specHash The terms' hash of the description.
    /// @param body The deliverable.
    function check(bytes32 taskId, bytes32 specHash, bytes calldata body) external view returns (uint16 verdict);
}
