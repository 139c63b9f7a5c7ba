// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Refusal, PortalAction} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title Front door, on every other chain, for tasks whose home is elsewhere
/// @notice Sends one message home for each action. It decides nothing: home orders all.
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

    /// @notice The escrow believed for a chain. Zero: none.
    function escrowOf(uint256 chainId) external view returns (address);

    /// @notice Links the escrow of another chain. Governance.
    function linkEscrow(uint256 chainId, address escrow) external;
}
