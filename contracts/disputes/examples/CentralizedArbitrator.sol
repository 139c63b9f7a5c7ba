// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IArbitrable} from "../IArbitrable.sol";
import {IArbitrator} from "../IArbitrator.sol";

/// @title An arbitrator that is one account (ERC-792)
/// @notice An example: its owner rules, any ruling may be appealed for a while, and then anyone has it carried out. The owner hears the
/// appeals itself, so trust it or take another.
contract CentralizedArbitrator is IArbitrator, Ownable {
    struct Dispute {
        // slot 0
        IArbitrable arbitrable;
        DisputeStatus status;
        uint40 ruledAt;
        // slot 1
        uint256 choices;
        // slot 2
        uint256 ruling;
    }

    /// @notice Seconds in which a ruling may be appealed.
    uint256 public constant APPEAL_WINDOW = 1 hours;

    /// @notice What a dispute costs.
    uint256 public immutable COST;

    Dispute[] private _disputes;

    /// @notice What was sent is not the cost.
    error CostWrong(uint256 expected, uint256 actual);
    /// @notice The dispute is not where this needs it.
    error DisputeWrongStatus(uint256 disputeId, DisputeStatus expected, DisputeStatus actual);
    /// @notice There are not so many choices.
    error ChoiceInvalid(uint256 ruling, uint256 choices);
    /// @notice The ruling may be appealed until `end`.
    error AppealStillPossible(uint256 disputeId, uint256 end);
    /// @notice The ruling could be appealed until `end`.
    error AppealTooLate(uint256 disputeId, uint256 end);

    constructor(address owner_, uint256 cost) Ownable(owner_) {
        COST = cost;
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId) {
        _requireValue(arbitrationCost(extraData));

        disputeId = _disputes.length;
        _disputes.push(Dispute(IArbitrable(msg.sender), DisputeStatus.Waiting, 0, choices, 0));
        emit DisputeCreation(disputeId, msg.sender);
    }

    /// @notice Rules, for now. Owner only.
    function give(uint256 disputeId, uint256 ruling) external onlyOwner {
        Dispute storage dispute = _disputeIn(disputeId, DisputeStatus.Waiting);
        require(ruling <= dispute.choices, ChoiceInvalid(ruling, dispute.choices));

        dispute.ruling = ruling;
        dispute.ruledAt = uint40(block.timestamp);
        dispute.status = DisputeStatus.Appealable;
        emit AppealPossible(disputeId, address(dispute.arbitrable));
    }

    /// @inheritdoc IArbitrator
    function appeal(uint256 disputeId, bytes calldata extraData) external payable {
        Dispute storage dispute = _disputeIn(disputeId, DisputeStatus.Appealable);
        uint256 end = dispute.ruledAt + APPEAL_WINDOW;
        require(block.timestamp <= end, AppealTooLate(disputeId, end));
        _requireValue(appealCost(disputeId, extraData));

        dispute.status = DisputeStatus.Waiting;
        emit AppealDecision(disputeId, address(dispute.arbitrable));
    }

    /// @notice Carries out a ruling that nobody appealed. Anyone.
    function carryOut(uint256 disputeId) external {
        Dispute storage dispute = _disputeIn(disputeId, DisputeStatus.Appealable);
        uint256 end = dispute.ruledAt + APPEAL_WINDOW;
        require(block.timestamp > end, AppealStillPossible(disputeId, end));

        dispute.status = DisputeStatus.Solved;
        dispute.arbitrable.rule(disputeId, dispute.ruling);
    }

    /// @notice Pays all costs that came in. Owner only.
    function withdraw(address payable to) external onlyOwner {
        Address.sendValue(to, address(this).balance);
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) public view returns (uint256) {
        return COST;
    }

    /// @inheritdoc IArbitrator
    /// @dev Twice the first cost.
    function appealCost(uint256, bytes calldata) public view returns (uint256) {
        return 2 * COST;
    }

    /// @inheritdoc IArbitrator
    function appealPeriod(uint256 disputeId) external view returns (uint256 start, uint256 end) {
        Dispute memory dispute = _disputes[disputeId];
        if (dispute.status != DisputeStatus.Appealable) return (0, 0);
        return (dispute.ruledAt, dispute.ruledAt + APPEAL_WINDOW);
    }

    /// @inheritdoc IArbitrator
    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus) {
        return _disputes[disputeId].status;
    }

    /// @inheritdoc IArbitrator
    function currentRuling(uint256 disputeId) external view returns (uint256) {
        return _disputes[disputeId].ruling;
    }

    function _disputeIn(uint256 disputeId, DisputeStatus expected) private view returns (Dispute storage dispute) {
        dispute = _disputes[disputeId];
        require(dispute.status == expected, DisputeWrongStatus(disputeId, expected, dispute.status));
    }

    function _requireValue(uint256 cost) private view {
        require(msg.value == cost, CostWrong(cost, msg.value));
    }
}
