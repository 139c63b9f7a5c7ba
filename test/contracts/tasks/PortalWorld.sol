// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {ICharters} from "../../../contracts/charters/ICharters.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {ITaskPortal} from "../../../contracts/tasks/ITaskPortal.sol";
import {Actor, ActorHandoff, PortalAction, Refusal, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {DevToken} from "../../../devnet/contracts/DevToken.sol";
import {create} from "../../support/Create.sol";
import {NoCharters, newEscrow} from "../../support/Escrows.sol";
import {Chain, TwoChains} from "../../support/TwoChains.sol";
import {vm, Vm} from "../../support/Vm.sol";

/// @notice What of the tasks stands on one chain.
struct TaskSuite {
    ITaskEscrow escrow;
    ITaskPortal portal;
    DevToken coin;
}

/// @notice Two chains, each with tasks of its own and a portal for those of the other. Tasks are at home on `a`, workers on `b`.
abstract contract PortalWorld is TwoChains {
    uint256 internal constant REQUESTER_KEY = 0xA11CE;
    uint256 internal constant WORKER_KEY = 0xB0B;
    uint256 internal constant RIVAL_KEY = 0xB0B2;
    uint128 internal constant REWARD = 1_003;
    uint128 internal constant BOND = 501;
    uint128 internal constant DISPUTE_BOND = 77;
    uint96 internal constant SUSPECT_BOND = 11;
    uint24 internal constant WORK = 1 hours;
    uint24 internal constant REVIEW = 2 hours;
    uint24 internal constant DISPUTE = 30 minutes;
    uint24 internal constant ANSWER = 20 minutes;
    uint24 internal constant GRACE = 10 minutes;
    uint256 internal constant FUNDS = 1e9;
    /// @dev Of a deposit: a bond, a dispute bond, and something that is left.
    uint256 internal constant DEPOSIT = 600;
    bytes32 internal constant WORK_HASH = keccak256("work");

    address internal immutable requester = vm.addr(REQUESTER_KEY);
    address internal immutable worker = vm.addr(WORKER_KEY);
    address internal immutable rival = vm.addr(RIVAL_KEY);
    address internal constant EVALUATOR = address(0xE7A1);
    address internal constant ARBITRATOR = address(0xA4B1);
    address internal constant SPONSOR = address(0x5905);
    address internal constant STRANGER = address(0x57A6);

    TaskSuite internal home;
    TaskSuite internal far;

    function setUp() public virtual override {
        super.setUp();
        home = newSuite(a);
        far = newSuite(b);
        linkSuites(a, home, b, far);
        linkLane(a, Lane(b.id, address(a.gateway), a.id), 0);
        fund(home, requester);
        fund(home, SPONSOR);
        fund(home, STRANGER);
        deposit(b.id, worker);
        deposit(b.id, rival);
    }

    function newSuite(Chain memory chain) internal returns (TaskSuite memory made) {
        on(chain);
        made.portal = ITaskPortal(create("TaskPortal", abi.encode(address(chain.authority), chain.gateway)));
        AgentRegistry registry = AgentRegistry(create("AgentRegistry", ""));
        ICharters charters = ICharters(address(new NoCharters()));
        made.escrow = newEscrow(address(chain.authority), chain.gateway, registry, charters, made.portal);
        made.coin = new DevToken();
    }

    function linkSuites(Chain memory one, TaskSuite memory ofOne, Chain memory other, TaskSuite memory ofOther) internal {
        on(one);
        ofOne.escrow.linkPortal(other.id, address(ofOther.portal));
        ofOne.portal.linkEscrow(other.id, address(ofOther.escrow));
        on(other);
        ofOther.escrow.linkPortal(one.id, address(ofOne.portal));
        ofOther.portal.linkEscrow(one.id, address(ofOne.escrow));
    }

    function fund(TaskSuite memory suite, address account) internal {
        suite.coin.mint(account, FUNDS);
        vm.prank(account);
        suite.coin.approve(address(suite.escrow), type(uint256).max);
    }

    /// @dev On a chain, gateways have one address everywhere, so the escrow looks for the stops of a lane under its own. Here they have not: the stop
    /// is that of the true lane and of the one that the escrow knows.
    function stopLane(uint40 duration) internal {
        on(a);
        a.gateway.stopLane(laneOf(b, a), duration);
        a.gateway.stopLane(Lane(b.id, address(a.gateway), a.id), duration);
    }

    /// @dev The sponsor's, for an actor.
    function deposit(uint256 chainId, address account) internal {
        on(a);
        vm.prank(SPONSOR);
        home.escrow.deposit(chainId, account, address(home.coin), DEPOSIT);
    }

    function free(uint256 chainId, address account) internal view returns (uint256) {
        return home.escrow.depositOf(SPONSOR, chainId, account, address(home.coin));
    }

    /// @dev Doubts, disputes and revisions, and chain `b` is admitted.
    function newTerms() internal view returns (Terms memory terms) {
        terms.requester = requester;
        terms.token = address(home.coin);
        terms.reward = REWARD;
        terms.workerBond = BOND;
        terms.slashShare = 4_000;
        terms.suspectBond = SUSPECT_BOND;
        terms.answerWindow = ANSWER;
        terms.disputeBond = DISPUTE_BOND;
        terms.specHash = keccak256("spec");
        terms.evaluator = EVALUATOR;
        terms.silence = 10_000;
        terms.arbitrator = ARBITRATOR;
        terms.defaultSplit = 3_000;
        terms.openUntil = uint40(block.timestamp + 1 days);
        terms.workWindow = WORK;
        terms.reviewWindow = REVIEW;
        terms.disputeWindow = DISPUTE;
        terms.arbitrationWindow = 3 hours;
        terms.maxRevisions = 1;
        terms.grace = GRACE;
        terms.chains = new uint256[](1);
        terms.chains[0] = b.id;
    }

    function open(Terms memory terms) internal returns (bytes32) {
        on(a);
        vm.prank(requester);
        return home.escrow.open(terms);
    }

    /// @dev Asked for on `b`, not yet delivered.
    function ask(Terms memory terms, address account) internal {
        on(b);
        vm.prank(account);
        far.portal.claim(a.id, terms, SPONSOR, 0, terms.openUntil);
    }

    /// @dev Opened, and the remote worker's.
    function assigned(Terms memory terms) internal returns (bytes32 taskId) {
        taskId = open(terms);
        ask(terms, worker);
        relay(b, a);
        relay(a, b);
        assertState(taskId, TaskState.Assigned);
    }

    function submitted(Terms memory terms) internal returns (bytes32 taskId) {
        taskId = assigned(terms);
        on(b);
        vm.prank(worker);
        far.portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        relay(a, b);
        assertState(taskId, TaskState.Submitted);
    }

    /// @dev The evaluator proposes to pay this much.
    function contested(Terms memory terms, uint16 verdict) internal returns (bytes32 taskId) {
        taskId = submitted(terms);
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(terms, work(), verdict);
        assertState(taskId, TaskState.Contested);
    }

    function work() internal view returns (Work memory) {
        return Work(worker, 1, WORK_HASH);
    }

    function actor(address account) internal view returns (Actor memory) {
        return Actor(b.id, account);
    }

    /// @dev The worker's assignment goes to this actor.
    function handoffTo(Actor memory to) internal view returns (ActorHandoff memory) {
        return ActorHandoff(to, SPONSOR, 1, uint40(block.timestamp + 1 days));
    }

    /// @notice Delivers what `b` asked, and what home answered; gives the last answer.
    function exchange() internal returns (Answer memory answer) {
        relay(b, a);
        relay(a, b);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bool found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != ITaskPortal.TaskAnswered.selector) continue;
            found = true;
            answer.taskId = logs[i].topics[2];
            answer.account = address(uint160(uint256(logs[i].topics[3])));
            (answer.action, answer.refusal, answer.token, answer.deadline) = abi.decode(
                logs[i].data,
                (PortalAction, Refusal, uint16, uint40)
            );
        }
        vm.assertTrue(found, "no answer");
    }

    function expectAnswer(PortalAction action, address account, Refusal refusal) internal returns (Answer memory answer) {
        answer = exchange();
        vm.assertEq(uint256(answer.refusal), uint256(refusal), "refusal");
        vm.assertEq(uint256(answer.action), uint256(action), "action");
        vm.assertEq(answer.account, account);
    }

    /// @dev What a message must not change when it is refused.
    function worldOf(bytes32 taskId) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    home.escrow.taskOf(taskId),
                    home.escrow.workerOf(taskId),
                    free(b.id, worker),
                    free(b.id, rival),
                    balance(address(home.escrow))
                )
            );
    }

    function expectRefused(bytes32 taskId, PortalAction action, address account, Refusal refusal) internal {
        bytes32 before = worldOf(taskId);
        Answer memory answer = expectAnswer(action, account, refusal);
        vm.assertEq(answer.taskId, taskId);
        vm.assertEq(uint256(answer.deadline), 0);
        vm.assertEq(uint256(answer.token), home.escrow.taskOf(taskId).token, "token");
        vm.assertEq(worldOf(taskId), before, "a refusal changes nothing");
    }

    function assertState(bytes32 taskId, TaskState expected) internal view {
        vm.assertEq(uint256(home.escrow.taskOf(taskId).state), uint256(expected), "state");
    }

    function balance(address account) internal view returns (uint256) {
        return home.coin.balanceOf(account);
    }

    // what actors sign

    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Hanse TaskEscrow"),
                keccak256("1"),
                a.id,
                address(home.escrow)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(structHash));
        return abi.encodePacked(r, s, v);
    }

    function handoffHash(bytes32 taskId, Actor memory from, ActorHandoff memory h) internal pure returns (bytes32) {
        bytes32 kind = keccak256(
            "ActorHandoff(bytes32 taskId,uint256 fromChainId,address from,uint256 toChainId,address to,address sponsor,uint16 token,uint40 expiry)"
        );
        return keccak256(abi.encode(kind, taskId, from.chainId, from.account, h.to.chainId, h.to.account, h.sponsor, h.token, h.expiry));
    }

    function claimHash(bytes32 taskId, Actor memory by, address sponsor, uint16 token, uint40 deadline) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Claim(bytes32 taskId,uint256 chainId,address account,address sponsor,uint16 token,uint40 deadline)");
        return keccak256(abi.encode(kind, taskId, by.chainId, by.account, sponsor, token, deadline));
    }

    function submissionHash(
        bytes32 taskId,
        Actor memory by,
        uint16 token,
        bytes32 deliverable,
        uint40 expiry
    ) internal pure returns (bytes32) {
        bytes32 kind = keccak256(
            "Submission(bytes32 taskId,uint256 chainId,address account,uint16 token,bytes32 deliverable,uint40 expiry)"
        );
        return keccak256(abi.encode(kind, taskId, by.chainId, by.account, token, deliverable, expiry));
    }

    function aliveHash(bytes32 taskId, Actor memory by, uint16 token, uint96 bond, uint40 expiry) internal pure returns (bytes32) {
        bytes32 kind = keccak256("Alive(bytes32 taskId,uint256 chainId,address account,uint16 token,uint96 bond,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, by.chainId, by.account, token, bond, expiry));
    }

    function giveUpHash(bytes32 taskId, Actor memory by, uint16 token, uint40 expiry) internal pure returns (bytes32) {
        bytes32 kind = keccak256("GiveUp(bytes32 taskId,uint256 chainId,address account,uint16 token,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, by.chainId, by.account, token, expiry));
    }

    function counterHash(bytes32 taskId, Actor memory by, address sponsor, Work memory w, uint40 expiry) internal pure returns (bytes32) {
        bytes32 kind = keccak256(
            "Counter(bytes32 taskId,uint256 chainId,address account,address sponsor,address worker,uint16 token,bytes32 deliverable,uint40 expiry)"
        );
        return keccak256(abi.encode(kind, taskId, by.chainId, by.account, sponsor, w.worker, w.token, w.deliverable, expiry));
    }
}

interface IRecipient {
    function receiveMessage(bytes32 receiveId, bytes calldata sender, bytes calldata payload) external payable returns (bytes4);
}
