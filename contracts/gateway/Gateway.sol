// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Attributes} from "./Attributes.sol";
import {Batch, Range} from "./Batch.sol";
import {CappedCall} from "./CappedCall.sol";
import {EvmAddress} from "./EvmAddress.sol";
import {IGateway, MessageStatus} from "./IGateway.sol";
import {IHeadVerifier} from "./IHeadVerifier.sol";
import {Lane, LaneLibrary} from "./Lane.sol";
import {LaneStop} from "./LaneStop.sol";
import {Limits} from "./Limits.sol";
import {MessageHeader} from "./MessageHeader.sol";
import {NonceSet} from "./NonceSet.sol";
import {Peers} from "./Peers.sol";

/// @title The gateway of one chain
/// @notice See `IGateway`.
contract Gateway is IGateway, IERC7786Recipient, AccessManaged, ReentrancyGuardTransient {
    using NonceSet for NonceSet.Set;

    /// @dev What goes to one chain.
    struct Outbound {
        // slot 0
        uint64 nonce;
        /// @dev A lane from that chain is linked here.
        bool hasOrigin;
        /// @dev Messages to it are accepted.
        bool isLinked;
        // slot 1
        bytes32 head;
    }

    /// @dev What one lane may do here: all that a delivery reads of it.
    struct Link {
        // slot 0
        IHeadVerifier verifier;
        uint40 stoppedUntil;
        uint56 firstNonce;
    }

    uint256 private constant BROADCAST = 0;
    /// @dev No leaf: nobody finds a message whose keccak-256 is one.
    bytes32 private constant EXPIRED = bytes32(uint256(1));

    mapping(uint256 destinationChainId => Outbound) private _outbound;
    mapping(bytes32 laneKey => Link) private _links;
    mapping(bytes32 laneKey => LaneStop) private _stops;
    mapping(bytes32 laneKey => NonceSet.Set) private _consumed;
    /// @dev The leaf of a failed message, or `EXPIRED`.
    mapping(bytes32 laneKey => mapping(uint64 nonce => bytes32)) private _records;
    mapping(uint256 destinationChainId => mapping(address gateway => NonceSet.Set)) private _reportedExpired;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(
        bytes calldata recipient,
        bytes calldata payload,
        bytes[] calldata attributes
    ) external payable returns (bytes32 sendId) {
        require(msg.value == 0, ValueUnsupported(msg.value));
        (bool valid, uint256 destinationChainId, address account) = EvmAddress.tryParse(recipient);
        require(valid, RecipientInvalid(recipient));

        sendId = _send(destinationChainId, account, payload, attributes);
        emit MessageSent(sendId, EvmAddress.format(block.chainid, msg.sender), recipient, payload, 0, attributes);
    }

    /// @inheritdoc IGateway
    function broadcast(address recipient, bytes calldata payload, bytes[] calldata attributes) external returns (bytes32 sendId) {
        sendId = _send(BROADCAST, recipient, payload, attributes);
        emit MessageSent(
            sendId,
            EvmAddress.format(block.chainid, msg.sender),
            InteroperableAddress.formatEvmV1(recipient),
            payload,
            0,
            attributes
        );
    }

    /// @inheritdoc IGateway
    function deliver(
        Lane calldata lane_,
        uint64 first,
        bytes32 headBefore,
        MessageHeader[] calldata headers,
        bytes calldata payloads,
        bytes32[] calldata tail,
        bytes calldata proof
    ) external nonReentrant {
        require(headers.length > 0, RangeEmpty());
        Lane memory from = lane_;
        Range memory range = Range({
            lane: from,
            laneKey: from.key(),
            first: first,
            leaves: new bytes32[](0),
            nonce: first,
            head: headBefore
        });
        Link memory link = _links[range.laneKey];
        require(address(link.verifier) != address(0) && _leadsHere(from), LaneNotLinked(range.laneKey));
        require(block.timestamp >= link.stoppedUntil, LaneIsStopped(range.laneKey, link.stoppedUntil));

        Batch.fold(range, headers, payloads);
        Batch.foldTail(range, tail);
        require(link.verifier.verify(from, range.nonce, range.head, proof), HeadNotVouched(range.laneKey, range.nonce, range.head));

        _consumed[range.laneKey].addEach(first, link.firstNonce, range.leaves);
        emit BatchDelivered(range.laneKey, first, headers.length);
        _run(range, headers, payloads);
    }

    /// @inheritdoc IGateway
    function retry(Lane calldata lane_, uint64 nonce, MessageHeader calldata header, bytes calldata payload) external nonReentrant {
        Lane memory from = lane_;
        bytes32 key = from.key();
        require(header.isCanonical() && header.payloadLength() == payload.length, BatchMalformed());
        bytes32 leaf = Batch.leafOf(from, nonce, header, payload);
        require(_records[key][nonce] == leaf, MessageNotFailed(key, nonce, leaf));

        if (_isLate(header)) {
            _expire(key, nonce, leaf);
            return;
        }
        delete _records[key][nonce];
        emit MessageRetried(key, nonce, leaf);
        bytes memory prefix = EvmAddress.prefix(from.originChainId);
        require(_call(nonce, leaf, prefix, header, payload, gasleft()), MessageFailedAgain(key, nonce, leaf));
    }

    /// @inheritdoc IGateway
    function reportExpired(Lane calldata lane_, uint64 first, uint16 count) external returns (bytes32 sendId) {
        require(count > 0, RangeEmpty());
        require(count <= Limits.MAX_REPORT, RangeTooLong(count, Limits.MAX_REPORT));
        bytes32 key = lane_.key();
        require(address(_links[key].verifier) != address(0) && lane_.destinationChainId == block.chainid, LaneNotLinked(key));
        for (uint64 nonce = first; nonce < first + count; ++nonce) {
            require(_records[key][nonce] == EXPIRED, MessageNotExpired(key, nonce));
        }

        // Not refused when the destination was unlinked: what was sent before must not be stranded.
        bytes memory report = abi.encode(first, count);
        sendId = _append(
            _outbound[lane_.originChainId],
            lane_.originChainId,
            address(this),
            lane_.originGateway,
            Limits.DEFAULT_GAS,
            0,
            keccak256(report)
        );
        emit MessageSent(
            sendId,
            EvmAddress.format(block.chainid, address(this)),
            EvmAddress.format(lane_.originChainId, lane_.originGateway),
            report,
            0,
            new bytes[](0)
        );
    }

    /// @notice Takes the report of a gateway whose lane to this chain is linked here. Only this gateway brings it.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        (uint256 chainId, address gateway) = Peers.senderOf(address(this), sender);
        Lane memory from = Lane(chainId, gateway, block.chainid);
        require(address(_links[from.key()].verifier) != address(0), Peers.PeerNotLinked(sender));
        require(payload.length == 64, ReportInvalid(payload));
        (uint64 first, uint16 count) = abi.decode(payload, (uint64, uint16));
        require(uint256(first) + count <= _outbound[chainId].nonce, ReportInvalid(payload));

        _reportedExpired[chainId][gateway].addRange(first, count);
        emit ExpiryReported(chainId, gateway, first, count);
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IGateway
    function linkLane(Lane calldata lane_, IHeadVerifier verifier, uint64 firstNonce) external restricted {
        Lane memory from = lane_;
        bytes32 key = from.key();
        require(
            from.originChainId != 0 && from.originChainId != block.chainid && from.originGateway != address(0) && _leadsHere(from),
            LaneInvalid(from)
        );
        require(address(_links[key].verifier) == address(0), LaneAlreadyLinked(key));
        require(address(verifier).code.length > 0, VerifierInvalid(address(verifier)));

        _links[key] = Link({verifier: verifier, stoppedUntil: 0, firstNonce: SafeCast.toUint56(firstNonce)});
        if (from.destinationChainId == block.chainid) _outbound[from.originChainId].hasOrigin = true;
        emit LaneLinked(from, verifier, firstNonce);
    }

    /// @inheritdoc IGateway
    function linkDestination(uint256 destinationChainId) external restricted {
        Outbound storage outbound = _outbound[destinationChainId];
        require(outbound.hasOrigin, OriginNotLinked(destinationChainId));

        outbound.isLinked = true;
        emit DestinationLinked(destinationChainId);
    }

    /// @inheritdoc IGateway
    function unlinkDestination(uint256 destinationChainId) external restricted {
        Outbound storage outbound = _outbound[destinationChainId];
        require(outbound.isLinked, DestinationNotLinked(destinationChainId));

        outbound.isLinked = false;
        emit DestinationUnlinked(destinationChainId);
    }

    /// @inheritdoc IGateway
    function setVerifier(Lane calldata lane_, IHeadVerifier verifier) external restricted {
        bytes32 key = lane_.key();
        require(address(_links[key].verifier) != address(0), LaneNotLinked(key));
        require(address(verifier).code.length > 0, VerifierInvalid(address(verifier)));

        _links[key].verifier = verifier;
        emit LaneVerifierChanged(key, verifier);
    }

    /// @inheritdoc IGateway
    function stopLane(Lane calldata lane_, uint40 duration) external restricted {
        bytes32 key = lane_.key();
        Link storage link = _links[key];
        require(address(link.verifier) != address(0), LaneNotLinked(key));

        uint40 until = _stops[key].begin(link.stoppedUntil, duration);
        link.stoppedUntil = until;
        emit LaneStopped(key, until);
    }

    /// @inheritdoc IGateway
    function resumeLane(Lane calldata lane_) external restricted {
        bytes32 key = lane_.key();
        Link storage link = _links[key];
        require(block.timestamp < link.stoppedUntil, LaneNotStopped(key));

        link.stoppedUntil = uint40(block.timestamp);
        emit LaneResumed(key, _stops[key].total(link.stoppedUntil));
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4 selector) external pure returns (bool) {
        return selector == Attributes.MIN_GAS_LIMIT || selector == Attributes.DELIVER_BEFORE;
    }

    /// @inheritdoc IGateway
    function lane(uint256 destinationChainId) external view returns (uint64 nonce, bytes32 head) {
        Outbound storage outbound = _outbound[destinationChainId];
        return (outbound.nonce, outbound.head);
    }

    /// @inheritdoc IGateway
    function statusOf(Lane calldata lane_, uint64 nonce) external view returns (MessageStatus) {
        bytes32 key = lane_.key();
        if (nonce < _links[key].firstNonce) return MessageStatus.Skipped;
        if (!_consumed[key].has(nonce)) return MessageStatus.Pending;
        bytes32 record = _records[key][nonce];
        if (record == 0) return MessageStatus.Consumed;
        return record == EXPIRED ? MessageStatus.Expired : MessageStatus.Failed;
    }

    /// @inheritdoc IGateway
    function isExpired(uint256 destinationChainId, address gateway, uint64 nonce) external view returns (bool) {
        return _reportedExpired[destinationChainId][gateway].has(nonce);
    }

    /// @inheritdoc IGateway
    function stoppedSeconds(Lane calldata lane_) external view returns (uint40) {
        bytes32 key = lane_.key();
        return _stops[key].total(_links[key].stoppedUntil);
    }

    /// @inheritdoc IGateway
    function linkOf(Lane calldata lane_) external view returns (IHeadVerifier verifier, uint64 firstNonce, uint40 stoppedUntil) {
        Link memory link = _links[lane_.key()];
        return (link.verifier, link.firstNonce, block.timestamp < link.stoppedUntil ? link.stoppedUntil : 0);
    }

    /// @inheritdoc IGateway
    function isDestinationLinked(uint256 destinationChainId) external view returns (bool) {
        return _outbound[destinationChainId].isLinked;
    }

    /// @dev Appends the caller's message. Only a lane to one chain must be linked, and knows deadlines.
    function _send(
        uint256 destinationChainId,
        address recipient,
        bytes calldata payload,
        bytes[] calldata attributes
    ) private returns (bytes32) {
        Outbound storage outbound = _outbound[destinationChainId];
        bool isBroadcast = destinationChainId == BROADCAST;
        require(isBroadcast || (outbound.isLinked && destinationChainId != block.chainid), DestinationNotLinked(destinationChainId));
        require(payload.length <= Limits.MAX_PAYLOAD, PayloadTooLong(payload.length, Limits.MAX_PAYLOAD));
        (uint32 gasLimit, uint40 deliverBefore) = Attributes.parse(attributes, !isBroadcast);
        return _append(outbound, destinationChainId, msg.sender, recipient, gasLimit, deliverBefore, keccak256(payload));
    }

    /// @dev Folds one message into the lane to a chain, whose state is `outbound`.
    function _append(
        Outbound storage outbound,
        uint256 destinationChainId,
        address sender,
        address recipient,
        uint32 gasLimit,
        uint40 deliverBefore,
        bytes32 payloadHash
    ) private returns (bytes32 leaf) {
        Lane memory to = Lane(block.chainid, address(this), destinationChainId);
        uint64 nonce = outbound.nonce;
        leaf = to.leaf(nonce, sender, recipient, gasLimit, deliverBefore, payloadHash);
        bytes32 head = LaneLibrary.fold(outbound.head, leaf);

        outbound.nonce = ++nonce;
        outbound.head = head;
        emit LaneAdvanced(destinationChainId, nonce, head);
    }

    /// @dev Runs the messages whose leaf is not zero. All state that must stand before the calls does.
    function _run(Range memory range, MessageHeader[] calldata headers, bytes calldata payloads) private {
        bytes memory prefix = EvmAddress.prefix(range.lane.originChainId);
        bytes32[] memory leaves = range.leaves;
        uint256 offset;
        for (uint256 i; i < leaves.length; ++i) {
            MessageHeader calldata header = headers[i];
            uint256 end = offset + header.payloadLength();
            bytes32 leaf = leaves[i];
            if (leaf != 0) _settle(range.laneKey, range.first + uint64(i), leaf, prefix, header, payloads[offset:end]);
            offset = end;
        }
    }

    /// @dev Gives one consumed message its end: ran, failed, or expired.
    function _settle(
        bytes32 key,
        uint64 nonce,
        bytes32 leaf,
        bytes memory prefix,
        MessageHeader calldata header,
        bytes calldata payload
    ) private {
        if (_isLate(header)) {
            _expire(key, nonce, leaf);
        } else if (!_call(nonce, leaf, prefix, header, payload, header.gasLimit())) {
            _records[key][nonce] = leaf;
            emit MessageFailed(key, nonce, leaf);
        }
    }

    /// @dev Gives the recipient its message with `gas` units, of which it surely gets its limit. What no honest gateway sends is not
    /// even tried: limits are equal everywhere.
    function _call(
        uint64 nonce,
        bytes32 leaf,
        bytes memory prefix,
        MessageHeader calldata header,
        bytes calldata payload,
        uint256 gas
    ) private returns (bool ran) {
        uint32 gasLimit = header.gasLimit();
        if (gasLimit > Limits.MAX_GAS || payload.length > Limits.MAX_PAYLOAD) return false;

        Memory.Pointer free = Memory.getFreeMemoryPointer();
        bytes memory data = abi.encodeCall(IERC7786Recipient.receiveMessage, (leaf, abi.encodePacked(prefix, header.sender()), payload));
        require(CappedCall.canAfford(gasLimit), GasShort(nonce, gasLimit));
        ran = CappedCall.answers(header.to(), gas, data, bytes32(IERC7786Recipient.receiveMessage.selector));
        Memory.unsafeSetFreeMemoryPointer(free);
    }

    function _expire(bytes32 key, uint64 nonce, bytes32 leaf) private {
        _records[key][nonce] = EXPIRED;
        emit MessageExpired(key, nonce, leaf);
    }

    function _isLate(MessageHeader calldata header) private view returns (bool) {
        uint40 deliverBefore = header.deliverBefore();
        return deliverBefore != 0 && block.timestamp > deliverBefore;
    }

    function _leadsHere(Lane memory from) private view returns (bool) {
        return from.destinationChainId == BROADCAST || from.destinationChainId == block.chainid;
    }
}
