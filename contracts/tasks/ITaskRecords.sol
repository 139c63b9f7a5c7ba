// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TaskState} from "./TaskSlot.sol";
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
    /// The requester took it back, or never posted it.
    Cancellation,
    /// The worker gave it back before anything was delivered. The task itself may be open again.
    GiveUp,
    /// Both sides signed how to share.
    Split,
    /// A lesser verdict was proposed and nobody countered it.
    Concession,
    /// The arbitrator ruled.
    Ruling,
    /// The arbitrator stayed silent.
    NoRuling
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
    Submit,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, uint16 token, uint96 bond)`.
    Alive,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, Terms, uint16 token)`.
    GiveUp,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, Terms, ActorHandoff, bytes signatureOther, bytes signatureRequester)`.
    Handoff,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, Terms, Work, address sponsor)`.
    Counter,
    /// Message: `abi.encode(PortalAction, bytes32 taskId, address account, Terms)`. Answered with a `Receipt`, or refused.
    Receipt
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
    AccountInvalid,
    /// The task's charter is for members only, and those act at home.
    NotAdmitted,
    /// The task's prerequisites are not shown to be met.
    PrerequisitesUnmet,
    /// Something was delivered already: the worker cannot give the task back.
    Delivered,
    /// No doubt of this bond waits for an answer.
    NotDoubted,
    /// The terms do not let the task be handed on, or it was assigned as often as a task can be.
    HandoffForbidden,
    /// Somebody whose consent it needs has not given it. The asker's own is kept: the last to ask completes the hand-off.
    ConsentMissing,
    /// The task is not over: there is no receipt yet.
    NotOver
}

/// @notice What is under review: whose work, under which fencing token, and which deliverable. All of it stands in `TaskSubmitted`.
struct Work {
    address worker;
    uint16 token;
    /// @dev keccak-256 of the body.
    bytes32 deliverable;
}

/// @notice What a plain claim has to bring: the terms that it depends on. An open task's slot holds the hash of this.
struct ClaimTerms {
    address token;
    uint128 workerBond;
    address evaluator;
    uint40 openUntil;
    uint24 workWindow;
}

/// @notice Requester and worker agree on one assignment. Either signs it, the other calls.
struct Offer {
    address worker;
    /// @dev Whose deposit stands behind the worker.
    address sponsor;
    /// @dev The fencing token that the assignment will get: one more than the task's.
    uint16 token;
    uint40 expiry;
}

/// @notice A worker's bid in an auction.
struct Bid {
    address worker;
    address sponsor;
    /// @dev The share of the reward that the worker asks for, in basis points.
    uint16 share;
    /// @dev The fencing token that the assignment will get: one more than the task's.
    uint16 token;
    uint40 expiry;
}

/// @notice The worker of record passes an assignment to another.
struct Handoff {
    address to;
    address sponsor;
    /// @dev The fencing token of the assignment that is passed on.
    uint16 token;
    uint40 expiry;
}

/// @notice The worker of record passes an assignment to an actor of any chain.
struct ActorHandoff {
    Actor to;
    address sponsor;
    /// @dev The fencing token of the assignment that is passed on.
    uint16 token;
    uint40 expiry;
}

/// @notice How a task ended: what `TaskReceipt` says at home, for those who are elsewhere.
struct Receipt {
    bytes32 taskId;
    address requester;
    /// @dev Zero: nobody held it.
    Actor worker;
    address evaluator;
    address token;
    /// @dev Base units.
    uint256 price;
    /// @dev Basis points of the price.
    uint16 verdict;
    uint16 fencingToken;
    Ending ending;
}

/// @notice Both sides agree how to end a task.
struct Split {
    /// @dev The worker's share of the agreed price, in basis points.
    uint16 share;
    uint16 token;
    uint40 expiry;
}

/// @notice A task that has to be settled first.
struct Prerequisite {
    uint256 chainId;
    bytes32 taskId;
}

