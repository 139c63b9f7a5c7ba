// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor, Bid, Handoff, ITaskRecords, Prerequisite, Split, Work} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What else the parties to a task may do
/// @notice Auctions, hand-offs, doubts, revisions, disputes, children, money that waits, and the views.
interface ITaskEscrowExtension is ITaskRecords {
    /// @notice Posts a task for a requester that signed it. The caller pays.
    /// @param expiry The signature counts until this second.
    /// @param signature Of the requester, over the EIP-712 `Posting`.
    function openFor(Terms calldata terms, uint40 expiry, bytes calldata signature) external payable returns (bytes32 taskId);

    /// @notice Takes back a task that was never posted, with all that the requester signed for it. Requester only.
    function revoke(Terms calldata terms) external;

    /// @notice Takes back a signature of the caller.
    /// @param digest The EIP-712 digest that it signed.
    function revokeSignature(bytes32 digest) external;

    /// @notice Claims an open task of any kind but an auction, for the caller.
    /// @param minShare The least share of the reward, in basis points, for which the caller does it: a policy's price moves.
    function claimWith(Terms calldata terms, address sponsor, uint16 minShare) external returns (uint16 token);

    /// @notice Enters a bid that is the first or better than the standing one by the policy's least step. The bidder, or anyone with its signature.
    /// @param signature Of the bidder, over the EIP-712 `Bid`. Empty when it calls.
    function propose(Terms calldata terms, Bid calldata bid, bytes calldata signature) external;

    /// @notice Default of an auction: after the challenge window the standing bid gets the task. Anyone.
    /// @dev The work window counts from the end of the challenge window, whenever this is called.
    function award(Terms calldata terms) external returns (uint16 token);

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

    /// @notice Posts a child that its parent pays: the parent's worker spends from the delegable part of the reward.
    /// @dev The child is judged as its parent: the same token, evaluator, arbitrator, shares and review windows.
    function openChild(Terms calldata terms, Terms calldata parentTerms) external returns (bytes32 taskId);

    /// @notice Ends an open child whose parent is over. Anyone.
    function closeChild(Terms calldata terms) external;

    /// @notice Shows that every prerequisite of a task is settled well enough. Anyone, once; before or after posting.
    function confirmPrerequisites(Terms calldata terms, Prerequisite[] calldata prerequisites) external;

    /// @notice Deposits for an actor on any chain. The deposit is the consent to stand behind its claims.
    function deposit(uint256 chainId, address account, address token, uint256 amount) external payable;

    /// @notice Takes back what of the caller's deposit for an actor is not locked.
    function withdrawDeposit(uint256 chainId, address account, address token, uint256 amount) external;

    /// @notice Pays the caller's credit in a token to `to`.
    function withdrawTo(address token, address to) external;

    /// @notice Sends the answer about a task to the worker's chain once more. Anyone.
    /// @param work The work under review; not looked at in other states.
    function sendAnswer(bytes32 taskId, Work calldata work) external returns (bytes32 sendId);

    /// @notice Links the portal of another chain. Governance.
    function linkPortal(uint256 chainId, address portal) external;

    /// @notice Refuses new tasks and claims for at most 7 days. Guardian. Never stops a withdrawal, refund, default or settlement.
    function pause(uint40 duration) external;

    /// @notice The last second at which the worker of an assigned task may submit, with the stops of its lane until now.
    function workDeadlineOf(bytes32 taskId) external view returns (uint256);

    /// @notice The worker of record. Zero account: none, or its work is under review and `isUnderReview` tells.
    function workerOf(bytes32 taskId) external view returns (Actor memory);

    /// @notice Whether this work stands for review, contested and disputed included.
    function isUnderReview(bytes32 taskId, Work calldata work) external view returns (bool);

    /// @notice Agreed price (base units) and verdict (basis points) of a settled task; the worker got this share of that price.
    function settlementOf(Terms calldata terms) external view returns (uint256 price, uint16 verdict);

    /// @notice The latest second at which a task under these terms can be without an end and without a default that anyone may trigger.
    function latestEnd(Terms calldata terms) external view returns (uint256);

    /// @notice The doubt about an assignment. Zero `until`: none is waiting.
    function suspicionOf(bytes32 taskId) external view returns (address by, uint40 until, uint256 bond);

    /// @notice What children have of the reward of a task.
    function delegatedOf(bytes32 taskId) external view returns (uint256);

    /// @notice Whether the prerequisites of a task were shown to be met.
    function isReady(bytes32 taskId) external view returns (bool);

    /// @notice Whether an account took back what it signed.
    function isRevoked(address account, bytes32 digest) external view returns (bool);

    /// @notice The free deposit of `sponsor` for an actor.
    function depositOf(address sponsor, uint256 chainId, address account, address token) external view returns (uint256);

    /// @notice What waits for `account`.
    function creditOf(address account, address token) external view returns (uint256);

    /// @notice Until when new exposure is refused; past or zero: it is not.
    function pausedUntil() external view returns (uint40);

    /// @notice The portal believed for a chain. Zero: none.
    function portalOf(uint256 chainId) external view returns (address);
}
