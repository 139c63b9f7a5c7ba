// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Cell, CellWrite, IBoardRecords, Mirror, Space, Writer} from "./IBoardRecords.sol";
import {TopicEntry} from "./TopicFold.sol";

/// @title Shared state with one truth: cells, leases, topics, and mirrors of those of other chains
/// @notice **Spaces** say who may write. Everybody may read. A *list* is opened with the accounts on it; one of them may be the account of a
/// charter, which does what its members agreed on: then it takes an agreement to write. A *charter's* space is there as soon as the charter
/// is, on every chain that knows it, under the charter's id: its members may write as it stands.
///
/// **Cells** are `(space, key)`. A value is in the event and its hash in storage. Whoever writes names the version it saw; another one refuses
/// it, so nobody overwrites what it has not seen. Every write, grant, hand-off and release raises the version by one.
///
/// **Leases** keep others from writing a cell until an end, which counts as its last second; after it the lease gives nothing, without any
/// call. A lease has a fencing token: a number that rises with every grant and hand-off of the cell, for whatever outside checks who came
/// later. All that one account holds a cell for, renewals, release and renewed acquiring included, ends within the `maxLease` of the space
/// from when it got it; a hand-off leaves end and limit as they are. Then it competes with all others. A lease granted holds to its end even
/// if its holder ceases to be a writer; renewing it, and receiving it, needs a writer.
///
/// **Topics** are append-only. Each entry has its place from zero, and all fold to one head (see `TopicFold`), so a reader proves that it
/// missed nothing and that nothing was changed.
///
/// **Other chains.** A cell has one home, the chain on which it is written, and that chain alone orders its changes. Elsewhere one may
/// propose: the first to arrive wins, and the loser is told. An account of another chain writes only where the space names it with that
/// chain, so a linked chain gone rogue hurts only the spaces that admitted its accounts. Mirrors are kept under the chain they come from,
/// take only what is newer by (epoch, version), and can show one thing: version at least v, no older than a. What a cell equals and who
/// holds it counts at home alone.
///
/// Nobody, governance included, has any power over spaces, cells and topics. Governance links the blackboards of other chains.
interface IBlackboard is IBoardRecords {
    /// @notice Opens a space with a list. Its id commits to all of this, the caller and this chain.
    /// @param maxLease Seconds for which a cell may be held at most, renewals included, at most a year. Zero: not at all.
    /// @param controller Who may change the list. Zero: nobody, ever.
    /// @param salt Tells apart what is otherwise equal.
    /// @param writers Who is on the list at first.
    function openSpace(uint32 maxLease, address controller, bytes32 salt, Writer[] calldata writers) external returns (bytes32 space);

    /// @notice Adds to the writers of a space, or takes from them. Only for who controls it. Leases that are running run on.
    /// @param writers Of a list: accounts. Of a charter: other chains, with account zero, from which its members may write, too; whoever has a
    /// member's address there is taken for that member.
    function setWriters(bytes32 space, Writer[] calldata writers, bool isWriter) external;

    /// @notice Passes on who controls a list. To zero: the list is final.
    function setController(bytes32 space, address controller) external;

    /// @notice Sets for how many seconds a cell of a charter's space may be held at most, at most 18 hours. Only for the charter's account. Until
    /// then it is an hour. Running leases keep their limit.
    function setMaxLease(bytes32 space, uint32 maxLease) external;

    /// @notice Writes a cell that stands at `expectedVersion` (zero: one to which nothing ever happened).
    /// @return version The new version.
    function write(bytes32 space, bytes32 key, uint256 expectedVersion, bytes calldata value) external returns (uint32 version);

    /// @notice Writes several cells, all or none. The same cell may come again at its next version.
    function writeMany(CellWrite[] calldata writes) external;

    /// @notice Holds a cell that nobody holds, for `duration` seconds from now. An account that held it last gets no more than what is left of
    /// its longest lease, until that is over.
    /// @return token The fencing token.
    function acquire(bytes32 space, bytes32 key, uint32 duration) external returns (uint32 token);

    /// @notice Lets the caller's lease end `duration` seconds from now, not earlier than it does.
    function renew(bytes32 space, bytes32 key, uint32 token, uint32 duration) external;

    /// @notice Hands the caller's lease to another writer of this chain: same end, same limit, new token.
    /// @return newToken The fencing token of the new holder.
    function handoff(bytes32 space, bytes32 key, uint32 token, address to) external returns (uint32 newToken);

