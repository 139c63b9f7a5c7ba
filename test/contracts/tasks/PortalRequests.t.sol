// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IHeadVerifier} from "../../../contracts/gateway/IHeadVerifier.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {ITaskRecords, PortalAction, Refusal, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer, PortalMessages} from "../../../contracts/tasks/PortalMessages.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm, Vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @dev Says yes to everything; here only so that a lane can be linked.
contract AnyVerifier is IHeadVerifier {
    function verify(Lane calldata, uint64, bytes32, bytes calldata) external pure returns (bool) {
        return true;
    }
}

/// @notice What portals of other chains may ask for, with messages put into the gateway's mouth.
/// - receiveMessage: by another caller; from another sender, chain, or form of address; malformed; actions
/// - claim: granted; each refusal with its reason and no effect; when the answer cannot be sent
/// - submit: granted; stale; by another account, of another chain; late; longer by grace; longer while the lane stands still
/// - sendAnswer: from state, by anyone; about nobody, or a worker at home
contract PortalRequestsTest is TaskWorld {
    uint256 private constant FAR = 2002;
    uint256 private constant OTHER = 3003;
    address private constant PORTAL = address(0x9047A1);
    bytes32 private constant WORK_HASH = keccak256("work");

    Lane private _lane;

    function setUp() public override {
        super.setUp();
        escrow.linkPortal(FAR, PORTAL);
        escrow.linkPortal(OTHER, PORTAL);
        _lane = Lane(FAR, address(gateway), HOME);
        gateway.linkLane(_lane, new AnyVerifier(), 0);
        gateway.linkDestination(FAR);
    }

    function _terms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.chains = new uint256[](2);
        terms.chains[0] = FAR - 1;
        terms.chains[1] = FAR;
    }

    function _claimPayload(
        Terms memory terms,
        address account,
        address from,
        uint16 token,
        uint40 deadline
    ) private view returns (bytes memory) {
        return abi.encode(PortalAction.Claim, escrow.taskIdOf(terms), account, terms, from, token, deadline);
    }

    function _submitPayload(bytes32 taskId, address account, uint16 token) private pure returns (bytes memory) {
        return abi.encode(PortalAction.Submit, taskId, account, token, WORK_HASH);
    }

    function _receive(uint256 chainId, address portal, bytes memory payload) private {
        bytes memory sender = InteroperableAddress.formatEvmV1(chainId, portal);
        vm.prank(address(gateway));
        vm.assertEq(
            bytes32(IERC7786Recipient(address(escrow)).receiveMessage(keccak256(payload), sender, payload)),
            bytes32(IERC7786Recipient.receiveMessage.selector)
        );
    }

    /// @dev The answer that went to the portal of `FAR` with this message.
    function _answerTo(bytes memory payload) private returns (Answer memory) {
        vm.recordLogs();
        _receive(FAR, PORTAL, payload);
        return _sentAnswer();
    }

    function _sentAnswer() private returns (Answer memory answer) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != address(gateway) || logs[i].topics.length != 2) continue;
            if (logs[i].topics[0] != keccak256("MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])")) continue;
            (bytes memory sender, bytes memory recipient, bytes memory payload, , ) = abi.decode(
                logs[i].data,
                (bytes, bytes, bytes, uint256, bytes[])
            );
            vm.assertEq(sender, InteroperableAddress.formatEvmV1(HOME, address(escrow)));
            vm.assertEq(recipient, InteroperableAddress.formatEvmV1(FAR, PORTAL));
            return abi.decode(payload, (Answer));
        }
        revert("no answer");
    }

    function _assigned(Terms memory terms) private returns (bytes32 taskId) {
        taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        _receive(FAR, PORTAL, _claimPayload(terms, worker, sponsor, 0, terms.openUntil));
        assertState(taskId, TaskState.Assigned);
    }

    function _expectRefusal(bytes memory payload, Refusal refusal) private {
        bytes32 taskId = bytes32(_word(payload, 1));
        bytes32 before = keccak256(abi.encode(escrow.taskOf(taskId)));
        Answer memory answer = _answerTo(payload);
        vm.assertEq(uint256(answer.refusal), uint256(refusal), "refusal");
        vm.assertEq(answer.taskId, taskId);
        vm.assertEq(uint256(answer.deadline), 0);
        vm.assertEq(keccak256(abi.encode(escrow.taskOf(taskId))), before, "a refusal changes nothing");
    }

    function _word(bytes memory data, uint256 index) private pure returns (uint256 word) {
        for (uint256 i; i < 32; ++i) word = (word << 8) | uint8(data[index * 32 + i]);
    }

    // who may speak

    function test_RevertWhen_another_than_the_gateway_calls() public {
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        vm.prank(PORTAL);
        vm.expectRevert(abi.encodeWithSelector(Peers.CallerNotGateway.selector, PORTAL, gateway));
        IERC7786Recipient(address(escrow)).receiveMessage(0, sender, _submitPayload(0, worker, 1));
    }

    function test_RevertWhen_the_sender_is_no_linked_portal() public {
        bytes[4] memory senders = [
            InteroperableAddress.formatEvmV1(FAR, stranger),
            InteroperableAddress.formatEvmV1(FAR + 5, PORTAL),
            InteroperableAddress.formatEvmV1(HOME, PORTAL),
            InteroperableAddress.formatEvmV1(FAR, address(0))
        ];
        for (uint256 i; i < senders.length; ++i) {
            vm.prank(address(gateway));
            vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, senders[i]));
            IERC7786Recipient(address(escrow)).receiveMessage(0, senders[i], _submitPayload(0, worker, 1));
        }
    }

    function test_RevertWhen_a_portal_was_unlinked() public {
        escrow.linkPortal(FAR, address(0));
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        vm.prank(address(gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, sender));
        IERC7786Recipient(address(escrow)).receiveMessage(0, sender, _submitPayload(0, worker, 1));
    }

    function test_links_are_governance_and_of_foreign_chains() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        escrow.linkPortal(5, PORTAL);
        uint256[3] memory bad = [HOME, 0, uint256(type(uint64).max) + 1];
        for (uint256 i; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PortalChainInvalid.selector, bad[i]));
            escrow.linkPortal(bad[i], PORTAL);
        }
        vm.expectEmit(address(escrow));
        emit ITaskRecords.PortalLinked(5, PORTAL);
        escrow.linkPortal(5, PORTAL);
        vm.assertEq(escrow.portalOf(5), PORTAL);
        escrow.linkPortal(type(uint64).max, PORTAL);
        vm.assertEq(escrow.portalOf(type(uint64).max), PORTAL);
    }

    /// @dev A message that is no request reverts, whatever it is, and so fails alone.
    function testFuzz_any_payload_changes_nothing_or_reverts(bytes memory payload, uint16 cut) public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        bytes memory good = _claimPayload(terms, worker, sponsor, 0, terms.openUntil);
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        // The message, cut off anywhere and with anything behind.
        uint256 keep = cut % good.length;
        bytes memory bad = new bytes(keep);
        for (uint256 i; i < keep; ++i) bad[i] = good[i];
        bad = bytes.concat(bad, payload);
        if (keccak256(bad) == keccak256(good)) return;
        vm.prank(address(gateway));
        (bool success, ) = address(escrow).call(abi.encodeCall(IERC7786Recipient.receiveMessage, (0, sender, bad)));
        success;
        assertState(taskId, TaskState.Open);
    }

    /// @dev Every single bit of the terms is part of the id: none may be turned on the way.
    function testFuzz_a_turned_bit_never_claims(uint16 place) public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        bytes memory payload = _claimPayload(terms, worker, sponsor, 0, terms.openUntil);
        // Behind the seven words that say who asks.
        uint256 bit = 7 * 256 + (place % ((payload.length - 7 * 32) * 8));
        payload[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        vm.prank(address(gateway));
        (bool success, ) = address(escrow).call(abi.encodeCall(IERC7786Recipient.receiveMessage, (0, sender, payload)));
        success;
        assertState(taskId, TaskState.Open);
    }

    // claim

    function test_a_claim_is_granted() public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        Answer memory answer = _answerTo(_claimPayload(terms, worker, sponsor, 0, uint40(block.timestamp)));
        vm.assertEq(uint256(answer.refusal), uint256(Refusal.None));
        vm.assertEq(uint256(answer.action), uint256(PortalAction.Claim));
        vm.assertEq(answer.account, worker);
        vm.assertEq(uint256(answer.token), 1);
        vm.assertEq(uint256(answer.deadline), block.timestamp + WORK + GRACE);
        vm.assertEq(escrow.workerOf(taskId).chainId, FAR);
        vm.assertEq(escrow.workDeadlineOf(taskId), block.timestamp + WORK + GRACE);
        vm.assertEq(escrow.depositOf(sponsor, FAR, worker, address(coin)), 0);
    }

    function test_the_lane_may_be_paid_by_the_worker_itself() public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(worker, FAR, worker, address(coin), BOND);
        _receive(FAR, PORTAL, _claimPayload(terms, worker, worker, 0, terms.openUntil));
        vm.assertTrue(escrow.taskOf(taskId).isBacked);
        vm.assertEq(escrow.workerOf(taskId).chainId, FAR);
    }

    function test_refusals_say_why() public {
        Terms memory terms = _terms();
        openTask(terms);
        uint40 later = terms.openUntil;
        _expectRefusal(_claimPayload(terms, worker, sponsor, 0, later), Refusal.BondMissing);
        // A deposit for the same account at home is another actor's.
        depositFor(sponsor, HOME, worker, address(coin), BOND);
        _expectRefusal(_claimPayload(terms, worker, sponsor, 0, later), Refusal.BondMissing);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        _expectRefusal(_claimPayload(terms, worker, sponsor, 1, later), Refusal.Stale);
        _expectRefusal(_claimPayload(terms, worker, sponsor, 0, uint40(block.timestamp - 1)), Refusal.TooLate);
        _expectRefusal(_claimPayload(terms, evaluator, sponsor, 0, later), Refusal.AccountInvalid);
        _expectRefusal(_claimPayload(terms, address(0), sponsor, 0, later), Refusal.AccountInvalid);
        Terms memory home = newTerms();
        openTask(home);
        _expectRefusal(_claimPayload(home, worker, sponsor, 0, later), Refusal.ChainNotAdmitted);
        escrow.pause(1 hours);
        _expectRefusal(_claimPayload(terms, worker, sponsor, 0, later), Refusal.Paused);
        vm.warp(uint256(later) + 1);
        _expectRefusal(_claimPayload(terms, worker, sponsor, 0, later + 1), Refusal.TooLate);
    }

    function test_a_second_claim_is_stale() public {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        depositFor(sponsor, FAR, stranger, address(coin), BOND);
        _expectRefusal(_claimPayload(terms, stranger, sponsor, 0, terms.openUntil), Refusal.Stale);
        _expectRefusal(_claimPayload(terms, stranger, sponsor, 1, terms.openUntil), Refusal.Stale);
        vm.assertEq(escrow.workerOf(taskId).account, worker);
    }

    function test_an_id_that_is_not_of_the_terms_is_stale() public {
        Terms memory terms = _terms();
        openTask(terms);
        Terms memory other = _terms();
        other.salt = keccak256("other");
        bytes32 otherId = openTask(other);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        _expectRefusal(abi.encode(PortalAction.Claim, otherId, worker, terms, sponsor, 0, terms.openUntil), Refusal.Stale);
    }

    function test_a_claim_counts_when_the_answer_cannot_be_sent() public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        gateway.unlinkDestination(FAR);
        _receive(FAR, PORTAL, _claimPayload(terms, worker, sponsor, 0, terms.openUntil));
        assertState(taskId, TaskState.Assigned);
    }

    /// @dev With any gas the message fails as a whole, or the claim counts; the answer alone may be missing.
    function test_gas_decides_about_the_answer_only() public {
        Terms memory terms = _terms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        bytes memory call = abi.encodeCall(
            IERC7786Recipient.receiveMessage,
            (0, sender, _claimPayload(terms, worker, sponsor, 0, terms.openUntil))
        );
        uint256 silent;
        uint256 answered;
        uint256 snapshot = vm.snapshotState();
        for (uint256 gas = 10_000; gas <= 410_000; gas += 2_000) {
            (uint64 before, ) = gateway.lane(FAR);
            vm.prank(address(gateway));
            (bool success, ) = address(escrow).call{gas: gas}(call);
            (uint64 nonce, ) = gateway.lane(FAR);
            vm.assertTrue((stateOf(taskId) == TaskState.Assigned) == success);
            if (success && nonce == before) ++silent;
            if (success && nonce == before + 1) ++answered;
            vm.revertToState(snapshot);
            snapshot = vm.snapshotState();
        }
        vm.assertGt(silent, 0);
        vm.assertGt(answered, 20);
    }

    // submit

    function test_work_is_submitted_and_paid() public {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        vm.warp(block.timestamp + WORK + GRACE);
        Answer memory answer = _answerTo(_submitPayload(taskId, worker, 1));
        vm.assertEq(uint256(answer.refusal), uint256(Refusal.None));
        vm.assertEq(uint256(answer.action), uint256(PortalAction.Submit));
        vm.assertTrue(escrow.isUnderReview(taskId, workOf(WORK_HASH)));
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(coin.balanceOf(worker), 1e12 + REWARD);
        vm.assertEq(escrow.depositOf(sponsor, FAR, worker, address(coin)), BOND);
        vm.assertEq(escrow.workerOf(taskId).chainId, FAR);
    }

    function test_submissions_are_refused_with_a_reason() public {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        _expectRefusal(_submitPayload(taskId, worker, 2), Refusal.Stale);
        _expectRefusal(_submitPayload(taskId, stranger, 1), Refusal.NotWorker);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        _expectRefusal(_submitPayload(taskId, worker, 1), Refusal.TooLate);
        escrow.lapse(_lapsed(terms));
        _expectRefusal(_submitPayload(taskId, worker, 1), Refusal.Stale);
    }

    function _lapsed(Terms memory terms) private returns (Terms memory) {
        vm.warp(block.timestamp + GRACE);
        return terms;
    }

    /// @dev The same account of another chain, or at home, is another actor.
    function test_an_actor_is_of_one_chain() public {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        _receive(OTHER, PORTAL, _submitPayload(taskId, worker, 1));
        assertState(taskId, TaskState.Assigned);
        vm.prank(worker);
        expectWrongCaller(taskId, worker, worker);
        escrow.submit(taskId, 1, WORK_HASH);
        // And the worker at home has no portal.
        Terms memory local = _terms();
        local.salt = keccak256("local");
        bytes32 localId = assignTask(local);
        _receive(FAR, PORTAL, _submitPayload(localId, worker, 1));
        assertState(localId, TaskState.Assigned);
    }

    // clocks

    function test_windows_are_longer_by_grace() public {
        Terms memory terms = _terms();
        _assigned(terms);
        uint256 notBefore = block.timestamp + WORK + GRACE + GRACE;
        vm.warp(notBefore);
        expectTooEarly(escrow.taskIdOf(terms), notBefore);
        escrow.lapse(terms);
        vm.warp(notBefore + 1);
        escrow.lapse(terms);
        vm.assertEq(escrow.depositOf(sponsor, FAR, worker, address(coin)), BOND - (uint256(BOND) * 4_000) / 10_000);
    }

    function test_a_stopped_lane_stops_the_clock() public {
        Terms memory terms = _terms();
        gateway.stopLane(_lane, 100);
        vm.warp(block.timestamp + 500);
        bytes32 taskId = _assigned(terms);
        uint256 deadline = block.timestamp + WORK + GRACE;
        // Stops before the assignment do not count.
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline);
        vm.warp(deadline - 10);
        gateway.stopLane(_lane, 3_600);
        vm.warp(deadline + 3_590);
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline + 3_600);
        expectTooEarly(taskId, deadline + 3_600 + GRACE);
        escrow.lapse(terms);
        vm.warp(deadline + 3_600);
        _receive(FAR, PORTAL, _submitPayload(taskId, worker, 1));
        assertState(taskId, TaskState.Submitted);
    }

    /// @dev However often the lane is stopped: the deadline moves by 7 days at most, and `latestEnd` holds.
    function test_stops_are_bounded() public {
        Terms memory terms = _terms();
        vm.warp(terms.openUntil - 1);
        terms.salt = keccak256("late");
        bytes32 taskId = openTask(terms);
        vm.warp(terms.openUntil);
        depositFor(sponsor, FAR, worker, address(coin), BOND);
        _receive(FAR, PORTAL, _claimPayload(terms, worker, sponsor, 0, terms.openUntil));
        uint256 deadline = block.timestamp + WORK + GRACE;
        for (uint256 i; i < 4; ++i) {
            gateway.stopLane(_lane, 7 days);
            vm.warp(block.timestamp + 15 days);
        }
        vm.assertEq(escrow.workDeadlineOf(taskId), deadline + 7 days);
        vm.assertLe(escrow.workDeadlineOf(taskId) + REVIEW + GRACE, escrow.latestEnd(terms));
        escrow.lapse(terms);
        assertState(taskId, TaskState.Expired);
    }

    // sendAnswer

    function test_anyone_sends_the_answer_again() public {
        Terms memory terms = _terms();
        bytes32 taskId = _assigned(terms);
        uint256 deadline = block.timestamp + WORK + GRACE;
        vm.warp(block.timestamp + 60);
        vm.recordLogs();
        vm.prank(stranger);
        escrow.sendAnswer(taskId, workOf(WORK_HASH));
        Answer memory answer = _sentAnswer();
        vm.assertEq(
            keccak256(abi.encode(answer)),
            keccak256(abi.encode(Answer(PortalAction.Claim, taskId, worker, Refusal.None, 1, uint40(deadline))))
        );
        _receive(FAR, PORTAL, _submitPayload(taskId, worker, 1));
        vm.recordLogs();
        escrow.sendAnswer(taskId, workOf(WORK_HASH));
        answer = _sentAnswer();
        vm.assertEq(keccak256(abi.encode(answer)), keccak256(abi.encode(Answer(PortalAction.Submit, taskId, worker, Refusal.None, 1, 0))));
    }

    function test_RevertWhen_there_is_nobody_to_answer() public {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AnswerUnavailable.selector, bytes32(0), 0));
        escrow.sendAnswer(0, workOf(WORK_HASH));
        bytes32 taskId = assignTask(_terms());
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AnswerUnavailable.selector, taskId, HOME));
        escrow.sendAnswer(taskId, workOf(WORK_HASH));
    }

    /// @dev The layout is fixed: both ends and every later version read it.
    function test_the_library_writes_these_layouts() public view {
        Terms memory terms = _terms();
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.assertEq(this.encodeClaim(taskId, worker, terms, sponsor, 3, 4), abi.encode(0, taskId, worker, terms, sponsor, 3, 4));
        vm.assertEq(PortalMessages.encodeSubmit(taskId, worker, 3, WORK_HASH), abi.encode(1, taskId, worker, 3, WORK_HASH));
        vm.assertEq(
            PortalMessages.encodeAnswer(Answer(PortalAction.Submit, taskId, worker, Refusal.Stale, 3, 4)),
            abi.encode(1, taskId, worker, 3, 3, 4)
        );
    }

    function encodeClaim(
        bytes32 taskId,
        address account,
        Terms calldata terms,
        address from,
        uint16 token,
        uint40 deadline
    ) external pure returns (bytes memory) {
        return PortalMessages.encodeClaim(taskId, account, terms, from, token, deadline);
    }
}
