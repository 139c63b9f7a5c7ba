// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IAgentRegistry} from "../agents/IAgentRegistry.sol";
import {ICharters} from "../charters/ICharters.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Lane} from "../gateway/Lane.sol";
import {Limits} from "../gateway/Limits.sol";
import {Peers} from "../gateway/Peers.sol";
import {Deposits} from "./Deposits.sol";
import {ExposurePause} from "./ExposurePause.sol";
import {Actor, Ending, Work} from "./ITaskRecords.sol";
import {TaskKeys} from "./TaskKeys.sol";
import {PackedTask, Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title What the escrow and its extension share: all storage, and the steps of a task
/// @notice Nothing here checks who calls or when: that is the function's that takes the step. All state is written before any payment.
abstract contract TaskBase is Deposits, ExposurePause, EIP712 {
    using TermsRules for Terms;

    /// @dev Who stands behind a worker that is remote or does not stand behind itself. Read only while the task's slot says so.
    struct Backing {
        // slot 0
        address sponsor;
        uint64 chainId;
        /// @dev Seconds that the worker's lane had stood still in all when it was assigned.
        uint32 stoppedSeconds;
    }

    /// @dev The last doubt about a worker. Waits for an answer only while the task's slot says so.
    struct Suspicion {
        // slot 0
        address by;
        /// @dev Never later than the work deadline. For a remote worker it moves with its lane's stops, as that does.
        uint40 until;
        /// @dev The assignment that was doubted, and how often.
        uint16 token;
        uint8 count;
        /// @dev Seconds that a remote worker's lane had stood still in all when it was doubted.
        uint32 stoppedSeconds;
        // slot 1
        address coin;
        uint96 bond;
    }

    /// @dev Who put up dispute bonds. A task is contested at most once.
    struct Dispute {
        // slot 0
        address counterer;
        /// @dev Otherwise the evaluator did, without a bond.
        bool isByRequester;
    }

    /// @dev How a task is settled.
    struct Outcome {
        uint16 verdict;
        Ending ending;
        /// @dev The evaluator gave a verdict, whatever became of it.
        bool isFeeDue;
        /// @dev Nobody acted, and the caller fired the default.
        bool isDefault;
    }

    /// @dev Gas for looking up a payee: one slot of our own registry.
    uint256 private constant PAYEE_GAS = 20_000;

    IGateway internal immutable GATEWAY;
    IAgentRegistry internal immutable REGISTRY;
    ICharters internal immutable CHARTERS;

    mapping(bytes32 taskId => PackedTask) internal _tasks;
    mapping(bytes32 taskId => Backing) internal _backings;
    /// @dev What was delivered before a revision, while it lasts.
    mapping(bytes32 taskId => bytes32) internal _deliverables;
    mapping(bytes32 taskId => Suspicion) internal _suspicions;
    mapping(bytes32 taskId => Dispute) internal _disputes;
    /// @dev What children have of a task's reward.
    mapping(bytes32 taskId => uint256) internal _delegated;
    /// @dev Who gets what a child does not pay out when its parent is over.
    mapping(bytes32 taskId => address) internal _beneficiaries;
    mapping(bytes32 taskId => bool) internal _areReady;
    mapping(address account => mapping(bytes32 digest => bool)) internal _revoked;
    Peers.Table internal _portals;
    /// @dev Seconds that a message from a chain takes to count here. Zero: not known.
    mapping(uint256 chainId => uint24) internal _latencies;
    /// @dev Hand-offs to which actors of other chains agreed by message, by actor and EIP-712 struct.
    mapping(bytes32 key => bool) internal _areAgreed;

    constructor(
        address authority,
        IGateway gateway,
        IAgentRegistry registry,
        ICharters charters
    ) AccessManaged(authority) EIP712("Hanse TaskEscrow", "1") {
        GATEWAY = gateway;
        REGISTRY = registry;
        CHARTERS = charters;
    }

    function _taskIdOf(Terms calldata terms) internal view returns (bytes32) {
        return terms.idOf(block.chainid, address(this));
    }

    /// @dev Posts a task whose requester agreed. The caller pulls the money.
    function _open(bytes32 taskId, Task memory task, Terms calldata terms) internal {
        _requireNotPaused();
        terms.check();
        if (terms.chains.length != 0) _requireTime(terms);
        bool isMembersOnly = terms.charter != 0 && CHARTERS.requireCurrent(terms.charter, terms.epoch);
        if (terms.workerBond != 0 || isMembersOnly) task.key = TaskKeys.claimKeyOf(terms);
        _step(taskId, task, TaskState.Open);
        _emitOpened(taskId, terms.requester, terms.encoded());
    }

    /// @dev In Solidity: `emit TaskOpened(taskId, requester, terms)`, which encodes the terms once more, field by field.
    function _emitOpened(bytes32 taskId, address requester, bytes calldata terms) private {
        bytes32 selector = TaskOpened.selector;
        uint256 offsetOfTerms = 32;
        bytes memory data = abi.encodePacked(offsetOfTerms, terms);
        assembly ("memory-safe") {
            log3(add(data, 0x20), mload(data), selector, taskId, requester)
        }
    }

    /// @dev Assigns a task. The caller has checked state, pause, clock and consent, and set the price.
    function _assign(
        bytes32 taskId,
        Task memory task,
        Actor memory worker,
        address sponsor,
        uint24 window
    ) internal returns (uint40 deadline) {
        require(task.token < TaskSlot.MAX_TOKEN, TaskTokensExhausted(taskId));
        bool isRemote = worker.chainId != block.chainid;
        task.worker = worker.account;
        task.window = window;
        task.token += 1;
        task.isBacked = isRemote || sponsor != worker.account;
        _step(taskId, task, TaskState.Assigned);
        if (task.isBacked) {
            uint32 stopped = isRemote ? uint32(GATEWAY.stoppedSeconds(_laneFrom(worker.chainId))) : 0;
            _backings[taskId] = Backing(sponsor, uint64(worker.chainId), stopped);
        }

        deadline = task.steppedAt + window;
        emit TaskAssigned(taskId, worker.account, worker.chainId, task.token, deadline);
    }

    /// @dev Puts work under review. Answers a doubt, too.
    function _deliver(bytes32 taskId, Task memory task, bytes32 deliverable) internal {
        address worker = task.worker;
        if (task.isSuspected) _answerSuspicion(taskId, task);
        task.key = TaskKeys.workKey(worker, deliverable);
        _step(taskId, task, TaskState.Submitted);

        emit TaskSubmitted(taskId, worker, task.token, deliverable);
    }

    /// @dev The worker showed that it lives: the bond of the doubt is its credit. The caller writes the task.
    function _answerSuspicion(bytes32 taskId, Task memory task) internal {
        task.isSuspected = false;
        Suspicion memory suspicion = _suspicions[taskId];
        emit SuspicionAnswered(taskId, task.worker);
        _credit(task.worker, suspicion.coin, suspicion.bond);
    }

    /// @dev The one place where a worker is paid. `task.worker` is known and the slot's state is still the one before.
    function _settle(bytes32 taskId, Task memory task, Terms calldata terms, Outcome memory outcome) internal {
        (Actor memory worker, address sponsor) = _standing(taskId, task);
        uint256 price = _priceOf(task, terms);
        // Worthless work costs what no work costs. Silence is not the worker's fault.
        bool isWorthless =
            outcome.verdict == 0 &&
                (outcome.ending == Ending.Verdict || outcome.ending == Ending.Concession || outcome.ending == Ending.Ruling);
        uint256 cost = isWorthless ? _lapseCost(terms) : 0;

        task.window = (uint24(outcome.ending) << 16) | outcome.verdict;
        if (task.revisions != 0) delete _deliverables[taskId];
        _step(taskId, task, TaskState.Settled);
        _returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);

        _emitReceipt(taskId, terms, worker, price, outcome.verdict, task.token, outcome.ending);
        _share(taskId, terms, worker.account, _shareOf(price, outcome.verdict), cost, outcome);
    }

    /// @dev Pays out all that a settled task holds. What its children have counts as the worker's.
    function _share(bytes32 taskId, Terms calldata terms, address worker, uint256 earned, uint256 cost, Outcome memory outcome) private {
        uint256 delegated = terms.delegable == 0 ? 0 : _delegated[taskId];
        uint256 left = terms.total() - delegated;
        if (earned > delegated) {
            left -= earned - delegated;
            _push(worker, _payeeOf(worker), terms.token, earned - delegated);
        }
        if (outcome.isFeeDue) {
            left -= terms.evaluatorFee;
            _push(terms.evaluator, terms.evaluator, terms.token, terms.evaluatorFee);
        }
        if (outcome.isDefault) {
            left -= terms.triggerReward;
            _push(msg.sender, msg.sender, terms.token, terms.triggerReward);
        }
        _refund(taskId, terms, left, cost);
    }

    /// @dev Ends a task that nobody holds.
    function _close(bytes32 taskId, Task memory task, Terms calldata terms, TaskState end, Ending ending) internal {
        _step(taskId, task, end);

        _emitReceipt(taskId, terms, Actor(0, address(0)), 0, 0, task.token, ending);
        uint256 trigger = ending == Ending.Expiry ? terms.triggerReward : 0;
        _push(msg.sender, msg.sender, terms.token, trigger);
        _refund(taskId, terms, terms.total() - trigger, 0);
    }

    /// @dev Takes an assignment from its worker before anything was delivered. The task opens again while it may, else it is over.
    function _release(bytes32 taskId, Task memory task, Terms calldata terms, uint256 cost, Ending ending) internal {
        (Actor memory worker, address sponsor) = _standing(taskId, task);
        uint256 price = _priceOf(task, terms);
        uint256 delegated = terms.delegable == 0 ? 0 : _delegated[taskId];
        bool reopens =
            block.timestamp <= terms.openUntil &&
                task.token < TaskSlot.MAX_TOKEN &&
                // Neither for free nor for less than the terms promise.
                terms.workerBond != 0 &&
                delegated == 0;

        task.worker = address(0);
        task.key = reopens ? TaskKeys.claimKeyOf(terms) : bytes20(0);
        task.window = 0;
        task.price = 0;
        task.isBacked = false;
        task.isSuspected = false;
        _step(taskId, task, reopens ? TaskState.Open : TaskState.Expired);
        _returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);

        _emitReceipt(taskId, terms, worker, price, 0, task.token, ending);
        uint256 trigger = ending == Ending.Lapse ? terms.triggerReward : 0;
        if (reopens) {
            emit TaskReopened(taskId, task.token);
            if (trigger > cost) trigger = cost;
            _push(msg.sender, msg.sender, terms.token, trigger);
            _push(terms.requester, terms.requester, terms.token, cost - trigger);
        } else {
            _emitReceipt(taskId, terms, Actor(0, address(0)), 0, 0, task.token, Ending.Expiry);
            _push(msg.sender, msg.sender, terms.token, trigger);
            _refund(taskId, terms, terms.total() - delegated - trigger, cost);
        }
    }

    /// @dev Gives back what a task did not pay out: to the parent that paid for it while that lives. `cost` is what the requester gets besides.
    function _refund(bytes32 taskId, Terms calldata terms, uint256 amount, uint256 cost) private {
        if (terms.parent == 0) return _push(terms.requester, terms.requester, terms.token, amount + cost);

        address to = _beneficiaries[taskId];
        if (_isAlive(terms.parent)) {
            _delegated[terms.parent] -= amount;
            emit ChildRefunded(terms.parent, taskId, amount);
        } else {
            _push(to, to, terms.token, amount);
        }
        _push(terms.requester, terms.requester, terms.token, cost);
    }

    function _step(bytes32 taskId, Task memory task, TaskState next) internal {
        _stepAt(taskId, task, next, uint40(block.timestamp));
    }

    function _stepAt(bytes32 taskId, Task memory task, TaskState next, uint40 timestamp) internal {
        task.state = next;
        task.steppedAt = timestamp;
        _tasks[taskId] = task.pack();
    }

    /// @dev Whether a task with children may still get back what they do not spend: it is assigned or under review.
    function _isAlive(bytes32 taskId) internal view returns (bool) {
        TaskState state = _tasks[taskId].stateOf();
        return state >= TaskState.Assigned && state < TaskState.Settled;
    }

    /// @dev The slot of a task in this state. Unpacked by the caller: each function that hands on a task in memory costs its size once more.
    function _slotIn(bytes32 taskId, TaskState expected) internal view returns (PackedTask packed) {
        packed = _tasks[taskId];
        TaskState state = packed.stateOf();
        // Before anything else, so that losing a race is cheap.
        require(state == expected, TaskWrongState(taskId, expected, state));
    }

    /// @dev The work under review is this; the slot knows its worker only by key.
    function _requireWork(bytes32 taskId, Task memory task, Work calldata work) internal pure {
        require(work.token == task.token, TaskTokenStale(taskId, task.token, work.token));
        require(TaskKeys.workKey(work.worker, work.deliverable) == task.key, TaskWorkWrong(taskId, work.worker, work.deliverable));
        task.worker = work.worker;
    }

    function _chainOf(bytes32 taskId, Task memory task) internal view returns (uint256) {
        return task.isBacked ? _backings[taskId].chainId : block.chainid;
    }

    function _standing(bytes32 taskId, Task memory task) internal view returns (Actor memory worker, address sponsor) {
        if (!task.isBacked) return (Actor(block.chainid, task.worker), task.worker);
        Backing memory backing = _backings[taskId];
        return (Actor(backing.chainId, task.worker), backing.sponsor);
    }

    /// @dev The last second at which the worker may act: that of its answer, if it is doubted. For a remote one it moves while its lane stands
    /// still, by at most the longest stop in a row, so that it stays bounded whatever a guardian does.
    function _workDeadline(bytes32 taskId, Task memory task) internal view returns (uint256 deadline) {
        (bool isRemote, uint256 stopped) = _stopsOf(taskId, task);
        deadline = uint256(task.steppedAt) + task.window;
        if (isRemote) deadline += _since(stopped, _backings[taskId].stoppedSeconds);
        if (!task.isSuspected) return deadline;

        Suspicion storage suspicion = _suspicions[taskId];
        uint256 answer = suspicion.until;
        if (isRemote) answer += _since(stopped, suspicion.stoppedSeconds);
        return answer < deadline ? answer : deadline;
    }

    /// @dev The last second at which a proposed verdict may be countered. A remote worker has the grace besides, which waits for its lane.
    function _counterDeadline(bytes32 taskId, Task memory task, Terms calldata terms) internal view returns (uint256 deadline) {
        (bool isRemote, uint256 stopped) = _stopsOf(taskId, task);
        deadline = uint256(task.steppedAt) + terms.disputeWindow;
        if (isRemote) deadline += terms.grace + _since(stopped, _backings[taskId].stoppedSeconds);
    }

    /// @dev A remote worker's next window counts the stops of its lane from now on.
    function _resetStops(bytes32 taskId, Task memory task) internal {
        (bool isRemote, uint256 stopped) = _stopsOf(taskId, task);
        if (isRemote) _backings[taskId].stoppedSeconds = uint32(stopped);
    }

    /// @dev Whether the worker is remote, and how many seconds its lane stood still in all.
    function _stopsOf(bytes32 taskId, Task memory task) internal view returns (bool isRemote, uint256 stopped) {
        if (!task.isBacked) return (false, 0);
        uint256 chainId = _backings[taskId].chainId;
        if (chainId == block.chainid) return (false, 0);
        return (true, GATEWAY.stoppedSeconds(_laneFrom(chainId)));
    }

    function _since(uint256 stopped, uint256 before) private pure returns (uint256 moved) {
        moved = stopped - before;
        if (moved > Limits.MAX_STOP) moved = Limits.MAX_STOP;
    }

    /// @dev The caller acts for itself, or anyone acts for an account that signed. Keys are tried first, so they also count for accounts with
    /// delegated code (EIP-7702); otherwise the account's contract is asked (ERC-1271).
    function _requireConsent(address account, bytes32 structHash, uint40 expiry, bytes calldata signature) internal view {
        if (msg.sender == account) return;
        require(block.timestamp <= expiry, SignatureExpired(expiry, block.timestamp));
        bytes32 digest = _hashTypedDataV4(structHash);
        require(!_revoked[account][digest], SignatureTakenBack(account, digest));
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && signer == account) return;
        require(SignatureChecker.isValidERC1271SignatureNow(account, digest, signature), SignatureInvalid(account, digest));
    }

    /// @dev Every window of a remote worker, grace included, is at least as long as a message from its chain takes, where that is known.
    function _requireTime(Terms calldata terms) private view {
        uint256 window = terms.shortestWindow();
        for (uint256 i; i < terms.chains.length; ++i) {
            uint256 needed = _latencies[terms.chains[i]];
            require(window >= needed, WindowTooShort(terms.chains[i], needed, window));
        }
    }

    function _requireLocal(bytes32 taskId, Task memory task) internal view {
        require(msg.sender == task.worker && _chainOf(taskId, task) == block.chainid, TaskWrongCaller(taskId, task.worker, msg.sender));
    }

    function _requireNotEvaluator(bytes32 taskId, Terms calldata terms, address worker) internal pure {
        require(worker != terms.evaluator && worker != address(0), WorkerIsEvaluator(taskId, worker));
    }

    /// @dev Under a charter, its epoch decides who may work for a claim or a bid. Claiming to block others is free for nobody: there is a bond, or
    /// only members may.
    function _requireStake(bytes32 taskId, Terms calldata terms, address worker) internal view {
        bool isMembersOnly = terms.workerBond == 0 && terms.charter != 0 && !CHARTERS.admits(terms.charter, terms.epoch, address(0));
        require(terms.workerBond != 0 || isMembersOnly, BondRequired(taskId));
        _requireAdmitted(taskId, terms.charter, terms.epoch, worker);
    }

    function _requireAdmitted(bytes32 taskId, bytes32 charter, uint32 epoch, address worker) internal view {
        require(charter == 0 || CHARTERS.admits(charter, epoch, worker), WorkerNotAdmitted(taskId, charter, worker));
    }

    function _requireReady(bytes32 taskId, Terms calldata terms) internal view {
        require(terms.prerequisites == 0 || _areReady[taskId], PrerequisitesUnmet(taskId));
    }

    function _requireUntil(bytes32 taskId, uint256 deadline) internal view {
        require(block.timestamp <= deadline, TaskDeadlinePassed(taskId, deadline, block.timestamp));
    }

    function _requireAfter(bytes32 taskId, uint256 notBefore) internal view {
        require(block.timestamp > notBefore, TaskDeadlineNotReached(taskId, notBefore, block.timestamp));
    }

    function _lapseCost(Terms calldata terms) internal pure returns (uint256) {
        return _shareOf(terms.workerBond, terms.slashShare);
    }

    function _priceOf(Task memory task, Terms calldata terms) internal pure returns (uint256) {
        return _shareOf(terms.reward, task.price);
    }

    function _shareOf(uint256 amount, uint256 share) internal pure returns (uint256) {
        return (amount * share) / TermsRules.WHOLE;
    }

    function _emitReceipt(
        bytes32 taskId,
        Terms calldata terms,
        Actor memory worker,
        uint256 price,
        uint16 verdict,
        uint16 token,
        Ending ending
    ) internal {
        emit TaskReceipt(
            taskId,
            terms.requester,
            worker.account,
            terms.evaluator,
            terms.token,
            worker.chainId,
            price,
            verdict,
            token,
            ending
        );
    }

    /// @dev Where a worker is paid. Whatever the look-up does, the worker is paid.
    function _payeeOf(address worker) private view returns (address) {
        try REGISTRY.payoutOf{gas: PAYEE_GAS}(worker) returns (address payee) {
            return payee == address(0) ? worker : payee;
        } catch {
            return worker;
        }
    }

    /// @dev The gateway has the same address on every chain. If an origin's had another, its stops would not count here; nothing is trusted.
    function _laneFrom(uint256 chainId) internal view returns (Lane memory) {
        return Lane(chainId, address(GATEWAY), block.chainid);
    }
}
