// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {MessageHeader} from "../../../contracts/gateway/MessageHeader.sol";
import {Delivery, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm, Vm} from "../../support/Vm.sol";
import {Behaviour, Recipient} from "../mocks/Recipient.sol";

contract DeliverTest is TwoChains {
    address internal constant SENDER = address(0x5e4de7);
    Recipient internal good;
    Recipient internal bad;
    Lane internal lane;

    function setUp() public override {
        super.setUp();
        good = new Recipient();
        bad = new Recipient();
        lane = laneOf(a, b);
    }

    function test_carries_a_message_once() public {
        bytes32 sendId = send(a, b, SENDER, address(good), "hello");
        relay(a, b);

        vm.assertEq(good.received(), 1);
        vm.assertEq(good.lastId(), sendId);
        vm.assertEq(good.lastPayload(), "hello");
        vm.assertEq(good.lastSender(), addressOn(a, SENDER));
        assertStatus(0, MessageStatus.Consumed);
        (uint64 nonce, bytes32 head) = a.gateway.lane(b.id);
        vm.assertEq(nonce, 1);
        vm.assertEq(head, headAt(lane, 1));
    }

    function test_OverlapSkips() public {
        sendMany(10);
        deliver(b, range(lane, 3, 3, 0));
        deliver(b, range(lane, 0, 10, 0));
        deliver(b, range(lane, 0, 5, 2));
        vm.assertEq(good.received(), 10);
        for (uint64 nonce; nonce < 10; ++nonce) {
            vm.assertEq(good.times(sentLeaf(lane, nonce)), 1);
        }
    }

    function test_delivers_in_any_order_across_words() public {
        sendMany(300);
        deliver(b, range(lane, 250, 50, 0));
        deliver(b, range(lane, 0, 260, 3));
        vm.assertEq(good.received(), 300);
        for (uint64 nonce; nonce < 300; ++nonce) {
            assertStatus(nonce, MessageStatus.Consumed);
        }
        assertStatus(300, MessageStatus.Pending);
    }

    function test_TailNeverConsumes() public {
        sendMany(5);
        deliver(b, range(lane, 1, 1, 3));
        vm.assertEq(good.received(), 1);
        assertStatus(0, MessageStatus.Pending);
        assertStatus(1, MessageStatus.Consumed);
        for (uint64 nonce = 2; nonce < 5; ++nonce) {
            assertStatus(nonce, MessageStatus.Pending);
        }
        deliver(b, range(lane, 0, 5, 0));
        vm.assertEq(good.received(), 5);
    }

    function test_LaneCannotBeStalledByGasEaters() public {
        bad.behave(Behaviour.EatGas);
        for (uint256 i; i < 9; ++i) {
            send(a, b, SENDER, address(bad), "eat", limits(5_000_000, 0));
        }
        send(a, b, SENDER, address(good), "honest");
        collect();

        // The honest message goes alone, for the price of one message.
        uint256 before = gasleft();
        deliver(b, range(lane, 9, 1, 0));
        vm.assertLt(before - gasleft(), 600_000);
        vm.assertEq(good.received(), 1);

        // The eaters cost what they were given, fail, and hold up nobody in their batch either.
        send(a, b, SENDER, address(good), "honest too");
        collect();
        deliver(b, range(lane, 0, 11, 0));
        vm.assertEq(good.received(), 2);
        for (uint64 nonce; nonce < 9; ++nonce) {
            assertStatus(nonce, MessageStatus.Failed);
        }
    }

    function test_OversizeMessageFailsAlone() public {
        // No honest gateway sends these: the origin lies, and its watchers vouch for what it stored.
        note(lane, Message(SENDER, address(good), 5_000_001, 0, "too much gas"));
        note(lane, Message(SENDER, address(good), type(uint32).max, 0, "far too much gas"));
        note(lane, Message(SENDER, address(good), 200_000, 0, new bytes(16_385)));
        note(lane, Message(SENDER, address(good), 200_000, 0, "good"));
        deliver(b, range(lane, 0, 4, 0));

        vm.assertEq(good.received(), 1);
        for (uint64 nonce; nonce < 3; ++nonce) {
            assertStatus(nonce, MessageStatus.Failed);
            on(b);
            Message memory message = sentMessage(lane, nonce);
            vm.expectPartialRevert(IGateway.MessageFailedAgain.selector);
            b.gateway.retry(lane, nonce, header(message), message.payload);
        }
        assertStatus(3, MessageStatus.Consumed);
    }

    function test_longest_payload_and_highest_gas_limit_pass() public {
        send(a, b, SENDER, address(good), new bytes(16_384), limits(5_000_000, 0));
        relay(a, b);
        vm.assertEq(good.received(), 1);
        vm.assertEq(good.lastPayload().length, 16_384);
        vm.assertGe(good.gasSeen() + 1_000, 5_000_000);
    }

    /// @notice A recipient affects its own message only, whatever it does.
    function test_hostile_recipients_fail_alone() public {
        Behaviour[9] memory hostile = [
            Behaviour.Revert,
            Behaviour.RevertHuge,
            Behaviour.ReturnHuge,
            Behaviour.WrongMagic,
            Behaviour.DirtyMagic,
            Behaviour.ReturnNothing,
            Behaviour.ReturnShort,
            Behaviour.EatGas,
            Behaviour.EatGasInside
        ];
        for (uint64 i; i < hostile.length; ++i) {
            Recipient recipient = new Recipient();
            recipient.behave(hostile[i]);
            send(a, b, SENDER, address(recipient), "x", limits(400_000, 0));
            send(a, b, SENDER, address(good), "y");
            relay(a, b);
            assertStatus(2 * i, MessageStatus.Failed);
            assertStatus(2 * i + 1, MessageStatus.Consumed);
        }
        vm.assertEq(good.received(), hostile.length);
    }

    function test_copies_one_word_of_a_megabyte() public {
        bad.behave(Behaviour.RevertHuge);
        send(a, b, SENDER, address(bad), "x", limits(5_000_000, 0));
        collect();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        on(b);
        uint256 before = gasleft();
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
        uint256 spent = before - gasleft();
        assertStatus(0, MessageStatus.Failed);
        // The recipient itself pays some 2.2M to make the megabyte. Copying it would cost the deliverer the same again.
        vm.assertLt(spent, 2_600_000);
    }

    function test_account_without_code_fails() public {
        send(a, b, SENDER, address(0xbeef), "x");
        relay(a, b);
        assertStatus(0, MessageStatus.Failed);
    }

    function test_expires_past_its_deadline() public {
        send(a, b, SENDER, address(good), "x", limits(200_000, block.timestamp + 100));
        send(a, b, SENDER, address(good), "y", limits(200_000, block.timestamp + 101));
        vm.warp(block.timestamp + 101);
        relay(a, b);
        assertStatus(0, MessageStatus.Expired);
        assertStatus(1, MessageStatus.Consumed);
        vm.assertEq(good.received(), 1);
    }

    function test_InventedMessageHasNoStatus() public {
        sendMany(3);
        Message memory invented = Message(SENDER, address(good), 200_000, 0, "invented");
        on(b);
        // It cannot be retried into being,
        vm.expectPartialRevert(IGateway.MessageNotFailed.selector);
        b.gateway.retry(lane, 1, header(invented), invented.payload);
        // nor reported expired,
        vm.expectPartialRevert(IGateway.MessageNotExpired.selector);
        b.gateway.reportExpired(lane, 1, 1);
        // nor delivered in the place of a true one, nor after the last one.
        Delivery memory d = range(lane, 1, 1, 1);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        d.headers[0] = header(invented);
        d.payloads = invented.payload;
        expectNotVouched(d, proof);
        d = range(lane, 2, 1, 0);
        proof = proofOf(b, d.lane, d.nonce, d.head);
        d.first = 3;
        d.headBefore = headAt(lane, 3);
        d.headers[0] = header(invented);
        d.payloads = invented.payload;
        expectNotVouched(d, proof);

        for (uint64 nonce; nonce < 5; ++nonce) {
            assertStatus(nonce, MessageStatus.Pending);
        }
        // Another lane has no status either: neither one that is not linked, nor the way back.
        vm.assertTrue(b.gateway.statusOf(Lane(lane.originChainId, address(0xbad), lane.destinationChainId), 0) == MessageStatus.Pending);
        relay(a, b);
        vm.assertTrue(b.gateway.statusOf(laneOf(b, a), 0) == MessageStatus.Pending);
        vm.assertTrue(b.gateway.statusOf(laneOf(a, 0), 0) == MessageStatus.Pending);
    }

    function test_recipient_may_answer_but_not_deliver() public {
        bad.behave(Behaviour.Reply);
        bad.prepare(address(b.gateway), abi.encodeCall(b.gateway.sendMessage, (addressOn(a, address(good)), "answer", noAttributes())));
        send(a, b, SENDER, address(bad), "question", limits(1_000_000, 0));
        relay(a, b);
        vm.assertTrue(bad.innerSuccess());
        relay(b, a);
        vm.assertEq(good.lastPayload(), "answer");
        vm.assertEq(good.lastSender(), addressOn(b, address(bad)));

        send(a, b, SENDER, address(bad), "again", limits(1_000_000, 0));
        send(a, b, SENDER, address(good), "victim");
        collect();
        Delivery memory d = range(lane, 2, 1, 0);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        bad.behave(Behaviour.Reenter);
        bad.prepare(
            address(b.gateway),
            abi.encodeCall(b.gateway.deliver, (d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof))
        );
        deliver(b, range(lane, 1, 1, 0));
        vm.assertFalse(bad.innerSuccess());
        vm.assertEq(bytes32(bytes4(bad.innerResult())), bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        assertStatus(2, MessageStatus.Pending);
    }

    function test_RevertWhen_range_is_empty() public {
        sendMany(2);
        Delivery memory d = range(lane, 0, 0, 2);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        on(b);
        vm.expectRevert(IGateway.RangeEmpty.selector);
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }

    function test_RevertWhen_blob_does_not_fit() public {
        sendMany(2);
        Delivery memory d = range(lane, 0, 2, 0);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        bytes memory payloads = d.payloads;
        d.payloads = bytes.concat(payloads, hex"00");
        expectMalformed(d, proof);
        d.payloads = cut(payloads, 1);
        expectMalformed(d, proof);
        d.payloads = "";
        expectMalformed(d, proof);
        d.payloads = payloads;
        d.headers[1].recipient |= 1;
        expectMalformed(d, proof);
        d.headers[1].recipient ^= 1 | (1 << 95);
        expectMalformed(d, proof);
    }

    function test_RevertGiven_lane_is_not_linked() public {
        sendMany(1);
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory proof = proofOf(b, d.lane, d.nonce, d.head);
        d.lane.originGateway = address(0xbad);
        on(b);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotLinked.selector, d.lane.key()));
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);

        // A fork of the chain under another id is another chain.
        d.lane.originGateway = lane.originGateway;
        vm.chainId(b.id + 1);
        vm.expectRevert(abi.encodeWithSelector(IGateway.LaneNotLinked.selector, d.lane.key()));
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }

    // Helpers

    function sendMany(uint256 count) internal {
        for (uint256 i; i < count; ++i) {
            send(a, b, SENDER, address(good), abi.encode(i));
        }
        collect();
    }

    function assertStatus(uint64 nonce, MessageStatus expected) internal {
        on(b);
        vm.assertEq(uint256(b.gateway.statusOf(lane, nonce)), uint256(expected));
    }

    function expectNotVouched(Delivery memory d, bytes memory proof) internal {
        on(b);
        vm.expectPartialRevert(IGateway.HeadNotVouched.selector);
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }

    function expectMalformed(Delivery memory d, bytes memory proof) internal {
        on(b);
        vm.expectRevert(IGateway.BatchMalformed.selector);
        b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }

    function cut(bytes memory data, uint256 count) internal pure returns (bytes memory shorter) {
        shorter = new bytes(data.length - count);
        for (uint256 i; i < shorter.length; ++i) {
            shorter[i] = data[i];
        }
    }
}
