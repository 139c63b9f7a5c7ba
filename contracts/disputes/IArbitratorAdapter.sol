// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Work} from "../tasks/ITaskRecords.sol";
import {Terms} from "../tasks/Terms.sol";
import {IArbitrable} from "./IArbitrable.sol";
import {IEvidence} from "./IEvidence.sol";

/// @title Brings disputes of tasks before an ERC-792 arbitrator
/// @notice Terms name this contract as their arbitrator. Ruling 1: the worker gets the whole price. Ruling 2: the contested verdict stands.
/// Ruling 0: the default split. The id of a task is the id of its meta-evidence and of its evidence group.
/// @dev Holds no money: every call that costs wants exactly the cost.
interface IArbitratorAdapter is IArbitrable, IEvidence {
    /// @notice Where the dispute of a task stands with the arbitrator.
    struct Case {
        // slot 0
        uint256 disputeId;
        // slot 1
        bool isRequested;
        bool isRuled;
        uint8 ruling;
    }

    /// @notice The ruling over a task reached the escrow, which settled at `verdict`.
    event RulingExecuted(bytes32 indexed taskId, uint256 ruling, uint16 verdict);

    /// @notice The terms name another arbitrator.
    error AdapterNotArbitrator(address arbitrator);
    /// @notice The task is not disputed, no longer in time, or about other work.
    error TaskNotDisputed(bytes32 taskId);
    /// @notice The arbitrator was asked already.
    error ArbitrationRequested(bytes32 taskId, uint256 disputeId);
    /// @notice The arbitrator was never asked, or has ruled already.
    error ArbitrationNotPending(bytes32 taskId);
    /// @notice The arbitrator has not ruled.
    error RulingMissing(bytes32 taskId);
    /// @notice What was sent is not what the arbitrator costs now.
    error ArbitrationCostWrong(uint256 expected, uint256 actual);
    /// @notice Only the arbitrator rules.
    error NotArbitrator(address caller);
    /// @notice No pending dispute of a task has this id.
    error DisputeUnknown(uint256 disputeId);
    /// @notice The arbitrator gave a number to this dispute that another has.
    error DisputeTaken(uint256 disputeId);
    /// @notice There are rulings 0, 1 and 2.
    error RulingInvalid(uint256 disputeId, uint256 ruling);

    /// @notice Asks the arbitrator about a disputed task, with the arbitration cost as value. Anyone, once, in the arbitration window.
    function requestArbitration(Terms calldata terms, Work calldata work) external payable returns (uint256 disputeId);

    /// @notice Brings evidence while the arbitrator has not ruled. Anyone; the event says who.
    /// @param evidence The URI of a JSON document.
    function submitEvidence(bytes32 taskId, string calldata evidence) external;

    /// @notice Appeals the current ruling, with the appeal cost as value. Anyone, while the arbitrator lets it.
    function appeal(bytes32 taskId) external payable;

    /// @notice Passes the ruling on to the escrow. Anyone. Does nothing when it came too late: then the terms' default decided or will.
    /// @return isExecuted Whether it counted.
    function execute(Terms calldata terms, Work calldata work) external returns (bool isExecuted);

    /// @notice What `requestArbitration` costs now, in the native coin.
    function arbitrationCost() external view returns (uint256);

    /// @notice What `appeal` costs now, in the native coin.
    function appealCost(bytes32 taskId) external view returns (uint256);

    /// @notice Where the dispute of a task stands with the arbitrator.
    function caseOf(bytes32 taskId) external view returns (Case memory);
}
