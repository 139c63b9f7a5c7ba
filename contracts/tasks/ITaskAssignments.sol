// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bid, Handoff, ITaskRecords} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What else may happen to a task before work is handed in
/// @notice Signed postings, gated and priced claims, auctions, hand-offs, doubts and lapses.
interface ITaskAssignments is ITaskRecords {
    /// @notice Claims an open task of any kind but an auction, for the caller.
    /// @param minShare The least share of the reward, in basis points, for which the caller does it: a policy's price moves.
    function claimWith(Terms calldata terms, address sponsor, uint16 minShare) external returns (uint16 token);

    /// @notice Enters a bid that is the first or better than the standing one by the policy's least step. The bidder, or anyone with its signature.
    /// @param signature Of the bidder, over the EIP-712 `Bid`. Empty when it calls.
    function propose(Terms calldata terms, Bid calldata bid, bytes calldata signature) external;

    /// @notice Default of an auction: after the challenge window the standing bid gets the task. Anyone.
    /// @dev The work window counts from the end of the challenge window, whenever this is called.
    function award(Terms calldata terms) external returns (uint16 token);

    /// @notice Default of an assignment: after the work window, or after a doubt that the worker left unanswered. Anyone.
    /// @dev What was delivered before a revision stands for review again. Otherwise the task is open again, or over, and the worker pays.
    function lapse(Terms calldata terms) external;

    /// @notice Gives an assignment back before anything was delivered, at half of what a lapse costs. Worker only.
    function giveUp(Terms calldata terms) external;

    /// @notice Passes an assignment on. Deadline and revisions stay, the token rises, and the new worker stands behind itself.
    /// @dev Of the two workers one may call instead of signing. Some terms want the requester's signature too.
    function handoff(
        Terms calldata terms,
        Handoff calldata change,
        bytes calldata signatureFrom,
        bytes calldata signatureTo,
        bytes calldata signatureRequester
    ) external returns (uint16 token);

    /// @notice Doubts that the worker is alive, with a bond that is the worker's if it answers. Each further doubt of an assignment costs double.
    function suspect(Terms calldata terms) external payable;

    /// @notice Answers a doubt. Worker only.
    function alive(bytes32 taskId) external;
}
