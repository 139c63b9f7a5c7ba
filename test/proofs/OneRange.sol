// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Which messages of a range run, as `Gateway` and `NonceSet` decide it
/// @notice The model of `NonceSet.addEach` under `Gateway.deliver`, for a nonce that nobody chose. The bit of a nonce is a boolean.
contract OneRange {
    uint64 internal immutable nonce;
    uint64 internal immutable floor;
    bool internal bit;

    /// @dev What happened, for the properties. Not in the product.
    bool internal wasInRange;
    bool internal isChosenTwice;
    bool internal isChosen;

    constructor(uint64 nonce_, uint64 floor_) {
        nonce = nonce_;
        floor = floor_;
    }

    /// @notice Delivers `count` messages from `first` on, with `tail` leaves after them.
    function deliver(uint64 first, uint64 count, uint64 tail) external {
        // mirrors gateway/NonceSet.sol: uint256 end = first + items.length;
        // control TailNeverConsumes: uint256 end = uint256(first) + count + tail;
        // control TailNeverConsumes: uint256 end = uint256(first) + count + (tail > 0 ? 1 : 0);
        uint256 end = uint256(first) + count;
        if (nonce >= first && nonce < uint256(first) + count) wasInRange = true;
        if (nonce < first || nonce >= end) return;
        // mirrors gateway/NonceSet.sol: if (nonce < floor || bits & bit != 0) items[nonce - first] = 0;
        // control NothingBelowFirst: if (bit) return;
        // control NothingBelowFirst: if (uint256(nonce) + 1 < floor || bit) return;
        // control ChosenOnce: if (nonce < floor) return;
        if (nonce < floor || bit) return;
        // mirrors gateway/NonceSet.sol: else added |= bit;
        // control ChosenOnce: bit = count > 1;
        bit = true;
        isChosenTwice = isChosen;
        isChosen = true;
    }

    function properties() external view {
        // property NothingBelowFirst: nothing runs that was sent before the lane was linked
        assert(!isChosen || nonce >= floor);
        // property TailNeverConsumes: the leaves of a tail neither run nor count as delivered
        assert(wasInRange || (!bit && !isChosen));
        // property ChosenOnce: ranges that overlap choose a message once
        assert(!isChosenTwice);
    }
}
