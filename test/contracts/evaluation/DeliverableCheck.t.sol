// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeliverableCheck} from "../../../contracts/evaluation/checks/DeliverableCheck.sol";
import {HashCheck} from "../../../contracts/evaluation/checks/HashCheck.sol";
import {IReviewCheck} from "../../../contracts/evaluation/checks/IReviewCheck.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";

/// @notice A check that does what the first byte of the body says: gives so many hundreds of basis points, or misbehaves.
contract Puppet is DeliverableCheck {
    bytes1 internal constant REVERT = 0xf0;
    bytes1 internal constant EAT_GAS = 0xf1;
    bytes1 internal constant TOO_MUCH = 0xf2;
    bytes1 internal constant NEARLY_ALL_GAS = 0xf3;
    bytes1 internal constant REVERT_HUGE = 0xf4;

    constructor(ITaskEscrow escrow) DeliverableCheck(escrow, 1_000_000) {}

    function check(bytes32, bytes32, bytes calldata body) public view override returns (uint16) {
        bytes1 what = body[0];
        if (what == REVERT) revert("no");
        if (what == EAT_GAS) while (true) {}
        if (what == TOO_MUCH) return 10_001;
        if (what == NEARLY_ALL_GAS) {
            uint256 end = gasleft() < 970_000 ? 0 : gasleft() - 970_000;
            require(end != 0, "short of gas");
            while (gasleft() > end) {}
            return 10_000;
        }
        if (what == REVERT_HUGE) {
            assembly {
                revert(0, 100000)
            }
        }
        return uint16(uint8(what)) * 100;
    }
}

