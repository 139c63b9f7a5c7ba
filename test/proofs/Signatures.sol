// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The counting of signatures, as `WatcherSet` does it
/// @notice The model of `WatcherSet._isSigned`. Recovering a signer is left out: each item of `signers` is the place in the roster of
/// whoever made that signature, or no place of it for anybody else. `one` is any place.
contract Signatures {
    function isSigned(uint256[] calldata signers, uint256 members, uint256 quorum, uint256 one, bool isOneMasked) external pure {
        require(members <= 48 && quorum >= 2);
        // mirrors verifiers/WatcherSet.sol: if (signatures.length % SIGNATURE != 0 || signatures.length / SIGNATURE < watchers.quorum) return false;
        // control QuorumReached: if (signers.length + 1 < quorum) return;
        // control QuorumReached: if (signers.length == 0) return;
        if (signers.length < quorum) return;
        uint256 counted;
        uint256 ofOne;
        uint256 ofStrangers;
        uint256 next;
        for (uint256 i; i < signers.length; ++i) {
            // mirrors verifiers/WatcherSet.sol: for (index = start; index < members.length; ++index) {
            // control NobodyCountsTwice: uint256 index = signers[i];
            // control NobodyCountsTwice: uint256 index = signers[i] + 1 < next ? members : signers[i];
            uint256 index = signers[i] < next ? members : signers[i];
            if (index > members) index = members;
            bool isMasked = index == one && isOneMasked;
            // mirrors verifiers/WatcherSet.sol: if (index == watchers.members.length || _isMasked(watchers, index)) return false;
            // control MaskedNeverCount: if (index == members) return;
            // control MaskedNeverCount: if (index == members || (isMasked && i > 0)) return;
            // control StrangersNeverCount: if (isMasked) return;
            // control StrangersNeverCount: if ((index == members && i == 0) || isMasked) return;
            if (index == members || isMasked) return;
            // mirrors verifiers/WatcherSet.sol: next = index + 1;
            // control NobodyCountsTwice: next = index;
            next = index + 1;

            ++counted;
            if (index == one) ++ofOne;
            if (index >= members) ++ofStrangers;
        }
        // property QuorumReached: what counts as signed has at least as many signatures as the quorum
        assert(counted >= quorum);
        // property NobodyCountsTwice: no member counts twice
        assert(ofOne <= 1);
        // property MaskedNeverCount: a masked member does not count
        assert(!isOneMasked || ofOne == 0 || one >= members);
        // property StrangersNeverCount: nobody counts who is not in the roster
        assert(ofStrangers == 0);
    }
}
