// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Chain, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Recipient} from "../mocks/Recipient.sol";

contract SendTest is TwoChains {
    address internal constant SENDER = address(0x5e4de7);
    bytes4 internal constant GAS = 0x39f87ba1;
    bytes4 internal constant DEADLINE = 0x3e97d7ee;
    Recipient internal recipient;

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
    }

    function test_folds_every_message_into_the_lane() public {
        bytes32 first = send(a, b, SENDER, address(recipient), "one");
        bytes32 second = send(a, b, SENDER, address(recipient), "two", limits(100_000, block.timestamp));
        collect();
        Lane memory lane = laneOf(a, b);
        vm.assertEq(first, sentLeaf(lane, 0));
        vm.assertEq(second, sentLeaf(lane, 1));
        (uint64 nonce, bytes32 head) = a.gateway.lane(b.id);
        vm.assertEq(nonce, 2);
        vm.assertEq(head, headAt(lane, 2));
        vm.assertEq(sentMessage(lane, 0).gasLimit, DEFAULT_GAS);
        vm.assertEq(sentMessage(lane, 1).deliverBefore, block.timestamp);
    }

    function test_broadcasts_once_for_all_chains() public {
        Chain memory third = newChain(3003);
        adopt(third, firstRoster());
        link(a, third);
        on(a);
        vm.prank(SENDER);
        bytes32 sendId = a.gateway.broadcast(address(recipient), "news", noAttributes());
        collect();
        Lane memory lane = laneOf(a, 0);
        vm.assertEq(sendId, sentLeaf(lane, 0));
        deliver(b, range(lane, 0, 1, 0));
        deliver(third, range(lane, 0, 1, 0));
        vm.assertEq(recipient.times(sendId), 2);
        vm.assertEq(recipient.lastSender(), addressOn(a, SENDER));
    }

    function test_broadcast_takes_a_gas_limit_and_no_deadline() public {
        on(a);
        bytes[] memory attributes = limits(100_000, block.timestamp + 1);
        vm.expectRevert(abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, DEADLINE));
        a.gateway.broadcast(address(recipient), "x", attributes);
        a.gateway.broadcast(address(recipient), "x", limits(100_000, 0));
        collect();
        vm.assertEq(sentMessage(laneOf(a, 0), 0).gasLimit, 100_000);
    }

    function test_ChainlessRecipientReverts() public {
        expectInvalid(InteroperableAddress.formatEvmV1(address(recipient)));
        // The broadcast lane cannot be reached by naming chain zero either.
        expectInvalid(abi.encodePacked(hex"00010000010014", address(recipient)));
        expectInvalid(abi.encodePacked(hex"0001000014", address(recipient)));
        expectInvalid("");
    }

    function test_RevertWhen_recipient_is_not_canonical() public {
        bytes20 account = bytes20(address(recipient));
        expectInvalid(abi.encodePacked(hex"000100000207d214", account, hex"00"));
        expectInvalid(abi.encodePacked(hex"00010000030007d214", account));
        expectInvalid(abi.encodePacked(hex"000200000207d214", account));
        expectInvalid(abi.encodePacked(hex"000100020207d214", account));
        expectInvalid(abi.encodePacked(hex"000100000207d213", bytes19(account)));
        expectInvalid(abi.encodePacked(hex"000100000207d215", account, hex"00"));
        expectInvalid(abi.encodePacked(hex"000100000207d200"));
        expectInvalid(abi.encodePacked(hex"000100000207d214", bytes20(0)));
        expectInvalid(abi.encodePacked(hex"0001000021", new bytes(32), hex"0114", account));
        on(a);
        a.gateway.sendMessage(abi.encodePacked(hex"000100000207d214", account), "", noAttributes());
    }

    function test_RevertGiven_destination_is_not_linked() public {
        expectNotLinked(3003);
        expectNotLinked(a.id);
        expectNotLinked(type(uint256).max);
        on(a);
        a.gateway.unlinkDestination(b.id);
        expectNotLinked(b.id);
    }

    function test_unlinking_strands_nothing() public {
        send(a, b, SENDER, address(recipient), "before", limits(100_000, block.timestamp + 10));
        send(a, b, SENDER, address(recipient), "before");
        on(a);
        a.gateway.unlinkDestination(b.id);
        on(b);
        b.gateway.unlinkDestination(a.id);
        vm.warp(block.timestamp + 11);
        relay(a, b);
        vm.assertEq(recipient.received(), 1);
        // Even the report of expiry still travels.
        on(b);
        b.gateway.reportExpired(laneOf(a, b), 0, 1);
        relay(b, a);
        vm.assertTrue(a.gateway.isExpired(b.id, address(b.gateway), 0));
    }

    function test_RevertWhen_value_is_sent() public {
        on(a);
        vm.deal(address(this), 1);
        bytes memory to = addressOn(b, address(recipient));
        vm.expectRevert(abi.encodeWithSelector(IGateway.ValueUnsupported.selector, 1));
        a.gateway.sendMessage{value: 1}(to, "", noAttributes());
    }

    function test_RevertWhen_payload_is_too_long() public {
        on(a);
        bytes memory to = addressOn(b, address(recipient));
        vm.expectRevert(abi.encodeWithSelector(IGateway.PayloadTooLong.selector, 16_385, 16_384));
        a.gateway.sendMessage(to, new bytes(16_385), noAttributes());
        vm.expectRevert(abi.encodeWithSelector(IGateway.PayloadTooLong.selector, 16_385, 16_384));
        a.gateway.broadcast(address(recipient), new bytes(16_385), noAttributes());
        a.gateway.sendMessage(to, new bytes(16_384), noAttributes());
    }

    function test_RevertWhen_attribute_is_unknown_or_malformed() public {
        expectAttribute(hex"", unsupported(0x00000000));
        expectAttribute(hex"39f87b", unsupported(0x39f87b00));
        expectAttribute(abi.encodePacked(bytes4(0xdeadbeef), uint256(1)), unsupported(0xdeadbeef));
        expectAttribute(abi.encodePacked(GAS), abi.encodePacked(GAS));
        expectAttribute(abi.encodePacked(GAS, uint248(1)), abi.encodePacked(GAS, uint248(1)));
        expectAttribute(abi.encodePacked(GAS, uint256(1), hex"00"), abi.encodePacked(GAS, uint256(1), hex"00"));
        expectAttribute(abi.encodePacked(DEADLINE), abi.encodePacked(DEADLINE));
        expectAttribute(abi.encodePacked(GAS, uint256(0)), gasLimitInvalid(0));
        expectAttribute(abi.encodePacked(GAS, uint256(5_000_001)), gasLimitInvalid(5_000_001));
        // Would be a small limit if it were cut to 32 bits.
        expectAttribute(abi.encodePacked(GAS, uint256((1 << 32) + 1)), gasLimitInvalid((1 << 32) + 1));
        expectAttribute(abi.encodePacked(DEADLINE, block.timestamp - 1), deadlineInvalid(block.timestamp - 1));
        expectAttribute(abi.encodePacked(DEADLINE, uint256(1 << 40)), deadlineInvalid(1 << 40));
        expectAttribute(abi.encodePacked(DEADLINE, type(uint256).max), deadlineInvalid(type(uint256).max));
    }

    function test_RevertWhen_attribute_stands_twice() public {
        on(a);
        bytes memory to = addressOn(b, address(recipient));
        bytes[] memory attributes = new bytes[](2);
        attributes[0] = attributes[1] = abi.encodePacked(GAS, uint256(100_000));
        vm.expectRevert(abi.encodeWithSelector(IGateway.AttributeInvalid.selector, attributes[1]));
        a.gateway.sendMessage(to, "", attributes);
        // Zero means no deadline, and counts as one all the same.
        attributes[0] = abi.encodePacked(DEADLINE, uint256(0));
        attributes[1] = abi.encodePacked(DEADLINE, uint256(block.timestamp));
        vm.expectRevert(abi.encodeWithSelector(IGateway.AttributeInvalid.selector, attributes[1]));
        a.gateway.sendMessage(to, "", attributes);
    }

    function test_a_deadline_of_zero_is_none() public {
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = abi.encodePacked(DEADLINE, uint256(0));
        send(a, b, SENDER, address(recipient), "x", attributes);
        vm.warp(block.timestamp + 3650 days);
        relay(a, b);
        vm.assertEq(recipient.received(), 1);
    }

    function test_supports_exactly_two_attributes(bytes4 selector) public view {
        vm.assertTrue(a.gateway.supportsAttribute(GAS) && a.gateway.supportsAttribute(DEADLINE));
        vm.assertEq(a.gateway.supportsAttribute(selector), selector == GAS || selector == DEADLINE);
    }

    function testFuzz_carries_what_was_sent(
        address sender,
        address to,
        bytes memory payload,
        uint256 gasLimit,
        uint256 deliverBefore
    ) public {
        vm.assume(to != address(0) && sender != address(0) && payload.length <= 16_384);
        gasLimit = 1 + (gasLimit % 5_000_000);
        deliverBefore = deliverBefore % 2 == 0 ? 0 : block.timestamp + (deliverBefore % 1e9);
        bytes32 sendId = send(a, b, sender, to, payload, limits(gasLimit, deliverBefore));
        collect();
        Lane memory lane = laneOf(a, b);
        Message memory message = sentMessage(lane, 0);
        vm.assertEq(message.sender, sender);
        vm.assertEq(message.recipient, to);
        vm.assertEq(message.payload, payload);
        vm.assertEq(message.gasLimit, gasLimit);
        vm.assertEq(message.deliverBefore, deliverBefore);
        vm.assertEq(sendId, sentLeaf(lane, 0));
        deliver(b, range(lane, 0, 1, 0));
        on(b);
        vm.assertTrue(b.gateway.statusOf(lane, 0) != MessageStatus.Pending);
    }

    // Helpers

    function expectInvalid(bytes memory to) internal {
        on(a);
        vm.expectRevert(abi.encodeWithSelector(IGateway.RecipientInvalid.selector, to));
        a.gateway.sendMessage(to, "", noAttributes());
    }

    function expectNotLinked(uint256 chainId) internal {
        on(a);
        bytes memory to = InteroperableAddress.formatEvmV1(chainId, address(recipient));
        vm.expectRevert(abi.encodeWithSelector(IGateway.DestinationNotLinked.selector, chainId));
        a.gateway.sendMessage(to, "", noAttributes());
    }

    /// @dev `expected` is the attribute itself where it is invalid, or the whole error.
    function expectAttribute(bytes memory attribute, bytes memory expected) internal {
        on(a);
        bytes memory to = addressOn(b, address(recipient));
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = attribute;
        bool isItself = keccak256(attribute) == keccak256(expected);
        vm.expectRevert(isItself ? abi.encodeWithSelector(IGateway.AttributeInvalid.selector, attribute) : expected);
        a.gateway.sendMessage(to, "", attributes);
    }

    function unsupported(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, selector);
    }

    function gasLimitInvalid(uint256 value) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IGateway.GasLimitInvalid.selector, value, 5_000_000);
    }

    function deadlineInvalid(uint256 value) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IGateway.DeadlineInvalid.selector, value, block.timestamp);
    }
}
