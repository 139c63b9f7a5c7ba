// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cell, CellWrite, IBoardRecords} from "../../../contracts/board/IBoardRecords.sol";
import {vm} from "../../support/Vm.sol";
import {BoardWorld} from "./BoardWorld.sol";

contract CellsTest is BoardWorld {
    function _write(bytes32 key, uint32 expectedVersion, bytes memory value) private view returns (CellWrite memory) {
        return CellWrite(space, key, expectedVersion, value);
    }

    function test_a_write_shows() public {
        vm.expectEmit(address(board));
        emit IBoardRecords.CellWritten(space, KEY, uint160(ADA), 1, "first");
        vm.assertEq(write(ADA, 0, "first"), 1);
        vm.assertEq(write(BO, 1, "second"), 2);
        Cell memory now_ = cell();
        vm.assertEq(now_.version, 2);
        vm.assertEq(now_.valueHash, keccak256("second"));
        vm.assertEq(now_.holder, address(0));
        vm.assertEq(now_.token, 0);
        vm.assertEq(now_.leaseEnd, 0);
    }

    /// @dev Whoever did not see the last change is refused, whatever version it names.
    function testFuzz_only_the_version_seen_is_overwritten(uint256 expectedVersion, uint8 writes) public {
        writes = writes % 8;
        for (uint32 i; i < writes; ++i) write(ADA, i, "value");
        // Nor does a version count that is right but for its high bits.
        if (expectedVersion % 3 == 0) expectedVersion = (uint256(1) << 32) + writes;
        vm.assume(expectedVersion != writes);
        vm.prank(BO);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.CellStale.selector, space, KEY, expectedVersion, writes));
        board.write(space, KEY, expectedVersion, "other");
    }

    function test_RevertWhen_a_stranger_writes() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, STRANGER));
        board.write(space, KEY, 0, "value");
    }

    function test_many_writes_are_one() public {
        CellWrite[] memory writes = new CellWrite[](3);
        writes[0] = _write("a", 0, "1");
        writes[1] = _write("b", 0, "2");
        writes[2] = _write("a", 1, "3");
        vm.prank(ADA);
        board.writeMany(writes);
        vm.assertEq(board.cellOf(space, "a").version, 2);
        vm.assertEq(board.cellOf(space, "a").valueHash, keccak256("3"));
        vm.assertEq(board.cellOf(space, "b").version, 1);
        bytes32[] memory keys = new bytes32[](2);
        (keys[0], keys[1]) = ("b", "a");
        Cell[] memory cells = board.cellsOf(space, keys);
        vm.assertEq(cells[0].valueHash, keccak256("2"));
        vm.assertEq(cells[1].version, 2);
    }

    /// @dev One stale, one leased, one in a space of others: each takes all with it.
    function testFuzz_many_writes_are_all_or_none(uint256 bad, uint256 kind) public {
        bad %= 4;
        kind %= 3;
        CellWrite[] memory writes = new CellWrite[](4);
        for (uint256 i; i < 4; ++i) writes[i] = _write(bytes32(i + 1), 0, "value");
        bytes4 refusal = IBoardRecords.CellStale.selector;
        if (kind == 0) {
            writes[bad].expectedVersion = 1;
        } else if (kind == 1) {
            vm.prank(BO);
            board.acquire(space, bytes32(bad + 1), 1);
            writes[bad].expectedVersion = 1;
            refusal = IBoardRecords.CellLeased.selector;
        } else {
            writes[bad].space = "another";
            refusal = IBoardRecords.WriterNotAllowed.selector;
        }
        vm.prank(ADA);
        vm.expectPartialRevert(refusal);
        board.writeMany(writes);
        for (uint256 i; i < 4; ++i) vm.assertEq(board.cellOf(space, bytes32(i + 1)).valueHash, bytes32(0));
    }

    /// @dev Cells, keys and spaces do not touch each other.
    function testFuzz_cells_are_apart(bytes32 key, bytes32 otherKey) public {
        vm.assume(key != otherKey);
        bytes32 otherSpace = openList(MAX_LEASE, "other");
        vm.prank(ADA);
        board.write(space, key, 0, "value");
        vm.assertEq(board.cellOf(space, otherKey).version, 0);
        vm.assertEq(board.cellOf(otherSpace, key).version, 0);
        vm.prank(BO);
        board.write(otherSpace, key, 0, "value");
    }

    function test_conditions_on_cells() public {
        write(ADA, 0, "value");
        board.requireVersion(space, KEY, 0);
        board.requireVersion(space, KEY, 1);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 2, 1));
        board.requireVersion(space, KEY, 2);
        board.requireValue(space, KEY, keccak256("value"));
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.ValueUnmet.selector, space, KEY, keccak256("other"), keccak256("value")));
        board.requireValue(space, KEY, keccak256("other"));

        uint32 token = acquire(BO, 10);
        board.requireHolder(space, KEY, BO, token);
        pass(10);
        board.requireHolder(space, KEY, BO, token);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, KEY, BO, token));
        board.requireHolder(space, KEY, ADA, token);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, KEY, BO, token));
        board.requireHolder(space, KEY, BO, token - 1);
        pass(1);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, KEY, address(0), 0));
        board.requireHolder(space, KEY, BO, token);
        // Of a cell that nobody ever held, the zero account is no holder either.
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, bytes32("never"), address(0), 0));
        board.requireHolder(space, "never", address(0), 0);
    }
}
