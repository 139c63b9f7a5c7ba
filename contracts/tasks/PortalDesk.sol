// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {EvmAddress} from "../gateway/EvmAddress.sol";
import {Peers} from "../gateway/Peers.sol";
import {ITaskAssignments} from "./ITaskAssignments.sol";
import {Actor, PortalAction, Refusal, Work} from "./ITaskRecords.sol";
import {Answer, PortalMessages} from "./PortalMessages.sol";
import {TaskExtension} from "./TaskExtension.sol";
import {Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title Where the escrow serves the portals of other chains
/// @notice Every request gets an answer; none of them can fail but for want of gas.
abstract contract PortalDesk is TaskExtension, ITaskAssignments, IERC7786Recipient {
    using Peers for Peers.Table;
    using TaskSlot for TaskState;
    using TermsRules for Terms;

    /// @dev Gas kept back for the answer to a portal; without it the request counts all the same.
    uint256 private constant ANSWER_GAS = 150_000;

    /// @notice What a portal brings from an account of its chain.
    /// @dev Not behind the reentrancy guard, on purpose: whoever is being paid could otherwise deliver a worker's message from inside that
    /// payment and make it fail. Nothing here moves money or calls anyone but the gateway, and every payment is made after all state.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 chainId = _portals.originOf(address(GATEWAY), sender);
        (PortalAction action, bytes32 taskId, address account) = PortalMessages.decodeRequest(payload);

        Answer memory answer = Answer(action, taskId, account, Refusal.None, 0, 0);
        if (action == PortalAction.Claim) _claimFrom(chainId, answer, payload);
        else _submitFrom(chainId, answer, payload);

        if (gasleft() > ANSWER_GAS + ANSWER_GAS / 32) {
            try
                GATEWAY.sendMessage{gas: ANSWER_GAS}(
                    EvmAddress.format(chainId, _portals.peerOf(chainId)),
                    PortalMessages.encodeAnswer(answer),
                    new bytes[](0)
                )
            returns (bytes32) {} catch {}
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc ITaskAssignments
    function sendAnswer(bytes32 taskId, Work calldata work) external returns (bytes32 sendId) {
        Task memory task = _tasks[taskId].unpack();
        if (task.state.isUnderReview()) _requireWork(taskId, task, work);
        uint256 chainId = task.worker == address(0) ? 0 : _chainOf(taskId, task);
        address portal = _portals.peerOf(chainId);
        require(portal != address(0), AnswerUnavailable(taskId, chainId));

        bool isAssigned = task.state == TaskState.Assigned;
        Answer memory answer = Answer({
            action: isAssigned ? PortalAction.Claim : PortalAction.Submit,
            taskId: taskId,
            account: task.worker,
            refusal: Refusal.None,
            token: task.token,
            deadline: isAssigned ? uint40(_workDeadline(taskId, task)) : 0
        });
        return GATEWAY.sendMessage(EvmAddress.format(chainId, portal), PortalMessages.encodeAnswer(answer), new bytes[](0));
    }

    /// @inheritdoc ITaskAssignments
    function linkPortal(uint256 chainId, address portal) external restricted {
        require(chainId != 0 && chainId <= type(uint64).max && chainId != block.chainid, PortalChainInvalid(chainId));
        _portals.link(chainId, portal);
        emit PortalLinked(chainId, portal);
    }

    /// @inheritdoc ITaskAssignments
    function portalOf(uint256 chainId) external view returns (address) {
        return _portals.peerOf(chainId);
    }

    function _claimFrom(uint256 chainId, Answer memory answer, bytes calldata payload) private {
        (Terms calldata terms, address sponsor, uint16 token, uint40 deadline) = PortalMessages.decodeClaim(payload);
        Task memory task = _tasks[answer.taskId].unpack();
        Actor memory actor = Actor(chainId, answer.account);

        if (answer.taskId != _taskIdOf(terms) || task.state != TaskState.Open || task.token != token) {
            answer.refusal = Refusal.Stale;
        } else if (!terms.admits(chainId)) {
            answer.refusal = Refusal.ChainNotAdmitted;
        } else if (block.timestamp > deadline || block.timestamp > terms.openUntil) {
            answer.refusal = Refusal.TooLate;
        } else if (_isPaused()) {
            answer.refusal = Refusal.Paused;
        } else if (task.key == 0) {
            answer.refusal = Refusal.TermsUnsupported;
        } else if (terms.charter != 0 && !CHARTERS.admits(terms.charter, terms.epoch, address(0))) {
            // Members are accounts of this chain: an equal address elsewhere may be somebody else's.
            answer.refusal = Refusal.NotAdmitted;
        } else if (actor.account == address(0) || actor.account == terms.evaluator) {
            answer.refusal = Refusal.AccountInvalid;
        } else if (_depositOf(sponsor, chainId, actor.account, terms.token) < terms.workerBond) {
            answer.refusal = Refusal.BondMissing;
        } else {
            task.price = TermsRules.WHOLE;
            answer.deadline = _assign(answer.taskId, task, actor, sponsor, terms.workWindow + terms.grace);
            _lockBond(answer.taskId, sponsor, actor, terms.token, terms.workerBond);
        }
        answer.token = task.token;
    }

    function _submitFrom(uint256 chainId, Answer memory answer, bytes calldata payload) private {
        (uint16 token, bytes32 deliverable) = PortalMessages.decodeSubmit(payload);
        bytes32 taskId = answer.taskId;
        Task memory task = _tasks[taskId].unpack();
        answer.token = task.token;

        if (task.state != TaskState.Assigned || task.token != token) {
            answer.refusal = Refusal.Stale;
        } else if (task.worker != answer.account || _chainOf(taskId, task) != chainId) {
            answer.refusal = Refusal.NotWorker;
        } else if (block.timestamp > _workDeadline(taskId, task)) {
            answer.refusal = Refusal.TooLate;
        } else {
            _deliver(taskId, task, deliverable);
        }
    }
}
