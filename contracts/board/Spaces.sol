// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Author} from "./Author.sol";
import {IBlackboard} from "./IBlackboard.sol";
import {Space, Writer} from "./IBoardRecords.sol";
import {ISpaceCharters} from "./ISpaceCharters.sol";
import {SpaceId} from "./SpaceId.sol";

/// @title Who may write where
/// @notice See `IBlackboard`.
abstract contract Spaces is IBlackboard {
    using SpaceId for bytes32;

    struct StoredSpace {
        // slot 0
        /// @dev Of a list.
        address controller;
        /// @dev Of a list: one when it opens, and one more with each change of its writers. Zero: not open.
        uint32 epoch;
        /// @dev Of a charter, if its members agreed on one.
        uint32 maxLease;
        bool hasMaxLease;
    }

    ISpaceCharters internal immutable CHARTERS;

    mapping(bytes32 space => StoredSpace) private _spaces;
    mapping(bytes32 space => mapping(uint256 author => bool)) private _writers;

    constructor(ISpaceCharters charters) {
        CHARTERS = charters;
    }

    /// @inheritdoc IBlackboard
    function openSpace(uint32 maxLease, address controller, bytes32 salt, Writer[] calldata writers) external returns (bytes32 space) {
        require(maxLease <= SpaceId.MAX_LEASE, MaxLeaseInvalid(maxLease, SpaceId.MAX_LEASE));
        require(controller != address(0) || writers.length != 0, SpaceWithoutWriters());
        space = SpaceId.ofList(
            maxLease,
            keccak256(abi.encode(block.chainid, address(this), msg.sender, maxLease, controller, salt, writers))
        );
        require(_spaces[space].epoch == 0, SpaceAlreadyOpen(space));

        _spaces[space].controller = controller;
        _spaces[space].epoch = 1;
        emit SpaceOpened(space, msg.sender, maxLease, controller, salt);
        _setWriters(space, writers, true);
    }

    /// @inheritdoc IBlackboard
    function setWriters(bytes32 space, Writer[] calldata writers, bool isWriter_) external {
        _requireController(space);

        if (space.isList()) _spaces[space].epoch += 1;
        _setWriters(space, writers, isWriter_);
    }

    /// @inheritdoc IBlackboard
    function setController(bytes32 space, address controller) external {
        _requireController(space);
        require(space.isList(), SpaceOfCharter(space));

        _spaces[space].controller = controller;

        emit ControllerChanged(space, controller);
    }

    /// @inheritdoc IBlackboard
    function setMaxLease(bytes32 space, uint32 maxLease) external {
        _requireController(space);
        require(!space.isList(), SpaceOfList(space));
        require(maxLease <= SpaceId.MAX_CHARTER_LEASE, MaxLeaseInvalid(maxLease, SpaceId.MAX_CHARTER_LEASE));

        _spaces[space].maxLease = maxLease;
        _spaces[space].hasMaxLease = true;

        emit MaxLeaseChanged(space, maxLease);
    }

    /// @inheritdoc IBlackboard
    function spaceOf(bytes32 space) external view returns (Space memory known) {
        known.epoch = _epochOf(space);
        if (known.epoch == 0) return known;
        known.isCharter = !space.isList();
        known.controller = _controllerOf(space);
        known.maxLease = _maxLeaseOf(space);
    }

    /// @inheritdoc IBlackboard
    function isWriter(bytes32 space, uint256 chainId, address account) external view returns (bool) {
        return chainId <= type(uint64).max && _isWriter(space, chainId, account);
    }

    function _isWriter(bytes32 space, uint256 chainId, address account) internal view returns (bool) {
        if (space.isList()) return _writers[space][Author.word(chainId, account)];
        if (chainId != block.chainid && !_writers[space][Author.word(chainId, Author.ALL_MEMBERS)]) return false;
        return CHARTERS.isMember(space, account);
    }

    function _requireWriter(bytes32 space, address account) internal view {
        require(_isWriter(space, block.chainid, account), WriterNotAllowed(space, account));
    }

    function _maxLeaseOf(bytes32 space) internal view returns (uint32) {
        if (space.isList()) return space.maxLeaseOf();
        return _spaces[space].hasMaxLease ? _spaces[space].maxLease : SpaceId.DEFAULT_CHARTER_LEASE;
    }

    /// @dev How often the circle of writers changed, for mirrors. Zero: there is no such space here.
    function _epochOf(bytes32 space) internal view returns (uint32) {
        return space.isList() ? _spaces[space].epoch : CHARTERS.current(space).number;
    }

    function _controllerOf(bytes32 space) private view returns (address) {
        return space.isList() ? _spaces[space].controller : CHARTERS.agreements().accountOf(space);
    }

    function _requireController(bytes32 space) private view {
        address controller = _controllerOf(space);
        require(controller == msg.sender, SpaceWrongCaller(space, controller, msg.sender));
    }

    /// @dev Of a list accounts are named. Of a charter chains are: whoever has a member's address there is then believed to be that member.
    function _setWriters(bytes32 space, Writer[] calldata writers, bool isWriter_) private {
        bool isList = space.isList();
        for (uint256 i; i < writers.length; ++i) {
            (uint256 chainId, address account) = (writers[i].chainId, writers[i].account);
            require(
                chainId != 0 &&
                    chainId <= type(uint64).max &&
                    isList == (account != Author.ALL_MEMBERS) &&
                    (isList || chainId != block.chainid),
                WriterInvalid(chainId, account)
            );
            _writers[space][Author.word(chainId, account)] = isWriter_;
            emit WriterChanged(space, chainId, account, isWriter_);
        }
    }
}
