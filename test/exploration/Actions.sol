// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskAssignments} from "../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../contracts/tasks/ITaskEscrowCore.sol";
import {Bid, Handoff, Offer, Split, Work} from "../../contracts/tasks/ITaskRecords.sol";
import {ITaskReviews} from "../../contracts/tasks/ITaskReviews.sol";
import {Task, TaskState} from "../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../support/Escrows.sol";
import {cheats} from "./Cheats.sol";
import {ExplorationWorld} from "./ExplorationWorld.sol";

/// @notice Everything that anybody may try, each as one call by whom it is meant for. `scripts/exploration/kinds.ts` has the same order.
enum Kind {
    Tick,
    Open,
    OpenFor,
    Revoke,
    Cancel,
    Expire,
    ClaimFirst,
    ClaimSecond,
    ClaimWith,
    HireFirst,
    HireSecond,
    BidHigh,
    BidLow,
    BidBetween,
    Award,
    Submit,
    SubmitChecked,
    Lapse,
    GiveUp,
    Handoff,
    Suspect,
    Alive,
    DecideNothing,
    DecideHalf,
    DecideAll,
    Revise,
    Settle,
    ContestNothing,
    ContestHalf,
    Counter,
    CounterByStranger,
    RuleNothing,
    RuleHalf,
    RuleAll,
    Resolve,
    SplitHalf,
    SplitAlone,
    OpenChild,
    CloseChild,
    ImposterClaims,
    ImposterCancels,
    ImposterSubmits,
    ImposterDecides,
    ImposterRevises,
    ImposterContests,
    ImposterRules,
    ImposterGivesUp,
    ImposterAnswers,
    ImposterHandsOff,
    End
}

/// @notice What is known of a task from the chain alone.
struct Seen {
    Task task;
    /// @dev Which of the people is or was the worker; 0: none.
    uint256 worker;
    /// @dev What stands for review, or else what would be handed in next.
    Work work;
    /// @dev Which deliverable stands for review, by the revision that it was made for.
    uint256 standing;
}

