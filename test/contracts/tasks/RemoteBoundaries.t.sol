// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {PortalAction} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Windows of workers on other chains, and of a pause, second by second.
contract RemoteBoundariesTest is SigningWorld {
    uint256 private constant FAR = 2002;
    address private constant PORTAL = address(0x9047A1);

    function setUp() public override {
        super.setUp();
        escrow.linkPortal(FAR, PORTAL);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
    }

    function _terms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.chains = new uint256[](1);
        terms.chains[0] = FAR;
    }

    function _receive(bytes memory payload) private {
        vm.prank(address(gateway));
        IERC7786Recipient(address(escrow)).receiveMessage(0, InteroperableAddress.formatEvmV1(FAR, PORTAL), payload);
    }

    function _claim(Terms memory terms, uint40 deadline) private returns (bool) {
        bytes32 taskId = escrow.taskIdOf(terms);
        _receive(abi.encode(PortalAction.Claim, taskId, worker, terms, sponsor, uint16(0), deadline));
        return stateOf(taskId) == TaskState.Assigned;
    }

    function _claimAt(Terms memory terms, uint40 deadline, uint256 time) private returns (bool granted) {
        uint256 snapshot = vm.snapshotState();
        vm.warp(time);
        granted = _claim(terms, deadline);
        vm.revertToState(snapshot);
    }

    function test_a_claim_counts_until_its_own_deadline_and_that_of_the_task() public {
        Terms memory terms = _terms();
        openTask(terms);
        uint256[2] memory ends = [uint256(terms.openUntil), terms.openUntil - 100];
        uint40[2] memory deadlines = [terms.openUntil + 100, terms.openUntil - 100];
        for (uint256 i; i < 2; ++i) {
            vm.assertTrue(_claimAt(terms, deadlines[i], ends[i] - 1));
            vm.assertTrue(_claimAt(terms, deadlines[i], ends[i]));
            vm.assertFalse(_claimAt(terms, deadlines[i], ends[i] + 1));
        }
    }

    /// @dev A remote worker has the grace as a part of its window, and defaults wait for the grace once more.
    function test_a_remote_submission_counts_until_its_deadline_and_a_lapse_after_the_grace() public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        vm.assertTrue(_claim(terms, terms.openUntil));
        uint256 deadline = block.timestamp + WORK + GRACE;
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline);
        for (uint256 time = deadline - 1; time <= deadline + 1; ++time) {
            uint256 snapshot = vm.snapshotState();
            vm.warp(time);
            _receive(abi.encode(PortalAction.Submit, taskId, worker, uint16(1), WORK_HASH));
            vm.assertTrue((stateOf(taskId) == TaskState.Submitted) == (time <= deadline));
            vm.revertToState(snapshot);
        }
        vm.warp(deadline + GRACE);
        expectTooEarly(taskId, deadline + GRACE);
        escrow.lapse(terms);
        vm.warp(deadline + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
    }

    function test_a_pause_ends_on_its_second() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        escrow.pause(1 hours);
        uint256 end = block.timestamp + 1 hours;
        for (uint256 time = end - 1; time <= end + 1; ++time) {
            uint256 snapshot = vm.snapshotState();
            vm.warp(time);
            vm.prank(worker);
            (bool success, ) = address(escrow).call(abi.encodeCall(escrow.claim, (taskId, claimTermsOf(terms), worker)));
            vm.assertTrue(success == (time >= end));
            vm.revertToState(snapshot);
        }
    }
}
