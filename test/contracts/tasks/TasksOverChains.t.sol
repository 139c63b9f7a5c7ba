// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {PortalAction, Refusal, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {ITaskPortal} from "../../../contracts/tasks/ITaskPortal.sol";
import {PortalMessages} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskPortal} from "../../../contracts/tasks/TaskPortal.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {DevToken} from "../../../devnet/contracts/DevToken.sol";
import {create} from "../../support/Create.sol";
import {TwoChains} from "../../support/TwoChains.sol";
import {newEscrow} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";

/// @notice Tasks at home on chain `a`, workers on chain `b`, through both real gateways.
contract TasksOverChainsTest is TwoChains {
    ITaskEscrow private _escrow;
    TaskPortal private _portal;
    DevToken private _coin;

    address private constant REQUESTER = address(0xA11CE);
    address private constant WORKER = address(0xB0B);
    address private constant RIVAL = address(0xB0B2);
    address private constant EVALUATOR = address(0xE7A1);
    bytes32 private constant WORK_HASH = keccak256("work");

    function setUp() public override {
        super.setUp();
        on(a);
        _escrow = newEscrow(address(a.authority), a.gateway, AgentRegistry(create("AgentRegistry", "")));
        on(b);
        _portal = TaskPortal(create("TaskPortal", abi.encode(address(b.authority), b.gateway)));
        _portal.linkEscrow(a.id, address(_escrow));
        on(a);
        _escrow.linkPortal(b.id, address(_portal));
        _coin = new DevToken();
        _coin.mint(REQUESTER, 1e9);
        _coin.mint(address(this), 1e9);
        _coin.approve(address(_escrow), 1e9);
        _escrow.deposit(b.id, WORKER, address(_coin), 500);
        _escrow.deposit(b.id, RIVAL, address(_coin), 500);
        vm.prank(REQUESTER);
        _coin.approve(address(_escrow), 1e9);
    }

    function _open() private returns (Terms memory terms, bytes32 taskId) {
        terms.requester = REQUESTER;
        terms.token = address(_coin);
        terms.reward = 1_000;
        terms.workerBond = 500;
        terms.slashShare = 5_000;
        terms.evaluator = EVALUATOR;
        terms.silence = 10_000;
        terms.openUntil = uint40(block.timestamp + 1 days);
        terms.workWindow = 1 hours;
        terms.reviewWindow = 1 hours;
        terms.grace = 10 minutes;
        terms.chains = new uint256[](1);
        terms.chains[0] = b.id;
        on(a);
        vm.prank(REQUESTER);
        taskId = _escrow.open(terms);
    }

    function _claim(Terms memory terms, address account) private {
        on(b);
        vm.prank(account);
        _portal.claim(a.id, terms, address(this), 0, terms.openUntil);
    }

    function _expectAnswer(bytes32 taskId, address account, PortalAction action, Refusal refusal, uint16 token, uint40 deadline) private {
        vm.expectEmit(address(_portal));
        emit ITaskPortal.TaskAnswered(a.id, taskId, account, action, refusal, token, deadline);
    }

    function test_a_task_is_done_on_another_chain() public {
        (Terms memory terms, bytes32 taskId) = _open();
        _claim(terms, WORKER);
        relay(b, a);
        on(a);
        vm.assertEq(_escrow.workerOf(taskId).account, WORKER);
        vm.assertEq(_escrow.workerOf(taskId).chainId, b.id);
        collect();
        _expectAnswer(taskId, WORKER, PortalAction.Claim, Refusal.None, 1, uint40(block.timestamp + 70 minutes));
        relay(a, b);

        on(b);
        vm.prank(WORKER);
        _portal.submit(a.id, taskId, 1, WORK_HASH);
        relay(b, a);
        _expectAnswer(taskId, WORKER, PortalAction.Submit, Refusal.None, 1, 0);
        relay(a, b);

        on(a);
        vm.prank(EVALUATOR);
        _escrow.decide(terms, Work(WORKER, 1, WORK_HASH), 10_000);
        vm.assertEq(_coin.balanceOf(WORKER), 1_000);
        vm.assertEq(_escrow.depositOf(address(this), b.id, WORKER, address(_coin)), 500);
    }

    /// @dev Two workers of one chain ask in one batch: home grants one and tells the other.
    function test_only_one_claim_wins() public {
        (Terms memory terms, bytes32 taskId) = _open();
        _claim(terms, WORKER);
        _claim(terms, RIVAL);
        relay(b, a);
        on(a);
        vm.assertEq(_escrow.workerOf(taskId).account, WORKER);
        vm.assertEq(_escrow.depositOf(address(this), b.id, RIVAL, address(_coin)), 500);
        _expectAnswer(taskId, WORKER, PortalAction.Claim, Refusal.None, 1, uint40(block.timestamp + 70 minutes));
        _expectAnswer(taskId, RIVAL, PortalAction.Claim, Refusal.Stale, 1, 0);
        relay(a, b);
    }

    /// @dev Messages may come in any order: work that overtakes its claim is refused, and may be sent again.
    function test_order_does_not_matter_for_safety() public {
        (Terms memory terms, bytes32 taskId) = _open();
        _claim(terms, WORKER);
        on(b);
        vm.prank(WORKER);
        _portal.submit(a.id, taskId, 1, WORK_HASH);
        deliverOne(a, laneOf(b, a), 1);
        on(a);
        vm.assertEq(uint256(_escrow.taskOf(taskId).state), uint256(TaskState.Open));
        deliverOne(a, laneOf(b, a), 0);
        on(b);
        vm.prank(WORKER);
        _portal.submit(a.id, taskId, 1, WORK_HASH);
        deliverOne(a, laneOf(b, a), 2);
        on(a);
        vm.assertEq(uint256(_escrow.taskOf(taskId).state), uint256(TaskState.Submitted));
    }

    function test_a_malformed_message_fails_alone() public {
        (Terms memory terms, bytes32 taskId) = _open();
        // Governance of the far chain is rogue: its portal says anything.
        send(b, a, address(_portal), address(_escrow), "nonsense");
        _claim(terms, WORKER);
        relay(b, a);
        on(a);
        vm.assertEq(uint256(a.gateway.statusOf(laneOf(b, a), 0)), uint256(MessageStatus.Failed));
        vm.assertEq(_escrow.workerOf(taskId).account, WORKER);
    }

    function test_a_rogue_chain_gains_nothing_on_tasks_that_do_not_admit_it() public {
        (Terms memory terms, ) = _open();
        terms.chains = new uint256[](0);
        vm.prank(REQUESTER);
        bytes32 taskId = _escrow.open(terms);
        bytes memory claim_ = abi.encode(PortalAction.Claim, taskId, WORKER, terms, address(this), 0, terms.openUntil);
        send(b, a, address(_portal), address(_escrow), claim_, limits(500_000, 0));
        relay(b, a);
        on(a);
        vm.assertEq(uint256(_escrow.taskOf(taskId).state), uint256(TaskState.Open));
        vm.assertEq(_escrow.depositOf(address(this), b.id, WORKER, address(_coin)), 500);
    }

    function test_the_portal_tells_what_it_asked() public {
        (Terms memory terms, bytes32 taskId) = _open();
        on(b);
        uint256 snapshot = vm.snapshotState();
        vm.prank(WORKER);
        bytes32 sendId = _portal.claim(a.id, terms, address(this), 0, terms.openUntil);
        vm.revertToState(snapshot);
        vm.expectEmit(address(_portal));
        emit ITaskPortal.TaskRequested(a.id, taskId, WORKER, PortalAction.Claim, sendId);
        _claim(terms, WORKER);
    }

    function test_RevertWhen_home_is_not_linked() public {
        (Terms memory terms, bytes32 taskId) = _open();
        on(b);
        vm.expectRevert(abi.encodeWithSelector(ITaskPortal.HomeNotLinked.selector, 9));
        _portal.claim(9, terms, address(this), 0, terms.openUntil);
        vm.expectRevert(abi.encodeWithSelector(ITaskPortal.HomeNotLinked.selector, 9));
        _portal.submit(9, taskId, 1, WORK_HASH);
    }

    function test_links_of_a_portal_are_governance_and_of_foreign_chains() public {
        on(b);
        vm.assertEq(_portal.escrowOf(a.id), address(_escrow));
        vm.prank(WORKER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, WORKER));
        _portal.linkEscrow(a.id, WORKER);
        vm.expectRevert(abi.encodeWithSelector(ITaskPortal.HomeChainInvalid.selector, b.id));
        _portal.linkEscrow(b.id, address(_escrow));
        vm.expectRevert(abi.encodeWithSelector(ITaskPortal.HomeChainInvalid.selector, 0));
        _portal.linkEscrow(0, address(_escrow));
    }

    function test_only_the_linked_escrow_answers() public {
        on(b);
        vm.expectRevert(abi.encodeWithSelector(Peers.CallerNotGateway.selector, address(this), b.gateway));
        _portal.receiveMessage(0, addressOn(a, address(_escrow)), "");
        vm.prank(address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(a, WORKER)));
        _portal.receiveMessage(0, addressOn(a, WORKER), "");
    }

    /// @dev The gas that a portal asks for is enough for the largest terms, answer included, on a lane that was never used.
    function test_requests_get_enough_gas() public {
        Terms memory terms;
        (terms, ) = _open();
        terms.chains = new uint256[](64);
        for (uint256 i; i < 64; ++i) terms.chains[i] = b.id - 63 + i;
        terms.chains[0] = 1;
        vm.assertEq(terms.chains[63], b.id);
        on(a);
        vm.prank(REQUESTER);
        bytes32 taskId = _escrow.open(terms);
        _claim(terms, WORKER);
        relay(b, a);
        collect();
        vm.assertEq(sentCount(laneOf(a, b)), 1);
        vm.assertEq(_escrow.workerOf(taskId).account, WORKER);
    }
}
