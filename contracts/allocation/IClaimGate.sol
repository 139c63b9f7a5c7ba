// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPricePolicy} from "./IPricePolicy.sol";

/// @notice What is asked of the blackboard.
enum ConditionKind {
    /// The cell, at home here, has at least this version.
    Version,
    /// The value of the cell, at home here, has this hash.
    Value,
    /// The topic, at home here, has at least so many entries.
    Length,
    /// The cell, at home on another chain, is known to have had at least this version, as of no longer than `maxAge` ago.
    MirrorVersion,
    /// The topic, at home on another chain, is known to have had at least so many entries, as of no longer than `maxAge` ago.
    MirrorLength
}

/// @notice One condition. What its kind does not need is zero, so that it can be written in one way only.
struct Condition {
    ConditionKind kind;
    bytes32 space;
    /// @dev The cell's key, or the topic.
    bytes32 key;
    /// @dev Only of `Value`: keccak-256 of the value. Zero: the cell was never written.
    bytes32 valueHash;
    /// @dev The version, at most 32 bits, or how many entries. At least one.
    uint64 atLeast;
    /// @dev Only of mirrors.
    uint64 homeChainId;
    /// @dev Only of mirrors. Seconds.
    uint40 maxAge;
}

/// @title A gate before an open claim
/// @notice A price policy for terms of tasks that admits a claim only while every one of its conditions holds. Where one does not, the claim
/// reverts with what the blackboard said: `VersionUnmet`, `ValueUnmet` or `MirrorTooOld`. Conditions are part of the gate's code, it has no
/// storage and no owner, and any number of tasks may name it.
///
/// **Who writes on the board decides when the task opens.** A version or a length that was reached stays reached; a value, and the age of a
/// mirror, may stop to hold again. Whoever may write the cell can open the gate for itself alone, in one transaction with its claim. So a
/// worker looks who writes there before it waits, and a requester names a space whose writers it trusts with that.
///
/// The gate moves no money and is asked for nothing but a claim: with a blackboard that is silent, reverts or eats the gas, the task can be
/// cancelled, and expires, as any other. It is no auction policy, and tasks that have one cannot be hired for.
interface IClaimGate is IPricePolicy {
    /// @notice Without another policy nothing is told to one.
    error GateParamsInvalid(bytes32 params);

    /// @notice Its conditions, and the policy that prices the claim once they hold. Zero: the whole reward.
    function gate() external view returns (Condition[] memory conditions, IPricePolicy pricing);
}
