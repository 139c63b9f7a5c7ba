// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor, ActorHandoff, Handoff, ITaskRecords, Refusal} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Saying, SigningAccount} from "../mocks/Signers.sol";
import {PortalWorld} from "./PortalWorld.sol";

/// @notice What an actor of another chain signs, and a stranger brings home: a dead lane silences nobody.
/// - claim, submit, alive, giveUp, counter: granted; once only; by its key only, whatever stands at its address at home
/// - refused with the reason that the portal would be told; expired; taken back
contract RemoteSignaturesTest is PortalWorld {
    uint40 private _expiry;

    function setUp() public override {
        super.setUp();
        _expiry = uint40(block.timestamp + 1 days);
        // The lane from the workers' chain stands still: nothing below comes by message.
        on(a);
    }

    function _refused(bytes32 taskId, Refusal refusal) private {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, refusal));
    }

    function _claimFor(Terms memory terms, uint16 token) private {
        bytes32 structHash = claimHash(home.escrow.taskIdOf(terms), actor(worker), SPONSOR, token, _expiry);
        home.escrow.claimFor(terms, actor(worker), SPONSOR, token, _expiry, sign(WORKER_KEY, structHash));
    }

    function _submitFor(bytes32 taskId, uint16 token) private {
        bytes memory signature = sign(WORKER_KEY, submissionHash(taskId, actor(worker), token, WORK_HASH, _expiry));
        home.escrow.submitFor(taskId, actor(worker), token, WORK_HASH, _expiry, signature);
    }

    function _aliveFor(bytes32 taskId, uint96 bond) private {
        bytes memory signature = sign(WORKER_KEY, aliveHash(taskId, actor(worker), 1, bond, _expiry));
        home.escrow.aliveFor(taskId, actor(worker), 1, bond, _expiry, signature);
    }

    function _giveUpFor(Terms memory terms, uint16 token) private {
        bytes memory signature = sign(WORKER_KEY, giveUpHash(home.escrow.taskIdOf(terms), actor(worker), token, _expiry));
        home.escrow.giveUpFor(terms, actor(worker), token, _expiry, signature);
    }

    function _counterFor(Terms memory terms) private {
        bytes32 structHash = counterHash(home.escrow.taskIdOf(terms), actor(worker), SPONSOR, work(), _expiry);
        home.escrow.counterFor(terms, work(), actor(worker), SPONSOR, _expiry, sign(WORKER_KEY, structHash));
    }

    function test_a_whole_task_by_signatures_alone() public {
        Terms memory terms = newTerms();
        bytes32 taskId = open(terms);
        vm.prank(STRANGER);
        _claimFor(terms, 0);
        vm.assertEq(home.escrow.workerOf(taskId).chainId, b.id);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + WORK + GRACE);
        _refused(taskId, Refusal.Stale);
        this.claimAgain(terms, 0);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        vm.prank(STRANGER);
        _aliveFor(taskId, SUSPECT_BOND);
        vm.assertEq(home.escrow.creditOf(worker, address(home.coin)), SUSPECT_BOND);
        vm.prank(STRANGER);
        _submitFor(taskId, 1);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        vm.prank(STRANGER);
        _counterFor(terms);
        assertState(taskId, TaskState.Disputed);
        vm.assertEq(free(b.id, worker), DEPOSIT - BOND - DISPUTE_BOND);
    }

    function claimAgain(Terms memory terms, uint16 token) external {
        _claimFor(terms, token);
    }

    function giveUpAgain(Terms memory terms, uint16 token) external {
        _giveUpFor(terms, token);
    }

    function aliveAgain(bytes32 taskId, uint96 bond) external {
        _aliveFor(taskId, bond);
    }

    function counterAgain(Terms memory terms) external {
        _counterFor(terms);
    }

    function submitAgain(bytes32 taskId, uint16 token) external {
        _submitFor(taskId, token);
    }

    function test_giving_up_counts_once() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        _giveUpFor(terms, 1);
        assertState(taskId, TaskState.Open);
        deposit(b.id, worker);
        _claimFor(terms, 1);
        vm.assertEq(uint256(home.escrow.taskOf(taskId).token), 2);
        _refused(taskId, Refusal.Stale);
        this.giveUpAgain(terms, 1);
        _giveUpFor(terms, 2);
        assertState(taskId, TaskState.Open);
    }

    function test_a_signature_answers_one_doubt() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        _aliveFor(taskId, SUSPECT_BOND);
        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        _refused(taskId, Refusal.NotDoubted);
        this.aliveAgain(taskId, SUSPECT_BOND);
        _aliveFor(taskId, 2 * SUSPECT_BOND);
    }

    /// @dev A contract at home with the worker's address says yes to everything. It is not the worker, which lives elsewhere.
    function test_RevertWhen_a_contract_at_home_speaks_for_an_actor_elsewhere() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        vm.etch(worker, address(new SigningAccount()).code);
        SigningAccount(worker).behave(Saying.Yes);
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, _expiry, "");
        vm.prank(worker);
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.giveUpFor(terms, actor(worker), 1, _expiry, "");
        ActorHandoff memory change = handoffTo(Actor(a.id, STRANGER));
        deposit(a.id, STRANGER);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.RequestRefused.selector, taskId, Refusal.ConsentMissing));
        home.escrow.handoffBetween(terms, change, "", "", "");
        // Nor by the hand-off of workers at home, though the successor agrees.
        Handoff memory atHome = Handoff(STRANGER, SPONSOR, 1, _expiry);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWrongCaller.selector, taskId, worker, STRANGER));
        vm.prank(STRANGER);
        home.escrow.handoff(terms, atHome, "", "", "");
        // The key of the address is the worker's, wherever it lives.
        _submitFor(taskId, 1);
    }

    /// @dev An account of home may have its own actions brought in the same way; its contract is asked.
    function test_an_actor_of_home_signs_too() public {
        Terms memory terms = newTerms();
        bytes32 taskId = open(terms);
        SigningAccount account = new SigningAccount();
        account.behave(Saying.Yes);
        Actor memory local = Actor(a.id, address(account));
        deposit(a.id, address(account));
        home.escrow.claimFor(terms, local, SPONSOR, 0, _expiry, "");
        vm.assertEq(home.escrow.workerOf(taskId).chainId, a.id);
        vm.assertEq(home.escrow.workDeadlineOf(taskId), block.timestamp + WORK);
        home.escrow.submitFor(taskId, local, 1, WORK_HASH, _expiry, "");
        assertState(taskId, TaskState.Submitted);
    }

    function test_RevertWhen_it_is_of_another_actor() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        bytes memory signature = sign(RIVAL_KEY, submissionHash(taskId, actor(worker), 1, WORK_HASH, _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, _expiry, signature);
        // Signed for the same account at home: another actor, which does not hold the task.
        Actor memory local = Actor(a.id, worker);
        signature = sign(WORKER_KEY, submissionHash(taskId, local, 1, WORK_HASH, _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, _expiry, signature);
        _refused(taskId, Refusal.NotWorker);
        home.escrow.submitFor(taskId, local, 1, WORK_HASH, _expiry, signature);
        _refused(taskId, Refusal.Stale);
        this.submitAgain(taskId, 2);
    }

    /// @dev Every action asks for the actor's own key.
    function test_RevertWhen_another_key_signed() public {
        Terms memory terms = newTerms();
        bytes32 taskId = open(terms);
        Actor memory by = actor(worker);
        bytes memory forged = sign(RIVAL_KEY, claimHash(taskId, by, SPONSOR, 0, _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.claimFor(terms, by, SPONSOR, 0, _expiry, forged);
        _claimFor(terms, 0);

        vm.prank(STRANGER);
        home.escrow.suspect(terms);
        forged = sign(RIVAL_KEY, aliveHash(taskId, by, 1, SUSPECT_BOND, _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.aliveFor(taskId, by, 1, SUSPECT_BOND, _expiry, forged);
        forged = sign(RIVAL_KEY, giveUpHash(taskId, by, 1, _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.giveUpFor(terms, by, 1, _expiry, forged);

        _submitFor(taskId, 1);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), 100);
        forged = sign(RIVAL_KEY, counterHash(taskId, by, SPONSOR, work(), _expiry));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.counterFor(terms, work(), by, SPONSOR, _expiry, forged);
        bytes memory signature = sign(WORKER_KEY, counterHash(taskId, by, SPONSOR, work(), _expiry));
        vm.expectEmit(address(home.escrow));
        emit ITaskRecords.TaskDisputed(taskId, SPONSOR, ARBITRATOR);
        home.escrow.counterFor(terms, work(), by, SPONSOR, _expiry, signature);
        assertState(taskId, TaskState.Disputed);
        _refused(taskId, Refusal.Stale);
        this.counterAgain(terms);
    }

    function test_RevertWhen_it_expired_or_was_taken_back() public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        uint40 past = uint40(block.timestamp - 1);
        bytes memory signature = sign(WORKER_KEY, submissionHash(taskId, actor(worker), 1, WORK_HASH, past));
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureExpired.selector, past, block.timestamp));
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, past, signature);
        uint256 snapshot = vm.snapshotState();
        uint40 last = uint40(block.timestamp);
        signature = sign(WORKER_KEY, submissionHash(taskId, actor(worker), 1, WORK_HASH, last));
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, last, signature);
        vm.revertToState(snapshot);
        bytes32 structHash = submissionHash(taskId, actor(worker), 1, WORK_HASH, _expiry);
        bytes32 digest = digestOf(structHash);
        vm.expectEmit(address(home.escrow));
        emit ITaskRecords.SignatureRevoked(worker, digest);
        vm.prank(worker);
        home.escrow.revokeSignature(digest);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureInvalid.selector, worker, digest));
        this.submitAgain(taskId, 1);
    }

    /// @dev Every bit of a signature counts.
    function testFuzz_a_turned_bit_signs_nothing(uint16 place) public {
        Terms memory terms = newTerms();
        bytes32 taskId = assigned(terms);
        on(a);
        bytes memory signature = sign(WORKER_KEY, submissionHash(taskId, actor(worker), 1, WORK_HASH, _expiry));
        uint256 bit = place % (65 * 8);
        signature[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        home.escrow.submitFor(taskId, actor(worker), 1, WORK_HASH, _expiry, signature);
    }
}
