// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IHeadVerifier} from "./IHeadVerifier.sol";
import {Lane} from "./Lane.sol";
import {MessageHeader} from "./MessageHeader.sol";

/// @notice Where one message of an inbound lane stands here. It never vouches for content: content is proved through the head.
enum MessageStatus {
    /// Not consumed yet. Also for a nonce that the origin never reached.
    Pending,
    /// Its recipient ran and answered.
    Consumed,
    /// Its recipient reverted or gave the wrong answer. Anyone may retry it.
    Failed,
    /// It arrived past its `deliverBefore`. Final.
    Expired,
    /// Older than the lane's `firstNonce`. It never runs here.
    Skipped
}

/// @title Sends and receives messages between chains
/// @notice Origin side: every message is folded into the head of its lane. Destination side: a range of messages runs when the lane's
/// verifier vouches for a head that they fold to. One bit per nonce says that a message was consumed, so ranges may come in any
/// order, may overlap, and nobody can block anybody. **Order is not guaranteed.**
interface IGateway is IERC7786GatewaySource {
    /// @notice A message joined the lane to `destinationChainId`, which now holds `nonce` messages under `head`. Its own nonce is `nonce - 1`.
    event LaneAdvanced(uint256 indexed destinationChainId, uint64 nonce, bytes32 head);
    /// @notice The nonces from `first` to `first + count - 1` are consumed, as far as they are not below the lane's `firstNonce`; those
    /// named by `MessageFailed` and `MessageExpired` without effect.
    event BatchDelivered(bytes32 indexed laneKey, uint64 first, uint256 count);
    /// @notice The recipient reverted, ran out of its gas limit, or answered wrongly. Anyone may `retry` it.
    event MessageFailed(bytes32 indexed laneKey, uint64 indexed nonce, bytes32 indexed receiveId);
    /// @notice The message arrived, or was retried, after its `deliverBefore`. It can never run.
    event MessageExpired(bytes32 indexed laneKey, uint64 indexed nonce, bytes32 indexed receiveId);
    /// @notice A message that had failed ran.
    event MessageRetried(bytes32 indexed laneKey, uint64 indexed nonce, bytes32 indexed receiveId);
    /// @notice Messages of this lane may run here from `firstNonce` on, when `verifier` vouches for them.
    event LaneLinked(Lane lane, IHeadVerifier verifier, uint64 firstNonce);
    /// @notice The lane's heads are vouched for by another verifier from now on.
    event LaneVerifierChanged(bytes32 indexed laneKey, IHeadVerifier verifier);
    /// @notice Messages to `destinationChainId` are accepted from now on.
    event DestinationLinked(uint256 indexed destinationChainId);
    /// @notice Messages to `destinationChainId` are refused from now on. Those already sent stay deliverable.
    event DestinationUnlinked(uint256 indexed destinationChainId);
    /// @notice The gateway `gateway` of that chain proved that our messages from `first` to `first + count - 1` never ran there.
    event ExpiryReported(uint256 indexed destinationChainId, address indexed gateway, uint64 first, uint16 count);
    /// @notice No new range of this lane runs here until `until`, unless resumed earlier.
    event LaneStopped(bytes32 indexed laneKey, uint40 until);
    /// @notice The lane runs again after standing still for `stoppedSeconds` in all.
    event LaneResumed(bytes32 indexed laneKey, uint40 stoppedSeconds);

    /// @notice The destination is this chain, zero, or not linked.
    error DestinationNotLinked(uint256 destinationChainId);
    /// @notice Step two of linking needs step one: a lane from that chain must be linked here first.
    error OriginNotLinked(uint256 originChainId);
    /// @notice The recipient names no chain, is not an EVM address, or is not in canonical ERC-7930 form.
    error RecipientInvalid(bytes recipient);
    /// @notice The gateway moves no native coin.
    error ValueUnsupported(uint256 value);
    /// @notice The payload is longer than the limit of 16,384 bytes.
    error PayloadTooLong(uint256 length, uint256 limit);
    /// @notice The gas limit is zero or over the limit of 5,000,000.
    error GasLimitInvalid(uint256 gasLimit, uint256 limit);
    /// @notice The deadline has passed, or does not fit in 40 bits.
    error DeadlineInvalid(uint256 deliverBefore, uint256 timestamp);
    /// @notice An attribute is malformed or stands twice.
    error AttributeInvalid(bytes attribute);
    /// @notice The lane is not linked here, or leads to another chain.
    error LaneNotLinked(bytes32 laneKey);
    /// @notice The lane is linked already.
    error LaneAlreadyLinked(bytes32 laneKey);
    /// @notice The lane comes from this chain or from nowhere, or leads to another chain.
    error LaneInvalid(Lane lane);
    /// @notice The lane stands still until `until`.
    error LaneIsStopped(bytes32 laneKey, uint40 until);
    /// @notice A stop of no time, or longer than what is left (`limit`) of 7 days in a row.
    error StopTooLong(uint40 duration, uint40 limit);
    /// @notice The lane runs.
    error LaneNotStopped(bytes32 laneKey);
    /// @notice A range without messages.
    error RangeEmpty();
    /// @notice A report of more messages than one message can carry.
    error RangeTooLong(uint256 count, uint256 limit);
    /// @notice The payload blob is shorter or longer than the headers say, or a header's unused bits are set.
    error BatchMalformed();
    /// @notice The verifier does not vouch for the head that this range folds to.
    error HeadNotVouched(bytes32 laneKey, uint64 nonce, bytes32 head);
    /// @notice The transaction has too little gas to give this message its limit. Nothing was changed: send more gas.
    error GasShort(uint64 nonce, uint32 gasLimit);
    /// @notice Only a failed message can be retried, with exactly its own content.
    error MessageNotFailed(bytes32 laneKey, uint64 nonce, bytes32 receiveId);
    /// @notice The recipient still does not take the message. Nothing was changed: it may be retried again.
    error MessageFailedAgain(bytes32 laneKey, uint64 nonce, bytes32 receiveId);
    /// @notice A message of the range has not expired here.
    error MessageNotExpired(bytes32 laneKey, uint64 nonce);
    /// @notice The report is not in the form that `reportExpired` sends, or names messages that were never sent.
    error ReportInvalid(bytes report);
    /// @notice The verifier has no code.
    error VerifierInvalid(address verifier);