/// judge
/// ├── when the body is not what was handed in, the terms name another evaluator, or nothing is under review: reverts
/// ├── when the caller sends too little gas for the check: reverts, whatever the body
/// ├── when the check reverts, eats its gas, or gives what no verdict is: the least verdict of the terms
/// └── otherwise: the verdict of the check, and at least the floor
contract DeliverableCheckTest is TaskWorld {
    bytes private constant GOOD = "the lost file";

    HashCheck private _hashCheck;
    Puppet private _puppet;

    function setUp() public override {
        super.setUp();
        _hashCheck = HashCheck(create("HashCheck", abi.encode(escrow)));
        _puppet = new Puppet(escrow);
    }

    function test_TheRightBytesArePaidAtOnce() public {
        Terms memory terms = _hashTerms();
        bytes32 taskId = assignTask(terms);
        vm.expectRevert(abi.encodeWithSelector(HashCheck.BodyNotWanted.selector, terms.specHash, keccak256("junk")));
        vm.prank(worker);
        escrow.submitChecked(terms, 1, "junk");
        uint256 before = coin.balanceOf(worker);
        vm.prank(worker);
        escrow.submitChecked(terms, 1, GOOD);
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker) - before, REWARD);
    }

    function test_TheRightBytesArePaidWhenTheyAreShownLater() public {
        Terms memory terms = _hashTerms();
        bytes32 taskId = submitTask(terms, keccak256(GOOD));
        uint256 before = coin.balanceOf(worker);
        vm.prank(stranger);
        vm.assertEq(_hashCheck.judge(terms, workOf(keccak256(GOOD)), GOOD), 10_000);
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker) - before, REWARD);
    }

    function test_JunkIsPaidNothing() public {
        Terms memory terms = _hashTerms();
        bytes32 taskId = submitTask(terms, keccak256("junk"));
        uint256 before = coin.balanceOf(worker);
        vm.prank(stranger);
        vm.assertEq(_hashCheck.judge(terms, workOf(keccak256("junk")), "junk"), 0);
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker), before);
    }

    function test_AHashWithoutBodyIsPaidNothingBySilence() public {
        Terms memory terms = _hashTerms();
        bytes32 taskId = submitTask(terms, keccak256("a hash of nothing known"));
        uint256 before = coin.balanceOf(worker);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        escrow.settle(terms, workOf(keccak256("a hash of nothing known")));
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker), before);
    }

    function test_ALongBodyPasses() public {
        bytes memory body = new bytes(128 * 1024);
        Terms memory terms = _hashTerms();
        terms.specHash = keccak256(abi.encode(keccak256(body)));
        submitTask(terms, keccak256(body));
        vm.assertEq(_hashCheck.judge(terms, workOf(keccak256(body)), body), 10_000);
    }

    function test_EveryMisbehaviourIsTheLeastVerdict() public {
        bytes1[4] memory kinds = [bytes1(0xf0), 0xf1, 0xf2, 0xf4];
        for (uint256 i; i < kinds.length; ++i) {
            vm.assertEq(_judged(kinds[i], 0, false), 0);
            vm.assertEq(_judged(kinds[i], 2_500, false), 2_500);
            vm.assertEq(_judged(kinds[i], 2_500, true), 0);
        }
    }

    function test_AVerdictIsAtLeastTheFloor() public {
        vm.assertEq(_judged(bytes1(uint8(30)), 2_500, false), 3_000);
        vm.assertEq(_judged(bytes1(uint8(20)), 2_500, false), 2_500);
        vm.assertEq(_judged(bytes1(uint8(20)), 2_500, true), 2_000);
        vm.assertEq(_judged(bytes1(uint8(100)), 0, true), 10_000);
    }

    /// @dev The check needs nearly all the gas that it may have. Whatever the caller sends, it is paid in full or nothing happens.
    function test_TooLittleGasNeverCountsAsFailing() public {
        (Terms memory terms, bytes32 taskId) = _reviewed(0xf3, 0, false);
        bytes memory body = _bodyOf(0xf3);
        Work memory work = workOf(keccak256(body));
        uint256 refused;
        for (uint256 gasLimit = 900_000; gasLimit < 1_400_000; gasLimit += 1_777) {
            uint256 state = vm.snapshotState();
            (bool success, ) = address(_puppet).call{gas: gasLimit}(abi.encodeCall(_puppet.judge, (terms, work, body)));
            if (success) vm.assertEq(escrow.taskOf(taskId).window, 10_000, "paid in full");
            else ++refused;
            vm.revertToState(state);
        }
        vm.assertGt(refused, 10);
        _puppet.judge(terms, work, body);
        vm.assertEq(escrow.taskOf(taskId).window, 10_000);
    }

    function test_RevertWhen_ShortOfGas() public {
        (Terms memory terms, ) = _reviewed(0xf0, 0, false);
        bytes memory body = _bodyOf(0xf0);
        Work memory work = workOf(keccak256(body));
        vm.expectPartialRevert(IReviewCheck.CheckGasShort.selector);
        _puppet.judge{gas: 900_000}(terms, work, body);
    }

    function test_RevertWhen_TheBodyIsAnother() public {
        Terms memory terms = _hashTerms();
        submitTask(terms, keccak256(GOOD));
        vm.expectRevert(abi.encodeWithSelector(IReviewCheck.BodyWrong.selector, keccak256(GOOD), keccak256("junk")));
        _hashCheck.judge(terms, workOf(keccak256(GOOD)), "junk");
        // Junk that nobody handed in.
        vm.expectPartialRevert(ITaskRecords.TaskWorkWrong.selector);
        _hashCheck.judge(terms, workOf(keccak256("junk")), "junk");
    }

    function test_RevertWhen_TheEvaluatorIsAnother() public {
        Terms memory terms = _hashTerms();
        submitTask(terms, keccak256(GOOD));
        vm.expectRevert(abi.encodeWithSelector(IReviewCheck.CheckNotEvaluator.selector, address(_hashCheck)));
        _puppet.judge(terms, workOf(keccak256(GOOD)), GOOD);
    }

    function test_RevertGiven_ItIsJudged() public {
        Terms memory terms = _hashTerms();
        bytes32 taskId = submitTask(terms, keccak256(GOOD));
        _hashCheck.judge(terms, workOf(keccak256(GOOD)), GOOD);
        expectWrongState(taskId, TaskState.Submitted, TaskState.Settled);
        _hashCheck.judge(terms, workOf(keccak256(GOOD)), GOOD);
    }

    function _hashTerms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.evaluator = address(_hashCheck);
        terms.specHash = keccak256(abi.encode(keccak256(GOOD)));
        terms.silence = 0;
    }

    function _bodyOf(bytes1 what) private pure returns (bytes memory) {
        return abi.encodePacked(what);
    }

    function _reviewed(bytes1 what, uint16 floor, bool isDisputable) private returns (Terms memory terms, bytes32 taskId) {
        terms = newTerms();
        terms.evaluator = address(_puppet);
        terms.floor = floor;
        terms.silence = floor;
        if (isDisputable) (terms.arbitrator, terms.disputeWindow, terms.arbitrationWindow) = (stranger, 1 hours, 1 hours);
        taskId = submitTask(terms, keccak256(_bodyOf(what)));
    }

    /// @dev The verdict that the escrow has, or the one that it takes as proposed.
    function _judged(bytes1 what, uint16 floor, bool isDisputable) private returns (uint256 verdict) {
        uint256 state = vm.snapshotState();
        (Terms memory terms, bytes32 taskId) = _reviewed(what, floor, isDisputable);
        _puppet.judge(terms, workOf(keccak256(_bodyOf(what))), _bodyOf(what));
        verdict = escrow.taskOf(taskId).window;
        assertState(taskId, isDisputable && verdict != 10_000 ? TaskState.Contested : TaskState.Settled);
        vm.revertToState(state);
    }
}
