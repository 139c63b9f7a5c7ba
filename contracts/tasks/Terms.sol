// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice All that a task promises. Terms travel in calldata and in the `TaskOpened` event; storage holds only the id derived from them.
/// @dev Windows are seconds, shares are basis points, amounts are base units of `token`. A field whose feature this version does not have
/// must be zero, else `TermUnsupported`.
struct Terms {
    /// @dev Pays, and gets refunds.
    address requester;
    /// @dev Zero is the native coin.
    address token;
    uint128 reward;
    /// @dev Locked from a deposit made for the worker. Returned unless it lapses or its work is worth nothing.
    uint128 workerBond;
    /// @dev Share of the bond that the requester gets on a lapse.
    uint16 slashShare;
    uint128 suspectBond;
    uint32 answerWindow;
    uint128 disputeBond;
    /// @dev keccak-256 of the task's description.
    bytes32 specHash;
    address evaluator;
    uint128 evaluatorFee;
    /// @dev The least a verdict may give where there is no arbitrator.
    uint16 floor;
    /// @dev What an unanswered review pays the worker.
    uint16 silence;
    address arbitrator;
    uint16 defaultSplit;
    /// @dev Zero is an open claim.
    address allocation;
    bytes32 allocationParams;
    /// @dev Absolute seconds. The only date in the terms; all else is a duration.
    uint40 openUntil;
    uint24 challengeWindow;
    uint24 workWindow;
    uint24 reviewWindow;
    uint24 disputeWindow;
    uint24 arbitrationWindow;
    uint8 maxRevisions;
    uint8 handoffRule;
    bytes32 parent;
    uint128 delegable;
    bytes32 prerequisites;
    uint16 minPrerequisiteShare;
    bytes32 charter;
    uint32 epoch;
    /// @dev How much longer each window of a remote worker is, and how long defaults wait after a deadline.
    uint24 grace;
    uint128 triggerReward;
    bytes32 salt;
    /// @dev Chains besides the home chain whose portals may act on this task, strictly ascending. Empty: home only.
    uint256[] chains;
}
