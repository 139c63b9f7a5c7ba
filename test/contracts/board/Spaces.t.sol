// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBoardRecords, Space, Writer} from "../../../contracts/board/IBoardRecords.sol";
import {SpaceId} from "../../../contracts/board/SpaceId.sol";
import {vm} from "../../support/Vm.sol";
import {BoardWorld} from "./BoardWorld.sol";

contract SpacesTest is BoardWorld {
    bytes32 private constant CHARTER = keccak256("charter");

    function _refuses(address account, bytes32 where, uint32 version) private {
        vm.prank(account);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterNotAllowed.selector, where, account));
        board.write(where, KEY, version, "refused");
    }

    function test_a_list_names_its_writers() public view {
        vm.assertTrue(board.isWriter(space, block.chainid, ADA));
        vm.assertTrue(board.isWriter(space, block.chainid, BO));
        vm.assertFalse(board.isWriter(space, block.chainid, STRANGER));
        Space memory known = board.spaceOf(space);
        vm.assertEq(known.epoch, 1);
        vm.assertFalse(known.isCharter);
        vm.assertEq(known.controller, address(this));
        vm.assertEq(known.maxLease, MAX_LEASE);
    }

    function test_an_opening_is_told() public {
        uint256 before = vm.snapshotState();
        bytes32 id = openList(MAX_LEASE, "told");
        vm.revertToState(before);
        vm.expectEmit(address(board));
        emit IBoardRecords.SpaceOpened(id, address(this), MAX_LEASE, address(this), "told");
        openList(MAX_LEASE, "told");
    }

    /// @dev The same account on another chain is another account.
    function test_a_writer_is_one_on_its_chain_only() public {
        vm.assertFalse(board.isWriter(space, 2002, ADA));
        board.setWriters(space, one(2002, ADA), true);
        vm.assertTrue(board.isWriter(space, 2002, ADA));
        board.setWriters(space, one(block.chainid, ADA), false);
        vm.assertTrue(board.isWriter(space, 2002, ADA));
        vm.assertFalse(board.isWriter(space, block.chainid, ADA));
        vm.assertEq(board.spaceOf(space).epoch, 3);
    }

    /// @dev No chain id, however long, makes another's account a writer.
    function testFuzz_no_two_writers_are_one(uint256 chainId, address account) public {
        board.setWriters(space, one(2002, BO), true);
        bool isOne = (account == ADA && chainId == block.chainid) || (account == BO && (chainId == block.chainid || chainId == 2002));
        vm.assertEq(board.isWriter(space, chainId, account), isOne);
        vm.assertFalse(board.isWriter(space, (uint256(1) << 96) + 2002, BO));
        vm.assertFalse(board.isWriter(space, uint256(1) << 96, ADA));
    }

    /// @dev The id holds all that the space was opened with, the opener too: nobody takes another's id.
    function testFuzz_the_id_commits_to_everything(uint256 field, address opener) public {
        vm.assume(opener != address(this) && opener != address(0));
        field %= 5;
        Writer[] memory writers = two();
        if (field == 0) writers[1].account = opener;
        if (field == 1) vm.prank(opener);
        bytes32 other = board.openSpace(
            field == 2 ? MAX_LEASE + 1 : MAX_LEASE,
            field == 3 ? opener : address(this),
            field == 4 ? bytes32("another") : bytes32("space"),
            writers
        );
        vm.assertNotEq(other, space);
        vm.assertTrue(SpaceId.isList(other));
        vm.assertEq(SpaceId.maxLeaseOf(other), field == 2 ? MAX_LEASE + 1 : MAX_LEASE);
    }

    function test_RevertGiven_the_space_is_open() public {
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.SpaceAlreadyOpen.selector, space));
        openList(MAX_LEASE, "space");
    }

    function test_RevertWhen_no_space_can_be_made() public {
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.MaxLeaseInvalid.selector, 365 days + 1, 365 days));
        openList(365 days + 1, "long");
        openList(365 days, "long");
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.SpaceWithoutWriters.selector));
        board.openSpace(1, address(0), "nobody", none());
        board.openSpace(1, address(1), "later", none());
        board.openSpace(1, address(0), "final", two());
    }

    function test_RevertWhen_a_writer_is_none() public {
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterInvalid.selector, 0, ADA));
        board.openSpace(1, address(1), "1", one(0, ADA));
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.WriterInvalid.selector, 1, address(0)));
        board.openSpace(1, address(1), "1", one(1, address(0)));
        vm.expectPartialRevert(IBoardRecords.WriterInvalid.selector);
        board.setWriters(space, one(uint256(1) << 64, ADA), true);
        vm.expectPartialRevert(IBoardRecords.WriterInvalid.selector);
        board.setWriters(space, one(1, address(0)), true);
        vm.prank(charters.accountOf(CHARTER));
        vm.expectPartialRevert(IBoardRecords.WriterInvalid.selector);
        board.setWriters(CHARTER, one(2002, ADA), true);
        vm.prank(charters.accountOf(CHARTER));
        vm.expectPartialRevert(IBoardRecords.WriterInvalid.selector);
        board.setWriters(CHARTER, one(block.chainid, address(0)), true);
    }

    function test_only_the_controller_changes_a_list() public {
        bytes memory refusal = abi.encodeWithSelector(IBoardRecords.SpaceWrongCaller.selector, space, address(this), ADA);
        vm.prank(ADA);
        vm.expectRevert(refusal);
        board.setWriters(space, one(1, STRANGER), true);
        vm.prank(ADA);
        vm.expectRevert(refusal);
        board.setController(space, ADA);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.SpaceOfList.selector, space));
        board.setMaxLease(space, 1);

        board.setController(space, ADA);
        vm.prank(ADA);
        board.setController(space, address(0));
        // A list without a controller is final; so is one that never was: no caller is zero.
        vm.expectPartialRevert(IBoardRecords.SpaceWrongCaller.selector);
        board.setWriters(space, one(1, STRANGER), true);
        vm.expectPartialRevert(IBoardRecords.SpaceWrongCaller.selector);
        board.setController(bytes32(uint256(1)), STRANGER);
    }

    function test_members_of_a_charter_write_as_it_stands() public {
        charters.amend(CHARTER, ADA, true);
        space = CHARTER;
        write(ADA, 0, "one");
        _refuses(BO, CHARTER, 1);
        charters.amend(CHARTER, BO, true);
        charters.amend(CHARTER, ADA, false);
        write(BO, 1, "two");
        _refuses(ADA, CHARTER, 2);
        Space memory known = board.spaceOf(space);
        vm.assertTrue(known.isCharter);
        vm.assertEq(known.epoch, 3);
        vm.assertEq(known.controller, charters.accountOf(CHARTER));
        vm.assertEq(known.maxLease, 1 hours);
    }

    /// @dev A member's address on another chain is somebody else's, unless the members agreed to believe that chain.
    function test_members_write_from_admitted_chains_only() public {
        charters.amend(CHARTER, ADA, true);
        vm.assertFalse(board.isWriter(CHARTER, 2002, ADA));
        vm.prank(charters.accountOf(CHARTER));
        board.setWriters(CHARTER, one(2002, address(0)), true);
        vm.assertTrue(board.isWriter(CHARTER, 2002, ADA));
        vm.assertTrue(board.isWriter(CHARTER, block.chainid, ADA));
        vm.assertFalse(board.isWriter(CHARTER, 3003, ADA));
        vm.assertFalse(board.isWriter(CHARTER, 2002, BO));
        vm.assertFalse(board.isWriter(CHARTER, 2002, address(0)));
    }

    function test_only_the_members_together_rule_a_charters_space() public {
        charters.amend(CHARTER, ADA, true);
        space = CHARTER;
        address account = charters.accountOf(CHARTER);
        bytes memory refusal = abi.encodeWithSelector(IBoardRecords.SpaceWrongCaller.selector, CHARTER, account, ADA);
        vm.prank(ADA);
        vm.expectRevert(refusal);
        board.setMaxLease(CHARTER, 60);
        vm.prank(ADA);
        vm.expectRevert(refusal);
        board.setWriters(CHARTER, one(2002, address(0)), true);
        vm.prank(account);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.SpaceOfCharter.selector, CHARTER));
        board.setController(CHARTER, ADA);
        vm.prank(account);
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.MaxLeaseInvalid.selector, 18 hours + 1, 18 hours));
        board.setMaxLease(CHARTER, 18 hours + 1);

        uint256 limit = block.timestamp + 1 hours;
        acquire(ADA, 60);
        vm.prank(account);
        board.setMaxLease(CHARTER, 18 hours);
        // The running lease keeps the limit it was granted under.
        vm.assertEq(cell().leaseLimit, limit);
        vm.prank(account);
        board.setMaxLease(CHARTER, 0);
        vm.assertEq(cell().leaseLimit, limit);
        vm.warp(limit + 1);
        vm.prank(ADA);
        vm.expectPartialRevert(IBoardRecords.LeaseTooLong.selector);
        board.acquire(CHARTER, KEY, 1);
    }

    /// @dev An agreement quorum: a list with the account of a charter on it.
    function test_a_quorum_writes_by_the_account_of_its_charter() public {
        charters.amend(CHARTER, ADA, true);
        address account = charters.accountOf(CHARTER);
        space = board.openSpace(0, address(0), "quorum", one(block.chainid, account));
        _refuses(ADA, space, 0);
        write(account, 0, "agreed");
        vm.assertEq(cell().valueHash, keccak256("agreed"));
    }

    /// @dev Where nothing was opened and no charter is, nobody writes, whatever the id says.
    function testFuzz_nobody_writes_where_no_space_is(bytes32 unopened, uint32 maxLease) public {
        vm.assume(unopened != space);
        charters.amend(CHARTER, ADA, true);
        _refuses(ADA, unopened, 0);
        _refuses(ADA, SpaceId.ofList(maxLease, unopened), 0);
        Space memory known = board.spaceOf(SpaceId.ofList(maxLease, unopened));
        vm.assertEq(known.epoch, 0);
        vm.assertEq(known.maxLease, 0);
        vm.assertEq(board.spaceOf(unopened).controller, address(0));
    }
}
