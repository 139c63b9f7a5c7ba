// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Actor, ActorHandoff, ITaskRecords, PortalAction, Refusal, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer, PortalMessages} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {PortalWorld} from "./PortalWorld.sol";

/// @notice What workers on another chain do besides claim and submit, through both real gateways.
/// - alive, giveUp, counter, handoff: granted with all effects at home; each refusal with its reason and no effect
/// - handoff: by two portals in either order, by a portal and a signature, between chain and home both ways
/// - messages of no known action or form; answers that anyone has sent again
contract RemoteActionsTest is PortalWorld {
    uint256 private constant COST = (uint256(BOND) * 4_000) / 10_000;

    /// @dev What a message must not change when it is refused.
    function _world(bytes32 taskId) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    home.escrow.taskOf(taskId),
                    home.escrow.workerOf(taskId),
                    free(b.id, worker),
                    free(b.id, rival),
                    balance(address(home.escrow))
                )
            );
    }

    function _refused(bytes32 taskId, PortalAction action, address account, Refusal refusal) private {
        bytes32 before = _world(taskId);
        Answer memory answer = expectAnswer(action, account, refusal);
        vm.assertEq(answer.taskId, taskId);
        vm.assertEq(uint256(answer.deadline), 0);
        vm.assertEq(uint256(answer.token), home.escrow.taskOf(taskId).token, "token");
        vm.assertEq(_world(taskId), before, "a refusal changes nothing");
    }

    // give up

    function _giveUp(Terms memory terms, address account, uint16 token) private {
        on(b);
        vm.prank(account);
        far.portal.giveUp(a.id, terms, token);
    }

    function test_a_remote_worker_gives_up() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 before = balance(requester);
        _giveUp(terms, worker, 1);
        Answer memory answer = expectAnswer(PortalAction.GiveUp, worker, Refusal.None);
        vm.assertEq(uint256(answer.token), 1);
        assertState(taskId, TaskState.Open);
        vm.assertEq(balance(requester) - before, COST / 2);
        vm.assertEq(free(b.id, worker), DEPOSIT - COST / 2);
        ask(terms, worker);
        expectAnswer(PortalAction.Claim, worker, Refusal.Stale);
    }

    function test_giving_up_in_the_last_second_opens_it_again() public {
        Terms memory terms = newTerms();
        terms.openUntil = uint40(block.timestamp + 10);
        bytes32 taskId = assigned(terms);
        vm.warp(terms.openUntil);
        _giveUp(terms, worker, 1);
        expectAnswer(PortalAction.GiveUp, worker, Refusal.None);
        assertState(taskId, TaskState.Open);
    }

    /// @dev Whoever gives up lives: the bond of a doubt is its own.
    function test_giving_up_answers_a_doubt() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        _giveUp(terms, worker, 1);
        expectAnswer(PortalAction.GiveUp, worker, Refusal.None);
        assertState(taskId, TaskState.Open);
        vm.assertEq(home.escrow.creditOf(worker, address(home.coin)), SUSPECT_BOND);
    }

    /// @dev The message pays. It has the gas for it, whoever is paid.
    function test_giving_up_too_late_to_be_claimed_again_ends_the_task() public {
        Terms memory terms = newTerms();
        terms.openUntil = uint40(block.timestamp + 10);
        bytes32 taskId = assigned(terms);
        vm.warp(terms.openUntil + 1);
        uint256 before = balance(requester);
        _giveUp(terms, worker, 1);
        expectAnswer(PortalAction.GiveUp, worker, Refusal.None);
        assertState(taskId, TaskState.Expired);
        vm.assertEq(home.escrow.taskOf(taskId).worker, address(0));
        vm.assertEq(balance(requester) - before, REWARD + COST / 2);
    }

    function test_refusals_of_giving_up_say_why() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        _giveUp(terms, worker, 2);
        _refused(taskId, PortalAction.GiveUp, worker, Refusal.Stale);
        _giveUp(terms, rival, 1);
        _refused(taskId, PortalAction.GiveUp, rival, Refusal.NotWorker);
        uint256 snapshot = vm.snapshotState();
        vm.warp(block.timestamp + WORK + GRACE + 1);
        _giveUp(terms, worker, 1);
        _refused(taskId, PortalAction.GiveUp, worker, Refusal.TooLate);
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        exchange();
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.revise(terms, work());
        _giveUp(terms, worker, 2);
        _refused(taskId, PortalAction.GiveUp, worker, Refusal.Delivered);
    }

    /// @dev The terms of another task, under this one's id: a message that only a rogue portal sends.
    function test_terms_of_another_task_give_up_nothing() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        terms.reward = 1e6;
        bytes memory payload = abi.encode(PortalAction.GiveUp, taskId, worker, terms, uint16(1));
        send(b, a, address(far.portal), address(home.escrow), payload, limits(1_000_000, 0));
        _refused(taskId, PortalAction.GiveUp, worker, Refusal.Stale);
    }

    // doubts

    function _alive(bytes32 taskId, address account, uint16 token, uint96 bond) private {
        on(b);
        vm.prank(account);
        far.portal.alive(a.id, taskId, token, bond);
    }

    function _doubt(Terms memory terms) private {
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
    }

    function test_a_remote_worker_answers_a_doubt() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        uint256 deadline = home.escrow.workDeadlineOf(taskId);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        _refused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
        _doubt(terms);
        // The answer window has the grace, too.
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + ANSWER + GRACE);
        _alive(taskId, rival, 1, SUSPECT_BOND);
        _refused(taskId, PortalAction.Alive, rival, Refusal.NotWorker);
        _alive(taskId, worker, 1, 2 * SUSPECT_BOND);
        _refused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
        vm.warp(block.timestamp + ANSWER + GRACE);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        Answer memory answer = expectAnswer(PortalAction.Alive, worker, Refusal.None);
        vm.assertEq(uint256(answer.deadline), deadline);
        vm.assertEq(home.escrow.creditOf(worker, address(home.coin)), SUSPECT_BOND);
        // The same message once more answers no other doubt: that one has another bond.
        _doubt(terms);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        _refused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
    }

    function test_an_answer_that_comes_too_late_is_refused() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        _doubt(terms);
        vm.warp(block.timestamp + ANSWER + GRACE + 1);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        _refused(taskId, PortalAction.Alive, worker, Refusal.TooLate);
    }

    // counter

    function _counter(Terms memory terms, Work memory seen, address account) private {
        on(b);
        vm.prank(account);
        far.portal.counter(a.id, terms, seen, SPONSOR);
    }

    function test_a_remote_worker_counters_with_its_deposit() public {
        Terms memory terms = newTerms();
        bytes32 taskId = contested(terms, 100);
        _counter(terms, work(), worker);
        expectAnswer(PortalAction.Counter, worker, Refusal.None);
        assertState(taskId, TaskState.Disputed);
        vm.assertEq(free(b.id, worker), DEPOSIT - BOND - DISPUTE_BOND);
        uint256 before = balance(SPONSOR);
        on(a);
        vm.prank(ARBITRATOR);
        home.escrow.rule(terms, work(), 10_000);
        // The bond is whose money it was, the pay the worker's.
        vm.assertEq(balance(SPONSOR) - before, DISPUTE_BOND);
        vm.assertEq(balance(worker), REWARD);
        vm.assertEq(free(b.id, worker), DEPOSIT - DISPUTE_BOND);
    }

    function test_refusals_of_a_counter_say_why() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitted(terms);
        _counter(terms, work(), worker);
        _refused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        _counter(terms, Work(worker, 2, WORK_HASH), worker);
        _refused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        _counter(terms, Work(rival, 1, WORK_HASH), worker);
        _refused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        _counter(terms, work(), STRANGER);
        _refused(taskId, PortalAction.Counter, STRANGER, Refusal.BondMissing);
        uint256 snapshot = vm.snapshotState();
        vm.warp(block.timestamp + DISPUTE + GRACE + 1);
        _counter(terms, work(), worker);
        _refused(taskId, PortalAction.Counter, worker, Refusal.TooLate);
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
        // Anyone on an admitted chain may, for the worker.
        vm.warp(block.timestamp + DISPUTE + GRACE);
        _counter(terms, work(), rival);
        expectAnswer(PortalAction.Counter, rival, Refusal.None);
    }

    function test_a_counter_needs_no_more_than_its_bond() public {
        Terms memory terms = newTerms();
        bytes32 taskId = contested(terms, 100);
        on(a);
        vm.prank(SPONSOR);
        home.escrow.withdrawDeposit(b.id, worker, address(home.coin), DEPOSIT - BOND - DISPUTE_BOND);
        _counter(terms, work(), worker);
        expectAnswer(PortalAction.Counter, worker, Refusal.None);
        assertState(taskId, TaskState.Disputed);
        vm.assertEq(free(b.id, worker), 0);
    }

    /// @dev The terms admit a chain, but not the one that the counter comes from.
    function test_a_chain_that_the_terms_do_not_admit_counters_nothing() public {
        Terms memory terms = newTerms();
        terms.chains[0] = b.id + 1;
        bytes32 taskId = open(terms);
        deposit(a.id, worker);
        vm.prank(worker);
        home.escrow.claimWith(terms, SPONSOR, 10_000);
        vm.prank(worker);
        home.escrow.submit(taskId, 1, WORK_HASH);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        _counter(terms, work(), worker);
        Answer memory answer = expectAnswer(PortalAction.Counter, worker, Refusal.ChainNotAdmitted);
        vm.assertEq(uint256(answer.token), 1);
        assertState(taskId, TaskState.Contested);
    }

    // hand-off

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
        _refused(taskId, PortalAction.Handoff, worker, Refusal.Stale);
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
        _refused(taskId, PortalAction.Handoff, STRANGER, Refusal.NotWorker);
        change.token = 2;
        _handoff(terms, change, worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.Stale);
        change = handoffTo(Actor(b.id + 1, rival));
        _handoff(terms, change, worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.ChainNotAdmitted);
        change = handoffTo(actor(EVALUATOR));
        _handoff(terms, change, worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.AccountInvalid);
        change = handoffTo(actor(STRANGER));
        _handoff(terms, change, worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.BondMissing);
        change = handoffTo(actor(rival));
        change.expiry = uint40(block.timestamp - 1);
        _handoff(terms, change, worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.TooLate);
        // In its last second it counts, and lacks only the other's word.
        change.expiry = uint40(block.timestamp);
        _handoff(terms, change, worker, "");
        expectAnswer(PortalAction.Handoff, worker, Refusal.ConsentMissing);
        terms.salt = keccak256("never");
        terms.handoffRule = 2;
        deposit(b.id, worker);
        taskId = assigned(terms);
        _handoff(terms, handoffTo(actor(rival)), worker, "");
        _refused(taskId, PortalAction.Handoff, worker, Refusal.HandoffForbidden);
    }

    // anything else

    function test_an_unknown_action_and_a_malformed_one_fail_alone() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        bytes32 before = _world(taskId);
        bytes[5] memory bad = [
            abi.encode(uint256(7), taskId, worker, uint16(1), bytes32(0)),
            abi.encode(PortalAction.GiveUp, taskId, worker),
            abi.encode(PortalAction.GiveUp, taskId, worker, uint256(6 * 32), uint16(1), new bytes(40 * 32)),
            abi.encode(PortalAction.Alive, taskId, worker, uint256(1) << 16, SUSPECT_BOND),
            bytes("short")
        ];
        uint64 first = sentCount(laneOf(b, a));
        for (uint256 i; i < bad.length; ++i) send(b, a, address(far.portal), address(home.escrow), bad[i], limits(500_000, 0));
        relay(b, a);
        on(a);
        for (uint64 i; i < bad.length; ++i) {
            vm.assertEq(uint256(a.gateway.statusOf(laneOf(b, a), first + i)), uint256(MessageStatus.Failed));
        }
        vm.assertEq(_world(taskId), before);
        _failsWith(bad[0], abi.encodeWithSelector(PortalMessages.ActionUnknown.selector, 7));
        for (uint256 i = 1; i < bad.length; ++i) {
            // Only the numbers of the fourth are too large, which no check of lengths sees.
            if (i != 3) _failsWith(bad[i], abi.encodeWithSelector(PortalMessages.RequestMalformed.selector, bad[i].length));
        }
        // Cut short within the terms.
        bytes memory cut = bytes.concat(
            abi.encode(PortalAction.GiveUp, taskId, worker, uint256(5 * 32), uint256(1)),
            new bytes(36 * 32 - 1)
        );
        _failsWith(cut, abi.encodeWithSelector(PortalMessages.RequestMalformed.selector, cut.length));
    }

    function _failsWith(bytes memory payload, bytes memory reason) private {
        vm.prank(address(a.gateway));
        vm.expectRevert(reason);
        IRecipient(address(home.escrow)).receiveMessage(0, addressOn(b, address(far.portal)), payload);
    }

    function test_anyone_has_an_actor_told_how_the_task_stands_for_it() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        vm.prank(STRANGER);
        home.escrow.sendAnswerTo(taskId, work(), actor(worker));
        Answer memory answer = expectAnswer(PortalAction.Claim, worker, Refusal.None);
        vm.assertEq(uint256(answer.deadline), block.timestamp + WORK + GRACE);
        // A refused claimer, whose own answer never came.
        on(a);
        home.escrow.sendAnswerTo(taskId, work(), actor(rival));
        answer = expectAnswer(PortalAction.Claim, rival, Refusal.NotWorker);
        vm.assertEq(uint256(answer.token), 1);
        on(a);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AnswerUnavailable.selector, taskId, b.id + 1));
        home.escrow.sendAnswerTo(taskId, work(), Actor(b.id + 1, worker));
    }
}

interface IRecipient {
    function receiveMessage(bytes32 receiveId, bytes calldata sender, bytes calldata payload) external payable returns (bytes4);
}