/// @title What the escrow of tasks reports and refuses
/// @notice Events and errors of all of `ITaskEscrow`.
interface ITaskRecords {
    /// @notice The reward is in and the task may be claimed. The event holds all that a worker needs.
    event TaskOpened(bytes32 indexed taskId, address indexed requester, Terms terms);
    /// @notice The worker of record is `account` on `chainId`, until `deadline`, fenced by `token`.
    event TaskAssigned(bytes32 indexed taskId, address indexed account, uint256 indexed chainId, uint16 token, uint40 deadline);
    /// @notice The work is handed in and its review runs.
    event TaskSubmitted(bytes32 indexed taskId, address indexed worker, uint16 token, bytes32 deliverable);
    /// @notice `worker` leads the auction: it would do the task for `share` basis points of the reward. Better bids count until `until`.
    event TaskProposed(bytes32 indexed taskId, address indexed worker, uint16 share, uint16 token, uint40 until);
    /// @notice The evaluator wants a revision; the worker has the work window once more, under the next token.
    event RevisionRequested(bytes32 indexed taskId, uint8 revision, uint16 token);
    /// @notice `by` proposes to pay `verdict` basis points; the worker, or anyone for it, may counter.
    event TaskContested(bytes32 indexed taskId, address indexed by, uint16 verdict);
    /// @notice `by` put up an equal bond against the proposed verdict; the arbitrator decides.
    event TaskDisputed(bytes32 indexed taskId, address indexed by, address indexed arbitrator);
    /// @notice `by` doubts that the worker is alive; it has until `until` to answer.
    event TaskSuspected(bytes32 indexed taskId, address indexed by, uint256 bond, uint40 until);
    /// @notice The worker is alive. The bond of the doubt is its own.
    event SuspicionAnswered(bytes32 indexed taskId, address indexed worker);
    /// @notice `child` is paid out of the delegable part of `parent`. What returns from it returns there, or else to `beneficiary`.
    event ChildOpened(bytes32 indexed parent, bytes32 indexed child, address beneficiary);
    /// @notice What a child did not pay out is its parent's again.
    event ChildRefunded(bytes32 indexed parent, bytes32 indexed child, uint256 amount);
    /// @notice Every prerequisite of the task is settled well enough.
    event PrerequisitesMet(bytes32 indexed taskId);
    /// @notice `account` took back what it signed.
    event SignatureRevoked(address indexed account, bytes32 indexed digest);
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
        uint16 fencingToken,
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
    /// @notice A message from a chain takes so many seconds to count here; zero: not known.
    event LatencySet(uint256 indexed chainId, uint24 latency);
    /// @notice An actor agreed to a hand-off by message. The others whose consent it needs have not yet.
    event HandoffAgreed(bytes32 indexed taskId, uint256 indexed chainId, address indexed account, bytes32 structHash);
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
    /// @notice This worker and this deliverable are not what stands for review.
    error TaskWorkWrong(bytes32 taskId, address worker, bytes32 deliverable);
    /// @notice The task cannot be claimed on these terms. Gated and priced tasks are claimed with all their terms.
    error ClaimTermsWrong(bytes32 taskId);
    /// @notice Without a bond, claiming to block others would be free.
    error BondRequired(bytes32 taskId);
    /// @notice The task's allocation policy decides who gets it, by another function. Zero: the task has none.
    error AllocationWrong(bytes32 taskId, address allocation);
    /// @notice The policy asks for or gives a share that the caller did not agree to.
    error ShareWrong(bytes32 taskId, uint16 expected, uint16 actual);
    /// @notice The bid does not beat the standing one by the least step.
    error BidTooHigh(bytes32 taskId, uint16 standing, uint16 share);
    /// @notice Its prerequisites are not shown to be met: call `confirmPrerequisites` first.
    error PrerequisitesUnmet(bytes32 taskId);
    /// @notice This prerequisite is not settled, or not well enough.
    error PrerequisiteUnmet(bytes32 taskId, uint256 chainId, bytes32 prerequisite);
    /// @notice The list is not the one of the terms.
    error PrerequisitesWrong(bytes32 taskId, bytes32 expected, bytes32 actual);
    /// @notice The signature expired.
    error SignatureExpired(uint40 expiry, uint256 timestamp);
    /// @notice The account took this signature back.
    error SignatureTakenBack(address account, bytes32 digest);
    /// @notice The account is not the caller and did not sign this.
    error SignatureInvalid(address account, bytes32 digest);
    /// @notice Something was delivered already: the worker cannot give the task back, its last deliverable stands.
    error TaskDelivered(bytes32 taskId);
    /// @notice The task was assigned as often as a task can be.
    error TaskTokensExhausted(bytes32 taskId);
    /// @notice The task may be revised no more.
    error RevisionsExhausted(bytes32 taskId, uint8 limit);
    /// @notice The terms do not let the task be handed on.
    error HandoffForbidden(bytes32 taskId);
    /// @notice A doubt is already waiting for an answer, until `until`.
    error SuspicionPending(bytes32 taskId, uint40 until);
    /// @notice Nobody doubts the worker.
    error SuspicionMissing(bytes32 taskId);
    /// @notice The next doubt would cost more than can be counted.
    error SuspicionTooDear(bytes32 taskId, uint256 bond);
    /// @notice The terms name no arbitrator.
    error ArbitratorMissing(bytes32 taskId);
    /// @notice The parent cannot pay for a child with this field.
    error ChildInvalid(bytes32 parent, string field);
    /// @notice The parent has less left for children.
    error DelegableExceeded(bytes32 parent, uint256 available, uint256 needed);
    /// @notice The task is no child, or its parent is still alive.
    error ParentAlive(bytes32 taskId, bytes32 parent);
    /// @notice A child is paid with another's money: requester and worker cannot share it out.
    error SplitForbidden(bytes32 taskId);
    /// @notice The extension works only as a part of the escrow.
    error ExtensionCalledDirectly();
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
    /// @notice The task's charter, in the epoch of the task, lets only its members claim, bid for and take over tasks.
    error WorkerNotAdmitted(bytes32 taskId, bytes32 charter, address worker);
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
    /// @notice What was brought for an actor is refused, for the reason that its portal would be told.
    error RequestRefused(bytes32 taskId, Refusal refusal);
    /// @notice A message from this chain takes longer than the terms give its workers.
    error WindowTooShort(uint256 chainId, uint256 needed, uint256 given);
    /// @notice The task is not over: there is no receipt to send.
    error TaskNotOver(bytes32 taskId, TaskState actual);
    /// @notice Longer than a lane may stand still.
    error LatencyTooLong(uint24 latency, uint24 limit);
}
