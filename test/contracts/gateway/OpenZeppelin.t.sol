// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BridgeERC20} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {CrosschainRemoteExecutor} from "@openzeppelin/contracts/crosschain/CrosschainRemoteExecutor.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Chain, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";

/// @dev OpenZeppelin's bridge as it is: it is abstract for want of a constructor alone.
contract TokenBridge is BridgeERC20 {
    constructor(IERC20 token_, Link[] memory links) BridgeERC20(token_) CrosschainLinked(links) {}
}

contract Token is ERC20("Token", "T") {
    constructor(address holder, uint256 amount) {
        _mint(holder, amount);
    }
}

contract Switch {
    address public setBy;
    uint256 public value;

    function set(uint256 value_) external {
        setBy = msg.sender;
        value = value_;
    }
}

/// @notice OpenZeppelin's own cross-chain contracts over the gateway, unmodified.
contract OpenZeppelinTest is TwoChains {
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    function test_BridgeERC20_moves_tokens_both_ways() public {
        (Token tokenA, TokenBridge bridgeA, Token tokenB, TokenBridge bridgeB) = bridges();
        on(a);
        vm.prank(ALICE);
        tokenA.approve(address(bridgeA), 100);
        vm.prank(ALICE);
        bridgeA.crosschainTransfer(addressOn(b, BOB), 60);
        vm.assertEq(tokenA.balanceOf(ALICE), 40);
        vm.assertEq(tokenA.balanceOf(address(bridgeA)), 60);
        relay(a, b);
        vm.assertEq(tokenB.balanceOf(BOB), 60);
        vm.assertEq(tokenB.balanceOf(address(bridgeB)), 940);

        on(b);
        vm.prank(BOB);
        tokenB.approve(address(bridgeB), 25);
        vm.prank(BOB);
        bridgeB.crosschainTransfer(addressOn(a, ALICE), 25);
        relay(b, a);
        vm.assertEq(tokenA.balanceOf(ALICE), 65);
        vm.assertEq(tokenB.balanceOf(BOB), 35);

        // Nothing is paid twice.
        deliver(b, range(laneOf(a, b), 0, 1, 0));
        deliver(a, range(laneOf(b, a), 0, 1, 0));
        vm.assertEq(tokenA.balanceOf(ALICE), 65);
        vm.assertEq(tokenB.balanceOf(BOB), 35);
    }

    function test_BridgeERC20_waits_for_liquidity_and_is_retried() public {
        (Token tokenA, TokenBridge bridgeA, Token tokenB, TokenBridge bridgeB) = bridges();
        vm.prank(address(bridgeB));
        tokenB.transfer(address(1), 950);
        on(a);
        vm.prank(ALICE);
        tokenA.approve(address(bridgeA), 60);
        vm.prank(ALICE);
        bridgeA.crosschainTransfer(addressOn(b, BOB), 60);
        relay(a, b);
        on(b);
        vm.assertTrue(b.gateway.statusOf(laneOf(a, b), 0) == MessageStatus.Failed);
        vm.prank(address(1));
        tokenB.transfer(address(bridgeB), 10);
        retry(b, laneOf(a, b), 0);
        vm.assertEq(tokenB.balanceOf(BOB), 60);
    }

    function test_BridgeERC20_believes_its_counterpart_alone() public {
        (, TokenBridge bridgeA, Token tokenB, TokenBridge bridgeB) = bridges();
        bytes memory payload = abi.encode(addressOn(a, ALICE), abi.encodePacked(BOB), uint256(500));
        // Another account of the right chain, and the right account of another chain that is linked as well.
        send(a, b, ALICE, address(bridgeB), payload);
        relay(a, b);
        Chain memory c = newChain(3003);
        adopt(c, firstRoster());
        link(c, b);
        send(c, b, address(bridgeA), address(bridgeB), payload);
        relay(c, b);
        vm.assertEq(tokenB.balanceOf(BOB), 0);
        vm.assertTrue(b.gateway.statusOf(laneOf(c, b), 0) == MessageStatus.Failed);
    }

    function test_CrosschainRemoteExecutor_executes_a_remote_call() public {
        on(b);
        Switch target = new Switch();
        CrosschainRemoteExecutor executor = new CrosschainRemoteExecutor(address(b.gateway), addressOn(a, ALICE));
        bytes memory call = abi.encodePacked(bytes32(0), address(target), uint256(0), abi.encodeCall(target.set, (7)));
        send(a, b, BOB, address(executor), call);
        relay(a, b);
        vm.assertEq(target.value(), 0);
        send(a, b, ALICE, address(executor), call);
        relay(a, b);
        vm.assertEq(target.value(), 7);
        vm.assertEq(target.setBy(), address(executor));

        // Its controller moves it to another controller, by a message.
        bytes memory reconfigure = abi.encodeCall(executor.reconfigure, (address(b.gateway), addressOn(a, BOB)));
        send(a, b, ALICE, address(executor), abi.encodePacked(bytes32(0), address(executor), uint256(0), reconfigure));
        relay(a, b);
        vm.assertEq(executor.controller(), addressOn(a, BOB));
    }

    function bridges() internal returns (Token tokenA, TokenBridge bridgeA, Token tokenB, TokenBridge bridgeB) {
        tokenA = new Token(ALICE, 100);
        // Each bridge names the other when it is created.
        uint256 nonce = vm.getNonce(address(this));
        address addressA = vm.computeCreateAddress(address(this), nonce);
        address addressB = vm.computeCreateAddress(address(this), nonce + 2);
        CrosschainLinked.Link[] memory links = new CrosschainLinked.Link[](1);
        on(a);
        links[0] = CrosschainLinked.Link(address(a.gateway), addressOn(b, addressB));
        bridgeA = new TokenBridge(tokenA, links);
        tokenB = new Token(addressB, 1000);
        on(b);
        links[0] = CrosschainLinked.Link(address(b.gateway), addressOn(a, addressA));
        bridgeB = new TokenBridge(tokenB, links);
        vm.assertEq(address(bridgeA), addressA);
        vm.assertEq(address(bridgeB), addressB);
    }
}
