// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {Gateway} from "../../contracts/gateway/Gateway.sol";
import {IGateway} from "../../contracts/gateway/IGateway.sol";
import {Lane} from "../../contracts/gateway/Lane.sol";
import {MessageHeader} from "../../contracts/gateway/MessageHeader.sol";
import {Attestation} from "../../contracts/verifiers/Attestation.sol";
import {FinalityPolicy, Roster} from "../../contracts/verifiers/IWatcherSet.sol";
import {WatcherSet} from "../../contracts/verifiers/WatcherSet.sol";
import {create} from "./Create.sol";
import {vm, Vm} from "./Vm.sol";

/// @notice A chain of the test's world. Its contracts believe to be on it while `on(chain)` is in force.
struct Chain {
    uint256 id;
    AccessManager authority;
    Gateway gateway;
    WatcherSet watchers;
}

/// @notice A message as it travels.
struct Message {
    address sender;
    address recipient;
    uint32 gasLimit;
    uint40 deliverBefore;
    bytes payload;
}

/// @notice What `deliver` takes, with the nonce and head that the proof is about.
struct Delivery {
    Lane lane;
    uint64 first;
    bytes32 headBefore;
    MessageHeader[] headers;
    bytes payloads;
    bytes32[] tail;
    uint64 nonce;
    bytes32 head;
}

