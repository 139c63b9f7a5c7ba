// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blackboard} from "../../../contracts/board/Blackboard.sol";
import {IBlackboard} from "../../../contracts/board/IBlackboard.sol";
import {IBoardRecords, Space, Writer} from "../../../contracts/board/IBoardRecords.sol";
import {CharterEpoch, ISpaceAgreements, ISpaceCharters} from "../../../contracts/board/ISpaceCharters.sol";
import {IAgreements} from "../../../contracts/charters/IAgreements.sol";
import {Epoch, ICharters} from "../../../contracts/charters/ICharters.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {CharterWorld} from "../charters/CharterWorld.sol";

/// @notice Spaces of real charters.
contract BoardChartersTest is CharterWorld {
    bytes32 private constant KEY = keccak256("section");
    Blackboard private _board;

    function setUp() public override {
        super.setUp();
        _board = Blackboard(create("Blackboard", abi.encode(address(authority), gateway, ISpaceCharters(address(charters)))));
    }

    /// @dev What the blackboard asks is what charters and agreements answer: same functions, same form.
    function test_the_blackboard_asks_what_charters_answer() public {
        vm.assertEq(bytes32(ISpaceCharters.isMember.selector), bytes32(ICharters.isMember.selector));
        vm.assertEq(bytes32(ISpaceCharters.current.selector), bytes32(ICharters.current.selector));
        vm.assertEq(bytes32(ISpaceCharters.agreements.selector), bytes32(ICharters.agreements.selector));
        vm.assertEq(bytes32(ISpaceAgreements.accountOf.selector), bytes32(IAgreements.accountOf.selector));
        bytes32 charterId = newCharter();
        CharterEpoch memory asked = ISpaceCharters(address(charters)).current(charterId);
        Epoch memory answered = charters.current(charterId);
        vm.assertEq(abi.encode(asked), abi.encode(answered));
    }

    function test_members_of_a_charter_write_in_its_space() public {
        bytes32 charterId = newCharter();
        vm.prank(members[4]);
        _board.write(charterId, KEY, 0, "one");
        vm.prank(members[0]);
        uint32 token = _board.acquire(charterId, KEY, 1 hours);
        vm.assertEq(token, 2);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, charterId, stranger));
        _board.append(charterId, KEY, "spam");
        Space memory space = _board.spaceOf(charterId);
        vm.assertTrue(space.isCharter);
        vm.assertEq(space.epoch, 1);
        vm.assertEq(space.controller, agreements.accountOf(charterId));
    }

    /// @dev An agreement quorum: only what enough members signed is written.
    function test_a_quorum_writes_by_agreement() public {
        bytes32 charterId = newCharter();
        address account = agreements.accountOf(charterId);
        Writer[] memory writers = new Writer[](1);
        writers[0] = Writer(block.chainid, account);
        bytes32 space = _board.openSpace(0, address(0), "decisions", writers);
        vm.prank(members[0]);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, members[0]));
        _board.write(space, KEY, 0, "alone");
        bytes memory write = abi.encodeCall(IBlackboard.write, (space, KEY, 0, "agreed"));
        agree(agreements, members, planOf(charterId, 1, 0, callOf(address(_board), write)), 3);
        vm.assertEq(_board.cellOf(space, KEY).valueHash, keccak256("agreed"));
        bytes memory setMaxLease = abi.encodeCall(IBlackboard.setMaxLease, (charterId, 60));
        agree(agreements, members, planOf(charterId, 1, 0, callOf(address(_board), setMaxLease)), 3);
        vm.assertEq(_board.spaceOf(charterId).maxLease, 60);
    }
}
