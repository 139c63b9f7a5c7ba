// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {FinalityPolicy, IWatcherSet, Roster} from "./IWatcherSet.sol";

/// @title Rosters as the code of a small contract
/// @notice Reading a whole roster costs one code copy instead of a storage slot per member.
library RosterCode {
    /// @notice The most members. One bit each masks them.
    uint256 internal constant MAX_MEMBERS = 48;

    /// @notice The id of a roster. It commits to the whole sequence of rosters before it.
    function idOf(Roster calldata self) internal pure returns (bytes32) {
        return keccak256(abi.encode(self.previousSetId, self.members, self.quorum, self.policies));
    }

    /// @notice Reverts unless the roster keeps every rule that does not depend on the current one.
    function check(Roster calldata self) internal pure {
        uint256 count = self.members.length;
        require(count <= MAX_MEMBERS, IWatcherSet.RosterTooLong(count, MAX_MEMBERS));
        require(
            self.quorum >= 2 && self.quorum <= count && 2 * uint256(self.quorum) > count,
            IWatcherSet.QuorumInvalid(self.quorum, count)
        );
        address lastMember;
        for (uint256 i; i < count; ++i) {
            require(self.members[i] > lastMember, IWatcherSet.MemberInvalid(self.members[i]));
            lastMember = self.members[i];
        }
        uint256 lastChain;
        for (uint256 i; i < self.policies.length; ++i) {
            FinalityPolicy calldata policy = self.policies[i];
            require(policy.chainId > lastChain && policy.isSound(), IWatcherSet.PolicyInvalid(policy.chainId));
            lastChain = policy.chainId;
        }
    }

    /// @notice Writes what verification needs of a roster into the code of a new contract.
    /// @dev A clone of nothing: calling it does nothing, its arguments are the data.
    function write(Roster calldata self, bytes32 id) internal returns (address) {
        return Clones.cloneWithImmutableArgs(address(0), abi.encode(id, self.quorum, self.members));
    }

    /// @notice Reads what was written.
    function read(address data) internal view returns (bytes32 id, uint8 quorum, address[] memory members) {
        return abi.decode(Clones.fetchCloneArgs(data), (bytes32, uint8, address[]));
    }
}
