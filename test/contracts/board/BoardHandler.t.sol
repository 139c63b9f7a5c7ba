// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoardMessage, Proposal} from "../../../contracts/board/BoardMessages.sol";
import {CellWrite, Writer} from "../../../contracts/board/IBoardRecords.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {vm} from "../../support/Vm.sol";
import {BoardsOfTwoChains} from "./BoardsOfTwoChains.sol";

/// @notice What the books say of a cell.
struct CellBook {
    uint32 version;
    bytes32 valueHash;
    address holder;
    uint32 token;
    uint256 leaseEnd;
    /// @dev When the one who holds it, or held it last, got it or could get it anew: no end is later than the longest lease after it.
    uint256 clock;
    uint32 lastToken;
}

/// @notice Everything that can be done to cells, topics and mirrors of two chains, half of it wrong, with books kept beside it.
contract BoardHandler is BoardsOfTwoChains {
    address internal constant CY = address(0xC1);
    address internal constant STRANGER = address(0x57A);
    uint256 internal constant MAX_LEASE = 1 hours;
    uint256 internal constant CELLS = 2;

    mapping(bytes32 key => CellBook) public books;
    /// @dev By version: what the value was, and from which second on.
    mapping(bytes32 key => mapping(uint256 version => bytes32)) public valueAt;
    mapping(bytes32 key => mapping(uint256 version => uint256)) public since;
    mapping(uint256 chainId => mapping(address account => bool)) internal writers;
    uint32 public epoch;
    /// @dev The topic's head by its length.
    bytes32[] public heads;
    mapping(string what => uint256) public successes;
    /// @dev What a check inside of an action found wrong.
    string public fault;
    uint256 internal salt;
    uint64 internal toHome;
    uint64 internal toFar;

    constructor() {
        setUp();
        home.setWriters(space, _writer(a.id, CY), true);
        epoch = 2;
        writers[a.id][ADA] = true;
        writers[a.id][CY] = true;
        writers[b.id][BO] = true;
        heads.push(0);
    }

    function setUp() public override {
        if (address(home) == address(0)) super.setUp();
    }

    // Actions

    function write(uint256 who, uint256 cell, uint256 slip) external {
        (address by, bytes32 key) = (_who(who), _key(cell));
        CellBook storage book = books[key];
        bytes memory value = abi.encode(++salt);
        uint256 expected = slip % 3 == 0 ? slip % 7 : book.version;
        on(a);
        bool may = expected == book.version && (_isHeld(book) ? book.holder == by : _isWriterHere(by));
        vm.prank(by);
        try home.write(space, key, expected, value) returns (uint32 version) {
            _expect(may, "a write passed that must not");
            _wrote(key, version, value);
            ++successes["write"];
        } catch {
            _expect(!may, "a write was refused");
        }
    }

    function writeMany(uint256 who, uint256 slip) external {
        address by = _who(who);
        CellWrite[] memory writes = new CellWrite[](CELLS);
        bool may = true;
        for (uint256 i; i < CELLS; ++i) {
            CellBook storage book = books[_key(i)];
            uint32 expected = slip % 8 == i ? uint32(slip >> 8) % 5 : book.version;
            writes[i] = CellWrite(space, _key(i), expected, abi.encode(++salt));
            may = may && expected == book.version && (_isHeld(book) ? book.holder == by : _isWriterHere(by));
        }
        on(a);
        vm.prank(by);
        try home.writeMany(writes) {
            _expect(may, "many writes passed that must not");
            for (uint256 i; i < CELLS; ++i) _wrote(_key(i), books[_key(i)].version + 1, writes[i].value);
            ++successes["writeMany"];
        } catch {
            _expect(!may, "many writes were refused");
        }
    }

    function acquire(uint256 who, uint256 cell, uint256, uint32 duration) external {
        (address by, bytes32 key) = (_who(who), _key(cell));
        CellBook storage book = books[key];
        duration %= uint32(MAX_LEASE + 60);
        bool isOld = book.holder == by && block.timestamp <= book.clock + MAX_LEASE;
        uint256 clock = isOld ? book.clock : block.timestamp;
        bool may = !_isHeld(book) && _isWriterHere(by) && duration != 0 && block.timestamp + duration <= clock + MAX_LEASE;
        on(a);
        vm.prank(by);
        try home.acquire(space, key, duration) returns (uint32 token) {
            _expect(may, "a lease was granted that must not");
            _granted(key, token, by);
            book.clock = clock;
            book.leaseEnd = block.timestamp + duration;
            ++successes["acquire"];
        } catch {
            _expect(!may, "a lease was refused");
        }
    }

    function renew(uint256 who, uint256 cell, uint256 slip, uint32 duration) external {
        (address by, bytes32 key) = (_user(who, cell), _key(cell));
        CellBook storage book = books[key];
        duration %= uint32(MAX_LEASE + 60);
        uint32 token = slip % 4 == 0 && book.token > 0 ? book.token - 1 : book.token;
        uint256 end = block.timestamp + duration;
        bool may = _mayUse(book, by, token) && _isWriterHere(by) && end >= book.leaseEnd && end <= book.clock + MAX_LEASE;
        on(a);
        vm.prank(by);
        try home.renew(space, key, token, duration) {
            _expect(may, "a renewal passed that must not");
            book.leaseEnd = end;
            ++successes["renew"];
        } catch {
            _expect(!may, "a renewal was refused");
        }
    }

    function handoff(uint256 who, uint256 cell, uint256 whom, uint256 slip) external {
        (address by, address to, bytes32 key) = (_user(who, cell), _who(whom), _key(cell));
        CellBook storage book = books[key];
        uint32 token = slip % 4 == 0 ? book.token + 1 : book.token;
        bool may = _mayUse(book, by, token) && _isWriterHere(to);
        on(a);
        vm.prank(by);
        try home.handoff(space, key, token, to) returns (uint32 newToken) {
            _expect(may, "a hand-off passed that must not");
            _granted(key, newToken, to);
            ++successes["handoff"];
        } catch {
            _expect(!may, "a hand-off was refused");
        }
    }

    function release(uint256 who, uint256 cell, uint256 slip) external {
        (address by, bytes32 key) = (_user(who, cell), _key(cell));
        CellBook storage book = books[key];
        uint32 token = slip % 4 == 0 ? book.token + 1 : book.token;
        bool may = _mayUse(book, by, token);
        on(a);
        vm.prank(by);
        try home.release(space, key, token) {
            _expect(may, "a release passed that must not");
            _changed(key, book.version + 1);
            book.leaseEnd = block.timestamp - 1;
            ++successes["release"];
        } catch {
            _expect(!may, "a release was refused");
        }
    }

    function append(uint256 who, uint256 size) external {
        address by = _who(who);
        bytes memory data = abi.encodePacked(++salt, new bytes(size % 40));
        on(a);
        vm.prank(by);
        try home.append(space, FEED, data) returns (uint64 sequence) {
            _expect(_isWriterHere(by), "an entry passed that must not");
            _expect(sequence + 1 == heads.length, "an entry is out of place");
            _appended(uint160(by), data);
            ++successes["append"];
        } catch {
            _expect(!_isWriterHere(by), "an entry was refused");
        }
    }

    /// @dev Writers change: of this chain and of the other.
    function changeWriters(uint256 who, uint256 where, uint256 slip) external {
        uint256 chainId = where % 2 == 0 ? b.id : a.id;
        bool isWriter = slip % 4 != 0;
        on(a);
        home.setWriters(space, _writer(chainId, _who(who)), isWriter);
        writers[chainId][_who(who)] = isWriter;
        ++epoch;
    }

    function propose(uint256 who, uint256 cell, uint256 slip, uint256 patience) external {
        on(b);
        uint32 expected = slip % 3 == 0 ? uint32(slip) % 7 : books[_key(cell)].version;
        vm.prank(who % 2 == 0 ? BO : _who(who));
        far.propose(a.id, space, _key(cell), expected, uint40(block.timestamp + (patience % 8_000)), abi.encode(++salt));
        collect();
        if (slip % 2 == 0) _deliverHome(sentCount(laneOf(b, a)) - 1);
    }

    function proposeEntry(uint256 who) external {
        on(b);
        vm.prank(who % 2 == 0 ? BO : _who(who));
        far.proposeEntry(a.id, space, FEED, uint40(block.timestamp + 4_000), abi.encode(++salt));
        collect();
    }

    /// @dev Any message that was ever sent home, again and in any order.
    function deliverHome(uint256 which) external {
        collect();
        uint64 count = sentCount(laneOf(b, a));
        if (count == 0) return;
        uint64 nonce =
            which % 4 == 0
                ? uint64(which % count)
                : toHome < count
                    ? toHome++
                    : uint64(which % count);
        _deliverHome(nonce);
    }

    function _deliverHome(uint64 nonce) private {
        on(a);
        bool isNew = a.gateway.statusOf(laneOf(b, a), nonce) == MessageStatus.Pending;
        if (isNew) _arrives(sentMessage(laneOf(b, a), nonce).payload);
        deliverOne(a, laneOf(b, a), nonce);
    }

    function sendMirror(uint256 cell, uint256 slip) external {
        on(a);
        if (slip % 3 == 0)
            try home.sendTopic(space, FEED, b.id) {
                ++successes["sendTopic"];
            } catch {}
        else
            try home.sendCell(space, _key(cell), b.id) {
                ++successes["sendCell"];
            } catch {}
        collect();
    }

    function deliverFar(uint256 which) external {
        collect();
        uint64 count = sentCount(laneOf(a, b));
        if (count == 0) return;
        uint64 nonce =
            which % 4 == 0
                ? uint64(which % count)
                : toFar < count
                    ? toFar++
                    : uint64(which % count);
        deliverOne(b, laneOf(a, b), nonce);
        ++successes["deliverFar"];
    }

    function pass(uint256 seconds_) external {
        vm.warp(block.timestamp + (seconds_ % 4 == 0 ? seconds_ % 4_000 : seconds_ % 120));
    }

    // What the invariants read

    function isHeld(uint256 cell) external view returns (bool) {
        return _isHeld(books[_key(cell)]);
    }

    function keyOf(uint256 cell) external pure returns (bytes32) {
        return _key(cell);
    }

    function length() external view returns (uint256) {
        return heads.length - 1;
    }

    function chains() external view returns (uint256 homeChainId, uint256 farChainId) {
        return (a.id, b.id);
    }

    function boards() external view returns (address, address, bytes32, bytes32) {
        return (address(home), address(far), space, FEED);
    }

    // The books

    function _arrives(bytes memory payload) private {
        (BoardMessage kind, Proposal memory proposal) = abi.decode(payload, (BoardMessage, Proposal));
        bool may = block.timestamp <= proposal.deadline && writers[b.id][proposal.account];
        CellBook storage book = books[proposal.key];
        if (may && kind == BoardMessage.Entry) {
            _appended((b.id << 160) | uint160(proposal.account), proposal.value);
            ++successes["entry from far"];
        } else if (may && !_isHeld(book) && book.version == proposal.expectedVersion) {
            _wrote(proposal.key, book.version + 1, proposal.value);
            ++successes["write from far"];
        } else {
            ++successes["refusal"];
        }
    }

    function _wrote(bytes32 key, uint32 version, bytes memory value) private {
        books[key].valueHash = keccak256(value);
        _changed(key, version);
    }

    function _granted(bytes32 key, uint32 token, address holder) private {
        CellBook storage book = books[key];
        _expect(token > book.lastToken, "a token did not rise");
        book.lastToken = token;
        book.token = token;
        book.holder = holder;
        _changed(key, token);
    }

    function _changed(bytes32 key, uint32 version) private {
        CellBook storage book = books[key];
        _expect(version == book.version + 1, "versions are not contiguous");
        book.version = version;
        valueAt[key][version] = book.valueHash;
        since[key][version] = block.timestamp;
    }

    function _appended(uint256 author, bytes memory data) private {
        uint64 sequence = uint64(heads.length - 1);
        bytes32 leaf = keccak256(abi.encode(a.id, address(home), space, FEED, sequence, author, keccak256(data)));
        heads.push(keccak256(bytes.concat(heads[sequence], leaf)));
    }

    function _expect(bool holds, string memory otherwise) private {
        if (!holds) fault = otherwise;
    }

    function _isHeld(CellBook storage book) private view returns (bool) {
        return book.holder != address(0) && block.timestamp <= book.leaseEnd;
    }

    function _mayUse(CellBook storage book, address by, uint32 token) private view returns (bool) {
        return _isHeld(book) && book.holder == by && book.token == token;
    }

    function _isWriterHere(address account) private view returns (bool) {
        return writers[a.id][account];
    }

    function _who(uint256 seed) private pure returns (address) {
        return [ADA, CY, ADA, CY, BO, STRANGER][seed % 6];
    }

    /// @dev Who holds the cell, or held it last, more often than others.
    function _user(uint256 seed, uint256 cell) private view returns (address) {
        address holder = books[_key(cell)].holder;
        return seed % 4 == 0 || holder == address(0) ? _who(seed) : holder;
    }

    function _key(uint256 seed) private pure returns (bytes32) {
        return bytes32(seed % CELLS);
    }

    function _writer(uint256 chainId, address account) private pure returns (Writer[] memory list) {
        list = new Writer[](1);
        list[0] = Writer(chainId, account);
    }
}
