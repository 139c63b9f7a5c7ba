// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {BoardMessage, BoardMessages, MirrorUpdate, Proposal} from "../../../contracts/board/BoardMessages.sol";
import {BoardRefusal, IBoardRecords, Mirror, Writer} from "../../../contracts/board/IBoardRecords.sol";
import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {vm} from "../../support/Vm.sol";
import {BoardsOfTwoChains} from "./BoardsOfTwoChains.sol";

contract BoardOverChainsTest is BoardsOfTwoChains {
    function _expectAnswer(bytes32 sendId, address account, BoardRefusal refusal, uint64 version) private {
        vm.expectEmit(address(far));
        emit IBoardRecords.ProposalAnswered(a.id, sendId, account, refusal, version);
    }

    function _status(uint64 nonce) private returns (MessageStatus) {
        on(a);
        return a.gateway.statusOf(laneOf(b, a), nonce);
    }

    // Proposals

    function test_a_proposed_write_travels_home() public {
        write(0, "one");
        bytes32 sendId = propose(BO, 1, "two");
        collect();
        vm.expectEmit(address(home));
        emit IBoardRecords.CellWritten(space, KEY, (b.id << 160) | uint160(BO), 2, "two");
        vm.expectEmit(address(home));
        emit IBoardRecords.ProposalDecided(b.id, sendId, BoardRefusal.None, 2);
        relay(b, a);
        vm.assertEq(home.cellOf(space, KEY).valueHash, keccak256("two"));
        collect();
        _expectAnswer(sendId, BO, BoardRefusal.None, 2);
        relay(a, b);
    }

    /// @dev Two writers of the far chain saw the same version; a third writes at home while they travel. One wins, all are told.
    function test_the_first_to_arrive_wins_and_the_losers_are_told() public {
        on(a);
        home.setWriters(space, _one(b.id, ADA), true);
        write(0, "one");
        bytes32 first = propose(BO, 1, "from BO");
        bytes32 second = propose(ADA, 1, "from ADA far");
        collect();
        // Messages come in any order: the second overtakes.
        deliverOne(a, laneOf(b, a), 1);
        deliverOne(a, laneOf(b, a), 0);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.CellStale.selector, space, KEY, 1, 2));
        home.write(space, KEY, 1, "from ADA");
        vm.assertEq(home.cellOf(space, KEY).valueHash, keccak256("from ADA far"));
        collect();
        _expectAnswer(second, ADA, BoardRefusal.None, 2);
        _expectAnswer(first, BO, BoardRefusal.Stale, 2);
        relay(a, b);
    }

    function test_every_refusal_is_told() public {
        write(0, "one");
        bytes32 stranger = propose(ADA, 1, "same address, other chain");
        on(b);
        vm.prank(BO);
        bytes32 late = far.propose(a.id, space, KEY, 1, uint40(block.timestamp + 60), "late");
        bytes32 leased = propose(BO, 2, "against a lease");
        collect();
        deliverOne(a, laneOf(b, a), 0);
        vm.warp(block.timestamp + 61);
        deliverOne(a, laneOf(b, a), 1);
        on(a);
        vm.prank(ADA);
        home.acquire(space, KEY, 60);
        deliverOne(a, laneOf(b, a), 2);
        vm.assertEq(home.cellOf(space, KEY).valueHash, keccak256("one"));
        collect();
        _expectAnswer(stranger, ADA, BoardRefusal.NotWriter, 1);
        _expectAnswer(late, BO, BoardRefusal.TooLate, 0);
        _expectAnswer(leased, BO, BoardRefusal.Leased, 2);
        relay(a, b);
    }

    function test_a_deadline_counts_at_its_second() public {
        on(b);
        vm.prank(BO);
        far.propose(a.id, space, KEY, 0, uint40(block.timestamp + 60), "in time");
        vm.warp(block.timestamp + 60);
        relay(b, a);
        vm.assertEq(home.cellOf(space, KEY).version, 1);
    }

    function test_a_proposed_entry_travels_home() public {
        on(b);
        vm.prank(BO);
        bytes32 sendId = far.proposeEntry(a.id, space, FEED, NEVER, "entry");
        vm.prank(ADA);
        bytes32 refused = far.proposeEntry(a.id, space, FEED, NEVER, "spam");
        relay(b, a);
        (uint64 length, ) = home.topicOf(space, FEED);
        vm.assertEq(length, 1);
        collect();
        _expectAnswer(sendId, BO, BoardRefusal.None, 1);
        _expectAnswer(refused, ADA, BoardRefusal.NotWriter, 0);
        relay(a, b);
    }

    /// @dev The same message a second time: the gateway consumes it once; and even the same proposal sent anew finds another version.
    function test_a_replay_changes_nothing() public {
        propose(BO, 0, "value");
        relay(b, a);
        deliverOne(a, laneOf(b, a), 0);
        vm.assertEq(home.cellOf(space, KEY).version, 1);
        vm.expectPartialRevert(IGateway.MessageNotFailed.selector);
        retry(a, laneOf(b, a), 0);
        propose(BO, 0, "value");
        relay(b, a);
        vm.assertEq(home.cellOf(space, KEY).version, 1);
    }

    /// @dev A lane back that is closed costs nobody its write.
    function test_a_closed_way_back_costs_no_write() public {
        propose(BO, 0, "value");
        on(a);
        a.gateway.unlinkDestination(b.id);
        relay(b, a);
        vm.assertEq(uint256(_status(0)), uint256(MessageStatus.Consumed));
        vm.assertEq(home.cellOf(space, KEY).version, 1);
    }

    /// @dev The longest value that travels fits into the gas that the proposal asks for.
    function test_a_long_value_fits_its_gas() public {
        propose(BO, 0, new bytes(15_000));
        relay(b, a);
        vm.assertEq(uint256(_status(0)), uint256(MessageStatus.Consumed));
        vm.assertEq(home.cellOf(space, KEY).version, 1);
        vm.assertEq(sentCount(laneOf(a, b)), 0);
        collect();
        vm.assertEq(sentCount(laneOf(a, b)), 1);
    }

    function test_RevertWhen_the_home_is_not_linked() public {
        on(b);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardNotLinked.selector, 3003));
        far.propose(3003, space, KEY, 0, NEVER, "value");
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardNotLinked.selector, b.id));
        far.propose(b.id, space, KEY, 0, NEVER, "value");
    }

    // Mirrors

    function test_a_mirror_shows_home_and_its_age() public {
        write(0, "one");
        mirror();
        uint256 seenAt = block.timestamp;
        vm.warp(seenAt + 100);
        collect();
        vm.expectEmit(address(far));
        emit IBoardRecords.MirrorChanged(a.id, space, KEY, false, Mirror(1, 1, uint40(seenAt), keccak256("one")));
        relay(a, b);
        on(b);
        far.requireMirror(a.id, space, KEY, 1, 100);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.MirrorTooOld.selector, a.id, space, KEY, uint40(seenAt), 99));
        far.requireMirror(a.id, space, KEY, 1, 99);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 2, 1));
        far.requireMirror(a.id, space, KEY, 2, 100);
        vm.expectPartialRevert(IBoardRecords.VersionUnmet.selector);
        far.requireMirror(3003, space, KEY, 1, 100);
        vm.expectPartialRevert(IBoardRecords.VersionUnmet.selector);
        far.requireTopicMirror(a.id, space, KEY, 1, 100);
    }

    /// @dev At home a mirror of itself shows nothing; nobody can pass one off there.
    function test_home_has_no_mirror_of_itself() public {
        write(0, "one");
        on(a);
        vm.assertEq(home.mirrorOf(a.id, space, KEY).version, 0);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardChainInvalid.selector, a.id));
        home.linkBoard(a.id, address(far));
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardChainInvalid.selector, 0));
        home.linkBoard(0, address(far));
        // A longer chain id could be taken for another one, cut.
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardChainInvalid.selector, (uint256(1) << 96) + b.id));
        home.linkBoard((uint256(1) << 96) + b.id, address(far));
    }

    /// @dev Whatever the order of arrival, the newest stays.
    function testFuzz_only_what_is_newer_is_taken(uint256 seed) public {
        uint32 best;
        for (uint32 i; i < 6; ++i) {
            write(i, abi.encode(i));
            mirror();
        }
        collect();
        for (uint256 left = 6; left > 0; --left) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 nonce = uint64(seed % 6);
            deliverOne(b, laneOf(a, b), nonce);
            if (nonce + 1 > best) best = uint32(nonce + 1);
            Mirror memory known = far.mirrorOf(a.id, space, KEY);
            vm.assertEq(known.version, best);
            vm.assertEq(known.valueHash, keccak256(abi.encode(best - 1)));
        }
    }

    /// @dev What has not changed at home gets younger when it is sent again, and never older.
    function test_sending_again_makes_younger() public {
        write(0, "one");
        mirror();
        uint256 first = block.timestamp;
        vm.warp(first + 50);
        mirror();
        vm.warp(first + 60);
        collect();
        deliverOne(b, laneOf(a, b), 1);
        vm.assertEq(far.mirrorOf(a.id, space, KEY).asOf, first + 50);
        deliverOne(b, laneOf(a, b), 0);
        vm.assertEq(far.mirrorOf(a.id, space, KEY).asOf, first + 50);
    }

    /// @dev A change of who may write is newer, too, at the same version.
    function test_a_newer_epoch_is_newer() public {
        write(0, "one");
        on(a);
        home.setWriters(space, _one(b.id, ADA), true);
        mirror();
        relay(a, b);
        vm.assertEq(far.mirrorOf(a.id, space, KEY).epoch, 2);
        vm.assertEq(far.mirrorOf(a.id, space, KEY).version, 1);
    }

    function test_a_topic_is_mirrored() public {
        on(a);
        vm.prank(ADA);
        home.append(space, FEED, "entry");
        (, bytes32 head) = home.topicOf(space, FEED);
        home.sendTopic(space, FEED, b.id);
        relay(a, b);
        on(b);
        vm.assertEq(far.topicMirrorOf(a.id, space, FEED).valueHash, head);
        far.requireTopicMirror(a.id, space, FEED, 1, 0);
        vm.expectPartialRevert(IBoardRecords.VersionUnmet.selector);
        far.requireMirror(a.id, space, FEED, 1, 0);
    }

    function test_a_broadcast_reaches_the_board_of_that_address() public {
        write(0, "one");
        home.sendCell(space, KEY, 0);
        // In one EVM both have their own address, so the far board is put at home's.
        on(b);
        vm.etch(address(home), address(far).code);
        home.linkBoard(a.id, address(home));
        relay(laneOf(a, 0), b);
        vm.assertEq(home.mirrorOf(a.id, space, KEY).valueHash, keccak256("one"));
    }

    function test_RevertWhen_there_is_nothing_to_mirror() public {
        on(a);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.CellEmpty.selector, space, KEY));
        home.sendCell(space, KEY, b.id);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.CellEmpty.selector, space, FEED));
        home.sendTopic(space, FEED, b.id);
        vm.prank(ADA);
        home.append(space, FEED, "entry");
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.BoardNotLinked.selector, 3003));
        home.sendTopic(space, FEED, 3003);
    }

    // Who may speak

    function test_only_the_linked_board_is_believed() public {
        bytes memory update = BoardMessages.encode(BoardMessage.Cell, MirrorUpdate(space, KEY, 9, 9, "lie", 1));
        send(a, b, address(0xBAD), address(far), update);
        relay(a, b);
        on(b);
        vm.assertEq(uint256(b.gateway.statusOf(laneOf(a, b), 0)), uint256(MessageStatus.Failed));
        vm.expectRevert(abi.encodeWithSelector(Peers.CallerNotGateway.selector, address(this), address(b.gateway)));
        far.receiveMessage(0, addressOn(a, address(home)), update);
        vm.assertEq(far.mirrorOf(a.id, space, KEY).version, 0);
    }

    function test_only_governance_links_boards() public {
        on(a);
        vm.prank(ADA);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ADA));
        home.linkBoard(3003, ADA);
    }

    function test_nonsense_fails_alone() public {
        bytes[4] memory nonsense = [bytes("short"), abi.encode(uint256(5)), abi.encode(BoardMessage.Write, "no proposal"), ""];
        for (uint256 i; i < nonsense.length; ++i) send(b, a, address(far), address(home), nonsense[i]);
        propose(BO, 0, "sense");
        relay(b, a);
        for (uint64 i; i < nonsense.length; ++i) vm.assertEq(uint256(_status(i)), uint256(MessageStatus.Failed));
        vm.assertEq(home.cellOf(space, KEY).version, 1);
    }

    /// @dev The far chain has gone rogue: its blackboard says anything in anybody's name. It reaches what named its accounts, and no more.
    function testFuzz_a_rogue_chain_hurts_only_who_admitted_it(address account, uint32 version, bytes32 value, uint40 seenAt) public {
        write(0, "one");
        on(a);
        bytes32 closed = home.openSpace(0, address(0), "closed", _one(a.id, ADA));
        vm.prank(ADA);
        home.write(closed, KEY, 0, "mine");
        Proposal memory forged = Proposal(account, closed, KEY, 1, NEVER, "forged");
        send(b, a, address(far), address(home), BoardMessages.encode(BoardMessage.Write, forged));
        send(b, a, address(far), address(home), BoardMessages.encode(BoardMessage.Entry, forged));
        MirrorUpdate memory lie = MirrorUpdate(space, KEY, 7, version, value, seenAt);
        send(b, a, address(far), address(home), BoardMessages.encode(BoardMessage.Cell, lie));
        relay(b, a);
        vm.assertEq(home.cellOf(closed, KEY).version, 1);
        (uint64 length, ) = home.topicOf(closed, KEY);
        vm.assertEq(length, 0);
        // Its lie about a cell of ours stands under its own name, and makes nothing younger than its arrival.
        vm.assertEq(home.cellOf(space, KEY).valueHash, keccak256("one"));
        Mirror memory told = home.mirrorOf(b.id, space, KEY);
        vm.assertEq(told.version, version);
        vm.assertLe(told.asOf, block.timestamp);
        vm.assertEq(home.mirrorOf(a.id, space, KEY).version, 0);
        // The space that admitted one of its accounts is in its hand, in that account's name.
        forged.space = space;
        forged.account = BO;
        send(b, a, address(far), address(home), BoardMessages.encode(BoardMessage.Write, forged));
        relay(b, a);
        vm.assertEq(home.cellOf(space, KEY).version, 2);
    }

    /// @dev Two values for one version: the first stays.
    function test_a_second_value_for_one_version_is_not_taken() public {
        MirrorUpdate memory update = MirrorUpdate(space, KEY, 1, 5, "first", uint40(block.timestamp));
        send(a, b, address(home), address(far), BoardMessages.encode(BoardMessage.Cell, update));
        vm.warp(block.timestamp + 10);
        update.valueHash = "second";
        update.seenAt += 10;
        send(a, b, address(home), address(far), BoardMessages.encode(BoardMessage.Cell, update));
        relay(a, b);
        Mirror memory known = far.mirrorOf(a.id, space, KEY);
        vm.assertEq(known.valueHash, "first");
        vm.assertEq(known.asOf, block.timestamp - 10);
    }

    function _one(uint256 chainId, address account) private pure returns (Writer[] memory writers) {
        writers = new Writer[](1);
        writers[0] = Writer(chainId, account);
    }
}
