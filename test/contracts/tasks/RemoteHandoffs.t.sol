// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor, ActorHandoff, ITaskRecords, PortalAction, Refusal} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer} from "../../../contracts/tasks/PortalMessages.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {IRecipient, PortalWorld} from "./PortalWorld.sol";

/// @notice Hand-offs of workers on another chain: granted with all effects at home, each refusal with its reason and no effect.
/// - by two portals in either order, by a portal and a signature, between chain and home both ways
/// - what was agreed to, and nothing else; on the clock of the chain that it goes to
contract RemoteHandoffsTest is PortalWorld {
    function _handoff(Terms memory terms, ActorHandoff memory change, address account, bytes memory other) private {
        on(b);
        vm.prank(account);
        far.portal.handoff(a.id, terms, change, other, "");
    }

    function _assertHanded(bytes32 taskId, Actor memory to, uint256 deadline) private view {
        Actor memory now_ = home.escrow.workerOf(taskId);
        vm.assertTrue(now_.chainId == to.chainId && now_.account == to.account, "successor");
        vm.assertEq(uint256(home.escrow.taskOf(taskId).token), 2);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), deadline);
        vm.assertEq(free(b.id, worker), DEPOSIT, "bond back");
        vm.assertEq(free(to.chainId, to.account), DEPOSIT - BOND, "bond in");
    }

    /// @dev Two contracts that hold no keys: each asks through its portal, whoever comes second completes it.
    function test_two_accounts_hand_off_through_their_portals_in_either_order() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 deadline = home.escrow.workDeadlineOf(taskId);
        vm.warp(block.timestamp + 600);
        ActorHandoff memory change = handoffTo(actor(rival));
        for (uint256 first; first < 2; ++first) {
            uint256 snapshot = vm.snapshotState();
            _handoff(terms, change, first == 0 ? worker : rival, "");
            Answer memory answer = expectAnswer(PortalAction.Handoff, first == 0 ? worker : rival, Refusal.ConsentMissing);
            vm.assertEq(uint256(answer.token), 1);
            vm.assertEq(home.escrow.workerOf(taskId).account, worker);
            _handoff(terms, change, first == 0 ? rival : worker, "");
            answer = expectAnswer(PortalAction.Handoff, first == 0 ? rival : worker, Refusal.None);
            vm.assertEq(uint256(answer.token), 2);
            vm.assertEq(uint256(answer.deadline), deadline);
            _assertHanded(taskId, actor(rival), deadline);
            vm.revertToState(snapshot);
            vm.getRecordedLogs();
        }
    }

    function test_who_agreed_to_one_hand_off_agreed_to_no_other() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        _handoff(terms, change, worker, "");
        expectAnswer(PortalAction.Handoff, worker, Refusal.ConsentMissing);
        change.expiry -= 1;
        _handoff(terms, change, rival, "");
        expectAnswer(PortalAction.Handoff, rival, Refusal.ConsentMissing);
        vm.assertEq(home.escrow.workerOf(taskId).account, worker);
    }

    function test_an_agreement_by_message_is_told() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        bytes memory payload = abi.encode(PortalAction.Handoff, taskId, worker, terms, change, bytes(""), bytes(""));
        on(a);
        vm.expectEmit(address(home.escrow));
        emit ITaskRecords.HandoffAgreed(taskId, b.id, worker, handoffHash(taskId, actor(worker), change));
        vm.prank(address(a.gateway));
        IRecipient(address(home.escrow)).receiveMessage(0, addressOn(b, address(far.portal)), payload);
    }

    function test_one_asks_and_the_other_signed() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 deadline = home.escrow.workDeadlineOf(taskId);
        ActorHandoff memory change = handoffTo(actor(rival));
        bytes memory signature = sign(RIVAL_KEY, handoffHash(taskId, actor(worker), change));
        _handoff(terms, change, worker, signature);
        expectAnswer(PortalAction.Handoff, worker, Refusal.None);
        _assertHanded(taskId, actor(rival), deadline);
    }

    function test_a_task_goes_home_and_out_again() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        deposit(a.id, rival);
        ActorHandoff memory change = handoffTo(Actor(a.id, rival));
        _handoff(terms, change, worker, "");
        expectAnswer(PortalAction.Handoff, worker, Refusal.ConsentMissing);
        on(a);
        vm.prank(rival);
        home.escrow.handoffBetween(terms, change, "", "", "");
        // At home there is no grace.
        _assertHanded(taskId, Actor(a.id, rival), block.timestamp + WORK);
        change = ActorHandoff(actor(worker), SPONSOR, 2, uint40(block.timestamp));
        bytes32 structHash = handoffHash(taskId, Actor(a.id, rival), change);
        vm.prank(STRANGER);
        home.escrow.handoffBetween(terms, change, sign(RIVAL_KEY, structHash), sign(WORKER_KEY, structHash), "");
        vm.assertEq(home.escrow.workerOf(taskId).chainId, b.id);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + WORK + GRACE);
        vm.assertEq(free(a.id, rival), DEPOSIT);
    }

    function test_a_task_is_handed_on_until_the_last_second_of_its_window() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 last = home.escrow.workDeadlineOf(taskId);
        ActorHandoff memory change = handoffTo(actor(rival));
        bytes32 structHash = handoffHash(taskId, actor(worker), change);
        bytes[2] memory signatures = [sign(WORKER_KEY, structHash), sign(RIVAL_KEY, structHash)];
        on(a);
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.TooLate));
        home.escrow.handoffBetween(terms, change, signatures[0], signatures[1], "");
        vm.warp(last);
        home.escrow.handoffBetween(terms, change, signatures[0], signatures[1], "");
        _assertHanded(taskId, actor(rival), last);
    }

    /// @dev Whoever works at home with a deposit of its own has no trace of the lane that the task came by; and out again, none of its old stops.
    function test_a_hand_off_leaves_the_lane_behind() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 steppedAt = block.timestamp;
        on(a);
        fund(home, rival);
        vm.prank(rival);
        home.escrow.deposit(a.id, rival, address(home.coin), BOND);
        ActorHandoff memory change = ActorHandoff(Actor(a.id, rival), rival, 1, uint40(block.timestamp + 1 days));
        bytes32 structHash = handoffHash(taskId, actor(worker), change);
        home.escrow.handoffBetween(terms, change, sign(WORKER_KEY, structHash), sign(RIVAL_KEY, structHash), "");
        vm.assertFalse(home.escrow.taskOf(taskId).isBacked);
        vm.assertEq(home.escrow.workerOf(taskId).chainId, a.id);
        vm.assertEq(home.escrow.depositOf(rival, a.id, rival, address(home.coin)), 0);

        stopLane(500);
        vm.warp(block.timestamp + 600);
        change = ActorHandoff(actor(worker), SPONSOR, 2, uint40(block.timestamp));
        structHash = handoffHash(taskId, Actor(a.id, rival), change);
        home.escrow.handoffBetween(terms, change, sign(RIVAL_KEY, structHash), sign(WORKER_KEY, structHash), "");
        vm.assertEq(home.escrow.workDeadlineOf(taskId), steppedAt + WORK + GRACE);
        vm.assertEq(home.escrow.depositOf(rival, a.id, rival, address(home.coin)), BOND);
    }

    /// @dev The terms of another task, under this one's id; and a task that is handed in already, under the same token.
    function test_only_an_assignment_under_its_own_terms_is_handed_on() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        Terms memory others = newTerms();
        others.reward = 1e6;
        bytes memory payload = abi.encode(PortalAction.Handoff, taskId, worker, others, change, bytes(""), bytes(""));
        send(b, a, address(far.portal), address(home.escrow), payload, limits(1_000_000, 0));
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.Stale);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        exchange();
        on(a);
        bytes32 structHash = handoffHash(taskId, actor(worker), change);
        bytes[2] memory signatures = [sign(WORKER_KEY, structHash), sign(RIVAL_KEY, structHash)];
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.Stale));
        home.escrow.handoffBetween(terms, change, signatures[0], signatures[1], "");
    }

    /// @dev The worker's own window has the grace of its chain, the successor's would be over.
    function test_a_task_goes_home_until_the_last_second_of_a_window_at_home() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 last = block.timestamp + WORK;
        deposit(a.id, rival);
        ActorHandoff memory change = handoffTo(Actor(a.id, rival));
        bytes32 structHash = handoffHash(taskId, actor(worker), change);
        bytes[2] memory signatures = [sign(WORKER_KEY, structHash), sign(RIVAL_KEY, structHash)];
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.TooLate));
        home.escrow.handoffBetween(terms, change, signatures[0], signatures[1], "");
        vm.warp(last);
        vm.expectEmit(address(home.escrow));
        emit ITaskRecords.TaskAssigned(taskId, rival, a.id, 2, uint40(last));
        home.escrow.handoffBetween(terms, change, signatures[0], signatures[1], "");
        vm.assertEq(home.escrow.workDeadlineOf(taskId), last);
    }

    /// @dev Whoever hands a task on lives.
    function test_a_hand_off_answers_a_doubt() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        _handoff(terms, change, worker, sign(RIVAL_KEY, handoffHash(taskId, actor(worker), change)));
        expectAnswer(PortalAction.Handoff, worker, Refusal.None);
        vm.assertEq(home.escrow.creditOf(worker, address(home.coin)), SUSPECT_BOND);
        vm.assertFalse(home.escrow.taskOf(taskId).isSuspected);
        // Where nobody doubts, there is nothing to answer.
        vm.assertEq(home.escrow.creditOf(rival, address(home.coin)), 0);
    }

    function test_the_requester_agrees_where_the_terms_want_it() public {
        Terms memory terms = newTerms();
        terms.handoffRule = 1;
        bytes32 taskId = assigned(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        _handoff(terms, change, worker, "");
        expectAnswer(PortalAction.Handoff, worker, Refusal.ConsentMissing);
        _handoff(terms, change, rival, "");
        expectAnswer(PortalAction.Handoff, rival, Refusal.ConsentMissing);
        on(a);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.ConsentMissing));
        home.escrow.handoffBetween(terms, change, "", "", "");
        vm.prank(requester);
        vm.assertEq(uint256(home.escrow.handoffBetween(terms, change, "", "", "")), 2);
    }

    function test_refusals_of_a_handoff_say_why() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        ActorHandoff memory change = handoffTo(actor(rival));
        _handoff(terms, change, STRANGER, "");
        expectRefused(taskId, PortalAction.Handoff, STRANGER, Refusal.NotWorker);
        change.token = 2;
        _handoff(terms, change, worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.Stale);
        change = handoffTo(Actor(b.id + 1, rival));
        _handoff(terms, change, worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.ChainNotAdmitted);
        change = handoffTo(actor(EVALUATOR));
        _handoff(terms, change, worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.AccountInvalid);
        change = handoffTo(actor(STRANGER));
        _handoff(terms, change, worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.BondMissing);
        change = handoffTo(actor(rival));
        change.expiry = uint40(block.timestamp - 1);
        _handoff(terms, change, worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.TooLate);
        // In its last second it counts, and lacks only the other's word.
        change.expiry = uint40(block.timestamp);
        _handoff(terms, change, worker, "");
        expectAnswer(PortalAction.Handoff, worker, Refusal.ConsentMissing);
        terms.salt = keccak256("never");
        terms.handoffRule = 2;
        deposit(b.id, worker);
        taskId = assigned(terms);
        _handoff(terms, handoffTo(actor(rival)), worker, "");
        expectRefused(taskId, PortalAction.Handoff, worker, Refusal.HandoffForbidden);
    }
}
