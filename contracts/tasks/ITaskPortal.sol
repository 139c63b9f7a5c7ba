// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ActorHandoff, Ending, PortalAction, Receipt, Refusal, Work} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @notice What a portal keeps of a receipt from elsewhere.
struct StoredReceipt {
    // slot 0
    /// @dev keccak-256 of `abi.encode(Receipt)`. Zero: none arrived.
    bytes32 hash;
    // slot 1
    address worker;
    uint16 verdict;
    uint16 fencingToken;
    Ending ending;
}

/// @title Front door, on every other chain, for tasks whose home is elsewhere
/// @notice Sends one message home for each action. It decides nothing: home orders all. What homes say of tasks that are over is kept here.
interface ITaskPortal {
    /// @notice An account of this chain asks home for something.
    event TaskRequested(uint256 indexed homeChainId, bytes32 indexed taskId, address indexed account, PortalAction action, bytes32 sendId);
    /// @notice Home answered. With `Refusal.None` the account holds the task under `token` until `deadline` (home's clock).
    event TaskAnswered(
        uint256 indexed homeChainId,
        bytes32 indexed taskId,
        address indexed account,
        PortalAction action,
        Refusal refusal,
        uint16 token,
        uint40 deadline
    );
    /// @notice A task that lives elsewhere is over, says its home.
    event ReceiptStored(uint256 indexed homeChainId, bytes32 indexed taskId, Receipt receipt);
    /// @notice The escrow of a chain is `escrow` from now on; zero: none.
    event EscrowLinked(uint256 indexed chainId, address escrow);

    /// @notice No escrow of that chain is linked here.
    error HomeNotLinked(uint256 homeChainId);
    /// @notice Tasks of this chain need no portal.
    error HomeChainInvalid(uint256 chainId);

    /// @notice Asks to assign an open task to the caller. Nothing is binding until home says so.
    /// @dev The pay goes to the caller's address at home, or where that account had `AgentRegistry.setPayout` send it. A contract that has
    /// not the same address there must not claim.
    /// @param sponsor Whose deposit at home stands behind the claim.
    /// @param token The fencing token the caller saw (home refuses a stale one).
    /// @param deadline Home refuses the claim after this second.
    function claim(
        uint256 homeChainId,
        Terms calldata terms,
        address sponsor,
        uint16 token,
        uint40 deadline
    ) external returns (bytes32 sendId);

    /// @notice Hands in the caller's work.
    function submit(uint256 homeChainId, bytes32 taskId, uint16 token, bytes32 deliverable) external returns (bytes32 sendId);

    /// @notice Answers a doubt: the caller lives.
    /// @param bond Of the doubt, as `TaskSuspected` tells at home. Each further doubt costs double, so an answer is for one only.
    function alive(uint256 homeChainId, bytes32 taskId, uint16 token, uint96 bond) external returns (bytes32 sendId);

    /// @notice Gives the caller's assignment back before anything was delivered.
    function giveUp(uint256 homeChainId, Terms calldata terms, uint16 token) external returns (bytes32 sendId);

    /// @notice Passes an assignment on: the caller is the worker of record or the new one. Each of the two calls its portal, in any order, or
    /// signs `ActorHandoff`.
    /// @param signatureOther Of the other one. Empty: it calls its portal, or brings its signature later.
    /// @param signatureRequester Of the requester, where the terms want it.
    function handoff(
        uint256 homeChainId,
        Terms calldata terms,
        ActorHandoff calldata change,
        bytes calldata signatureOther,
        bytes calldata signatureRequester
    ) external returns (bytes32 sendId);

    /// @notice Puts an equal bond against a proposed verdict, and so calls the arbitrator. The worker, or anyone for it, at the sponsor's risk.
    /// @param sponsor Whose deposit at home for the caller is the bond. What becomes of the bond is the sponsor's.
    function counter(uint256 homeChainId, Terms calldata terms, Work calldata work, address sponsor) external returns (bytes32 sendId);

    /// @notice Asks how a task ended. Home sends its receipt, or that it is not over.
    function askReceipt(uint256 homeChainId, Terms calldata terms) external returns (bytes32 sendId);

    /// @notice What is kept of the receipt of a task, under the chain that sent it.
    function receiptOf(uint256 homeChainId, bytes32 taskId) external view returns (StoredReceipt memory);

    /// @notice Whether a chain sent exactly this receipt.
    function isReceipt(uint256 homeChainId, Receipt calldata receipt) external view returns (bool);

    /// @notice Whether a task is known to be settled, and with which verdict.
    function settlementOf(uint256 homeChainId, bytes32 taskId) external view returns (bool isSettled, uint16 verdict);

    /// @notice The escrow believed for a chain. Zero: none.
    function escrowOf(uint256 chainId) external view returns (address);

    /// @notice Links the escrow of another chain. Governance.
    function linkEscrow(uint256 chainId, address escrow) external;
}
