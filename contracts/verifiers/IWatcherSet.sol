// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGateway} from "../gateway/IGateway.sol";
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

using FinalityPolicyLibrary for FinalityPolicy global;

/// @notice The rule of finality policies.
library FinalityPolicyLibrary {
    /// @notice Only a depth has a depth.
    function isSound(FinalityPolicy calldata policy) internal pure returns (bool) {
        return policy.kind == FinalityKind.Depth || policy.depth == 0;
    }
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

/// @notice One signed head: what was said, and the signature in 64 bytes (ERC-2098).
struct Statement {
    bytes32 head;
    bytes32 r;
    bytes32 vs;
}

/// @title k-of-n watcher signatures over the head of a lane
/// @notice Watchers sign EIP-712 `Head(bytes32 setId,uint256 originChainId,address originGateway,uint256 destinationChainId,uint64 nonce,bytes32 head)`
/// under the domain `{ name: "Hanse WatcherSet", version: "1" }`, without chain id or contract: a head is a fact that is true everywhere.
/// Only the current generation counts, at the time of the call; no vote is stored. A new contract has no generation and vouches for nothing.
/// @dev Proof: `uint16 leafCount | leafCount x bytes32 leaf | signatures`, each signature the 64 bytes `r | vs` (ERC-2098), by strictly
/// ascending signers. The leaves lead from the head asked about to the head that was signed. All signatures must count: one that is
/// malformed, masked or not by a member spoils the proof, so a proof that was changed anywhere is refused.
interface IWatcherSet is IHeadVerifier {
    /// @notice A new generation vouches from now on; the previous one no longer counts.
    event RosterAdopted(bytes32 indexed setId, bytes32 indexed previousSetId, address[] members, uint8 quorum, FinalityPolicy[] policies);
    /// @notice The current generation chose the next one, which may be adopted from `readyAt` on.
    event RotationProposed(bytes32 indexed setId, bytes32 indexed nextSetId, uint40 readyAt);
    /// @notice The chosen generation will not be adopted this way any more.
    event RotationCancelled(bytes32 indexed setId, bytes32 indexed nextSetId);
    /// @notice More signatures are needed until `until`.
    event QuorumRaised(bytes32 indexed setId, uint8 quorum, uint40 until);
    /// @notice A watcher signed two different heads for one place and no longer counts in this set.
    event WatcherMasked(bytes32 indexed setId, address indexed watcher, bytes32 laneKey, uint64 nonce);

    /// @notice Members must be strictly ascending and not zero.
    error MemberInvalid(address member);
    /// @notice More members than a set can have.
    error RosterTooLong(uint256 members, uint256 limit);
    /// @notice The quorum must be at least 2, more than half of the members and not more than all.
    error QuorumInvalid(uint256 quorum, uint256 members);
    /// @notice Policies must be strictly ascending by chain id, which is not zero, and only `Depth` has a depth.
    error PolicyInvalid(uint256 chainId);
    /// @notice The roster does not follow from the current set.
    error RosterNotNext(bytes32 previousSetId, bytes32 currentSetId);
    /// @notice Too few members of the current generation signed the rotation, or a signature does not count.
    error RotationNotSigned(bytes32 nextSetId);
    /// @notice Another rotation waits, or governance cancelled this one.
    error RotationRefused(bytes32 nextSetId, bytes32 waiting);
    /// @notice The rotation was not proposed, or must wait until `readyAt`.
    error RotationNotReady(bytes32 nextSetId, uint40 readyAt);
    /// @notice The quorum is not higher than the one in force, or a raise ended less than 7 days ago.
    error QuorumNotRaised(uint8 quorum, uint8 inForce);
    /// @notice The proof is cut off, or has bytes left over.
    error ProofMalformed(uint256 length);
    /// @notice The two statements are not a contradiction by one member of the current set over a lane linked here.
    error EvidenceInvalid();

    /// @notice Adopts a generation by decision of this chain's governance, delayed through the access manager.
    /// @dev The first one may stand anywhere in the sequence of generations; every other one must follow from the current one.
    function adopt(Roster calldata next) external;

    /// @notice Brings the current generation's choice of the next one. Anyone. It waits for 2 days, in which governance may cancel it.
    /// @param signatures Over EIP-712 `Rotation(bytes32 setId,bytes32 nextSetId)` in the same domain and form as heads.
    function proposeRotation(Roster calldata next, bytes calldata signatures) external;

    /// @notice Adopts the chosen generation after its delay. Anyone.
    function completeRotation(Roster calldata next) external;

    /// @notice Drops the waiting rotation for good. Governance.
    function cancelRotation() external;

    /// @notice Asks for more signatures at once. Guardian. It lapses after 7 days, or with the next generation, which is how it is confirmed.
    function raiseQuorum(uint8 quorum_) external;

    /// @notice Shows that one watcher signed two heads for one place. It counts no longer, at once; neither the set nor its quorum changes. Anyone.
    /// @dev Only for the current set, and for a lane linked on this chain.
    function submitEvidence(Lane calldata lane, uint64 nonce, Statement calldata one, Statement calldata other) external;

    /// @notice The gateway that knows which lanes are linked here.
    function gateway() external view returns (IGateway);
    /// @notice The generation that vouches now; zero when none does.
    function setId() external view returns (bytes32);
    /// @notice The members and quorum of the current generation.
    function roster() external view returns (address[] memory members, uint8 quorum);
    /// @notice How many signatures are needed now: the current generation's quorum, or more while it is raised.
    function quorumInForce() external view returns (uint8);
    /// @notice Whether a member of the current generation no longer counts.
    function isMasked(address member) external view returns (bool);
    /// @notice The rotation that waits, and from when on it may be completed. Zero: none.
    function pendingRotation() external view returns (bytes32 nextSetId, uint40 readyAt);
    /// @notice The id of a roster.
    function setIdOf(Roster calldata next) external pure returns (bytes32);
    /// @notice The EIP-712 digest that watchers sign for a head.
    function headDigest(bytes32 setId_, Lane calldata lane, uint64 nonce, bytes32 head) external view returns (bytes32);
    /// @notice The EIP-712 digest that watchers sign for a rotation.
    function rotationDigest(bytes32 setId_, bytes32 nextSetId) external view returns (bytes32);
}
