// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice An account on a chain. Equal addresses on two chains are two accounts.
struct Writer {
    uint256 chainId;
    address account;
}

/// @notice A space as it stands.
struct Space {
    /// @dev How often the circle of its writers changed: of a list one when it opens and one more with each change, of a charter its epoch.
    /// Zero: there is no such space here; then the rest is zero, too.
    uint32 epoch;
    /// @dev Whether the members of the charter of this id may write. Else the space has a list of its own.
    bool isCharter;
    /// @dev Who changes the list, or what is agreed about the charter's space: the charter's account. Zero: nobody, ever.
    address controller;
    /// @dev Seconds for which a cell may be held at most, renewals included.
    uint32 maxLease;
}

/// @notice A cell as it stands.
struct Cell {
    /// @dev Rises by one with every write, grant, hand-off and release. Zero: nothing ever happened to it.
    uint32 version;
    /// @dev keccak-256 of the value, which is in the event. Zero: never written.
    bytes32 valueHash;
    /// @dev Who holds the cell now. Zero: nobody; then the three below are zero, too.
    address holder;
    /// @dev The fencing token of its lease.
    uint32 token;
    /// @dev The last second of its lease.
    uint40 leaseEnd;
    /// @dev The second to which the lease may be renewed at most.
    uint40 leaseLimit;
}

/// @notice One of several writes.
struct CellWrite {
    bytes32 space;
    bytes32 key;
    uint32 expectedVersion;
    bytes value;
}

/// @notice What this chain knows of a cell, or of a topic, whose home is another chain.
struct Mirror {
    /// @dev The epoch of the space at home: how often the circle of its writers changed.
    uint32 epoch;
    /// @dev Of a cell its version, of a topic its length.
    uint64 version;
    /// @dev The second since which this is known to have been so at home, by home's clock or this chain's, whichever says the longer ago.
    uint40 asOf;
    /// @dev Of a cell the hash of its value, of a topic its head.
    bytes32 valueHash;
}

/// @notice Why home did not do what was proposed.
enum BoardRefusal {
    /// It did.
    None,
    /// The cell has another version: somebody was first.
    Stale,
    /// Somebody holds the cell.
    Leased,
    /// The account of that chain may not write in the space.
    NotWriter,
    /// It arrived after its deadline.
    TooLate
}

/// @title What the blackboard reports and refuses
interface IBoardRecords {
    /// @notice A space with a list is open. Who is on the list follows in `WriterChanged`.
    event SpaceOpened(bytes32 indexed space, address indexed opener, uint32 maxLease, address controller, bytes32 salt);
    /// @notice From now on the account may write in the space, or may not. Account zero: all members of the charter, from that chain.
    event WriterChanged(bytes32 indexed space, uint256 chainId, address indexed account, bool isWriter);
    /// @notice From now on this account may change the list of the space. Zero: nobody, ever.
    event ControllerChanged(bytes32 indexed space, address controller);
    /// @notice From now on a cell of a charter's space may be held for at most so many seconds. Running leases keep their limit.
    event MaxLeaseChanged(bytes32 indexed space, uint32 maxLease);
    /// @notice The cell has a new value and this version. `author`: see `Author`; an account of this chain is its address.
    event CellWritten(bytes32 indexed space, bytes32 indexed key, uint256 indexed author, uint32 version, bytes value);
    /// @notice The cell is held until `leaseEnd`, the last second of the lease. `token` is the cell's new version.
    event LeaseGranted(bytes32 indexed space, bytes32 indexed key, address indexed holder, uint32 token, uint40 leaseEnd);
    /// @notice The lease ends later. The cell keeps its version.
    event LeaseRenewed(bytes32 indexed space, bytes32 indexed key, address indexed holder, uint32 token, uint40 leaseEnd);
    /// @notice Another holds the cell, until the same end. `token` is the cell's new version.
    event LeaseHandedOff(bytes32 indexed space, bytes32 indexed key, address from, address indexed to, uint32 token);
    /// @notice Nobody holds the cell, which has this version.
    event LeaseReleased(bytes32 indexed space, bytes32 indexed key, address indexed holder, uint32 version);
    /// @notice Something was appended to a topic, at this place from zero; `head` is the topic's with it.
    event TopicAppended(bytes32 indexed space, bytes32 indexed topic, uint256 indexed author, uint64 sequence, bytes32 head, bytes data);
    /// @notice A write, or an entry of a topic (`key`), is on its way home in message `sendId`. Nothing is binding until home answers.
    event ChangeProposed(uint256 indexed homeChainId, bytes32 indexed space, bytes32 indexed key, address account, bytes32 sendId);
    /// @notice What came of a proposal here, at its home. `version` is the cell's, or the topic's length, after it.
    event ProposalDecided(uint256 indexed originChainId, bytes32 indexed sendId, BoardRefusal refusal, uint64 version);
    /// @notice What home answered to the proposal that left in message `sendId`.
    event ProposalAnswered(
        uint256 indexed homeChainId,
        bytes32 indexed sendId,
        address indexed account,
        BoardRefusal refusal,
        uint64 version
    );
    /// @notice A cell or topic as it stands is on its way to that chain (zero: to all) in message `sendId`.
    event MirrorSent(uint256 indexed destinationChainId, bytes32 indexed space, bytes32 indexed key, uint64 version, bytes32 sendId);
    /// @notice A mirror shows this from now on.
    event MirrorChanged(uint256 indexed homeChainId, bytes32 indexed space, bytes32 indexed key, bool isTopic, Mirror mirror);
    /// @notice The blackboard of that chain is believed from now on; zero: none.
    event BoardLinked(uint256 indexed chainId, address board);

