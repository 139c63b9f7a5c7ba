// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice Deposits, and the pause.
/// - deposit: native and token; wrong value; token without code
/// - withdrawDeposit: by the sponsor, up to what is free; by anyone else there is nothing
/// - withdrawTo: nothing to withdraw
/// - pause: only opening and claiming; by the guardian; at most 7 days from its start; a gap before the next
contract DepositsTest is TaskWorld {
    function test_deposit_and_withdraw() public {
        depositFor(sponsor, 77, worker, address(coin), 100);
        vm.assertEq(escrow.depositOf(sponsor, 77, worker, address(coin)), 100);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.BondWithdrawn(sponsor, 77, worker, address(coin), 40);
        vm.prank(sponsor);
        escrow.withdrawDeposit(77, worker, address(coin), 40);
        vm.assertEq(escrow.depositOf(sponsor, 77, worker, address(coin)), 60);
        vm.assertEq(coin.balanceOf(sponsor), 1e12 - 60);
    }

    function test_a_deposit_is_told() public {
        vm.expectEmit(address(escrow));
        emit ITaskRecords.BondDeposited(sponsor, 77, worker, address(coin), 100);
        vm.prank(sponsor);
        escrow.deposit(77, worker, address(coin), 100);
    }

    function test_native_deposit_and_withdraw() public {
        depositFor(sponsor, HOME, worker, address(0), 100);
        vm.prank(sponsor);
        escrow.withdrawDeposit(HOME, worker, address(0), 100);
        vm.assertEq(sponsor.balance, 100);
    }

    function test_RevertWhen_more_than_free() public {
        Terms memory terms = newTerms();
        bytes32 taskId = openTask(terms);
        depositFor(sponsor, HOME, worker, address(coin), BOND + 5);
        vm.prank(worker);
        escrow.claim(taskId, claimTermsOf(terms), sponsor);
        vm.prank(sponsor);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, sponsor, 5, 6));
        escrow.withdrawDeposit(HOME, worker, address(coin), 6);
        vm.prank(sponsor);
        escrow.withdrawDeposit(HOME, worker, address(coin), 5);
    }

    function test_RevertWhen_another_withdraws() public {
        depositFor(sponsor, HOME, worker, address(coin), 100);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.DepositInsufficient.selector, worker, 0, 1));
        escrow.withdrawDeposit(HOME, worker, address(coin), 1);
    }

    /// @dev No part of the key may be exchanged for another.
    function testFuzz_every_deposit_stands_alone(address from, uint256 chainId, address account, address token) public {
        depositFor(sponsor, HOME, worker, address(coin), 100);
        bool isSame = from == sponsor && chainId == HOME && account == worker && token == address(coin);
        vm.assertEq(escrow.depositOf(from, chainId, account, token), isSame ? 100 : 0);
        vm.assertEq(escrow.depositOf(from, HOME, worker, address(coin)), from == sponsor ? 100 : 0);
        vm.assertEq(escrow.depositOf(sponsor, chainId, worker, address(coin)), chainId == HOME ? 100 : 0);
        vm.assertEq(escrow.depositOf(sponsor, HOME, account, address(coin)), account == worker ? 100 : 0);
        vm.assertEq(escrow.depositOf(sponsor, HOME, worker, token), token == address(coin) ? 100 : 0);
    }

    function test_RevertWhen_the_value_is_not_the_amount() public {
        vm.deal(sponsor, 100);
        vm.prank(sponsor);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), 10, 9));
        escrow.deposit{value: 9}(HOME, worker, address(0), 10);
        vm.prank(sponsor);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, address(0), 0, 9));
        escrow.deposit{value: 9}(HOME, worker, address(coin), 9);
    }

    function test_RevertWhen_the_token_has_no_code() public {
        vm.prank(sponsor);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.TokenInvalid.selector, address(0xDEAD)));
        escrow.deposit(HOME, worker, address(0xDEAD), 0);
    }

    function test_RevertWhen_there_is_no_credit() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.CreditEmpty.selector, stranger, address(coin)));
        escrow.withdrawTo(address(coin), stranger);
    }

    // pause

    function test_a_pause_stops_only_new_exposure() public {
        Terms memory toClaim = newTerms();
        bytes32 claimId = openTask(toClaim);
        Terms memory toSubmit = newTerms();
        toSubmit.salt = keccak256("submit");
        bytes32 submitId = assignTask(toSubmit);
        Terms memory toLapse = newTerms();
        toLapse.salt = keccak256("lapse");
        assignTask(toLapse);
        Terms memory toOpen = newTerms();
        toOpen.salt = keccak256("open");
        depositFor(worker, HOME, worker, address(coin), BOND);

        escrow.pause(1 days);
        uint40 until = uint40(block.timestamp + 1 days);
        vm.prank(requester);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.EscrowPaused.selector, until));
        escrow.open(toOpen);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.EscrowPaused.selector, until));
        escrow.claimWith(toClaim, worker, 0);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.EscrowPaused.selector, until));
        escrow.claim(claimId, claimTermsOf(toClaim), worker);

        vm.prank(worker);
        escrow.submit(submitId, 1, 0);
        vm.prank(evaluator);
        escrow.decide(toSubmit, Work(worker, 1, 0), 10_000);
        vm.warp(block.timestamp + WORK + GRACE + 1);
        escrow.lapse(toLapse);
        vm.prank(requester);
        escrow.cancel(toLapse);
        vm.prank(worker);
        escrow.withdrawDeposit(HOME, worker, address(coin), BOND);
        depositFor(worker, HOME, worker, address(coin), BOND);

        vm.warp(until);
        vm.prank(worker);
        escrow.claim(claimId, claimTermsOf(toClaim), worker);
    }

    function test_RevertWhen_a_stranger_pauses() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        escrow.pause(1);
    }

    function test_RevertWhen_a_pause_is_too_long() public {
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PauseTooLong.selector, 7 days + 1, 7 days));
        escrow.pause(7 days + 1);
        escrow.pause(3 days);
        vm.warp(block.timestamp + 2 days);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PauseTooLong.selector, 5 days + 1, 5 days));
        escrow.pause(5 days + 1);
        escrow.pause(5 days);
        vm.assertEq(uint256(escrow.pausedUntil()), block.timestamp + 5 days);
    }

    function test_RevertWhen_paused_again_without_a_gap() public {
        escrow.pause(7 days);
        vm.warp(block.timestamp + 7 days + 1);
        uint40 notBefore = uint40(block.timestamp - 1 + 7 days);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PauseTooSoon.selector, notBefore));
        escrow.pause(1);
        vm.warp(notBefore);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PauseTooSoon.selector, notBefore));
        escrow.pause(1);
        vm.warp(notBefore + 1);
        escrow.pause(1);
    }

    /// @dev In the second in which it ends a pause is over, and yet the same: it may go on to its 7 days, not beyond.
    function test_a_pause_goes_on_in_the_second_of_its_end() public {
        escrow.pause(3 days);
        vm.warp(block.timestamp + 3 days);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.PauseTooLong.selector, 4 days + 1, 4 days));
        escrow.pause(4 days + 1);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.PausedUntil(uint40(block.timestamp + 4 days));
        escrow.pause(4 days);
    }

    function test_a_pause_may_end_early() public {
        escrow.pause(7 days);
        vm.warp(block.timestamp + 1 hours);
        escrow.pause(0);
        assertState(openTask(newTerms()), TaskState.Open);
    }

    /// @dev Whatever a guardian does, in any 14 days the escrow is open for 7.
    function testFuzz_a_guardian_cannot_keep_it_shut(uint32[20] memory waits, uint32[20] memory durations) public {
        uint256 start = block.timestamp;
        uint256 shut;
        for (uint256 i; i < waits.length && block.timestamp < start + 14 days; ++i) {
            (bool success, ) = address(escrow).call(abi.encodeCall(escrow.pause, (uint40(durations[i] % 8 days))));
            success;
            uint256 step = (waits[i] % 2 days) + 1;
            uint256 until = escrow.pausedUntil();
            if (until > block.timestamp) shut += until < block.timestamp + step ? until - block.timestamp : step;
            vm.warp(block.timestamp + step);
        }
        vm.assertLe(shut, 7 days);
    }
}
