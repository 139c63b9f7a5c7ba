// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CellHead, CellSlot} from "../../../contracts/board/CellSlot.sol";
import {Cell, IBoardRecords} from "../../../contracts/board/IBoardRecords.sol";
import {vm} from "../../support/Vm.sol";
import {BoardWorld} from "./BoardWorld.sol";

contract LeasesTest is BoardWorld {
    using CellSlot for CellHead;

    function _refused(address by, uint32 duration, bytes memory refusal) private {
        vm.prank(by);
        vm.expectRevert(refusal);
        board.acquire(space, KEY, duration);
    }

    function _tooLong(uint256 leaseEnd, uint256 limit) private view returns (bytes memory) {
        return abi.encodeWithSelector(IBoardRecords.LeaseTooLong.selector, space, KEY, leaseEnd, limit);
    }

    function _renew(address by, uint32 token, uint32 duration) private {
        vm.prank(by);
        board.renew(space, KEY, token, duration);
    }

    function _release(address by, uint32 token) private {
        vm.prank(by);
        board.release(space, KEY, token);
    }

    function test_a_lease_keeps_others_out() public {
        write(ADA, 0, "one");
        vm.expectEmit(address(board));
        emit IBoardRecords.LeaseGranted(space, KEY, ADA, 2, uint40(block.timestamp + 60));
        vm.assertEq(acquire(ADA, 60), 2);
        uint40 end = uint40(block.timestamp + 60);
        vm.prank(BO);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.CellLeased.selector, space, KEY, ADA, end));
        board.write(space, KEY, 2, "two");
        _refused(BO, 60, abi.encodeWithSelector(IBoardRecords.CellLeased.selector, space, KEY, ADA, end));
        // Not even the holder gets a second lease.
        _refused(ADA, 60, abi.encodeWithSelector(IBoardRecords.CellLeased.selector, space, KEY, ADA, end));
        write(ADA, 2, "two");
        write(ADA, 3, "three");
        Cell memory held = cell();
        vm.assertEq(held.version, 4);
        vm.assertEq(held.token, 2);
        vm.assertEq(held.holder, ADA);
        vm.assertEq(held.leaseEnd, end);
        vm.assertEq(held.leaseLimit, block.timestamp + MAX_LEASE);
    }

    /// @dev The end is the last second that counts; one later the lease gives nothing, and others need no call to clear it.
    function testFuzz_the_boundary_of_a_lease(uint32 duration) public {
        duration = (duration % MAX_LEASE) + 1;
        uint256 start = block.timestamp;
        uint32 token = acquire(ADA, duration);
        vm.warp(start + duration);
        vm.prank(BO);
        vm.expectPartialRevert(IBoardRecords.CellLeased.selector);
        board.write(space, KEY, token, "other");
        vm.prank(BO);
        vm.expectPartialRevert(IBoardRecords.CellLeased.selector);
        board.acquire(space, KEY, 1);
        write(ADA, token, "mine");

        vm.warp(start + duration + 1);
        bytes memory lost = abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, KEY, address(0), 0);
        vm.prank(ADA);
        vm.expectRevert(lost);
        board.renew(space, KEY, token, 1);
        vm.prank(ADA);
        vm.expectRevert(lost);
        board.release(space, KEY, token);
        vm.prank(ADA);
        vm.expectRevert(lost);
        board.handoff(space, KEY, token, BO);
        vm.assertEq(cell().holder, address(0));
        vm.assertEq(acquire(BO, 1), token + 2);
    }

    function test_RevertWhen_a_lease_is_of_no_time_or_too_long() public {
        uint256 limit = block.timestamp + MAX_LEASE;
        _refused(ADA, 0, _tooLong(block.timestamp, limit));
        _refused(ADA, MAX_LEASE + 1, _tooLong(limit + 1, limit));
        _refused(ADA, type(uint32).max, _tooLong(block.timestamp + type(uint32).max, limit));
        acquire(ADA, MAX_LEASE);
        space = openList(0, "no leases");
        _refused(ADA, 1, _tooLong(block.timestamp + 1, block.timestamp));
    }

    function test_RevertWhen_a_stranger_holds() public {
        _refused(STRANGER, 1, abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, STRANGER));
        uint32 token = acquire(ADA, 1);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, STRANGER));
        board.handoff(space, KEY, token, STRANGER);
    }

    /// @dev However an account renews, releases and acquires again, it never holds the cell for longer than the space allows from when it
    /// got it, not even by doing so very often.
    function testFuzz_renewals_are_included(uint256 seed, uint32 maxLease) public {
        maxLease = 1 + (maxLease % (seed % 2 == 0 ? 5_000 : 365 days));
        space = openList(maxLease, "any");
        uint256 start = block.timestamp;
        uint32 token = acquire(ADA, 1 + uint32(seed % maxLease));
        for (uint256 i; i < 60; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            // Half of the time at once: whoever rounds gains by doing it often.
            if (seed % 2 == 0) pass((seed >> 8) % (maxLease / 20 + 2));
            if (block.timestamp > start + maxLease) break;
            uint32 duration = uint32(seed >> 64) % (maxLease + 1);
            bytes memory call_ =
                cell().holder != ADA
                    ? abi.encodeCall(board.acquire, (space, KEY, duration))
                    : seed % 5 == 0
                        ? abi.encodeCall(board.release, (space, KEY, token))
                        : abi.encodeCall(board.renew, (space, KEY, token, duration));
            vm.prank(ADA);
            (bool done, ) = address(board).call(call_);
            done;
            Cell memory held = cell();
            if (held.holder == ADA) token = held.token;
            vm.assertLe(held.leaseEnd, start + maxLease);
            vm.assertLe(held.leaseLimit, start + maxLease);
        }
    }

    /// @dev After the limit the same account may try again, and all that time long it may have what is left.
    function testFuzz_a_clock_ends(uint32 maxLease, uint32 wait) public {
        maxLease = 2 + (maxLease % (365 days - 1));
        space = openList(maxLease, "any");
        uint256 unit = CellSlot.unitOf(maxLease);
        uint256 limit = block.timestamp + maxLease;
        uint32 token = acquire(ADA, maxLease);
        pass(wait % maxLease);
        _release(ADA, token);
        if (block.timestamp + unit < limit) {
            token = acquire(ADA, uint32(limit - unit - block.timestamp));
            _release(ADA, token);
        }
        vm.warp(limit + unit);
        acquire(ADA, maxLease);
    }

    function test_a_renewal_reaches_the_limit_and_no_further() public {
        uint256 limit = block.timestamp + MAX_LEASE;
        uint32 token = acquire(ADA, 60);
        pass(60);
        vm.expectEmit(address(board));
        emit IBoardRecords.LeaseRenewed(space, KEY, ADA, token, uint40(limit));
        _renew(ADA, token, MAX_LEASE - 60);
        // Renewing changes no version: the holder's own writes go on.
        write(ADA, token, "value");
        vm.prank(ADA);
        vm.expectRevert(_tooLong(limit + 1, limit));
        board.renew(space, KEY, token, MAX_LEASE - 59);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseNotLonger.selector, space, KEY, limit - 1, limit));
        board.renew(space, KEY, token, MAX_LEASE - 61);
        vm.warp(limit);
        _refused(ADA, 1, abi.encodeWithSelector(IBoardRecords.CellLeased.selector, space, KEY, ADA, uint40(limit)));
        vm.warp(limit + 1);
        acquire(ADA, MAX_LEASE);
    }

    /// @dev Long leases are counted in coarser units; what is lost is less than one, and nothing is gained.
    function testFuzz_a_long_lease_is_counted_in_units(uint32 maxLease, uint32 duration) public {
        maxLease = 65_000 + (maxLease % (365 days - 64_999));
        duration = 1 + (duration % maxLease);
        space = openList(maxLease, "long");
        uint256 limit = block.timestamp + maxLease;
        acquire(ADA, duration);
        vm.assertLe(cell().leaseLimit, limit);
        vm.assertGt(cell().leaseLimit + CellSlot.unitOf(maxLease), limit);
        vm.assertGe(cell().leaseLimit, cell().leaseEnd);
    }

    /// @dev Released and taken again: the same clock. Another's lease in between starts a new one.
    function test_a_release_starts_no_new_clock() public {
        uint256 limit = block.timestamp + MAX_LEASE;
        uint32 token = acquire(ADA, 60);
        pass(10);
        vm.expectEmit(address(board));
        emit IBoardRecords.LeaseReleased(space, KEY, ADA, token + 1);
        _release(ADA, token);
        vm.assertEq(cell().holder, address(0));
        _refused(ADA, MAX_LEASE, _tooLong(block.timestamp + MAX_LEASE, limit));
        token = acquire(ADA, MAX_LEASE - 10);
        _release(ADA, token);
        token = acquire(BO, 60);
        _release(BO, token);
        acquire(ADA, MAX_LEASE);
    }

    function test_a_handoff_keeps_the_clock() public {
        uint256 limit = block.timestamp + MAX_LEASE;
        uint32 token = acquire(ADA, 60);
        write(ADA, token, "half");
        pass(30);
        vm.expectEmit(address(board));
        emit IBoardRecords.LeaseHandedOff(space, KEY, ADA, BO, 3);
        vm.prank(ADA);
        uint32 newToken = board.handoff(space, KEY, token, BO);
        vm.assertEq(newToken, 3);
        vm.assertEq(cell().holder, BO);
        vm.assertEq(cell().token, 3);
        vm.assertEq(cell().leaseEnd, block.timestamp + 30);
        vm.assertEq(cell().leaseLimit, limit);
        vm.prank(ADA);
        vm.expectPartialRevert(IBoardRecords.CellLeased.selector);
        board.write(space, KEY, 3, "late");
        write(BO, 3, "whole");
        vm.prank(BO);
        vm.expectRevert(_tooLong(limit + 1, limit));
        board.renew(space, KEY, 3, uint32(limit + 1 - block.timestamp));
        _renew(BO, 3, uint32(limit - block.timestamp));
    }

    /// @dev A holder whose lease ran out and was granted again cannot use what it signed under the old one.
    function test_a_stale_token_does_nothing() public {
        uint32 old = acquire(ADA, 10);
        pass(11);
        uint32 token = acquire(ADA, 10);
        vm.assertGt(token, old);
        bytes memory stale = abi.encodeWithSelector(IBoardRecords.LeaseNotHeld.selector, space, KEY, ADA, token);
        vm.prank(ADA);
        vm.expectRevert(stale);
        board.release(space, KEY, old);
        vm.prank(ADA);
        vm.expectRevert(stale);
        board.renew(space, KEY, old, 20);
        vm.prank(ADA);
        vm.expectRevert(stale);
        board.handoff(space, KEY, old, BO);
    }

    /// @dev What was granted holds to its end; only what is new asks who may write.
    function test_a_lease_outlives_its_holders_right_to_write() public {
        uint32 token = acquire(ADA, 60);
        board.setWriters(space, one(block.chainid, ADA), false);
        write(ADA, token, "value");
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, ADA));
        board.renew(space, KEY, token, 90);
        pass(61);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, ADA));
        board.write(space, KEY, token + 1, "value");
    }

    function test_RevertGiven_a_lease_is_worn() public {
        uint32 token = acquire(ADA, MAX_LEASE);
        bytes32 slot = keccak256(abi.encode(KEY, keccak256(abi.encode(space, _cellsSlot()))));
        uint256 word = uint256(vm.load(address(board), slot));
        vm.store(address(board), slot, bytes32(word + (uint256(type(uint16).max) << 32) + type(uint16).max));
        vm.assertEq(cell().token, token);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.LeaseWorn.selector, space, KEY, token));
        board.write(space, KEY, token + type(uint16).max, "value");
        _release(ADA, token);
        vm.assertGt(acquire(ADA, 1), token);
    }

    /// @dev Where the cells are stored: the slot under which this cell's first word, which is not zero, is found.
    function _cellsSlot() private view returns (uint256 slot) {
        for (; slot < 16; ++slot) {
            if (vm.load(address(board), keccak256(abi.encode(KEY, keccak256(abi.encode(space, slot))))) != 0) return slot;
        }
        vm.assertTrue(false, "cells not found");
    }

    function testFuzz_a_head_is_packed_whole(CellHead memory head) public pure {
        CellHead memory back = head.pack().unpack();
        vm.assertEq(keccak256(abi.encode(back)), keccak256(abi.encode(head)));
        vm.assertEq(head.pack().versionOf(), head.version);
    }
}
