// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor, Ending, ITaskRecords, PortalAction, Prerequisite, Receipt, Refusal} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskPortal} from "../../../contracts/tasks/ITaskPortal.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {vm} from "../../support/Vm.sol";
import {PortalWorld} from "./PortalWorld.sol";
import {IRecipient} from "./RemoteActions.t.sol";

/// @notice How a task ended, told to other chains, and tasks that wait for it there.
/// - sendReceipt: by anyone, of every kind of end, the same as the event said; not before the end; twice
/// - askReceipt: answered with the receipt, or that it is not over
/// - kept under the chain that sent it, believed only from that chain's escrow
/// - a prerequisite on another chain: met by its receipt, with enough basis points; not by an end without settlement
contract ReceiptsTest is PortalWorld {
    function _settled(Terms memory terms, uint16 verdict) private returns (bytes32 taskId) {
        taskId = contested(terms, verdict);
        vm.warp(block.timestamp + DISPUTE + 2 * GRACE + 1);
        on(a);
        home.escrow.resolve(terms, work());
        assertState(taskId, TaskState.Settled);
    }

    function _expected(Terms memory terms, bytes32 taskId, uint16 verdict, Ending ending) private view returns (Receipt memory) {
        return Receipt(taskId, requester, actor(worker), EVALUATOR, terms.token, REWARD, verdict, 1, ending);
    }

    function _send(Terms memory terms) private {
        on(a);
        vm.prank(STRANGER);
        home.escrow.sendReceipt(terms, b.id);
        relay(a, b);
    }

    function test_anyone_brings_the_receipt_to_another_chain() public {
        Terms memory terms = newTerms();
        bytes32 taskId = _settled(terms, 6_000);
        Receipt memory receipt = _expected(terms, taskId, 6_000, Ending.Concession);
        vm.assertEq(keccak256(abi.encode(home.escrow.receiptOf(terms))), keccak256(abi.encode(receipt)));
        on(a);
        home.escrow.sendReceipt(terms, b.id);
        collect();
        vm.expectEmit(address(far.portal));
        emit ITaskPortal.ReceiptStored(a.id, taskId, receipt);
        relay(a, b);
        vm.assertTrue(far.portal.isReceipt(a.id, receipt));
        vm.assertEq(far.portal.receiptOf(a.id, taskId).worker, worker);
        (bool isSettled, uint16 verdict) = far.portal.settlementOf(a.id, taskId);
        vm.assertTrue(isSettled && verdict == 6_000);
        receipt.price += 1;
        vm.assertFalse(far.portal.isReceipt(a.id, receipt));
    }

    function test_every_end_has_its_receipt() public {
        Terms memory terms = newTerms();
        uint256 snapshot = vm.snapshotState();
        bytes32 taskId = submitted(terms);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 10_000);
        _assertReceipt(terms, _expected(terms, taskId, 10_000, Ending.Verdict));
        _again(snapshot);
        submitted(terms);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        on(a);
        home.escrow.settle(terms, work());
        _assertReceipt(terms, _expected(terms, taskId, 10_000, Ending.Silence));
        _again(snapshot);
        _disputed(terms);
        vm.prank(ARBITRATOR);
        home.escrow.rule(terms, work(), 0);
        _assertReceipt(terms, _expected(terms, taskId, 0, Ending.Ruling));
        _again(snapshot);
        _disputed(terms);
        vm.warp(block.timestamp + 3 hours + GRACE + 1);
        home.escrow.resolve(terms, work());
        _assertReceipt(terms, _expected(terms, taskId, 3_000, Ending.NoRuling));
        _again(snapshot);
        open(terms);
        vm.prank(requester);
        home.escrow.cancel(terms);
        Receipt memory nobody = Receipt(taskId, requester, Actor(0, address(0)), EVALUATOR, terms.token, 0, 0, 0, Ending.Cancellation);
        _assertReceipt(terms, nobody);
        (bool isSettled, ) = far.portal.settlementOf(a.id, taskId);
        vm.assertFalse(isSettled);
        _again(snapshot);
        open(terms);
        vm.warp(terms.openUntil + GRACE + 1);
        home.escrow.expire(terms);
        nobody.ending = Ending.Expiry;
        _assertReceipt(terms, nobody);
    }

    function _again(uint256 snapshot) private {
        vm.revertToState(snapshot);
        vm.getRecordedLogs();
    }

    function _disputed(Terms memory terms) private {
        contested(terms, 100);
        on(a);
        vm.prank(STRANGER);
        home.escrow.counter(terms, work());
    }

    function _assertReceipt(Terms memory terms, Receipt memory receipt) private {
        on(a);
        vm.assertEq(keccak256(abi.encode(home.escrow.receiptOf(terms))), keccak256(abi.encode(receipt)), "receipt");
        _send(terms);
        vm.assertTrue(far.portal.isReceipt(a.id, receipt), "kept");
    }

    function test_RevertGiven_the_task_is_not_over() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitted(terms);
        on(a);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskNotOver.selector, taskId, TaskState.Submitted));
        home.escrow.sendReceipt(terms, b.id);
        terms.salt = keccak256("never posted");
        taskId = home.escrow.taskIdOf(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskNotOver.selector, taskId, TaskState.None));
        home.escrow.receiptOf(terms);
    }

    function test_RevertWhen_the_chain_has_no_portal() public {
        Terms memory terms = newTerms();
        bytes32 taskId = _settled(terms, 1);
        on(a);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AnswerUnavailable.selector, taskId, b.id + 1));
        home.escrow.sendReceipt(terms, b.id + 1);
    }

    function test_a_chain_that_asks_is_told() public {
        Terms memory terms = newTerms();
        bytes32 taskId = submitted(terms);
        on(b);
        vm.prank(STRANGER);
        far.portal.askReceipt(a.id, terms);
        vm.assertEq(uint256(expectAnswer(PortalAction.Receipt, STRANGER, Refusal.NotOver).token), 1);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 10_000);
        // Under the terms of another task it is told nothing: only a rogue portal asks so.
        Terms memory others = newTerms();
        others.reward = 1;
        send(
            b,
            a,
            address(far.portal),
            address(home.escrow),
            abi.encode(PortalAction.Receipt, taskId, STRANGER, others),
            limits(500_000, 0)
        );
        expectAnswer(PortalAction.Receipt, STRANGER, Refusal.Stale);
        on(b);
        vm.prank(STRANGER);
        far.portal.askReceipt(a.id, terms);
        relay(b, a);
        relay(a, b);
        vm.assertTrue(far.portal.isReceipt(a.id, _expected(terms, taskId, 10_000, Ending.Verdict)));
    }

    function test_a_receipt_that_comes_twice_changes_nothing() public {
        Terms memory terms = newTerms();
        bytes32 taskId = _settled(terms, 6_000);
        _send(terms);
        bytes32 kept = far.portal.receiptOf(a.id, taskId).hash;
        _send(terms);
        vm.assertEq(far.portal.receiptOf(a.id, taskId).hash, kept);
        // Home is rogue now, and says something else. An end is final.
        Receipt memory other = _expected(terms, taskId, 10_000, Ending.Verdict);
        send(a, b, address(home.escrow), address(far.portal), abi.encode(other));
        relay(a, b);
        vm.assertEq(far.portal.receiptOf(a.id, taskId).hash, kept);
    }

    function test_ReceiptKeyedByOrigin() public {
        Terms memory terms = newTerms();
        bytes32 taskId = _settled(terms, 6_000);
        // The escrow of `b` says how a task of `a` ended: on `a` that is a receipt of `b`, and nothing else.
        Receipt memory lie = _expected(terms, taskId, 0, Ending.Verdict);
        send(b, a, address(far.escrow), address(home.portal), abi.encode(lie));
        relay(b, a);
        vm.assertEq(home.portal.receiptOf(a.id, taskId).hash, bytes32(0));
        vm.assertTrue(home.portal.isReceipt(b.id, lie));
        // Anybody else of `a`, and its portal too, is not believed at all.
        uint64 first = sentCount(laneOf(a, b));
        send(a, b, STRANGER, address(far.portal), abi.encode(lie));
        send(a, b, address(home.portal), address(far.portal), abi.encode(lie));
        relay(a, b);
        on(b);
        for (uint64 i; i < 2; ++i) vm.assertEq(uint256(b.gateway.statusOf(laneOf(a, b), first + i)), uint256(MessageStatus.Failed));
        vm.assertEq(far.portal.receiptOf(a.id, taskId).hash, bytes32(0));
        vm.prank(address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(a, STRANGER)));
        IRecipient(address(far.portal)).receiveMessage(0, addressOn(a, STRANGER), abi.encode(lie));
    }

    // prerequisites

    /// @dev A task at home on `b` that waits for the one on `a`.
    function _waiting(bytes32 first, uint16 least) private returns (Terms memory terms, Prerequisite[] memory needed) {
        needed = new Prerequisite[](1);
        needed[0] = Prerequisite(a.id, first);
        on(b);
        fund(far, requester);
        terms = newTerms();
        terms.token = address(far.coin);
        terms.chains[0] = a.id;
        terms.prerequisites = keccak256(abi.encode(needed));
        terms.minPrerequisiteShare = least;
        vm.prank(requester);
        far.escrow.open(terms);
    }

    function test_a_task_waits_for_a_receipt_of_another_chain() public {
        Terms memory first = newTerms();
        bytes32 firstId = _settled(first, 6_000);
        (Terms memory terms, Prerequisite[] memory needed) = _waiting(firstId, 6_000);
        bytes32 taskId = far.escrow.taskIdOf(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, taskId, a.id, firstId));
        far.escrow.confirmPrerequisites(terms, needed);
        // A claim from elsewhere says the same.
        vm.prank(SPONSOR);
        far.coin.approve(address(far.escrow), FUNDS);
        far.coin.mint(SPONSOR, FUNDS);
        vm.prank(SPONSOR);
        far.escrow.deposit(a.id, worker, address(far.coin), DEPOSIT);
        _claimFromHome(terms);
        vm.assertEq(far.escrow.workerOf(taskId).account, address(0));
        _send(first);
        on(b);
        vm.prank(STRANGER);
        far.escrow.confirmPrerequisites(terms, needed);
        _claimFromHome(terms);
        vm.assertEq(far.escrow.workerOf(taskId).account, worker);
        vm.assertEq(far.escrow.workerOf(taskId).chainId, a.id);
    }

    function _claimFromHome(Terms memory terms) private {
        on(a);
        vm.prank(worker);
        home.portal.claim(b.id, terms, SPONSOR, 0, terms.openUntil);
        relay(a, b);
        on(b);
    }

    function test_a_receipt_that_says_too_little_or_no_settlement_does_not_count() public {
        Terms memory first = newTerms();
        bytes32 firstId = _settled(first, 5_999);
        _send(first);
        (Terms memory terms, Prerequisite[] memory needed) = _waiting(firstId, 6_000);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, far.escrow.taskIdOf(terms), a.id, firstId));
        far.escrow.confirmPrerequisites(terms, needed);
        first.salt = keccak256("cancelled");
        firstId = open(first);
        vm.prank(requester);
        home.escrow.cancel(first);
        _send(first);
        (terms, needed) = _waiting(firstId, 0);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, far.escrow.taskIdOf(terms), a.id, firstId));
        far.escrow.confirmPrerequisites(terms, needed);
    }

    /// @dev The same id under another chain's name is another task.
    function test_a_receipt_counts_for_its_own_chain_only() public {
        Terms memory first = newTerms();
        bytes32 firstId = _settled(first, 10_000 - 1);
        _send(first);
        (Terms memory terms, Prerequisite[] memory needed) = _waiting(firstId, 0);
        needed[0].chainId = a.id + 5;
        terms.prerequisites = keccak256(abi.encode(needed));
        bytes32 taskId = far.escrow.taskIdOf(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, taskId, a.id + 5, firstId));
        far.escrow.confirmPrerequisites(terms, needed);
    }
}
