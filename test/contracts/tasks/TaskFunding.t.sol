// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {ISignatureTransfer} from "../../../contracts/tasks/ISignatureTransfer.sol";
import {ITaskFunding, PaymentAuthorization, PaymentPermit, Posting} from "../../../contracts/tasks/ITaskFunding.sol";
import {ITaskRecords} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskFunding} from "../../../contracts/tasks/TaskFunding.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {AuthorizedToken} from "../mocks/AuthorizedToken.sol";
import {HostileToken, Trick} from "../mocks/HostileTokens.sol";
import {MockPermit2} from "../mocks/MockPermit2.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice A token whose allowance is not used up, as some do for the largest only.
contract StickyToken is ERC20("Sticky", "STKY") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function _spendAllowance(address owner, address spender, uint256 amount) internal view override {
        require(allowance(owner, spender) >= amount, "allowance");
    }
}

/// @notice A token that answers every call, as one with a fallback does, and moves nothing by authorization.
contract PhantomToken is ERC20("Phantom", "PHTM") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    fallback() external {}
}

/// openWithPermit, openWithAuthorization, openMany
/// ├── when a payer signed for other terms, another amount, token, spender or nonce, or not at all: reverts
/// ├── when the requester did not sign, or took it back: reverts, and the payer's signature is still good
/// ├── when the token keeps, doubles or leaves something: reverts, all of it
/// └── otherwise: the task is open, and nothing stays here
contract TaskFundingTest is TaskWorld {
    uint256 private constant REQUESTER_KEY = 0xA11;
    uint256 private constant PAYER_KEY = 0xBA4;
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    MockPermit2 private _permit2;
    TaskFunding private _funding;
    AuthorizedToken private _token;
    address private _payer = vm.addr(PAYER_KEY);
    uint40 private _expiry;

    function setUp() public override {
        super.setUp();
        requester = vm.addr(REQUESTER_KEY);
        _permit2 = new MockPermit2();
        _funding = new TaskFunding(escrow, _permit2);
        _token = new AuthorizedToken();
        _expiry = uint40(block.timestamp + 1 hours);
        coin.mint(_payer, 1e12);
        _token.mint(_payer, 1e12);
        vm.prank(_payer);
        coin.approve(address(_permit2), type(uint256).max);
    }

    // Permit2

    function test_PermitPaysForOneTask() public {
        Terms memory terms = newTerms();
        terms.evaluatorFee = 11;
        terms.triggerReward = 7;
        uint256 before = coin.balanceOf(_payer);
        Posting memory posting = _posting(terms);
        PaymentPermit memory permit = _permit(terms, address(_funding), totalOf(terms), 5);
        // Whoever brings it first, it is the same task.
        vm.prank(stranger);
        bytes32 taskId = _funding.openWithPermit(posting, permit);
        assertState(taskId, TaskState.Open);
        vm.assertEq(before - coin.balanceOf(_payer), totalOf(terms));
        _assertNothingStays(address(coin));

        permit = _permit(terms, address(_funding), totalOf(terms), 6);
        expectWrongState(taskId, TaskState.None, TaskState.Open);
        _funding.openWithPermit(posting, permit);
    }

    function test_RevertWhen_TheTermsDifferFromTheWitness() public {
        Terms memory signed = newTerms();
        Terms memory other = newTerms();
        PaymentPermit memory permit = _permit(signed, address(_funding), totalOf(signed), 0);
        // A stranger wants the payer to pay for a task of its own.
        other.requester = vm.addr(77);
        Posting memory posting = Posting(other, _expiry, _signPosting(77, other));
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        _funding.openWithPermit(posting, permit);
        other = newTerms();
        other.evaluator = stranger;
        posting = _posting(other);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        _funding.openWithPermit(posting, permit);
        // The permit is still good for what it was signed for.
        _funding.openWithPermit(_posting(signed), permit);
    }

    function test_RevertWhen_APermitIsForAnotherSpenderAmountOrPayer() public {
        Terms memory terms = newTerms();
        Posting memory posting = _posting(terms);
        PaymentPermit memory permit = _permit(terms, stranger, totalOf(terms), 0);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        _funding.openWithPermit(posting, permit);
        permit = _permit(terms, address(_funding), totalOf(terms) + 1, 0);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        _funding.openWithPermit(posting, permit);
        permit = _permit(terms, address(_funding), totalOf(terms), 0);
        permit.payer = requester;
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        _funding.openWithPermit(posting, permit);
        // Straight from Permit2 it is worth nothing: the spender is signed.
        permit.payer = _payer;
        bytes32 taskId = escrow.taskIdOf(terms);
        vm.expectRevert(MockPermit2.InvalidSigner.selector);
        vm.prank(stranger);
        _permit2.permitWitnessTransferFrom(
            ISignatureTransfer.PermitTransferFrom(ISignatureTransfer.TokenPermissions(address(coin), REWARD), 0, _expiry),
            ISignatureTransfer.SignatureTransferDetails(stranger, REWARD),
            _payer,
            taskId,
            "bytes32 taskId)TokenPermissions(address token,uint256 amount)",
            permit.signature
        );
    }

    function test_RevertGiven_TheRequesterRevoked() public {
        Terms memory terms = newTerms();
        Posting memory posting = _posting(terms);
        PaymentPermit memory permit = _permit(terms, address(_funding), totalOf(terms), 0);
        vm.prank(requester);
        escrow.revoke(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        uint256 before = coin.balanceOf(_payer);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        _funding.openWithPermit(posting, permit);
        vm.assertEq(coin.balanceOf(_payer), before);
        vm.assertEq(_permit2.nonceBitmap(_payer, 0), 0);
    }

    function test_RevertWhen_TheRequesterDidNotSign() public {
        Terms memory terms = newTerms();
        Posting memory posting = Posting(terms, _expiry, _signPosting(PAYER_KEY, terms));
        PaymentPermit memory permit = _permit(terms, address(_funding), totalOf(terms), 0);
        vm.expectPartialRevert(ITaskRecords.SignatureInvalid.selector);
        _funding.openWithPermit(posting, permit);
        posting = _posting(terms);
        vm.warp(_expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(MockPermit2.SignatureExpired.selector, _expiry));
        _funding.openWithPermit(posting, permit);
    }

    function test_RevertWhen_TheTokenHasNoCode() public {
        address[2] memory tokens = [address(0), stranger];
        for (uint256 i; i < 2; ++i) {
            Terms memory terms = newTerms();
            terms.token = tokens[i];
            Posting memory posting = _posting(terms);
            PaymentPermit memory permit = _permit(terms, address(_funding), totalOf(terms), 0);
            PaymentAuthorization memory authorization = _authorization(terms, address(_funding), totalOf(terms), escrow.taskIdOf(terms));
            vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingTokenInvalid.selector, tokens[i]));
            _funding.openWithPermit(posting, permit);
            vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingTokenInvalid.selector, tokens[i]));
            _funding.openWithAuthorization(posting, authorization);
        }
    }

    /// @dev Whatever a task needs, the payer pays that, the escrow has it, and nothing stays here.
    function testFuzz_ThePayerPaysWhatTheTermsSay(uint32 reward, uint32 fee, uint32 trigger, uint32 gift, bool isAuthorized) public {
        Terms memory terms = isAuthorized ? _authTerms() : newTerms();
        (terms.reward, terms.evaluatorFee, terms.triggerReward) = (reward, fee, trigger);
        uint256 amount = totalOf(terms);
        AuthorizedToken token = AuthorizedToken(terms.token);
        token.mint(_payer, amount);
        token.mint(address(_funding), gift);
        uint256 before = token.balanceOf(_payer);
        if (isAuthorized) {
            _funding.openWithAuthorization(_posting(terms), _authorization(terms, address(_funding), amount, escrow.taskIdOf(terms)));
        } else {
            _funding.openWithPermit(_posting(terms), _permit(terms, address(_funding), amount, 0));
        }
        vm.assertEq(before - token.balanceOf(_payer), amount);
        vm.assertEq(token.balanceOf(address(escrow)), amount);
        vm.assertEq(token.balanceOf(address(_funding)), gift);
        vm.assertEq(token.allowance(address(_funding), address(escrow)), 0);
    }

    /// @dev The selector of the deployed Permit2.
    function test_TheInterfaceIsThatOfPermit2() public pure {
        vm.assertTrue(ISignatureTransfer.permitWitnessTransferFrom.selector == 0x137c29fe);
    }

    // EIP-3009

    function test_AnAuthorizationPaysForOneTask() public {
        Terms memory terms = _authTerms();
        Posting memory posting = _posting(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization memory authorization = _authorization(terms, address(_funding), totalOf(terms), taskId);
        vm.prank(stranger);
        _funding.openWithAuthorization(posting, authorization);
        assertState(taskId, TaskState.Open);
        vm.assertTrue(_token.authorizationState(_payer, taskId));
        _assertNothingStays(address(_token));

        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _payer, taskId));
        _funding.openWithAuthorization(posting, authorization);
    }

    function test_RevertWhen_AnAuthorizationIsForSomethingElse() public {
        Terms memory terms = _authTerms();
        Posting memory posting = _posting(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization[4] memory wrong = [
            _authorization(terms, address(_funding), totalOf(terms), keccak256("another task")),
            _authorization(terms, stranger, totalOf(terms), taskId),
            _authorization(terms, address(_funding), totalOf(terms) + 1, taskId),
            _authorization(terms, address(_funding), totalOf(terms), taskId)
        ];
        wrong[3].payer = requester;
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
            _funding.openWithAuthorization(posting, wrong[i]);
        }
    }

    /// @dev Nobody but this contract can use it up, so nobody can leave the payer poorer without the task.
    function test_RevertWhen_AnAuthorizationIsTakenElsewhere() public {
        Terms memory terms = _authTerms();
        bytes32 taskId = escrow.taskIdOf(terms);
        uint256 amount = totalOf(terms);
        PaymentAuthorization memory a = _authorization(terms, address(_funding), amount, taskId);
        vm.expectRevert();
        vm.prank(stranger);
        _token.receiveWithAuthorization(_payer, address(_funding), amount, a.validAfter, a.validBefore, taskId, a.v, a.r, a.s);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        vm.prank(stranger);
        _token.transferWithAuthorization(_payer, address(_funding), amount, a.validAfter, a.validBefore, taskId, a.v, a.r, a.s);
    }

    function test_RevertGiven_TheAuthorizedTaskWasRevoked() public {
        Terms memory terms = _authTerms();
        Posting memory posting = _posting(terms);
        bytes32 taskId = escrow.taskIdOf(terms);
        PaymentAuthorization memory authorization = _authorization(terms, address(_funding), totalOf(terms), taskId);
        vm.prank(requester);
        escrow.revoke(terms);
        expectWrongState(taskId, TaskState.None, TaskState.Cancelled);
        _funding.openWithAuthorization(posting, authorization);
        vm.assertFalse(_token.authorizationState(_payer, taskId));
    }

    function test_RevertWhen_TheTokenOnlySeemsToTakeAuthorizations() public {
        PhantomToken phantom = new PhantomToken();
        // What is here by mistake does not pay for it.
        phantom.mint(address(_funding), 1e12);
        Terms memory terms = newTerms();
        terms.token = address(phantom);
        Posting memory posting = _posting(terms);
        PaymentAuthorization memory authorization = _authorization(terms, address(_funding), totalOf(terms), escrow.taskIdOf(terms));
        vm.expectRevert(_mismatch(address(phantom), 1e12 + totalOf(terms), 1e12));
        _funding.openWithAuthorization(posting, authorization);
    }

    // Many

    function test_ManyTasksOfManyTokensInOneTransaction() public {
        Posting[] memory postings = _three();
        coin.mint(stranger, 2 * uint256(REWARD));
        vm.deal(stranger, REWARD);
        vm.startPrank(stranger);
        coin.approve(address(_funding), 2 * uint256(REWARD));
        bytes32[] memory taskIds = _funding.openMany{value: REWARD}(postings);
        vm.stopPrank();
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(taskIds[i], escrow.taskIdOf(postings[i].terms));
            assertState(taskIds[i], TaskState.Open);
        }
        vm.assertEq(coin.balanceOf(stranger), 0);
        vm.assertEq(stranger.balance, 0);
        _assertNothingStays(address(coin));
    }

    function test_RevertWhen_OneOfManyCannotBePosted() public {
        Posting[] memory postings = _three();
        postings[2] = postings[0];
        coin.mint(stranger, 3 * uint256(REWARD));
        vm.deal(stranger, REWARD);
        vm.startPrank(stranger);
        coin.approve(address(_funding), 3 * uint256(REWARD));
        vm.expectPartialRevert(ITaskRecords.TaskWrongState.selector);
        _funding.openMany{value: REWARD}(postings);
        vm.stopPrank();
        vm.assertEq(coin.balanceOf(stranger), 3 * uint256(REWARD));
        assertState(escrow.taskIdOf(postings[0].terms), TaskState.None);
    }

    function test_RevertWhen_TheValueIsNotTheSum() public {
        Posting[] memory postings = new Posting[](2);
        Terms memory terms = newNativeTerms();
        postings[0] = _posting(terms);
        terms = newNativeTerms();
        terms.salt = "two";
        postings[1] = _posting(terms);
        vm.deal(stranger, 1 ether);
        uint256 sum = 2 * uint256(REWARD);
        // Coins that are here by mistake do not pay either.
        vm.deal(address(_funding), 1 ether);
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingValueWrong.selector, sum, sum - 1));
        _funding.openMany{value: sum - 1}(postings);
        vm.expectRevert(abi.encodeWithSelector(ITaskFunding.FundingValueWrong.selector, sum, sum + 1));
        _funding.openMany{value: sum + 1}(postings);
        _funding.openMany{value: sum}(postings);
        vm.stopPrank();
        vm.assertEq(address(_funding).balance, 1 ether);
    }

    /// @dev The allowances of others are of no use to anybody.
    function test_RevertWhen_AStrangerSpendsAnothersAllowance() public {
        vm.prank(_payer);
        coin.approve(address(_funding), type(uint256).max);
        Posting[] memory postings = new Posting[](1);
        postings[0] = _posting(newTerms());
        vm.expectRevert();
        vm.prank(stranger);
        _funding.openMany(postings);
        vm.prank(_payer);
        _funding.openMany(postings);
    }

    // Odd tokens

    function test_RevertWhen_TheTokenChargesAFee() public {
        HostileToken hostile = new HostileToken();
        Terms memory terms = _hostileTerms(hostile);
        // Even where enough is here by mistake to make up for it.
        hostile.mint(address(_funding), 1e12);
        hostile.behave(Trick.Fee, Trick.None);
        uint256 fee = totalOf(terms) / 100;
        _expectOddRefused(terms, _mismatch(address(hostile), 1e12 + totalOf(terms), 1e12 + totalOf(terms) - fee));
    }

    function test_RevertWhen_TheTokenIsOdd() public {
        HostileToken hostile = new HostileToken();
        Terms memory terms = _hostileTerms(hostile);
        Trick[7] memory tricks = [Trick.SayFalse, Trick.Lie, Trick.Revert, Trick.RevertHuge, Trick.SayTwo, Trick.SayShort, Trick.Shrink];
        for (uint256 i; i < tricks.length; ++i) {
            hostile.behave(tricks[i], Trick.None);
            _expectOddRefused(terms, "");
        }
        // With nothing odd about it, it is like any other.
        hostile.behave(Trick.SayNothing, Trick.None);
        _openHostile(terms);
        _assertNothingStays(address(hostile));
    }

    function test_ATokenCannotComeBack() public {
        HostileToken hostile = new HostileToken();
        Terms memory terms = _hostileTerms(hostile);
        Posting[] memory again = new Posting[](1);
        again[0] = _posting(terms);
        hostile.aim(address(_funding), abi.encodeCall(_funding.openMany, (again)));
        hostile.behave(Trick.Reenter, Trick.None);
        _openHostile(terms);
        vm.assertFalse(hostile.reentered());
        _assertNothingStays(address(hostile));
    }

    function test_NoAllowanceStays() public {
        StickyToken sticky = new StickyToken();
        Terms memory terms = newTerms();
        terms.token = address(sticky);
        Posting[] memory postings = new Posting[](1);
        postings[0] = _posting(terms);
        sticky.mint(stranger, totalOf(terms));
        vm.startPrank(stranger);
        sticky.approve(address(_funding), totalOf(terms));
        _funding.openMany(postings);
        vm.stopPrank();
        _assertNothingStays(address(sticky));
    }

    /// @dev Tokens sent here by mistake stop nobody.
    function test_AGiftIsNotInTheWay() public {
        coin.mint(address(_funding), 12_345);
        Terms memory terms = newTerms();
        _funding.openWithPermit(_posting(terms), _permit(terms, address(_funding), totalOf(terms), 0));
        vm.assertEq(coin.balanceOf(address(_funding)), 12_345);
    }

    function _three() private view returns (Posting[] memory postings) {
        postings = new Posting[](3);
        Terms memory terms = newTerms();
        postings[0] = _posting(terms);
        terms = newNativeTerms();
        postings[1] = _posting(terms);
        terms = newTerms();
        terms.salt = "three";
        postings[2] = _posting(terms);
    }

    function _authTerms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(_token);
    }

    function _hostileTerms(HostileToken hostile) private returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(hostile);
        hostile.mint(stranger, 10 * totalOf(terms));
        vm.prank(stranger);
        hostile.approve(address(_funding), type(uint256).max);
    }

    function _openHostile(Terms memory terms) private {
        Posting[] memory postings = new Posting[](1);
        postings[0] = _posting(terms);
        vm.prank(stranger);
        _funding.openMany(postings);
    }

    function _expectOddRefused(Terms memory terms, bytes memory reason) private {
        Posting[] memory postings = new Posting[](1);
        postings[0] = _posting(terms);
        uint256 before = HostileToken(terms.token).balanceOf(stranger);
        if (reason.length == 0) vm.expectRevert();
        else vm.expectRevert(reason);
        vm.prank(stranger);
        _funding.openMany(postings);
        vm.assertEq(HostileToken(terms.token).balanceOf(stranger), before);
        assertState(escrow.taskIdOf(terms), TaskState.None);
    }

    function _assertNothingStays(address token) private view {
        vm.assertEq(balanceOf(token, address(_funding)), 0);
        vm.assertEq(ERC20(token).allowance(address(_funding), address(escrow)), 0);
        vm.assertEq(address(_funding).balance, 0);
    }

    function _mismatch(address token, uint256 expected, uint256 actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskFunding.FundingMismatch.selector, token, expected, actual);
    }

    function _posting(Terms memory terms) private view returns (Posting memory) {
        return Posting(terms, _expiry, _signPosting(REQUESTER_KEY, terms));
    }

    function _signPosting(uint256 key, Terms memory terms) private view returns (bytes memory) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Hanse TaskEscrow"), keccak256("1"), HOME, address(escrow)));
        bytes32 kind = keccak256("Posting(bytes32 taskId,uint40 expiry)");
        return _sign(key, domain, keccak256(abi.encode(kind, escrow.taskIdOf(terms), _expiry)));
    }

    function _permit(Terms memory terms, address spender, uint256 amount, uint256 nonce) private view returns (PaymentPermit memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                HOME,
                address(_permit2)
            )
        );
        bytes32 kind = keccak256(
            "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,bytes32 taskId)TokenPermissions(address token,uint256 amount)"
        );
        bytes32 permitted = keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), terms.token, amount));
        bytes32 structHash = keccak256(abi.encode(kind, permitted, spender, nonce, uint256(_expiry), escrow.taskIdOf(terms)));
        return PaymentPermit(_payer, nonce, _expiry, _sign(PAYER_KEY, domain, structHash));
    }

    function _authorization(
        Terms memory terms,
        address to,
        uint256 amount,
        bytes32 nonce
    ) private view returns (PaymentAuthorization memory) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Authorized"), keccak256("1"), HOME, terms.token));
        bytes32 kind = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 structHash = keccak256(abi.encode(kind, _payer, to, amount, uint256(0), uint256(_expiry), nonce));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return PaymentAuthorization(_payer, 0, _expiry, v, r, s);
    }

    function _sign(uint256 key, bytes32 domain, bytes32 structHash) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }
}
