// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {Gateway} from "../../../contracts/gateway/Gateway.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {DevToken} from "../../../devnet/contracts/DevToken.sol";
import {create} from "../../support/Create.sol";
import {claimTermsOf, newEscrow} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";

/// @notice One chain with an escrow, and the people of a task. Governance is the test contract.
abstract contract TaskWorld {
    uint256 internal constant HOME = 1001;
    uint128 internal constant REWARD = 1_000_003;
    uint128 internal constant BOND = 50_021;
    uint24 internal constant WORK = 1 hours;
    uint24 internal constant REVIEW = 2 hours;
    uint24 internal constant GRACE = 10 minutes;

    AccessManager internal authority;
    Gateway internal gateway;
    AgentRegistry internal registry;
    ITaskEscrow internal escrow;
    DevToken internal coin;

    address internal requester = address(0xA11CE);
    address internal worker = address(0xB0B);
    address internal evaluator = address(0xE7A1);
    address internal sponsor = address(0x5905);
    address internal stranger = address(0x57A6);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.chainId(HOME);
        authority = new AccessManager(address(this));
        gateway = Gateway(create("Gateway", abi.encode(address(authority))));
        registry = AgentRegistry(create("AgentRegistry", ""));
        escrow = newEscrow(address(authority), gateway, registry);
        coin = new DevToken();
        fund(address(coin), requester, 1e12);
        fund(address(coin), worker, 1e12);
        fund(address(coin), sponsor, 1e12);
    }

    /// @dev `token` mints to anyone, as `DevToken` does. Zero is the native coin.
    function fund(address token, address account, uint256 amount) internal {
        if (token == address(0)) {
            vm.deal(account, amount);
            return;
        }
        DevToken(token).mint(account, amount);
        vm.prank(account);
        DevToken(token).approve(address(escrow), type(uint256).max);
    }

    function newTerms() internal view returns (Terms memory terms) {
        terms.requester = requester;
        terms.token = address(coin);
        terms.reward = REWARD;
        terms.workerBond = BOND;
        terms.slashShare = 4_000;
        terms.specHash = keccak256("spec");
        terms.evaluator = evaluator;
        terms.silence = 10_000;
        terms.openUntil = uint40(block.timestamp + 1 days);
        terms.workWindow = WORK;
        terms.reviewWindow = REVIEW;
        terms.grace = GRACE;
        terms.salt = keccak256("salt");
    }

    function newNativeTerms() internal view returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(0);
    }

    function valueOf(address token, uint256 amount) internal pure returns (uint256) {
        return token == address(0) ? amount : 0;
    }

    function openTask(Terms memory terms) internal returns (bytes32) {
        uint256 value = valueOf(terms.token, totalOf(terms));
        if (value != 0) vm.deal(terms.requester, terms.requester.balance + value);
        vm.prank(terms.requester);
        return escrow.open{value: value}(terms);
    }

    function depositFor(address from, uint256 chainId, address account, address token, uint256 amount) internal {
        uint256 value = valueOf(token, amount);
        if (value != 0) vm.deal(from, from.balance + value);
        vm.prank(from);
        escrow.deposit{value: value}(chainId, account, token, amount);
    }

    /// @dev Opened, and claimed by the worker with its own deposit.
    function assignTask(Terms memory terms) internal returns (bytes32 taskId) {
        taskId = openTask(terms);
        claimTask(terms);
    }

    function claimTask(Terms memory terms) internal returns (uint16 token) {
        depositFor(worker, HOME, worker, terms.token, terms.workerBond);
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.prank(worker);
        return escrow.claim(taskId, claimTermsOf(terms), worker);
    }

    function submitTask(Terms memory terms, bytes32 deliverable) internal returns (bytes32 taskId) {
        taskId = assignTask(terms);
        vm.prank(worker);
        escrow.submit(taskId, 1, deliverable);
    }

    /// @dev The worker's, under the first token.
    function workOf(bytes32 deliverable) internal view returns (Work memory) {
        return Work(worker, 1, deliverable);
    }

    function totalOf(Terms memory terms) internal pure returns (uint256) {
        return uint256(terms.reward) + terms.evaluatorFee + terms.triggerReward;
    }

    function balanceOf(address token, address account) internal view returns (uint256) {
        return token == address(0) ? account.balance : DevToken(token).balanceOf(account);
    }

    function stateOf(bytes32 taskId) internal view returns (TaskState) {
        return escrow.taskOf(taskId).state;
    }

    /// @dev As if the task had been assigned so often. The mapping is found by trying, so that the test does not know the layout.
    function useUpTokens(bytes32 taskId, uint256 token) internal {
        bytes32 slot;
        for (uint256 i; i < 20 && vm.load(address(escrow), slot) == 0; ++i) slot = keccak256(abi.encode(taskId, i));
        uint256 others = uint256(vm.load(address(escrow), slot)) & ~uint256(1023 << 8);
        vm.store(address(escrow), slot, bytes32(others | (token << 8)));
        vm.assertEq(uint256(escrow.taskOf(taskId).token), token, "token");
    }

    function assertState(bytes32 taskId, TaskState expected) internal view {
        vm.assertEq(uint256(stateOf(taskId)), uint256(expected), "state");
    }

    function expectWrongState(bytes32 taskId, TaskState expected, TaskState actual) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWrongState.selector, taskId, expected, actual));
    }

    function expectWrongCaller(bytes32 taskId, address expected, address actual) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskWrongCaller.selector, taskId, expected, actual));
    }

    function expectTooLate(bytes32 taskId, uint256 deadline) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskDeadlinePassed.selector, taskId, deadline, block.timestamp));
    }

    function expectTooEarly(bytes32 taskId, uint256 notBefore) internal {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TaskDeadlineNotReached.selector, taskId, notBefore, block.timestamp));
    }
}
