// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Lane} from "../gateway/Lane.sol";
import {Limits} from "../gateway/Limits.sol";
import {Peers} from "../gateway/Peers.sol";
import {Deposits} from "./Deposits.sol";
import {ExposurePause} from "./ExposurePause.sol";
import {Actor, Ending, ITaskEscrow, PortalAction, Refusal} from "./ITaskEscrow.sol";
import {Answer, PortalMessages} from "./PortalMessages.sol";
import {PackedTask, Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title Escrow of tasks
/// @notice See `ITaskEscrow`. Here: the life of a task in time order, first by its local actors, then by portals.
contract TaskEscrow is Deposits, ExposurePause, IERC7786Recipient {
    using Peers for Peers.Table;
    using TermsRules for Terms;

    /// @dev Who stands behind a worker that is remote or does not stand behind itself. Read only while the task's slot says so.
    struct Backing {
        // slot 0
        address sponsor;
        uint64 chainId;
        /// @dev Seconds that the worker's lane had stood still in all when it was assigned.
        uint32 stoppedSeconds;
    }

    /// @dev Gas kept back for the answer to a portal; without it the request counts all the same.
    uint256 private constant ANSWER_GAS = 150_000;
    /// @dev Gas for looking up a payee: one slot of our own registry.
    uint256 private constant PAYEE_GAS = 20_000;

    IGateway private immutable GATEWAY;
    IAgentRegistry private immutable REGISTRY;

    mapping(bytes32 taskId => PackedTask) private _tasks;
    mapping(bytes32 taskId => Backing) private _backings;
    mapping(bytes32 taskId => bytes32) private _deliverables;
    Peers.Table private _portals;

    constructor(address authority, IGateway gateway, IAgentRegistry registry) AccessManaged(authority) {
        GATEWAY = gateway;
        REGISTRY = registry;
    }

    /// @inheritdoc ITaskEscrow
    function open(Terms calldata terms) external payable nonReentrant returns (bytes32 taskId) {
        taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.None);
        _requireNotPaused();
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
        terms.check();

        _step(taskId, task, TaskState.Open);

        emit TaskOpened(taskId, msg.sender, terms);
        _pull(terms.token, terms.reward);
    }

    /// @inheritdoc ITaskEscrow
    function cancel(Terms calldata terms) external nonReentrant {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Open);
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));

        _close(taskId, task, terms, TaskState.Cancelled, Ending.Cancellation);
    }

    /// @inheritdoc ITaskEscrow
    function expire(Terms calldata terms) external nonReentrant {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Open);
        _requireAfter(taskId, uint256(terms.openUntil) + terms.grace);

        _close(taskId, task, terms, TaskState.Expired, Ending.Expiry);
    }

    /// @inheritdoc ITaskEscrow
    function claim(Terms calldata terms, address sponsor) external nonReentrant returns (uint16 token) {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Open);
        _requireNotPaused();
        _requireUntil(taskId, terms.openUntil);
        require(msg.sender != terms.evaluator, WorkerIsEvaluator(taskId, msg.sender));

        _assign(taskId, task, terms, Actor(block.chainid, msg.sender), sponsor);
        return task.token;
    }

    /// @inheritdoc ITaskEscrow
    function submit(bytes32 taskId, uint16 token, bytes32 deliverable) external nonReentrant {
        Task memory task = _taskIn(taskId, TaskState.Assigned);
        require(msg.sender == task.worker && _chainOf(taskId, task) == block.chainid, TaskWrongCaller(taskId, task.worker, msg.sender));
        require(token == task.token, TaskTokenStale(taskId, task.token, token));
        _requireUntil(taskId, _workDeadline(taskId, task));

        _deliver(taskId, task, deliverable);
    }

    /// @inheritdoc ITaskEscrow
    function decide(Terms calldata terms, uint16 token, bytes32 deliverable, uint16 verdict) external nonReentrant {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Submitted);
        require(msg.sender == terms.evaluator, TaskWrongCaller(taskId, terms.evaluator, msg.sender));
        require(token == task.token, TaskTokenStale(taskId, task.token, token));
        bytes32 actual = _deliverables[taskId];
        require(deliverable == actual, TaskDeliverableWrong(taskId, actual, deliverable));
        require(verdict <= TermsRules.WHOLE && verdict >= terms.floor, VerdictInvalid(taskId, verdict, terms.floor));
        _requireUntil(taskId, uint256(task.steppedAt) + terms.reviewWindow);

        _settle(taskId, task, terms, verdict, Ending.Verdict);
    }

    /// @inheritdoc ITaskEscrow
    function settle(Terms calldata terms) external nonReentrant {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Submitted);
        _requireAfter(taskId, uint256(task.steppedAt) + terms.reviewWindow + terms.grace);

        _settle(taskId, task, terms, terms.silence, Ending.Silence);
    }

    /// @inheritdoc ITaskEscrow
    function lapse(Terms calldata terms) external nonReentrant {
        bytes32 taskId = taskIdOf(terms);
        Task memory task = _taskIn(taskId, TaskState.Assigned);
        _requireAfter(taskId, _workDeadline(taskId, task) + terms.grace);

        (Actor memory worker, address sponsor) = _standing(taskId, task);
        uint256 price = _priceOf(task, terms);
        uint256 cost = _shareOf(terms.workerBond, terms.slashShare);
        bool reopens = block.timestamp <= terms.openUntil && task.token < TaskSlot.MAX_TOKEN;

        task.worker = address(0);
        task.window = 0;
        task.price = 0;
        task.isBacked = false;
        _step(taskId, task, reopens ? TaskState.Open : TaskState.Expired);
        _returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);

        _emitReceipt(taskId, terms, worker, price, 0, Ending.Lapse);
        if (reopens) {
            emit TaskReopened(taskId, task.token);
            _push(terms.requester, terms.requester, terms.token, cost);
        } else {
            _emitReceipt(taskId, terms, Actor(0, address(0)), 0, 0, Ending.Expiry);
            _push(terms.requester, terms.requester, terms.token, cost + terms.reward);
        }
    }

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

    /// @inheritdoc ITaskEscrow
    function sendAnswer(bytes32 taskId) external returns (bytes32 sendId) {
        Task memory task = _tasks[taskId].unpack();
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

    /// @inheritdoc ITaskEscrow
    function linkPortal(uint256 chainId, address portal) external restricted {
        require(chainId != 0 && chainId <= type(uint64).max && chainId != block.chainid, PortalChainInvalid(chainId));
        _portals.link(chainId, portal);
        emit PortalLinked(chainId, portal);
    }

    /// @inheritdoc ITaskEscrow
    function taskIdOf(Terms calldata terms) public view returns (bytes32) {
        return terms.idOf(block.chainid, address(this));
    }

    /// @inheritdoc ITaskEscrow
    function taskOf(bytes32 taskId) external view returns (Task memory) {
        return _tasks[taskId].unpack();
    }

    /// @inheritdoc ITaskEscrow
    function workerOf(bytes32 taskId) external view returns (Actor memory) {
        Task memory task = _tasks[taskId].unpack();
        if (task.worker == address(0)) return Actor(0, address(0));
        return Actor(_chainOf(taskId, task), task.worker);
    }

    /// @inheritdoc ITaskEscrow
    function deliverableOf(bytes32 taskId) external view returns (bytes32) {
        return _deliverables[taskId];
    }

    /// @inheritdoc ITaskEscrow
    function workDeadlineOf(bytes32 taskId) external view returns (uint256) {
        return _workDeadline(taskId, _taskIn(taskId, TaskState.Assigned));
    }

    /// @inheritdoc ITaskEscrow
    function settlementOf(Terms calldata terms) external view returns (uint256 price, uint16 verdict) {
        Task memory task = _taskIn(taskIdOf(terms), TaskState.Settled);
        return (_priceOf(task, terms), uint16(task.window));
    }

    /// @inheritdoc ITaskEscrow
    function latestEnd(Terms calldata terms) external pure returns (uint256) {
        return terms.latestEnd();
    }

    /// @inheritdoc ITaskEscrow
    function portalOf(uint256 chainId) external view returns (address) {
        return _portals.peerOf(chainId);
    }

    function _claimFrom(uint256 chainId, Answer memory answer, bytes calldata payload) private {
        (Terms calldata terms, address sponsor, uint16 token, uint40 deadline) = PortalMessages.decodeClaim(payload);
        Task memory task = _tasks[answer.taskId].unpack();
        Actor memory actor = Actor(chainId, answer.account);

        if (answer.taskId != taskIdOf(terms) || task.state != TaskState.Open || task.token != token) {
            answer.refusal = Refusal.Stale;
        } else if (!terms.admits(chainId)) {
            answer.refusal = Refusal.ChainNotAdmitted;
        } else if (block.timestamp > deadline || block.timestamp > terms.openUntil) {
            answer.refusal = Refusal.TooLate;
        } else if (_isPaused()) {
            answer.refusal = Refusal.Paused;
        } else if (actor.account == address(0) || actor.account == terms.evaluator) {
            answer.refusal = Refusal.AccountInvalid;
        } else if (depositOf(sponsor, chainId, actor.account, terms.token) < terms.workerBond) {
            answer.refusal = Refusal.BondMissing;
        } else {
            answer.deadline = _assign(answer.taskId, task, terms, actor, sponsor);
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

    /// @dev The caller has checked state, pause, clock and account.
    function _assign(
        bytes32 taskId,
        Task memory task,
        Terms calldata terms,
        Actor memory worker,
        address sponsor
    ) private returns (uint40 deadline) {
        bool isRemote = worker.chainId != block.chainid;
        task.worker = worker.account;
        task.window = isRemote ? terms.workWindow + terms.grace : terms.workWindow;
        task.price = TermsRules.WHOLE;
        task.token += 1;
        task.isBacked = isRemote || sponsor != worker.account;
        _step(taskId, task, TaskState.Assigned);
        if (task.isBacked) {
            uint32 stopped = isRemote ? uint32(GATEWAY.stoppedSeconds(_laneFrom(worker.chainId))) : 0;
            _backings[taskId] = Backing(sponsor, uint64(worker.chainId), stopped);
        }
        _lockBond(taskId, sponsor, worker, terms.token, terms.workerBond);

        deadline = task.steppedAt + task.window;
        emit TaskAssigned(taskId, worker.account, worker.chainId, task.token, deadline);
    }

    function _deliver(bytes32 taskId, Task memory task, bytes32 deliverable) private {
        _step(taskId, task, TaskState.Submitted);
        _deliverables[taskId] = deliverable;

        emit TaskSubmitted(taskId, task.token, deliverable);
    }

    /// @dev The one place where a worker is paid.
    function _settle(bytes32 taskId, Task memory task, Terms calldata terms, uint16 verdict, Ending ending) private {
        (Actor memory worker, address sponsor) = _standing(taskId, task);
        uint256 price = _priceOf(task, terms);
        uint256 pay = _shareOf(price, verdict);
        // Worthless work costs what no work costs. Silence is not the worker's fault.
        uint256 cost = verdict == 0 && ending == Ending.Verdict ? _shareOf(terms.workerBond, terms.slashShare) : 0;

        task.window = verdict;
        _step(taskId, task, TaskState.Settled);
        delete _deliverables[taskId];
        _returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);

        _emitReceipt(taskId, terms, worker, price, verdict, ending);
        if (pay != 0) _push(worker.account, _payeeOf(worker.account), terms.token, pay);
        _push(terms.requester, terms.requester, terms.token, terms.reward - pay + cost);
    }

    /// @dev Ends a task that nobody holds.
    function _close(bytes32 taskId, Task memory task, Terms calldata terms, TaskState end, Ending ending) private {
        _step(taskId, task, end);

        _emitReceipt(taskId, terms, Actor(0, address(0)), 0, 0, ending);
        _push(terms.requester, terms.requester, terms.token, terms.reward);
    }

    function _step(bytes32 taskId, Task memory task, TaskState next) private {
        task.state = next;
        task.steppedAt = uint40(block.timestamp);
        _tasks[taskId] = task.pack();
    }

    function _emitReceipt(bytes32 taskId, Terms calldata terms, Actor memory worker, uint256 price, uint16 verdict, Ending ending) private {
        emit TaskReceipt(taskId, terms.requester, worker.account, terms.evaluator, terms.token, worker.chainId, price, verdict, ending);
    }

    function _taskIn(bytes32 taskId, TaskState expected) private view returns (Task memory task) {
        task = _tasks[taskId].unpack();
        require(task.state == expected, TaskWrongState(taskId, expected, task.state));
    }

    function _chainOf(bytes32 taskId, Task memory task) private view returns (uint256) {
        return task.isBacked ? _backings[taskId].chainId : block.chainid;
    }

    function _standing(bytes32 taskId, Task memory task) private view returns (Actor memory worker, address sponsor) {
        if (!task.isBacked) return (Actor(block.chainid, task.worker), task.worker);
        Backing memory backing = _backings[taskId];
        return (Actor(backing.chainId, task.worker), backing.sponsor);
    }

    /// @dev The last second at which the worker may submit. For a remote one it moves while its lane stands still, by at most the longest
    /// stop in a row, so that it stays bounded whatever a guardian does.
    function _workDeadline(bytes32 taskId, Task memory task) private view returns (uint256 deadline) {
        deadline = uint256(task.steppedAt) + task.window;
        if (!task.isBacked) return deadline;
        Backing memory backing = _backings[taskId];
        if (backing.chainId == block.chainid) return deadline;
        uint256 stopped = GATEWAY.stoppedSeconds(_laneFrom(backing.chainId)) - backing.stoppedSeconds;
        return deadline + (stopped < Limits.MAX_STOP ? stopped : Limits.MAX_STOP);
    }

    /// @dev The gateway has the same address on every chain. If an origin's had another, its stops would not count here; nothing is trusted.
    function _laneFrom(uint256 chainId) private view returns (Lane memory) {
        return Lane(chainId, address(GATEWAY), block.chainid);
    }

    /// @dev Where a worker is paid. Whatever the look-up does, the worker is paid.
    function _payeeOf(address worker) private view returns (address) {
        try REGISTRY.payoutOf{gas: PAYEE_GAS}(worker) returns (address payee) {
            return payee == address(0) ? worker : payee;
        } catch {
            return worker;
        }
    }

    function _priceOf(Task memory task, Terms calldata terms) private pure returns (uint256) {
        return _shareOf(terms.reward, task.price);
    }

    function _shareOf(uint256 amount, uint256 share) private pure returns (uint256) {
        return (amount * share) / TermsRules.WHOLE;
    }

    function _requireUntil(bytes32 taskId, uint256 deadline) private view {
        require(block.timestamp <= deadline, TaskDeadlinePassed(taskId, deadline, block.timestamp));
    }

    function _requireAfter(bytes32 taskId, uint256 notBefore) private view {
        require(block.timestamp > notBefore, TaskDeadlineNotReached(taskId, notBefore, block.timestamp));
    }
}
