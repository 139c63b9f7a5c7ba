// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice A cell's first slot, unpacked. The second holds the hash of its value.
struct CellHead {
    /// @dev Rises by one with every write, grant, hand-off and release. Zero: nothing ever happened to the cell.
    uint32 version;
    /// @dev Changes since the running lease was granted or handed on: `version - changes` is its fencing token.
    uint16 changes;
    /// @dev Until when the holder may put off the end: in units (see `CellSlot.unitOf`), the low 16 bits. Set when an account gets the cell.
    uint16 limitMark;
    /// @dev The last second of the lease. 32 bits: until the year 2106.
    uint32 leaseEnd;
    /// @dev Who has the lease, or had it last.
    address holder;
}

/// @notice One word: holder 160 | leaseEnd 32 | limitMark 16 | changes 16 | version 32, from the high bits down.
type PackedHead is uint256;

using CellSlot for PackedHead global;
using CellSlot for CellHead global;

/// @title Packs the first slot of a cell, and counts what its lease may still do
library CellSlot {
    /// @notice The word of a head.
    function pack(CellHead memory head) internal pure returns (PackedHead) {
        uint256 word = uint160(head.holder);
        word = (word << 32) | head.leaseEnd;
        word = (word << 16) | head.limitMark;
        word = (word << 16) | head.changes;
        return PackedHead.wrap((word << 32) | head.version);
    }

    /// @notice The head of a word.
    function unpack(PackedHead packed) internal pure returns (CellHead memory head) {
        uint256 word = PackedHead.unwrap(packed);
        head.version = uint32(word);
        head.changes = uint16(word >> 32);
        head.limitMark = uint16(word >> 48);
        head.leaseEnd = uint32(word >> 64);
        head.holder = address(uint160(word >> 96));
    }

    /// @notice The version alone.
    function versionOf(PackedHead packed) internal pure returns (uint32) {
        return uint32(PackedHead.unwrap(packed));
    }

    /// @notice Whether somebody holds the cell now. At its last second a lease still counts, after it not.
    function isLeased(CellHead memory head) internal view returns (bool) {
        return block.timestamp <= head.leaseEnd;
    }

    /// @notice As above, of the word.
    function isLeased(PackedHead packed) internal view returns (bool) {
        return block.timestamp <= uint32(PackedHead.unwrap(packed) >> 64);
    }

    /// @notice The word after a write: one version more, and under a lease one change more.
    /// @dev No field runs over into the next: `changes` is less than its most when it counts, and a version that is the most reverts.
    function written(PackedHead packed, bool isHeld) internal pure returns (PackedHead) {
        assert(packed.versionOf() != type(uint32).max);
        return PackedHead.wrap(PackedHead.unwrap(packed) + (isHeld ? (1 << 32) + 1 : 1));
    }

    /// @notice The fencing token of the running lease: the version that its grant or last hand-off made, so it rises with each of them.
    function tokenOf(CellHead memory head) internal pure returns (uint32) {
        return head.version - head.changes;
    }

    /// @notice Seconds of one unit of `limitMark`: one up to a longest lease of 64,999 seconds, then so many that 16 bits suffice.
    function unitOf(uint256 maxLease) internal pure returns (uint256) {
        return maxLease / 65_000 + 1;
    }

    /// @notice The mark of a limit.
    function markOf(uint256 limit, uint256 maxLease) internal pure returns (uint16) {
        return uint16(limit / unitOf(maxLease));
    }

    /// @notice The second to which the holder may put off the end, and the second after which its time is over for sure. They are one where
    /// the unit is a second; else what was cut off lies between them, and is given to nobody.
    /// @dev The limit is never before the end, nor more than 65,001 units after it, so the low 16 bits of it are enough.
    function limitOf(CellHead memory head, uint256 maxLease) internal pure returns (uint256 limit, uint256 over) {
        uint256 unit = unitOf(maxLease);
        uint256 endUnits = head.leaseEnd / unit;
        uint256 limitUnits;
        // Modulo 2^16 on purpose.
        unchecked {
            limitUnits = endUnits + uint16(head.limitMark - uint16(endUnits));
        }
        limit = Math.max(head.leaseEnd, limitUnits * unit);
        over = limitUnits * unit + unit - 1;
    }
}
