// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Roster} from "../../contracts/verifiers/IWatcherSet.sol";
import {RosterCode} from "../../contracts/verifiers/RosterCode.sol";

/// @title The rules of a roster: the product's own library, no model
contract RosterRules {
    function check(Roster calldata next) external pure {
        RosterCode.check(next);
        // control QuorumsIntersect in verifiers/RosterCode.sol: 2 * uint256(self.quorum) > count, => 2 * uint256(self.quorum) >= count,
        // control QuorumsIntersect in verifiers/RosterCode.sol: self.quorum >= 2 && => true &&
        // property QuorumsIntersect: a roster that is adopted needs at least 2 signatures, and any two quorums of it share a member
        assert(next.quorum >= 2 && 2 * uint256(next.quorum) > next.members.length);
        // control QuorumReachable in verifiers/RosterCode.sol: self.quorum <= count && => true &&
        // control QuorumReachable in verifiers/RosterCode.sol: require(count <= MAX_MEMBERS, => require(count <= MAX_MEMBERS + 1,
        // property QuorumReachable: a roster that is adopted has members enough for its quorum, and a bit for each to mask it
        assert(next.quorum <= next.members.length && next.members.length <= 48);
    }
}
