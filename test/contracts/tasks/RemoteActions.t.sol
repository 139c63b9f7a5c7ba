// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Actor, ITaskRecords, PortalAction, Refusal, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer, PortalMessages} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {IRecipient, PortalWorld} from "./PortalWorld.sol";

/// @notice What workers on another chain do besides claim and submit, through both real gateways.
/// - alive, giveUp, counter: granted with all effects at home; each refusal with its reason and no effect
/// - messages of no known action or form; answers that anyone has sent again
contract RemoteActionsTest is PortalWorld {
    uint256 private constant COST = (uint256(BOND) * 4_000) / 10_000;

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
        expectRefused(taskId, PortalAction.GiveUp, worker, Refusal.Stale);
        _giveUp(terms, rival, 1);
        expectRefused(taskId, PortalAction.GiveUp, rival, Refusal.NotWorker);
        uint256 snapshot = vm.snapshotState();
        vm.warp(block.timestamp + WORK + GRACE + 1);
        _giveUp(terms, worker, 1);
        expectRefused(taskId, PortalAction.GiveUp, worker, Refusal.TooLate);
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
        expectRefused(taskId, PortalAction.GiveUp, worker, Refusal.Delivered);
    }

    /// @dev The terms of another task, under this one's id: a message that only a rogue portal sends.
    function test_terms_of_another_task_give_up_nothing() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        terms.reward = 1e6;
        bytes memory payload = abi.encode(PortalAction.GiveUp, taskId, worker, terms, uint16(1));
        send(b, a, address(far.portal), address(home.escrow), payload, limits(1_000_000, 0));
        expectRefused(taskId, PortalAction.GiveUp, worker, Refusal.Stale);
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
        expectRefused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
        _doubt(terms);
        // The answer window has the grace, too.
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + ANSWER + GRACE);
        _alive(taskId, rival, 1, SUSPECT_BOND);
        expectRefused(taskId, PortalAction.Alive, rival, Refusal.NotWorker);
        _alive(taskId, worker, 1, 2 * SUSPECT_BOND);
        expectRefused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
        vm.warp(block.timestamp + ANSWER + GRACE);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        Answer memory answer = expectAnswer(PortalAction.Alive, worker, Refusal.None);
        vm.assertEq(uint256(answer.deadline), deadline);
        vm.assertEq(home.escrow.creditOf(worker, address(home.coin)), SUSPECT_BOND);
        // The same message once more answers no other doubt: that one has another bond.
        _doubt(terms);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        expectRefused(taskId, PortalAction.Alive, worker, Refusal.NotDoubted);
    }

    function test_an_answer_that_comes_too_late_is_refused() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        _doubt(terms);
        vm.warp(block.timestamp + ANSWER + GRACE + 1);
        _alive(taskId, worker, 1, SUSPECT_BOND);
        expectRefused(taskId, PortalAction.Alive, worker, Refusal.TooLate);
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
        expectRefused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        _counter(terms, Work(worker, 2, WORK_HASH), worker);
        expectRefused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        _counter(terms, Work(rival, 1, WORK_HASH), worker);
        expectRefused(taskId, PortalAction.Counter, worker, Refusal.Stale);
        _counter(terms, work(), STRANGER);
        expectRefused(taskId, PortalAction.Counter, STRANGER, Refusal.BondMissing);
        uint256 snapshot = vm.snapshotState();
        vm.warp(block.timestamp + DISPUTE + GRACE + 1);
        _counter(terms, work(), worker);
        expectRefused(taskId, PortalAction.Counter, worker, Refusal.TooLate);
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

    // anything else

    function test_an_unknown_action_and_a_malformed_one_fail_alone() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        bytes32 before = worldOf(taskId);
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
        vm.assertEq(worldOf(taskId), before);
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
