// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor, ActorHandoff, ITaskRecords, Prerequisite, Receipt, Work} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What actors of other chains do to a task, by message or by signature
/// @notice An actor is an account and the chain on which it lives. It acts through the portal of that chain, or by an EIP-712 signature that anyone
/// brings: so a lane that stands still silences nobody. For an actor of another chain only its key can sign here: a contract of that chain
/// (ERC-1271) cannot be asked, and one of this chain with the same address may be somebody else's.
/// @dev What is refused reverts with `RequestRefused` and the reason that a portal would be told.
interface IPortalDesk is ITaskRecords {
    /// @notice Claims an open task for an actor that signed `Claim`. For tasks without a policy.
    /// @param sponsor Whose deposit for this very actor stands behind the claim.
    /// @param token The task's fencing token that the actor saw.
    /// @param deadline The claim and its signature count until this second.
    function claimFor(
        Terms calldata terms,
        Actor calldata actor,
        address sponsor,
        uint16 token,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Hands in the work of an actor that signed `Submission`.
    function submitFor(
        bytes32 taskId,
        Actor calldata actor,
        uint16 token,
        bytes32 deliverable,
        uint40 expiry,
        bytes calldata signature
    ) external;

    /// @notice Answers a doubt for an actor that signed `Alive`.
    /// @param bond Of the doubt: each further one costs double, so a signature answers one only.
    function aliveFor(bytes32 taskId, Actor calldata actor, uint16 token, uint96 bond, uint40 expiry, bytes calldata signature) external;

    /// @notice Gives an assignment back for an actor that signed `GiveUp`.
    function giveUpFor(Terms calldata terms, Actor calldata actor, uint16 token, uint40 expiry, bytes calldata signature) external;

    /// @notice Counters a proposed verdict for an actor that signed `Counter`.
    /// @param sponsor Whose deposit for this very actor is the dispute bond. What becomes of the bond is the sponsor's.
    function counterFor(
        Terms calldata terms,
        Work calldata work,
        Actor calldata actor,
        address sponsor,
        uint40 expiry,
        bytes calldata signature
    ) external;

    /// @notice Passes an assignment on between actors of any chains. Each of the two workers calls, has signed `ActorHandoff`, or agreed through
    /// its portal. Some terms want the requester's consent too.
    /// @dev The clock stays: a worker at home has the work window of the terms, a remote one the grace besides.
    function handoffBetween(
        Terms calldata terms,
        ActorHandoff calldata change,
        bytes calldata signatureFrom,
        bytes calldata signatureTo,
        bytes calldata signatureRequester
    ) external returns (uint16 token);

    /// @notice Shows that every prerequisite of a task is settled well enough: here, or by a receipt that this chain's portal has. Anyone, once;
    /// before or after posting.
    function confirmPrerequisites(Terms calldata terms, Prerequisite[] calldata prerequisites) external;

    /// @notice Sends the answer about a task to the worker's chain once more. Anyone.
    /// @param work The work under review; not looked at in other states.
    function sendAnswer(bytes32 taskId, Work calldata work) external returns (bytes32 sendId);

    /// @notice Tells an actor's chain how the task stands for it: assigned to it, handed in by it, or not its own. Anyone.
    /// @param work The work under review; not looked at in other states.
    function sendAnswerTo(bytes32 taskId, Work calldata work, Actor calldata actor) external returns (bytes32 sendId);

    /// @notice Sends the receipt of a task that is over to the portal of another chain. Anyone, as often as needed.
    function sendReceipt(Terms calldata terms, uint256 chainId) external returns (bytes32 sendId);

    /// @notice The receipt of a task that is over.
    function receiptOf(Terms calldata terms) external view returns (Receipt memory);

    /// @notice Links the portal of another chain. Governance.
    function linkPortal(uint256 chainId, address portal) external;

    /// @notice Says how many seconds a message from a chain takes to count here: finality and relay time of its lane, at most 7 days. Terms whose
    /// windows are shorter cannot admit the chain from now on. Governance.
    function setLatency(uint256 chainId, uint24 latency) external;

    /// @notice The portal believed for a chain. Zero: none.
    function portalOf(uint256 chainId) external view returns (address);

    /// @notice Seconds that a message from a chain takes to count here. Zero: not known.
    function latencyOf(uint256 chainId) external view returns (uint24);

    /// @notice Whether an actor agreed by message to what has this EIP-712 struct hash.
    function hasAgreed(Actor calldata actor, bytes32 structHash) external view returns (bool);
}
