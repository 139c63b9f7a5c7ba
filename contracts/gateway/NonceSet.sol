// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title One bit per nonce, never reset
library NonceSet {
    struct Set {
        mapping(uint256 word => uint256 bits) _words;
    }

    /// @notice Whether a nonce is in the set.
    function has(Set storage self, uint256 nonce) internal view returns (bool) {
        return self._words[nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @notice Adds the nonces from `first` on, one for each item, and clears the items of those that were there before or lie below
    /// `floor`, which are not added. Writes each word once.
    function addEach(Set storage self, uint256 first, uint256 floor, bytes32[] memory items) internal {
        uint256 nonce = first;
        uint256 end = first + items.length;
        while (nonce < end) {
            uint256 word = nonce >> 8;
            uint256 bits = self._words[word];
            uint256 added = bits;
            for (; nonce < end && nonce >> 8 == word; ++nonce) {
                uint256 bit = 1 << (nonce & 0xff);
                if (nonce < floor || bits & bit != 0) items[nonce - first] = 0;
                else added |= bit;
            }
            if (added != bits) self._words[word] = added;
        }
    }

    /// @notice Adds `count` nonces from `first` on. Writes each word once.
    function addRange(Set storage self, uint256 first, uint256 count) internal {
        uint256 end = first + count;
        while (first < end) {
            uint256 word = first >> 8;
            uint256 wordEnd = (word + 1) << 8;
            uint256 length = (end < wordEnd ? end : wordEnd) - first;
            // `length` ones, moved to the place of `first`. At most 256, where the shift gives no bit at all.
            self._words[word] |= (type(uint256).max >> (256 - length)) << (first & 0xff);
            first += length;
        }
    }
}
