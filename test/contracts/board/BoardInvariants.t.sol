// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cell, Mirror} from "../../../contracts/board/IBoardRecords.sol";
import {IBlackboard} from "../../../contracts/board/IBlackboard.sol";
import {vm} from "../../support/Vm.sol";
import {BoardHandler} from "./BoardHandler.t.sol";

/// @dev What the fuzzer may call.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice What holds after any sequence of calls. Each is described, with the planted bug that it notices, in `test/invariant/board.md`.
contract BoardInvariantTest {
    BoardHandler private _world;
    IBlackboard private _home;
    IBlackboard private _far;
    bytes32 private _space;
    bytes32 private _feed;
    uint256 private _homeChainId;
    uint256 private _farChainId;

    function setUp() public {
        _world = new BoardHandler();
        (address home, address far, bytes32 space, bytes32 feed) = _world.boards();
        (_home, _far, _space, _feed) = (IBlackboard(home), IBlackboard(far), space, feed);
        (_homeChainId, _farChainId) = _world.chains();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[20] memory selectors = [
            BoardHandler.write.selector,
            BoardHandler.write.selector,
            BoardHandler.writeMany.selector,
            BoardHandler.acquire.selector,
            BoardHandler.acquire.selector,
            BoardHandler.acquire.selector,
            BoardHandler.renew.selector,
            BoardHandler.handoff.selector,
            BoardHandler.release.selector,
            BoardHandler.append.selector,
            BoardHandler.changeWriters.selector,
            BoardHandler.propose.selector,
            BoardHandler.propose.selector,
            BoardHandler.proposeEntry.selector,
            BoardHandler.deliverHome.selector,
            BoardHandler.deliverHome.selector,
            BoardHandler.sendMirror.selector,
            BoardHandler.deliverFar.selector,
            BoardHandler.deliverFar.selector,
            BoardHandler.pass.selector
        ];
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_world), new bytes4[](selectors.length));
        for (uint256 i; i < selectors.length; ++i) targets[0].selectors[i] = selectors[i];
    }

    /// @dev The invariants are worth nothing if the play never gets far: every kind of call succeeds in it.
    function test_the_play_reaches_everything() public {
        bytes4[] memory selectors = targetSelectors()[0].selectors;
        for (uint256 i; i < 600; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            (bool success, ) = address(_world).call(
                abi.encodePacked(
                    selectors[seed % selectors.length],
                    keccak256(abi.encode(seed, 1)),
                    keccak256(abi.encode(seed, 2)),
                    uint256(uint32(seed >> 64)),
                    uint256(uint32(seed >> 128))
                )
            );
            success;
        }
        string[12] memory kinds = [
            "write",
            "writeMany",
            "acquire",
            "renew",
            "handoff",
            "release",
            "append",
            "write from far",
            "entry from far",
            "refusal",
            "sendCell",
            "sendTopic"
        ];
        string memory table;
        for (uint256 i; i < kinds.length; ++i) {
            table = string.concat(table, kinds[i], " ", vm.toString(_world.successes(kinds[i])), ", ");
        }
        for (uint256 i; i < kinds.length; ++i) vm.assertGe(_world.successes(kinds[i]), 1, table);
        vm.assertEq(bytes(_world.fault()), "");
    }

    function invariant_01_nothing_passes_or_fails_against_the_books() external view {
        vm.assertEq(bytes(_world.fault()), "");
    }

    function invariant_02_versions_are_contiguous_and_no_update_is_lost() external view {
        for (uint256 i; i < 2; ++i) {
            bytes32 key = _world.keyOf(i);
            (uint32 version, bytes32 valueHash, , , , , ) = _world.books(key);
            Cell memory cell = _home.cellOf(_space, key);
            vm.assertEq(cell.version, version);
            vm.assertEq(cell.valueHash, valueHash);
        }
    }

    function invariant_03_a_cell_has_one_holder_until_its_end() external view {
        for (uint256 i; i < 2; ++i) {
            bytes32 key = _world.keyOf(i);
            (, , address holder, uint32 token, uint256 leaseEnd, uint256 clock, ) = _world.books(key);
            Cell memory cell = _home.cellOf(_space, key);
            bool isHeld = _world.isHeld(i);
            vm.assertEq(cell.holder, isHeld ? holder : address(0));
            vm.assertEq(cell.token, isHeld ? token : 0);
            vm.assertEq(cell.leaseEnd, isHeld ? leaseEnd : 0);
            vm.assertLe(cell.leaseEnd, clock + 1 hours);
        }
    }

    function invariant_04_a_topic_is_the_fold_of_its_entries() external view {
        (uint64 length, bytes32 head) = _home.topicOf(_space, _feed);
        vm.assertEq(length, _world.length());
        vm.assertEq(head, _world.heads(length));
    }

    function invariant_05_a_mirror_shows_what_home_was() external view {
        for (uint256 i; i < 2; ++i) {
            bytes32 key = _world.keyOf(i);
            Mirror memory mirror = _far.mirrorOf(_homeChainId, _space, key);
            if (mirror.version == 0) continue;
            vm.assertEq(mirror.valueHash, _world.valueAt(key, mirror.version));
        }
        Mirror memory topic = _far.topicMirrorOf(_homeChainId, _space, _feed);
        if (topic.version != 0 && topic.version <= _world.length()) vm.assertEq(topic.valueHash, _world.heads(topic.version));
    }

    function invariant_06_no_mirror_is_ahead_of_home() external view {
        for (uint256 i; i < 2; ++i) {
            bytes32 key = _world.keyOf(i);
            (uint32 version, , , , , , ) = _world.books(key);
            Mirror memory mirror = _far.mirrorOf(_homeChainId, _space, key);
            vm.assertLe(mirror.version, version);
            vm.assertLe(mirror.epoch, _world.epoch());
        }
        vm.assertLe(_far.topicMirrorOf(_homeChainId, _space, _feed).version, _world.length());
    }

    function invariant_07_a_mirror_is_as_old_as_it_says() external view {
        for (uint256 i; i < 2; ++i) {
            bytes32 key = _world.keyOf(i);
            (uint32 version, , , , , , ) = _world.books(key);
            Mirror memory mirror = _far.mirrorOf(_homeChainId, _space, key);
            if (mirror.version == 0) continue;
            vm.assertLe(mirror.asOf, block.timestamp);
            vm.assertGe(mirror.asOf, _world.since(key, mirror.version));
            if (mirror.version < version) vm.assertLe(mirror.asOf, _world.since(key, mirror.version + 1));
        }
    }

    function invariant_08_no_cell_is_at_home_elsewhere() external view {
        for (uint256 i; i < 2; ++i) {
            vm.assertEq(_far.cellOf(_space, _world.keyOf(i)).version, 0);
            vm.assertEq(_home.mirrorOf(_farChainId, _space, _world.keyOf(i)).version, 0);
            vm.assertEq(_home.mirrorOf(_homeChainId, _space, _world.keyOf(i)).version, 0);
        }
    }
}
