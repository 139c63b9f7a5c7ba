// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {IHeadVerifier} from "../../../contracts/gateway/IHeadVerifier.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {MessageHeader} from "../../../contracts/gateway/MessageHeader.sol";
import {Chain, Delivery, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Recipient} from "../mocks/Recipient.sol";

contract LinkTest is TwoChains {
    address internal constant SENDER = address(0x5e4de7);
    Recipient internal recipient;
    Chain internal c;

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
        c = newChain(3003);
        adopt(c, firstRoster());
    }

    function test_links_in_two_steps() public {
        on(a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.OriginNotLinked.selector, c.id));
        a.gateway.linkDestination(c.id);
        // Half linked: nothing may be sent, and the broadcast lane is no first step.
        a.gateway.linkLane(laneOf(c, 0), a.watchers, 0);
        vm.expectRevert(abi.encodeWithSelector(IGateway.OriginNotLinked.selector, c.id));
        a.gateway.linkDestination(c.id);
        a.gateway.linkLane(laneOf(c, a), a.watchers, 0);
        vm.assertFalse(a.gateway.isDestinationLinked(c.id));
        bytes memory to = addressOn(c, address(recipient));
        vm.expectRevert(abi.encodeWithSelector(IGateway.DestinationNotLinked.selector, c.id));
        a.gateway.sendMessage(to, "", noAttributes());
        a.gateway.linkDestination(c.id);
        vm.assertTrue(a.gateway.isDestinationLinked(c.id));
        a.gateway.sendMessage(to, "", noAttributes());
        (IHeadVerifier verifier, uint64 firstNonce, uint40 stoppedUntil) = a.gateway.linkOf(laneOf(c, a));
        vm.assertEq(address(verifier), address(a.watchers));
        vm.assertTrue(firstNonce == 0 && stoppedUntil == 0);
    }

    function test_LateChainCannotExecuteHistory() public {
        on(a);
        for (uint256 i; i < 5; ++i) {
            a.gateway.broadcast(address(recipient), abi.encode(i), noAttributes());
        }
        Lane memory lane = laneOf(a, 0);
        linkLane(c, lane, 3);
        relay(lane, c);
        vm.assertEq(recipient.received(), 2);
        for (uint64 nonce; nonce < 3; ++nonce) {
            vm.assertTrue(c.gateway.statusOf(lane, nonce) == MessageStatus.Skipped);
            vm.assertEq(recipient.times(sentLeaf(lane, nonce)), 0);
            deliver(c, range(lane, nonce, 1, 4 - nonce));
        }
        vm.assertEq(recipient.received(), 2);
        vm.assertTrue(c.gateway.statusOf(lane, 3) == MessageStatus.Consumed);
        // Where it was linked from the start, all of them run.
        deliver(b, range(lane, 0, 5, 0));
        vm.assertEq(recipient.received(), 7);
    }

    function test_RevertWhen_lane_cannot_lead_here() public {
        expectLaneInvalid(Lane(0, address(c.gateway), a.id));
        expectLaneInvalid(Lane(a.id, address(c.gateway), a.id));
        expectLaneInvalid(Lane(c.id, address(0), a.id));
        expectLaneInvalid(Lane(c.id, address(c.gateway), b.id));
        on(a);
        Lane memory lane = laneOf(c, a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.VerifierInvalid.selector, address(0xbeef)));
        a.gateway.linkLane(lane, IHeadVerifier(address(0xbeef)), 0);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 56, 1 << 56));
        a.gateway.linkLane(lane, a.watchers, 1 << 56);
        a.gateway.linkLane(lane, a.watchers, (1 << 56) - 1);
        // Its first nonce is fixed for ever.
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneAlreadyLinked.selector, lane.key()));
        a.gateway.linkLane(lane, a.watchers, 0);
    }

    function test_unlinked_then_linked_again_resets_nothing() public {
        send(a, b, SENDER, address(recipient), "x");
        relay(a, b);
        on(a);
        a.gateway.unlinkDestination(b.id);
        vm.expectRevert(abi.encodeWithSelector(IGateway.DestinationNotLinked.selector, b.id));
        a.gateway.unlinkDestination(b.id);
        a.gateway.linkDestination(b.id);
        send(a, b, SENDER, address(recipient), "y");
        collect();
        deliver(b, range(laneOf(a, b), 0, 2, 0));
        vm.assertEq(recipient.received(), 2);
    }

    function test_changes_the_verifier_of_a_linked_lane_only() public {
        on(a);
        Lane memory lane = laneOf(c, a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotLinked.selector, lane.key()));
        a.gateway.setVerifier(lane, c.watchers);
        lane = laneOf(b, a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.VerifierInvalid.selector, address(0xbeef)));
        a.gateway.setVerifier(lane, IHeadVerifier(address(0xbeef)));
        a.gateway.stopLane(lane, 1 days);
        a.gateway.setVerifier(lane, c.watchers);
        (IHeadVerifier verifier, , uint40 stoppedUntil) = a.gateway.linkOf(lane);
        vm.assertEq(address(verifier), address(c.watchers));
        vm.assertEq(stoppedUntil, block.timestamp + 1 days);
    }

    function test_stops_for_seven_days_in_a_row_at_most() public {
        Lane memory lane = laneOf(a, b);
        on(b);
        uint256 start = block.timestamp;
        expectStopTooLong(lane, 0, 7 days);
        expectStopTooLong(lane, 7 days + 1, 7 days);
        expectStopTooLong(lane, type(uint40).max, 7 days);
        b.gateway.stopLane(lane, 3 days);
        expectStopped(lane, start + 3 days);

        // Stopped again while it stands: the row is what counts.
        vm.warp(start + 2 days);
        expectStopTooLong(lane, 5 days + 1, 5 days);
        b.gateway.stopLane(lane, 5 days);
        vm.assertEq(b.gateway.stoppedSeconds(lane), 2 days);
        vm.warp(start + 7 days - 1);
        expectStopped(lane, start + 7 days);
        vm.warp(start + 7 days);
        vm.assertEq(b.gateway.stoppedSeconds(lane), 7 days);
        (, , uint40 stoppedUntil) = b.gateway.linkOf(lane);
        vm.assertEq(stoppedUntil, 0);
        send(a, b, SENDER, address(recipient), "x");
        relay(a, b);
        vm.assertEq(recipient.received(), 1);

        // Used up, until it has run for seven days.
        on(b);
        expectStopTooLong(lane, 1, 0);
        vm.warp(start + 14 days - 1);
        expectStopTooLong(lane, 1, 0);
        vm.assertEq(b.gateway.stoppedSeconds(lane), 7 days);
        vm.warp(start + 14 days);
        b.gateway.stopLane(lane, 7 days);
        vm.warp(start + 30 days);
        vm.assertEq(b.gateway.stoppedSeconds(lane), 14 days);
    }

    function test_resumes_early_and_counts_what_was_stopped() public {
        Lane memory lane = laneOf(a, b);
        on(b);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotStopped.selector, lane.key()));
        b.gateway.resumeLane(lane);
        b.gateway.stopLane(lane, 7 days);
        vm.warp(block.timestamp + 1 hours);
        b.gateway.resumeLane(lane);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotStopped.selector, lane.key()));
        b.gateway.resumeLane(lane);
        vm.warp(block.timestamp + 1 days);
        vm.assertEq(b.gateway.stoppedSeconds(lane), 1 hours);
        // A false alarm costs the guardian an hour of its seven days, no more.
        b.gateway.stopLane(lane, 7 days - 1 hours);
        Lane memory unlinked = laneOf(c, b);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotLinked.selector, unlinked.key()));
        b.gateway.stopLane(unlinked, 1);
    }

    /// @notice Whatever a guardian does, the lane stands still for at most 7 days of any 14, and every second is counted.
    function testFuzz_stops_are_bounded_and_counted(uint256 seed) public {
        Lane memory lane = laneOf(a, b);
        on(b);
        uint256 start = block.timestamp;
        uint256 stopped;
        for (uint256 i; i < 40; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random % 4 == 0) try b.gateway.resumeLane(lane) {} catch {}
            else try b.gateway.stopLane(lane, uint40(1 + ((random >> 8) % 8 days))) {} catch {}
            (, , uint40 until) = b.gateway.linkOf(lane);
            uint256 step = (random >> 64) % 3 days;
            if (until != 0) stopped += until - block.timestamp < step ? until - block.timestamp : step;
            vm.warp(block.timestamp + step);
            vm.assertEq(b.gateway.stoppedSeconds(lane), stopped);
            vm.assertLe(stopped, ((block.timestamp - start) / 14 days + 1) * 7 days);
        }
    }

    function test_only_governance_links_and_stops() public {
        Lane memory lane = laneOf(a, b);
        on(b);
        bytes[6] memory calls = [
            abi.encodeCall(b.gateway.linkLane, (laneOf(c, b), b.watchers, 0)),
            abi.encodeCall(b.gateway.linkDestination, (a.id)),
            abi.encodeCall(b.gateway.unlinkDestination, (a.id)),
            abi.encodeCall(b.gateway.setVerifier, (lane, b.watchers)),
            abi.encodeCall(b.gateway.stopLane, (lane, 1 days)),
            abi.encodeCall(b.gateway.resumeLane, (lane))
        ];
        b.gateway.stopLane(lane, 1 days);
        for (uint256 i; i < calls.length; ++i) {
            vm.prank(SENDER);
            (bool success, bytes memory result) = address(b.gateway).call(calls[i]);
            vm.assertFalse(success);
            vm.assertEq(result, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SENDER));
            (success, ) = address(b.gateway).call(calls[i]);
            vm.assertTrue(success);
        }
    }

    function expectLaneInvalid(Lane memory lane) internal {
        on(a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneInvalid.selector, lane));
        a.gateway.linkLane(lane, a.watchers, 0);
    }

    function expectStopTooLong(Lane memory lane, uint40 duration, uint40 limit) internal {
        vm.expectRevert(abi.encodeWithSelector(IGateway.StopTooLong.selector, duration, limit));
        b.gateway.stopLane(lane, duration);
    }

    function expectStopped(Lane memory lane, uint256 until) internal {
        (, , uint40 stoppedUntil) = b.gateway.linkOf(lane);
        vm.assertEq(stoppedUntil, until);
        Delivery memory d = range(lane, 0, 0, 0);
        d.headers = new MessageHeader[](1);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneIsStopped.selector, lane.key(), until));
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, "");
    }
}
