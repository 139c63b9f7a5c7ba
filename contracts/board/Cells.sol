// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Author} from "./Author.sol";
import {CellHead, CellSlot, PackedHead} from "./CellSlot.sol";
import {IBlackboard} from "./IBlackboard.sol";
import {BoardRefusal, Cell, CellWrite} from "./IBoardRecords.sol";
import {Spaces} from "./Spaces.sol";

/// @title Values that nobody overwrites unseen, and leases on them
/// @notice See `IBlackboard`.
abstract contract Cells is Spaces {
    using CellSlot for CellHead;

    struct StoredCell {
        // slot 0
        PackedHead head;
        // slot 1
        bytes32 valueHash;
    }

    mapping(bytes32 space => mapping(bytes32 key => StoredCell)) private _cells;

    /// @inheritdoc IBlackboard
    function write(bytes32 space, bytes32 key, uint256 expectedVersion, bytes calldata value) external returns (uint32 version) {
        return _writeHere(space, key, expectedVersion, value);
    }

    /// @inheritdoc IBlackboard
    function writeMany(CellWrite[] calldata writes) external {
        for (uint256 i; i < writes.length; ++i) {
            CellWrite calldata each = writes[i];
            _writeHere(each.space, each.key, each.expectedVersion, each.value);
        }
    }

    /// @inheritdoc IBlackboard
    function acquire(bytes32 space, bytes32 key, uint32 duration) external returns (uint32 token) {
        StoredCell storage cell = _cells[space][key];
        CellHead memory head = cell.head.unpack();
        require(!head.isLeased(), CellLeased(space, key, head.holder, head.leaseEnd));
        _requireWriter(space, msg.sender);
        uint256 limit = _startClock(head, _maxLeaseOf(space));
        uint256 leaseEnd = block.timestamp + duration;
        require(duration != 0 && leaseEnd <= limit && leaseEnd <= type(uint32).max, LeaseTooLong(space, key, leaseEnd, limit));

        token = head.version + 1;
        head.version = token;
        head.changes = 0;
        head.holder = msg.sender;
        head.leaseEnd = uint32(leaseEnd);
        cell.head = head.pack();

        emit LeaseGranted(space, key, msg.sender, token, uint40(leaseEnd));
    }

    /// @inheritdoc IBlackboard
    function renew(bytes32 space, bytes32 key, uint32 token, uint32 duration) external {
        StoredCell storage cell = _cells[space][key];
        CellHead memory head = _heldByCaller(cell, space, key, token);
        _requireWriter(space, msg.sender);
        (uint256 limit, ) = head.limitOf(_maxLeaseOf(space));
        uint256 leaseEnd = block.timestamp + duration;
        require(leaseEnd >= head.leaseEnd, LeaseNotLonger(space, key, leaseEnd, head.leaseEnd));
        require(leaseEnd <= limit && leaseEnd <= type(uint32).max, LeaseTooLong(space, key, leaseEnd, limit));

        head.leaseEnd = uint32(leaseEnd);
        cell.head = head.pack();

        emit LeaseRenewed(space, key, msg.sender, token, uint40(leaseEnd));
    }

    /// @inheritdoc IBlackboard
    function handoff(bytes32 space, bytes32 key, uint32 token, address to) external returns (uint32 newToken) {
        StoredCell storage cell = _cells[space][key];
        CellHead memory head = _heldByCaller(cell, space, key, token);
        _requireWriter(space, to);

        newToken = head.version + 1;
        head.version = newToken;
        head.changes = 0;
        head.holder = to;
        cell.head = head.pack();

        emit LeaseHandedOff(space, key, msg.sender, to, newToken);
    }

    /// @inheritdoc IBlackboard
    function release(bytes32 space, bytes32 key, uint32 token) external {
        StoredCell storage cell = _cells[space][key];
        CellHead memory head = _heldByCaller(cell, space, key, token);

        head.version += 1;
        // The holder stays, and with it until when its time runs: see `acquire`.
        head.leaseEnd = uint32(block.timestamp - 1);
        cell.head = head.pack();

        emit LeaseReleased(space, key, msg.sender, head.version);
    }

    /// @inheritdoc IBlackboard
    function requireVersion(bytes32 space, bytes32 key, uint32 atLeast) external view {
        uint32 version = _cells[space][key].head.versionOf();
        require(version >= atLeast, VersionUnmet(space, key, atLeast, version));
    }

    /// @inheritdoc IBlackboard
    function requireValue(bytes32 space, bytes32 key, bytes32 expected) external view {
        bytes32 valueHash = _cells[space][key].valueHash;
        require(valueHash == expected, ValueUnmet(space, key, expected, valueHash));
    }

    /// @inheritdoc IBlackboard
    function requireHolder(bytes32 space, bytes32 key, address account, uint32 token) external view {
        CellHead memory head = _cells[space][key].head.unpack();
        _requireHeld(head, space, key, account, token);
    }

    /// @inheritdoc IBlackboard
    function cellOf(bytes32 space, bytes32 key) public view returns (Cell memory cell) {
        CellHead memory head = _cells[space][key].head.unpack();
        cell.version = head.version;
        cell.valueHash = _cells[space][key].valueHash;
        if (head.isLeased()) {
            cell.holder = head.holder;
            cell.token = head.tokenOf();
            cell.leaseEnd = head.leaseEnd;
            (uint256 limit, ) = head.limitOf(_maxLeaseOf(space));
            cell.leaseLimit = uint40(limit);
        }
    }

    /// @inheritdoc IBlackboard
    function cellsOf(bytes32 space, bytes32[] calldata keys) external view returns (Cell[] memory cells) {
        cells = new Cell[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            cells[i] = cellOf(space, keys[i]);
        }
    }

    /// @dev What an account of another chain proposes. It holds no lease: holders are accounts of this chain.
    function _writeFrom(
        uint256 chainId,
        address account,
        bytes32 space,
        bytes32 key,
        uint32 expectedVersion,
        bytes memory value
    ) internal returns (BoardRefusal refusal, uint32 version) {
        StoredCell storage cell = _cells[space][key];
        CellHead memory head = cell.head.unpack();
        version = head.version;
        if (version != expectedVersion) return (BoardRefusal.Stale, version);
        if (head.isLeased()) return (BoardRefusal.Leased, version);
        if (!_isWriter(space, chainId, account)) return (BoardRefusal.NotWriter, version);

        version += 1;
        head.version = version;
        cell.head = head.pack();
        cell.valueHash = keccak256(value);
        emit CellWritten(space, key, Author.word(chainId, account), version, value);
    }

    /// @dev The version comes first, so that who is late pays least. The word is not unpacked: this is the path that is taken most.
    function _writeHere(bytes32 space, bytes32 key, uint256 expectedVersion, bytes calldata value) private returns (uint32 version) {
        StoredCell storage cell = _cells[space][key];
        PackedHead head = cell.head;
        require(head.versionOf() == expectedVersion, CellStale(space, key, expectedVersion, head.versionOf()));
        bool isHeld = head.isLeased();
        if (isHeld) _requireMayWriteHeld(head, space, key);
        else _requireWriter(space, msg.sender);

        head = head.written(isHeld);
        version = head.versionOf();
        cell.head = head;
        cell.valueHash = keccak256(value);

        emit CellWritten(space, key, uint160(msg.sender), version, value);
    }

    function _requireMayWriteHeld(PackedHead packed, bytes32 space, bytes32 key) private view {
        CellHead memory head = packed.unpack();
        require(head.holder == msg.sender, CellLeased(space, key, head.holder, head.leaseEnd));
        require(head.changes != type(uint16).max, LeaseWorn(space, key, head.tokenOf()));
    }

    /// @dev Until when the caller may have the cell. Who held it last stays in the clock of that lease until it is over, so releasing a cell
    /// does not start another.
    function _startClock(CellHead memory head, uint256 maxLease) private view returns (uint256 limit) {
        if (head.holder == msg.sender) {
            uint256 over;
            (limit, over) = head.limitOf(maxLease);
            if (block.timestamp <= over) return limit;
        }
        limit = block.timestamp + maxLease;
        head.limitMark = CellSlot.markOf(limit, maxLease);
    }

    function _heldByCaller(StoredCell storage cell, bytes32 space, bytes32 key, uint32 token) private view returns (CellHead memory head) {
        head = cell.head.unpack();
        _requireHeld(head, space, key, msg.sender, token);
    }

    function _requireHeld(CellHead memory head, bytes32 space, bytes32 key, address account, uint32 token) private view {
        bool isLeased = head.isLeased();
        require(
            isLeased && head.holder == account && head.tokenOf() == token,
            LeaseNotHeld(space, key, isLeased ? head.holder : address(0), isLeased ? head.tokenOf() : 0)
        );
    }
}