/// @title Two chains in one EVM, linked both ways and watched by three of five
/// @notice Governance of both is the test contract. What the gateways send is collected from their events, so messages that contracts
/// send in answer are carried like any other. The leaves are computed here once more, from what the events say.
abstract contract TwoChains {
    uint256 internal constant WATCHERS = 5;
    uint8 internal constant QUORUM = 3;
    uint32 internal constant DEFAULT_GAS = 200_000;

    Chain internal a;
    Chain internal b;
    /// @dev Private keys, by ascending address.
    uint256[] internal keys;

    mapping(bytes32 laneKey => Message[]) private _sent;
    mapping(bytes32 laneKey => bytes32[]) private _leaves;
    mapping(bytes32 laneKey => bytes32[]) private _heads;
    mapping(bytes32 laneKey => uint256) private _relayed;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        keys = watcherKeys("watcher", WATCHERS);
        a = newChain(1001);
        b = newChain(2002);
        adopt(a, firstRoster());
        adopt(b, firstRoster());
        link(a, b);
        vm.recordLogs();
    }

    /// @notice What follows happens on this chain.
    function on(Chain memory chain) internal {
        vm.chainId(chain.id);
    }

    function newChain(uint256 id) internal returns (Chain memory chain) {
        vm.chainId(id);
        chain.id = id;
        chain.authority = new AccessManager(address(this));
        chain.gateway = Gateway(create("Gateway", abi.encode(address(chain.authority))));
        chain.watchers = WatcherSet(create("WatcherSet", abi.encode(address(chain.authority), chain.gateway)));
    }

    /// @notice Both steps on both chains, and both broadcast lanes, all from nonce 0.
    function link(Chain memory one, Chain memory other) internal virtual {
        linkLane(one, laneOf(other, one.id), 0);
        linkLane(one, laneOf(other, 0), 0);
        linkLane(other, laneOf(one, other.id), 0);
        linkLane(other, laneOf(one, 0), 0);
        on(one);
        one.gateway.linkDestination(other.id);
        on(other);
        other.gateway.linkDestination(one.id);
    }

    function linkLane(Chain memory chain, Lane memory lane, uint64 firstNonce) internal {
        on(chain);
        chain.gateway.linkLane(lane, chain.watchers, firstNonce);
    }

    function laneOf(Chain memory origin, uint256 destinationChainId) internal pure returns (Lane memory) {
        return Lane(origin.id, address(origin.gateway), destinationChainId);
    }

    function laneOf(Chain memory origin, Chain memory destination) internal pure returns (Lane memory) {
        return laneOf(origin, destination.id);
    }

    // Watchers

    function watcherKeys(string memory name, uint256 count) internal pure returns (uint256[] memory sorted) {
        sorted = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode(name, i)));
            uint256 place = i;
            for (; place > 0 && vm.addr(sorted[place - 1]) > vm.addr(key); --place) {
                sorted[place] = sorted[place - 1];
            }
            sorted[place] = key;
        }
    }

    function firstRoster() internal view returns (Roster memory) {
        return rosterAfter(0, keys, QUORUM);
    }

    function rosterAfter(bytes32 previousSetId, uint256[] memory memberKeys, uint8 quorum) internal pure returns (Roster memory next) {
        next.previousSetId = previousSetId;
        next.members = new address[](memberKeys.length);
        for (uint256 i; i < memberKeys.length; ++i) {
            next.members[i] = vm.addr(memberKeys[i]);
        }
        next.quorum = quorum;
        next.policies = new FinalityPolicy[](0);
    }

    function adopt(Chain memory chain, Roster memory next) internal {
        on(chain);
        chain.watchers.adopt(next);
    }

    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255));
    }

    /// @notice Signatures of the first `count` keys.
    function signatures(uint256[] memory signers, uint256 count, bytes32 digest) internal pure returns (bytes memory all) {
        for (uint256 i; i < count; ++i) {
            all = bytes.concat(all, signature(signers[i], digest));
        }
    }

    /// @notice A proof by the quorum of the test's keys under the chain's current set.
    function proofOf(Chain memory chain, Lane memory lane, uint64 nonce, bytes32 head) internal view returns (bytes memory) {
        bytes32 digest = Attestation.headDigest(chain.watchers.setId(), lane, nonce, head);
        return abi.encodePacked(uint16(0), signatures(keys, QUORUM, digest));
    }

    // Messages

    function addressOn(Chain memory chain, address account) internal pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(chain.id, account);
    }

    function noAttributes() internal pure returns (bytes[] memory) {
        return new bytes[](0);
    }

    function limits(uint256 gasLimit, uint256 deliverBefore) internal pure returns (bytes[] memory attributes) {
        attributes = new bytes[](deliverBefore == 0 ? 1 : 2);
        attributes[0] = abi.encodeWithSignature("minGasLimit(uint256)", gasLimit);
        if (deliverBefore != 0) attributes[1] = abi.encodeWithSignature("deliverBefore(uint256)", deliverBefore);
    }

    function send(Chain memory from, Chain memory to, address sender, address recipient, bytes memory payload) internal returns (bytes32) {
        return send(from, to, sender, recipient, payload, noAttributes());
    }

    function send(
        Chain memory from,
        Chain memory to,
        address sender,
        address recipient,
        bytes memory payload,
        bytes[] memory attributes
    ) internal returns (bytes32) {
        on(from);
        vm.prank(sender);
        return from.gateway.sendMessage(addressOn(to, recipient), payload, attributes);
    }

    /// @notice Takes note of all that was sent since the last time.
    function collect() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IERC7786GatewaySource.MessageSent.selector) continue;
            // The lane's advance stands right before the message that advanced it.
            _note(uint256(logs[i - 1].topics[1]), logs[i]);
        }
    }

    function _note(uint256 destinationChainId, Vm.Log memory log) private {
        (bytes memory sender, bytes memory recipient, bytes memory payload, , bytes[] memory attributes) = abi.decode(
            log.data,
            (bytes, bytes, bytes, uint256, bytes[])
        );
        Message memory message;
        uint256 originChainId;
        (originChainId, message.sender) = InteroperableAddress.parseEvmV1(sender);
        (, message.recipient) = InteroperableAddress.parseEvmV1(recipient);
        message.payload = payload;
        message.gasLimit = DEFAULT_GAS;
        for (uint256 i; i < attributes.length; ++i) {
            uint256 value = uint256(bytes32(_tail(attributes[i])));
            if (bytes4(attributes[i]) == bytes4(keccak256("minGasLimit(uint256)"))) message.gasLimit = uint32(value);
            else message.deliverBefore = uint40(value);
        }
        note(Lane(originChainId, log.emitter, destinationChainId), message);
    }

    /// @notice Appends a message to the test's own record of a lane, whether or not a gateway sent it.
    function note(Lane memory lane, Message memory message) internal returns (bytes32 leaf) {
        bytes32 key = lane.key();
        leaf = leafOf(lane, uint64(_leaves[key].length), message);
        bytes32 head = keccak256(bytes.concat(headAt(lane, uint64(_heads[key].length)), leaf));
        _sent[key].push(message);
        _leaves[key].push(leaf);
        _heads[key].push(head);
    }

    function _tail(bytes memory attribute) private pure returns (bytes memory tail) {
        tail = new bytes(attribute.length - 4);
        for (uint256 i; i < tail.length; ++i) {
            tail[i] = attribute[i + 4];
        }
    }

    function leafOf(Lane memory lane, uint64 nonce, Message memory message) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    lane.originChainId,
                    lane.originGateway,
                    lane.destinationChainId,
                    nonce,
                    message.sender,
                    message.recipient,
                    message.gasLimit,
                    message.deliverBefore,
                    keccak256(message.payload)
                )
            );
    }

    function sentCount(Lane memory lane) internal view returns (uint64) {
        return uint64(_sent[lane.key()].length);
    }

    function sentMessage(Lane memory lane, uint64 nonce) internal view returns (Message memory) {
        return _sent[lane.key()][nonce];
    }

    function sentLeaf(Lane memory lane, uint64 nonce) internal view returns (bytes32) {
        return _leaves[lane.key()][nonce];
    }

    /// @notice The head after `nonce` messages.
    function headAt(Lane memory lane, uint64 nonce) internal view returns (bytes32) {
        return nonce == 0 ? bytes32(0) : _heads[lane.key()][nonce - 1];
    }

    function header(Message memory message) internal pure returns (MessageHeader memory) {
        return
            MessageHeader({
                senderAndLimits: (uint256(uint160(message.sender)) << 96) |
                    (uint256(message.gasLimit) << 64) |
                    (uint256(message.deliverBefore) << 24) |
                    message.payload.length,
                recipient: uint256(uint160(message.recipient)) << 96
            });
    }

    /// @notice `count` messages from `first` on, with `tail` leaves after them.
    function range(Lane memory lane, uint64 first, uint64 count, uint64 tail) internal view returns (Delivery memory d) {
        d.lane = lane;
        d.first = first;
        d.headBefore = headAt(lane, first);
        d.headers = new MessageHeader[](count);
        for (uint64 i; i < count; ++i) {
            Message memory message = sentMessage(lane, first + i);
            d.headers[i] = header(message);
            d.payloads = bytes.concat(d.payloads, message.payload);
        }
        d.tail = new bytes32[](tail);
        for (uint64 i; i < tail; ++i) {
            d.tail[i] = sentLeaf(lane, first + count + i);
        }
        d.nonce = first + count + tail;
        d.head = headAt(lane, d.nonce);
    }

    /// @notice Delivers with the given proof.
    function deliver(Chain memory to, Delivery memory d, bytes memory proof) internal {
        on(to);
        to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof);
    }

    /// @notice Delivers with the proof that the watchers would give.
    function deliver(Chain memory to, Delivery memory d) internal {
        deliver(to, d, proofOf(to, d.lane, d.nonce, d.head));
    }

    /// @notice Delivers one message alone, with the rest of the lane as tail.
    function deliverOne(Chain memory to, Lane memory lane, uint64 nonce) internal {
        collect();
        deliver(to, range(lane, nonce, 1, sentCount(lane) - nonce - 1));
    }

    /// @notice Delivers all that was sent on a lane and not relayed before.
    function relay(Lane memory lane, Chain memory to) internal {
        collect();
        bytes32 key = lane.key();
        uint64 first = uint64(_relayed[key]);
        uint64 count = sentCount(lane) - first;
        if (count == 0) return;
        _relayed[key] = first + count;
        deliver(to, range(lane, first, count, 0));
    }

    /// @notice Delivers all that one chain sent to the other and that was not relayed before.
    function relay(Chain memory from, Chain memory to) internal {
        relay(laneOf(from, to), to);
    }

    function retry(Chain memory to, Lane memory lane, uint64 nonce) internal {
        on(to);
        Message memory message = sentMessage(lane, nonce);
        to.gateway.retry(lane, nonce, header(message), message.payload);
    }
}
