// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What is used here of Permit2
/// @notice The canonical Permit2 has the address 0x000000000022D473030F116dDEE9F6B43aC78BA3 on every chain where it is.
interface ISignatureTransfer {
    /// @notice What may be taken.
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    /// @notice What an owner signs besides the spender, which is the caller.
    struct PermitTransferFrom {
        TokenPermissions permitted;
        /// @dev Any number that the owner has not used: nonces are bits, in no order.
        uint256 nonce;
        uint256 deadline;
    }

    /// @notice What is taken, and where it goes.
    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Takes tokens of `owner`, who allowed Permit2 to, on a signature over the transfer and something to witness.
    /// @param witnessTypeString The end of the EIP-712 type that was signed: the field of the witness, then the types it refers to.
    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}
