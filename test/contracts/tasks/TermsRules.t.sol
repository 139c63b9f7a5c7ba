// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICharters} from "../../../contracts/charters/ICharters.sol";
import {ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice Which terms may be posted.
/// - each field of a later feature: refused by name while it is not zero
/// - shares over a whole; silence under the floor
/// - no evaluator; no bond
/// - token without code
/// - chains: not ascending, twice, home, zero, over 64 bits, more than 64; without grace
/// - windows of zero, or that do not fit the slot; open until a past second; over a year in all
contract TermsRulesTest is TaskWorld {
    function _refuse(Terms memory terms, bytes memory reason) private {
        vm.prank(requester);
        vm.expectRevert(reason);
        escrow.open(terms);
    }

    function _refuseInvalid(Terms memory terms, string memory field, uint256 value) private {
        _refuse(terms, abi.encodeWithSelector(ITaskRecords.TermInvalid.selector, field, value));
    }

    function test_RevertWhen_a_charter_is_unknown_or_an_epoch_has_none() public {
        Terms memory terms = newTerms();
        terms.epoch = 1;
        _refuseInvalid(terms, "epoch", 1);
        terms.charter = bytes32(uint256(1));
        _refuse(terms, abi.encodeWithSelector(ICharters.CharterUnknown.selector, terms.charter));
    }

    function test_RevertWhen_a_doubt_could_not_be_answered() public {
        Terms memory terms = newTerms();
        terms.suspectBond = 1;
        _refuseInvalid(terms, "answerWindow", 0);
        terms.answerWindow = uint32(type(uint24).max) + 1;
        _refuseInvalid(terms, "answerWindow", uint256(type(uint24).max) + 1);
        terms.answerWindow = 1;
        terms.suspectBond = uint128(type(uint96).max) + 1;
        _refuseInvalid(terms, "suspectBond", uint256(type(uint96).max) + 1);
        (terms.answerWindow, terms.suspectBond) = (type(uint24).max, type(uint96).max);
        openTask(terms);
        terms = newTerms();
        terms.answerWindow = 1;
        _refuseInvalid(terms, "answerWindow", 1);
    }

    function test_RevertWhen_a_dispute_is_half_agreed() public {
        Terms memory terms = newTerms();
        terms.arbitrator = stranger;
        _refuseInvalid(terms, "disputeWindow", 0);
        terms.disputeWindow = 1;
        _refuseInvalid(terms, "arbitrationWindow", 0);
        terms.arbitrationWindow = 1;
        terms.defaultSplit = 10_001;
        _refuseInvalid(terms, "defaultSplit", 10_001);
        terms.defaultSplit = 10_000;
        terms.arbitrator = requester;
        _refuseInvalid(terms, "arbitrator", uint160(requester));
        terms.arbitrator = stranger;
        openTask(terms);
        terms = newTerms();
        terms.disputeBond = 1;
        _refuseInvalid(terms, "disputeBond", 1);
        terms = newTerms();
        terms.disputeWindow = 1;
        _refuseInvalid(terms, "disputeWindow", 1);
        terms = newTerms();
        terms.arbitrationWindow = 1;
        _refuseInvalid(terms, "arbitrationWindow", 1);
        terms = newTerms();
        terms.defaultSplit = 1;
        _refuseInvalid(terms, "defaultSplit", 1);
    }

    function test_RevertWhen_an_allocation_is_half_agreed() public {
        Terms memory terms = newTerms();
        terms.challengeWindow = 1;
        _refuseInvalid(terms, "challengeWindow", 1);
        terms = newTerms();
        terms.allocationParams = bytes32(uint256(1));
        _refuseInvalid(terms, "allocationParams", 1);
        terms = newTerms();
        terms.allocation = stranger;
        _refuseInvalid(terms, "allocation", uint160(stranger));
    }

    function test_RevertWhen_a_count_or_part_is_out_of_range() public {
        Terms memory terms = newTerms();
        terms.maxRevisions = 16;
        _refuseInvalid(terms, "maxRevisions", 16);
        terms.maxRevisions = 15;
        openTask(terms);
        terms = newTerms();
        terms.handoffRule = 3;
        _refuseInvalid(terms, "handoffRule", 3);
        terms = newTerms();
        terms.delegable = REWARD + 1;
        _refuseInvalid(terms, "delegable", REWARD + 1);
        terms = newTerms();
        terms.minPrerequisiteShare = 1;
        _refuseInvalid(terms, "minPrerequisiteShare", 1);
        terms.prerequisites = keccak256("list");
        terms.minPrerequisiteShare = 10_001;
        _refuseInvalid(terms, "minPrerequisiteShare", 10_001);
        terms.minPrerequisiteShare = 10_000;
        openTask(terms);
    }

    /// @dev A child spends another's money, so its parent must know of it.
    function test_RevertWhen_a_child_is_opened_alone() public {
        Terms memory terms = newTerms();
        terms.parent = bytes32(uint256(1));
        _refuseInvalid(terms, "parent", 1);
    }

    function test_RevertWhen_a_share_is_over_a_whole() public {
        Terms memory terms = newTerms();
        terms.slashShare = 10_001;
        _refuseInvalid(terms, "slashShare", 10_001);
        terms.slashShare = 10_000;
        openTask(terms);
        terms = newTerms();
        terms.floor = 10_001;
        _refuseInvalid(terms, "floor", 10_001);
        (terms.floor, terms.silence, terms.salt) = (10_000, 10_000, "whole");
        openTask(terms);
        terms = newTerms();
        terms.silence = 10_001;
        _refuseInvalid(terms, "silence", 10_001);
    }

    function test_RevertWhen_silence_pays_less_than_the_floor() public {
        Terms memory terms = newTerms();
        terms.floor = 6_000;
        terms.silence = 5_999;
        _refuseInvalid(terms, "silence", 5_999);
        terms.silence = 6_000;
        openTask(terms);
    }

    function test_RevertWhen_nobody_evaluates() public {
        Terms memory terms = newTerms();
        terms.evaluator = address(0);
        _refuseInvalid(terms, "evaluator", 0);
    }

    function test_requester_may_evaluate() public {
        Terms memory terms = newTerms();
        terms.evaluator = requester;
        assertState(openTask(terms), TaskState.Open);
    }

    /// @dev Such a task can only be hired for: claiming it to block others would be free.
    function test_RevertWhen_claiming_costs_nothing() public {
        Terms memory terms = newTerms();
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ClaimTermsWrong.selector, taskId));
        escrow.claim(taskId, claimTermsOf(terms), worker);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BondRequired.selector, taskId));
        escrow.claimWith(terms, worker, 0);
    }

    function test_RevertWhen_token_has_no_code() public {
        Terms memory terms = newTerms();
        terms.token = address(0xDEAD);
        _refuse(terms, abi.encodeWithSelector(ITaskRecords.TokenInvalid.selector, address(0xDEAD)));
        // Nor where nothing is pulled yet: bonds will be.
        (terms.reward, terms.evaluatorFee, terms.triggerReward) = (0, 0, 0);
        _refuse(terms, abi.encodeWithSelector(ITaskRecords.TokenInvalid.selector, address(0xDEAD)));
    }

    function _withChains(uint256 first, uint256 second) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.chains = new uint256[](2);
        terms.chains[0] = first;
        terms.chains[1] = second;
    }

    function test_RevertWhen_chains_are_not_a_set_of_foreign_chains() public {
        _refuseInvalid(_withChains(3, 2), "chains", 2);
        _refuseInvalid(_withChains(3, 3), "chains", 3);
        _refuseInvalid(_withChains(0, 3), "chains", 0);
        _refuseInvalid(_withChains(3, HOME), "chains", HOME);
        _refuseInvalid(_withChains(3, uint256(type(uint64).max) + 1), "chains", uint256(type(uint64).max) + 1);
        assertState(openTask(_withChains(3, type(uint64).max)), TaskState.Open);
    }

    function test_RevertWhen_there_are_too_many_chains() public {
        Terms memory terms = newTerms();
        terms.chains = new uint256[](65);
        for (uint256 i; i < 65; ++i) terms.chains[i] = 2000 + i;
        _refuseInvalid(terms, "chains", 65);
    }

    function test_RevertWhen_foreign_chains_get_no_grace() public {
        Terms memory terms = _withChains(3, 4);
        terms.grace = 0;
        _refuseInvalid(terms, "grace", 0);
    }

    function test_RevertWhen_a_window_is_zero() public {
        Terms memory terms = newTerms();
        terms.workWindow = 0;
        _refuseInvalid(terms, "workWindow", 0);
        terms = newTerms();
        terms.reviewWindow = 0;
        _refuseInvalid(terms, "reviewWindow", 0);
    }

    function test_RevertWhen_the_work_window_does_not_fit_the_slot() public {
        Terms memory terms = newTerms();
        terms.grace = 100;
        terms.workWindow = type(uint24).max - 99;
        _refuseInvalid(terms, "workWindow", uint256(type(uint24).max) + 1);
        terms.workWindow = type(uint24).max - 100;
        openTask(terms);
    }

    function test_RevertWhen_open_until_the_past() public {
        Terms memory terms = newTerms();
        terms.openUntil = uint40(block.timestamp - 1);
        _refuseInvalid(terms, "openUntil", block.timestamp - 1);
        terms.openUntil = uint40(block.timestamp);
        openTask(terms);
    }

    function test_RevertWhen_it_may_last_longer_than_a_year() public {
        Terms memory terms = newTerms();
        uint256 rest = uint256(WORK) + REVIEW + 2 * GRACE;
        terms.openUntil = uint40(block.timestamp + 365 days - rest + 1);
        _refuseInvalid(terms, "latestEnd", block.timestamp + 365 days + 1);
        terms.openUntil -= 1;
        openTask(terms);
    }

    /// @dev Each window by another amount, so that one that is missing, double or taken away shows.
    function test_latest_end_is_the_sum_of_all_windows() public view {
        Terms memory terms = newTerms();
        (terms.workWindow, terms.reviewWindow, terms.grace) = (1_000, 20, 3);
        (terms.challengeWindow, terms.disputeWindow, terms.arbitrationWindow) = (40_000, 500_000, 6_000_000);
        terms.maxRevisions = 2;
        vm.assertEq(escrow.latestEnd(terms), uint256(terms.openUntil) + 40_000 + 3 * 1_023 + 500_000 + 6_000_000 + 3);
    }

    function test_stops_of_a_lane_count_for_foreign_chains() public view {
        Terms memory terms = newTerms();
        uint256 local = escrow.latestEnd(terms);
        terms.chains = new uint256[](1);
        terms.chains[0] = 5;
        vm.assertEq(escrow.latestEnd(terms), local + GRACE + 7 days);
        // And in the time to counter, where there is one.
        terms.disputeWindow = 500;
        vm.assertEq(escrow.latestEnd(terms), local + 500 + 2 * (GRACE + 7 days));
    }

    /// @dev Whatever is asked for is refused with a reason of ours, or the task opens and every rule holds, checked here once more.
    function testFuzz_any_terms(Terms memory terms, uint256 mask, uint256 chainSeed) public {
        bytes memory encoded = abi.encode(newTerms());
        Terms memory base = newTerms();
        // Each group is the fuzzer's or a good one, by a bit of the mask.
        terms.requester = requester;
        terms.reward = terms.reward % 1e11;
        if (mask & 1 == 0) terms.token = address(coin);
        if (mask & 2 == 0) (terms.slashShare, terms.floor, terms.silence) = (terms.slashShare % 10_001, terms.floor % 10_001, 10_000);
        if (mask & 4 == 0) (terms.workWindow, terms.reviewWindow) = (base.workWindow, base.reviewWindow);
        if (mask & 8 == 0) terms.openUntil = uint40(block.timestamp + (terms.openUntil % 365 days));
        if (mask & 16 == 0) terms.evaluator = evaluator;
        if (mask & 32 == 0) terms.workerBond = BOND;
        if (mask & 64 == 0) terms.grace = base.grace;
        _chains(terms, chainSeed);
        encoded = abi.encode(terms);
        if (mask & 0xff00 != 0) encoded = _withoutSpecialFeatures(encoded);
        terms = abi.decode(encoded, (Terms));

        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(requester);
        (bool success, bytes memory result) = address(escrow).call(abi.encodeCall(escrow.open, (terms)));
        if (!success) {
            vm.assertTrue(result.length >= 36, "a reason with arguments");
            vm.assertTrue(bytes4(result) != bytes4(keccak256("Panic(uint256)")), "panic");
            return;
        }
        assertState(taskId, TaskState.Open);
        vm.assertTrue(terms.charter == 0 && terms.epoch == 0 && terms.parent == 0);
        vm.assertTrue((terms.suspectBond == 0) == (terms.answerWindow == 0));
        vm.assertTrue((terms.arbitrator == address(0)) == (terms.disputeWindow == 0));
        vm.assertTrue((terms.arbitrator == address(0)) == (terms.arbitrationWindow == 0));
        vm.assertTrue(terms.maxRevisions <= 15 && terms.handoffRule <= 2 && terms.delegable <= terms.reward);
        vm.assertLe(escrow.latestEnd(terms), block.timestamp + 365 days);
        vm.assertGe(uint256(terms.openUntil), block.timestamp);
        vm.assertLe(uint256(terms.silence), 10_000);
        vm.assertGe(uint256(terms.silence), terms.floor);
        vm.assertTrue(terms.workWindow != 0 && terms.reviewWindow != 0);
        vm.assertTrue(terms.evaluator != address(0) && terms.slashShare <= 10_000);
        vm.assertTrue(terms.chains.length == 0 || terms.grace != 0);
        for (uint256 i; i < terms.chains.length; ++i) {
            vm.assertTrue(terms.chains[i] != HOME && terms.chains[i] > (i == 0 ? 0 : terms.chains[i - 1]));
        }
    }

    /// @dev Up to three chains, sometimes out of order, twice or home.
    function _chains(Terms memory terms, uint256 seed) private pure {
        terms.chains = new uint256[](seed % 4);
        for (uint256 i; i < terms.chains.length; ++i) {
            terms.chains[i] = HOME - 3 + i * 2 + ((seed >> (8 * (i + 1))) % 4);
        }
    }

    function _withoutSpecialFeatures(bytes memory encoded) private pure returns (bytes memory cleared) {
        uint8[20] memory words = [5, 6, 7, 10, 13, 14, 15, 16, 18, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32];
        cleared = bytes.concat(encoded);
        for (uint256 i; i < words.length; ++i) {
            for (uint256 j; j < 32; ++j) cleared[(1 + uint256(words[i])) * 32 + j] = 0;
        }
    }
}
