// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Tasks that the worker of another task gives out, paid from that one's reward.
/// - no more than the delegable part, and judged as the parent is
/// - what a child does not pay out is the living parent's, else that of whoever paid for all
contract ChildrenTest is SigningWorld {
    uint128 private constant DELEGABLE = 600_000;
    uint128 private constant PART = 250_000;

    Terms private _parent;
    bytes32 private _parentId;

    function setUp() public override {
        super.setUp();
        Terms memory terms = plainTerms();
        terms.delegable = DELEGABLE;
        terms.openUntil = uint40(block.timestamp + 3 days);
        _parent = terms;
        _parentId = assignTask(terms);
    }

    function _child(bytes32 salt) private view returns (Terms memory terms) {
        terms = _parent;
        terms.requester = worker;
        terms.parent = _parentId;
        terms.delegable = 0;
        terms.reward = PART - FEE;
        terms.triggerReward = 0;
        terms.salt = salt;
    }

    function openChild(Terms memory terms) public returns (bytes32) {
        vm.prank(worker);
        return escrow.openChild(terms, _parent);
    }

    function _give(Terms memory terms) private returns (bytes32 taskId) {
        depositFor(successor, HOME, successor, address(coin), BOND);
        taskId = escrow.taskIdOf(terms);
        vm.prank(successor);
        escrow.claim(taskId, claimTermsOf(terms), successor);
    }

    function _deliver(Terms memory terms) private returns (bytes32 taskId) {
        taskId = _give(terms);
        vm.prank(successor);
        escrow.submit(taskId, 1, WORK_HASH);
    }

    function _judge(Terms memory terms, uint16 verdict) private {
        vm.prank(evaluator);
        escrow.decide(terms, Work(successor, 1, WORK_HASH), verdict);
    }

    /// @dev The parent's work is handed in and settled with all.
    function _endParent() private {
        vm.prank(worker);
        escrow.submit(_parentId, 1, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(_parent, work(), 10_000);
    }

    function test_a_child_is_paid_from_the_parent_and_its_rest_returns_there() public {
        Terms memory terms = _child("a");
        mark(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.ChildOpened(_parentId, escrow.taskIdOf(terms), requester);
        bytes32 taskId = openChild(terms);
        assertPaid(terms, worker, 0, "no money moves");
        assertHeld(terms, totalOf(_parent) + BOND);
        vm.assertEq(escrow.delegatedOf(_parentId), PART);
        _deliver(terms);
        mark(terms);
        _judge(terms, 5_000);
        assertState(taskId, TaskState.Settled);
        uint256 earned = uint256(PART - FEE) / 2;
        assertPaid(terms, successor, earned, "successor");
        assertPaid(terms, evaluator, FEE, "evaluator");
        assertPaid(terms, requester, 0, "requester");
        vm.assertEq(escrow.delegatedOf(_parentId), earned + FEE);

        mark(terms);
        _endParent();
        assertPaidOut(_parent, REWARD - earned - FEE, TRIGGER, FEE, 0);
        assertHeld(terms, 2 * BOND);
    }

    function test_worthless_work_of_a_child_costs_its_worker_and_pays_its_requester() public {
        Terms memory terms = _child("a");
        openChild(terms);
        _deliver(terms);
        mark(terms);
        _judge(terms, 0);
        assertPaid(terms, worker, COST, "requester of the child");
        assertPaid(terms, requester, 0, "requester of the parent");
        vm.assertEq(escrow.delegatedOf(_parentId), FEE);
    }

    function test_a_cancelled_child_frees_its_part() public {
        Terms memory terms = _child("a");
        openChild(terms);
        mark(terms);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.ChildRefunded(_parentId, escrow.taskIdOf(terms), PART);
        vm.prank(worker);
        escrow.cancel(terms);
        vm.assertEq(escrow.delegatedOf(_parentId), 0);
        assertPaid(terms, worker, 0, "worker");
        _endParent();
        assertPaidOut(_parent, REWARD, TRIGGER, FEE, 0);
    }

    /// @dev The end of a parent closes its open children; what they hold is whose the money was.
    function test_open_children_of_an_ended_parent_are_closed() public {
        Terms memory terms = _child("a");
        bytes32 taskId = openChild(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ParentAlive.selector, taskId, _parentId));
        escrow.closeChild(terms);
        mark(terms);
        _endParent();
        escrow.closeChild(terms);
        assertState(taskId, TaskState.Cancelled);
        assertPaidOut(_parent, REWARD - PART, uint256(TRIGGER) + PART, FEE, 0);
        assertHeld(terms, BOND);
    }

    function test_a_child_that_is_worked_on_outlives_its_parent() public {
        Terms memory terms = _child("a");
        bytes32 taskId = openChild(terms);
        _deliver(terms);
        _endParent();
        expectWrongState(taskId, TaskState.Open, TaskState.Submitted);
        escrow.closeChild(terms);
        mark(terms);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        escrow.settle(terms, Work(successor, 1, WORK_HASH));
        assertPaid(terms, successor, PART - FEE, "successor");
        assertPaid(terms, requester, FEE, "the fee returns to whoever paid for all");
        assertPaid(terms, worker, 0, "worker");
        assertHeld(terms, 2 * BOND);
    }

    /// @dev With a part given away the task cannot promise its reward to another: it is over.
    function test_a_parent_with_children_lapses_for_good() public {
        openChild(_child("a"));
        mark(_parent);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        vm.prank(stranger);
        escrow.lapse(_parent);
        assertState(_parentId, TaskState.Expired);
        assertPaidOut(_parent, 0, totalOf(_parent) - PART - TRIGGER + COST, 0, TRIGGER);
        escrow.closeChild(_child("a"));
        assertPaid(_parent, requester, totalOf(_parent) - TRIGGER + COST, "requester");
        assertHeld(_parent, BOND - COST);
    }

    function test_grandchildren_return_to_their_parent_and_then_to_whoever_paid_for_all() public {
        Terms memory terms = _child("a");
        terms.delegable = PART - FEE;
        bytes32 child = openChild(terms);
        _give(terms);
        Terms memory grand = _child("b");
        (grand.parent, grand.requester, grand.reward) = (child, successor, 1_000);
        vm.prank(successor);
        escrow.openChild(grand, terms);
        vm.assertEq(escrow.delegatedOf(child), 1_000 + FEE);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        escrow.lapse(_parent);
        mark(terms);
        escrow.closeChild(grand);
        assertPaidOut(terms, 0, 1_000 + FEE, 0, 0);
        assertHeld(terms, 2 * (BOND - COST));
    }

    function test_a_verdict_under_what_children_have_pays_the_worker_nothing_more() public {
        openChild(_child("a"));
        vm.prank(worker);
        escrow.submit(_parentId, 1, WORK_HASH);
        mark(_parent);
        vm.prank(evaluator);
        escrow.decide(_parent, work(), 1_000);
        assertPaidOut(_parent, 0, totalOf(_parent) - PART - FEE, FEE, 0);
    }

    function _refuse(Terms memory terms, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ChildInvalid.selector, _parentId, field));
        this.openChild(terms);
    }

    function test_RevertWhen_a_child_is_judged_otherwise() public {
        for (uint256 i; i < 10; ++i) {
            Terms memory terms = _child("a");
            if (i == 0) terms.token = address(0);
            if (i == 1) terms.evaluator = stranger;
            if (i == 2) terms.arbitrator = arbitrator;
            if (i == 3) terms.floor = 1;
            if (i == 4) terms.silence = 9_999;
            if (i == 5) terms.defaultSplit = 1;
            if (i == 6) terms.reviewWindow = 1;
            if (i == 7) terms.disputeWindow = 1;
            if (i == 8) terms.arbitrationWindow = 1;
            if (i == 9) terms.disputeBond = 1;
            _refuse(terms, "judgement");
        }
    }

    function test_RevertWhen_a_child_needs_more_than_its_siblings_left() public {
        Terms memory terms = _child("a");
        openChild(terms);
        uint256 left = DELEGABLE - terms.reward - terms.evaluatorFee;
        terms = _child("b");
        terms.reward = uint128(left - terms.evaluatorFee + 1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DelegableExceeded.selector, _parentId, left, left + 1));
        this.openChild(terms);
        terms.reward -= 1;
        openChild(terms);
        vm.assertEq(escrow.delegatedOf(_parentId), DELEGABLE);
    }

    function test_RevertWhen_a_child_is_refused() public {
        Terms memory terms = _child("a");
        terms.parent = bytes32(uint256(1));
        _refuse(terms, "parent");
        terms = _child("a");
        terms.requester = requester;
        expectWrongCaller(escrow.taskIdOf(terms), requester, worker);
        this.openChild(terms);
        terms = _child("a");
        expectWrongCaller(_parentId, worker, stranger);
        vm.prank(stranger);
        escrow.openChild(terms, _parent);
        terms.reward = DELEGABLE - FEE + 1;
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DelegableExceeded.selector, _parentId, DELEGABLE, DELEGABLE + 1));
        this.openChild(terms);
        terms = _child("a");
        terms.triggerReward = 1;
        expectInvalid("triggerReward", 1);
        this.openChild(terms);
        openChild(_child("a"));
        expectWrongState(escrow.taskIdOf(_child("a")), TaskState.None, TaskState.Open);
        this.openChild(_child("a"));
    }

    function test_RevertGiven_the_parent_is_late_or_handed_in() public {
        uint256 deadline = escrow.workDeadlineOf(_parentId);
        vm.warp(deadline + 1);
        expectTooLate(_parentId, deadline);
        this.openChild(_child("a"));
        vm.warp(deadline);
        openChild(_child("a"));
        vm.prank(worker);
        escrow.submit(_parentId, 1, WORK_HASH);
        expectWrongState(_parentId, TaskState.Assigned, TaskState.Submitted);
        this.openChild(_child("b"));
    }

    function test_RevertWhen_a_child_is_shared_out() public {
        Terms memory terms = _child("a");
        bytes32 taskId = openChild(terms);
        _give(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SplitForbidden.selector, taskId));
        vm.prank(worker);
        escrow.split(terms, Work(successor, 1, 0), newSplit(10_000), "", "");
    }

    function test_RevertWhen_another_task_is_closed_as_a_child() public {
        Terms memory terms = plainTerms();
        terms.salt = "c";
        bytes32 taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ParentAlive.selector, taskId, bytes32(0)));
        escrow.closeChild(terms);
    }
}