/// @notice Calls the escrow for one of the people, and tells what it answered.
abstract contract Actions is ExplorationWorld {
    bytes internal constant YES = "yes";

    /// @dev Deliverables differ by task and by revision.
    function _deliverable(uint256 index, uint256 revision) internal pure returns (bytes32) {
        return keccak256(abi.encode("deliverable", index, revision));
    }

    /// @dev A slot under review holds a hash: the worker and the deliverable are those, of all there can be, that fit.
    function _see(bytes32 taskId, uint256 index) internal view returns (Seen memory seen) {
        seen.task = escrow.taskOf(taskId);
        TaskState state = seen.task.state;
        seen.work.token = seen.task.token;
        seen.work.deliverable = _deliverable(index, seen.task.revisions);
        if (state == TaskState.Proposed || state == TaskState.Assigned) {
            seen.worker = seen.task.worker == people[FIRST] ? FIRST : SECOND;
        } else if (state == TaskState.Submitted || state == TaskState.Contested || state == TaskState.Disputed) {
            _seeReview(seen, index);
        }
        seen.work.worker = people[seen.worker == 0 ? FIRST : seen.worker];
    }

    function _seeReview(Seen memory seen, uint256 index) private view {
        for (uint256 worker = FIRST; worker <= SECOND; ++worker) {
            for (uint256 revision; revision <= seen.task.revisions; ++revision) {
                bytes32 deliverable = _deliverable(index, revision);
                if (seen.task.key != bytes20(keccak256(abi.encode(people[worker], deliverable)))) continue;
                seen.worker = worker;
                seen.standing = revision;
                seen.work.deliverable = deliverable;
                return;
            }
        }
        revert("nobody's work is under review");
    }

    /// @dev Who makes the call of an action, which call, and which deliverable it is about.
    function _callOf(Kind kind, uint256 index, bytes32 taskId) internal view returns (address caller, bytes memory data, uint256 standing) {
        Seen memory seen = _see(taskId, index);
        (caller, data) = _callIn(seen, kind, taskId, _termsOf(index));
        standing = seen.standing;
    }

    function _callIn(
        Seen memory seen,
        Kind kind,
        bytes32 taskId,
        Terms memory terms
    ) private view returns (address caller, bytes memory data) {
        if (kind < Kind.Award) return _callToAssign(kind, taskId, terms, seen);
        if (kind < Kind.DecideNothing) return _callToWork(kind, taskId, terms, seen);
        if (kind < Kind.SplitHalf) return _callToReview(kind, terms, seen.work);
        if (kind < Kind.ImposterClaims) return _callToEnd(kind, terms, seen);
        return (people[STRANGER], _dataOfImposter(kind, taskId, terms, seen));
    }

    function _callToAssign(
        Kind kind,
        bytes32 taskId,
        Terms memory terms,
        Seen memory seen
    ) private view returns (address caller, bytes memory data) {
        address requester = terms.requester;
        if (kind == Kind.Open) return (requester, abi.encodeCall(ITaskEscrowCore.open, (terms)));
        if (kind == Kind.OpenFor) return (people[STRANGER], abi.encodeCall(ITaskEscrowCore.openFor, (terms, type(uint40).max, YES)));
        if (kind == Kind.Revoke) return (requester, abi.encodeCall(ITaskEscrowCore.revoke, (terms)));
        if (kind == Kind.Cancel) return (requester, abi.encodeCall(ITaskEscrowCore.cancel, (terms)));
        if (kind == Kind.Expire) return (people[STRANGER], abi.encodeCall(ITaskEscrowCore.expire, (terms)));
        if (kind == Kind.ClaimFirst) {
            return (people[FIRST], abi.encodeCall(ITaskEscrowCore.claim, (taskId, claimTermsOf(terms), people[FIRST])));
        }
        if (kind == Kind.ClaimSecond) {
            return (people[SECOND], abi.encodeCall(ITaskEscrowCore.claim, (taskId, claimTermsOf(terms), people[SPONSOR])));
        }
        if (kind == Kind.ClaimWith) return (people[FIRST], abi.encodeCall(ITaskAssignments.claimWith, (terms, people[FIRST], 7_000)));
        uint16 next = seen.task.token + 1;
        if (kind == Kind.HireFirst) {
            Offer memory offer = Offer(people[FIRST], people[FIRST], next, type(uint40).max);
            return (requester, abi.encodeCall(ITaskEscrowCore.hire, (terms, offer, YES)));
        }
        if (kind == Kind.HireSecond) {
            Offer memory offer = Offer(people[SECOND], people[SPONSOR], next, type(uint40).max);
            return (people[SECOND], abi.encodeCall(ITaskEscrowCore.hire, (terms, offer, YES)));
        }
        if (kind == Kind.BidLow) {
            Bid memory low = Bid(people[SECOND], people[SPONSOR], 8_000, next, type(uint40).max);
            return (people[STRANGER], abi.encodeCall(ITaskAssignments.propose, (terms, low, YES)));
        }
        Bid memory bid = Bid(people[FIRST], people[FIRST], kind == Kind.BidHigh ? 9_000 : 7_900, next, type(uint40).max);
        return (people[FIRST], abi.encodeCall(ITaskAssignments.propose, (terms, bid, "")));
    }

    function _callToWork(
        Kind kind,
        bytes32 taskId,
        Terms memory terms,
        Seen memory seen
    ) private view returns (address caller, bytes memory data) {
        address worker = seen.work.worker;
        if (kind == Kind.Award) return (people[STRANGER], abi.encodeCall(ITaskAssignments.award, (terms)));
        if (kind == Kind.Submit) return (worker, abi.encodeCall(ITaskEscrowCore.submit, (taskId, seen.work.token, seen.work.deliverable)));
        if (kind == Kind.SubmitChecked) {
            return (worker, abi.encodeCall(ITaskReviews.submitChecked, (terms, seen.work.token, abi.encode(uint16(5_000)))));
        }
        if (kind == Kind.Lapse) return (people[STRANGER], abi.encodeCall(ITaskAssignments.lapse, (terms)));
        if (kind == Kind.GiveUp) return (worker, abi.encodeCall(ITaskAssignments.giveUp, (terms)));
        if (kind == Kind.Handoff) return (worker, _handoff(terms, seen, YES));
        if (kind == Kind.Suspect) return (people[STRANGER], abi.encodeCall(ITaskAssignments.suspect, (terms)));
        return (worker, abi.encodeCall(ITaskAssignments.alive, (taskId)));
    }

    function _callToReview(Kind kind, Terms memory terms, Work memory work) private view returns (address caller, bytes memory data) {
        if (kind <= Kind.DecideAll) {
            uint16 verdict =
                kind == Kind.DecideNothing
                    ? 0
                    : kind == Kind.DecideHalf
                        ? 5_000
                        : 10_000;
            return (terms.evaluator, abi.encodeCall(ITaskEscrowCore.decide, (terms, work, verdict)));
        }
        if (kind == Kind.Revise) return (terms.evaluator, abi.encodeCall(ITaskReviews.revise, (terms, work)));
        if (kind == Kind.Settle) return (people[STRANGER], abi.encodeCall(ITaskEscrowCore.settle, (terms, work)));
        if (kind <= Kind.ContestHalf) {
            uint16 verdict = kind == Kind.ContestNothing ? 0 : 5_000;
            return (terms.requester, abi.encodeCall(ITaskReviews.contest, (terms, work, verdict)));
        }
        if (kind <= Kind.CounterByStranger) {
            return (kind == Kind.Counter ? work.worker : people[STRANGER], abi.encodeCall(ITaskReviews.counter, (terms, work)));
        }
        if (kind == Kind.Resolve) return (people[STRANGER], abi.encodeCall(ITaskReviews.resolve, (terms, work)));
        uint16 ruling =
            kind == Kind.RuleNothing
                ? 0
                : kind == Kind.RuleHalf
                    ? 5_000
                    : 10_000;
        return (people[ARBITER], abi.encodeCall(ITaskReviews.rule, (terms, work, ruling)));
    }

    function _callToEnd(Kind kind, Terms memory terms, Seen memory seen) private view returns (address caller, bytes memory data) {
        if (kind == Kind.OpenChild) return (people[FIRST], abi.encodeCall(ITaskEscrowCore.openChild, (terms, _termsOf(0))));
        if (kind == Kind.CloseChild) return (people[STRANGER], abi.encodeCall(ITaskReviews.closeChild, (terms)));
        Split memory agreed = Split(5_000, seen.work.token, type(uint40).max);
        bytes memory signature = kind == Kind.SplitHalf ? YES : bytes("");
        return (terms.requester, abi.encodeCall(ITaskReviews.split, (terms, seen.work, agreed, "", signature)));
    }

    /// @dev A stranger tries what is others' right.
    function _dataOfImposter(Kind kind, bytes32 taskId, Terms memory terms, Seen memory seen) private view returns (bytes memory data) {
        Work memory work = seen.work;
        if (kind == Kind.ImposterClaims) return abi.encodeCall(ITaskEscrowCore.claim, (taskId, claimTermsOf(terms), people[FIRST]));
        if (kind == Kind.ImposterCancels) return abi.encodeCall(ITaskEscrowCore.cancel, (terms));
        if (kind == Kind.ImposterSubmits) return abi.encodeCall(ITaskEscrowCore.submit, (taskId, work.token, work.deliverable));
        if (kind == Kind.ImposterDecides) return abi.encodeCall(ITaskEscrowCore.decide, (terms, work, 10_000));
        if (kind == Kind.ImposterRevises) return abi.encodeCall(ITaskReviews.revise, (terms, work));
        if (kind == Kind.ImposterContests) return abi.encodeCall(ITaskReviews.contest, (terms, work, 0));
        if (kind == Kind.ImposterRules) return abi.encodeCall(ITaskReviews.rule, (terms, work, 0));
        if (kind == Kind.ImposterGivesUp) return abi.encodeCall(ITaskAssignments.giveUp, (terms));
        if (kind == Kind.ImposterAnswers) return abi.encodeCall(ITaskAssignments.alive, (taskId));
        return _handoff(terms, seen, "");
    }

    function _handoff(Terms memory terms, Seen memory seen, bytes memory signature) private view returns (bytes memory) {
        bool isFirst = seen.work.worker == people[FIRST];
        address to = people[isFirst ? SECOND : FIRST];
        Handoff memory change = Handoff(to, people[isFirst ? SPONSOR : FIRST], seen.work.token, type(uint40).max);
        return abi.encodeCall(ITaskAssignments.handoff, (terms, change, "", signature, signature));
    }
}
