// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {Agreements} from "./Agreements.sol";
import {Document} from "./Document.sol";
import {DocumentRules} from "./DocumentRules.sol";
import {Epoch, ICharters} from "./ICharters.sol";
import {MemberList} from "./MemberList.sol";

/// @title Charters: the shared assumptions of groups
/// @notice See `ICharters`. Holds no money and calls nobody but the gateway and its own agreements.
contract Charters is ICharters, AccessManaged, IERC7786Recipient {
    using DocumentRules for Document;
    using MemberList for address;
    using Peers for Peers.Table;

    /// @dev Where a charter comes from.
    struct Origin {
        // slot 0
        uint256 homeChainId;
        // slot 1
        bytes32 foundingHash;
    }

    /// @dev What an epoch commits to.
    struct Hashes {
        // slot 0
        bytes32 members;
        // slot 1
        bytes32 document;
    }

    IGateway private immutable GATEWAY;
    Agreements private immutable AGREEMENTS;

    mapping(bytes32 charterId => Origin) private _origins;
    mapping(bytes32 charterId => Epoch) private _current;
    mapping(bytes32 charterId => mapping(uint32 epoch => Epoch)) private _epochs;
    mapping(bytes32 charterId => mapping(uint32 epoch => Hashes)) private _hashes;
    Peers.Table private _peers;

    /// @dev Creates the agreements, because each must know the other for good.
    constructor(address authority, IGateway gateway) AccessManaged(authority) {
        GATEWAY = gateway;
        AGREEMENTS = new Agreements(authority, gateway, this);
    }

    /// @inheritdoc ICharters
    function adopt(Document calldata document, bytes32 salt) external returns (bytes32 charterId) {
        bytes32 foundingHash = _foundingHash(document, salt);
        charterId = _idOf(block.chainid, address(this), foundingHash);
        require(_current[charterId].number == 0, CharterExists(charterId));
        document.check();
        address adopter = AGREEMENTS.accountOf(AGREEMENTS.partyOf(document.members, document.quorum));
        require(msg.sender == adopter, CharterWrongCaller(adopter, msg.sender));

        _origins[charterId] = Origin(block.chainid, foundingHash);
        emit CharterAdopted(charterId, salt, document);
        _begin(charterId, 1, document);
    }

    /// @inheritdoc ICharters
    function amend(bytes32 charterId, uint32 epoch, Document calldata document) external {
        _requireHome(charterId);
        uint32 number = _current[charterId].number;
        require(epoch == uint256(number) + 1, CharterEpochStale(charterId, number, epoch));
        document.check();
        address account = AGREEMENTS.accountOf(charterId);
        require(msg.sender == account, CharterWrongCaller(account, msg.sender));

        emit CharterAmended(charterId, epoch, document);
        _begin(charterId, epoch, document);
    }

    /// @inheritdoc ICharters
    function announce(bytes32 charterId) external returns (bytes32 sendId) {
        _requireHome(charterId);
        Epoch memory epoch = _current[charterId];
        Hashes memory hashes = _hashes[charterId][epoch.number];
        // The list of members has its place on this chain only.
        epoch.members = address(0);

        sendId = GATEWAY.broadcast(address(this), abi.encode(_origins[charterId].foundingHash, epoch, hashes), new bytes[](0));
        emit CharterAnnounced(charterId, epoch.number, sendId);
    }

    /// @notice Takes what the charters of another chain announce of a charter of theirs. Only the gateway brings it. What is known stays, and
    /// an older epoch that comes late becomes known and not current.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 originChainId = _peers.originOf(address(GATEWAY), sender);
        (bytes32 foundingHash, Epoch memory epoch, Hashes memory hashes) = abi.decode(payload, (bytes32, Epoch, Hashes));
        // An origin can only make up charters whose home it is.
        bytes32 charterId = _idOf(originChainId, _peers.peerOf(originChainId), foundingHash);
        require(epoch.number != 0 && epoch.members == address(0), AnnouncementInvalid(charterId, originChainId));

        if (_epochs[charterId][epoch.number].number == 0) {
            _origins[charterId] = Origin(originChainId, foundingHash);
            _enter(charterId, epoch, hashes);
            emit CharterMirrored(charterId, originChainId, epoch.number, hashes.document);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc ICharters
    function writeMembers(bytes32 charterId, uint32 epoch, address[] calldata members) external {
        Epoch memory known = _epochs[charterId][epoch];
        require(known.number != 0, CharterEpochUnknown(charterId, epoch));
        bytes32 expected = _hashes[charterId][epoch].members;
        bytes32 actual = _membersHash(members);
        require(actual == expected, MembersWrong(charterId, epoch, expected, actual));
        if (known.members != address(0)) return;
        // Its origin may lie about what it checked.
        DocumentRules.checkMembers(members);

        known.members = MemberList.write(members);
        _epochs[charterId][epoch] = known;
        if (_current[charterId].number == epoch) _current[charterId] = known;
        emit MembersWritten(charterId, epoch, known.members);
    }

    /// @inheritdoc ICharters
    function linkCharters(uint256 chainId, address charters) external restricted {
        require(chainId != 0 && chainId != block.chainid, ChartersChainInvalid(chainId));
        _peers.link(chainId, charters);
        emit ChartersLinked(chainId, charters);
    }

    /// @inheritdoc ICharters
    function isMember(bytes32 charterId, address account) external view returns (bool) {
        return _isOn(_current[charterId].members, account);
    }

    /// @inheritdoc ICharters
    function isMemberAt(bytes32 charterId, uint32 epoch, address account) external view returns (bool) {
        return _isOn(_epochs[charterId][epoch].members, account);
    }

    /// @inheritdoc ICharters
    function admits(bytes32 charterId, uint32 epoch, address account) external view returns (bool) {
        Epoch memory known = _epochs[charterId][epoch];
        return known.isMembersOnly ? _isOn(known.members, account) : known.number != 0;
    }

    /// @inheritdoc ICharters
    function requireCurrent(bytes32 charterId, uint32 epoch) external view returns (bool isMembersOnly) {
        Epoch memory known = _current[charterId];
        require(known.number != 0, CharterUnknown(charterId));
        require(known.number == epoch, CharterEpochStale(charterId, known.number, epoch));
        return known.isMembersOnly;
    }

    /// @inheritdoc ICharters
    function current(bytes32 charterId) external view returns (Epoch memory) {
        return _current[charterId];
    }

    /// @inheritdoc ICharters
    function epochOf(bytes32 charterId, uint32 epoch) external view returns (Epoch memory) {
        return _epochs[charterId][epoch];
    }

    /// @inheritdoc ICharters
    function hashesOf(bytes32 charterId, uint32 epoch) external view returns (bytes32 membersHash, bytes32 documentHash) {
        Hashes memory hashes = _hashes[charterId][epoch];
        return (hashes.members, hashes.document);
    }

    /// @inheritdoc ICharters
    function bindingOf(bytes32 charterId) external view returns (uint256 homeChainId, uint32 epoch, uint16 quorum, bytes32 membersHash) {
        Epoch memory known = _current[charterId];
        return (_origins[charterId].homeChainId, known.number, known.quorum, _hashes[charterId][known.number].members);
    }

    /// @inheritdoc ICharters
    function homeOf(bytes32 charterId) external view returns (uint256 chainId) {
        return _origins[charterId].homeChainId;
    }

    /// @inheritdoc ICharters
    function chartersOf(uint256 chainId) external view returns (address) {
        return _peers.peerOf(chainId);
    }

    /// @inheritdoc ICharters
    function charterIdOf(Document calldata document, bytes32 salt) external view returns (bytes32) {
        return _idOf(block.chainid, address(this), _foundingHash(document, salt));
    }

    /// @inheritdoc ICharters
    function agreements() external view returns (address) {
        return address(AGREEMENTS);
    }

    /// @dev Begins an epoch of a charter that lives here. The caller has checked who asks and the document.
    function _begin(bytes32 charterId, uint32 number, Document calldata document) private {
        Hashes memory hashes = Hashes(_membersHash(document.members), document.hash());
        Epoch memory epoch = Epoch({
            members: address(0),
            number: number,
            quorum: document.quorum,
            memberCount: uint16(document.members.length),
            isConflicting: document.isConflicting,
            isMembersOnly: document.policies.isMembersOnly
        });
        if (_enter(charterId, epoch, hashes)) return;

        epoch.members = MemberList.write(document.members);
        _epochs[charterId][number] = epoch;
        _current[charterId] = epoch;
        emit MembersWritten(charterId, number, epoch.members);
    }

    /// @dev Keeps an epoch, as the current one if it is newer. True when the list of its members is known: it is that of the current epoch.
    function _enter(bytes32 charterId, Epoch memory epoch, Hashes memory hashes) private returns (bool hasMembers) {
        Epoch memory before = _current[charterId];
        if (before.members != address(0) && _hashes[charterId][before.number].members == hashes.members) {
            epoch.members = before.members;
            hasMembers = true;
        }
        _hashes[charterId][epoch.number] = hashes;
        _epochs[charterId][epoch.number] = epoch;
        if (epoch.number > before.number) _current[charterId] = epoch;
    }

    function _requireHome(bytes32 charterId) private view {
        uint256 homeChainId = _origins[charterId].homeChainId;
        require(homeChainId != 0, CharterUnknown(charterId));
        require(homeChainId == block.chainid, CharterNotHome(charterId, homeChainId));
    }

    function _isOn(address list, address account) private view returns (bool) {
        return list != address(0) && list.has(account);
    }

    function _membersHash(address[] calldata members) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(members));
    }

    function _foundingHash(Document calldata document, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(document.hash(), salt));
    }

    function _idOf(uint256 homeChainId, address charters, bytes32 foundingHash) private pure returns (bytes32) {
        return keccak256(abi.encode(homeChainId, charters, foundingHash));
    }
}
