// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Record} from "./RightsBooks.sol";
import {RightsHandler} from "./RightsHandler.t.sol";
import {FuzzSelector} from "./TaskInvariants.t.sol";

/// @notice Equalities that hold after any sequence of offers, bids, hand-offs, doubts, revisions, disputes, splits and children.
contract RightsInvariantTest {
    uint256 private constant HOME = 1001;

    RightsHandler private _world;
    ITaskEscrow private _escrow;

    function setUp() public {
        _world = new RightsHandler();
        _escrow = ITaskEscrow(_world.escrowAddress());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[8] memory selectors = [
            RightsHandler.post.selector,
            RightsHandler.move.selector,
            RightsHandler.move.selector,
            RightsHandler.move.selector,
            RightsHandler.move.selector,
            RightsHandler.move.selector,
            RightsHandler.move.selector,
            RightsHandler.wait.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(_world);
        targets[0].selectors = new bytes4[](selectors.length);
        for (uint256 i; i < selectors.length; ++i) targets[0].selectors[i] = selectors[i];
    }

    /// @dev The invariants are worth nothing if the play never gets far.
    function test_the_play_reaches_every_right() public {
        string[24] memory kinds = [
            "open",
            "openChild",
            "closeChild",
            "cancel",
            "expire",
            "hire",
            "claim",
            "first bid",
            "better bid",
            "award",
            "submit",
            "lapse",
            "giveUp",
            "handoff",
            "suspect",
            "alive",
            "decide",
            "revise",
            "settle",
            "contest",
            "counter",
            "rule",
            "concession",
            "split"
        ];
        uint256[24] memory seen;
        uint256 defaults;
        for (uint256 run; run < 32; ++run) {
            uint256 snapshot = vm.snapshotState();
            for (uint256 i; i < 120; ++i) {
                uint256 seed = uint256(keccak256(abi.encode(run, i)));
                if (seed % 8 == 0) _world.post(seed);
                else if (seed % 8 == 1) _world.wait(seed);
                else _world.move(seed);
            }
            for (uint256 i; i < kinds.length; ++i) seen[i] += _world.successes(kinds[i]);
            defaults += _world.successes("default split");
            vm.revertToState(snapshot);
        }
        string memory table;
        for (uint256 i; i < kinds.length; ++i) table = string.concat(table, kinds[i], " ", vm.toString(seen[i]), ", ");
        for (uint256 i; i < kinds.length; ++i) vm.assertGe(seen[i], 1, table);
        vm.assertGe(defaults, 1, "default split");
    }

    function invariant_R1_all_that_is_held_is_owed() public view {
        for (uint256 t; t < 2; ++t) {
            address token = _world.tokenAt(t);
            uint256 owed;
            for (uint256 i; i < _world.count(); ++i) if (_world.termsAt(i).token == token) owed += _world.heldBy(i);
            for (uint256 i; i < 5; ++i) {
                owed += _escrow.creditOf(_world.people(i), token);
                owed += _escrow.depositOf(_world.people(i), HOME, _world.people(i), token);
            }
            uint256 held = token == address(0) ? address(_escrow).balance : _balance(token);
            vm.assertEq(held, owed, "held is owed");
        }
    }

    function _balance(address token) private view returns (uint256 balance) {
        (, bytes memory result) = token.staticcall(abi.encodeWithSignature("balanceOf(address)", address(_escrow)));
        return abi.decode(result, (uint256));
    }

    function invariant_R2_everybody_has_what_the_books_say() public view {
        for (uint256 t; t < 2; ++t) {
            address token = _world.tokenAt(t);
            for (uint256 i; i < 5; ++i) {
                address account = _world.people(i);
                vm.assertEq(_world.everythingOf(account, token), _world.wealth(account, token), "wealth");
            }
        }
    }

    function invariant_R3_a_task_is_where_the_books_say() public view {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            Task memory task = _escrow.taskOf(r.id);
            vm.assertEq(uint256(task.state), uint256(r.state), "state");
            vm.assertEq(uint256(task.token), r.token, "token");
            vm.assertEq(uint256(task.revisions), r.revisions, "revisions");
        }
    }

    function invariant_R4_the_worker_is_who_agreed() public view {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            if (r.state != TaskState.Proposed && r.state != TaskState.Assigned && r.state != TaskState.Settled) continue;
            vm.assertTrue(_escrow.workerOf(r.id).account == r.worker, "worker");
        }
    }

    function invariant_R5_exactly_the_work_handed_in_stands_for_review() public view {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            bool isExpected = r.state >= TaskState.Submitted && r.state <= TaskState.Disputed;
            vm.assertTrue(_escrow.isUnderReview(r.id, Work(r.worker, r.token, r.deliverable)) == isExpected, "work");
            vm.assertFalse(_escrow.isUnderReview(r.id, Work(r.worker, r.token, ~r.deliverable)), "other work");
        }
    }

    function invariant_R6_worker_bonds() public view {
        for (uint256 t; t < 2; ++t) {
            for (uint256 i; i < 5; ++i) {
                address account = _world.people(i);
                address token = _world.tokenAt(t);
                vm.assertEq(_escrow.depositOf(account, HOME, account, token), _world.free(account, account, token), "deposit");
            }
        }
    }

    function invariant_R7_bonds_of_doubts() public view {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            (address by, uint40 until, uint256 bond) = _escrow.suspicionOf(r.id);
            vm.assertTrue(by == r.suspecter, "suspecter");
            if (by == address(0)) continue;
            vm.assertEq(bond, r.suspectBond, "bond");
            vm.assertEq(uint256(until), r.answerUntil, "until");
        }
    }

    function invariant_R8_what_children_have() public view {
        for (uint256 i; i < _world.count(); ++i) {
            vm.assertEq(_escrow.delegatedOf(_world.recordAt(i).id), _world.recordAt(i).delegated, "delegated");
            vm.assertLe(_world.recordAt(i).delegated, _world.termsAt(i).delegable, "delegable");
        }
    }

    function invariant_R9_a_settlement_stays_as_it_was_made() public view {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            if (r.state != TaskState.Settled) continue;
            (uint256 price, uint16 verdict) = _escrow.settlementOf(_world.termsAt(i));
            vm.assertEq(price, (uint256(_world.termsAt(i).reward) * r.share) / 10_000, "price");
            vm.assertEq(uint256(verdict), r.verdict, "verdict");
        }
    }

    function invariant_R10_a_stranger_can_end_every_task() public {
        for (uint256 i; i < _world.count(); ++i) {
            Record memory r = _world.recordAt(i);
            if (r.state >= TaskState.Settled) continue;
            uint256 snapshot = vm.snapshotState();
            _end(r, _world.termsAt(i));
            bool isOver = _escrow.taskOf(r.id).state >= TaskState.Settled;
            vm.revertToState(snapshot);
            vm.assertTrue(isOver, "a task is stuck");
        }
    }

    /// @dev Only defaults, by nobody in particular. Four at most: award, lapse, then the end of the review.
    function _end(Record memory r, Terms memory terms) private {
        uint256 end = _escrow.latestEnd(terms) + 1;
        if (block.timestamp < end) vm.warp(end);
        for (uint256 i; i < 4; ++i) {
            Task memory task = _escrow.taskOf(r.id);
            Work memory work = Work(r.worker, task.token, r.deliverable);
            if (task.state == TaskState.Open) _escrow.expire(terms);
            else if (task.state == TaskState.Proposed) _escrow.award(terms);
            else if (task.state == TaskState.Assigned) _escrow.lapse(terms);
            else if (task.state == TaskState.Submitted) _escrow.settle(terms, work);
            else if (task.state < TaskState.Settled) _escrow.resolve(terms, work);
            else return;
        }
    }
}
