// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IHeadVerifier} from "../gateway/IHeadVerifier.sol";
import {Lane} from "../gateway/Lane.sol";

/// @notice What makes a block of an origin chain permanent in the eyes of the watchers.
enum FinalityKind {
    /// `depth` blocks below the latest one.
    Depth,
    /// The chain's own `safe` tag.
    Safe,
    /// The chain's own `finalized` tag.
    Finalized
}

/// @notice The finality policy for one origin chain.
struct FinalityPolicy {
    uint256 chainId;
    FinalityKind kind;
    /// @dev Blocks; zero unless `kind` is `Depth`.
    uint32 depth;
}

/// @notice One generation of watchers. Its id is `keccak256(abi.encode(previousSetId, members, quorum, policies))`.
struct Roster {
    bytes32 previousSetId;
    /// @dev Strictly ascending, never zero.
    address[] members;
    /// @dev At least 2, and more than half of the members.
    uint8 quorum;
    /// @dev Strictly ascending by chain id.
    FinalityPolicy[] policies;
}

/// @title k-of-n watcher signatures over the head of a lane
/// @notice Watchers sign EIP-712 `Head(bytes32 setId,uint256 originChainId,address originGateway,uint256 destinationChainId,uint64 nonce,bytes32 head)`
/// under the domain `{ name: "Hanse WatcherSet", version: "1" }`, without chain id or contract: a head is a fact that is true everywhere.
/// @dev Proof: `uint16 leafCount | leafCount x bytes32 leaf | signatures`, each signature the 64 bytes `r | vs` (ERC-2098), by strictly
/// ascending signers. The leaves lead from the head asked about to the head that was signed.
interface IWatcherSet is IHeadVerifier {
    /// @notice A new generation vouches from now on; the previous one no longer counts.
    event RosterAdopted(bytes32 indexed setId, bytes32 indexed previousSetId, address[] members, uint8 quorum);
    /// @notice A watcher signed two different heads for one place and no longer counts in this set.
    event WatcherMasked(bytes32 indexed setId, address indexed watcher, bytes32 laneKey, uint64 nonce);

    /// @notice Members must be strictly ascending and not zero.
    error MemberInvalid(address member);
    /// @notice The quorum must be at least 2 and more than half of the members.
    error QuorumInvalid(uint256 quorum, uint256 members);
    /// @notice The roster does not follow from the current set.
    error RosterNotNext(bytes32 previousSetId, bytes32 currentSetId);
    /// @notice The proof is cut off, or has bytes left over.
    error ProofMalformed(uint256 length);
    /// @notice The two statements are not a contradiction by one member of the current set over a lane linked here.
    error EvidenceInvalid();

    /// @notice The generation that vouches now; zero when none does.
    function setId() external view returns (bytes32);
    /// @notice The members and quorum of the current generation.
    function roster() external view returns (address[] memory members, uint8 quorum);
    /// @notice Whether a member of the current generation still counts.
    function isMasked(address member) external view returns (bool);
    /// @notice Adopts a generation by decision of this chain's governance.
    function adopt(Roster calldata next) external;
    /// @notice The EIP-712 digest that watchers sign.
    function headDigest(bytes32 setId_, Lane calldata lane, uint64 nonce, bytes32 head) external view returns (bytes32);
}
