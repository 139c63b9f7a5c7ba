// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IAgentRegistry} from "../../../contracts/agents/IAgentRegistry.sol";
import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {PushPayment} from "../../../contracts/tasks/PushPayment.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {HostilePayee, Taking} from "../mocks/HostilePayees.sol";
import {HostileToken, Trick} from "../mocks/HostileTokens.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice Tokens and payees that want to take more, or to keep others from their money.
/// - money in: every token that does not bring exactly the amount is refused
/// - money out: every token or payee that cannot be paid leaves a credit, and never a revert, whatever gas it wants
/// - too little gas reverts, it never turns a payment into a credit
/// - nothing that is being paid can call any function that changes state
contract HostileTest is TaskWorld {
    HostileToken private _token;
    HostilePayee private _payee;
    bytes32 private constant WORK_HASH = keccak256("work");

    function setUp() public override {
        super.setUp();
        _token = new HostileToken();
        _payee = new HostilePayee();
        fund(address(_token), requester, 1e12);
        fund(address(_token), worker, 1e12);
    }

    function _terms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(_token);
    }

    // money in

    function _refuseIn(Trick trick, bytes memory reason) private {
        _token.behave(trick, Trick.None);
        vm.prank(requester);
        vm.expectRevert(reason);
        escrow.open(_terms());
        vm.prank(worker);
        vm.expectRevert(reason);
        escrow.deposit(HOME, worker, address(_token), REWARD);
    }

    function test_RevertWhen_a_token_brings_another_amount() public {
        _refuseIn(Trick.Fee, abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, _token, REWARD, REWARD - REWARD / 100));
        _refuseIn(Trick.Lie, abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, _token, REWARD, 0));
        _refuseIn(Trick.SayFalse, abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, _token));
        _refuseIn(Trick.Revert, abi.encodeWithSignature("Error(string)", "no"));
    }

    function test_RevertWhen_a_token_takes_what_was_there() public {
        _token.mint(address(escrow), 5);
        _refuseIn(Trick.Shrink, abi.encodeWithSelector(ITaskRecords.AmountMismatch.selector, _token, REWARD, 0));
    }

    function test_a_token_may_say_nothing() public {
        _token.behave(Trick.SayNothing, Trick.SayNothing);
        Terms memory terms = _terms();
        submitTask(terms, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(_token.balanceOf(worker), 1e12 - BOND + REWARD);
        vm.assertEq(escrow.creditOf(worker, address(_token)), 0);
    }

    /// @dev While its transfer runs, the token calls back with everything that changes state.
    function test_a_token_cannot_reenter_on_the_way_in() public {
        Terms memory terms = _terms();
        bytes[] memory calls = _calls(terms);
        for (uint256 i; i < calls.length; ++i) {
            _token.behave(Trick.Reenter, Trick.None);
            _token.aim(address(escrow), calls[i]);
            vm.prank(worker);
            escrow.deposit(HOME, worker, address(_token), 10);
            _expectGuarded(_token.reentered(), _token.reason(), i);
        }
    }

    // money out: tokens

    function _settleWith(Trick trick) private returns (Terms memory terms) {
        terms = _terms();
        terms.salt = bytes32(uint256(trick));
        _token.behave(Trick.None, Trick.None);
        bytes32 taskId = submitTask(terms, WORK_HASH);
        _token.behave(Trick.None, trick);
        vm.prank(evaluator);
        uint256 gasBefore = gasleft();
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 5_000);
        vm.assertLt(gasBefore - gasleft(), 700_000);
        assertState(taskId, TaskState.Settled);
    }

    function _expectCredits(Trick trick) private {
        uint256 workerBefore = escrow.creditOf(worker, address(_token));
        uint256 requesterBefore = escrow.creditOf(requester, address(_token));
        _settleWith(trick);
        vm.assertEq(escrow.creditOf(worker, address(_token)) - workerBefore, REWARD / 2, "worker");
        vm.assertEq(escrow.creditOf(requester, address(_token)) - requesterBefore, REWARD - REWARD / 2, "requester");
    }

    function test_a_token_that_cannot_pay_leaves_credits() public {
        _expectCredits(Trick.SayFalse);
        _expectCredits(Trick.Revert);
        _expectCredits(Trick.RevertHuge);
        _expectCredits(Trick.EatGas);
    }

    function test_a_credit_is_told() public {
        Terms memory terms = _terms();
        submitTask(terms, WORK_HASH);
        _token.behave(Trick.None, Trick.Revert);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.PaymentCredited(worker, address(_token), REWARD);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
    }

    /// @dev It moved the money and then answered nonsense: its own users bear that the escrow takes it for a failure.
    function test_a_token_that_answers_nonsense_leaves_credits() public {
        _expectCredits(Trick.SayShort);
        _expectCredits(Trick.SayTwo);
    }

    function test_a_huge_answer_does_no_harm() public {
        _settleWith(Trick.ReturnHuge);
        vm.assertEq(escrow.creditOf(worker, address(_token)), 0);
        vm.assertEq(_token.balanceOf(worker), 1e12 - BOND + REWARD / 2);
    }

    function test_a_credit_goes_where_its_owner_says_once() public {
        _expectCredits(Trick.Revert);
        _token.behave(Trick.None, Trick.None);
        vm.expectEmit(address(escrow));
        emit ITaskRecords.CreditWithdrawn(worker, address(_token), stranger, REWARD / 2);
        vm.prank(worker);
        escrow.withdrawTo(address(_token), stranger);
        vm.assertEq(_token.balanceOf(stranger), REWARD / 2);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(ITaskRecords.CreditEmpty.selector, worker, _token));
        escrow.withdrawTo(address(_token), stranger);
    }

    function test_a_credit_stays_when_its_withdrawal_fails() public {
        _expectCredits(Trick.Revert);
        vm.prank(worker);
        vm.expectRevert();
        escrow.withdrawTo(address(_token), stranger);
        vm.assertEq(escrow.creditOf(worker, address(_token)), REWARD / 2);
    }

    function test_a_token_cannot_reenter_on_the_way_out() public {
        Terms memory terms = _terms();
        bytes[] memory calls = _calls(terms);
        for (uint256 i; i < calls.length; ++i) {
            terms.salt = bytes32(i);
            _token.behave(Trick.None, Trick.None);
            openTask(terms);
            _token.behave(Trick.None, Trick.Reenter);
            _token.aim(address(escrow), calls[i]);
            vm.prank(requester);
            escrow.cancel(terms);
            _expectGuarded(_token.reentered(), _token.reason(), i);
        }
    }

    /// @dev A bad token touches nobody's money in another.
    function test_a_bad_token_touches_no_other() public {
        Terms memory good = newTerms();
        openTask(good);
        uint256 held = coin.balanceOf(address(escrow));
        _expectCredits(Trick.EatGas);
        vm.assertEq(coin.balanceOf(address(escrow)), held);
        vm.assertEq(escrow.creditOf(worker, address(coin)), 0);
    }

    // money out: payees of native coin

    function _nativeTermsOf(address requester_, bytes32 salt) private view returns (Terms memory terms) {
        terms = newNativeTerms();
        terms.requester = requester_;
        terms.salt = salt;
    }

    function _expectNativeCredit(Taking taking) private {
        _payee.behave(taking);
        Terms memory terms = _nativeTermsOf(requester, bytes32(uint256(taking)));
        openTask(terms);
        depositFor(sponsor, HOME, address(_payee), address(0), BOND);
        _payee.act(address(escrow), 0, abi.encodeCall(escrow.claim, (escrow.taskIdOf(terms), claimTermsOf(terms), sponsor)));
        _payee.act(address(escrow), 0, abi.encodeCall(escrow.submit, (escrow.taskIdOf(terms), 1, WORK_HASH)));
        uint256 before = escrow.creditOf(address(_payee), address(0));
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        uint256 gasBefore = gasleft();
        vm.prank(stranger);
        escrow.settle(terms, Work(address(_payee), 1, WORK_HASH));
        vm.assertLt(gasBefore - gasleft(), 500_000);
        vm.assertEq(escrow.creditOf(address(_payee), address(0)) - before, REWARD);
    }

    function test_a_payee_that_cannot_be_paid_is_credited() public {
        _expectNativeCredit(Taking.Refuse);
        _expectNativeCredit(Taking.RefuseHuge);
        _expectNativeCredit(Taking.EatGas);
        _payee.act(address(escrow), 0, abi.encodeCall(escrow.withdrawTo, (address(0), stranger)));
        vm.assertEq(stranger.balance, 3 * uint256(REWARD));
    }

    /// @dev The worker chose a payout account that cannot be paid: the worker is credited, not that account.
    function test_the_worker_is_credited_for_its_payout_account() public {
        _payee.behave(Taking.Refuse);
        vm.prank(worker);
        registry.setPayout(address(_payee));
        Terms memory terms = newNativeTerms();
        submitTask(terms, WORK_HASH);
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(escrow.creditOf(worker, address(0)), REWARD);
        vm.assertEq(escrow.creditOf(address(_payee), address(0)), 0);
    }

    function test_a_registry_that_fails_does_not_stop_the_pay() public {
        Terms memory terms = newTerms();
        submitTask(terms, WORK_HASH);
        vm.etch(address(registry), hex"fe");
        vm.prank(evaluator);
        escrow.decide(terms, Work(worker, 1, WORK_HASH), 10_000);
        vm.assertEq(coin.balanceOf(worker), 1e12 - BOND + REWARD);
    }

    function test_a_payee_cannot_reenter() public {
        Terms memory other = newTerms();
        bytes[] memory calls = _calls(other);
        _payee.behave(Taking.Reenter);
        for (uint256 i; i < calls.length; ++i) {
            Terms memory terms = _nativeTermsOf(address(_payee), bytes32(i));
            vm.deal(address(this), REWARD);
            _payee.act{value: REWARD}(address(escrow), REWARD, abi.encodeCall(escrow.open, (terms)));
            _payee.aim(address(escrow), calls[i]);
            _payee.act(address(escrow), 0, abi.encodeCall(escrow.cancel, (terms)));
            vm.assertTrue(_payee.wasCalled());
            _expectGuarded(_payee.reentered(), _payee.reason(), i);
        }
    }

    /// @dev From no gas to plenty: the whole call reverts, or the payee is paid. Never a credit.
    function test_short_gas_never_becomes_a_credit() public {
        Terms memory terms = newNativeTerms();
        bytes32 taskId = submitTask(terms, WORK_HASH);
        vm.warp(block.timestamp + REVIEW + GRACE + 1);
        bytes memory call = abi.encodeCall(escrow.settle, (terms, workOf(WORK_HASH)));
        uint256 snapshot = vm.snapshotState();
        uint256 settled;
        for (uint256 gas = 20_000; gas <= 520_000; gas += 2_500) {
            (bool success, ) = address(escrow).call{gas: gas}(call);
            if (success) ++settled;
            vm.assertEq(escrow.creditOf(worker, address(0)), 0, "credited");
            vm.assertEq(worker.balance, success ? REWARD : 0);
            vm.assertTrue((stateOf(taskId) == TaskState.Settled) == success);
            vm.revertToState(snapshot);
            snapshot = vm.snapshotState();
        }
        vm.assertGt(settled, 50);
    }

    function test_short_gas_says_so() public {
        Terms memory terms = newNativeTerms();
        openTask(terms);
        vm.prank(requester);
        (bool success, bytes memory reason) = address(escrow).call{gas: 120_000}(abi.encodeCall(escrow.cancel, (terms)));
        vm.assertFalse(success);
        vm.assertEq(bytes32(bytes4(reason)), bytes32(PushPayment.PaymentGasShort.selector));
    }

    /// @dev Everything that changes state, except what the gateway or governance calls.
    function _calls(Terms memory terms) private view returns (bytes[] memory calls) {
        calls = new bytes[](11);
        calls[0] = abi.encodeCall(escrow.open, (terms));
        calls[1] = abi.encodeCall(escrow.cancel, (terms));
        calls[2] = abi.encodeCall(escrow.expire, (terms));
        calls[3] = abi.encodeCall(escrow.claim, (escrow.taskIdOf(terms), claimTermsOf(terms), worker));
        calls[4] = abi.encodeCall(escrow.submit, (escrow.taskIdOf(terms), 1, WORK_HASH));
        calls[5] = abi.encodeCall(escrow.decide, (terms, workOf(WORK_HASH), 0));
        calls[6] = abi.encodeCall(escrow.settle, (terms, workOf(WORK_HASH)));
        calls[7] = abi.encodeCall(escrow.lapse, (terms));
        calls[8] = abi.encodeCall(escrow.deposit, (HOME, worker, address(_token), 0));
        calls[9] = abi.encodeCall(escrow.withdrawDeposit, (HOME, worker, address(_token), 0));
        calls[10] = abi.encodeCall(escrow.withdrawTo, (address(0), stranger));
    }

    function _expectGuarded(bool reentered, bytes memory reason, uint256 index) private pure {
        vm.assertFalse(reentered, "reentered");
        vm.assertEq(
            bytes32(bytes4(reason)),
            bytes32(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
            index == 0 ? "open" : "another call"
        );
    }
}
