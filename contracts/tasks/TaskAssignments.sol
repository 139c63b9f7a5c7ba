// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {IAuctionPolicy} from "../allocation/IAuctionPolicy.sol";
import {IPricePolicy} from "../allocation/IPricePolicy.sol";
import {ICharters} from "../charters/ICharters.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {ITaskAssignments} from "./ITaskAssignments.sol";
import {Actor, Bid, Ending, Handoff} from "./ITaskRecords.sol";
import {TaskBase} from "./TaskBase.sol";
import {TaskExtension} from "./TaskExtension.sol";
import {TaskKeys} from "./TaskKeys.sol";
import {TaskSignatures} from "./TaskSignatures.sol";
import {Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title The escrow's part for all that may happen before work is handed in
/// @notice See `ITaskAssignments`. What it does not know itself it passes on to the part for reviews.
contract TaskAssignments is TaskExtension, Proxy, ITaskAssignments {
    using TermsRules for Terms;

    /// @dev Gas that a policy may use to price or compare.
    uint256 private constant POLICY_GAS = 100_000;

    address private immutable REVIEWS;

    constructor(
        address authority,
        IGateway gateway,
        IAgentRegistry registry,
        ICharters charters,
        address reviews
    ) TaskBase(authority, gateway, registry, charters) {
        REVIEWS = reviews;
    }

    /// @dev Reached only with a direct transfer: the escrow itself refuses it.
    receive() external payable {
        revert ExtensionCalledDirectly();
    }

    /// @inheritdoc ITaskAssignments
    function claimWith(Terms calldata terms, address sponsor, uint16 minShare) external onlyEscrow nonReentrant returns (uint16 token) {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Open).unpack();
        require(!terms.isAuction(), AllocationWrong(taskId, terms.allocation));
        _requireStake(taskId, terms, msg.sender);
        _requireNotPaused();
        _requireUntil(taskId, terms.openUntil);
        _requireNotEvaluator(taskId, terms, msg.sender);
        _requireReady(taskId, terms);

        uint16 share = TermsRules.WHOLE;
        if (terms.allocation != address(0)) {
            share = IPricePolicy(terms.allocation).priceOf{gas: POLICY_GAS}(terms.allocationParams, task.steppedAt, terms.openUntil);
        }
        require(share >= minShare && share != 0 && share <= TermsRules.WHOLE, ShareWrong(taskId, minShare, share));

        Actor memory worker = Actor(block.chainid, msg.sender);
        task.price = share;
        _assign(taskId, task, worker, sponsor, terms.workWindow);
        _lockBond(taskId, sponsor, worker, terms.token, terms.workerBond);
        return task.token;
    }

    /// @inheritdoc ITaskAssignments
    function propose(Terms calldata terms, Bid calldata bid, bytes calldata signature) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _tasks[taskId].unpack();
        bool isFirst = task.state == TaskState.Open;
        require(isFirst || task.state == TaskState.Proposed, TaskWrongState(taskId, TaskState.Open, task.state));
        require(terms.isAuction(), AllocationWrong(taskId, terms.allocation));
        _requireStake(taskId, terms, bid.worker);
        require(bid.token == task.token + 1, TaskTokenStale(taskId, task.token + 1, bid.token));
        _requireNotPaused();
        _requireUntil(taskId, isFirst ? terms.openUntil : uint256(task.steppedAt) + terms.challengeWindow);
        _requireNotEvaluator(taskId, terms, bid.worker);
        _requireReady(taskId, terms);
        _requireConsent(bid.worker, TaskSignatures.bid(taskId, bid), bid.expiry, signature);
        require(bid.share != 0 && bid.share <= TermsRules.WHOLE, ShareWrong(taskId, TermsRules.WHOLE, bid.share));
        uint16 standing = isFirst ? 0 : task.price;
        require(
            IAuctionPolicy(terms.allocation).isBetter{gas: POLICY_GAS}(terms.allocationParams, standing, bid.share),
            BidTooHigh(taskId, standing, bid.share)
        );

        if (!isFirst) {
            (Actor memory beaten, address sponsor) = _standing(taskId, task);
            _returnBond(taskId, sponsor, beaten, terms.token, terms.workerBond);
        }
        _lead(taskId, task, terms, bid);
    }

    /// @inheritdoc ITaskAssignments
    function award(Terms calldata terms) external onlyEscrow nonReentrant returns (uint16 token) {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Proposed).unpack();
        uint256 end = uint256(task.steppedAt) + terms.challengeWindow;
        _requireAfter(taskId, end + terms.grace);

        task.token += 1;
        task.window = terms.workWindow;
        _stepAt(taskId, task, TaskState.Assigned, uint40(end));
        emit TaskAssigned(taskId, task.worker, block.chainid, task.token, uint40(end) + task.window);
        return task.token;
    }

    /// @inheritdoc ITaskAssignments
    function lapse(Terms calldata terms) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        uint256 due = _workDeadline(taskId, task) + terms.grace;
        _requireAfter(taskId, due);
        if (task.isSuspected) _returnSuspicion(taskId, task);

        if (task.revisions == 0) {
            _release(taskId, task, terms, _lapseCost(terms), Ending.Lapse);
        } else {
            // What was delivered stands, from the moment on when this was due.
            bytes32 deliverable = _deliverables[taskId];
            task.key = TaskKeys.workKey(task.worker, deliverable);
            _stepAt(taskId, task, TaskState.Submitted, uint40(due));
            emit TaskSubmitted(taskId, task.worker, task.token, deliverable);
        }
    }

    /// @inheritdoc ITaskAssignments
    function giveUp(Terms calldata terms) external onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        _requireLocal(taskId, task);
        require(task.revisions == 0, TaskDelivered(taskId));
        _requireUntil(taskId, _workDeadline(taskId, task));
        if (task.isSuspected) _answerSuspicion(taskId, task);

        _release(taskId, task, terms, _lapseCost(terms) / 2, Ending.GiveUp);
    }

    /// @inheritdoc ITaskAssignments
    function handoff(
        Terms calldata terms,
        Handoff calldata change,
        bytes calldata signatureFrom,
        bytes calldata signatureTo,
        bytes calldata signatureRequester
    ) external onlyEscrow nonReentrant returns (uint16 token) {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        require(_chainOf(taskId, task) == block.chainid, TaskWrongCaller(taskId, task.worker, msg.sender));
        require(change.token == task.token, TaskTokenStale(taskId, task.token, change.token));
        require(task.token < TaskSlot.MAX_TOKEN, TaskTokensExhausted(taskId));
        require(terms.handoffRule != TermsRules.HANDOFF_NEVER, HandoffForbidden(taskId));
        _requireUntil(taskId, _workDeadline(taskId, task));
        _requireNotEvaluator(taskId, terms, change.to);
        _requireAdmitted(taskId, terms.charter, terms.epoch, change.to);
        bytes32 structHash = TaskSignatures.handoff(taskId, task.worker, change);
        _requireConsent(task.worker, structHash, change.expiry, signatureFrom);
        _requireConsent(change.to, structHash, change.expiry, signatureTo);
        if (terms.handoffRule == TermsRules.HANDOFF_SIGNED) {
            _requireConsent(terms.requester, structHash, change.expiry, signatureRequester);
        }
        if (task.isSuspected) _answerSuspicion(taskId, task);

        return _succeed(taskId, task, terms, change);
    }

    /// @inheritdoc ITaskAssignments
    function suspect(Terms calldata terms) external payable onlyEscrow nonReentrant {
        bytes32 taskId = _taskIdOf(terms);
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        require(terms.suspectBond != 0, TermInvalid("suspectBond", 0));
        uint256 deadline = _workDeadline(taskId, task);
        _requireUntil(taskId, deadline);
        Suspicion storage suspicion = _suspicions[taskId];
        require(!task.isSuspected, SuspicionPending(taskId, suspicion.until));
        uint8 count = suspicion.token == task.token ? suspicion.count : 0;
        uint256 bond = uint256(terms.suspectBond) << count;
        require(bond <= type(uint96).max, SuspicionTooDear(taskId, bond));

        (bool isRemote, uint256 stopped) = _stopsOf(taskId, task);
        uint256 answer = block.timestamp + terms.answerWindow + (isRemote ? terms.grace : 0);
        uint40 until = uint40(answer < deadline ? answer : deadline);
        _suspicions[taskId] = Suspicion(msg.sender, until, task.token, count + 1, uint32(stopped), terms.token, uint96(bond));
        task.isSuspected = true;
        _stepAt(taskId, task, TaskState.Assigned, task.steppedAt);
        emit TaskSuspected(taskId, msg.sender, bond, until);
        _pull(msg.sender, terms.token, bond);
    }

    /// @inheritdoc ITaskAssignments
    function alive(bytes32 taskId) external onlyEscrow nonReentrant {
        Task memory task = _slotIn(taskId, TaskState.Assigned).unpack();
        _requireLocal(taskId, task);
        require(task.isSuspected, SuspicionMissing(taskId));
        _requireUntil(taskId, _workDeadline(taskId, task));

        _answerSuspicion(taskId, task);
        _stepAt(taskId, task, TaskState.Assigned, task.steppedAt);
    }

    function _implementation() internal view override onlyEscrow returns (address) {
        return REVIEWS;
    }

    /// @dev Puts a new worker in the place of the old one, on the same clock, and exchanges their bonds.
    function _succeed(bytes32 taskId, Task memory task, Terms calldata terms, Handoff calldata change) private returns (uint16 token) {
        (Actor memory from, address sponsor) = _standing(taskId, task);
        token = task.token + 1;
        task.token = token;
        task.worker = change.to;
        task.isBacked = change.sponsor != change.to;
        if (task.isBacked) _backings[taskId] = Backing(change.sponsor, uint64(block.chainid), 0);
        _stepAt(taskId, task, TaskState.Assigned, task.steppedAt);
        emit TaskAssigned(taskId, change.to, block.chainid, token, task.steppedAt + task.window);
        _returnBond(taskId, sponsor, from, terms.token, terms.workerBond);
        _lockBond(taskId, change.sponsor, Actor(block.chainid, change.to), terms.token, terms.workerBond);
    }

    /// @dev Makes a bid the standing one. The clock of the auction is that of its first bid.
    function _lead(bytes32 taskId, Task memory task, Terms calldata terms, Bid calldata bid) private {
        uint40 since = task.state == TaskState.Open ? uint40(block.timestamp) : task.steppedAt;
        task.worker = bid.worker;
        task.price = bid.share;
        task.isBacked = bid.sponsor != bid.worker;
        if (task.isBacked) _backings[taskId] = Backing(bid.sponsor, uint64(block.chainid), 0);
        _stepAt(taskId, task, TaskState.Proposed, since);
        emit TaskProposed(taskId, bid.worker, bid.share, bid.token, since + terms.challengeWindow);
        _lockBond(taskId, bid.sponsor, Actor(block.chainid, bid.worker), terms.token, terms.workerBond);
    }

    /// @dev The worker did not answer: whoever doubted was right and has its bond back.
    function _returnSuspicion(bytes32 taskId, Task memory task) private {
        task.isSuspected = false;
        Suspicion memory suspicion = _suspicions[taskId];
        _credit(suspicion.by, suspicion.coin, suspicion.bond);
    }
}
