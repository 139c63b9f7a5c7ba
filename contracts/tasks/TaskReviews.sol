// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {ICharters} from "../charters/ICharters.sol";
import {IDeliverableCheck} from "../evaluation/IDeliverableCheck.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {ITaskReviews} from "./ITaskReviews.sol";
import {Actor, Ending, Split, Work} from "./ITaskRecords.sol";
import {TaskBase} from "./TaskBase.sol";
import {TaskExtension} from "./TaskExtension.sol";
import {TaskKeys} from "./TaskKeys.sol";
import {TaskSignatures} from "./TaskSignatures.sol";
import {Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title The escrow's part for all that may happen to work that is handed in, and to money
/// @notice See `ITaskReviews`. What it does not know itself it passes on to the desk.
contract TaskReviews is TaskExtension, Proxy, ITaskReviews {
    using TaskSlot for TaskState;
    using TermsRules for Terms;

    address private immutable DESK;

    constructor(
        address authority,
        IGateway gateway,
        IAgentRegistry registry,
        ICharters charters,
        address desk
    ) TaskBase(authority, gateway, registry, charters) {
        DESK = desk;
    }

    /// @dev Reached only with a direct transfer: the escrow itself refuses it.
    receive() external payable {
        revert ExtensionCalledDirectly();
    }

    /// @inheritdoc ITaskReviews
    function submitChecked(Terms calldata terms, uint16 token, bytes calldata body) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        _requireLocal(taskId, task);
        require(token == task.token, TaskTokenStale(taskId, task.token, token));
        _requireUntil(taskId, _workDeadline(taskId, task));
        uint16 verdict = IDeliverableCheck(terms.evaluator).check(taskId, terms.specHash, body);
        require(verdict <= TermsRules.WHOLE && verdict >= terms.floor, VerdictInvalid(taskId, verdict, terms.floor));

        _deliver(taskId, task, keccak256(body));
        task.worker = msg.sender;
        _settle(taskId, task, terms, Outcome(verdict, Ending.Verdict, true, false));
    }

    /// @inheritdoc ITaskReviews
    function revise(Terms calldata terms, Work calldata work) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Submitted).unpack();
        _requireWork(taskId, task, work);
        require(msg.sender == terms.evaluator, TaskWrongCaller(taskId, terms.evaluator, msg.sender));
        require(task.revisions < terms.maxRevisions, RevisionsExhausted(taskId, terms.maxRevisions));
        require(task.token < TaskSlot.MAX_TOKEN, TaskTokensExhausted(taskId));
        _requireUntil(taskId, uint256(task.steppedAt) + terms.reviewWindow);

        task.token += 1;
        task.revisions += 1;
        _deliverables[taskId] = work.deliverable;
        _resetStops(taskId, task);
        _step(taskId, task, TaskState.Assigned);
        emit RevisionRequested(taskId, task.revisions, task.token);
        emit TaskAssigned(taskId, task.worker, _chainOf(taskId, task), task.token, task.steppedAt + task.window);
    }

    /// @inheritdoc ITaskReviews
    function contest(Terms calldata terms, Work calldata work, uint16 verdict) external payable onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Submitted).unpack();
        _requireWork(taskId, task, work);
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
        require(terms.arbitrator != address(0), ArbitratorMissing(taskId));
        require(verdict < TermsRules.WHOLE, VerdictInvalid(taskId, verdict, 0));
        _requireUntil(taskId, uint256(task.steppedAt) + terms.reviewWindow);

        task.window = verdict;
        _resetStops(taskId, task);
        _step(taskId, task, TaskState.Contested);
        _disputes[taskId].isByRequester = true;
        emit TaskContested(taskId, msg.sender, verdict);
        _pull(msg.sender, terms.token, terms.disputeBond);
    }

    /// @inheritdoc ITaskReviews
    function counter(Terms calldata terms, Work calldata work) external payable onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Contested).unpack();
        _requireWork(taskId, task, work);
        _requireUntil(taskId, _counterDeadline(taskId, task, terms));

        _step(taskId, task, TaskState.Disputed);
        _disputes[taskId].counterer = msg.sender;
        emit TaskDisputed(taskId, msg.sender, terms.arbitrator);
        _pull(msg.sender, terms.token, terms.disputeBond);
    }

    /// @inheritdoc ITaskReviews
    function rule(Terms calldata terms, Work calldata work, uint16 verdict) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Disputed).unpack();
        _requireWork(taskId, task, work);
        require(msg.sender == terms.arbitrator, TaskWrongCaller(taskId, terms.arbitrator, msg.sender));
        require(msg.sender != work.worker, WorkerIsEvaluator(taskId, msg.sender));
        require(verdict <= TermsRules.WHOLE, VerdictInvalid(taskId, verdict, 0));
        _requireUntil(taskId, uint256(task.steppedAt) + terms.arbitrationWindow);

        Dispute memory dispute = _disputes[taskId];
        uint256 pot = dispute.isByRequester ? 2 * uint256(terms.disputeBond) : terms.disputeBond;
        uint256 won = _shareOf(pot, verdict);
        _settle(taskId, task, terms, Outcome(verdict, Ending.Ruling, !dispute.isByRequester, false));
        _push(dispute.counterer, dispute.counterer, terms.token, won);
        _push(terms.requester, terms.requester, terms.token, pot - won);
    }

    /// @inheritdoc ITaskReviews
    function resolve(Terms calldata terms, Work calldata work) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _tasks[taskId].unpack();
        bool isDisputed = task.state == TaskState.Disputed;
        require(isDisputed || task.state == TaskState.Contested, TaskWrongState(taskId, TaskState.Contested, task.state));
        _requireWork(taskId, task, work);
        uint256 deadline = isDisputed ? uint256(task.steppedAt) + terms.arbitrationWindow : _counterDeadline(taskId, task, terms);
        _requireAfter(taskId, deadline + terms.grace);

        Dispute memory dispute = _disputes[taskId];
        uint16 verdict = isDisputed ? terms.defaultSplit : uint16(task.window);
        Ending ending = isDisputed ? Ending.NoRuling : Ending.Concession;
        _settle(taskId, task, terms, Outcome(verdict, ending, !dispute.isByRequester, true));
        _returnDisputeBonds(terms, dispute);
    }

    /// @inheritdoc ITaskReviews
    function split(
        Terms calldata terms,
        Work calldata work,
        Split calldata agreed,
        bytes calldata signatureRequester,
        bytes calldata signatureWorker
    ) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _tasks[taskId].unpack();
        require(task.state >= TaskState.Assigned && task.state < TaskState.Settled, TaskWrongState(taskId, TaskState.Assigned, task.state));
        require(terms.parent == 0, SplitForbidden(taskId));
        require(agreed.token == task.token, TaskTokenStale(taskId, task.token, agreed.token));
        require(agreed.share <= TermsRules.WHOLE, VerdictInvalid(taskId, agreed.share, 0));
        if (task.state.isUnderReview()) _requireWork(taskId, task, work);
        bytes32 structHash = TaskSignatures.split(taskId, agreed);
        _requireConsent(terms.requester, structHash, agreed.expiry, signatureRequester);
        _requireConsent(task.worker, structHash, agreed.expiry, signatureWorker);
        if (task.isSuspected) _answerSuspicion(taskId, task);

        bool wasContested = task.state >= TaskState.Contested;
        Dispute memory dispute = _disputes[taskId];
        _settle(taskId, task, terms, Outcome(agreed.share, Ending.Split, wasContested && !dispute.isByRequester, false));
        if (wasContested) _returnDisputeBonds(terms, dispute);
    }

    /// @inheritdoc ITaskReviews
    function closeChild(Terms calldata terms) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Open).unpack();
        require(terms.parent != 0 && !_isAlive(terms.parent), ParentAlive(taskId, terms.parent));

        _close(taskId, task, terms, TaskState.Cancelled, Ending.Cancellation);
    }

    /// @inheritdoc ITaskReviews
    function deposit(uint256 chainId, address account, address token, uint256 amount) external payable onlyEscrow nonReentrant {
        _deposit(chainId, account, token, amount);
    }

    /// @inheritdoc ITaskReviews
    function withdrawDeposit(uint256 chainId, address account, address token, uint256 amount) external onlyEscrow nonReentrant {
        _withdrawDeposit(chainId, account, token, amount);
    }

    /// @inheritdoc ITaskReviews
    function withdrawTo(address token, address to) external onlyEscrow nonReentrant {
        _withdrawTo(token, to);
    }

    /// @inheritdoc ITaskReviews
    function pause(uint40 duration) external restricted {
        _pause(duration);
    }

    /// @inheritdoc ITaskReviews
    function workDeadlineOf(bytes32 taskId) external view returns (uint256) {
        return _workDeadline(taskId, _slotIn(taskId, TaskState.Assigned).unpack());
    }

    /// @inheritdoc ITaskReviews
    function workerOf(bytes32 taskId) external view returns (Actor memory worker) {
        Task memory task = _tasks[taskId].unpack();
        if (task.worker != address(0)) (worker, ) = _standing(taskId, task);
    }

    /// @inheritdoc ITaskReviews
    function suspicionOf(bytes32 taskId) external view returns (address by, uint40 until, uint256 bond) {
        if (!_tasks[taskId].unpack().isSuspected) return (address(0), 0, 0);
        Suspicion memory suspicion = _suspicions[taskId];
        return (suspicion.by, suspicion.until, suspicion.bond);
    }

    /// @inheritdoc ITaskReviews
    function isReady(bytes32 taskId) external view returns (bool) {
        return _areReady[taskId];
    }

    /// @inheritdoc ITaskReviews
    function isRevoked(address account, bytes32 digest) external view returns (bool) {
        return _revoked[account][digest];
    }

    /// @inheritdoc ITaskReviews
    function isUnderReview(bytes32 taskId, Work calldata work) external view returns (bool) {
        Task memory task = _tasks[taskId].unpack();
        return task.state.isUnderReview() && task.token == work.token && task.key == TaskKeys.workKey(work.worker, work.deliverable);
    }

    /// @inheritdoc ITaskReviews
    function settlementOf(Terms calldata terms) external view returns (uint256 price, uint16 verdict) {
        Task memory task = _slotIn(_taskIdOf(terms), TaskState.Settled).unpack();
        return (_priceOf(task, terms), uint16(task.window));
    }

    /// @inheritdoc ITaskReviews
    function latestEnd(Terms calldata terms) external pure returns (uint256) {
        return terms.latestEnd();
    }

    /// @inheritdoc ITaskReviews
    function delegatedOf(bytes32 taskId) external view returns (uint256) {
        return _delegated[taskId];
    }

    /// @inheritdoc ITaskReviews
    function depositOf(address sponsor, uint256 chainId, address account, address token) external view returns (uint256) {
        return _depositOf(sponsor, chainId, account, token);
    }

    /// @inheritdoc ITaskReviews
    function creditOf(address account, address token) external view returns (uint256) {
        return _creditOf(account, token);
    }

    /// @inheritdoc ITaskReviews
    function pausedUntil() external view returns (uint40) {
        return _pausedUntil;
    }

    function _implementation() internal view override onlyEscrow returns (address) {
        return DESK;
    }

    /// @dev Each dispute bond to whoever put it up.
    function _returnDisputeBonds(Terms calldata terms, Dispute memory dispute) private {
        uint256 bond = terms.disputeBond;
        if (dispute.isByRequester) _push(terms.requester, terms.requester, terms.token, bond);
        if (dispute.counterer != address(0)) _push(dispute.counterer, dispute.counterer, terms.token, bond);
    }
}
