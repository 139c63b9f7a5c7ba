// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Actor, ActorHandoff, ITaskRecords, PortalAction, Refusal} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {PortalWorld} from "./PortalWorld.sol";

/// @notice Clocks of a worker elsewhere: every window of it has the grace, waits for its lane, and is judged by arrival at home.
contract RemoteWindowsTest is PortalWorld {
    function _lapseAt(Terms memory terms, uint256 time) private returns (bool success) {
        uint256 snapshot = vm.snapshotState();
        on(a);
        vm.warp(time);
        (success, ) = address(home.escrow).call(abi.encodeCall(home.escrow.lapse, (terms)));
        vm.revertToState(snapshot);
    }

    function _resolveAt(Terms memory terms, uint256 time) private returns (bool success) {
        uint256 snapshot = vm.snapshotState();
        on(a);
        vm.warp(time);
        (success, ) = address(home.escrow).call(abi.encodeCall(home.escrow.resolve, (terms, work())));
        vm.revertToState(snapshot);
    }

    /// @dev Arrives at this second, and counts or does not.
    function _countsAt(bytes32 taskId, uint256 time) private returns (bool) {
        uint256 snapshot = vm.snapshotState();
        uint16 token = home.escrow.taskOf(taskId).token;
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, token, WORK_HASH);
        vm.warp(time);
        relay(b, a);
        bool counts = home.escrow.taskOf(taskId).state == TaskState.Submitted;
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        return counts;
    }

    function _countersAt(Terms memory terms, uint256 time) private returns (bool) {
        uint256 snapshot = vm.snapshotState();
        on(b);
        vm.prank(worker);
        far.portal.counter(a.id, terms, work(), SPONSOR);
        vm.warp(time);
        relay(b, a);
        on(a);
        bool counts = home.escrow.taskOf(home.escrow.taskIdOf(terms)).state == TaskState.Disputed;
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        return counts;
    }

    function _assertWork(Terms memory terms, uint256 deadline) private {
        on(a);
        bytes32 taskId = home.escrow.taskIdOf(terms);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), deadline);
        vm.assertTrue(_countsAt(taskId, deadline));
        vm.assertFalse(_countsAt(taskId, deadline + 1));
        vm.assertFalse(_lapseAt(terms, deadline + GRACE));
        vm.assertTrue(_lapseAt(terms, deadline + GRACE + 1));
    }

    function test_RemoteWindowsIncludeGrace() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 now_ = block.timestamp;
        // The first work window; pinned, whatever happens to the clock of `b`.
        _assertWork(terms, now_ + WORK + GRACE);
        // The window of an answer.
        uint256 snapshot = vm.snapshotState();
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        _assertWork(terms, now_ + ANSWER + GRACE);
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        // The one of a revision.
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        snapshot = vm.snapshotState();
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.revise(terms, work());
        vm.assertEq(home.escrow.workDeadlineOf(taskId), now_ + WORK + GRACE);
        vm.assertTrue(_countsAt(taskId, now_ + WORK + GRACE));
        vm.assertFalse(_countsAt(taskId, now_ + WORK + GRACE + 1));
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        // The one to counter a verdict, whoever proposed it.
        for (uint256 by; by < 2; ++by) {
            snapshot = vm.snapshotState();
            on(a);
            vm.prank(by == 0 ? EVALUATOR : requester);
            if (by == 0) home.escrow.decide(terms, work(), 100);
            else home.escrow.contest(terms, work(), 100);
            vm.assertTrue(_countersAt(terms, now_ + DISPUTE + GRACE));
            vm.assertFalse(_countersAt(terms, now_ + DISPUTE + GRACE + 1));
            vm.assertFalse(_resolveAt(terms, now_ + DISPUTE + 2 * GRACE));
            vm.assertTrue(_resolveAt(terms, now_ + DISPUTE + 2 * GRACE + 1));
            vm.revertToState(snapshot);
            vm.getRecordedLogs();
        }
    }

    /// @dev The window of a revision waits for the stops from then on, not for those before.
    function test_a_revision_does_not_count_old_stops() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 deadline = block.timestamp + WORK + GRACE;
        stopLane(500);
        vm.warp(block.timestamp + 600);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), deadline + 500);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.revise(terms, work());
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + WORK + GRACE);
    }

    /// @dev Nor does the time to counter a verdict, whoever proposed it.
    function test_a_verdict_does_not_count_old_stops() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        stopLane(500);
        vm.warp(block.timestamp + 600);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        uint256 last = block.timestamp + DISPUTE + GRACE;
        for (uint256 by; by < 2; ++by) {
            uint256 snapshot = vm.snapshotState();
            on(a);
            vm.prank(by == 0 ? EVALUATOR : requester);
            if (by == 0) home.escrow.decide(terms, work(), 100);
            else home.escrow.contest(terms, work(), 100);
            vm.assertTrue(_countersAt(terms, last));
            vm.assertFalse(_countersAt(terms, last + 1));
            vm.revertToState(snapshot);
            vm.getRecordedLogs();
        }
    }

    /// @dev At home there is no grace, in the same task.
    function test_windows_at_home_do_not() public {
        Terms memory terms = newTerms();
        bytes32 taskId = open(terms);
        deposit(a.id, worker);
        vm.prank(worker);
        home.escrow.claimWith(terms, SPONSOR, 10_000);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + WORK);
        vm.prank(worker);
        home.escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        uint256 now_ = block.timestamp;
        vm.assertTrue(_countersAt(terms, now_ + DISPUTE));
        vm.assertFalse(_countersAt(terms, now_ + DISPUTE + 1));
        vm.assertTrue(_resolveAt(terms, now_ + DISPUTE + GRACE + 1));
    }

    /// @dev Handed in before the lane stood still, and delivered as soon as it runs again: paid, whenever it stopped and however long.
    function test_LaneStopCannotCostAWorkerItsPay(uint16 sent, uint16 stopped, uint24 duration) public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 start = block.timestamp;
        uint256 end = start + WORK + GRACE;
        vm.warp(start + (sent % (WORK + GRACE + 1)));
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        collect();
        vm.warp(block.timestamp + (stopped % (end - block.timestamp + 1)));
        uint40 time = uint40(1 + (uint256(duration) % 7 days));
        stopLane(time);
        // Nobody takes the task while the lane stands still, nor at once after that.
        vm.warp(block.timestamp + time);
        vm.assertFalse(_lapseAt(terms, block.timestamp));
        vm.assertEq(home.escrow.workDeadlineOf(taskId), end + time);
        relay(b, a);
        assertState(taskId, TaskState.Submitted);
        on(a);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        home.escrow.settle(terms, work());
        vm.assertEq(balance(worker), REWARD);
        vm.assertEq(free(b.id, worker), DEPOSIT);
    }

    function test_a_stopped_lane_stops_the_answer_and_the_counter() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 start = block.timestamp;
        uint256 snapshot = vm.snapshotState();
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        vm.warp(start + ANSWER);
        stopLane(1 days);
        vm.warp(start + ANSWER + 1 days);
        _assertWork(terms, start + ANSWER + GRACE + 1 days);
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        // A stop during the work does not count for the counter, one during that does.
        stopLane(1 hours);
        vm.warp(start + 1 hours);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        vm.assertFalse(_countersAt(terms, block.timestamp + DISPUTE + GRACE + 1));
        start = block.timestamp;
        stopLane(2 days);
        vm.warp(start + 2 days);
        vm.assertTrue(_countersAt(terms, start + DISPUTE + GRACE + 2 days));
        vm.assertFalse(_countersAt(terms, start + DISPUTE + GRACE + 2 days + 1));
        vm.assertFalse(_resolveAt(terms, start + DISPUTE + 2 * GRACE + 2 days));
        vm.assertTrue(_resolveAt(terms, start + DISPUTE + 2 * GRACE + 2 days + 1));
    }

    /// @dev However often its lane stands still, what a contested task waits for stays within `latestEnd`.
    function test_stops_of_a_contested_task_are_bounded() public {
        Terms memory terms = newTerms();
        terms.openUntil = uint40(block.timestamp);
        contested(terms, 100);
        uint256 start = block.timestamp;
        for (uint256 i; i < 3; ++i) {
            stopLane(7 days);
            vm.warp(block.timestamp + 15 days);
        }
        vm.assertTrue(_resolveAt(terms, block.timestamp));
        vm.assertLe(start + DISPUTE + 2 * GRACE + 7 days, home.escrow.latestEnd(terms));
    }

    /// @dev A worker that goes from one account to another of its chain keeps what the stops gave it, and no more.
    function test_a_handoff_keeps_the_clock() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 deadline = block.timestamp + WORK + GRACE;
        stopLane(1 days);
        vm.warp(block.timestamp + 1 days + 60);
        bytes32 structHash = handoffHash(taskId, actor(worker), handoffTo(actor(rival)));
        on(a);
        home.escrow.handoffBetween(terms, handoffTo(actor(rival)), sign(WORKER_KEY, structHash), sign(RIVAL_KEY, structHash), "");
        vm.assertEq(home.escrow.workDeadlineOf(taskId), deadline + 1 days);
        // Going home, it would have missed the deadline of home.
        deposit(a.id, worker);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.TooLate));
        this.goHome(terms, taskId);
    }

    function goHome(Terms memory terms, bytes32 taskId) external {
        ActorHandoff memory change = handoffTo(Actor(a.id, worker));
        change.token = 2;
        bytes32 structHash = handoffHash(taskId, actor(rival), change);
        home.escrow.handoffBetween(terms, change, sign(RIVAL_KEY, structHash), sign(WORKER_KEY, structHash), "");
    }

    // posting

    function test_posting_refuses_windows_shorter_than_a_message_takes() public {
        Terms memory terms = newTerms();
        on(a);
        home.escrow.setLatency(b.id, ANSWER + GRACE);
        vm.assertEq(uint256(home.escrow.latencyOf(b.id)), ANSWER + GRACE);
        open(terms);
        home.escrow.setLatency(b.id, ANSWER + GRACE + 1);
        terms.salt = keccak256("second");
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WindowTooShort.selector, b.id, ANSWER + GRACE + 1, ANSWER + GRACE));
        home.escrow.open(terms);
        // Of the window to counter too, where nobody may doubt.
        (terms.suspectBond, terms.answerWindow) = (0, 0);
        home.escrow.setLatency(b.id, DISPUTE + GRACE + 1);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WindowTooShort.selector, b.id, DISPUTE + GRACE + 1, DISPUTE + GRACE));
        home.escrow.open(terms);
        terms.chains = new uint256[](0);
        open(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.LatencyTooLong.selector, 7 days + 1, 7 days));
        home.escrow.setLatency(b.id, 7 days + 1);
        vm.expectEmit(address(home.escrow));
        emit ITaskRecords.LatencySet(b.id, 7 days);
        home.escrow.setLatency(b.id, 7 days);
        vm.assertEq(home.escrow.latencyOf(b.id), 7 days);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        home.escrow.setLatency(b.id, 1);
    }

    // whose word counts

    /// @dev A rogue portal claims in a victim's name, with whatever deposits there are. Only what was deposited for this very actor stands behind it,
    /// and nobody owes anything but that.
    function test_ClaimInAVictimsNameHarmsNobody() public {
        address victim = address(0x71C71);
        // The victim works at home, and has its own deposit there and a sponsor that stands behind it there.
        fund(home, victim);
        on(a);
        vm.prank(victim);
        home.escrow.deposit(a.id, victim, address(home.coin), DEPOSIT);
        deposit(a.id, victim);
        Terms memory terms = newTerms();
        bytes32 taskId = open(terms);
        bytes32 before = keccak256(abi.encode(balance(victim), free(a.id, victim), free(b.id, worker)));
        address[3] memory sponsors = [victim, SPONSOR, address(home.escrow)];
        for (uint256 i; i < 3; ++i) {
            bytes memory payload = abi.encode(PortalAction.Claim, taskId, victim, terms, sponsors[i], uint16(0), terms.openUntil);
            send(b, a, address(far.portal), address(home.escrow), payload, limits(500_000, 0));
            expectAnswer(PortalAction.Claim, victim, Refusal.BondMissing);
        }
        assertState(taskId, TaskState.Open);
        // Somebody stands behind the victim on that chain, and only that deposit is at stake.
        deposit(b.id, victim);
        ask(terms, victim);
        expectAnswer(PortalAction.Claim, victim, Refusal.None);
        vm.warp(block.timestamp + WORK + 2 * GRACE + 1);
        on(a);
        home.escrow.lapse(terms);
        vm.assertEq(keccak256(abi.encode(balance(victim), free(a.id, victim), free(b.id, worker))), before);
        vm.assertEq(home.escrow.depositOf(victim, a.id, victim, address(home.coin)), DEPOSIT);
        vm.assertEq(free(b.id, victim), DEPOSIT - (uint256(BOND) * 4_000) / 10_000);
        // The victim may work at home as before, on this very task.
        vm.prank(victim);
        home.escrow.claimWith(terms, victim, 10_000);
        vm.assertEq(home.escrow.workerOf(taskId).chainId, a.id);
    }
}
