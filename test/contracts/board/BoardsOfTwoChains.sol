// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blackboard} from "../../../contracts/board/Blackboard.sol";
import {Writer} from "../../../contracts/board/IBoardRecords.sol";
import {create} from "../../support/Create.sol";
import {TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {MockCharters} from "../mocks/MockCharters.sol";

/// @notice A space at home on chain `a`, written by one account of each chain, with a blackboard on both and both real gateways.
abstract contract BoardsOfTwoChains is TwoChains {
    address internal constant ADA = address(0xADA);
    address internal constant BO = address(0xB0);
    bytes32 internal constant KEY = keccak256("section");
    bytes32 internal constant FEED = keccak256("feed");
    uint40 internal constant NEVER = type(uint40).max;

    Blackboard internal home;
    Blackboard internal far;
    bytes32 internal space;

    function setUp() public virtual override {
        super.setUp();
        on(a);
        MockCharters charters = new MockCharters();
        home = Blackboard(create("Blackboard", abi.encode(address(a.authority), a.gateway, charters)));
        on(b);
        far = Blackboard(create("Blackboard", abi.encode(address(b.authority), b.gateway, charters)));
        far.linkBoard(a.id, address(home));
        on(a);
        home.linkBoard(b.id, address(far));
        Writer[] memory writers = new Writer[](2);
        writers[0] = Writer(a.id, ADA);
        writers[1] = Writer(b.id, BO);
        space = home.openSpace(1 hours, address(this), "space", writers);
    }

    function write(uint32 expectedVersion, bytes memory value) internal returns (uint32) {
        on(a);
        vm.prank(ADA);
        return home.write(space, KEY, expectedVersion, value);
    }

    function propose(address by, uint32 expectedVersion, bytes memory value) internal returns (bytes32) {
        on(b);
        vm.prank(by);
        return far.propose(a.id, space, KEY, expectedVersion, NEVER, value);
    }

    function mirror() internal returns (bytes32) {
        on(a);
        return home.sendCell(space, KEY, b.id);
    }
}
