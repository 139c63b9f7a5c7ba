// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor, ActorHandoff, Ending, PortalAction, Receipt} from "../../../contracts/tasks/ITaskRecords.sol";
import {Answer} from "../../../contracts/tasks/PortalMessages.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {PortalWorld} from "./PortalWorld.sol";

/// @notice A linked chain that went rogue as a whole: its portal, its escrow, its accounts and its clock say anything. Tasks that do not admit it,
/// deposits for anybody but its own actors, and what other chains said, stay as they are. A task that admits it loses no more than its terms
/// give to whoever works on it.
contract RogueTaskChainTest is PortalWorld {
    uint256 private constant THIRD = 3003;
    uint256 private constant MESSAGES = 24;

    Terms private _closed;
    Terms private _held;
    Terms private _admitting;
    uint256 private _seed;

    function setUp() public override {
        super.setUp();
        on(a);
        // A third chain whose escrow has the very address of the rogue one.
        home.portal.linkEscrow(THIRD, address(far.escrow));
        home.escrow.linkPortal(THIRD, address(far.portal));
        fund(home, worker);
        vm.prank(worker);
        home.escrow.deposit(a.id, worker, address(home.coin), DEPOSIT);
        _closed = newTerms();
        _closed.chains = new uint256[](0);
        _held = newTerms();
        _held.chains[0] = THIRD;
        _held.salt = keccak256("held");
        _admitting = newTerms();
        open(_closed);
        bytes32 heldId = open(_held);
        open(_admitting);
        vm.prank(worker);
        home.escrow.claimWith(_held, worker, 10_000);
        vm.assertEq(home.escrow.workerOf(heldId).chainId, a.id);
        collect();
    }

    function _random(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }

    function _account() private returns (address) {
        address[6] memory accounts = [worker, rival, requester, EVALUATOR, SPONSOR, STRANGER];
        return accounts[_random(6)];
    }

    function _chain() private returns (uint256) {
        uint256[4] memory chains = [a.id, b.id, THIRD, uint256(0)];
        return chains[_random(4)];
    }

    function _terms() private returns (Terms memory) {
        uint256 which = _random(4);
        return
            which == 0
                ? _closed
                : which == 1
                    ? _held
                    : _admitting;
    }

    /// @dev Anything that a portal, an escrow or anyone there could say, with fields out of the world of the honest.
    function _payload() private returns (bytes memory) {
        Terms memory terms = _terms();
        bytes32 taskId = home.escrow.taskIdOf(_random(8) == 0 ? _terms() : terms);
        address account = _account();
        uint16 token = uint16(_random(4));
        PortalAction action = PortalAction(_random(uint8(type(PortalAction).max) + 1));
        if (action == PortalAction.Claim) return abi.encode(action, taskId, account, terms, _account(), token, terms.openUntil);
        if (action == PortalAction.Submit) return abi.encode(action, taskId, account, token, WORK_HASH);
        if (action == PortalAction.Alive) return abi.encode(action, taskId, account, token, SUSPECT_BOND);
        if (action == PortalAction.GiveUp) return abi.encode(action, taskId, account, terms, token);
        if (action == PortalAction.Counter) return abi.encode(action, taskId, account, terms, work(), _account());
        if (action == PortalAction.Receipt) return abi.encode(action, taskId, account, terms);
        ActorHandoff memory change = ActorHandoff(Actor(_chain(), _account()), _account(), token, terms.openUntil);
        return abi.encode(action, taskId, account, terms, change, bytes(""), bytes(""));
    }

    function _say() private {
        uint256 kind = _random(8);
        if (kind < 6) {
            send(b, a, address(far.portal), address(home.escrow), _payload(), limits(1_000_000, 0));
        } else if (kind == 6) {
            Receipt memory receipt = Receipt(
                home.escrow.taskIdOf(_terms()),
                requester,
                Actor(_chain(), _account()),
                EVALUATOR,
                address(home.coin),
                _random(1e6),
                uint16(_random(10_001)),
                1,
                Ending(_random(10))
            );
            send(b, a, address(far.escrow), address(home.portal), abi.encode(receipt));
        } else {
            address[3] memory senders = [address(home.escrow), STRANGER, address(far.escrow)];
            send(b, a, senders[_random(3)], address(home.escrow), _payload(), limits(1_000_000, 0));
        }
    }

    /// @dev All that must not move.
    function _untouched() private view returns (bytes32) {
        bytes32 closedId = home.escrow.taskIdOf(_closed);
        bytes32 heldId = home.escrow.taskIdOf(_held);
        bytes32 money = keccak256(
            abi.encode(
                home.escrow.depositOf(worker, a.id, worker, address(home.coin)),
                balance(worker),
                balance(rival),
                balance(SPONSOR),
                balance(STRANGER),
                balance(EVALUATOR)
            )
        );
        bytes32[3] memory receipts = [
            home.portal.receiptOf(a.id, closedId).hash,
            home.portal.receiptOf(THIRD, heldId).hash,
            home.portal.receiptOf(THIRD, home.escrow.taskIdOf(_admitting)).hash
        ];
        bytes32 tasks = keccak256(abi.encode(home.escrow.taskOf(closedId), home.escrow.taskOf(heldId), home.escrow.workerOf(heldId)));
        return keccak256(abi.encode(money, receipts, tasks, home.escrow.portalOf(THIRD), home.portal.escrowOf(b.id)));
    }

    function test_RogueChain(uint256 seed) public {
        _seed = seed;
        on(a);
        bytes32 before = _untouched();
        uint256 ofRequester = balance(requester);
        for (uint256 i; i < MESSAGES; ++i) {
            on(a);
            _say();
            if (_random(3) == 0) vm.warp(block.timestamp + _random(WORK / MESSAGES));
        }
        relay(b, a);
        on(a);
        vm.assertEq(_untouched(), before, "who did not admit it");
        bytes32 taskId = home.escrow.taskIdOf(_admitting);
        vm.assertTrue(home.escrow.taskOf(taskId).state <= TaskState.Submitted, "nothing is judged but at home");
        vm.assertGe(balance(requester), ofRequester, "the requester loses nothing before a verdict");
        // Giving up costs the deposits of the rogue chain's own actors; nobody else's. All of it is the requester's.
        uint256 left = free(b.id, worker) + free(b.id, rival);
        uint256 bonds =
            home.escrow.workerOf(taskId).account != address(0) || home.escrow.taskOf(taskId).state == TaskState.Submitted ? BOND : 0;
        vm.assertEq(left + bonds + balance(requester) - ofRequester, 2 * DEPOSIT, "the deposits behind its actors");
        vm.assertEq(balance(address(home.escrow)), left + bonds + 3 * uint256(REWARD) + DEPOSIT, "conserved");
        // And the honest go on as if nothing had been.
        bytes32 heldId = home.escrow.taskIdOf(_held);
        vm.prank(worker);
        home.escrow.submit(heldId, 1, WORK_HASH);
        vm.prank(requester);
        home.escrow.cancel(_closed);
    }

    /// @dev What an honest home would answer, said by the rogue chain about tasks of others: it is under its own name.
    function test_answers_of_a_rogue_chain_are_its_own() public {
        bytes32 taskId = home.escrow.taskIdOf(_held);
        Answer memory lie;
        (lie.taskId, lie.account, lie.token) = (taskId, worker, 1);
        send(b, a, address(far.escrow), address(home.portal), abi.encode(lie));
        collect();
        vm.recordLogs();
        relay(b, a);
        vm.assertEq(home.portal.receiptOf(THIRD, taskId).hash, bytes32(0));
        vm.assertEq(home.escrow.workerOf(taskId).chainId, a.id);
    }
}