    /// @notice Ends the caller's lease now.
    function release(bytes32 space, bytes32 key, uint32 token) external;

    /// @notice Appends to a topic of the space.
    /// @return sequence Its place, from zero.
    function append(bytes32 space, bytes32 topic, bytes calldata data) external returns (uint64 sequence);

    /// @notice Proposes a write to a cell at home on another chain, for the caller's account on this one.
    /// @param deadline The second, by home's clock, after which home refuses it.
    /// @return sendId The message. Home answers with it in `ProposalAnswered`.
    function propose(
        uint256 homeChainId,
        bytes32 space,
        bytes32 key,
        uint32 expectedVersion,
        uint40 deadline,
        bytes calldata value
    ) external returns (bytes32 sendId);

    /// @notice Proposes an entry of a topic at home on another chain.
    function proposeEntry(
        uint256 homeChainId,
        bytes32 space,
        bytes32 topic,
        uint40 deadline,
        bytes calldata data
    ) external returns (bytes32 sendId);

    /// @notice Sends a cell of this chain, as it stands, to its mirror on another chain; to zero: on all chains. Anyone may, and again.
    function sendCell(bytes32 space, bytes32 key, uint256 destinationChainId) external returns (bytes32 sendId);

    /// @notice Sends a topic of this chain, as it stands, to its mirror on another chain; to zero: on all chains. Anyone may, and again.
    function sendTopic(bytes32 space, bytes32 topic, uint256 destinationChainId) external returns (bytes32 sendId);

    /// @notice Believes the blackboard of another chain about the accounts and the cells of that chain. Delayed by 7 days through the access manager.
    function linkBoard(uint256 chainId, address board) external;

    /// @notice Reverts unless the cell, at home here, has at least this version.
    function requireVersion(bytes32 space, bytes32 key, uint32 atLeast) external view;

    /// @notice Reverts unless the value of the cell, at home here, has this hash.
    function requireValue(bytes32 space, bytes32 key, bytes32 valueHash) external view;

    /// @notice Reverts unless the account holds the cell, at home here, under this token.
    function requireHolder(bytes32 space, bytes32 key, address account, uint32 token) external view;

    /// @notice Reverts unless the topic, at home here, has at least so many entries.
    function requireLength(bytes32 space, bytes32 topic, uint64 atLeast) external view;

    /// @notice Reverts unless the entry is in the topic, at home here.
    /// @param headBefore The topic's head before the entry.
    /// @param tail The leaves of the entries after it, up to the newest.
    function requireEntry(
        bytes32 space,
        bytes32 topic,
        TopicEntry calldata entry,
        bytes32 headBefore,
        bytes32[] calldata tail
    ) external view;

    /// @notice Reverts unless a cell at home on another chain is known to have had at least this version, and that is known to have been so no
    /// longer than `maxAge` seconds ago.
    function requireMirror(uint256 homeChainId, bytes32 space, bytes32 key, uint32 atLeast, uint40 maxAge) external view;

    /// @notice As `requireMirror`, of the length of a topic.
    function requireTopicMirror(uint256 homeChainId, bytes32 space, bytes32 topic, uint64 atLeast, uint40 maxAge) external view;

    /// @notice A space as it stands.
    function spaceOf(bytes32 space) external view returns (Space memory);

    /// @notice Whether the account of that chain may write in the space now.
    function isWriter(bytes32 space, uint256 chainId, address account) external view returns (bool);

    /// @notice A cell as it stands.
    function cellOf(bytes32 space, bytes32 key) external view returns (Cell memory);

    /// @notice Several cells of a space as they stand, all at one block.
    function cellsOf(bytes32 space, bytes32[] calldata keys) external view returns (Cell[] memory);

    /// @notice How many entries a topic has, and the head they fold to.
    function topicOf(bytes32 space, bytes32 topic) external view returns (uint64 length, bytes32 head);

    /// @notice What is known here of a cell at home on another chain.
    function mirrorOf(uint256 homeChainId, bytes32 space, bytes32 key) external view returns (Mirror memory);

    /// @notice What is known here of a topic at home on another chain.
    function topicMirrorOf(uint256 homeChainId, bytes32 space, bytes32 topic) external view returns (Mirror memory);

    /// @notice The blackboard linked for a chain. Zero: none.
    function boardOf(uint256 chainId) external view returns (address);
}
