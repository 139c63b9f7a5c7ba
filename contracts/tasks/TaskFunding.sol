// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ISignatureTransfer} from "./ISignatureTransfer.sol";
import {ITaskEscrow} from "./ITaskEscrow.sol";
import {ITaskFunding, PaymentAuthorization, PaymentPermit, Posting} from "./ITaskFunding.sol";
import {TermsRules} from "./TermsRules.sol";
import {Terms} from "./Terms.sol";

/// @title Other ways to pay for a task than an allowance to the escrow
/// @notice See `ITaskFunding`. Every posting brings its own money, so that one never pays for another.
contract TaskFunding is ITaskFunding, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using TermsRules for Terms;

    string private constant WITNESS = "bytes32 taskId)TokenPermissions(address token,uint256 amount)";

    /// @notice Where tasks are posted.
    ITaskEscrow public immutable ESCROW;
    /// @notice Permit2.
    ISignatureTransfer public immutable PERMIT2;

    constructor(ITaskEscrow escrow, ISignatureTransfer permit2) {
        ESCROW = escrow;
        PERMIT2 = permit2;
    }

    /// @inheritdoc ITaskFunding
    function openWithPermit(Posting calldata posting, PaymentPermit calldata permit) external nonReentrant returns (bytes32 taskId) {
        taskId = ESCROW.taskIdOf(posting.terms);
        (address token, uint256 amount, uint256 before) = _bill(posting.terms);
        PERMIT2.permitWitnessTransferFrom(
            ISignatureTransfer.PermitTransferFrom(ISignatureTransfer.TokenPermissions(token, amount), permit.nonce, permit.deadline),
            ISignatureTransfer.SignatureTransferDetails(address(this), amount),
            permit.payer,
            taskId,
            WITNESS,
            permit.signature
        );
        _post(posting, taskId, permit.payer, before);
    }

    /// @inheritdoc ITaskFunding
    function openWithAuthorization(
        Posting calldata posting,
        PaymentAuthorization calldata authorization
    ) external nonReentrant returns (bytes32 taskId) {
        taskId = ESCROW.taskIdOf(posting.terms);
        (address token, uint256 amount, uint256 before) = _bill(posting.terms);
        IERC3009(token).receiveWithAuthorization(
            authorization.payer,
            address(this),
            amount,
            authorization.validAfter,
            authorization.validBefore,
            taskId,
            authorization.v,
            authorization.r,
            authorization.s
        );
        _post(posting, taskId, authorization.payer, before);
    }

    /// @inheritdoc ITaskFunding
    function openMany(Posting[] calldata postings) external payable nonReentrant returns (bytes32[] memory taskIds) {
        _requireValue(postings);
        taskIds = new bytes32[](postings.length);
        for (uint256 i; i < postings.length; ++i) {
            Posting calldata posting = postings[i];
            taskIds[i] = ESCROW.taskIdOf(posting.terms);
            if (posting.terms.token == address(0)) {
                uint256 amount = posting.terms.total();
                emit TaskFunded(taskIds[i], msg.sender, address(0), amount);
                ESCROW.openFor{value: amount}(posting.terms, posting.expiry, posting.signature);
            } else {
                (address token, uint256 amount, uint256 before) = _bill(posting.terms);
                IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
                _post(posting, taskIds[i], msg.sender, before);
            }
        }
    }

    function _requireValue(Posting[] calldata postings) private view {
        uint256 value;
        for (uint256 i; i < postings.length; ++i) {
            if (postings[i].terms.token == address(0)) value += postings[i].terms.total();
        }
        require(value == msg.value, FundingValueWrong(value, msg.value));
    }

    /// @dev What a task needs, and what of its token is here by mistake: that must neither help to pay nor be in the way.
    function _bill(Terms calldata terms) private view returns (address token, uint256 amount, uint256 before) {
        token = terms.token;
        require(token.code.length != 0, FundingTokenInvalid(token));
        return (token, terms.total(), IERC20(token).balanceOf(address(this)));
    }

    /// @dev Passes on what has just arrived. What a token keeps, doubles or leaves here reverts everything.
    function _post(Posting calldata posting, bytes32 taskId, address payer, uint256 before) private {
        address token = posting.terms.token;
        uint256 amount = posting.terms.total();
        _requireBalance(token, before + amount);

        emit TaskFunded(taskId, payer, token, amount);
        IERC20(token).forceApprove(address(ESCROW), amount);
        ESCROW.openFor(posting.terms, posting.expiry, posting.signature);
        if (IERC20(token).allowance(address(this), address(ESCROW)) != 0) IERC20(token).forceApprove(address(ESCROW), 0);
        _requireBalance(token, before);
    }

    function _requireBalance(address token, uint256 expected) private view {
        uint256 actual = IERC20(token).balanceOf(address(this));
        require(actual == expected, FundingMismatch(token, expected, actual));
    }
}
