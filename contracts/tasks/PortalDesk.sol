// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {ICharters} from "../charters/ICharters.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Limits} from "../gateway/Limits.sol";
import {Peers} from "../gateway/Peers.sol";
import {ActorSteps} from "./ActorSteps.sol";
import {IPortalDesk} from "./IPortalDesk.sol";
import {Actor, ActorHandoff, Ending, PortalAction, Prerequisite, Receipt, Refusal, Work} from "./ITaskRecords.sol";
import {ITaskPortal} from "./ITaskPortal.sol";
import {Answer, PortalMessages} from "./PortalMessages.sol";
import {TaskBase} from "./TaskBase.sol";
import {TaskSignatures} from "./TaskSignatures.sol";
import {Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title The escrow's part for those who are elsewhere
/// @notice See `IPortalDesk`. Every request of a portal gets an answer; none of them can fail but for want of gas, or because it is no request.
contract PortalDesk is ActorSteps, IPortalDesk, IERC7786Recipient {
    using Peers for Peers.Table;
    using TaskSlot for TaskState;
    using TermsRules for Terms;

    /// @dev Gas kept back for the answer to a portal; without it the request counts all the same.
    uint256 private constant ANSWER_GAS = 150_000;
    /// @dev The most prerequisites of one task.
    uint256 private constant MAX_PREREQUISITES = 16;

    ITaskPortal private immutable PORTAL;

    constructor(
        address authority,
        IGateway gateway,
        IAgentRegistry registry,
        ICharters charters,
        ITaskPortal portal
    ) TaskBase(authority, gateway, registry, charters) {
        PORTAL = portal;
    }

    /// @notice What a portal brings from an account of its chain.
    /// @dev Not behind the reentrancy guard, on purpose: whoever is being paid could otherwise deliver a worker's message from inside that
    /// payment and make it fail. See `_giveUpAs` for the one payment that is made here.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 chainId = _portals.originOf(address(GATEWAY), sender);
        Answer memory answer;
        (answer.action, answer.taskId, answer.account) = PortalMessages.decodeRequest(payload);
        _actFrom(chainId, answer, payload);

        bytes memory reply =
            answer.action == PortalAction.Receipt && answer.refusal == Refusal.None
                ? PortalMessages.encodeReceipt(_receiptOf(PortalMessages.decodeAsk(payload)))
                : PortalMessages.encodeAnswer(answer);
        if (gasleft() > ANSWER_GAS + ANSWER_GAS / 32) {
            try GATEWAY.sendMessage{gas: ANSWER_GAS}(EvmAddress.format(chainId, _portals.peerOf(chainId)), reply, new bytes[](0)) returns (
                bytes32
            ) {} catch {}
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IPortalDesk
    function claimFor(
        Terms calldata terms,
        Actor calldata actor,
        address sponsor,
        uint16 token,
        uint40 deadline,
        bytes calldata signature
    ) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        _requireSigned(actor, TaskSignatures.claim(taskId, actor, sponsor, token, deadline), deadline, signature);
        Answer memory answer = _answerTo(PortalAction.Claim, taskId, actor);
        _claimAs(actor.chainId, answer, terms, sponsor, token, deadline);
        _requireGranted(answer);
    }

    /// @inheritdoc IPortalDesk
    function submitFor(
        bytes32 taskId,
        Actor calldata actor,
        uint16 token,
        bytes32 deliverable,
        uint40 expiry,
        bytes calldata signature
    ) external onlyEscrow nonReentrant {
        _requireSigned(actor, TaskSignatures.submission(taskId, actor, token, deliverable, expiry), expiry, signature);
        Answer memory answer = _answerTo(PortalAction.Submit, taskId, actor);
        _submitAs(actor.chainId, answer, token, deliverable);
        _requireGranted(answer);
    }

    /// @inheritdoc IPortalDesk
    function aliveFor(
        bytes32 taskId,
        Actor calldata actor,
        uint16 token,
        uint96 bond,
        uint40 expiry,
        bytes calldata signature
    ) external onlyEscrow nonReentrant {
        _requireSigned(actor, TaskSignatures.alive(taskId, actor, token, bond, expiry), expiry, signature);
        Answer memory answer = _answerTo(PortalAction.Alive, taskId, actor);
        _aliveAs(actor.chainId, answer, token, bond);
        _requireGranted(answer);
    }

    /// @inheritdoc IPortalDesk
    function giveUpFor(
        Terms calldata terms,
        Actor calldata actor,
        uint16 token,
        uint40 expiry,
        bytes calldata signature
    ) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        _requireSigned(actor, TaskSignatures.giveUp(taskId, actor, token, expiry), expiry, signature);
        Answer memory answer = _answerTo(PortalAction.GiveUp, taskId, actor);
        _giveUpAs(actor.chainId, answer, terms, token);
        _requireGranted(answer);
    }

    /// @inheritdoc IPortalDesk
    function counterFor(
        Terms calldata terms,
        Work calldata work,
        Actor calldata actor,
        address sponsor,
        uint40 expiry,
        bytes calldata signature
    ) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        _requireSigned(actor, TaskSignatures.counter(taskId, actor, sponsor, work, expiry), expiry, signature);
        Answer memory answer = _answerTo(PortalAction.Counter, taskId, actor);
        _counterAs(actor.chainId, answer, terms, work, sponsor);
        _requireGranted(answer);
    }

    /// @inheritdoc IPortalDesk
    function handoffBetween(
        Terms calldata terms,
        ActorHandoff calldata change,
        bytes calldata signatureFrom,
        bytes calldata signatureTo,
        bytes calldata signatureRequester
    ) external onlyEscrow nonReentrant returns (uint16 token) {
        bytes[3] memory signatures = [signatureFrom, signatureTo, signatureRequester];
        Actor memory by = Actor(block.chainid, msg.sender);
        Answer memory answer = Answer(PortalAction.Handoff, _taskIdOf(terms), msg.sender, Refusal.None, 0, 0);
        _handoffAs(by, answer, terms, change, signatures);
        _requireGranted(answer);
        return answer.token;
    }

    /// @inheritdoc IPortalDesk
    function confirmPrerequisites(Terms calldata terms, Prerequisite[] calldata prerequisites) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        bytes32 actual = keccak256(abi.encode(prerequisites));
        require(actual == terms.prerequisites, PrerequisitesWrong(taskId, terms.prerequisites, actual));
        require(prerequisites.length <= MAX_PREREQUISITES, TermInvalid("prerequisites", prerequisites.length));
        for (uint256 i; i < prerequisites.length; ++i) {
            Prerequisite calldata needed = prerequisites[i];
            (bool isSettled, uint16 verdict) = needed.chainId == block.chainid
                ? _settlementHere(needed.taskId)
                : PORTAL.settlementOf(needed.chainId, needed.taskId);
            require(isSettled && verdict >= terms.minPrerequisiteShare, PrerequisiteUnmet(taskId, needed.chainId, needed.taskId));
        }

        _areReady[taskId] = true;
        emit PrerequisitesMet(taskId);
    }

    /// @inheritdoc IPortalDesk
    function sendAnswer(bytes32 taskId, Work calldata work) external returns (bytes32 sendId) {
        Task memory task = _knownTask(taskId, work);
        uint256 chainId = task.worker == address(0) ? 0 : _chainOf(taskId, task);
        return _send(taskId, chainId, PortalMessages.encodeAnswer(_standingAnswer(taskId, task)));
    }

    /// @inheritdoc IPortalDesk
    function sendAnswerTo(bytes32 taskId, Work calldata work, Actor calldata actor) external returns (bytes32 sendId) {
        Task memory task = _knownTask(taskId, work);
        Answer memory answer = _standingAnswer(taskId, task);
        if (task.worker != actor.account || _chainOf(taskId, task) != actor.chainId) {
            answer = Answer(PortalAction.Claim, taskId, actor.account, Refusal.NotWorker, task.token, 0);
        }
        return _send(taskId, actor.chainId, PortalMessages.encodeAnswer(answer));
    }

    /// @inheritdoc IPortalDesk
    function sendReceipt(Terms calldata terms, uint256 chainId) external returns (bytes32 sendId) {
        return _send(_taskIdOf(terms), chainId, PortalMessages.encodeReceipt(_receiptOf(terms)));
    }

    /// @inheritdoc IPortalDesk
    function receiptOf(Terms calldata terms) external view returns (Receipt memory) {
        return _receiptOf(terms);
    }

    /// @inheritdoc IPortalDesk
    function linkPortal(uint256 chainId, address portal) external restricted {
        require(chainId != 0 && chainId <= type(uint64).max && chainId != block.chainid, PortalChainInvalid(chainId));
        _portals.link(chainId, portal);
        emit PortalLinked(chainId, portal);
    }

    /// @inheritdoc IPortalDesk
    function setLatency(uint256 chainId, uint24 latency) external restricted {
        require(latency <= Limits.MAX_STOP, LatencyTooLong(latency, uint24(Limits.MAX_STOP)));
        _latencies[chainId] = latency;
        emit LatencySet(chainId, latency);
    }

    /// @inheritdoc IPortalDesk
    function portalOf(uint256 chainId) external view returns (address) {
        return _portals.peerOf(chainId);
    }

    /// @inheritdoc IPortalDesk
    function latencyOf(uint256 chainId) external view returns (uint24) {
        return _latencies[chainId];
    }

    /// @inheritdoc IPortalDesk
    function hasAgreed(Actor calldata actor, bytes32 structHash) external view returns (bool) {
        return _areAgreed[_agreementKey(actor, structHash)];
    }

    function _actFrom(uint256 chainId, Answer memory answer, bytes calldata payload) private {
        PortalAction action = answer.action;
        if (action == PortalAction.Claim) {
            (Terms calldata terms, address sponsor, uint16 token, uint40 deadline) = PortalMessages.decodeClaim(payload);
            _claimAs(chainId, answer, terms, sponsor, token, deadline);
        } else if (action == PortalAction.Submit) {
            (uint16 token, bytes32 deliverable) = PortalMessages.decodeSubmit(payload);
            _submitAs(chainId, answer, token, deliverable);
        } else if (action == PortalAction.Alive) {
            (uint16 token, uint96 bond) = PortalMessages.decodeAlive(payload);
            _aliveAs(chainId, answer, token, bond);
        } else if (action == PortalAction.GiveUp) {
            (Terms calldata terms, uint16 token) = PortalMessages.decodeGiveUp(payload);
            _giveUpAs(chainId, answer, terms, token);
        } else if (action == PortalAction.Handoff) {
            _handoffFrom(chainId, answer, payload);
        } else if (action == PortalAction.Counter) {
            (Terms calldata terms, Work memory work, address sponsor) = PortalMessages.decodeCounter(payload);
            _counterAs(chainId, answer, terms, work, sponsor);
        } else {
            _askFrom(answer, PortalMessages.decodeAsk(payload));
        }
    }

    /// @dev Whoever asks agrees. If others have yet to, that is kept, and the last of them completes it.
    function _handoffFrom(uint256 chainId, Answer memory answer, bytes calldata payload) private {
        (Terms calldata terms, ActorHandoff memory change, bytes memory other, bytes memory ofRequester) = PortalMessages.decodeHandoff(
            payload
        );
        Actor memory by = Actor(chainId, answer.account);
        bytes32 taskId = answer.taskId;
        bool isWorker = by.chainId != change.to.chainId || by.account != change.to.account;
        if (isWorker && !_isHeldBy(taskId, by)) {
            answer.refusal = Refusal.NotWorker;
            answer.token = _tasks[taskId].unpack().token;
            return;
        }
        // The other one's signature stands in the place of either; the sender needs none.
        bytes32 structHash = _handoffAs(by, answer, terms, change, [other, other, ofRequester]);
        if (answer.refusal != Refusal.ConsentMissing) return;
        _areAgreed[_agreementKey(by, structHash)] = true;
        emit HandoffAgreed(taskId, chainId, by.account, structHash);
    }

    function _askFrom(Answer memory answer, Terms calldata terms) private view {
        Task memory task = _tasks[answer.taskId].unpack();
        answer.token = task.token;
        if (answer.taskId != _taskIdOf(terms)) answer.refusal = Refusal.Stale;
        else if (task.state < TaskState.Settled) answer.refusal = Refusal.NotOver;
    }

    function _send(bytes32 taskId, uint256 chainId, bytes memory payload) private returns (bytes32 sendId) {
        address portal = _portals.peerOf(chainId);
        require(portal != address(0), AnswerUnavailable(taskId, chainId));
        return GATEWAY.sendMessage(EvmAddress.format(chainId, portal), payload, new bytes[](0));
    }

    function _isHeldBy(bytes32 taskId, Actor memory actor) private view returns (bool) {
        Task memory task = _tasks[taskId].unpack();
        return task.state == TaskState.Assigned && task.worker == actor.account && _chainOf(taskId, task) == actor.chainId;
    }

    /// @dev A task with its worker, under review too.
    function _knownTask(bytes32 taskId, Work calldata work) private view returns (Task memory task) {
        task = _tasks[taskId].unpack();
        if (task.state.isUnderReview()) _requireWork(taskId, task, work);
    }

    /// @dev What the worker of record is told.
    function _standingAnswer(bytes32 taskId, Task memory task) private view returns (Answer memory) {
        bool isAssigned = task.state == TaskState.Assigned;
        return
            Answer({
                action: isAssigned ? PortalAction.Claim : PortalAction.Submit,
                taskId: taskId,
                account: task.worker,
                refusal: Refusal.None,
                token: task.token,
                deadline: isAssigned ? uint40(_workDeadline(taskId, task)) : 0
            });
    }

    function _settlementHere(bytes32 taskId) private view returns (bool isSettled, uint16 verdict) {
        Task memory task = _tasks[taskId].unpack();
        return (task.state == TaskState.Settled, uint16(task.window));
    }

    function _receiptOf(Terms calldata terms) private view returns (Receipt memory receipt) {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _tasks[taskId].unpack();
        require(task.state >= TaskState.Settled, TaskNotOver(taskId, task.state));
        receipt.taskId = taskId;
        receipt.requester = terms.requester;
        receipt.evaluator = terms.evaluator;
        receipt.token = terms.token;
        receipt.fencingToken = task.token;
        receipt.ending = task.state == TaskState.Cancelled ? Ending.Cancellation : Ending.Expiry;
        if (task.state != TaskState.Settled) return receipt;
        (receipt.worker, ) = _standing(taskId, task);
        receipt.price = _priceOf(task, terms);
        receipt.verdict = uint16(task.window);
        receipt.ending = Ending(task.window >> 16);
    }

    function _answerTo(PortalAction action, bytes32 taskId, Actor calldata actor) private pure returns (Answer memory) {
        return Answer(action, taskId, actor.account, Refusal.None, 0, 0);
    }

    function _requireGranted(Answer memory answer) private pure {
        require(answer.refusal == Refusal.None, RequestRefused(answer.taskId, answer.refusal));
    }

    /// @dev Only its signature speaks for an actor: a caller with its address may be another one.
    function _requireSigned(Actor calldata actor, bytes32 structHash, uint40 expiry, bytes calldata signature) private view {
        require(block.timestamp <= expiry, SignatureExpired(expiry, block.timestamp));
        require(_hasSigned(actor, structHash, signature), SignatureInvalid(actor.account, _hashTypedDataV4(structHash)));
    }
}
