// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBoardRecords} from "../../../contracts/board/IBoardRecords.sol";
import {TopicEntry} from "../../../contracts/board/TopicFold.sol";
import {vm} from "../../support/Vm.sol";
import {BoardWorld} from "./BoardWorld.sol";

contract TopicsTest is BoardWorld {
    bytes32 private constant FEED = keccak256("feed");

    function _append(address by, bytes memory data) private returns (uint64) {
        vm.prank(by);
        return board.append(space, FEED, data);
    }

    /// @dev Written down once more, apart from the library.
    function _leaf(uint64 sequence, address author, bytes memory data) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(board), space, FEED, sequence, uint256(uint160(author)), keccak256(data)));
    }

    function _fold(bytes32 head, bytes32 leaf) private pure returns (bytes32) {
        return keccak256(bytes.concat(head, leaf));
    }

    function test_entries_fold_to_the_head() public {
        bytes32 head = _fold(0, _leaf(0, ADA, "one"));
        vm.expectEmit(address(board));
        emit IBoardRecords.TopicAppended(space, FEED, uint160(ADA), 0, head, "one");
        vm.assertEq(_append(ADA, "one"), 0);
        head = _fold(head, _leaf(1, BO, ""));
        vm.assertEq(_append(BO, ""), 1);
        (uint64 length, bytes32 actual) = board.topicOf(space, FEED);
        vm.assertEq(length, 2);
        vm.assertEq(actual, head);
    }

    function test_RevertWhen_a_stranger_appends() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, space, STRANGER));
        board.append(space, FEED, "spam");
    }

    /// @dev A condition on an entry holds for that entry alone: another field, another place or a shorter tail is refused.
    function testFuzz_an_entry_is_proved(uint8 count, uint8 which, uint8 field) public {
        count = 1 + (count % 6);
        which = which % count;
        field = field % 8;
        bytes32 head;
        bytes32 headBefore;
        bytes32[] memory tail = new bytes32[](count - which - 1);
        for (uint64 i; i < count; ++i) {
            _append(i % 2 == 0 ? ADA : BO, abi.encode(i));
            bytes32 leaf = _leaf(i, i % 2 == 0 ? ADA : BO, abi.encode(i));
            if (i == which) headBefore = head;
            if (i > which) tail[i - which - 1] = leaf;
            head = _fold(head, leaf);
        }
        TopicEntry memory entry = TopicEntry(which, uint160(which % 2 == 0 ? ADA : BO), keccak256(abi.encode(uint64(which))));
        board.requireEntry(space, FEED, entry, headBefore, tail);

        bytes32 topic = FEED;
        if (field == 0) entry.sequence += 1;
        if (field == 1) entry.author += block.chainid << 160;
        if (field == 2) entry.author = uint160(STRANGER);
        if (field == 3) entry.dataHash = ~entry.dataHash;
        if (field == 4) headBefore = ~headBefore;
        if (field == 5) topic = "empty";
        if (field == 6 && tail.length > 0) tail[0] = ~tail[0];
        else if (field >= 6) tail = new bytes32[](tail.length + 1);
        vm.expectPartialRevert(IBoardRecords.EntryUnknown.selector);
        board.requireEntry(space, topic, entry, headBefore, tail);
    }

    function test_a_condition_on_the_length() public {
        _append(ADA, "one");
        board.requireLength(space, FEED, 1);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, FEED, 2, 1));
        board.requireLength(space, FEED, 2);
    }
}
