// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Task, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";

/// @notice How a task came to its end, for the receipt.
enum Ending {
    /// The evaluator gave its verdict.
    Verdict,
    /// The review window passed in silence.
    Silence,
    /// The worker let its deadline pass. The task itself may be open again.
    Lapse,
    /// Nobody did it in time.
    Expiry,
    /// The requester took it back.
    Cancellation
}

/// @notice Who acts on a task: an account, and the chain on which it lives.
struct Actor {
    uint256 chainId;
    address account;
}

/// @notice What a portal may ask for. Messages are laid out in `PortalMessages`.
enum PortalAction {
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, Terms, address sponsor, uint16 token, uint40 deadline)`.
    Claim,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, uint16 token, bytes32 deliverable)`.
    Submit
}

/// @notice Why a portal's request was refused. `None`: granted.
enum Refusal {
    None,
    /// The terms do not admit the chain.
    ChainNotAdmitted,
    /// The request's own deadline passed before it arrived.
    TooLate,
    /// The task is not in the state, or not at the token, that the request saw.
    Stale,
    /// The sponsor's deposit does not cover the bond.
    BondMissing,
    /// The terms need more than an open claim can give.
    TermsUnsupported,
    /// New assignments are paused.
    Paused,
    /// The account is not the task's worker.
    NotWorker,
    /// The account may never work on this task: it is the evaluator, or nobody.
    AccountInvalid
}

/// @title Escrow of tasks: states and money, nothing else
/// @notice Every state that is not over has one deadline and one default that anyone may trigger. An action counts at time <= deadline, a
/// default at time > deadline + grace. `taskId = keccak256(abi.encode(chainId, escrow, terms))`.
/// @dev Tokens are untrusted: amounts are measured, each token stands alone, and a payee that cannot be paid is credited.
interface ITaskEscrow {
    /// @notice The reward is in and the task may be claimed. The event holds all that a worker needs.
    event TaskOpened(bytes32 indexed taskId, address indexed requester, Terms terms);
    /// @notice The worker of record is `account` on `chainId`, until `deadline`, fenced by `token`.
    event TaskAssigned(bytes32 indexed taskId, address indexed account, uint256 indexed chainId, uint16 token, uint40 deadline);
    /// @notice The work is handed in and its review runs.
    event TaskSubmitted(bytes32 indexed taskId, uint16 token, bytes32 deliverable);
    /// @notice The worker let its deadline pass; the task may be claimed again.
    event TaskReopened(bytes32 indexed taskId, uint16 token);
    /// @notice The receipt: one per end, a lapse too.
    event TaskReceipt(
        bytes32 indexed taskId,
        address indexed requester,
        address indexed worker,
        address evaluator,
        address token,
        uint256 workerChainId,
        uint256 price,
        uint16 verdict,
        Ending ending
    );
    /// @notice `sponsor` deposited for `account` on `chainId`.
    event BondDeposited(address indexed sponsor, uint256 indexed chainId, address indexed account, address token, uint256 amount);
    /// @notice `sponsor` took back what was not locked.
    event BondWithdrawn(address indexed sponsor, uint256 indexed chainId, address indexed account, address token, uint256 amount);
    /// @notice A deposit stands behind a task, or returns from it (`amount` negative when locked).
    event BondMoved(bytes32 indexed taskId, address indexed sponsor, int256 amount);
    /// @notice A payee could not be paid; the amount waits for `withdrawTo`.
    event PaymentCredited(address indexed account, address indexed token, uint256 amount);
    /// @notice A credit was paid out.
    event CreditWithdrawn(address indexed account, address indexed token, address to, uint256 amount);
    /// @notice The portal of a chain is `portal` from now on; zero: none.
    event PortalLinked(uint256 indexed chainId, address portal);
    /// @notice Opening and claiming are refused until `until`.
    event PausedUntil(uint40 until);

