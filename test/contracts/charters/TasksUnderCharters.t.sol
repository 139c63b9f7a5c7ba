// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Charters} from "../../../contracts/charters/Charters.sol";
import {Document} from "../../../contracts/charters/Document.sol";
import {ICharters} from "../../../contracts/charters/ICharters.sol";
import {EvmAddress} from "../../../contracts/gateway/EvmAddress.sol";
import {Bid, ClaimTerms, Handoff, ITaskRecords, Offer, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {PortalMessages} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {claimTermsOf, newEscrow} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";
import {CharterParties} from "./CharterParties.sol";

/// under a charter
/// ├── when the epoch is not the current one: cannot be opened
/// ├── when it is for members only: nobody else claims, bids or takes over, and a bond is not needed
/// ├── when it is amended in flight: nothing changes for the task
/// └── when the claim comes from another chain: only if it is open to all
contract TasksUnderChartersTest is TaskWorld, CharterParties {
    bytes32 private constant DELIVERABLE = keccak256("the work");
    uint256 private constant FAR = 7;
    address private constant PORTAL = address(0x9047);
    address private constant ARBITRATOR = address(0xA4B1);

    Charters private _charters;
    address[] private _members;
    bytes32 private _open;
    bytes32 private _closed;

    function setUp() public override {
        super.setUp();
        worker = people("worker", 1)[0];
        _charters = Charters(create("Charters", abi.encode(address(authority), gateway)));
        escrow = newEscrow(address(authority), gateway, registry, _charters);
        fund(address(coin), requester, 1e12);
        fund(address(coin), worker, 1e12);
        _members = people("member", 4);
        _members = _with(_members, worker);
        _open = adopt(_charters, documentOf(_members, 3), 0);
        Document memory document = documentOf(_members, 3);
        document.policies.isMembersOnly = true;
        _closed = adopt(_charters, document, 0);
    }

    function test_OpeningNeedsTheCurrentEpoch() public {
        Terms memory terms = _termsUnder(_open, 1);
        _amend(_open, 4);
        uint256 before = coin.balanceOf(requester);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, _open, 2, 1));
        escrow.open(terms);
        terms.epoch = 3;
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, _open, 2, 3));
        escrow.open(terms);
        terms.charter = keccak256("none");
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterUnknown.selector, terms.charter));
        escrow.open(terms);
        terms.charter = 0;
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TermInvalid.selector, "epoch", 3));
        escrow.open(terms);
        vm.assertEq(coin.balanceOf(requester), before);

        openTask(_termsUnder(_open, 2));
        vm.assertEq(coin.balanceOf(requester), before - REWARD);
    }

    function test_HiringForANewTaskNeedsItToo() public {
        Terms memory terms = _termsUnder(_open, 2);
        terms.workerBond = 0;
        // By the requester itself, so that nobody has to sign.
        Offer memory offer = Offer(requester, requester, 1, terms.openUntil);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, _open, 1, 2));
        escrow.hire(terms, offer, "");
    }

    function test_AMemberClaimsWithoutABondAndIsPaid() public {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        uint256 before = coin.balanceOf(worker);
        _claimUnder(terms, worker);
        vm.prank(worker);
        escrow.submit(taskId, 1, DELIVERABLE);
        vm.prank(evaluator);
        escrow.decide(terms, workOf(DELIVERABLE), 10_000);
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker) - before, REWARD);
    }

    function test_AnUnbondedLapseEndsTheTask() public {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        uint256 before = coin.balanceOf(requester);
        _claimUnder(terms, worker);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Expired);
        vm.assertEq(coin.balanceOf(requester) - before, REWARD);
    }

    function test_ABondedLapseOpensItForMembersAgain() public {
        Terms memory terms = _termsUnder(_closed, 1);
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, terms.token, 2 * terms.workerBond);
        _claimUnder(terms, worker);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(terms);
        assertState(taskId, TaskState.Open);
        _expectNotAdmitted(taskId, stranger);
        _claimUnder(terms, stranger);
        _claimUnder(terms, worker);
        assertState(taskId, TaskState.Assigned);
    }

    function test_RevertWhen_AnOutsiderClaims() public {
        Terms memory terms = _termsUnder(_closed, 1);
        bytes32 taskId = openTask(terms);
        depositFor(stranger, stranger, terms);
        _expectNotAdmitted(taskId, stranger);
        _claimUnder(terms, stranger);
        _expectNotAdmitted(taskId, stranger);
        vm.prank(stranger);
        escrow.claimWith(terms, stranger, 0);
        // Not by the plain claim either, nor under another charter or epoch.
        _expectClaimTermsWrong(taskId);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), worker);
        _expectClaimTermsWrong(taskId);
        vm.prank(stranger);
        escrow.claimUnder(taskId, claimTermsOf(terms), _open, 1, stranger);
        _expectClaimTermsWrong(taskId);
        vm.prank(stranger);
        escrow.claimUnder(taskId, claimTermsOf(terms), _closed, 2, stranger);
    }

    /// @dev A charter in the key leaves room for no other token, bond, evaluator or window.
    function test_RevertWhen_AMemberBringsOtherTermsThanTheTasks() public {
        Terms memory terms = _termsUnder(_closed, 1);
        bytes32 taskId = openTask(terms);
        depositFor(worker, HOME, worker, terms.token, terms.workerBond);
        ClaimTerms[5] memory others;
        for (uint256 i; i < others.length; ++i) others[i] = claimTermsOf(terms);
        others[0].token = address(0);
        others[1].workerBond = 0;
        others[2].evaluator = stranger;
        others[3].openUntil += 1;
        others[4].workWindow += 1;
        for (uint256 i; i < others.length; ++i) {
            _expectClaimTermsWrong(taskId);
            vm.prank(worker);
            escrow.claimUnder(taskId, others[i], _closed, 1, worker);
        }
        vm.prank(worker);
        escrow.claimUnder(taskId, claimTermsOf(terms), _closed, 1, worker);
        assertState(taskId, TaskState.Assigned);
    }

    function test_ATaskWithoutCharterIsNotClaimedUnderOne() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        _expectClaimTermsWrong(taskId);
        vm.prank(worker);
        escrow.claimUnder(taskId, claimTermsOf(terms), _open, 1, worker);
        depositFor(worker, HOME, worker, terms.token, terms.workerBond);
        vm.prank(worker);
        escrow.claimUnder(taskId, claimTermsOf(terms), 0, 0, worker);
        assertState(taskId, TaskState.Assigned);
    }

    function test_RevertWhen_ThereIsNeitherABondNorAGate() public {
        Terms memory terms = _termsUnder(_open, 1);
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        _expectClaimTermsWrong(taskId);
        _claimUnder(terms, worker);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.BondRequired.selector, taskId));
        escrow.claimWith(terms, worker, 0);
        // Nor from another chain.
        terms = _remote(terms);
        taskId = openTask(terms);
        _claimFrom(terms, worker);
        assertState(taskId, TaskState.Open);
    }

    function test_AnyoneClaimsUnderACharterThatIsOpen() public {
        Terms memory terms = _termsUnder(_open, 1);
        bytes32 taskId = openTask(terms);
        depositFor(stranger, stranger, terms);
        _claimUnder(terms, stranger);
        assertState(taskId, TaskState.Assigned);
    }

    function test_OnlyMembersBid() public {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        terms.allocation = create("SignedBids", "");
        terms.allocationParams = bytes32(uint256(100));
        terms.challengeWindow = 1 hours;
        bytes32 taskId = openTask(terms);
        Bid memory bid = Bid(stranger, stranger, 5_000, 1, terms.openUntil);
        _expectNotAdmitted(taskId, stranger);
        vm.prank(stranger);
        escrow.propose(terms, bid, "");
        (bid.worker, bid.sponsor) = (worker, worker);
        vm.prank(worker);
        escrow.propose(terms, bid, "");
        assertState(taskId, TaskState.Proposed);
    }

    function test_OnlyMembersTakeOver() public {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        _claimUnder(terms, worker);
        _expectNotAdmitted(taskId, stranger);
        vm.prank(worker);
        escrow.handoff(terms, Handoff(stranger, stranger, 1, terms.openUntil), "", "", "");
    }

    /// @dev At every step of a task its charter is amended to the opposite: without the worker, open to all, with another quorum.
    function test_CharterAmendedInFlight() public {
        for (uint256 step; step < 5; ++step) {
            uint256 snapshot = vm.snapshotState();
            uint256[4] memory calm = _run(5);
            vm.revertToState(snapshot);
            uint256[4] memory amended = _run(step);
            for (uint256 i; i < 4; ++i) vm.assertEq(amended[i], calm[i]);
            vm.revertToState(snapshot);
        }
    }

    /// @dev The same at every step of the longest way: a hand-off to a member, a revision, and a dispute with both bonds.
    function test_CharterAmendedInFlightOfADispute() public {
        uint256 snapshot = vm.snapshotState();
        uint256[4] memory calm = _dispute(9);
        vm.revertToState(snapshot);
        for (uint256 step; step < 9; ++step) {
            snapshot = vm.snapshotState();
            uint256[4] memory amended = _dispute(step);
            for (uint256 i; i < 4; ++i) vm.assertEq(amended[i], calm[i]);
            vm.revertToState(snapshot);
        }
    }

    function test_ANewcomerDoesNotClaimUnderTheEpochBefore() public {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        bytes32 taskId = openTask(terms);
        Document memory document = documentOf(_with(_members, stranger), 4);
        document.policies.isMembersOnly = true;
        amend(_charters, _closed, _members, document);
        _expectNotAdmitted(taskId, stranger);
        _claimUnder(terms, stranger);
        terms.epoch = 2;
        taskId = openTask(terms);
        _claimUnder(terms, stranger);
        assertState(taskId, TaskState.Assigned);
    }

    function test_AClaimFromElsewhereIsOnlyForChartersOpenToAll() public {
        Terms memory terms = _remote(_termsUnder(_closed, 1));
        bytes32 taskId = openTask(terms);
        fund(terms.token, sponsor, 1e12);
        depositFor(sponsor, FAR, worker, terms.token, terms.workerBond);
        _claimFrom(terms, worker);
        assertState(taskId, TaskState.Open);
        terms = _remote(_termsUnder(_open, 1));
        taskId = openTask(terms);
        _claimFrom(terms, worker);
        assertState(taskId, TaskState.Assigned);
    }

    function deliverClaim(Terms calldata terms, address account) external {
        bytes memory payload = PortalMessages.encodeClaim(escrow.taskIdOf(terms), account, terms, sponsor, 0, terms.openUntil);
        vm.prank(address(gateway));
        IERC7786Recipient(address(escrow)).receiveMessage(0, EvmAddress.format(FAR, PORTAL), payload);
    }

    /// @return ends What requester, worker and evaluator have in the end, and the state.
    function _run(uint256 amendAt) private returns (uint256[4] memory ends) {
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        terms.evaluatorFee = 11;
        bytes32 taskId = openTask(terms);
        if (amendAt == 0) _turn();
        _claimUnder(terms, worker);
        if (amendAt == 1) _turn();
        if (amendAt == 2) {
            // With a hand-off to another member of the epoch of the task.
            _turn();
            vm.prank(worker);
            vm.expectPartialRevert(ITaskRecords.WorkerNotAdmitted.selector);
            escrow.handoff(terms, Handoff(stranger, stranger, 1, terms.openUntil), "", "", "");
        }
        vm.prank(worker);
        escrow.submit(taskId, 1, DELIVERABLE);
        if (amendAt == 3) _turn();
        vm.prank(evaluator);
        escrow.decide(terms, workOf(DELIVERABLE), 9_000);
        if (amendAt == 4) _turn();
        ends = [coin.balanceOf(requester), coin.balanceOf(worker), coin.balanceOf(evaluator), uint256(stateOf(taskId))];
    }

    /// @return ends What requester, claimer, successor and arbitrator have in the end.
    function _dispute(uint256 amendAt) private returns (uint256[4] memory ends) {
        address successor = _successor();
        Terms memory terms = _termsUnder(_closed, 1);
        terms.workerBond = 0;
        (terms.maxRevisions, terms.arbitrator, terms.evaluatorFee) = (1, ARBITRATOR, 11);
        (terms.disputeBond, terms.disputeWindow, terms.arbitrationWindow) = (7, 1 hours, 1 hours);
        bytes32 taskId = openTask(terms);
        fund(address(coin), successor, 7);
        _turnAt(amendAt, 0);
        _claimUnder(terms, worker);
        _turnAt(amendAt, 1);
        _handOn(terms, taskId, successor);
        _turnAt(amendAt, 2);
        vm.prank(successor);
        escrow.submit(taskId, 2, keccak256("draft"));
        _turnAt(amendAt, 3);
        vm.prank(evaluator);
        escrow.revise(terms, Work(successor, 2, keccak256("draft")));
        _turnAt(amendAt, 4);
        vm.prank(successor);
        escrow.submit(taskId, 3, DELIVERABLE);
        _turnAt(amendAt, 5);
        Work memory work = Work(successor, 3, DELIVERABLE);
        vm.prank(requester);
        escrow.contest(terms, work, 2_000);
        _turnAt(amendAt, 6);
        vm.prank(successor);
        escrow.counter(terms, work);
        _turnAt(amendAt, 7);
        vm.prank(ARBITRATOR);
        escrow.rule(terms, work, 8_000);
        _turnAt(amendAt, 8);
        assertState(taskId, TaskState.Settled);
        ends = [coin.balanceOf(requester), coin.balanceOf(worker), coin.balanceOf(successor), coin.balanceOf(ARBITRATOR)];
    }

    function _successor() private view returns (address) {
        return _members[0] == worker ? _members[1] : _members[0];
    }

    /// @dev The successor signs, the worker calls.
    function _handOn(Terms memory terms, bytes32 taskId, address successor) private {
        bytes32 kind = keccak256("Handoff(bytes32 taskId,address from,address to,address sponsor,uint16 token,uint40 expiry)");
        bytes32 structHash = keccak256(abi.encode(kind, taskId, worker, successor, successor, 1, terms.openUntil));
        kind = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(abi.encode(kind, keccak256("Hanse TaskEscrow"), keccak256("1"), HOME, address(escrow)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[successor], digestOf(domain, structHash));
        vm.prank(worker);
        escrow.handoff(terms, Handoff(successor, successor, 1, terms.openUntil), "", abi.encodePacked(r, s, v), "");
    }

    function _turnAt(uint256 amendAt, uint256 step) private {
        // Neither the worker nor its successor is a member any more.
        if (amendAt != step) return;
        address[] memory rest = new address[](3);
        uint256 count;
        for (uint256 i; i < _members.length; ++i) if (_members[i] != worker && _members[i] != _successor()) rest[count++] = _members[i];
        amend(_charters, _closed, _members, documentOf(rest, 2));
    }

    /// @dev The worker is thrown out, everybody may claim, and more must agree.
    function _turn() private {
        uint256 place;
        while (_members[place] != worker) ++place;
        amend(_charters, _closed, _members, documentOf(without(_members, place), 4));
    }

    function _amend(bytes32 charter, uint16 quorum) private {
        amend(_charters, charter, _members, documentOf(_members, quorum));
    }

    function _termsUnder(bytes32 charter, uint32 epoch) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.charter = charter;
        terms.epoch = epoch;
    }

    function _remote(Terms memory terms) private returns (Terms memory) {
        terms.chains = new uint256[](1);
        terms.chains[0] = FAR;
        escrow.linkPortal(FAR, PORTAL);
        return terms;
    }

    function _claimFrom(Terms memory terms, address account) private {
        this.deliverClaim(terms, account);
    }

    /// @dev One call, also where the next one is expected to revert.
    function _claimUnder(Terms memory terms, address account) private {
        bytes32 taskId = keccak256(abi.encode(HOME, address(escrow), terms));
        vm.prank(account);
        escrow.claimUnder(taskId, claimTermsOf(terms), terms.charter, terms.epoch, account);
    }

    function depositFor(address from, address account, Terms memory terms) internal {
        fund(terms.token, from, 1e12);
        depositFor(from, HOME, account, terms.token, terms.workerBond);
    }

    function _with(address[] memory list, address account) private pure returns (address[] memory longer) {
        longer = new address[](list.length + 1);
        for (uint256 i; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = account;
        sort(longer);
    }

    function _expectNotAdmitted(bytes32 taskId, address account) private {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.WorkerNotAdmitted.selector, taskId, _closed, account));
    }

    function _expectClaimTermsWrong(bytes32 taskId) private {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ClaimTermsWrong.selector, taskId));
    }
}
