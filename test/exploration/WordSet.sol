// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A set of words in memory, which outlives every undone step. Its size is given once.
struct WordSet {
    bytes32[] places;
    uint256 count;
}

using WordSets for WordSet global;

library WordSets {
    error SetFull(uint256 capacity);

    /// @param bits The set has room for half of 2 to this power.
    function create(uint256 bits) internal pure returns (WordSet memory set) {
        set.places = new bytes32[](1 << bits);
    }

    /// @notice Adds a word that is not zero. False: it was there already.
    function add(WordSet memory set, bytes32 word) internal pure returns (bool) {
        uint256 mask = set.places.length - 1;
        uint256 place = uint256(word) & mask;
        while (set.places[place] != 0) {
            if (set.places[place] == word) return false;
            place = (place + 1) & mask;
        }
        require(set.count < set.places.length / 2, SetFull(set.places.length / 2));
        set.places[place] = word;
        set.count += 1;
        return true;
    }
}
