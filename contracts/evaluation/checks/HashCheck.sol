// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrow} from "../../tasks/ITaskEscrow.sol";
import {DeliverableCheck} from "./DeliverableCheck.sol";

/// @title Pays for the bytes that a requester knows by their hash
/// @notice A file that is lost, a preimage, a key: whoever brings it is paid in full, and nothing else can be handed in.
/// @dev `specHash = keccak256(abi.encode(keccak256(body)))`.
contract HashCheck is DeliverableCheck {
    /// @notice The body is not the one that the spec commits to.
    error BodyNotWanted(bytes32 specHash, bytes32 bodyHash);

    /// @dev Enough for any body that fits into a transaction: a hash costs 6 gas for each word.
    constructor(ITaskEscrow escrow) DeliverableCheck(escrow, 500_000) {}

    /// @inheritdoc DeliverableCheck
    function check(bytes32, bytes32 specHash, bytes calldata body) public pure override returns (uint16 verdict) {
        bytes32 bodyHash = keccak256(body);
        require(keccak256(abi.encode(bodyHash)) == specHash, BodyNotWanted(specHash, bodyHash));
        return 10_000;
    }
}
