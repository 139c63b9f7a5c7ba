// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Terms} from "./Terms.sol";

/// @notice A task that its requester signed to have posted.
struct Posting {
    Terms terms;
    uint40 expiry;
    /// @dev Of the requester, over the escrow's EIP-712 `Posting`.
    bytes signature;
}

/// @notice That a payer pays for one task through Permit2. It signs
/// `PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,bytes32 taskId)`
/// `TokenPermissions(address token,uint256 amount)` with this contract as the spender and all that the task needs as the amount.
struct PaymentPermit {
    address payer;
    uint256 nonce;
    uint256 deadline;
    bytes signature;
}

/// @notice That a payer pays for one task by the token itself (EIP-3009). It signs `ReceiveWithAuthorization` to this contract, over all that
/// the task needs, with the id of the task as the nonce.
struct PaymentAuthorization {
    address payer;
    uint256 validAfter;
    uint256 validBefore;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @title Other ways to pay for a task than an allowance to the escrow
/// @notice Each signature to pay names one task by its id, so by all of its terms: whoever brings it can do nothing but post that task. A refund
/// goes to the requester of the terms, whoever paid.
/// @dev Holds no money between transactions, and its allowance to the escrow lasts as long as one posting.
interface ITaskFunding {
    /// @notice A task was posted; `payer` paid for it.
    event TaskFunded(bytes32 indexed taskId, address indexed payer, address indexed token, uint256 amount);

    /// @notice Only what is worth something to a token can be signed away: the native coin, and an address without code, cannot.
    error FundingTokenInvalid(address token);
    /// @notice What arrived here, or what stays here, is not what the terms say: the token is odd.
    error FundingMismatch(address token, uint256 expected, uint256 actual);
    /// @notice What was sent is not what the tasks in the native coin need.
    error FundingValueWrong(uint256 expected, uint256 actual);

    /// @notice Posts a task that Permit2 pays. Anyone with both signatures.
    function openWithPermit(Posting calldata posting, PaymentPermit calldata permit) external returns (bytes32 taskId);

    /// @notice Posts a task that its token pays by EIP-3009. Anyone with both signatures.
    function openWithAuthorization(Posting calldata posting, PaymentAuthorization calldata authorization) external returns (bytes32 taskId);

    /// @notice Posts many tasks, of any tokens, all or none. The caller pays: by allowances to this contract, and the sum of those in the native
    /// coin as value.
    function openMany(Posting[] calldata postings) external payable returns (bytes32[] memory taskIds);
}
