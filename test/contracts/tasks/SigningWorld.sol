// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bid, Handoff, ITaskRecords, Offer, Split, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice A world whose people hold keys, and terms that use every feature at once.
/// @dev The types that they sign are spelled out again here: a slip in the escrow's own list would show.
abstract contract SigningWorld is TaskWorld {
    uint256 internal constant REQUESTER_KEY = 0xA11CE;
    uint256 internal constant WORKER_KEY = 0xB0B;
    uint256 internal constant SUCCESSOR_KEY = 0x5CC;
    uint256 internal constant STRANGER_KEY = 0x57A6;

    uint128 internal constant FEE = 7_001;
    uint128 internal constant TRIGGER = 3_003;
    uint128 internal constant SUSPECT_BOND = 1_111;
    uint128 internal constant DISPUTE_BOND = 9_007;
    uint24 internal constant ANSWER = 5 minutes;
    uint24 internal constant DISPUTE = 30 minutes;
    uint24 internal constant ARBITRATION = 3 hours;
    uint16 internal constant DEFAULT_SPLIT = 3_000;
    /// @dev What a lapse costs under these terms: 4,000 basis points of the bond.
    uint256 internal constant COST = (uint256(BOND) * 4_000) / 10_000;
    bytes32 internal constant WORK_HASH = keccak256("work");

    address internal successor = vm.addr(SUCCESSOR_KEY);
    address internal arbitrator = address(0xA4B1);

    /// @dev Balance and credit of an account, before what is looked at.
    mapping(address account => mapping(address token => uint256)) private _marks;

    function setUp() public virtual override {
        requester = vm.addr(REQUESTER_KEY);
        worker = vm.addr(WORKER_KEY);
        stranger = vm.addr(STRANGER_KEY);
        super.setUp();
        fund(address(coin), successor, 1e12);
        fund(address(coin), stranger, 1e12);
    }

    /// @dev Fee, trigger reward, doubts, disputes, revisions.
    function fullTerms() internal view returns (Terms memory terms) {
        terms = newTerms();
        terms.evaluatorFee = FEE;
        terms.triggerReward = TRIGGER;
        terms.suspectBond = SUSPECT_BOND;
        terms.answerWindow = ANSWER;
        terms.arbitrator = arbitrator;
        terms.disputeBond = DISPUTE_BOND;
        terms.disputeWindow = DISPUTE;
        terms.arbitrationWindow = ARBITRATION;
        terms.defaultSplit = DEFAULT_SPLIT;
        terms.maxRevisions = 2;
    }

    /// @dev The same without an arbitrator.
    function plainTerms() internal view returns (Terms memory terms) {
        terms = fullTerms();
        terms.arbitrator = address(0);
        (terms.disputeBond, terms.disputeWindow, terms.arbitrationWindow, terms.defaultSplit) = (0, 0, 0, 0);
    }

    // what people sign

    function postingHash(bytes32 taskId, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Posting(bytes32 taskId,uint40 expiry)"), taskId, expiry));
    }

    function offerHash(bytes32 taskId, Offer memory o) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Offer(bytes32 taskId,address worker,address sponsor,uint16 token,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, o.worker, o.sponsor, o.token, o.expiry));
    }

    function bidHash(bytes32 taskId, Bid memory b) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Bid(bytes32 taskId,address worker,address sponsor,uint16 share,uint16 token,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, b.worker, b.sponsor, b.share, b.token, b.expiry));
    }

    function handoffHash(bytes32 taskId, address from, Handoff memory h) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Handoff(bytes32 taskId,address from,address to,address sponsor,uint16 token,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, from, h.to, h.sponsor, h.token, h.expiry));
    }

    function splitHash(bytes32 taskId, Split memory s) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Split(bytes32 taskId,uint16 share,uint16 token,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, s.share, s.token, s.expiry));
    }

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        return digestIn(structHash, HOME, address(escrow));
    }

    function digestIn(bytes32 structHash, uint256 chainId, address verifier) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Hanse TaskEscrow"),
                keccak256("1"),
                chainId,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return signDigest(key, digestOf(structHash));
    }

    function signDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function later() internal view returns (uint40) {
        return uint40(block.timestamp + 2 days);
    }

    function newOffer() internal view returns (Offer memory) {
        return Offer(worker, worker, 1, later());
    }

    function newHandoff() internal view returns (Handoff memory) {
        return Handoff(successor, successor, 1, later());
    }

    function newSplit(uint16 share) internal view returns (Split memory) {
        return Split(share, 1, later());
    }

    // steps

    function submitFor(Terms memory terms) internal returns (bytes32) {
        return submitTask(terms, WORK_HASH);
    }

    function work() internal view returns (Work memory) {
        return workOf(WORK_HASH);
    }

    /// @dev A verdict under 10,000 by the evaluator, where there is an arbitrator.
    function contestByEvaluator(Terms memory terms, uint16 verdict) internal returns (bytes32 taskId) {
        taskId = submitFor(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), verdict);
    }

    function contestByRequester(Terms memory terms, uint16 verdict) internal returns (bytes32 taskId) {
        taskId = submitFor(terms);
        vm.prank(requester);
        escrow.contest(terms, work(), verdict);
    }

    function counterBy(address account, Terms memory terms) internal {
        vm.prank(account);
        escrow.counter(terms, work());
    }

    // money

    /// @dev What everybody has before the step that a test is about.
    function mark(Terms memory terms) internal {
        address[8] memory people = [requester, worker, evaluator, sponsor, stranger, successor, arbitrator, address(this)];
        for (uint256 i; i < people.length; ++i) _marks[people[i]][terms.token] = wealthOf(people[i], terms.token);
    }

    function wealthOf(address account, address token) internal view returns (uint256) {
        return balanceOf(token, account) + escrow.creditOf(account, token);
    }

    /// @dev Exactly `amount` came to `account` since the mark, as payment or as credit.
    function assertPaid(Terms memory terms, address account, uint256 amount, string memory name) internal view {
        vm.assertEq(wealthOf(account, terms.token), _marks[account][terms.token] + amount, name);
    }

    /// @dev All that came since the mark, to the people of the usual task.
    function assertPaidOut(
        Terms memory terms,
        uint256 toWorker,
        uint256 toRequester,
        uint256 toEvaluator,
        uint256 toStranger
    ) internal view {
        assertPaid(terms, worker, toWorker, "worker");
        assertPaid(terms, requester, toRequester, "requester");
        assertPaid(terms, evaluator, toEvaluator, "evaluator");
        assertPaid(terms, stranger, toStranger, "stranger");
        assertPaid(terms, sponsor, 0, "sponsor");
        assertPaid(terms, successor, 0, "successor");
        assertPaid(terms, arbitrator, 0, "arbitrator");
    }

    /// @dev What the worker deposited for itself and is free.
    function assertFree(Terms memory terms, uint256 amount) internal view {
        vm.assertEq(escrow.depositOf(worker, HOME, worker, terms.token), amount, "deposit of the worker");
    }

    function assertHeld(Terms memory terms, uint256 amount) internal view {
        vm.assertEq(balanceOf(terms.token, address(escrow)), amount, "held");
    }

    function expectShareWrong(bytes32 taskId, uint16 expected, uint16 actual) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.ShareWrong.selector, taskId, expected, actual));
    }

    function expectStale(bytes32 taskId, uint16 expected, uint16 actual) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskTokenStale.selector, taskId, expected, actual));
    }

    function expectUnsigned(address account, bytes32 structHash) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.SignatureInvalid.selector, account, digestOf(structHash)));
    }

    function expectVerdictInvalid(bytes32 taskId, uint16 verdict, uint16 floor) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.VerdictInvalid.selector, taskId, verdict, floor));
    }

    function expectInvalid(string memory field, uint256 value) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TermInvalid.selector, field, value));
    }
}
