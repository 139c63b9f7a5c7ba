// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHeadVerifier} from "../../../contracts/gateway/IHeadVerifier.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Chain} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {RogueChainHandler} from "./RogueChainHandler.sol";

/// @notice How far a linked chain reaches that went rogue as a whole: to those who chose to believe it, and no further.
/// hardhat-config: invariant.runs = 12
contract RogueChainTest {
    RogueChainHandler internal handler;

    function setUp() public {
        handler = new RogueChainHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = RogueChainHandler.honestSend.selector;
        selectors[1] = RogueChainHandler.honestDeliver.selector;
        selectors[2] = selectors[3] = RogueChainHandler.lie.selector;
        selectors[4] = selectors[5] = RogueChainHandler.rogueDeliver.selector;
        selectors[6] = RogueChainHandler.rogueSwap.selector;
        selectors[7] = RogueChainHandler.wait.selector;
        selectors[8] = RogueChainHandler.lieAboutExpiry.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @notice Every lie of the handler once, over every lane of the rogue: what chance may miss in the invariant below is tried here for sure.
    function test_NoLieOfARogueChainIsBelieved() external {
        handler.honestSend(1);
        handler.honestDeliver(0, 0);
        for (uint256 lane; lane < 3; ++lane) {
            for (uint256 pair; pair < 36; ++pair) handler.lie(plainLie(lane, pair / 6, pair % 6));
        }
        for (uint256 variant; variant < 4; ++variant) handler.lieAboutExpiry((variant % 2) | ((variant / 2) << 8));
        // All of a lane: what it counts is one more than it is told.
        for (uint256 lane; lane < 3; ++lane) handler.rogueDeliver(lane, 0, lane == 1 ? 39 : 35);
        invariant_RogueChainBlastRadius();
        // Whoever does believe the rogue chain was reached: the lies were delivered.
        vm.assertTrue(handler.exposed().acted(handler.ROGUE()) > 0);
    }

    /// @dev A seed of `lie` that means this lane, sender and recipient, with enough gas, in time, and no call in place of the text.
    function plainLie(uint256 lane, uint256 sender, uint256 recipient) internal pure returns (uint256 seed) {
        seed = (recipient << 8);
        while (seed % 6 != sender) ++seed;
        seed <<= 4;
        while (seed % 3 != lane) ++seed;
        seed <<= 8;
        while (seed % 5 == 0 || seed % 7 == 0 || seed % 11 == 0) ++seed;
    }

    function invariant_RogueChainBlastRadius() public {
        (Chain memory a, Chain memory b) = handler.honestChains();
        Lane memory lane = Lane(a.id, address(a.gateway), b.id);
        uint64 count = handler.honestCount();

        // The lane between the honest chains is what its ledger says, at both ends.
        (uint64 nonce, bytes32 head) = a.gateway.lane(b.id);
        vm.assertTrue(nonce == count && head == handler.honestHead());
        vm.chainId(b.id);
        for (uint64 i; i < count + 4; ++i) {
            vm.assertEq(uint256(b.gateway.statusOf(lane, i)), uint256(handler.expected(i)));
            // Nobody reported anything, so nothing is known to have expired, whatever the rogue reported.
            vm.assertFalse(a.gateway.isExpired(b.id, address(b.gateway), i));
        }

        // A recipient that does not believe the rogue chain acts for the honest one alone.
        vm.assertEq(handler.guarded().acted(a.id), handler.honestlyActed());
        vm.assertEq(handler.guarded().acted(handler.ROGUE()), 0);
        vm.assertEq(handler.exposed().acted(a.id), 0);
        vm.assertEq(handler.exposed().acted(b.id), 0);

        // No message moved a link.
        (IHeadVerifier verifier, uint64 firstNonce, uint40 stoppedUntil) = b.gateway.linkOf(lane);
        vm.assertTrue(address(verifier) == address(b.watchers) && firstNonce == 0 && stoppedUntil == 0);
        vm.assertTrue(a.gateway.isDestinationLinked(b.id) && b.gateway.isDestinationLinked(a.id));
        vm.assertEq(a.gateway.authority(), address(a.authority));
        vm.assertEq(b.gateway.authority(), address(b.authority));
    }
}
