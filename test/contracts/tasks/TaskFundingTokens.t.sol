// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {PaymentAuthorization, Posting} from "../../../contracts/tasks/ITaskFunding.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {HostileToken, Trick} from "../mocks/HostileTokens.sol";
import {FundingWorld} from "./FundingWorld.sol";

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

/// @notice A token that gives a tenth back to whoever pays with it.
contract CashbackToken is ERC20("Cashback", "BACK") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        super.transferFrom(from, to, amount);
        _mint(from, amount / 10);
        return true;
    }
}

/// @notice Paying with tokens that keep, double or leave something, or come back: all of it reverts, and nothing stays.
contract TaskFundingTokensTest is FundingWorld {
    function test_RevertWhen_TheTokenChargesAFee() public {
        HostileToken hostile = new HostileToken();
        Terms memory terms = _hostileTerms(hostile);
        // Even where enough is here by mistake to make up for it.
        hostile.mint(address(funding), 1e12);
        hostile.behave(Trick.Fee, Trick.None);
        uint256 fee = totalOf(terms) / 100;
        _expectOddRefused(terms, mismatch(address(hostile), 1e12 + totalOf(terms), 1e12 + totalOf(terms) - fee));
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
        assertNothingStays(address(hostile));
    }

    function test_RevertWhen_TheTokenLeavesSomething() public {
        CashbackToken cashback = new CashbackToken();
        Terms memory terms = newTerms();
        terms.token = address(cashback);
        Posting[] memory postings = new Posting[](1);
        postings[0] = postingOf(terms);
        cashback.mint(stranger, totalOf(terms));
        vm.startPrank(stranger);
        cashback.approve(address(funding), totalOf(terms));
        vm.expectRevert(mismatch(address(cashback), 0, totalOf(terms) / 10));
        funding.openMany(postings);
        vm.stopPrank();
        assertState(escrow.taskIdOf(terms), TaskState.None);
    }

    function test_ATokenCannotComeBack() public {
        HostileToken hostile = new HostileToken();
        Terms memory terms = _hostileTerms(hostile);
        Posting[] memory again = new Posting[](1);
        again[0] = postingOf(terms);
        hostile.aim(address(funding), abi.encodeCall(funding.openMany, (again)));
        hostile.behave(Trick.Reenter, Trick.None);
        _openHostile(terms);
        vm.assertFalse(hostile.reentered());
        assertNothingStays(address(hostile));
    }

    function test_NoAllowanceStays() public {
        StickyToken sticky = new StickyToken();
        Terms memory terms = newTerms();
        terms.token = address(sticky);
        Posting[] memory postings = new Posting[](1);
        postings[0] = postingOf(terms);
        sticky.mint(stranger, totalOf(terms));
        vm.startPrank(stranger);
        sticky.approve(address(funding), totalOf(terms));
        funding.openMany(postings);
        vm.stopPrank();
        assertNothingStays(address(sticky));
    }

    function test_RevertWhen_TheTokenOnlySeemsToTakeAuthorizations() public {
        PhantomToken phantom = new PhantomToken();
        // What is here by mistake does not pay for it.
        phantom.mint(address(funding), 1e12);
        Terms memory terms = newTerms();
        terms.token = address(phantom);
        Posting memory posting = postingOf(terms);
        PaymentAuthorization memory authorization = authorizationOf(terms, address(funding), totalOf(terms), escrow.taskIdOf(terms));
        vm.expectRevert(mismatch(address(phantom), 1e12 + totalOf(terms), 1e12));
        funding.openWithAuthorization(posting, authorization);
    }

    /// @dev Tokens sent here by mistake stop nobody.
    function test_AGiftIsNotInTheWay() public {
        coin.mint(address(funding), 12_345);
        Terms memory terms = newTerms();
        funding.openWithPermit(postingOf(terms), permitOf(terms, address(funding), totalOf(terms), 0));
        vm.assertEq(coin.balanceOf(address(funding)), 12_345);
    }

    function _hostileTerms(HostileToken hostile) private returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(hostile);
        hostile.mint(stranger, 10 * totalOf(terms));
        vm.prank(stranger);
        hostile.approve(address(funding), type(uint256).max);
    }

    function _openHostile(Terms memory terms) private {
        Posting[] memory postings = new Posting[](1);
        postings[0] = postingOf(terms);
        vm.prank(stranger);
        funding.openMany(postings);
    }

    function _expectOddRefused(Terms memory terms, bytes memory reason) private {
        Posting[] memory postings = new Posting[](1);
        postings[0] = postingOf(terms);
        uint256 before = HostileToken(terms.token).balanceOf(stranger);
        if (reason.length == 0) vm.expectRevert();
        else vm.expectRevert(reason);
        vm.prank(stranger);
        funding.openMany(postings);
        vm.assertEq(HostileToken(terms.token).balanceOf(stranger), before);
        assertState(escrow.taskIdOf(terms), TaskState.None);
    }
}