    /// @notice The task is not in the state that this call needs.
    error TaskWrongState(bytes32 taskId, TaskState expected, TaskState actual);
    /// @notice The task's deadline for this has passed.
    error TaskDeadlinePassed(bytes32 taskId, uint256 deadline, uint256 timestamp);
    /// @notice The default counts only after `notBefore`.
    error TaskDeadlineNotReached(bytes32 taskId, uint256 notBefore, uint256 timestamp);
    /// @notice Only `expected` may do this.
    error TaskWrongCaller(bytes32 taskId, address expected, address actual);
    /// @notice The task was assigned again since; what this call saw is stale.
    error TaskTokenStale(bytes32 taskId, uint16 expected, uint16 actual);
    /// @notice Another deliverable stands for review.
    error TaskDeliverableWrong(bytes32 taskId, bytes32 expected, bytes32 actual);
    /// @notice This version does not have the feature of this field, so it must be zero.
    error TermUnsupported(string field);
    /// @notice The field has a value that no task may have.
    error TermInvalid(string field, uint256 value);
    /// @notice The verdict is over 10,000, or under the floor of the terms.
    error VerdictInvalid(bytes32 taskId, uint16 verdict, uint16 floor);
    /// @notice What arrived is not what the terms or the call say.
    error AmountMismatch(address token, uint256 expected, uint256 actual);
    /// @notice The token has no code.
    error TokenInvalid(address token);
    /// @notice The sponsor's free deposit does not cover the amount.
    error DepositInsufficient(address sponsor, uint256 available, uint256 needed);
    /// @notice There is nothing to withdraw.
    error CreditEmpty(address account, address token);
    /// @notice Nobody judges its own work.
    error WorkerIsEvaluator(bytes32 taskId, address account);
    /// @notice New exposure is refused until `until`.
    error EscrowPaused(uint40 until);
    /// @notice A pause ended less than 7 days ago.
    error PauseTooSoon(uint40 notBefore);
    /// @notice A pause longer than 7 days.
    error PauseTooLong(uint40 duration, uint40 limit);
    /// @notice There is nothing to answer to this chain about this task.
    error AnswerUnavailable(bytes32 taskId, uint256 chainId);
    /// @notice A portal lives on another chain, with an id of at most 64 bits.
    error PortalChainInvalid(uint256 chainId);

    /// @notice The id of a task under these terms on this chain, before and after posting.
    function taskIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice Posts a task. Caller is the requester; the reward comes by allowance, or as value for the native coin.
    function open(Terms calldata terms) external payable returns (bytes32 taskId);

    /// @notice Takes an unclaimed task back. Requester only.
    function cancel(Terms calldata terms) external;

    /// @notice Claims an open task for the caller, with the bond from what `sponsor` deposited for it.
    /// @return token The fencing token of this assignment.
    function claim(Terms calldata terms, address sponsor) external returns (uint16 token);

    /// @notice Hands in the work. Worker only, with the current token, in time.
    /// @param deliverable keccak-256 of the body.
    function submit(bytes32 taskId, uint16 token, bytes32 deliverable) external;

    /// @notice The evaluator's verdict over one deliverable, in basis points of the agreed price.
    function decide(Terms calldata terms, uint16 token, bytes32 deliverable, uint16 verdict) external;

    /// @notice Default of a review: after its window the worker gets what the terms give to silence. Anyone.
    function settle(Terms calldata terms) external;

    /// @notice Default of an assignment: after the work window the task is open again, or over. Anyone.
    function lapse(Terms calldata terms) external;

    /// @notice Default of an open task: after `openUntil` the reward returns. Anyone.
    function expire(Terms calldata terms) external;

    /// @notice Deposits for an actor on any chain. The deposit is the consent to stand behind its claims.
    function deposit(uint256 chainId, address account, address token, uint256 amount) external payable;

    /// @notice Takes back what of the caller's deposit for an actor is not locked.
    function withdrawDeposit(uint256 chainId, address account, address token, uint256 amount) external;

    /// @notice Pays the caller's credit in a token to `to`.
    function withdrawTo(address token, address to) external;

    /// @notice Sends the answer about a task to the worker's chain once more. Anyone.
    function sendAnswer(bytes32 taskId) external returns (bytes32 sendId);

    /// @notice The task's slot.
    function taskOf(bytes32 taskId) external view returns (Task memory);

    /// @notice The last second at which the worker of an assigned task may submit, with the stops of its lane until now.
    function workDeadlineOf(bytes32 taskId) external view returns (uint256);

    /// @notice The worker of record. Zero account: none.
    function workerOf(bytes32 taskId) external view returns (Actor memory);

    /// @notice The deliverable under review.
    function deliverableOf(bytes32 taskId) external view returns (bytes32);

    /// @notice Agreed price (base units) and verdict (basis points) of a settled task; the worker got this share of that price.
    function settlementOf(Terms calldata terms) external view returns (uint256 price, uint16 verdict);

    /// @notice The latest second at which a task under these terms can be without an end and without a default that anyone may trigger.
    function latestEnd(Terms calldata terms) external view returns (uint256);

    /// @notice The free deposit of `sponsor` for an actor.
    function depositOf(address sponsor, uint256 chainId, address account, address token) external view returns (uint256);

    /// @notice What waits for `account`.
    function creditOf(address account, address token) external view returns (uint256);

    /// @notice Until when new exposure is refused; past or zero: it is not.
    function pausedUntil() external view returns (uint40);

    /// @notice The portal believed for a chain. Zero: none.
    function portalOf(uint256 chainId) external view returns (address);

    /// @notice Links the portal of another chain. Governance.
    function linkPortal(uint256 chainId, address portal) external;

    /// @notice Refuses new tasks and claims for at most 7 days. Guardian. Never stops a withdrawal, refund, default or settlement.
    function pause(uint40 duration) external;
}