    /// @notice Sends one payload to the same recipient address on every chain that linked this gateway's broadcast lane.
    /// @dev For public facts, never for grants of value. Takes no deadline.
    /// @param recipient The contract on each destination. It must implement ERC-7786's `receiveMessage`.
    /// @param payload At most 16,384 bytes.
    /// @param attributes Only `minGasLimit(uint256)`.
    /// @return sendId The message's leaf.
    function broadcast(address recipient, bytes calldata payload, bytes[] calldata attributes) external returns (bytes32 sendId);

    /// @notice How many messages went to `destinationChainId` (zero: broadcast), and the head they fold to.
    function lane(uint256 destinationChainId) external view returns (uint64 nonce, bytes32 head);

    /// @notice Runs the messages from nonce `first` on that were not consumed before.
    /// @dev Anyone may call it. `headers` and then `tail` fold from `headBefore` to a head that the lane's verifier vouches for.
    /// A recipient that reverts or misbehaves is recorded as failed; a shortage of gas reverts everything.
    /// @param lane_ The lane they came over.
    /// @param first The nonce of the first header.
    /// @param headBefore The lane's head after `first` messages.
    /// @param headers Two words per message.
    /// @param payloads All payloads, one after the other.
    /// @param tail The leaves of later messages, up to the nonce vouched for. They are not consumed.
    /// @param proof For the lane's verifier.
    function deliver(
        Lane calldata lane_,
        uint64 first,
        bytes32 headBefore,
        MessageHeader[] calldata headers,
        bytes calldata payloads,
        bytes32[] calldata tail,
        bytes calldata proof
    ) external;

    /// @notice Runs a failed message again, or marks it expired when its deadline has passed. Anyone may call it.
    /// @dev The recipient gets all the gas of the transaction that the EVM passes on, and at least the message's limit. A stop of the lane
    /// does not hold it up: the message was vouched for and consumed before.
    function retry(Lane calldata lane_, uint64 nonce, MessageHeader calldata header, bytes calldata payload) external;

    /// @notice Tells the origin that `count` messages from `first` on expired here, so that it knows that they never ran.
    /// @dev At most 1,024 messages. Anyone may send it, and again.
    /// @return sendId The message that carries the report back.
    function reportExpired(Lane calldata lane_, uint64 first, uint16 count) external returns (bytes32 sendId);

    /// @notice Where a message of a lane stands on this chain.
    function statusOf(Lane calldata lane_, uint64 nonce) external view returns (MessageStatus);

    /// @notice Whether `gateway` on that chain proved that our message `nonce` never ran and never will.
    function isExpired(uint256 destinationChainId, address gateway, uint64 nonce) external view returns (bool);

    /// @notice How long the lane has stood still in all, the running stop included. Every clock that waits for the lane waits as long.
    function stoppedSeconds(Lane calldata lane_) external view returns (uint40);

    /// @notice What is linked for a lane: who vouches, from which nonce on, stopped until when (zero: running).
    function linkOf(Lane calldata lane_) external view returns (IHeadVerifier verifier, uint64 firstNonce, uint40 stoppedUntil);

    /// @notice Whether messages to this chain are accepted.
    function isDestinationLinked(uint256 destinationChainId) external view returns (bool);

    /// @notice Step one of linking: messages of this lane may run here. Nothing can have been sent yet that is not below `firstNonce`.
    function linkLane(Lane calldata lane_, IHeadVerifier verifier, uint64 firstNonce) external;

    /// @notice Step two of linking: accepts messages to a chain whose own messages are accepted here.
    function linkDestination(uint256 destinationChainId) external;

    /// @notice Refuses further messages to a chain. What was sent stays deliverable there.
    function unlinkDestination(uint256 destinationChainId) external;

    /// @notice Lets another verifier vouch for a linked lane. Delayed by 7 days through the access manager.
    function setVerifier(Lane calldata lane_, IHeadVerifier verifier) external;

    /// @notice Stops deliveries of a lane for `duration` seconds from now, instead of what is left of a running stop. The seconds are counted.
    /// @dev At most 7 days in a row; stops with less than 7 days between them are one row.
    function stopLane(Lane calldata lane_, uint40 duration) external;

    /// @notice Ends a stop early.
    function resumeLane(Lane calldata lane_) external;
}
