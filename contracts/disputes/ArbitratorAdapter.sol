// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrow} from "../tasks/ITaskEscrow.sol";
import {Work} from "../tasks/ITaskRecords.sol";
import {Task, TaskState} from "../tasks/TaskSlot.sol";
import {Terms} from "../tasks/Terms.sol";
import {TermsRules} from "../tasks/TermsRules.sol";
import {IArbitrable} from "./IArbitrable.sol";
import {IArbitrator} from "./IArbitrator.sol";
import {IArbitratorAdapter} from "./IArbitratorAdapter.sol";
import {Question} from "./Question.sol";

/// @title Brings disputes of tasks before an ERC-792 arbitrator
/// @notice See `IArbitratorAdapter`. One contract for each arbitrator and extra data.
contract ArbitratorAdapter is IArbitratorAdapter {
    uint256 private constant FOR_WORKER = 1;
    uint256 private constant FOR_REQUESTER = 2;
    uint256 private constant CHOICES = 2;

    /// @notice The escrow whose tasks these are.
    ITaskEscrow public immutable ESCROW;
    /// @notice Who decides.
    IArbitrator public immutable ARBITRATOR;

    /// @notice What the arbitrator is asked for, such as a court and a number of jurors. Never changes.
    bytes public extraData;

    mapping(bytes32 taskId => Case) private _cases;
    mapping(uint256 disputeId => bytes32 taskId) private _taskIds;

    constructor(ITaskEscrow escrow, IArbitrator arbitrator, bytes memory extraData_) {
        ESCROW = escrow;
        ARBITRATOR = arbitrator;
        extraData = extraData_;
    }

    /// @inheritdoc IArbitratorAdapter
    function requestArbitration(Terms calldata terms, Work calldata work) external payable returns (uint256 disputeId) {
        require(terms.arbitrator == address(this), AdapterNotArbitrator(terms.arbitrator));
        bytes32 taskId = ESCROW.taskIdOf(terms);
        require(_isPending(taskId, terms) && ESCROW.isUnderReview(taskId, work), TaskNotDisputed(taskId));
        Case storage case_ = _cases[taskId];
        require(!case_.isRequested, ArbitrationRequested(taskId, case_.disputeId));
        _requireValue(arbitrationCost());

        case_.isRequested = true;
        emit MetaEvidence(uint256(taskId), Question.uri(taskId, terms, work, ESCROW.taskOf(taskId).window));

        // The one who is asked also says under which number, so that the rest is known only after.
        disputeId = ARBITRATOR.createDispute{value: msg.value}(CHOICES, extraData);
        require(_taskIds[disputeId] == 0, DisputeTaken(disputeId));
        case_.disputeId = disputeId;
        _taskIds[disputeId] = taskId;
        emit Dispute(ARBITRATOR, disputeId, uint256(taskId), uint256(taskId));
    }

    /// @inheritdoc IArbitratorAdapter
    function submitEvidence(bytes32 taskId, string calldata evidence) external {
        _pendingCase(taskId);
        emit Evidence(ARBITRATOR, uint256(taskId), msg.sender, evidence);
    }

    /// @inheritdoc IArbitratorAdapter
    function appeal(bytes32 taskId) external payable {
        uint256 disputeId = _pendingCase(taskId).disputeId;
        _requireValue(ARBITRATOR.appealCost(disputeId, extraData));

        ARBITRATOR.appeal{value: msg.value}(disputeId, extraData);
    }

    /// @inheritdoc IArbitrable
    /// @dev Only stores: whatever became of the task meanwhile, the arbitrator gets rid of its ruling.
    function rule(uint256 disputeId, uint256 ruling) external {
        require(msg.sender == address(ARBITRATOR), NotArbitrator(msg.sender));
        bytes32 taskId = _taskIds[disputeId];
        require(taskId != 0 && !_cases[taskId].isRuled, DisputeUnknown(disputeId));
        require(ruling <= CHOICES, RulingInvalid(disputeId, ruling));

        _cases[taskId].isRuled = true;
        _cases[taskId].ruling = uint8(ruling);
        emit Ruling(ARBITRATOR, disputeId, ruling);
    }

    /// @inheritdoc IArbitratorAdapter
    function execute(Terms calldata terms, Work calldata work) external returns (bool isExecuted) {
        bytes32 taskId = ESCROW.taskIdOf(terms);
        Case memory case_ = _cases[taskId];
        require(case_.isRuled, RulingMissing(taskId));
        if (!_isPending(taskId, terms)) return false;

        uint16 verdict = terms.defaultSplit;
        if (case_.ruling == FOR_WORKER) verdict = TermsRules.WHOLE;
        if (case_.ruling == FOR_REQUESTER) verdict = uint16(ESCROW.taskOf(taskId).window);
        emit RulingExecuted(taskId, case_.ruling, verdict);
        ESCROW.rule(terms, work, verdict);
        return true;
    }

    /// @inheritdoc IArbitratorAdapter
    function arbitrationCost() public view returns (uint256) {
        return ARBITRATOR.arbitrationCost(extraData);
    }

    /// @inheritdoc IArbitratorAdapter
    function appealCost(bytes32 taskId) external view returns (uint256) {
        return ARBITRATOR.appealCost(_pendingCase(taskId).disputeId, extraData);
    }

    /// @inheritdoc IArbitratorAdapter
    function caseOf(bytes32 taskId) external view returns (Case memory) {
        return _cases[taskId];
    }

    /// @dev Whether a ruling over the task would still count.
    function _isPending(bytes32 taskId, Terms calldata terms) private view returns (bool) {
        Task memory task = ESCROW.taskOf(taskId);
        return task.state == TaskState.Disputed && block.timestamp <= uint256(task.steppedAt) + terms.arbitrationWindow;
    }

    function _pendingCase(bytes32 taskId) private view returns (Case memory case_) {
        case_ = _cases[taskId];
        require(case_.isRequested && !case_.isRuled, ArbitrationNotPending(taskId));
    }

    function _requireValue(uint256 cost) private view {
        require(msg.value == cost, ArbitrationCostWrong(cost, msg.value));
    }
}
