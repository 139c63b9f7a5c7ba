// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimTerms} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What a task's slot says of things that its callers bring
/// @notice Hashes cut to 160 bits. Whoever brings something else finds no match; making two things with one key takes 2^80 hashes, and would
/// only let their maker swap one for the other.
library TaskKeys {
    /// @notice What a plain claim under these terms has to bring. Zero: it cannot be claimed plainly, since more than this decides.
    function claimKeyOf(Terms calldata terms) internal pure returns (bytes20) {
        if (terms.workerBond == 0 || terms.allocation != address(0) || terms.prerequisites != 0) return 0;
        return bytes20(keccak256(abi.encode(terms.token, terms.workerBond, terms.evaluator, terms.openUntil, terms.workWindow)));
    }

    /// @notice The key of what a claim brings.
    function claimKey(ClaimTerms calldata claimTerms) internal pure returns (bytes20) {
        return bytes20(keccak256(abi.encode(claimTerms)));
    }

    /// @notice The key of work under review.
    function workKey(address worker, bytes32 deliverable) internal pure returns (bytes20) {
        return bytes20(keccak256(abi.encode(worker, deliverable)));
    }
}
