// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bid, ITaskRecords, Offer, Prerequisite} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {Module} from "../mocks/Modules.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Tasks that wait for others to be settled well enough.
contract PrerequisitesTest is SigningWorld {
    uint16 private constant LEAST = 6_000;

    function _settled(bytes32 salt, uint16 verdict) private returns (bytes32 taskId) {
        Terms memory terms = plainTerms();
        terms.salt = salt;
        taskId = submitFor(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), verdict);
    }

    function _list(bytes32 first, bytes32 second) private pure returns (Prerequisite[] memory list) {
        list = new Prerequisite[](2);
        list[0] = Prerequisite(HOME, first);
        list[1] = Prerequisite(HOME, second);
    }

    function _gated(Prerequisite[] memory list) private view returns (Terms memory terms) {
        terms = plainTerms();
        terms.salt = "gated";
        terms.prerequisites = keccak256(abi.encode(list));
        terms.minPrerequisiteShare = LEAST;
    }

    function _claim(Terms memory terms) private {
        vm.prank(worker);
        escrow.claimWith(terms, worker, 10_000);
    }

    function test_a_gated_task_is_claimed_once_its_prerequisites_are_shown() public {
        Prerequisite[] memory list = _list(_settled("a", LEAST), _settled("b", 10_000));
        Terms memory terms = _gated(list);
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisitesUnmet.selector, taskId));
        vm.prank(worker);
        escrow.claimWith(terms, worker, 1);
        vm.assertFalse(escrow.isReady(taskId));
        vm.expectEmit(address(escrow));
        emit ITaskRecords.PrerequisitesMet(taskId);
        vm.prank(stranger);
        escrow.confirmPrerequisites(terms, list);
        vm.assertTrue(escrow.isReady(taskId));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ClaimTermsWrong.selector, taskId));
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        _claim(terms);
        assertState(taskId, TaskState.Assigned);
    }

    function test_they_may_be_shown_before_posting() public {
        Prerequisite[] memory list = _list(_settled("a", LEAST), _settled("b", 10_000));
        Terms memory terms = _gated(list);
        escrow.confirmPrerequisites(terms, list);
        openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        _claim(terms);
    }

    function test_RevertGiven_a_prerequisite_is_not_met() public {
        bytes32 good = _settled("a", 10_000);
        bytes32 bad = _settled("b", LEAST - 1);
        Terms memory open = plainTerms();
        open.salt = "c";
        bytes32[3] memory unmet = [bad, openTask(open), keccak256("never posted")];
        for (uint256 i; i < unmet.length; ++i) {
            Prerequisite[] memory list = _list(good, unmet[i]);
            Terms memory terms = _gated(list);
            bytes32 taskId = escrow.taskIdOf(terms);
            vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, taskId, HOME, unmet[i]));
            escrow.confirmPrerequisites(terms, list);
        }
        // A task of another chain is not known here, whatever its id.
        Prerequisite[] memory foreign = _list(good, good);
        foreign[1].chainId = HOME + 1;
        Terms memory gated = _gated(foreign);
        bytes32 id = escrow.taskIdOf(gated);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, id, HOME + 1, good));
        escrow.confirmPrerequisites(gated, foreign);
    }

    /// @dev A share of zero is still a settled task: an expired one, whose slot says zero too, does not count.
    function test_RevertGiven_the_prerequisite_expired_and_any_share_does() public {
        Terms memory open = plainTerms();
        bytes32 first = openTask(open);
        vm.warp(open.openUntil + GRACE + 1);
        escrow.expire(open);
        Prerequisite[] memory list = _list(first, first);
        Terms memory terms = _gated(list);
        terms.minPrerequisiteShare = 0;
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisiteUnmet.selector, taskId, HOME, first));
        escrow.confirmPrerequisites(terms, list);
    }

    function test_RevertWhen_the_list_is_another_or_too_long() public {
        bytes32 good = _settled("a", 10_000);
        Prerequisite[] memory list = _list(good, good);
        Terms memory terms = _gated(list);
        Prerequisite[] memory other = new Prerequisite[](1);
        other[0] = list[0];
        bytes32 taskId = escrow.taskIdOf(terms);
        bytes32 actual = keccak256(abi.encode(other));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisitesWrong.selector, taskId, terms.prerequisites, actual));
        escrow.confirmPrerequisites(terms, other);
        terms.prerequisites = 0;
        taskId = escrow.taskIdOf(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisitesWrong.selector, taskId, bytes32(0), actual));
        escrow.confirmPrerequisites(terms, other);
        list = new Prerequisite[](16);
        for (uint256 i; i < 16; ++i) list[i] = Prerequisite(HOME, good);
        terms = _gated(list);
        escrow.confirmPrerequisites(terms, list);
        vm.assertTrue(escrow.isReady(escrow.taskIdOf(terms)));
        list = new Prerequisite[](17);
        for (uint256 i; i < 17; ++i) list[i] = Prerequisite(HOME, good);
        terms = _gated(list);
        expectInvalid("prerequisites", 17);
        escrow.confirmPrerequisites(terms, list);
    }

    function test_RevertWhen_hired_or_bid_for_before() public {
        Prerequisite[] memory list = _list(_settled("a", 10_000), _settled("b", 10_000));
        Terms memory terms = _gated(list);
        bytes32 taskId = escrow.taskIdOf(terms);
        Offer memory offer = newOffer();
        bytes memory signature = sign(REQUESTER_KEY, offerHash(taskId, offer));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisitesUnmet.selector, taskId));
        vm.prank(worker);
        escrow.hire(terms, offer, signature);
        terms.allocation = address(new Module());
        terms.challengeWindow = 1 hours;
        taskId = openTask(terms);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PrerequisitesUnmet.selector, taskId));
        vm.prank(worker);
        escrow.propose(terms, Bid(worker, worker, 1, 1, later()), "");
    }

    /// @dev A dead prerequisite never keeps the money: the task can be cancelled, and expires.
    function test_a_gated_task_ends_without_its_prerequisites() public {
        Terms memory terms = _gated(_list(keccak256("a"), keccak256("b")));
        mark(terms);
        uint256 before = coin.balanceOf(requester);
        openTask(terms);
        vm.warp(terms.openUntil + GRACE + 1);
        vm.prank(stranger);
        escrow.expire(terms);
        vm.assertEq(coin.balanceOf(requester), before - TRIGGER);
        assertPaid(terms, stranger, TRIGGER, "stranger");
        assertHeld(terms, 0);
    }
}
