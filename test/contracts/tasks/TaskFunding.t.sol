// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {ISignatureTransfer} from "../../../contracts/tasks/ISignatureTransfer.sol";
import {ITaskFunding, PaymentAuthorization, PaymentPermit, Posting} from "../../../contracts/tasks/ITaskFunding.sol";
import {ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {AuthorizedToken} from "../mocks/AuthorizedToken.sol";
import {MockPermit2} from "../mocks/MockPermit2.sol";
import {FundingWorld} from "./FundingWorld.sol";

/// openWithPermit, openWithAuthorization, openMany
/// ├── when a payer signed for other terms, another amount, token, spender or nonce, or not at all: reverts
/// ├── when the requester did not sign, or took it back: reverts, and the payer's signature is still good
/// ├── when the token keeps, doubles or leaves something: reverts, all of it
/// └── otherwise: the task is open, and nothing stays here
contract TaskFundingTest is FundingWorld {
    // Permit2

    function test_PermitPaysForOneTask() public {
        Terms memory terms = newTerms();
        terms.evaluatorFee = 11;
        terms.triggerReward = 7;
        uint256 before = coin.balanceOf(payer);
        Posting memory posting = postingOf(terms);
        PaymentPermit memory permit = permitOf(terms, address(funding), totalOf(terms), 5);
        // Whoever brings it first, it is the same task.
        vm.prank(stranger);
        bytes32 taskId = funding.openWithPermit(posting, permit);
        assertState(taskId, TaskState.Open);
        vm.assertEq(before - coin.balanceOf(payer), totalOf(terms));
        assertNothingStays(address(coin));

        permit = permitOf(terms, address(funding), totalOf(terms), 6);
        expectWrongState(taskId, TaskState.None, TaskState.Open);
        funding.openWithPermit(posting, permit);
    }

    function test_RevertWhen_TheTermsDifferFromTheWitness() public {
        Terms memory signed = newTerms();
        Terms memory other = newTerms();
        PaymentPermit memory permit = permitOf(signed, address(funding), totalOf(signed), 0);
        // A stranger wants the payer to pay for a task of its own.
        other.requester = vm.addr(77);
        Posting memory posting = Posting(other, expiry, signPosting(77, other));
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        funding.openWithPermit(posting, permit);
        other = newTerms();
        other.evaluator = stranger;
        posting = postingOf(other);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        funding.openWithPermit(posting, permit);
        // The permit is still good for what it was signed for.
        funding.openWithPermit(postingOf(signed), permit);
    }

    function test_RevertWhen_APermitIsForAnotherSpenderAmountOrPayer() public {
        Terms memory terms = newTerms();
        Posting memory posting = postingOf(terms);
        PaymentPermit memory permit = permitOf(terms, stranger, totalOf(terms), 0);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        funding.openWithPermit(posting, permit);
        permit = permitOf(terms, address(funding), totalOf(terms) + 1, 0);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        funding.openWithPermit(posting, permit);
        permit = permitOf(terms, address(funding), totalOf(terms), 0);
        permit.payer = requester;
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        funding.openWithPermit(posting, permit);
        // Straight from Permit2 it is worth nothing: the spender is signed.
        permit.payer = payer;
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        vm.prank(stranger);
        permit2.permitWitnessTransferFrom(
            ISignatureTransfer.PermitTransferFrom(ISignatureTransfer.TokenPermissions(address(coin), REWARD), 0, expiry),
            ISignatureTransfer.SignatureTransferDetails(stranger, REWARD),
            payer,
            taskId,
            "bytes32 taskId)TokenPermissions(address token,uint256 amount)",
            permit.signature
        );
    }

    function test_RevertGiven_TheRequesterRevoked() public {
        Terms memory terms = newTerms();
        Posting memory posting = postingOf(terms);
        PaymentPermit memory permit = permitOf(terms, address(funding), totalOf(terms), 0);
        vm.prank(requester);
        escrow.revoke(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        uint256 before = coin.balanceOf(payer);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        funding.openWithPermit(posting, permit);
        vm.assertEq(coin.balanceOf(payer), before);
        vm.assertEq(permit2.nonceBitmap(payer, 0), 0);
    }

    function test_RevertWhen_TheRequesterDidNotSign() public {
        Terms memory terms = newTerms();
        Posting memory posting = Posting(terms, expiry, signPosting(PAYER_KEY, terms));
        PaymentPermit memory permit = permitOf(terms, address(funding), totalOf(terms), 0);
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        funding.openWithPermit(posting, permit);
        posting = postingOf(terms);
        vm.warp(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(MockPermit2.SignatureExpired.selector, expiry));
        funding.openWithPermit(posting, permit);
    }

    function test_RevertWhen_TheTokenHasNoCode() public {
        address[2] memory tokens = [address(0), stranger];
        for (uint256 i; i < 2; ++i) {
            Terms memory terms = newTerms();
            terms.token = tokens[i];
            Posting memory posting = postingOf(terms);
            PaymentPermit memory permit = permitOf(terms, address(funding), totalOf(terms), 0);
            PaymentAuthorization memory authorization = authorizationOf(terms, address(funding), totalOf(terms), escrow.taskIdOf(terms));
            vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingTokenInvalid.selector, tokens[i]));
            funding.openWithPermit(posting, permit);
            vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingTokenInvalid.selector, tokens[i]));
            funding.openWithAuthorization(posting, authorization);
        }
    }

    /// @dev Whatever a task needs, the payer pays that, the escrow has it, and nothing stays here.
    function testFuzz_ThePayerPaysWhatTheTermsSay(uint32 reward, uint32 fee, uint32 trigger, uint32 gift, bool isAuthorized) public {
        Terms memory terms = isAuthorized ? authTerms() : newTerms();
        (terms.reward, terms.evaluatorFee, terms.triggerReward) = (reward, fee, trigger);
        uint256 amount = totalOf(terms);
        AuthorizedToken token = AuthorizedToken(terms.token);
        token.mint(payer, amount);
        token.mint(address(funding), gift);
        uint256 before = token.balanceOf(payer);
        if (isAuthorized) {
            funding.openWithAuthorization(postingOf(terms), authorizationOf(terms, address(funding), amount, escrow.taskIdOf(terms)));
        } else {
            funding.openWithPermit(postingOf(terms), permitOf(terms, address(funding), amount, 0));
        }
        vm.assertEq(before - token.balanceOf(payer), amount);
        vm.assertEq(token.balanceOf(address(escrow)), amount);
        vm.assertEq(token.balanceOf(address(funding)), gift);
        vm.assertEq(token.allowance(address(funding), address(escrow)), 0);
    }

    /// @dev The selector of the deployed Permit2.
    function test_TheInterfaceIsThatOfPermit2() public pure {
        vm.assertTrue(ISignatureTransfer.permitWitnessTransferFrom.selector == 0x137c29fe);
    }

    // EIP-3009

    function test_AnAuthorizationPaysForOneTask() public {
        Terms memory terms = authTerms();
        Posting memory posting = postingOf(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization memory authorization = authorizationOf(terms, address(funding), totalOf(terms), taskId);
        vm.prank(stranger);
        funding.openWithAuthorization(posting, authorization);
        assertState(taskId, TaskState.Open);
        vm.assertTrue(token.authorizationState(payer, taskId));
        assertNothingStays(address(token));

        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, payer, taskId));
        funding.openWithAuthorization(posting, authorization);
    }

    function test_RevertWhen_AnAuthorizationIsForSomethingElse() public {
        Terms memory terms = authTerms();
        Posting memory posting = postingOf(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization[4] memory wrong = [
            authorizationOf(terms, address(funding), totalOf(terms), keccak256("another task")),
            authorizationOf(terms, stranger, totalOf(terms), taskId),
            authorizationOf(terms, address(funding), totalOf(terms) + 1, taskId),
            authorizationOf(terms, address(funding), totalOf(terms), taskId)
        ];
        wrong[3].payer = requester;
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
            funding.openWithAuthorization(posting, wrong[i]);
        }
    }

    /// @dev Nobody but this contract can use it up, so nobody can leave the payer poorer without the task.
    function test_RevertWhen_AnAuthorizationIsTakenElsewhere() public {
        Terms memory terms = authTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        uint256 amount = totalOf(terms);
        PaymentAuthorization memory a = authorizationOf(terms, address(funding), amount, taskId);
        vm.expectRevert();
        vm.prank(stranger);
        token.receiveWithAuthorization(payer, address(funding), amount, a.validAfter, a.validBefore, taskId, a.v, a.r, a.s);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vm.prank(stranger);
        token.transferWithAuthorization(payer, address(funding), amount, a.validAfter, a.validBefore, taskId, a.v, a.r, a.s);
    }

    function test_RevertGiven_TheAuthorizedTaskWasRevoked() public {
        Terms memory terms = authTerms();
        Posting memory posting = postingOf(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization memory authorization = authorizationOf(terms, address(funding), totalOf(terms), taskId);
        vm.prank(requester);
        escrow.revoke(terms);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        funding.openWithAuthorization(posting, authorization);
        vm.assertFalse(token.authorizationState(payer, taskId));
    }

    // Many

    function test_ManyTasksOfManyTokensInOneTransaction() public {
        Posting[] memory postings = _three();
        coin.mint(stranger, 2 * uint256(REWARD));
        vm.deal(stranger, REWARD);
        vm.startPrank(stranger);
        coin.approve(address(funding), 2 * uint256(REWARD));
        bytes32[] memory taskIds = funding.openMany{value: REWARD}(postings);
        vm.stopPrank();
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(taskIds[i], escrow.taskIdOf(postings[i].terms));
            assertState(taskIds[i], TaskState.Open);
        }
        vm.assertEq(coin.balanceOf(stranger), 0);
        vm.assertEq(stranger.balance, 0);
        assertNothingStays(address(coin));
    }

    function test_RevertWhen_OneOfManyCannotBePosted() public {
        Posting[] memory postings = _three();
        postings[2] = postings[0];
        coin.mint(stranger, 3 * uint256(REWARD));
        vm.deal(stranger, REWARD);
        vm.startPrank(stranger);
        coin.approve(address(funding), 3 * uint256(REWARD));
        vm.expectPartialRevert(ITaskRecords.TaskWrongState.selector);
        funding.openMany{value: REWARD}(postings);
        vm.stopPrank();
        vm.assertEq(coin.balanceOf(stranger), 3 * uint256(REWARD));
        assertState(escrow.taskIdOf(postings[0].terms), TaskState.None);
    }

    function test_RevertWhen_TheValueIsNotTheSum() public {
        Posting[] memory postings = new Posting[](2);
        Terms memory terms = newNativeTerms();
        postings[0] = postingOf(terms);
        terms = newNativeTerms();
        terms.salt = "two";
        postings[1] = postingOf(terms);
        vm.deal(stranger, 1 ether);
        uint256 sum = 2 * uint256(REWARD);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingValueWrong.selector, sum, 0));
        funding.openMany(postings);
        // Coins that are here by mistake do not pay either.
        vm.deal(address(funding), 1 ether);
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingValueWrong.selector, sum, sum - 1));
        funding.openMany{value: sum - 1}(postings);
        vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingValueWrong.selector, sum, sum + 1));
        funding.openMany{value: sum + 1}(postings);
        funding.openMany{value: sum}(postings);
        vm.stopPrank();
        vm.assertEq(address(funding).balance, 1 ether);
    }

    /// @dev The allowances of others are of no use to anybody.
    function test_RevertWhen_AStrangerSpendsAnothersAllowance() public {
        vm.prank(payer);
        coin.approve(address(funding), type(uint256).max);
        Posting[] memory postings = new Posting[](1);
        postings[0] = postingOf(newTerms());
        vm.expectRevert();
        vm.prank(stranger);
        funding.openMany(postings);
        vm.prank(payer);
        funding.openMany(postings);
    }

    function _three() private view returns (Posting[] memory postings) {
        postings = new Posting[](3);
        Terms memory terms = newTerms();
        postings[0] = postingOf(terms);
        terms = newNativeTerms();
        postings[1] = postingOf(terms);
        terms = newTerms();
        terms.salt = "three";
        postings[2] = postingOf(terms);
    }
}
