// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimTerms, ITaskRecords, Offer, Work} from "./ITaskRecords.sol";
import {Task} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";

/// @title The path of a task from posting to pay
interface ITaskEscrowCore is ITaskRecords {
    /// @notice Posts a task. Caller is the requester; the reward comes by allowance, or as value for the native coin.
    function open(Terms calldata terms) external payable returns (bytes32 taskId);

    /// @notice Posts a child that its parent pays: the parent's worker spends from the delegable part of the reward.
    /// @dev The child is judged as its parent: the same token, evaluator, arbitrator, shares and review windows.
    function openChild(Terms calldata terms, Terms calldata parentTerms) external returns (bytes32 taskId);

    /// @notice Posts a task for a requester that signed it. The caller pays.
    /// @param expiry The signature counts until this second.
    /// @param signature Of the requester, over the EIP-712 `Posting`.
    function openFor(Terms calldata terms, uint40 expiry, bytes calldata signature) external payable returns (bytes32 taskId);

    /// @notice Takes back a task that was never posted, with all that the requester signed for it. Requester only.
    function revoke(Terms calldata terms) external;

    /// @notice Takes back a signature of the caller.
    /// @param digest The EIP-712 digest that it signed.
    function revokeSignature(bytes32 digest) external;

    /// @notice Takes an unclaimed task back. Requester only.
    function cancel(Terms calldata terms) external;

    /// @notice Default of an open task: after `openUntil` the reward returns. Anyone.
    function expire(Terms calldata terms) external;

    /// @notice Claims an open task for the caller, with the bond from what `sponsor` deposited for it.
    /// @dev For tasks without policy, prerequisites and charter; the others are claimed with `claimWith`. By id, so that losing a race is cheap.
    /// @return token The fencing token of this assignment.
    function claim(bytes32 taskId, ClaimTerms calldata claimTerms, address sponsor) external returns (uint16 token);

    /// @notice The same for a task under a charter, which in the epoch of the task has to admit the caller. If it admits only members, the bond
    /// may be zero.
    function claimUnder(
        bytes32 taskId,
        ClaimTerms calldata claimTerms,
        bytes32 charter,
        uint32 epoch,
        address sponsor
    ) external returns (uint16 token);

    /// @notice Assigns a task to the worker of an offer. Requester or worker calls, the other has signed.
    /// @dev A task that was not posted is posted by this. Its reward comes from the requester by allowance, so what it signs is enough; the
    /// native coin can only come from a requester that calls. A task with an allocation policy cannot be hired for.
    /// @param signature Of the one who does not call, over the EIP-712 `Offer`.
    function hire(Terms calldata terms, Offer calldata offer, bytes calldata signature) external payable returns (uint16 token);

    /// @notice Hands in the work. Worker only, with the current token, in time.
    /// @param deliverable keccak-256 of the body.
    function submit(bytes32 taskId, uint16 token, bytes32 deliverable) external;

    /// @notice The evaluator's verdict over one deliverable, in basis points of the agreed price.
    /// @dev Where there is an arbitrator, less than 10,000 is a proposal that the worker may dispute. Where there is none, `floor` is the least.
    function decide(Terms calldata terms, Work calldata work, uint16 verdict) external;

    /// @notice Default of a review: after its window the worker gets what the terms give to silence. Anyone.
    function settle(Terms calldata terms, Work calldata work) external;

    /// @notice The id of a task under these terms on this chain, before and after posting.
    function taskIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice The task's slot.
    function taskOf(bytes32 taskId) external view returns (Task memory);
}
