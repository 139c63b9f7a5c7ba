// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Document} from "./Document.sol";

/// @notice What a contract needs of one epoch of a charter, in one slot.
struct Epoch {
    // slot 0
    /// @dev Holds the list of members in its code. Zero at a mirror until someone brought the list.
    address members;
    /// @dev Counted from 1. Zero: no such epoch here.
    uint32 number;
    uint16 quorum;
    uint16 memberCount;
    bool isConflicting;
    bool isMembersOnly;
}

/// @title Charters: the shared assumptions of groups
/// @notice A charter is a document with a hash, amended epoch by epoch. Its home is the chain where it was adopted, and
/// `charterId = keccak256(abi.encode(homeChainId, charters, foundingHash))`, where
/// `foundingHash = keccak256(abi.encode(keccak256(abi.encode(document)), salt))`. So the id commits to the chain that may speak of it. Other
/// chains hold mirrors of it, fed by broadcast. What was made under an epoch keeps it; only new things need the current one.
interface ICharters {
    /// @notice A group adopted a charter, in epoch 1.
    event CharterAdopted(bytes32 indexed charterId, bytes32 salt, Document document);
    /// @notice The members agreed on a new document.
    event CharterAmended(bytes32 indexed charterId, uint32 indexed epoch, Document document);
    /// @notice The current epoch was broadcast to all chains.
    event CharterAnnounced(bytes32 indexed charterId, uint32 indexed epoch, bytes32 sendId);
    /// @notice This chain knows an epoch of a charter that lives elsewhere.
    event CharterMirrored(bytes32 indexed charterId, uint256 indexed homeChainId, uint32 indexed epoch, bytes32 documentHash);
    /// @notice Who the members are in an epoch is known on this chain.
    event MembersWritten(bytes32 indexed charterId, uint32 indexed epoch, address list);
    /// @notice The charters of a chain are believed from now on. Zero: nobody is.
    event ChartersLinked(uint256 indexed chainId, address charters);

    /// @notice The document breaks a rule of documents; `rule` names it, `value` is what broke it.
    error DocumentInvalid(string rule, uint256 value);
    /// @notice Two quorums could contradict each other, and the document does not openly say that they may.
    error DocumentQuorumTooSmall(uint256 quorum, uint256 members);
    /// @notice A group adopts a charter by the account of its members and quorum, and amends it by the account of the charter.
    error CharterWrongCaller(address expected, address caller);
    /// @notice This very charter exists. Another salt makes another one.
    error CharterExists(bytes32 charterId);
    /// @notice Nothing is known of the charter on this chain.
    error CharterUnknown(bytes32 charterId);
    /// @notice Only the charter's home does this.
    error CharterNotHome(bytes32 charterId, uint256 homeChainId);
    /// @notice New things need the charter's current epoch. Compare both documents: the difference is the rule that was amended.
    error CharterEpochStale(bytes32 charterId, uint32 current, uint32 given);
    /// @notice The epoch is not known on this chain.
    error CharterEpochUnknown(bytes32 charterId, uint32 epoch);
    /// @notice These are not the members of that epoch.
    error MembersWrong(bytes32 charterId, uint32 epoch, bytes32 expected, bytes32 actual);
    /// @notice An announcement names an epoch, and no list of members of another chain.
    error AnnouncementInvalid(bytes32 charterId, uint256 originChainId);
    /// @notice Charters are linked for other chains.
    error ChartersChainInvalid(uint256 chainId);

    /// @notice Adopts a charter whose home is this chain. Only the account of exactly its members and quorum, so by their agreement.
    function adopt(Document calldata document, bytes32 salt) external returns (bytes32 charterId);

    /// @notice Replaces the document. Only the charter's account, so by an agreement under the epoch before.
    /// @param epoch The current epoch plus one.
    function amend(bytes32 charterId, uint32 epoch, Document calldata document) external;

    /// @notice Broadcasts the current epoch to all chains. Anyone, as often as needed.
    function announce(bytes32 charterId) external returns (bytes32 sendId);

    /// @notice Brings the members of a mirrored epoch. Anyone who has the list.
    function writeMembers(bytes32 charterId, uint32 epoch, address[] calldata members) external;

    /// @notice Believes announcements of `charters` on that chain. Zero: of nobody.
    function linkCharters(uint256 chainId, address charters) external;

    /// @notice Whether an account is a member now. False while the list is not known here, and for unknown charters.
    function isMember(bytes32 charterId, address account) external view returns (bool);

    /// @notice Whether an account was a member in an epoch. False while the list is not known here, and for unknown epochs.
    function isMemberAt(bytes32 charterId, uint32 epoch, address account) external view returns (bool);

    /// @notice Whether an account may claim or bid under an epoch: everybody, unless the charter is for members only. False for unknown epochs.
    function admits(bytes32 charterId, uint32 epoch, address account) external view returns (bool);

    /// @notice Reverts unless `epoch` is the current one here. Says whether only members may claim.
    function requireCurrent(bytes32 charterId, uint32 epoch) external view returns (bool isMembersOnly);

    /// @notice The current epoch here. Its number is zero for an unknown charter.
    function current(bytes32 charterId) external view returns (Epoch memory);

    /// @notice An epoch. Its number is zero if it is not known here.
    function epochOf(bytes32 charterId, uint32 epoch) external view returns (Epoch memory);

    /// @notice `keccak256(abi.encodePacked(members))` and the hash of the document of an epoch. Zero if it is not known here.
    function hashesOf(bytes32 charterId, uint32 epoch) external view returns (bytes32 membersHash, bytes32 documentHash);

    /// @notice What binds the charter now: its home, the current epoch, and how many of which members. Zeros for an unknown charter.
    function bindingOf(bytes32 charterId) external view returns (uint256 homeChainId, uint32 epoch, uint16 quorum, bytes32 membersHash);

    /// @notice Where the charter lives. Zero: not known here.
    function homeOf(bytes32 charterId) external view returns (uint256 chainId);

    /// @notice The charters believed for a chain. Zero: none.
    function chartersOf(uint256 chainId) external view returns (address);

    /// @notice The id of a charter that is adopted here.
    function charterIdOf(Document calldata document, bytes32 salt) external view returns (bytes32);

    /// @notice The contract by which members agree. It was created with this one.
    function agreements() external view returns (address);
}
