// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bid, Handoff, Offer, Split, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Record, RightsBooks} from "./RightsBooks.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @title Plays every right that a party to a task has, with five people who are everything to each other
/// @notice Each move picks a task and something that its state allows, or now and then something that it does not; by the right person, or
/// now and then by another. The books follow what succeeded.
contract RightsHandler is RightsBooks {
    uint256 private constant MAX_TASKS = 10;
    uint256 private constant FIRST_KEY = 0xACC0;

    address[5] public people;
    address private immutable _auction;
    uint256 private _round;
    mapping(string what => uint256) public successes;

    constructor() {
        SigningWorld.setUp();
        _auction = create("SignedBids", "");
        for (uint256 i; i < people.length; ++i) {
            people[i] = vm.addr(FIRST_KEY + i);
            fund(address(coin), people[i], 1e12);
            vm.deal(people[i], 1e12);
            for (uint256 j; j < 2; ++j) wealth[people[i]][tokenAt(j)] = 1e12;
        }
    }

    function setUp() public override {}

    // what the invariants read

    function tokenAt(uint256 i) public view returns (address) {
        return i == 0 ? address(0) : address(coin);
    }

    function count() external view returns (uint256) {
        return records.length;
    }

    function recordAt(uint256 i) external view returns (Record memory) {
        return records[i];
    }

    function termsAt(uint256 i) external view returns (Terms memory) {
        return termsList[i];
    }

    function escrowAddress() external view returns (address) {
        return address(escrow);
    }

    function everythingOf(address account, address token) external view returns (uint256 sum) {
        sum = balanceOf(token, account) + escrow.creditOf(account, token);
        for (uint256 i; i < people.length; ++i) sum += escrow.depositOf(account, HOME, people[i], token);
    }

    // moves

    /// @dev Mostly within a window, now and then over all of them.
    function wait(uint256 time) external {
        time = _mix(time);
        vm.warp(block.timestamp + ((time >> 128) % 8 == 0 ? 4 hours : time % 45 minutes));
    }

    function post(uint256 seed) external {
        seed = _mix(seed);
        if (records.length == MAX_TASKS) return;
        Terms memory terms = _newTerms(seed);
        uint256 parent = records.length == 0 ? 0 : (seed >> 128) % records.length;
        bool isChild = parent < records.length && records[parent].state == TaskState.Assigned && _asChild(terms, parent);
        address from = terms.requester;
        uint256 value = isChild ? 0 : valueOf(terms.token, totalOf(terms));
        bytes memory call = isChild ? abi.encodeCall(escrow.openChild, (terms, termsList[parent])) : abi.encodeCall(escrow.open, (terms));
        bytes32 id = escrow.taskIdOf(terms);
        if (!_act(from, value, call, isChild ? "openChild" : "open")) return;
        records.push();
        termsList.push(terms);
        indexes[id] = records.length;
        Record storage r = records[records.length - 1];
        (r.id, r.state, r.since) = (id, TaskState.Open, block.timestamp);
        if (!isChild) {
            wealth[from][terms.token] -= totalOf(terms);
        } else {
            Record storage p = records[parent];
            p.delegated += totalOf(terms);
            r.beneficiary = termsList[parent].parent == 0 ? termsList[parent].requester : p.beneficiary;
        }
    }

    function move(uint256 seed) external {
        seed = _mix(seed);
        if (records.length == 0) return;
        uint256 i = seed % records.length;
        TaskState state = records[i].state;
        // Now and then what another state would allow.
        if ((seed >> 16) % 16 == 0) state = TaskState((seed >> 24) % 7);
        seed = _mix(seed);
        if (state == TaskState.Open) _whenOpen(i, seed);
        else if (state == TaskState.Proposed) _whenProposed(i, seed);
        else if (state == TaskState.Assigned) _whenAssigned(i, seed);
        else if (state == TaskState.Submitted) _whenSubmitted(i, seed);
        else _whenContested(i, seed);
    }

    function _whenOpen(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        Terms memory terms = termsList[i];
        address by = people[(seed >> 8) % 5];
        _depositFor(by, terms);
        uint256 what = seed % 8;
        // Most children wait, so that some outlive their parent.
        if (terms.parent != 0 && (seed >> 96) % 4 != 0) what = 4;
        if (what == 0 && _act(_mostly(seed, terms.requester), 0, abi.encodeCall(escrow.cancel, (terms)), "cancel")) {
            (r.state, r.worker) = (TaskState.Cancelled, address(0));
            _refunded(i, totalOf(terms));
        } else if (what == 1 && _act(by, 0, abi.encodeCall(escrow.expire, (terms)), "expire")) {
            r.state = TaskState.Expired;
            wealth[by][terms.token] += terms.triggerReward;
            _refunded(i, totalOf(terms) - terms.triggerReward);
        } else if (terms.parent != 0 && what < 5 && _act(by, 0, abi.encodeCall(escrow.closeChild, (terms)), "closeChild")) {
            r.state = TaskState.Cancelled;
            _refunded(i, totalOf(terms));
        } else if (what == 3) {
            Offer memory offer = Offer(by, by, r.token + 1, later());
            bytes memory signature = sign(_keyOf(terms.requester), offerHash(r.id, offer));
            if (_act(by, 0, abi.encodeCall(escrow.hire, (terms, offer, signature)), "hire")) _assigned(i, by);
        } else if (what == 4) {
            return;
        } else if (terms.challengeWindow != 0) {
            _bid(i, seed, by);
        } else if (_act(by, 0, abi.encodeCall(escrow.claim, (r.id, claimTermsOf(terms), by)), "claim")) {
            _assigned(i, by);
        }
    }

    function _whenProposed(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        address by = people[(seed >> 8) % 5];
        if (seed % 3 != 0) return _bid(i, seed, by);
        if (!_act(by, 0, abi.encodeCall(escrow.award, (termsList[i])), "award")) return;
        (r.state, r.since) = (TaskState.Assigned, r.since + termsList[i].challengeWindow);
        r.token += 1;
    }

    function _bid(uint256 i, uint256 seed, address by) private {
        Record storage r = records[i];
        _depositFor(by, termsList[i]);
        uint16 share = uint16(1 + ((seed >> 32) % 10_000));
        Bid memory bid = Bid(by, by, share, r.token + 1, later());
        bytes memory signature = sign(_keyOf(by), bidHash(r.id, bid));
        bytes memory call = abi.encodeCall(escrow.propose, (termsList[i], bid, signature));
        if (!_act(people[(seed >> 16) % 5], 0, call, r.state == TaskState.Open ? "first bid" : "better bid")) return;
        if (r.state == TaskState.Proposed) _unlock(r, termsList[i], 0);
        else r.since = block.timestamp;
        (r.state, r.share) = (TaskState.Proposed, share);
        _lock(r, termsList[i], by, by);
    }

    function _assigned(uint256 i, address by) private {
        Record storage r = records[i];
        (r.state, r.since, r.share) = (TaskState.Assigned, block.timestamp, 10_000);
        r.token += 1;
        _lock(r, termsList[i], by, by);
    }

    function _whenAssigned(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        address by = _mostly(seed >> 8, r.worker);
        // Whoever is doubted mostly answers.
        uint256 what = r.suspecter != address(0) && (seed >> 96) % 2 == 0 ? 8 : seed % 12;
        if (what < 4) {
            bytes32 deliverable = bytes32(seed);
            if (!_act(by, 0, abi.encodeCall(escrow.submit, (r.id, r.token, deliverable)), "submit")) return;
            _doubtAnswered(r, t);
            (r.state, r.since, r.deliverable) = (TaskState.Submitted, block.timestamp, deliverable);
        } else if (what < 6) {
            _lapse(i, people[(seed >> 16) % 5]);
        } else if (what == 6 && _act(by, 0, abi.encodeCall(escrow.giveUp, (t)), "giveUp")) {
            _doubtAnswered(r, t);
            _released(i, _shareOf(t.workerBond, t.slashShare) / 2, address(0));
        } else if (what == 7) {
            _handoff(i, people[(seed >> 16) % 5]);
        } else if (what == 8 && _act(by, 0, abi.encodeCall(escrow.alive, (r.id)), "alive")) {
            _doubtAnswered(r, t);
        } else if (what == 9 && (seed >> 96) % 4 == 0) {
            _split(i, seed);
        } else if (what > 9) {
            _doubt(i, people[(seed >> 16) % 5]);
        }
    }

    function _lapse(uint256 i, address by) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        uint256 due = r.since + t.workWindow;
        if (r.suspecter != address(0) && r.answerUntil < due) due = r.answerUntil;
        if (!_act(by, 0, abi.encodeCall(escrow.lapse, (t)), "lapse")) return;
        _doubtRight(r, t);
        if (r.revisions == 0) _released(i, _shareOf(t.workerBond, t.slashShare), by);
        else (r.state, r.since) = (TaskState.Submitted, due + t.grace);
    }

    function _handoff(uint256 i, address to) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        _depositFor(to, t);
        Handoff memory change = Handoff(to, to, r.token, later());
        bytes32 structHash = handoffHash(r.id, r.worker, change);
        bytes memory from = r.worker == address(0) ? bytes("") : sign(_keyOf(r.worker), structHash);
        bytes memory agreed = sign(_keyOf(t.requester), structHash);
        if (!_act(to, 0, abi.encodeCall(escrow.handoff, (t, change, from, "", agreed)), "handoff")) return;
        _doubtAnswered(r, t);
        _unlock(r, t, 0);
        _lock(r, t, to, to);
        r.token += 1;
    }

    function _doubt(uint256 i, address by) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        uint8 doubts = r.doubtsToken == r.token ? r.doubts : 0;
        uint256 bond = uint256(t.suspectBond) << doubts;
        if (!_act(by, valueOf(t.token, bond), abi.encodeCall(escrow.suspect, (t)), "suspect")) return;
        wealth[by][t.token] -= bond;
        (r.suspecter, r.suspectBond, r.doubts, r.doubtsToken) = (by, bond, doubts + 1, r.token);
        uint256 deadline = r.since + t.workWindow;
        r.answerUntil = block.timestamp + t.answerWindow;
        if (r.answerUntil > deadline) r.answerUntil = deadline;
    }

    function _whenSubmitted(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        address by = people[(seed >> 16) % 5];
        uint256 what = seed % 8;
        if (what < 2) {
            _decide(i, _mostly(seed >> 8, t.evaluator), _verdict(seed));
        } else if (what == 2 && _act(_mostly(seed >> 8, t.evaluator), 0, abi.encodeCall(escrow.revise, (t, _workOf(r))), "revise")) {
            (r.state, r.since) = (TaskState.Assigned, block.timestamp);
            r.token += 1;
            r.revisions += 1;
        } else if (what == 3 && _act(by, 0, abi.encodeCall(escrow.settle, (t, _workOf(r))), "settle")) {
            _settled(i, t.silence, false, false, by);
        } else if (what == 4 && (seed >> 96) % 4 == 0) {
            _split(i, seed);
        } else if (what > 4) {
            _contest(i, _mostly(seed >> 8, t.requester), _verdict(seed) % 10_000);
        }
    }

    function _verdict(uint256 seed) private pure returns (uint16) {
        if ((seed >> 56) % 3 == 0) return 10_000;
        return (seed >> 32) % 3 == 0 ? 0 : uint16((seed >> 40) % 10_001);
    }

    function _decide(uint256 i, address by, uint16 verdict) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        if (!_act(by, 0, abi.encodeCall(escrow.decide, (t, _workOf(r), verdict)), "decide")) return;
        if (t.arbitrator == address(0) || verdict == 10_000) _settled(i, verdict, true, true, address(0));
        else (r.state, r.since, r.proposed) = (TaskState.Contested, block.timestamp, verdict);
    }

    function _contest(uint256 i, address by, uint16 verdict) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        bytes memory call = abi.encodeCall(escrow.contest, (t, _workOf(r), verdict));
        if (!_act(by, valueOf(t.token, t.disputeBond), call, "contest")) return;
        wealth[by][t.token] -= t.disputeBond;
        (r.state, r.since, r.proposed, r.isByRequester) = (TaskState.Contested, block.timestamp, verdict, true);
    }

    function _whenContested(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        Work memory work = _workOf(r);
        address by = people[(seed >> 16) % 5];
        uint256 what = seed % 6;
        bool isFeeDue = !r.isByRequester;
        if (what < 2) {
            if (!_act(by, valueOf(t.token, t.disputeBond), abi.encodeCall(escrow.counter, (t, work)), "counter")) return;
            wealth[by][t.token] -= t.disputeBond;
            (r.state, r.since, r.counterer) = (TaskState.Disputed, block.timestamp, by);
        } else if (what < 4) {
            uint16 verdict = uint16((seed >> 40) % 10_001);
            if (!_act(_mostly(seed >> 8, t.arbitrator), 0, abi.encodeCall(escrow.rule, (t, work, verdict)), "rule")) return;
            uint256 pot = isFeeDue ? t.disputeBond : 2 * uint256(t.disputeBond);
            wealth[r.counterer][t.token] += _shareOf(pot, verdict);
            wealth[t.requester][t.token] += pot - _shareOf(pot, verdict);
            _settled(i, verdict, true, isFeeDue, address(0));
        } else if (what == 4) {
            bool isDisputed = r.state == TaskState.Disputed;
            if (!_act(by, 0, abi.encodeCall(escrow.resolve, (t, work)), isDisputed ? "default split" : "concession")) return;
            _disputeBondsBack(i);
            _settled(i, isDisputed ? t.defaultSplit : r.proposed, !isDisputed, isFeeDue, by);
        } else {
            _split(i, seed);
        }
    }

    function _split(uint256 i, uint256 seed) private {
        Record storage r = records[i];
        Terms storage t = termsList[i];
        if (r.worker == address(0)) return;
        Split memory agreed = Split(uint16((seed >> 40) % 10_001), r.token, later());
        bytes memory signature = sign(_keyOf(r.worker), splitHash(r.id, agreed));
        // Now and then the worker did not sign.
        if ((seed >> 64) % 4 == 0) signature = "";
        if (!_act(t.requester, 0, abi.encodeCall(escrow.split, (t, _workOf(r), agreed, "", signature)), "split")) return;
        _doubtAnswered(r, t);
        bool isFeeDue = r.state >= TaskState.Contested && !r.isByRequester;
        if (r.state >= TaskState.Contested) _disputeBondsBack(i);
        _settled(i, agreed.share, false, isFeeDue, address(0));
    }

    // helpers

    function _act(address from, uint256 value, bytes memory call, string memory what) private returns (bool success) {
        vm.prank(from);
        (success, ) = address(escrow).call{value: value, gas: 2_500_000}(call);
        if (success) ++successes[what];
    }

    function _depositFor(address by, Terms memory terms) private {
        if (terms.workerBond == 0 || free[by][by][terms.token] >= terms.workerBond) return;
        vm.prank(by);
        escrow.deposit{value: valueOf(terms.token, terms.workerBond)}(HOME, by, terms.token, terms.workerBond);
        free[by][by][terms.token] += terms.workerBond;
    }

    function _newTerms(uint256 seed) private view returns (Terms memory terms) {
        terms = seed & 1 == 0 ? plainTerms() : fullTerms();
        terms.requester = people[(seed >> 8) % 5];
        terms.evaluator = people[(seed >> 16) % 5];
        if (terms.arbitrator != address(0)) terms.arbitrator = people[((seed >> 8) + 1 + ((seed >> 24) % 4)) % 5];
        terms.token = tokenAt((seed >> 32) % 2);
        terms.delegable = (seed >> 40) % 2 == 0 ? terms.reward : 0;
        terms.handoffRule = uint8((seed >> 48) % 3);
        terms.silence = uint16((seed >> 56) % 10_001);
        if ((seed >> 80) % 3 == 0)
            (terms.allocation, terms.allocationParams, terms.challengeWindow) = (_auction, bytes32(uint256(100)), 20 minutes);
        terms.openUntil = uint40(block.timestamp + 100 minutes);
        terms.salt = bytes32(seed);
    }

    /// @dev Judged as its parent is, and small enough.
    function _asChild(Terms memory terms, uint256 parent) private view returns (bool) {
        Terms storage p = termsList[parent];
        if (p.delegable == 0) return false;
        (terms.parent, terms.requester, terms.token) = (records[parent].id, records[parent].worker, p.token);
        (terms.evaluator, terms.arbitrator, terms.floor, terms.silence) = (p.evaluator, p.arbitrator, p.floor, p.silence);
        (terms.defaultSplit, terms.reviewWindow, terms.disputeWindow) = (p.defaultSplit, p.reviewWindow, p.disputeWindow);
        (terms.arbitrationWindow, terms.disputeBond, terms.triggerReward) = (p.arbitrationWindow, p.disputeBond, 0);
        (terms.reward, terms.delegable, terms.evaluatorFee) = (p.reward / 3, p.reward / 3, 0);
        return true;
    }

    function _mostly(uint256 seed, address right) private view returns (address) {
        return seed % 8 != 0 && right != address(0) ? right : people[(seed >> 3) % 5];
    }

    function _keyOf(address account) private view returns (uint256) {
        for (uint256 i; i < people.length; ++i) if (people[i] == account) return FIRST_KEY + i;
        return STRANGER_KEY;
    }

    /// @dev The fuzzer likes small numbers, whose high bits choose nothing.
    function _mix(uint256 seed) private returns (uint256) {
        return uint256(keccak256(abi.encode(seed, ++_round)));
    }
}
