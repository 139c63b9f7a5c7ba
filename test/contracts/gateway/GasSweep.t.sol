// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {TaskPortal} from "../../../contracts/tasks/TaskPortal.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {DevToken} from "../../../devnet/contracts/DevToken.sol";
import {create} from "../../support/Create.sol";
import {newEscrow} from "../../support/Escrows.sol";
import {Chain, Delivery, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Behaviour, Recipient} from "../mocks/Recipient.sol";

/// @notice Calls with a given gas.
contract Caller {
    function run(address target, uint256 gas, bytes calldata data) external returns (bool success) {
        (success, ) = target.call{gas: gas}(data);
    }
}

/// @title Shortage of gas is never an outcome
/// @notice Each kind of message is brought with 200 amounts of gas, from nearly none to more than enough. Either the whole transaction
/// reverts and nothing has changed, or everything is as with plenty.
contract GasSweepTest is TwoChains {
    uint256 internal constant STEPS = 200;
    uint256 internal constant PLENTY = 12_000_000;
    address internal constant SENDER = address(0x5e4de7);
    address internal constant WORKER = address(0xB0B);

    Caller internal caller;
    Recipient internal recipient;
    ITaskEscrow internal escrow;
    TaskPortal internal portal;
    bytes32 internal taskId;
    Lane internal forth;
    Lane internal back;
    /// @dev The gas limit of the message to `recipient`.
    uint256 internal promised;

    function setUp() public override {
        super.setUp();
        caller = new Caller();
        recipient = new Recipient();
        forth = laneOf(a, b);
        back = laneOf(b, a);
    }

    function test_a_plain_message() public {
        promised = 300_000;
        send(a, b, SENDER, address(recipient), "plain", limits(promised, 0));
        sweepDelivery(b, forth);
    }

    /// @dev It catches an out-of-gas inside and accepts nevertheless: with its whole limit there is none.
    function test_a_message_whose_recipient_runs_out_inside() public {
        recipient.behave(Behaviour.NeedGasInside);
        promised = 4_000_000;
        send(a, b, SENDER, address(recipient), "nested", limits(promised, 0));
        sweepDelivery(b, forth);
        vm.assertTrue(recipient.innerSuccess());
    }

    function test_a_message_that_is_answered() public {
        recipient.behave(Behaviour.Reply);
        recipient.prepare(address(b.gateway), abi.encodeCall(b.gateway.sendMessage, (addressOn(a, SENDER), "answer", noAttributes())));
        promised = 400_000;
        send(a, b, SENDER, address(recipient), "question", limits(promised, 0));
        sweepDelivery(b, forth);
        vm.assertTrue(recipient.innerSuccess());
    }

    function test_a_message_that_fails() public {
        recipient.behave(Behaviour.Revert);
        promised = 300_000;
        send(a, b, SENDER, address(recipient), "failing", limits(promised, 0));
        sweepDelivery(b, forth);
    }

    function test_a_message_that_eats_its_gas() public {
        recipient.behave(Behaviour.EatGas);
        promised = 1_000_000;
        send(a, b, SENDER, address(recipient), "hungry", limits(promised, 0));
        sweepDelivery(b, forth);
    }

    function test_a_message_that_came_too_late() public {
        send(a, b, SENDER, address(recipient), "late", limits(300_000, block.timestamp));
        vm.warp(block.timestamp + 1);
        sweepDelivery(b, forth);
    }

    function test_a_broadcast() public {
        promised = DEFAULT_GAS;
        on(a);
        vm.prank(SENDER);
        a.gateway.broadcast(address(recipient), "to all", noAttributes());
        sweepDelivery(b, laneOf(a, 0));
    }

    function test_a_batch() public {
        promised = 150_000;
        for (uint256 i; i < 10; ++i) send(a, b, SENDER, address(recipient), abi.encode(i), limits(promised, 0));
        sweepDelivery(b, forth);
    }

    function test_a_retry() public {
        recipient.behave(Behaviour.Revert);
        promised = 3_900_000;
        send(a, b, SENDER, address(recipient), "again", limits(promised, 0));
        relay(a, b);
        recipient.behave(Behaviour.NeedGasInside);
        Message memory message = sentMessage(forth, 0);
        sweep(b, forth, abi.encodeCall(b.gateway.retry, (forth, 0, header(message), message.payload)));
    }

    function test_a_report_of_expiry() public {
        for (uint256 i; i < 20; ++i) send(a, b, SENDER, address(recipient), "late", limits(50_000, block.timestamp));
        vm.warp(block.timestamp + 1);
        relay(a, b);
        on(b);
        b.gateway.reportExpired(forth, 0, 20);
        sweepDelivery(a, back);
    }

    /// @dev Home's answer is a courtesy: with little gas it is left out, and anyone has it sent later. The claim itself counts.
    function test_a_claim_through_a_portal() public {
        claim();
        sweepDelivery(a, back);
        vm.assertEq(escrow.workerOf(taskId).account, WORKER);
    }

    function test_a_submission_through_a_portal() public {
        claim();
        relay(b, a);
        on(b);
        vm.prank(WORKER);
        portal.submit(a.id, taskId, 1, keccak256("work"));
        sweepDelivery(a, back);
        vm.assertTrue(escrow.taskOf(taskId).state == TaskState.Submitted);
    }

    function test_an_answer_to_a_portal() public {
        claim();
        relay(b, a);
        sweepDelivery(b, forth);
    }

    // Helpers

    function sweepDelivery(Chain memory to, Lane memory lane) internal {
        collect();
        uint64 first;
        on(to);
        while (first < sentCount(lane) && to.gateway.statusOf(lane, first) != MessageStatus.Pending) ++first;
        Delivery memory d = range(lane, first, sentCount(lane) - first, 0);
        bytes memory proof = proofOf(to, d.lane, d.nonce, d.head);
        sweep(to, lane, abi.encodeCall(to.gateway.deliver, (d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof)));
    }

    /// @dev Leaves the world as after a call with plenty of gas.
    function sweep(Chain memory to, Lane memory lane, bytes memory data) internal {
        bytes32 before = fingerprint(to, lane);
        uint256 least = leastGas(to, data);
        bytes32 whole = outcome(to, lane, data, PLENTY);
        vm.assertNotEq(whole, before);

        // Up to a third more than is needed; a call of 200 steps meets every shortage there is.
        uint256 reverted;
        for (uint256 i = 1; i <= STEPS; ++i) {
            uint256 gas = (least * 4 * i) / (3 * STEPS);
            bytes32 after_ = outcome(to, lane, data, gas);
            vm.assertTrue(after_ == (gas < least ? before : whole));
            if (after_ == before) ++reverted;
        }
        vm.assertGt(reverted, 100);
        vm.assertLt(reverted, STEPS);

        on(to);
        vm.assertTrue(caller.run(address(to.gateway), PLENTY, data));
    }

    /// @dev The least gas with which the call succeeds.
    function leastGas(Chain memory to, bytes memory data) internal returns (uint256 high) {
        uint256 low;
        high = PLENTY;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            uint256 snapshot = vm.snapshotState();
            on(to);
            if (caller.run(address(to.gateway), middle, data)) high = middle;
            else low = middle;
            vm.revertToState(snapshot);
        }
    }

    function outcome(Chain memory to, Lane memory lane, bytes memory data, uint256 gas) internal returns (bytes32 after_) {
        uint256 snapshot = vm.snapshotState();
        on(to);
        caller.run(address(to.gateway), gas, data);
        after_ = fingerprint(to, lane);
        vm.revertToState(snapshot);
    }

    /// @dev All that a message may change, but for the courtesy of an answer to a portal.
    function fingerprint(Chain memory to, Lane memory lane) internal returns (bytes32) {
        on(to);
        bytes32 statuses;
        for (uint64 nonce; nonce < sentCount(lane); ++nonce) statuses = keccak256(abi.encode(statuses, to.gateway.statusOf(lane, nonce)));
        bytes32 task = address(escrow) == address(0) ? bytes32(0) : keccak256(abi.encode(escrow.taskOf(taskId), escrow.workerOf(taskId)));
        bool isExpired = to.gateway.isExpired(b.id, address(b.gateway), 0);
        // A recipient sees what is left after it was found and its call decoded: far less than a 64th of any limit here.
        bool gotItsGas = recipient.gasSeen() + 2_000 >= promised;
        return keccak256(abi.encode(statuses, recipient.received(), recipient.innerSuccess(), gotItsGas, task, isExpired));
    }

    /// @dev A task at home on `a`, claimed by a worker on `b`.
    function claim() internal {
        on(a);
        escrow = newEscrow(address(a.authority), a.gateway, AgentRegistry(create("AgentRegistry", "")));
        on(b);
        portal = TaskPortal(create("TaskPortal", abi.encode(address(b.authority), b.gateway)));
        portal.linkEscrow(a.id, address(escrow));
        on(a);
        escrow.linkPortal(b.id, address(portal));
        DevToken coin = new DevToken();
        coin.mint(address(this), 1_500);
        coin.approve(address(escrow), 1_500);
        escrow.deposit(b.id, WORKER, address(coin), 500);
        Terms memory terms;
        terms.requester = address(this);
        terms.token = address(coin);
        terms.reward = 1_000;
        terms.workerBond = 500;
        terms.evaluator = address(0xE7A1);
        terms.silence = 10_000;
        terms.openUntil = uint40(block.timestamp + 1 days);
        terms.workWindow = 1 hours;
        terms.reviewWindow = 1 hours;
        terms.grace = 10 minutes;
        terms.chains = new uint256[](1);
        terms.chains[0] = b.id;
        taskId = escrow.open(terms);
        on(b);
        vm.prank(WORKER);
        portal.claim(a.id, terms, address(this), 0, terms.openUntil);
    }
}
