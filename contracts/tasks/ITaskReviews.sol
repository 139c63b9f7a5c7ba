// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor, ITaskRecords, Split, Work} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What else may happen to work that is handed in, and to money
/// @notice Revisions, disputes, agreed ends, children, deposits and credits.
interface ITaskReviews is ITaskRecords {
    /// @notice Hands in the work to an evaluator that judges at once, as `DeliverableCheck` does. Settles or reverts. Worker only.
    /// @param body The deliverable itself.
    function submitChecked(Terms calldata terms, uint16 token, bytes calldata body) external;

    /// @notice Asks for a revision instead of giving a verdict. Evaluator only.
    function revise(Terms calldata terms, Work calldata work) external;

    /// @notice Proposes a lesser verdict while the review runs, with the dispute bond. Requester only; needs an arbitrator.
    function contest(Terms calldata terms, Work calldata work, uint16 verdict) external payable;

    /// @notice Puts an equal bond against a proposed verdict, and so calls the arbitrator. The worker, or anyone for it, at its own risk.
    function counter(Terms calldata terms, Work calldata work) external payable;

    /// @notice Decides a dispute. Arbitrator only, in time.
    function rule(Terms calldata terms, Work calldata work, uint16 verdict) external;

    /// @notice Default of a contest (the proposed verdict stands) and of a dispute (the default split). Anyone.
    function resolve(Terms calldata terms, Work calldata work) external;

    /// @notice Ends a task as both sides signed. One of them may call instead of signing.
    /// @dev Before a submission `work.deliverable` is not looked at.
    function split(
        Terms calldata terms,
        Work calldata work,
        Split calldata agreed,
        bytes calldata signatureRequester,
        bytes calldata signatureWorker
    ) external;

    /// @notice Ends an open child whose parent is over. Anyone.
    function closeChild(Terms calldata terms) external;

    /// @notice Deposits for an actor on any chain. The deposit is the consent to stand behind its claims.
    function deposit(uint256 chainId, address account, address token, uint256 amount) external payable;

    /// @notice Takes back what of the caller's deposit for an actor is not locked.
    function withdrawDeposit(uint256 chainId, address account, address token, uint256 amount) external;

    /// @notice Pays the caller's credit in a token to `to`.
    function withdrawTo(address token, address to) external;

    /// @notice Refuses new tasks and claims for at most 7 days. Guardian. Never stops a withdrawal, refund, default or settlement.
    function pause(uint40 duration) external;

    /// @notice The last second at which the worker of an assigned task may submit, with the stops of its lane until now. A doubt that waits
    /// for an answer brings it forward.
    function workDeadlineOf(bytes32 taskId) external view returns (uint256);

    /// @notice The worker of record. Zero account: none, or its work is under review and `isUnderReview` tells.
    function workerOf(bytes32 taskId) external view returns (Actor memory);

    /// @notice The doubt about an assignment. Zero `until`: none is waiting.
    function suspicionOf(bytes32 taskId) external view returns (address by, uint40 until, uint256 bond);

    /// @notice Whether the prerequisites of a task were shown to be met.
    function isReady(bytes32 taskId) external view returns (bool);

    /// @notice Whether an account took back what it signed.
    function isRevoked(address account, bytes32 digest) external view returns (bool);

    /// @notice Whether this work stands for review, contested and disputed included.
    function isUnderReview(bytes32 taskId, Work calldata work) external view returns (bool);

    /// @notice Agreed price (base units) and verdict (basis points) of a settled task; the worker got this share of that price.
    function settlementOf(Terms calldata terms) external view returns (uint256 price, uint16 verdict);

    /// @notice The latest second at which a task under these terms can be without an end and without a default that anyone may trigger.
    function latestEnd(Terms calldata terms) external view returns (uint256);

    /// @notice What children have of the reward of a task.
    function delegatedOf(bytes32 taskId) external view returns (uint256);

    /// @notice The free deposit of `sponsor` for an actor.
    function depositOf(address sponsor, uint256 chainId, address account, address token) external view returns (uint256);

    /// @notice What waits for `account`.
    function creditOf(address account, address token) external view returns (uint256);

    /// @notice Until when new exposure is refused; past or zero: it is not.
    function pausedUntil() external view returns (uint40);
}
