// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Module} from "../mocks/Modules.sol";
import {Breed, ZooToken} from "../mocks/ZooToken.sol";
import {MoneySteps, Step} from "./MoneySteps.sol";

/// @notice Every breed of token over every path of money, against what a plain token does there.
/// - what may fail either does, and nothing changed, or leaves what a plain token leaves
/// - what may not fail never does: the task, all deposits and all claims on money are those of a plain token; what could not be paid is a credit
/// - whatever happens to one token, no other is touched, nor what others have in the same one by the escrow's books
contract TokenZooTest is MoneySteps {
    /// @dev What the escrow says that everybody has, and what everybody holds.
    struct Books {
        bytes32 task;
        bytes32 deposits;
        uint256[8] credits;
        uint256[8] held;
    }

    uint256 private constant BREEDS = uint256(type(Breed).max) + 1;
    /// @dev Not a breed of the contract: it has no code any more.
    uint256 private constant CODELESS = BREEDS;
    uint256 private constant OTHERS = 777_777;

    ZooToken private _zoo;

    function setUp() public override {
        super.setUp();
        _zoo = new ZooToken();
        money = address(_zoo);
        module = new Module();
        _zoo.settle(address(escrow), worker, abi.encodeCall(ITaskReviews.withdrawTo, (money, address(0xBAD))));
        address[6] memory payers = [requester, worker, sponsor, stranger, successor, evaluator];
        for (uint256 i; i < payers.length; ++i) fund(money, payers[i], 1e12);
        // What others have there: in this token, in another, and in native coin.
        depositFor(sponsor, HOME, worker, money, OTHERS);
        depositFor(sponsor, HOME, worker, address(coin), OTHERS);
        depositFor(sponsor, HOME, worker, address(0), OTHERS);
    }

    function _people() private view returns (address[8] memory) {
        return [requester, worker, evaluator, sponsor, stranger, successor, arbitrator, address(module)];
    }

    function _books(Step memory step) private view returns (Books memory books) {
        address[8] memory people = _people();
        books.task = keccak256(abi.encode(escrow.taskOf(step.taskId)));
        for (uint256 i; i < people.length; ++i) {
            books.deposits = keccak256(abi.encode(books.deposits, escrow.depositOf(people[i], HOME, people[i], money)));
            books.deposits = keccak256(abi.encode(books.deposits, escrow.depositOf(people[i], HOME, worker, money)));
            books.credits[i] = escrow.creditOf(people[i], money);
            books.held[i] = money.code.length == 0 ? 0 : _zoo.heldBy(people[i]);
        }
    }

    function _become(uint256 breed) private {
        if (breed == CODELESS) vm.etch(money, "");
        else _zoo.become(Breed(breed));
    }

    /// @dev Whether a push in such a token cannot succeed.
    function _isCredited(uint256 breed, address to) private view returns (bool) {
        if (breed == uint256(Breed.Blocklist)) return to == worker;
        return
            breed == uint256(Breed.SayFalse) ||
            breed == uint256(Breed.Revert) ||
            breed == uint256(Breed.RevertBomb) ||
            breed == uint256(Breed.EatGas);
    }

    /// @dev Whether money in such a token cannot come in: what arrives is not what was asked for, or cannot be told.
    function _isRefused(uint256 breed) private pure returns (bool) {
        return
            breed == uint256(Breed.SayFalse) ||
            breed == uint256(Breed.SayTrueMoveNothing) ||
            breed == uint256(Breed.Revert) ||
            breed == uint256(Breed.RevertBomb) ||
            breed == uint256(Breed.EatGas) ||
            breed == uint256(Breed.FeeIn) ||
            breed == uint256(Breed.RebaseUp) ||
            breed == uint256(Breed.RebaseDown) ||
            breed == uint256(Breed.GiveMore) ||
            breed == uint256(Breed.BalanceStuck) ||
            breed == uint256(Breed.BalanceWild) ||
            breed == uint256(Breed.BalanceReverts) ||
            breed == uint256(Breed.KeepAll) ||
            breed == CODELESS;
    }

    function _call(Step memory step) private returns (bool success) {
        bytes memory call = step.call;
        vm.prank(step.by);
        (success, ) = address(escrow).call{gas: 4_000_000}(call);
    }

    function _assertOthersUntouched(string memory name) private view {
        vm.assertEq(coin.balanceOf(address(escrow)), OTHERS, name);
        vm.assertEq(address(escrow).balance, OTHERS, name);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(coin)), OTHERS, name);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, address(0)), OTHERS, name);
    }

    /// @dev The same step as a plain token takes it, then as this breed does.
    function _compare(Step memory step, uint256 breed, Books memory before, Books memory plain) private {
        string memory name = string.concat(step.name, ", breed ", vm.toString(breed));
        uint256 snapshot = vm.snapshotState();
        _become(breed);
        bool success = _call(step);
        Books memory books = _books(step);
        _assertOthersUntouched(name);
        vm.assertTrue(success || step.mayFail, string.concat(name, ": fails"));
        Books memory expected = success ? plain : before;
        vm.assertEq(books.task, expected.task, string.concat(name, ": task"));
        vm.assertEq(books.deposits, expected.deposits, string.concat(name, ": deposits"));
        address[8] memory people = _people();
        for (uint256 i; i < people.length; ++i) {
            uint256 credit = expected.credits[i];
            if (!step.mayFail && _isCredited(breed, people[i])) credit += plain.held[i] - before.held[i];
            vm.assertEq(books.credits[i], credit, string.concat(name, ": credit of ", vm.toString(i)));
        }
        vm.revertToState(snapshot);
    }

    /// @dev Made and funded as a plain token, then upgraded to the breed. So every path meets every breed.
    function test_tokens_that_change_after_the_money_is_in() public {
        function() internal returns (Step memory)[32] memory all = paths();
        for (uint256 i; i < all.length; ++i) {
            uint256 start = vm.snapshotState();
            Step memory step = all[i]();
            Books memory before = _books(step);
            uint256 snapshot = vm.snapshotState();
            vm.assertTrue(_call(step), step.name);
            Books memory plain = _books(step);
            vm.revertToState(snapshot);
            for (uint256 breed; breed <= CODELESS; ++breed) _compare(step, breed, before, plain);
            vm.revertToState(start);
        }
    }

    /// @dev Money comes in exactly, or not at all.
    function test_tokens_that_do_not_bring_what_they_say_are_refused() public {
        function() internal returns (Step memory)[32] memory all = paths();
        uint256[6] memory ways = [uint256(0), 1, 2, 14, 23, 30];
        for (uint256 i; i < ways.length; ++i) {
            uint256 start = vm.snapshotState();
            Step memory step = all[ways[i]]();
            for (uint256 breed; breed <= CODELESS; ++breed) {
                if (breed == uint256(Breed.Blocklist)) continue;
                uint256 snapshot = vm.snapshotState();
                _become(breed);
                vm.assertTrue(_call(step) != _isRefused(breed), string.concat(step.name, ", breed ", vm.toString(breed)));
                vm.revertToState(snapshot);
            }
            vm.revertToState(start);
        }
    }

    function take(uint256 path) external returns (Step memory step) {
        step = paths()[path]();
        vm.assertTrue(_call(step) || step.mayFail, step.name);
    }

    /// @dev So from the start: whatever becomes of it, only its own users see it.
    function test_tokens_that_were_so_from_the_start() public {
        uint256 steps = paths().length;
        for (uint256 breed; breed < BREEDS; ++breed) {
            for (uint256 i; i < steps; ++i) {
                uint256 snapshot = vm.snapshotState();
                _become(breed);
                try this.take{gas: 12_000_000}(i) {} catch {}
                _assertOthersUntouched(string.concat("path ", vm.toString(i), ", breed ", vm.toString(breed)));
                vm.assertEq(escrow.creditOf(address(0xBAD), money), 0);
                vm.assertEq(_zoo.heldBy(address(0xBAD)), 0, "a hook got through");
                vm.revertToState(snapshot);
            }
        }
    }

    /// @dev All amounts at their most.
    /// @dev What the worker gets of a dispute over the most that terms can hold, in every place of money.
    function _hugeDispute() private returns (Terms memory terms, uint256 most, uint256 earned) {
        most = type(uint128).max;
        terms = fullTerms();
        terms.token = money;
        (terms.reward, terms.evaluatorFee, terms.triggerReward) = (uint128(most), uint128(most), uint128(most));
        (terms.workerBond, terms.disputeBond) = (uint128(most), uint128(most));
        fund(money, requester, 5 * most);
        fund(money, worker, 5 * most);
        contestByRequester(terms, 9_999);
        counterBy(worker, terms);
        mark(terms);
        earned = (most * 3_333) / 10_000 + (2 * most * 3_333) / 10_000;
    }

    function test_huge_amounts() public {
        (Terms memory terms, uint256 most, uint256 earned) = _hugeDispute();
        vm.prank(arbitrator);
        escrow.rule(terms, work(), 3_333);
        assertPaidOut(terms, earned, 5 * most - earned, 0, 0);
        assertFree(terms, most);
    }

    function test_huge_credits() public {
        (Terms memory terms, , uint256 earned) = _hugeDispute();
        _become(uint256(Breed.Blocklist));
        vm.prank(arbitrator);
        escrow.rule(terms, work(), 3_333);
        vm.assertEq(escrow.creditOf(worker, money), earned);
    }

    /// @dev A credit may be sent to the escrow itself: then it is nobody's, and nobody else loses.
    function test_a_credit_sent_to_the_escrow_takes_from_nobody() public {
        Step memory step = paths()[31]();
        uint256 held = _zoo.heldBy(address(escrow));
        step.call = abi.encodeCall(ITaskReviews.withdrawTo, (money, address(escrow)));
        vm.assertTrue(_call(step));
        vm.assertEq(_zoo.heldBy(address(escrow)), held);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, money), OTHERS);
        _become(uint256(Breed.NoSelf));
        vm.assertFalse(_call(step));
    }
}
