// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {EvmAddress} from "@hanse/contracts/gateway/EvmAddress.sol";
import {Greeter} from "./Greeter.sol";

/// @notice Takes messages instead of carrying them, and brings what the test wants.
contract GatewayStub {
    bytes public recipient;
    bytes public payload;

    function sendMessage(bytes calldata recipient_, bytes calldata payload_, bytes[] calldata) external payable returns (bytes32) {
        (recipient, payload) = (recipient_, payload_);
        return keccak256(payload_);
    }

    function bring(Greeter greeter, uint256 chainId, address sender, string calldata greeting) external returns (bytes4) {
        return greeter.receiveMessage(bytes32(0), EvmAddress.format(chainId, sender), bytes(greeting));
    }
}

/// @title What the greeter promises, without a chain: npm test
contract GreeterTest {
    uint256 internal constant THERE = 1002;
    address internal constant PEER = address(0xBEEF);

    GatewayStub internal gateway;
    Greeter internal greeter;

    function setUp() public {
        gateway = new GatewayStub();
        greeter = new Greeter(address(gateway));
        greeter.setPeer(THERE, PEER);
    }

    function test_GreetsItsPeer() public {
        bytes32 sendId = greeter.greet(THERE, "Hello.");
        assert(sendId == keccak256("Hello."));
        assert(keccak256(gateway.payload()) == keccak256("Hello."));
        assert(keccak256(gateway.recipient()) == keccak256(EvmAddress.format(THERE, PEER)));
    }

    function test_TakesGreetingsOfItsPeer() public {
        assert(gateway.bring(greeter, THERE, PEER, "Hello.") == IERC7786Recipient.receiveMessage.selector);
    }

    function test_RevertWhen_TheSenderIsNotItsPeer() public {
        try gateway.bring(greeter, THERE, address(0xBAD), "Hello.") {
            assert(false);
        } catch (bytes memory reason) {
            assert(keccak256(reason) == keccak256(abi.encodeWithSelector(Greeter.SenderWrong.selector, THERE, address(0xBAD))));
        }
    }

    function test_RevertWhen_NotTheGatewayCalls() public {
        try greeter.receiveMessage(bytes32(0), EvmAddress.format(THERE, PEER), "Hello.") {
            assert(false);
        } catch (bytes memory reason) {
            assert(bytes4(reason) == Greeter.CallerWrong.selector);
        }
    }

    function test_RevertWhen_APeerIsSetAgain() public {
        try greeter.setPeer(THERE, address(0xBAD)) {
            assert(false);
        } catch (bytes memory reason) {
            assert(bytes4(reason) == Greeter.PeerSet.selector);
        }
    }
}
