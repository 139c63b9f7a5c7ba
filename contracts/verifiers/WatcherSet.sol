// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IGateway} from "../gateway/IGateway.sol";
import {IHeadVerifier} from "../gateway/IHeadVerifier.sol";
import {Lane, LaneLibrary} from "../gateway/Lane.sol";
import {Attestation} from "./Attestation.sol";
import {IWatcherSet, Roster, Statement} from "./IWatcherSet.sol";
import {RosterCode} from "./RosterCode.sol";

/// @title The watchers whose signatures vouch for heads
/// @notice See `IWatcherSet`.
contract WatcherSet is IWatcherSet, AccessManaged {
    using RosterCode for Roster;

    /// @dev All that a verification reads from storage.
    struct Current {
        // slot 0
        /// @dev The contract whose code holds the roster.
        address roster;
        /// @dev Bit `i` is set when member `i` no longer counts.
        uint48 masked;
        uint8 raisedQuorum;
        uint40 raisedUntil;
    }

    /// @dev The current generation as verification sees it.
    struct Watchers {
        bytes32 setId;
        /// @dev The one in force.
        uint8 quorum;
        address[] members;
        uint48 masked;
    }

    /// @notice Seconds between the watchers' choice of the next generation and its adoption.
    uint40 public constant ROTATION_DELAY = 2 days;
    /// @notice Seconds that a raise of the quorum lasts, and then must rest.
    uint40 public constant RAISE_DURATION = 7 days;

    uint256 private constant SIGNATURE = 64;

    /// @inheritdoc IWatcherSet
    IGateway public immutable gateway;

    Current private _current;
    bytes32 private _nextSetId;
    uint40 private _nextReadyAt;
    mapping(bytes32 nextSetId => bool) private _isCancelled;

    constructor(address authority, IGateway gateway_) AccessManaged(authority) {
        gateway = gateway_;
    }

    /// @inheritdoc IWatcherSet
    function adopt(Roster calldata next) external restricted {
        _adopt(next, next.idOf());
    }

    /// @inheritdoc IWatcherSet
    function proposeRotation(Roster calldata next, bytes calldata signatures) external {
        next.check();
        Watchers memory watchers = _watchers();
        bytes32 nextSetId = next.idOf();
        require(watchers.setId != 0 && next.previousSetId == watchers.setId, RosterNotNext(next.previousSetId, watchers.setId));
        require(_nextSetId == 0 && !_isCancelled[nextSetId], RotationRefused(nextSetId, _nextSetId));
        require(_isSigned(watchers, Attestation.rotationDigest(watchers.setId, nextSetId), signatures), RotationNotSigned(nextSetId));

        uint40 readyAt = uint40(block.timestamp) + ROTATION_DELAY;
        _nextSetId = nextSetId;
        _nextReadyAt = readyAt;
        emit RotationProposed(watchers.setId, nextSetId, readyAt);
    }

    /// @inheritdoc IWatcherSet
    function completeRotation(Roster calldata next) external {
        bytes32 nextSetId = next.idOf();
        require(nextSetId == _nextSetId && block.timestamp >= _nextReadyAt, RotationNotReady(nextSetId, _nextReadyAt));
        _adopt(next, nextSetId);
    }

    /// @inheritdoc IWatcherSet
    function cancelRotation() external restricted {
        bytes32 nextSetId = _nextSetId;
        require(nextSetId != 0, RotationNotReady(0, 0));

        _isCancelled[nextSetId] = true;
        _dropRotation();
        emit RotationCancelled(setId(), nextSetId);
    }

    /// @inheritdoc IWatcherSet
    function raiseQuorum(uint8 quorum_) external restricted {
        Watchers memory watchers = _watchers();
        Current memory current = _current;
        bool isRaised = block.timestamp < current.raisedUntil;
        require(
            quorum_ > watchers.quorum && (isRaised || block.timestamp >= current.raisedUntil + RAISE_DURATION),
            QuorumNotRaised(quorum_, watchers.quorum)
        );
        require(quorum_ <= watchers.members.length, QuorumInvalid(quorum_, watchers.members.length));

        // A raise of a raise does not last longer: 7 days in a row, whatever is asked.
        uint40 until = isRaised ? current.raisedUntil : uint40(block.timestamp) + RAISE_DURATION;
        _current.raisedQuorum = quorum_;
        _current.raisedUntil = until;
        emit QuorumRaised(watchers.setId, quorum_, until);
    }

    /// @inheritdoc IWatcherSet
    function submitEvidence(Lane calldata lane, uint64 nonce, Statement calldata one, Statement calldata other) external {
        Watchers memory watchers = _watchers();
        (IHeadVerifier verifier, , ) = gateway.linkOf(lane);
        require(one.head != other.head && address(verifier) != address(0), EvidenceInvalid());
        uint256 member = _signerOf(watchers, lane, nonce, one);
        require(member < watchers.members.length && member == _signerOf(watchers, lane, nonce, other), EvidenceInvalid());

        _current.masked = watchers.masked | uint48(1 << member);
        emit WatcherMasked(watchers.setId, watchers.members[member], LaneLibrary.key(lane), nonce);
    }

    /// @inheritdoc IHeadVerifier
    function verify(Lane calldata lane, uint64 nonce, bytes32 head, bytes calldata proof) external view returns (bool) {
        require(proof.length >= 2, ProofMalformed(proof.length));
        uint256 leaves = uint16(bytes2(proof));
        uint256 end = 2 + 32 * leaves;
        require(proof.length >= end && (proof.length - end) % SIGNATURE == 0, ProofMalformed(proof.length));

        for (uint256 offset = 2; offset < end; offset += 32) {
            head = LaneLibrary.fold(head, bytes32(proof[offset:]));
        }
        Watchers memory watchers = _watchers();
        bytes32 digest = Attestation.headDigest(watchers.setId, lane, nonce + uint64(leaves), head);
        return _isSigned(watchers, digest, proof[end:]);
    }

    /// @inheritdoc IWatcherSet
    function setId() public view returns (bytes32) {
        return _watchers().setId;
    }

    /// @inheritdoc IWatcherSet
    function roster() external view returns (address[] memory members, uint8 quorum) {
        address data = _current.roster;
        if (data != address(0)) (, quorum, members) = RosterCode.read(data);
    }

    /// @inheritdoc IWatcherSet
    function quorumInForce() external view returns (uint8) {
        return _watchers().quorum;
    }

    /// @inheritdoc IWatcherSet
    function isMasked(address member) external view returns (bool) {
        Watchers memory watchers = _watchers();
        uint256 index = _indexOf(watchers.members, 0, member);
        return index < watchers.members.length && _isMasked(watchers, index);
    }

    /// @inheritdoc IWatcherSet
    function pendingRotation() external view returns (bytes32 nextSetId, uint40 readyAt) {
        return (_nextSetId, _nextReadyAt);
    }

    /// @inheritdoc IWatcherSet
    function setIdOf(Roster calldata next) external pure returns (bytes32) {
        return next.idOf();
    }

    /// @inheritdoc IWatcherSet
    function headDigest(bytes32 setId_, Lane calldata lane, uint64 nonce, bytes32 head) external pure returns (bytes32) {
        return Attestation.headDigest(setId_, lane, nonce, head);
    }

    /// @inheritdoc IWatcherSet
    function rotationDigest(bytes32 setId_, bytes32 nextSetId) external pure returns (bytes32) {
        return Attestation.rotationDigest(setId_, nextSetId);
    }

    /// @dev Masks, raises and a waiting rotation belong to the generation that ends.
    function _adopt(Roster calldata next, bytes32 nextSetId) private {
        next.check();
        bytes32 currentSetId = setId();
        require(currentSetId == 0 || next.previousSetId == currentSetId, RosterNotNext(next.previousSetId, currentSetId));

        _current = Current({roster: next.write(nextSetId), masked: 0, raisedQuorum: 0, raisedUntil: 0});
        _dropRotation();
        emit RosterAdopted(nextSetId, next.previousSetId, next.members, next.quorum, next.policies);
    }

    function _dropRotation() private {
        delete _nextSetId;
        delete _nextReadyAt;
    }

    /// @dev Without a generation: no id, no member, and a quorum that nobody can reach.
    function _watchers() private view returns (Watchers memory watchers) {
        Current memory current = _current;
        watchers.quorum = type(uint8).max;
        if (current.roster == address(0)) return watchers;

        (watchers.setId, watchers.quorum, watchers.members) = RosterCode.read(current.roster);
        watchers.masked = current.masked;
        if (block.timestamp < current.raisedUntil) watchers.quorum = current.raisedQuorum;
    }

    /// @dev Whether enough members signed, in ascending order, and nothing else stands among the signatures.
    function _isSigned(Watchers memory watchers, bytes32 digest, bytes calldata signatures) private pure returns (bool) {
        if (signatures.length % SIGNATURE != 0 || signatures.length / SIGNATURE < watchers.quorum) return false;
        uint256 next;
        for (uint256 offset; offset < signatures.length; offset += SIGNATURE) {
            // Zero for a signature that is malformed or has a high s, and zero is never a member.
            (address signer, , ) = ECDSA.tryRecover(digest, bytes32(signatures[offset:]), bytes32(signatures[offset + SIGNATURE / 2:]));
            uint256 index = _indexOf(watchers.members, next, signer);
            if (index == watchers.members.length || _isMasked(watchers, index)) return false;
            next = index + 1;
        }
        return true;
    }

    /// @dev The index of the member that made a statement, or the number of members.
    function _signerOf(
        Watchers memory watchers,
        Lane calldata lane,
        uint64 nonce,
        Statement calldata statement
    ) private pure returns (uint256) {
        bytes32 digest = Attestation.headDigest(watchers.setId, lane, nonce, statement.head);
        (address signer, , ) = ECDSA.tryRecover(digest, statement.r, statement.vs);
        return _indexOf(watchers.members, 0, signer);
    }

    /// @dev The index of a member from `start` on, or the number of members.
    function _indexOf(address[] memory members, uint256 start, address member) private pure returns (uint256 index) {
        for (index = start; index < members.length; ++index) {
            if (members[index] == member) return index;
        }
    }

    function _isMasked(Watchers memory watchers, uint256 index) private pure returns (bool) {
        return watchers.masked & (1 << index) != 0;
    }
}
