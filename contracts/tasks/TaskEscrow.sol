// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {ICharters} from "../charters/ICharters.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {ITaskEscrowCore} from "./ITaskEscrowCore.sol";
import {Actor, ClaimTerms, Ending, Offer, Work} from "./ITaskRecords.sol";
import {TaskBase} from "./TaskBase.sol";
import {TaskKeys} from "./TaskKeys.sol";
import {TaskSignatures} from "./TaskSignatures.sol";
import {Task, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title Escrow of tasks
/// @notice See `ITaskEscrow`. Here: the path of a task in time order. Every other function of it is in the part for assignments, in that for
/// reviews or at the desk for other chains, which never change: all of it does not fit into one contract.
contract TaskEscrow is TaskBase, Proxy, ITaskEscrowCore {
    using TermsRules for Terms;

    address private immutable ASSIGNMENTS;
    address private immutable DESK;

    constructor(
        address authority,
        IGateway gateway,
        IAgentRegistry registry,
        ICharters charters,
        address assignments,
        address desk
    ) TaskBase(authority, gateway, registry, charters) {
        ASSIGNMENTS = assignments;
        DESK = desk;
    }

    /// @dev Money comes only with a call that says what for.
    receive() external payable {
        revert AmountMismatch(address(0), 0, msg.value);
    }

    /// @inheritdoc ITaskEscrowCore
    function open(Terms calldata terms) external payable nonReentrant returns (bytes32 taskId) {
        taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.None).unpack();
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
        require(terms.parent == 0, TermInvalid("parent", uint256(terms.parent)));

        _open(taskId, task, terms);
        _pull(msg.sender, terms.token, terms.total());
    }

    /// @inheritdoc ITaskEscrowCore
    function openChild(Terms calldata terms, Terms calldata parentTerms) external nonReentrant returns (bytes32 taskId) {
        taskId = _taskIdOf(terms);
        bytes32 parent = _taskIdOf(parentTerms);
        Task memory task = _slotIn(taskId, TaskState.None).unpack();
        require(terms.parent == parent, ChildInvalid(parent, "parent"));
        Task memory parentTask = _slotIn(parent, TaskState.Assigned).unpack();
        _requireLocal(parent, parentTask);
        _requireUntil(parent, _workDeadline(parent, parentTask));
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
        require(_judgementOf(terms) == _judgementOf(parentTerms), ChildInvalid(parent, "judgement"));
        uint256 available = parentTerms.delegable - _delegated[parent];
        uint256 needed = terms.total();
        require(needed <= available, DelegableExceeded(parent, available, needed));

        address beneficiary = parentTerms.parent == 0 ? parentTerms.requester : _beneficiaries[parent];
        _delegated[parent] += needed;
        _beneficiaries[taskId] = beneficiary;
        _open(taskId, task, terms);
        emit ChildOpened(parent, taskId, beneficiary);
    }

    /// @inheritdoc ITaskEscrowCore
    function openFor(Terms calldata terms, uint40 expiry, bytes calldata signature) external payable nonReentrant returns (bytes32 taskId) {
        taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.None).unpack();
        require(terms.parent == 0, TermInvalid("parent", uint256(terms.parent)));
        _requireConsent(terms.requester, TaskSignatures.posting(taskId, expiry), expiry, signature);

        _open(taskId, task, terms);
        _pull(msg.sender, terms.token, terms.total());
    }

    /// @inheritdoc ITaskEscrowCore
    function revoke(Terms calldata terms) external nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.None).unpack();
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));

        _step(taskId, task, TaskState.Cancelled);
        _emitReceipt(taskId, terms, Actor(0, address(0)), 0, 0, 0, Ending.Cancellation);
    }

    /// @inheritdoc ITaskEscrowCore
    function revokeSignature(bytes32 digest) external nonReentrant {
        _revoked[msg.sender][digest] = true;
        emit SignatureRevoked(msg.sender, digest);
    }

    /// @inheritdoc ITaskEscrowCore
    function cancel(Terms calldata terms) external nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Open).unpack();
        require(msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
        require(!terms.isAuction(), AllocationWrong(taskId, terms.allocation));

        _close(taskId, task, terms, TaskState.Cancelled, Ending.Cancellation);
    }

    /// @inheritdoc ITaskEscrowCore
    function expire(Terms calldata terms) external nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Open).unpack();
        _requireAfter(taskId, uint256(terms.openUntil) + terms.grace);

        _close(taskId, task, terms, TaskState.Expired, Ending.Expiry);
    }

    /// @inheritdoc ITaskEscrowCore
    function claim(bytes32 taskId, ClaimTerms calldata claimTerms, address sponsor) external nonReentrant returns (uint16 token) {
        return _claim(taskId, claimTerms, 0, 0, sponsor);
    }

    /// @inheritdoc ITaskEscrowCore
    function claimUnder(
        bytes32 taskId,
        ClaimTerms calldata claimTerms,
        bytes32 charter,
        uint32 epoch,
        address sponsor
    ) external nonReentrant returns (uint16 token) {
        return _claim(taskId, claimTerms, charter, epoch, sponsor);
    }

    /// @inheritdoc ITaskEscrowCore
    function hire(
        Terms calldata terms,
        Offer calldata offer,
        bytes calldata signature
    ) external payable nonReentrant returns (uint16 token) {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _tasks[taskId].unpack();
        bool isNew = task.state == TaskState.None;
        require(isNew || task.state == TaskState.Open, TaskWrongState(taskId, TaskState.Open, task.state));
        require(terms.allocation == address(0), AllocationWrong(taskId, terms.allocation));
        require(offer.token == task.token + 1, TaskTokenStale(taskId, task.token + 1, offer.token));
        _requireNotPaused();
        _requireUntil(taskId, terms.openUntil);
        _requireNotEvaluator(taskId, terms, offer.worker);
        _requireReady(taskId, terms);
        bytes32 structHash = TaskSignatures.offer(taskId, offer);
        _requireConsent(terms.requester, structHash, offer.expiry, signature);
        _requireConsent(offer.worker, structHash, offer.expiry, signature);
        if (isNew) {
            // Value can only be the caller's own.
            require(terms.token != address(0) || msg.sender == terms.requester, TaskWrongCaller(taskId, terms.requester, msg.sender));
            require(terms.parent == 0, TermInvalid("parent", uint256(terms.parent)));
            _open(taskId, task, terms);
        }

        Actor memory worker = Actor(block.chainid, offer.worker);
        task.price = TermsRules.WHOLE;
        _assign(taskId, task, worker, offer.sponsor, terms.workWindow);
        _lockBond(taskId, offer.sponsor, worker, terms.token, terms.workerBond);
        _pull(terms.requester, terms.token, isNew ? terms.total() : 0);
        return task.token;
    }

    /// @inheritdoc ITaskEscrowCore
    function submit(bytes32 taskId, uint16 token, bytes32 deliverable) external nonReentrant {
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        _requireLocal(taskId, task);
        require(token == task.token, TaskTokenStale(taskId, task.token, token));
        _requireUntil(taskId, _workDeadline(taskId, task));

        _deliver(taskId, task, deliverable);
    }

    /// @inheritdoc ITaskEscrowCore
    function decide(Terms calldata terms, Work calldata work, uint16 verdict) external nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Submitted).unpack();
        _requireWork(taskId, task, work);
        require(msg.sender == terms.evaluator, TaskWrongCaller(taskId, terms.evaluator, msg.sender));
        bool isFinal = terms.arbitrator == address(0) || verdict == TermsRules.WHOLE;
        uint16 floor = isFinal ? terms.floor : 0;
        require(verdict <= TermsRules.WHOLE && verdict >= floor, VerdictInvalid(taskId, verdict, floor));
        _requireUntil(taskId, uint256(task.steppedAt) + terms.reviewWindow);

        if (isFinal) {
            _settle(taskId, task, terms, Outcome(verdict, Ending.Verdict, true, false));
        } else {
            task.window = verdict;
            _resetStops(taskId, task);
            _step(taskId, task, TaskState.Contested);
            emit TaskContested(taskId, msg.sender, verdict);
        }
    }

    /// @inheritdoc ITaskEscrowCore
    function settle(Terms calldata terms, Work calldata work) external nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Submitted).unpack();
        _requireWork(taskId, task, work);
        _requireAfter(taskId, uint256(task.steppedAt) + terms.reviewWindow + terms.grace);

        _settle(taskId, task, terms, Outcome(terms.silence, Ending.Silence, false, true));
    }

    /// @inheritdoc ITaskEscrowCore
    function taskIdOf(Terms calldata terms) external view returns (bytes32) {
        return _taskIdOf(terms);
    }

    /// @inheritdoc ITaskEscrowCore
    function taskOf(bytes32 taskId) external view returns (Task memory) {
        return _tasks[taskId].unpack();
    }

    /// @dev What the gateway brings is for the desk, on the shortest way.
    function _implementation() internal view override returns (address) {
        return msg.sender == address(GATEWAY) ? DESK : ASSIGNMENTS;
    }

    function _claim(
        bytes32 taskId,
        ClaimTerms calldata claimTerms,
        bytes32 charter,
        uint32 epoch,
        address sponsor
    ) private returns (uint16 token) {
        Task memory task = _slotIn(taskId, TaskState.Open).unpack();
        require(TaskKeys.claimKey(claimTerms, charter, epoch) == task.key, ClaimTermsWrong(taskId));
        _requireAdmitted(taskId, charter, epoch, msg.sender);
        _requireNotPaused();
        _requireUntil(taskId, claimTerms.openUntil);
        require(msg.sender != claimTerms.evaluator, WorkerIsEvaluator(taskId, msg.sender));

        Actor memory worker = Actor(block.chainid, msg.sender);
        task.price = TermsRules.WHOLE;
        _assign(taskId, task, worker, sponsor, claimTerms.workWindow);
        _lockBond(taskId, sponsor, worker, claimTerms.token, claimTerms.workerBond);
        return task.token;
    }

    /// @dev Everything that decides what work is paid. A child spends another's money, so its worker's friend must not judge it.
    function _judgementOf(Terms calldata terms) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    terms.token,
                    terms.evaluator,
                    terms.arbitrator,
                    terms.floor,
                    terms.silence,
                    terms.defaultSplit,
                    terms.reviewWindow,
                    terms.disputeWindow,
                    terms.arbitrationWindow,
                    terms.disputeBond
                )
            );
    }
}
