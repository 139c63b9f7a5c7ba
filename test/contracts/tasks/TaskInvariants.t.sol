// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Book, TaskHandler} from "./TaskHandler.t.sol";

/// @dev What the fuzzer may call.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice What holds after any sequence of calls. Each is described, with the planted bug that it alone catches, in
/// `test/invariant/tasks.md`.
contract TaskEscrowInvariantTest {
    TaskHandler private _world;
    ITaskEscrow private _escrow;

    function setUp() public {
        _world = new TaskHandler();
        _escrow = ITaskEscrow(_world.escrowAddress());
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @dev What moves tasks on comes more often than what disturbs it.
    /// @dev The invariants are worth nothing if the play never gets far: every kind of call succeeds many times in it.
    function test_the_play_reaches_everything() public {
        bytes4[] memory selectors = this.targetSelectors()[0].selectors;
        string[13] memory kinds = [
            "open",
            "deposit",
            "claim",
            "claim from far",
            "submit",
            "submit from far",
            "decide",
            "settle",
            "lapse",
            "expire",
            "cancel",
            "withdrawDeposit",
            "withdrawTo"
        ];
        uint256[13] memory seen;
        for (uint256 run; run < 20; ++run) {
            uint256 snapshot = vm.snapshotState();
            for (uint256 i; i < 100; ++i) {
                uint256 seed = uint256(keccak256(abi.encode(run, i)));
                bytes4 selector = selectors[seed % selectors.length];
                (bool success, ) = address(_world).call(
                    abi.encodePacked(
                        selector,
                        keccak256(abi.encode(seed, 1)),
                        keccak256(abi.encode(seed, 2)),
                        keccak256(abi.encode(seed, 3)),
                        keccak256(abi.encode(seed, 4))
                    )
                );
                success;
            }
            for (uint256 i; i < kinds.length; ++i) seen[i] += _world.successes(kinds[i]);
            vm.revertToState(snapshot);
        }
        string memory table;
        for (uint256 i; i < kinds.length; ++i) table = string.concat(table, kinds[i], " ", vm.toString(seen[i]), ", ");
        for (uint256 i; i < kinds.length; ++i) vm.assertGe(seen[i], 2, table);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[32] memory selectors = [
            TaskHandler.open.selector,
            TaskHandler.open.selector,
            TaskHandler.decide.selector,
            TaskHandler.decide.selector,
            TaskHandler.open.selector,
            TaskHandler.open.selector,
            TaskHandler.open.selector,
            TaskHandler.claim.selector,
            TaskHandler.claim.selector,
            TaskHandler.claim.selector,
            TaskHandler.claim.selector,
            TaskHandler.submit.selector,
            TaskHandler.submit.selector,
            TaskHandler.submit.selector,
            TaskHandler.submit.selector,
            TaskHandler.decide.selector,
            TaskHandler.decide.selector,
            TaskHandler.deposit.selector,
            TaskHandler.settle.selector,
            TaskHandler.settle.selector,
            TaskHandler.lapse.selector,
            TaskHandler.expire.selector,
            TaskHandler.cancel.selector,
            TaskHandler.withdrawDeposit.selector,
            TaskHandler.withdrawTo.selector,
            TaskHandler.wait.selector,
            TaskHandler.waitLong.selector,
            TaskHandler.misbehave.selector,
            TaskHandler.misbehave.selector,
            TaskHandler.withdrawTo.selector,
            TaskHandler.setPayout.selector,
            TaskHandler.donate.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0].addr = address(_world);
        targets[0].selectors = new bytes4[](selectors.length + 1);
        for (uint256 i; i < selectors.length; ++i) targets[0].selectors[i] = selectors[i];
        targets[0].selectors[selectors.length] = TaskHandler.pause.selector;
    }

    function invariant_E1_money_is_conserved() public view {
        for (uint256 t; t < 3; ++t) {
            address token = _world.tokens(t);
            uint256 owed = _world.donated(token);
            for (uint256 i; i < _world.taskCount(); ++i) {
                Terms memory terms = _world.termsOf(i);
                if (terms.token == token) owed += _held(_escrow.taskOf(_world.book(i).id).state, terms);
            }
            for (uint256 i; i < _world.actorCount(); ++i) {
                owed += _escrow.creditOf(_world.actors(i), token);
                for (uint256 j; j < _world.actorCount(); ++j) {
                    owed += _escrow.depositOf(_world.actors(i), 1001, _world.actors(j), token);
                    owed += _escrow.depositOf(_world.actors(i), _world.FAR(), _world.actors(j), token);
                }
            }
            vm.assertEq(_world.heldBalance(token), owed, "held is owed");
        }
    }

    function _held(TaskState state, Terms memory terms) private pure returns (uint256) {
        if (state == TaskState.Open) return terms.reward;
        if (state == TaskState.Assigned || state == TaskState.Submitted) return uint256(terms.reward) + terms.workerBond;
        return 0;
    }

    function invariant_E2_an_end_is_final() public view {
        vm.assertEq(_world.revivals(), 0, "a task that was over changed");
    }

    function invariant_E3_the_token_rises_on_every_assignment() public view {
        vm.assertEq(_world.falls(), 0, "an assignment did not raise the token");
    }

    function invariant_E4_nobody_gains_but_the_payee() public view {
        for (uint256 t; t < 3; ++t) {
            address token = _world.tokens(t);
            for (uint256 i; i < _world.actorCount(); ++i) {
                address account = _world.actors(i);
                int256 most = _world.wealth(account, token);
                vm.assertTrue(most >= 0 && _world.wealthOf(account, token) <= uint256(most), "somebody gained");
            }
        }
    }

    function invariant_E5_only_its_actor_locks_a_deposit() public view {
        for (uint256 t; t < 3; ++t) {
            address token = _world.tokens(t);
            for (uint256 i; i < _world.actorCount(); ++i) {
                for (uint256 j; j < _world.actorCount(); ++j) {
                    _checkDeposit(_world.actors(i), 1001, _world.actors(j), token);
                    _checkDeposit(_world.actors(i), _world.FAR(), _world.actors(j), token);
                }
            }
        }
    }

    function _checkDeposit(address sponsor, uint256 chainId, address account, address token) private view {
        vm.assertEq(
            _escrow.depositOf(sponsor, chainId, account, token),
            _world.deposits(_world.depositKey(sponsor, chainId, account, token)),
            "deposit"
        );
    }

    function invariant_E6_a_stranger_can_end_every_task() public {
        for (uint256 i; i < _world.taskCount(); ++i) {
            Terms memory terms = _world.termsOf(i);
            bytes32 id = _world.book(i).id;
            TaskState state = _escrow.taskOf(id).state;
            if (state >= TaskState.Settled) continue;
            uint256 snapshot = vm.snapshotState();
            uint256 end = _escrow.latestEnd(terms) + 1;
            if (block.timestamp < end) vm.warp(end);
            bytes memory call =
                state == TaskState.Open
                    ? abi.encodeCall(_escrow.expire, (terms))
                    : state == TaskState.Assigned
                        ? abi.encodeCall(_escrow.lapse, (terms))
                        : abi.encodeCall(
                            _escrow.settle,
                            (terms, Work(_world.book(i).worker, _world.book(i).token, _world.book(i).deliverable))
                        );
            vm.prank(address(0x57A6));
            (bool success, ) = address(_escrow).call{gas: 3_000_000}(call);
            bool isOver = _escrow.taskOf(id).state >= TaskState.Settled;
            vm.revertToState(snapshot);
            vm.assertTrue(success && isOver, "a task is stuck");
        }
    }

    function invariant_E7_every_call_ends_as_the_books_say() public view {
        vm.assertEq(_world.surprises(), 0, _world.surprise());
    }
}
