// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {Vm, vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice The escrow hashes and logs terms as they stand in calldata. So whatever calldata it takes must be the one encoding of its terms.
contract TermsEncodingTest is TaskWorld {
    uint256 private constant WORDS = 35;
    /// @dev Fields that use all of their word: specHash, allocationParams, parent, prerequisites, charter, salt; and the offset of the chains.
    uint256 private constant FULL_WORDS = (1 << 8) | (1 << 16) | (1 << 25) | (1 << 27) | (1 << 29) | (1 << 33) | (1 << 34);

    function test_bits_beyond_a_field_are_refused() public {
        for (uint256 kind; kind < 4; ++kind) {
            Terms memory terms = _termsLike(kind, 0);
            for (uint256 word; word < WORDS; ++word) {
                if ((FULL_WORDS >> word) & 1 == 1) continue;
                // No type of a field is wider than an address.
                for (uint256 bit = 160; bit < 256; bit += 19) {
                    _refuses(_flip(abi.encodeCall(ITaskEscrowCore.open, (terms)), 4 + 32 + 32 * word, bit));
                    _refuses(_flip(abi.encodeCall(ITaskEscrowCore.openFor, (terms, 0, "")), 4 + 96 + 32 * word, bit));
                }
            }
        }
    }

    function test_a_list_of_chains_elsewhere_is_refused() public {
        bytes memory data = abi.encodeCall(ITaskEscrowCore.open, (newTerms()));
        // One word in between.
        bytes memory moved = bytes.concat(data, bytes32(0));
        _write(moved, 4 + 32 + 32 * 34, 32 * 36);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TermInvalid.selector, "chains", 32 * 36));
        (bool success, ) = address(escrow).call(moved);
        vm.assertTrue(success, "the revert was expected");
    }

    function test_terms_are_found_wherever_calldata_has_them() public {
        Terms memory terms = newTerms();
        bytes memory encoded = abi.encode(terms);
        // The whole tuple one word later, with something before it.
        bytes memory data = bytes.concat(
            ITaskEscrowCore.open.selector,
            bytes32(uint256(64)),
            keccak256("between"),
            _tail(encoded),
            "trailing"
        );
        vm.prank(requester);
        (bool success, bytes memory answer) = address(escrow).call(data);
        vm.assertTrue(success);
        bytes32 taskId = abi.decode(answer, (bytes32));
        vm.assertEq(taskId, keccak256(abi.encode(block.chainid, address(escrow), terms)));
        assertState(taskId, TaskState.Open);
    }

    function test_the_event_has_the_terms(uint256 salt, uint8 count) public {
        Terms memory terms = _termsLike(salt % 4, salt);
        terms.suspectBond = 0;
        terms.answerWindow = 0;
        terms.chains = new uint256[](count % 5);
        for (uint256 i; i < terms.chains.length; ++i) terms.chains[i] = HOME + 1 + i;
        vm.recordLogs();
        bytes32 taskId = openTask(terms);
        Vm.Log memory log = vm.getRecordedLogs()[0];
        vm.assertEq(log.topics.length, 3);
        vm.assertEq(log.topics[0], ITaskRecords.TaskOpened.selector);
        vm.assertEq(log.topics[1], taskId);
        vm.assertEq(log.topics[2], bytes32(uint256(uint160(requester))));
        vm.assertEq(log.data, abi.encode(terms));
    }

    /// @dev With and without disputes, with and without doubts.
    function _termsLike(uint256 kind, uint256 salt) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.salt = bytes32(salt);
        if (kind & 1 == 1) {
            terms.arbitrator = sponsor;
            terms.disputeWindow = 1 hours;
            terms.arbitrationWindow = 1 hours;
            terms.disputeBond = 7;
        }
        if (kind & 2 == 2) {
            terms.suspectBond = 5;
            terms.answerWindow = 1 hours;
        }
    }

    /// @dev Solidity refuses without a word; a rule of the terms would say which.
    function _refuses(bytes memory data) private {
        vm.prank(requester);
        (bool success, bytes memory answer) = address(escrow).call(data);
        vm.assertFalse(success);
        vm.assertEq(answer.length, 0);
    }

    function _flip(bytes memory data, uint256 offset, uint256 bit) private pure returns (bytes memory) {
        uint256 i = offset + 31 - bit / 8;
        data[i] = data[i] ^ bytes1(uint8(1 << (bit % 8)));
        return data;
    }

    function _write(bytes memory data, uint256 offset, uint256 value) private pure {
        bytes32 word = bytes32(value);
        for (uint256 i; i < 32; ++i) data[offset + i] = word[i];
    }

    function _tail(bytes memory encoded) private pure returns (bytes memory tail) {
        tail = new bytes(encoded.length - 32);
        for (uint256 i; i < tail.length; ++i) tail[i] = encoded[i + 32];
    }
}
