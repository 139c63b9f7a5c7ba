// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A call with an exact gas limit that copies one word of what comes back, however much that is.
library CappedCall {
    /// @dev More than is spent between the check and the callee's first instruction: the check itself, a cold account, and the cold
    /// code it may delegate to (EIP-7702).
    uint256 private constant OVERHEAD = 10_000;

    /// @notice Whether a callee would get `gasLimit` whole: after the overhead, 63/64 of what is left must cover it.
    function canAfford(uint256 gasLimit) internal view returns (bool) {
        uint256 available = gasleft();
        if (available < OVERHEAD) return false;
        available -= OVERHEAD;
        return available - available / 64 >= gasLimit;
    }

    /// @notice Calls `target` and says whether it succeeded with exactly the word `expected` in front of what it returned.
    /// @dev In Solidity: `(bool ok, bytes memory result) = target.call{gas: gasLimit}(data); return ok && result.length >= 32 &&
    /// bytes32(result) == expected;`. That copies all of `result` at the caller's cost, and OpenZeppelin's `LowLevelCall` takes no gas limit.
    function answers(address target, uint256 gasLimit, bytes memory data, bytes32 expected) internal returns (bool matched) {
        assembly ("memory-safe") {
            let success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            matched := and(and(success, gt(returndatasize(), 0x1f)), eq(mload(0x00), expected))
        }
    }
}
