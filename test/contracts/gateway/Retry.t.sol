// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {MessageHeader} from "../../../contracts/gateway/MessageHeader.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Behaviour, Recipient} from "../mocks/Recipient.sol";

contract RetryTest is TwoChains {
    address internal constant SENDER = address(0x5e4de7);
    Recipient internal recipient;
    Lane internal lane;

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
        lane = laneOf(a, b);
    }

    function test_RetryHonoursDeadlineAndGas() public {
        uint256 deadline = block.timestamp + 100;
        fail("one", limits(1_000_000, deadline));
        fail("two", limits(1_000_000, deadline));
        recipient.behave(Behaviour.Accept);

        // With less than its limit it does not even start, and stays failed.
        Message memory message = sentMessage(lane, 0);
        MessageHeader memory head = header(message);
        on(b);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GasShort.selector, 0, 1_000_000));
        b.gateway.retry{gas: 900_000}(lane, 0, head, message.payload);
        assertStatus(0, MessageStatus.Failed);

        // At the deadline it runs,
        vm.warp(deadline);
        retry(b, lane, 0);
        assertStatus(0, MessageStatus.Consumed);
        vm.assertEq(recipient.received(), 1);
        vm.assertGe(recipient.gasSeen(), 999_000);

        // past it, it expires, finally.
        vm.warp(deadline + 1);
        retry(b, lane, 1);
        assertStatus(1, MessageStatus.Expired);
        vm.assertEq(recipient.received(), 1);
        expectNotFailed(1);
        vm.warp(deadline);
        expectNotFailed(1);
    }

    function test_retry_passes_on_more_than_the_limit() public {
        recipient.behave(Behaviour.Accept);
        send(a, b, SENDER, address(recipient), "too little", limits(30_000, 0));
        relay(a, b);
        assertStatus(0, MessageStatus.Failed);
        retry(b, lane, 0);
        assertStatus(0, MessageStatus.Consumed);
        vm.assertGt(recipient.gasSeen(), 1_000_000);
    }

    function test_runs_once_however_often_it_is_retried() public {
        fail("x", noAttributes());
        for (uint256 i; i < 3; ++i) {
            Message memory message = sentMessage(lane, 0);
            on(b);
            vm.expectPartialRevert(IGateway.MessageFailedAgain.selector);
            b.gateway.retry(lane, 0, header(message), message.payload);
            assertStatus(0, MessageStatus.Failed);
        }
        recipient.behave(Behaviour.Accept);
        retry(b, lane, 0);
        expectNotFailed(0);
        deliver(b, range(lane, 0, 1, 0));
        vm.assertEq(recipient.received(), 1);
    }

    function test_retry_cannot_be_entered_again() public {
        fail("x", noAttributes());
        Message memory message = sentMessage(lane, 0);
        recipient.behave(Behaviour.Reenter);
        recipient.prepare(address(b.gateway), abi.encodeCall(b.gateway.retry, (lane, 0, header(message), message.payload)));
        retry(b, lane, 0);
        vm.assertFalse(recipient.innerSuccess());
        vm.assertEq(recipient.received(), 1);
    }

    function test_a_stop_does_not_hold_up_a_retry() public {
        fail("x", noAttributes());
        recipient.behave(Behaviour.Accept);
        on(b);
        b.gateway.stopLane(lane, 1 days);
        retry(b, lane, 0);
        assertStatus(0, MessageStatus.Consumed);
    }

    function test_RevertWhen_anything_differs_from_the_failed_message() public {
        fail("payload", limits(300_000, block.timestamp + 1000));
        recipient.behave(Behaviour.Accept);
        Message memory message = sentMessage(lane, 0);
        for (uint256 bit; bit < 256; ++bit) {
            MessageHeader memory changed = header(message);
            changed.senderAndLimits ^= 1 << bit;
            expectRefused(0, changed, message.payload);
            changed = header(message);
            changed.recipient ^= 1 << bit;
            expectRefused(0, changed, message.payload);
        }
        for (uint256 i; i < message.payload.length; ++i) {
            message.payload[i] ^= 0x01;
            expectRefused(0, header(message), message.payload);
            message.payload[i] ^= 0x01;
        }
        expectRefused(1, header(message), message.payload);
        expectRefused(0, header(message), bytes.concat(message.payload, hex"00"));
        retry(b, lane, 0);
    }

    function test_reports_what_expired_to_the_origin() public {
        uint256 deadline = block.timestamp + 100;
        for (uint256 i; i < 600; ++i) {
            send(a, b, SENDER, address(recipient), "late", limits(50_000, deadline));
        }
        send(a, b, SENDER, address(recipient), "timeless");
        vm.warp(deadline + 1);
        relay(a, b);
        on(b);
        b.gateway.reportExpired(lane, 3, 590);
        relay(b, a);
        for (uint64 nonce; nonce < 601; ++nonce) {
            vm.assertEq(a.gateway.isExpired(b.id, address(b.gateway), nonce), nonce >= 3 && nonce < 593);
        }
        // Reports may overlap and repeat.
        on(b);
        b.gateway.reportExpired(lane, 0, 600);
        relay(b, a);
        vm.assertTrue(a.gateway.isExpired(b.id, address(b.gateway), 0));
        vm.assertTrue(a.gateway.isExpired(b.id, address(b.gateway), 599));
        vm.assertFalse(a.gateway.isExpired(b.id, address(b.gateway), 600));
        vm.assertFalse(a.gateway.isExpired(b.id, address(a.gateway), 0));

        on(b);
        vm.expectRevert(abi.encodeWithSelector(IGateway.MessageNotExpired.selector, lane.key(), 600));
        b.gateway.reportExpired(lane, 0, 601);
        vm.expectRevert(IGateway.RangeEmpty.selector);
        b.gateway.reportExpired(lane, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IGateway.RangeTooLong.selector, 1025, 1024));
        b.gateway.reportExpired(lane, 0, 1025);
    }

    function test_the_longest_report_fits_its_gas() public {
        for (uint256 i; i < 1100; ++i) {
            send(a, b, SENDER, address(recipient), "", limits(50_000, block.timestamp));
        }
        vm.warp(block.timestamp + 1);
        relay(a, b);
        on(b);
        b.gateway.reportExpired(lane, 70, 1024);
        relay(b, a);
        vm.assertTrue(b.gateway.statusOf(laneOf(b, a), 0) == MessageStatus.Pending);
        vm.assertTrue(a.gateway.statusOf(laneOf(b, a), 0) == MessageStatus.Consumed);
        vm.assertTrue(a.gateway.isExpired(b.id, address(b.gateway), 1093));
        vm.assertFalse(a.gateway.isExpired(b.id, address(b.gateway), 1094));
    }

    function test_believes_reports_only_from_linked_gateways() public {
        send(a, b, SENDER, address(recipient), "x");
        bytes memory report = abi.encode(uint64(0), uint16(1));
        on(a);
        bytes memory sender = addressOn(b, address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.CallerNotGateway.selector, address(this), address(a.gateway)));
        a.gateway.receiveMessage(0, sender, report);

        // Through the lane, but not from the gateway itself.
        send(b, a, SENDER, address(a.gateway), report);
        relay(b, a);
        vm.assertTrue(a.gateway.statusOf(laneOf(b, a), 0) == MessageStatus.Failed);
        // From the gateway, about messages that were never sent, or in another form.
        send(b, a, address(b.gateway), address(a.gateway), abi.encode(uint64(0), uint16(2)));
        send(b, a, address(b.gateway), address(a.gateway), abi.encode(uint64(1), uint16(1)));
        send(b, a, address(b.gateway), address(a.gateway), abi.encode(type(uint64).max, uint16(2)));
        send(b, a, address(b.gateway), address(a.gateway), bytes.concat(report, hex"00"));
        send(b, a, address(b.gateway), address(a.gateway), "");
        relay(b, a);
        for (uint64 nonce = 1; nonce < 6; ++nonce) {
            vm.assertTrue(a.gateway.statusOf(laneOf(b, a), nonce) == MessageStatus.Failed);
        }
        vm.assertFalse(a.gateway.isExpired(b.id, address(b.gateway), 0));
        send(b, a, address(b.gateway), address(a.gateway), report);
        relay(b, a);
        vm.assertTrue(a.gateway.isExpired(b.id, address(b.gateway), 0));
    }

    function fail(bytes memory payload, bytes[] memory attributes) internal {
        recipient.behave(Behaviour.Revert);
        send(a, b, SENDER, address(recipient), payload, attributes);
        relay(a, b);
    }

    function assertStatus(uint64 nonce, MessageStatus expected) internal {
        on(b);
        vm.assertEq(uint256(b.gateway.statusOf(lane, nonce)), uint256(expected));
    }

    function expectNotFailed(uint64 nonce) internal {
        Message memory message = sentMessage(lane, nonce);
        expectRefused(nonce, header(message), message.payload);
    }

    function expectRefused(uint64 nonce, MessageHeader memory head, bytes memory payload) internal {
        on(b);
        (bool success, bytes memory result) = address(b.gateway).call(abi.encodeCall(b.gateway.retry, (lane, nonce, head, payload)));
        vm.assertFalse(success);
        vm.assertTrue(bytes4(result) == IGateway.MessageNotFailed.selector || bytes4(result) == IGateway.BatchMalformed.selector);
    }
}