    /// @notice The longest lease may be this long at most.
    error MaxLeaseInvalid(uint32 maxLease, uint32 limit);
    /// @notice A list that nobody is on and nobody controls.
    error SpaceWithoutWriters();
    /// @notice Who speaks for a charter's space is the charter's account, always.
    error SpaceOfCharter(bytes32 space);
    /// @notice The longest lease of a list is in its id, and never changes.
    error SpaceOfList(bytes32 space);
    /// @notice The space is open already: another salt makes another.
    error SpaceAlreadyOpen(bytes32 space);
    /// @notice A list names an account of a chain whose id has at most 64 bits; a charter's space another chain and no account.
    error WriterInvalid(uint256 chainId, address account);
    /// @notice Only who controls the space may do this. Zero `controller`: the list is final, or there is none.
    error SpaceWrongCaller(bytes32 space, address controller, address caller);
    /// @notice The account may not write in the space.
    error WriterNotAllowed(bytes32 space, address account);
    /// @notice Somebody else was first: read the cell again.
    error CellStale(bytes32 space, bytes32 key, uint256 expectedVersion, uint32 version);
    /// @notice Somebody holds the cell until `leaseEnd`, that second included.
    error CellLeased(bytes32 space, bytes32 key, address holder, uint40 leaseEnd);
    /// @notice Nothing ever happened to the cell or topic.
    error CellEmpty(bytes32 space, bytes32 key);
    /// @notice A lease of no time, or that would end after `limit`, the last second that this account may have the cell for now.
    error LeaseTooLong(bytes32 space, bytes32 key, uint256 leaseEnd, uint256 limit);
    /// @notice A renewal to an earlier end.
    error LeaseNotLonger(bytes32 space, bytes32 key, uint256 leaseEnd, uint256 current);
    /// @notice The caller does not hold the cell under this token. Zero `holder`: nobody does.
    error LeaseNotHeld(bytes32 space, bytes32 key, address holder, uint32 token);
    /// @notice 65,535 changes were made under this lease: release it and acquire anew.
    error LeaseWorn(bytes32 space, bytes32 key, uint32 token);
    /// @notice The condition on a cell's version does not hold.
    error VersionUnmet(bytes32 space, bytes32 key, uint256 atLeast, uint256 version);
    /// @notice The condition on a cell's value does not hold.
    error ValueUnmet(bytes32 space, bytes32 key, bytes32 expected, bytes32 valueHash);
    /// @notice What is known of that cell or topic is older than it may be.
    error MirrorTooOld(uint256 homeChainId, bytes32 space, bytes32 key, uint40 asOf, uint256 maxAge);
    /// @notice The entry is not in the topic: with what follows it folds to another head.
    error EntryUnknown(bytes32 space, bytes32 topic, uint64 sequence, bytes32 head);
    /// @notice The chain is zero, has more than 64 bits, or is this one: here a cell is read itself.
    error BoardChainInvalid(uint256 chainId);
    /// @notice No blackboard is linked for that chain.
    error BoardNotLinked(uint256 chainId);
    /// @notice The message is none of those that blackboards send each other.
    error BoardMessageInvalid(uint256 kind);
}
