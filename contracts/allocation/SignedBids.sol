// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuctionPolicy} from "./IAuctionPolicy.sol";

/// @title An open auction in which the one that asks for least does the work
/// @notice Each bid has to ask for less than the standing one by a least step, so having the last look is worth at most that step.
/// @dev `params`: bits 0 to 15 the least step in basis points of the standing share, 1 to 10,000; bits 16 to 31 the reserve, which is the most
/// that a bid may ask for in basis points, 1 to 10,000, or 0 for none. Every higher bit is zero.
contract SignedBids is IAuctionPolicy {
    uint256 private constant WHOLE = 10_000;

    /// @notice No step and reserve are packed like this.
    error AuctionInvalid(bytes32 params);

    /// @inheritdoc IAuctionPolicy
    function isBetter(bytes32 params, uint16 standing, uint16 share) external pure returns (bool) {
        uint256 step = uint16(uint256(params));
        uint256 reserve = uint256(params) >> 16;
        require(step != 0 && step <= WHOLE && reserve <= WHOLE, AuctionInvalid(params));

        if (share == 0 || share > (reserve == 0 ? WHOLE : reserve)) return false;
        // Where the step is a fraction of a basis point, a whole one is asked for.
        return standing == 0 || share * WHOLE <= standing * (WHOLE - step);
    }
}
