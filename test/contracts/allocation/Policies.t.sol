// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RisingReward} from "../../../contracts/allocation/RisingReward.sol";
import {SignedBids} from "../../../contracts/allocation/SignedBids.sol";
import {Bid, ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";

/// @notice Both policies as the escrow uses them.
contract PoliciesTest is TaskWorld {
    uint24 private constant CHALLENGE = 1 hours;

    RisingReward private _ramp;
    SignedBids private _bids;

    function setUp() public override {
        super.setUp();
        _ramp = RisingReward(create("RisingReward", ""));
        _bids = SignedBids(create("SignedBids", ""));
        fund(address(coin), stranger, 1e12);
        depositFor(worker, HOME, worker, address(coin), BOND);
        depositFor(stranger, HOME, stranger, address(coin), BOND);
    }

    function test_AClaimIsAtThePriceOfItsMoment() public {
        Terms memory terms = _rising(100);
        bytes32 taskId = openTask(terms);
        vm.warp(block.timestamp + 12 hours);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ShareWrong.selector, taskId, 1_001, 1_000));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1_001);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1_000);

        uint256 before = coin.balanceOf(worker);
        uint256 refund = coin.balanceOf(requester);
        vm.prank(worker);
        escrow.submit(taskId, 1, "done");
        vm.prank(evaluator);
        escrow.decide(terms, workOf("done"), 10_000);
        vm.assertEq(coin.balanceOf(worker) - before, REWARD / 10);
        vm.assertEq(coin.balanceOf(requester) - refund, REWARD - REWARD / 10);
    }

    function test_AReopenedTaskStartsAgain() public {
        Terms memory terms = _rising(100);
        bytes32 taskId = openTask(terms);
        vm.warp(block.timestamp + 12 hours);
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1_000);
        vm.prank(worker);
        escrow.giveUp(terms);
        assertState(taskId, TaskState.Open);
        vm.prank(stranger);
        escrow.claimWith(terms, stranger, 100);
        vm.assertEq(escrow.taskOf(taskId).price, 100);
    }

    function test_BadParametersOnlyKeepTheTaskOpen() public {
        Terms memory terms = _rising(10_001);
        bytes32 taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(RisingReward.RampInvalid.selector, terms.allocationParams));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
        vm.prank(requester);
        escrow.cancel(terms);
        assertState(taskId, TaskState.Cancelled);
    }

    function test_TheLowestBidDoesTheWork() public {
        Terms memory terms = newTerms();
        terms.allocation = address(_bids);
        terms.allocationParams = bytes32((uint256(9_000) << 16) | 500);
        terms.challengeWindow = CHALLENGE;
        bytes32 taskId = openTask(terms);

        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BidTooHigh.selector, taskId, 0, 9_001));
        _propose(terms, worker, 9_001);
        _propose(terms, worker, 8_000);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BidTooHigh.selector, taskId, 8_000, 7_601));
        _propose(terms, stranger, 7_601);
        _propose(terms, stranger, 7_600);
        vm.warp(block.timestamp + CHALLENGE + GRACE + 1);
        escrow.award(terms);
        vm.assertEq(escrow.taskOf(taskId).worker, stranger);
        vm.assertEq(escrow.taskOf(taskId).price, 7_600);
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(coin)), BOND);
    }

    function _rising(uint256 first) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.allocation = address(_ramp);
        terms.allocationParams = bytes32(first);
    }

    function _propose(Terms memory terms, address bidder, uint16 share) private {
        vm.prank(bidder);
        escrow.propose(terms, Bid(bidder, bidder, share, 1, uint40(1_900_000_000)), "");
    }
}
