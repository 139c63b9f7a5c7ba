// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {ITaskFunding, PaymentAuthorization, PaymentPermit, Posting} from "../../../contracts/tasks/ITaskFunding.sol";
import {TaskFunding} from "../../../contracts/tasks/TaskFunding.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {AuthorizedToken} from "../mocks/AuthorizedToken.sol";
import {MockPermit2} from "../mocks/MockPermit2.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice An escrow with a funding contract, a payer who is not the requester, and all that both sign.
abstract contract FundingWorld is TaskWorld {
    uint256 internal constant REQUESTER_KEY = 0xA11;
    uint256 internal constant PAYER_KEY = 0xBA4;
    bytes32 internal constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    MockPermit2 internal permit2;
    TaskFunding internal funding;
    AuthorizedToken internal token;
    address internal payer = vm.addr(PAYER_KEY);
    uint40 internal expiry;

    function setUp() public virtual override {
        super.setUp();
        requester = vm.addr(REQUESTER_KEY);
        permit2 = new MockPermit2();
        funding = TaskFunding(create("TaskFunding", abi.encode(escrow, permit2)));
        token = new AuthorizedToken();
        expiry = uint40(block.timestamp + 1 hours);
        coin.mint(payer, 1e12);
        token.mint(payer, 1e12);
        vm.prank(payer);
        coin.approve(address(permit2), type(uint256).max);
    }

    function assertNothingStays(address token) internal view {
        vm.assertEq(balanceOf(token, address(funding)), 0);
        vm.assertEq(ERC20(token).allowance(address(funding), address(escrow)), 0);
        vm.assertEq(address(funding).balance, 0);
    }

    function mismatch(address token, uint256 expected, uint256 actual) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ITaskFunding.FundingMismatch.selector, token, expected, actual);
    }

    function postingOf(Terms memory terms) internal view returns (Posting memory) {
        return Posting(terms, expiry, signPosting(REQUESTER_KEY, terms));
    }

    function signPosting(uint256 key, Terms memory terms) internal view returns (bytes memory) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Hanse TaskEscrow"), keccak256("1"), HOME, address(escrow)));
        bytes32 kind = keccak256("Posting(bytes32 taskId,uint40 expiry)");
        return _sign(key, domain, keccak256(abi.encode(kind, escrow.taskIdOf(terms), expiry)));
    }

    function permitOf(Terms memory terms, address spender, uint256 amount, uint256 nonce) internal view returns (PaymentPermit memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                HOME,
                address(permit2)
            )
        );
        bytes32 kind = keccak256(
            "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,bytes32 taskId)TokenPermissions(address token,uint256 amount)"
        );
        bytes32 permitted = keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), terms.token, amount));
        bytes32 structHash = keccak256(abi.encode(kind, permitted, spender, nonce, uint256(expiry), escrow.taskIdOf(terms)));
        return PaymentPermit(payer, nonce, expiry, _sign(PAYER_KEY, domain, structHash));
    }

    function authorizationOf(
        Terms memory terms,
        address to,
        uint256 amount,
        bytes32 nonce
    ) internal view returns (PaymentAuthorization memory) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Authorized"), keccak256("1"), HOME, terms.token));
        bytes32 kind = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 structHash = keccak256(abi.encode(kind, payer, to, amount, uint256(0), uint256(expiry), nonce));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return PaymentAuthorization(payer, 0, expiry, v, r, s);
    }

    function _sign(uint256 key, bytes32 domain, bytes32 structHash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function authTerms() internal view returns (Terms memory terms) {
        terms = newTerms();
        terms.token = address(token);
    }
}
