// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimTerms} from "./ITaskRecords.sol";
import {Terms} from "./Terms.sol";

/// @title What a task's slot says of things that its callers bring
/// @notice Hashes cut to 160 bits. Whoever brings something else finds no match; making two things with one key takes 2^80 hashes, and would
/// only let their maker swap one for the other.
library TaskKeys {
    /// @notice What a claim under these terms has to bring, which have a bond or whose charter is for members only. Zero: it cannot be claimed by
    /// key, since more than this decides.
    function claimKeyOf(Terms calldata terms) internal pure returns (bytes20) {
        if (terms.allocation != address(0) || terms.prerequisites != 0) return 0;
        bytes32 key = keccak256(abi.encode(terms.token, terms.workerBond, terms.evaluator, terms.openUntil, terms.workWindow));
        return _under(key, terms.charter, terms.epoch);
    }

    /// @notice The key of what a claim brings, and of the charter and epoch that it says the task is under. Zero: none.
    function claimKey(ClaimTerms calldata claimTerms, bytes32 charter, uint32 epoch) internal pure returns (bytes20) {
        return _under(keccak256(abi.encode(claimTerms)), charter, epoch);
    }

    /// @notice The key of work under review.
    function workKey(address worker, bytes32 deliverable) internal pure returns (bytes20) {
        return bytes20(keccak256(abi.encode(worker, deliverable)));
    }

    function _under(bytes32 key, bytes32 charter, uint32 epoch) private pure returns (bytes20) {
        return bytes20(charter == 0 ? key : keccak256(abi.encode(key, charter, epoch)));
    }
}
