// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blackboard} from "../../../contracts/board/Blackboard.sol";
import {Cell, Writer} from "../../../contracts/board/IBoardRecords.sol";
import {IGateway} from "../../../contracts/gateway/IGateway.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {MockCharters} from "../mocks/MockCharters.sol";

/// @notice A blackboard with a list of two writers, and the people around it.
abstract contract BoardWorld {
    address internal constant ADA = address(0xADA);
    address internal constant BO = address(0xB0);
    address internal constant STRANGER = address(0x57A);
    uint32 internal constant MAX_LEASE = 1 hours;
    bytes32 internal constant KEY = keccak256("section");

    Blackboard internal board;
    MockCharters internal charters;
    bytes32 internal space;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.chainId(1001);
        charters = new MockCharters();
        board = Blackboard(create("Blackboard", abi.encode(address(this), IGateway(address(0x6A7E)), charters)));
        space = openList(MAX_LEASE, "space");
    }

    function two() internal view returns (Writer[] memory writers) {
        writers = new Writer[](2);
        writers[0] = Writer(block.chainid, ADA);
        writers[1] = Writer(block.chainid, BO);
    }

    function one(uint256 chainId, address account) internal pure returns (Writer[] memory writers) {
        writers = new Writer[](1);
        writers[0] = Writer(chainId, account);
    }

    function openList(uint32 maxLease, bytes32 salt) internal returns (bytes32) {
        return board.openSpace(maxLease, address(this), salt, two());
    }

    function none() internal pure returns (Writer[] memory) {
        return new Writer[](0);
    }

    function write(address by, uint32 expectedVersion, bytes memory value) internal returns (uint32) {
        vm.prank(by);
        return board.write(space, KEY, expectedVersion, value);
    }

    function acquire(address by, uint32 duration) internal returns (uint32) {
        vm.prank(by);
        return board.acquire(space, KEY, duration);
    }

    function cell() internal view returns (Cell memory) {
        return board.cellOf(space, KEY);
    }

    function pass(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
    }
}
