// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";

import {ArbitratorAdapter} from "../../../contracts/disputes/ArbitratorAdapter.sol";
import {CentralizedArbitrator} from "../../../contracts/disputes/examples/CentralizedArbitrator.sol";
import {IArbitrable} from "../../../contracts/disputes/IArbitrable.sol";
import {IArbitrator} from "../../../contracts/disputes/IArbitrator.sol";
import {IArbitratorAdapter} from "../../../contracts/disputes/IArbitratorAdapter.sol";
import {IEvidence} from "../../../contracts/disputes/IEvidence.sol";
import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {RogueArbitrator} from "../mocks/RogueArbitrator.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";

/// requestArbitration
/// ├── when the terms name another, the value is not the cost, or the work is other work: reverts
/// ├── given the task is not disputed, out of time, or was brought before: reverts
/// └── otherwise: there is a dispute, its question and its evidence group
/// rule, execute
/// ├── when not the arbitrator's, unknown, twice, or no choice: reverts
/// ├── given it is in time: the escrow settles at the verdict of the ruling
/// └── given it is late: it is stored, and nothing happens
contract ArbitratorAdapterTest is TaskWorld {
    bytes32 private constant DELIVERABLE = keccak256("the work");
    uint256 private constant COST = 7_000;
    uint24 private constant DISPUTE = 1 hours;
    uint24 private constant ARBITRATION = 3 days;
    uint16 private constant CONTESTED = 1_500;
    uint16 private constant SPLIT = 4_000;
    uint128 private constant DISPUTE_BOND = 10_000;

    CentralizedArbitrator private _arbitrator;
    ArbitratorAdapter private _adapter;
    address private _owner = address(0x0A4B);

    function setUp() public override {
        super.setUp();
        _arbitrator = CentralizedArbitrator(create("CentralizedArbitrator", abi.encode(_owner, COST)));
        _adapter = ArbitratorAdapter(create("ArbitratorAdapter", abi.encode(escrow, _arbitrator, hex"c0")));
        vm.deal(address(this), 1 ether);
        vm.deal(stranger, 1 ether);
    }

    function test_ARulingForTheWorkerPaysTheWholePrice() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256 before = coin.balanceOf(worker);
        _ruled(_request(terms), 1);
        vm.assertTrue(_adapter.execute(terms, workOf(DELIVERABLE)));
        _assertSettled(terms, taskId, 10_000);
        vm.assertEq(coin.balanceOf(worker) - before, uint256(REWARD) + 2 * DISPUTE_BOND);
    }

    function test_ARulingForTheRequesterIsTheContestedVerdict() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        _ruled(_request(terms), 2);
        vm.assertTrue(_adapter.execute(terms, workOf(DELIVERABLE)));
        _assertSettled(terms, taskId, CONTESTED);
    }

    function test_ARefusalToDecideIsTheDefaultSplit() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        _ruled(_request(terms), 0);
        vm.assertTrue(_adapter.execute(terms, workOf(DELIVERABLE)));
        _assertSettled(terms, taskId, SPLIT);
        // Once more does nothing.
        vm.assertFalse(_adapter.execute(terms, workOf(DELIVERABLE)));
    }

    function test_ALateRulingChangesNothing() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256 end = block.timestamp + ARBITRATION;
        uint256 disputeId = _request(terms);
        _give(disputeId, 1);
        vm.warp(end + 1);
        _arbitrator.carryOut(disputeId);
        vm.assertFalse(_adapter.execute(terms, workOf(DELIVERABLE)), "too late to rule");
        assertState(taskId, TaskState.Disputed);
        vm.warp(end + GRACE + 1);
        escrow.resolve(terms, workOf(DELIVERABLE));
        vm.assertFalse(_adapter.execute(terms, workOf(DELIVERABLE)), "over");
        _assertSettled(terms, taskId, SPLIT);
    }

    function test_ARulingCountsInTheLastSecond() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256 end = block.timestamp + ARBITRATION;
        _ruled(_request(terms), 1);
        vm.warp(end);
        vm.assertTrue(_adapter.execute(terms, workOf(DELIVERABLE)));
        _assertSettled(terms, taskId, 10_000);
    }

    function test_AnAgreementMeanwhileIsNotUndone() public {
        (Terms memory terms, ) = _disputed();
        uint256 disputeId = _request(terms);
        _give(disputeId, 2);
        vm.warp(block.timestamp + ARBITRATION + GRACE + 1);
        escrow.resolve(terms, workOf(DELIVERABLE));
        // The arbitrator gets rid of its ruling all the same.
        _arbitrator.carryOut(disputeId);
        vm.assertTrue(_adapter.caseOf(escrow.taskIdOf(terms)).isRuled);
        vm.assertFalse(_adapter.execute(terms, workOf(DELIVERABLE)));
    }

    function test_AnAppealChangesTheRuling() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256 disputeId = _request(terms);
        _give(disputeId, 1);
        vm.assertEq(_adapter.appealCost(taskId), 2 * COST);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.ArbitrationCostWrong.selector, 2 * COST, COST));
        _adapter.appeal{value: COST}(taskId);
        _adapter.appeal{value: 2 * COST}(taskId);
        _ruled(disputeId, 2);
        _adapter.execute(terms, workOf(DELIVERABLE));
        _assertSettled(terms, taskId, CONTESTED);
        vm.prank(_owner);
        _arbitrator.withdraw(payable(_owner));
        vm.assertEq(_owner.balance, 3 * COST);
        vm.assertEq(address(_adapter).balance, 0);
    }

    function test_TheQuestionAndEvidenceAreEvents() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        vm.expectEmit(address(_adapter));
        emit IEvidence.MetaEvidence(uint256(taskId), _question(terms, taskId));
        vm.expectEmit(address(_adapter));
        emit IEvidence.Dispute(_arbitrator, 0, uint256(taskId), uint256(taskId));
        _request(terms);
        string memory json = _questionJson(terms, taskId);
        vm.assertEq(bytes(vm.parseJsonString(json, ".title")), "Disputed work");
        vm.assertEq(bytes(vm.parseJsonString(json, ".rulingOptions.descriptions[1]")), "1500 of 10000 parts");
        vm.expectEmit(address(_adapter));
        emit IEvidence.Evidence(_arbitrator, uint256(taskId), stranger, "ipfs://evidence");
        vm.prank(stranger);
        _adapter.submitEvidence(taskId, "ipfs://evidence");
    }

    function test_RevertGiven_NoDispute() public {
        Terms memory terms = _terms();
        bytes32 taskId = submitTask(terms, DELIVERABLE);
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
        _contest(terms);
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.ArbitrationNotPending.selector, taskId));
        _adapter.submitEvidence(taskId, "ipfs://evidence");
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.ArbitrationNotPending.selector, taskId));
        _adapter.appeal{value: 2 * COST}(taskId);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.RulingMissing.selector, taskId));
        _adapter.execute(terms, workOf(DELIVERABLE));
    }

    function test_RevertGiven_ItIsTooLateToAsk() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        vm.warp(block.timestamp + ARBITRATION + 1);
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
    }

    function test_RevertWhen_TheWorkIsOther() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, workOf(keccak256("other")));
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, Work(stranger, 1, DELIVERABLE));
        _expectNotDisputed(taskId);
        _adapter.requestArbitration{value: COST}(terms, Work(worker, 2, DELIVERABLE));
        _ruled(_request(terms), 2);
        vm.expectPartialRevert(ITaskRecords.TaskWorkWrong.selector);
        _adapter.execute(terms, workOf(keccak256("other")));
    }

    function test_RevertWhen_TheArbitratorIsAnother() public {
        Terms memory terms = _terms();
        terms.arbitrator = stranger;
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.AdapterNotArbitrator.selector, stranger));
        _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
    }

    function test_RevertWhen_TheValueIsNotTheCost() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256[3] memory values = [uint256(0), COST - 1, COST + 1];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.ArbitrationCostWrong.selector, COST, values[i]));
            _adapter.requestArbitration{value: values[i]}(terms, workOf(DELIVERABLE));
        }
        vm.assertEq(_adapter.arbitrationCost(), COST);
        _request(terms);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.ArbitrationRequested.selector, taskId, 0));
        _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
    }

    function test_RevertWhen_SomebodyElseRules() public {
        (Terms memory terms, ) = _disputed();
        uint256 disputeId = _request(terms);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.NotArbitrator.selector, stranger));
        vm.prank(stranger);
        _adapter.rule(disputeId, 1);
        // Not even the owner of the arbitrator, past it.
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.NotArbitrator.selector, _owner));
        vm.prank(_owner);
        _adapter.rule(disputeId, 1);
    }

    function test_RevertWhen_TheRulingIsUnknownTwiceOrNoChoice() public {
        (Terms memory terms, ) = _disputed();
        uint256 disputeId = _request(terms);
        vm.startPrank(address(_arbitrator));
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.DisputeUnknown.selector, disputeId + 1));
        _adapter.rule(disputeId + 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.RulingInvalid.selector, disputeId, 3));
        _adapter.rule(disputeId, 3);
        _adapter.rule(disputeId, 1);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.DisputeUnknown.selector, disputeId));
        _adapter.rule(disputeId, 2);
        vm.stopPrank();
    }

    function test_TwoTasksHaveTwoRulings() public {
        (Terms memory one, bytes32 first) = _disputed();
        _request(one);
        Terms memory two = _terms();
        two.salt = keccak256("another");
        bytes32 second = submitTask(two, DELIVERABLE);
        _contest(two);
        _counter(two);
        uint256 disputeId = _request(two);
        _ruled(disputeId, 1);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.RulingMissing.selector, first));
        _adapter.execute(one, workOf(DELIVERABLE));
        _adapter.execute(two, workOf(DELIVERABLE));
        _assertSettled(two, second, 10_000);
        assertState(first, TaskState.Disputed);
    }

    /// @dev The arbitrator of one adapter says nothing about the disputes of another.
    function test_RevertWhen_AnotherArbitratorUsesTheSameNumber() public {
        (Terms memory terms, ) = _disputed();
        uint256 disputeId = _request(terms);
        CentralizedArbitrator rogue = CentralizedArbitrator(create("CentralizedArbitrator", abi.encode(stranger, 0)));
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.NotArbitrator.selector, address(rogue)));
        vm.prank(address(rogue));
        _adapter.rule(disputeId, 1);
    }

    function test_RevertWhen_TheArbitratorUsesANumberTwice() public {
        RogueArbitrator rogue = new RogueArbitrator();
        _adapter = ArbitratorAdapter(create("ArbitratorAdapter", abi.encode(escrow, IArbitrator(address(rogue)), "")));
        (Terms memory terms, bytes32 taskId) = _disputed();
        rogue.hurry();
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.DisputeUnknown.selector, 7));
        _adapter.requestArbitration(terms, workOf(DELIVERABLE));
        rogue = new RogueArbitrator();
        _adapter = ArbitratorAdapter(create("ArbitratorAdapter", abi.encode(escrow, IArbitrator(address(rogue)), "")));
        (terms, taskId) = _disputed();
        vm.assertEq(_adapter.requestArbitration(terms, workOf(DELIVERABLE)), 7);

        Terms memory other = _terms();
        other.salt = keccak256("another");
        submitTask(other, DELIVERABLE);
        _contest(other);
        _counter(other);
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.DisputeTaken.selector, 7));
        _adapter.requestArbitration(other, workOf(DELIVERABLE));
        vm.prank(address(rogue));
        _adapter.rule(7, 1);
        // Ruled, so its number is still not free.
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.DisputeTaken.selector, 7));
        _adapter.requestArbitration(other, workOf(DELIVERABLE));
        vm.assertTrue(_adapter.caseOf(taskId).isRuled);
    }

    /// @dev Selectors as deployed arbitrators have them.
    function test_TheInterfacesAreThoseOfTheStandards() public pure {
        vm.assertTrue(IArbitrator.createDispute.selector == 0xc13517e1);
        vm.assertTrue(IArbitrator.arbitrationCost.selector == 0xf7434ea9);
        vm.assertTrue(IArbitrator.appeal.selector == 0x49912f88);
        vm.assertTrue(IArbitrator.appealCost.selector == 0xf23f16e6);
        vm.assertTrue(IArbitrator.appealPeriod.selector == 0xafe15cfb);
        vm.assertTrue(IArbitrator.disputeStatus.selector == 0x10f169e8);
        vm.assertTrue(IArbitrator.currentRuling.selector == 0x1c3db16d);
        vm.assertTrue(IArbitrable.rule.selector == 0x311a6c56);
    }

    function test_TheExampleKeepsItsRules() public {
        (Terms memory terms, bytes32 taskId) = _disputed();
        uint256 disputeId = _request(terms);
        vm.expectRevert();
        _arbitrator.give(disputeId, 1);
        vm.expectRevert(abi.encodeWithSelector(CentralizedArbitrator.ChoiceInvalid.selector, 3, 2));
        vm.prank(_owner);
        _arbitrator.give(disputeId, 3);
        vm.expectPartialRevert(CentralizedArbitrator.DisputeWrongStatus.selector);
        _arbitrator.carryOut(disputeId);
        _give(disputeId, 1);
        vm.assertEq(_arbitrator.currentRuling(disputeId), 1);
        vm.assertEq(uint256(_arbitrator.disputeStatus(disputeId)), uint256(IArbitrator.DisputeStatus.Appealable));
        (uint256 start, uint256 end) = _arbitrator.appealPeriod(disputeId);
        vm.assertEq(start, block.timestamp);
        vm.assertEq(end, block.timestamp + _arbitrator.APPEAL_WINDOW());
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(CentralizedArbitrator.AppealStillPossible.selector, disputeId, end));
        _arbitrator.carryOut(disputeId);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(CentralizedArbitrator.AppealTooLate.selector, disputeId, end));
        _adapter.appeal{value: 2 * COST}(taskId);
        _arbitrator.carryOut(disputeId);
        vm.expectPartialRevert(CentralizedArbitrator.DisputeWrongStatus.selector);
        _arbitrator.carryOut(disputeId);
    }

    function _terms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.arbitrator = address(_adapter);
        terms.disputeBond = DISPUTE_BOND;
        terms.disputeWindow = DISPUTE;
        terms.arbitrationWindow = ARBITRATION;
        terms.defaultSplit = SPLIT;
    }

    function _disputed() private returns (Terms memory terms, bytes32 taskId) {
        terms = _terms();
        taskId = submitTask(terms, DELIVERABLE);
        _contest(terms);
        _counter(terms);
        assertState(taskId, TaskState.Disputed);
    }

    function _contest(Terms memory terms) private {
        vm.prank(requester);
        escrow.contest(terms, workOf(DELIVERABLE), CONTESTED);
    }

    function _counter(Terms memory terms) private {
        vm.prank(worker);
        escrow.counter(terms, workOf(DELIVERABLE));
    }

    function _request(Terms memory terms) private returns (uint256) {
        vm.prank(stranger);
        return _adapter.requestArbitration{value: COST}(terms, workOf(DELIVERABLE));
    }

    function _give(uint256 disputeId, uint256 ruling) private {
        vm.prank(_owner);
        _arbitrator.give(disputeId, ruling);
    }

    /// @dev Given, and never appealed.
    function _ruled(uint256 disputeId, uint256 ruling) private {
        _give(disputeId, ruling);
        vm.warp(block.timestamp + _arbitrator.APPEAL_WINDOW() + 1);
        _arbitrator.carryOut(disputeId);
    }

    function _assertSettled(Terms memory terms, bytes32 taskId, uint16 expected) private view {
        assertState(taskId, TaskState.Settled);
        (, uint16 verdict) = escrow.settlementOf(terms);
        vm.assertEq(verdict, expected);
    }

    function _expectNotDisputed(bytes32 taskId) private {
        vm.expectRevert(abi.encodeWithSelector(IArbitratorAdapter.TaskNotDisputed.selector, taskId));
    }

    function _question(Terms memory terms, bytes32 taskId) private pure returns (string memory) {
        return string.concat("data:application/json;base64,", Base64.encode(bytes(_questionJson(terms, taskId))));
    }

    function _questionJson(Terms memory terms, bytes32 taskId) private pure returns (string memory) {
        return
            string.concat(
                '{"category":"Task","title":"Disputed work","question":"How much of its price has the worker earned?",',
                '"description":"Chain 1001, task ',
                _hex(taskId),
                ", spec keccak-256 ",
                _hex(terms.specHash),
                ", deliverable keccak-256 ",
                _hex(DELIVERABLE),
                ", requester 0x00000000000000000000000000000000000a11ce, worker 0x0000000000000000000000000000000000000b0b",
                '","rulingOptions":{"type":"single-select","titles":["The whole price","The contested share"],',
                '"descriptions":["10000 of 10000 parts","1500 of 10000 parts"]}}'
            );
    }

    function _hex(bytes32 word) private pure returns (string memory) {
        bytes memory digits = new bytes(66);
        (digits[0], digits[1]) = ("0", "x");
        for (uint256 i; i < 64; ++i) {
            digits[i + 2] = bytes16("0123456789abcdef")[(uint256(word) >> (252 - 4 * i)) & 0xf];
        }
        return string(digits);
    }
}
