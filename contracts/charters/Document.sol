// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FinalityKind} from "../verifiers/IWatcherSet.sol";

/// @notice What is assumed of one chain.
struct ChainRule {
    uint64 chainId;
    /// @dev When a block of it counts.
    FinalityKind finality;
    /// @dev Blocks; zero unless `finality` is `Depth`.
    uint32 depth;
    /// @dev Milliseconds between blocks.
    uint32 blockTime;
    /// @dev Seconds from a final block to a message that runs elsewhere.
    uint32 relayTime;
    /// @dev Seconds by which its clock may be wrong.
    uint32 clockSkew;
    /// @dev Seconds that it may stand still without anybody losing by it.
    uint32 outage;
}

/// @notice The shortest windows that a task under the charter has. Seconds; zero: any.
struct Windows {
    uint24 challenge;
    uint24 work;
    uint24 review;
    uint24 dispute;
    uint24 arbitration;
    uint24 grace;
}

/// @notice Which of two decisions stands that contradict each other.
enum ConflictRule {
    /// The one that its home ordered first.
    First,
    /// That of the member that stands first in the list.
    MemberOrder,
    /// The one that the charter's evaluator names.
    Evaluator
}

/// @notice How work is given away and judged.
struct Policies {
    /// @dev The allocation policy that tasks name. Zero: any.
    address allocation;
    bytes32 allocationParams;
    /// @dev The evaluator that tasks name. Zero: any.
    address evaluator;
    /// @dev The arbitrator that tasks name. Zero: any.
    address arbitrator;
    ConflictRule conflict;
    /// @dev Only members may claim or bid for tasks under the charter. Then a claim may go without a bond.
    bool isMembersOnly;
    /// @dev The longest lease, renewals included, in seconds. Zero: any.
    uint32 maxLease;
}

/// @notice One chain's form of a token.
struct TokenForm {
    uint64 chainId;
    /// @dev Zero is the native coin.
    address token;
    uint8 decimals;
}

/// @notice The shared assumptions of a group. Its hash is `keccak256(abi.encode(document))`; there is one form of it, so equal documents have
/// equal hashes.
struct Document {
    string name;
    /// @dev Strictly ascending, never zero, at most 1,000.
    address[] members;
    /// @dev How many members bind all.
    uint16 quorum;
    /// @dev Two quorums without a common member may exist. Otherwise the quorum is more than half.
    bool isConflicting;
    /// @dev Strictly ascending by chain id, never zero.
    ChainRule[] chains;
    Windows windows;
    Policies policies;
    /// @dev Groups of tokens that count as one, each strictly ascending by chain id. No token stands twice.
    TokenForm[][] tokens;
}
