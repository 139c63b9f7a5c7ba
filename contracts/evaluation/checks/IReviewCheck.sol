// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Work} from "../../tasks/ITaskRecords.sol";
import {Terms} from "../../tasks/Terms.sol";
import {IDeliverableCheck} from "../IDeliverableCheck.sol";

/// @title A check that also judges what was handed in without its body
/// @notice A worker that calls `submitChecked` is judged at once. One that handed in only a hash, on the home chain or from another, is judged
/// when anyone brings the body of that hash.
/// @dev Terms with such an evaluator give nothing to silence: nobody can bring the body of a hash that has none, and a worker that has done
/// the work can bring its own. They have no evaluator fee, since nobody could get it out of here.
interface IReviewCheck is IDeliverableCheck {
    /// @notice The check was asked about work under review. `isGood`: it did not revert.
    event DeliverableJudged(bytes32 indexed taskId, uint16 token, bytes32 deliverable, bool isGood, uint16 verdict);

    /// @notice This is not the body of what was handed in.
    error BodyWrong(bytes32 expected, bytes32 actual);
    /// @notice The check might run out of gas because of this transaction, not because of the body: send more.
    error CheckGasShort(uint256 available, uint256 needed);
    /// @notice The terms name another evaluator.
    error CheckNotEvaluator(address evaluator);

    /// @notice Gives the verdict of the check over work under review. Where it reverts or eats up its gas, the least that the terms allow.
    /// Anyone; what comes out does not depend on who.
    /// @param body The deliverable itself.
    function judge(Terms calldata terms, Work calldata work, bytes calldata body) external returns (uint16 verdict);
}
