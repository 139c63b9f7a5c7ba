// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice What the test believes of a task. It is never read from the escrow.
struct Record {
    bytes32 id;
    TaskState state;
    address worker;
    address sponsor;
    uint16 token;
    uint16 share;
    uint8 revisions;
    bytes32 deliverable;
    uint256 since;
    /// @dev The pending doubt. Nobody: there is none.
    address suspecter;
    uint256 suspectBond;
    uint8 doubts;
    uint16 doubtsToken;
    uint256 answerUntil;
    bool isByRequester;
    address counterer;
    uint16 proposed;
    uint256 delegated;
    address beneficiary;
    uint16 verdict;
}

/// @title Who owns what, by the rules of the documents, in the words of the documents
/// @notice `wealth` is all that an account has anywhere: in its hands, waiting as a credit, or deposited.
abstract contract RightsBooks is SigningWorld {
    Record[] internal records;
    Terms[] internal termsList;
    mapping(bytes32 taskId => uint256 indexPlusOne) internal indexes;
    mapping(address account => mapping(address token => uint256)) public wealth;
    mapping(address sponsor => mapping(address account => mapping(address token => uint256))) public free;

    function heldBy(uint256 i) public view returns (uint256 held) {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        if (r.state == TaskState.None || r.state >= TaskState.Settled) return 0;
        held = uint256(t.reward) + t.evaluatorFee + t.triggerReward - r.delegated;
        if (r.state >= TaskState.Proposed) held += t.workerBond;
        if (r.suspecter != address(0)) held += r.suspectBond;
        if (r.state >= TaskState.Contested && r.isByRequester) held += t.disputeBond;
        if (r.counterer != address(0)) held += t.disputeBond;
    }

    function _workOf(Record storage r) internal view returns (Work memory) {
        return Work(r.worker, r.token, r.deliverable);
    }

    function _shareOf(uint256 amount, uint256 share) internal pure returns (uint256) {
        return (amount * share) / 10_000;
    }

    function _lock(Record storage r, Terms storage t, address worker_, address sponsor_) internal {
        (r.worker, r.sponsor) = (worker_, sponsor_);
        free[sponsor_][worker_][t.token] -= t.workerBond;
        wealth[sponsor_][t.token] -= t.workerBond;
    }

    function _unlock(Record storage r, Terms storage t, uint256 cost) internal {
        free[r.sponsor][r.worker][t.token] += t.workerBond - cost;
        wealth[r.sponsor][t.token] += t.workerBond - cost;
    }

    function _settled(uint256 i, uint16 verdict, bool isJudged, bool isFeeDue, address trigger) internal {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        uint256 cost = isJudged && verdict == 0 ? _shareOf(t.workerBond, t.slashShare) : 0;
        uint256 earned = _shareOf(_shareOf(t.reward, r.share), verdict);
        uint256 left = uint256(t.reward) + t.evaluatorFee + t.triggerReward - r.delegated;
        _unlock(r, t, cost);
        if (earned > r.delegated) {
            left -= earned - r.delegated;
            wealth[r.worker][t.token] += earned - r.delegated;
        }
        if (isFeeDue) {
            left -= t.evaluatorFee;
            wealth[t.evaluator][t.token] += t.evaluatorFee;
        }
        if (trigger != address(0)) {
            left -= t.triggerReward;
            wealth[trigger][t.token] += t.triggerReward;
        }
        wealth[t.requester][t.token] += cost;
        _refunded(i, left);
        (r.state, r.verdict) = (TaskState.Settled, verdict);
        (r.isByRequester, r.counterer) = (false, address(0));
    }

    /// @dev Each to whoever put it up.
    function _disputeBondsBack(uint256 i) internal {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        if (r.isByRequester) wealth[t.requester][t.token] += t.disputeBond;
        if (r.counterer != address(0)) wealth[r.counterer][t.token] += t.disputeBond;
    }

    function _released(uint256 i, uint256 cost, address trigger) internal {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        _unlock(r, t, cost);
        bool reopens = block.timestamp <= t.openUntil && t.workerBond != 0 && r.delegated == 0;
        uint256 forTrigger = trigger == address(0) ? 0 : t.triggerReward;
        if (reopens) {
            if (forTrigger > cost) forTrigger = cost;
            wealth[t.requester][t.token] += cost - forTrigger;
        } else {
            wealth[t.requester][t.token] += cost;
            _refunded(i, uint256(t.reward) + t.evaluatorFee + t.triggerReward - r.delegated - forTrigger);
        }
        if (forTrigger != 0) wealth[trigger][t.token] += forTrigger;
        (r.state, r.since) = (reopens ? TaskState.Open : TaskState.Expired, block.timestamp);
        (r.worker, r.sponsor) = (address(0), address(0));
    }

    /// @dev To the parent that paid while it lives, then to whoever paid the parent.
    function _refunded(uint256 i, uint256 amount) internal {
        Terms storage t = termsList[i];
        if (t.parent == 0) {
            wealth[t.requester][t.token] += amount;
            return;
        }
        Record storage parent = records[indexes[t.parent] - 1];
        if (parent.state >= TaskState.Assigned && parent.state < TaskState.Settled) parent.delegated -= amount;
        else wealth[records[i].beneficiary][t.token] += amount;
    }

    function _doubtAnswered(Record storage r, Terms storage t) internal {
        if (r.suspecter == address(0)) return;
        wealth[r.worker][t.token] += r.suspectBond;
        r.suspecter = address(0);
    }

    function _doubtRight(Record storage r, Terms storage t) internal {
        if (r.suspecter == address(0)) return;
        wealth[r.suspecter][t.token] += r.suspectBond;
        r.suspecter = address(0);
    }
}
