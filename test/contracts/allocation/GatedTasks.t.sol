// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClaimGates} from "../../../contracts/allocation/ClaimGates.sol";
import {Condition} from "../../../contracts/allocation/IClaimGate.sol";
import {IPricePolicy} from "../../../contracts/allocation/IPricePolicy.sol";
import {IBoardRecords} from "../../../contracts/board/IBoardRecords.sol";
import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskRecords, Offer} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";
import {GateWorld} from "./GateWorld.sol";

/// @notice What a blackboard that is against everybody does, whatever it is asked.
enum Spite {
    Refuse,
    EatGas,
    /// Refuses with 20 kB.
    RefuseHuge,
    /// Refuses with more than the gas of a policy pays for.
    RefuseTooHuge,
    Write
}

contract HostileBoard {
    Spite private immutable SPITE;
    uint256 private _written;

    constructor(Spite spite) {
        SPITE = spite;
    }

    fallback() external {
        if (SPITE == Spite.Write) _written = 1;
        if (SPITE == Spite.EatGas) while (true) {}
        uint256 size =
            SPITE == Spite.RefuseHuge
                ? 20_000
                : SPITE == Spite.RefuseTooHuge
                    ? 5_000_000
                    : 0;
        assembly {
            if size {
                revert(0, size)
            }
        }
        require(SPITE == Spite.Write);
    }
}

/// @notice Gates as the escrow uses them.
contract GatedTasksTest is TaskWorld, GateWorld {
    /// @dev One more than there are: a blackboard without code.
    uint256 private constant SPITES = 6;

    function setUp() public override {
        super.setUp();
        newGates(authority, HOME);
        fund(address(coin), stranger, 1e12);
        depositFor(worker, HOME, worker, address(coin), BOND);
        depositFor(stranger, HOME, stranger, address(coin), BOND);
    }

    function test_NobodyClaimsBeforeTheConditionHolds() public {
        Terms memory terms = _gated(address(gateWith(version(2))));
        bytes32 taskId = openTask(terms);
        writeTimes(1);
        bytes memory reason = abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 2, 1);
        vm.expectRevert(reason);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
        vm.expectRevert(reason);
        vm.prank(stranger);
        escrow.claimWith(terms, stranger, 1);
        writeTimes(1);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 10_000);

        uint256 before = coin.balanceOf(worker);
        vm.prank(worker);
        escrow.submit(taskId, 1, "done");
        vm.prank(evaluator);
        escrow.decide(terms, workOf("done"), 10_000);
        vm.assertEq(coin.balanceOf(worker) - before, REWARD);
    }

    function test_ThereIsNoWayAroundIt() public {
        Terms memory terms = _gated(address(gateWith(version(1))));
        bytes32 taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ClaimTermsWrong.selector, taskId));
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AllocationWrong.selector, taskId, terms.allocation));
        vm.prank(requester);
        escrow.hire(terms, Offer(worker, worker, 1, uint40(block.timestamp + 1)), "");
    }

    function test_AReopenedTaskIsGatedAgain() public {
        bytes32 wanted = keccak256("go");
        Terms memory terms = _gated(address(gateWith(value(wanted))));
        bytes32 taskId = openTask(terms);
        board.write(space, KEY, 0, "go");
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
        board.write(space, KEY, 1, "stop");
        // What was claimed stays claimed: the condition is of the claim, not of the work.
        assertState(taskId, TaskState.Assigned);
        vm.prank(worker);
        escrow.giveUp(terms);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.ValueUnmet.selector, space, KEY, wanted, keccak256("stop")));
        vm.prank(stranger);
        escrow.claimWith(terms, stranger, 1);
    }

    function test_APriceRisesBehindTheGate() public {
        address ramp = create("RisingReward", "");
        Terms memory terms = _gated(gates.create(one(length(1)), IPricePolicy(ramp)));
        terms.allocationParams = bytes32(uint256(100));
        bytes32 taskId = openTask(terms);
        vm.warp(block.timestamp + 12 hours);
        appendTimes(1);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ShareWrong.selector, taskId, 1_001, 1_000));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1_001);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1_000);
        vm.assertEq(escrow.taskOf(taskId).price, 1_000);
    }

    function test_TheDearestGateFitsTheGasOfAPolicy() public {
        Condition[] memory conditions = new Condition[](4);
        for (uint40 i; i < 4; ++i) {
            conditions[i] = mirrored(true, 1, 1 days + i);
        }
        Terms memory terms = _gated(gates.create(conditions, IPricePolicy(create("RisingReward", ""))));
        terms.allocationParams = bytes32(uint256(1));
        openTask(terms);
        mirror(true, 1, block.timestamp);
        vm.warp(block.timestamp + 1 days - 1);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
    }

    /// @dev Silent, without code, reverting, eating all gas, answering with a bomb, trying to write: whatever the board does, the requester
    /// takes the task back, and anyone ends it after its time, and nobody's money is missing.
    function test_AHostileBoardLocksNoMoney() public {
        for (uint256 spite; spite < SPITES; ++spite) {
            address hostile = spite == SPITES - 1 ? address(0xDEAD) : address(new HostileBoard(Spite(spite)));
            gates = ClaimGates(create("ClaimGates", abi.encode(hostile)));
            uint256 balance = coin.balanceOf(requester);
            Terms memory terms = _gated(address(gateWith(version(1))));
            terms.salt = bytes32(spite);
            openTask(terms);
            uint256 gasBefore = gasleft();
            vm.prank(worker);
            (bool claimed, ) = address(escrow).call(abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 1)));
            vm.assertLt(gasBefore - gasleft(), 500_000);
            vm.assertFalse(claimed);

            uint256 snapshot = vm.snapshotState();
            vm.prank(requester);
            escrow.cancel(terms);
            vm.assertEq(coin.balanceOf(requester), balance);
            vm.revertToState(snapshot);
            snapshot = vm.snapshotState();
            vm.warp(uint256(terms.openUntil) + terms.grace + 1);
            vm.prank(stranger);
            escrow.expire(terms);
            vm.assertEq(coin.balanceOf(requester), balance);
            vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), BOND);
            vm.revertToState(snapshot);
        }
    }

    function _gated(address gate) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.allocation = gate;
    }
}
