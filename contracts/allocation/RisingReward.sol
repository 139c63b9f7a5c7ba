// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IPricePolicy} from "./IPricePolicy.sol";

/// @title A price that rises until somebody takes it
/// @notice From a first share of the reward when the task opens to the whole of it at `openUntil`, by the same factor in equal times. The
/// first worker for whom the price suffices takes it: nobody has to guess what the work is worth. A task that opens again starts again.
/// @dev `params`: the first share in basis points, 1 to 10,000, as a number. Every higher bit is zero.
contract RisingReward is IPricePolicy {
    uint256 private constant WHOLE = 10_000;
    /// @dev A factor of one in fixed point. The largest is 10,000, of 14 bits, so that a product of two has at most 252.
    uint256 private constant ONE = 1 << 112;
    /// @dev Into how fine a part of its time the ramp is cut: a step is 2^-16 of it, each bit one factor.
    uint256 private constant STEP_BITS = 16;

    /// @notice No first share is packed like this.
    error RampInvalid(bytes32 params);

    /// @inheritdoc IPricePolicy
    function priceOf(bytes32 params, uint40 openedAt, uint40 openUntil) external view returns (uint16 share) {
        uint256 first = uint256(params);
        require(first != 0 && first <= WHOLE, RampInvalid(params));
        if (block.timestamp >= openUntil) return uint16(WHOLE);
        if (block.timestamp <= openedAt) return uint16(first);

        // Between the two, so `openedAt` is before `openUntil`.
        uint256 step = ((block.timestamp - openedAt) << STEP_BITS) / (openUntil - openedAt);
        return uint16((first * _power((WHOLE * ONE) / first, step)) / ONE);
    }

    /// @dev `factor` to the power of `step / 2^16`, at least one: the product of one repeated square root for each bit that is set. Every
    /// rounding is downwards, so no price is over the whole; a factor over one is so by far more than what all of them lose, so it rises.
    function _power(uint256 factor, uint256 step) private pure returns (uint256 power) {
        power = ONE;
        for (uint256 bit = 1 << (STEP_BITS - 1); bit != 0; bit >>= 1) {
            factor = Math.sqrt(factor * ONE);
            if (step & bit != 0) power = (power * factor) / ONE;
        }
    }
}
