// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The numbering of a lane, as `Gateway` does it
/// @notice The model of `Gateway._append`, for any one place of the lane. A leaf stands for its message; hashing is left out.
contract LaneCount {
    uint256 internal immutable place;
    uint64 internal laneNonce;

    /// @dev What was sent, for the properties. Not in the product.
    uint64 internal sent;
    bool internal isTaken;
    bool internal isTakenTwice;

    constructor(uint256 place_) {
        place = place_;
    }

    /// @notice Sends a message; it is at the place that `Gateway` puts in its leaf.
    function append(bool isEmpty) external {
        require(laneNonce < type(uint64).max - 1 && sent < type(uint64).max);
        // mirrors gateway/Gateway.sol: uint64 nonce = outbound.nonce;
        uint64 nonce = laneNonce;
        // mirrors gateway/Gateway.sol: outbound.nonce = ++nonce;
        // control NonceCountsMessages: laneNonce = isEmpty ? nonce : nonce + 1;
        // control NonceCountsMessages: laneNonce = nonce + 2;
        // control PlacesAreUnique: laneNonce = isEmpty ? nonce : nonce + 1;
        // control PlacesAreUnique: laneNonce = nonce == 3 && isTaken ? 0 : nonce + 1;
        laneNonce = nonce + 1;

        ++sent;
        if (nonce == place) (isTakenTwice, isTaken) = (isTaken, true);
    }

    function properties() external view {
        // property NonceCountsMessages: a lane's nonce is the number of its messages
        assert(laneNonce == sent);
        // property PlacesAreUnique: no two messages of a lane have one nonce
        assert(!isTakenTwice);
    }
}
