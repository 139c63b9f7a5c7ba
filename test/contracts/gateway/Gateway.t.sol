// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Recipient} from "../mocks/Recipient.sol";

contract GatewayTest is TwoChains {
    Recipient internal recipient;
    address internal constant SENDER = address(0x5e4de7);

    function setUp() public override {
        super.setUp();
        recipient = new Recipient();
    }

    function test_carries_a_message_once() public {
        bytes32 sendId = send(a, b, SENDER, address(recipient), "hello");
        relay(a, b);

        Lane memory lane = laneOf(a, b);
        vm.assertEq(recipient.received(), 1);
        vm.assertEq(recipient.lastId(), sendId);
        vm.assertEq(recipient.lastPayload(), "hello");
        vm.assertEq(recipient.lastSender(), addressOn(a, SENDER));
        vm.assertTrue(b.gateway.statusOf(lane, 0) == MessageStatus.Consumed);
        (uint64 nonce, bytes32 head) = a.gateway.lane(b.id);
        vm.assertEq(nonce, 1);
        vm.assertEq(head, headAt(lane, 1));

        deliver(b, range(lane, 0, 1, 0));
        vm.assertEq(recipient.received(), 1);
    }
}
