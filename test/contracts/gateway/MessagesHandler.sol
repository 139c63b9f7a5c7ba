// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Roster, Statement} from "../../../contracts/verifiers/IWatcherSet.sol";
import {Attestation} from "../../../contracts/verifiers/Attestation.sol";
import {Chain, Delivery, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Mood, Witness} from "../mocks/Witness.sol";

/// @notice Does everything that can be done with messages on two chains, right half of the time and wrong half of the time, and keeps an exact
/// ledger of what should be the case. What is done wrong must revert; each kind of wrong that did not is counted by itself.
contract MessagesHandler is TwoChains {
    address internal constant STRANGER = address(0x57a46e7);
    /// @dev The broadcast lane of `a` was linked on `b` late.
    uint64 public constant LATE = 3;

    Lane[4] public lanes;
    Chain[2] internal chains;
    Witness[3] public witnesses;

    /// @dev By lane and nonce: the status on the chain that the lane leads to.
    mapping(uint256 lane => mapping(uint64 nonce => MessageStatus)) public expected;
    mapping(uint256 lane => mapping(uint64 nonce => bool)) public isReported;
    /// @dev Seconds each lane stood still, and until when it does.
    mapping(uint256 lane => uint256) public stood;
    mapping(uint256 lane => uint256) public stoppedUntil;

    uint256 public strangersHeard;
    uint256 public deliveredWhileStopped;
    uint256 public weakProofs;
    uint256 public stalePowers;
    uint256 public forgedRetries;
    uint256 public falseReports;
    uint256 public sentUnlinked;
    uint256 public refused;
    uint256 public maskedHeard;
    uint256 public generation;
    uint256[] internal oldKeys;
    bytes32 internal oldSetId;
    uint256 public clock;

    constructor() {
        setUp();
        clock = block.timestamp;
        (chains[0], chains[1]) = (a, b);
        lanes[0] = laneOf(a, b);
        lanes[1] = laneOf(b, a);
        lanes[2] = laneOf(a, 0);
        lanes[3] = laneOf(b, 0);
        for (uint256 i; i < 3; ++i) {
            witnesses[i] = new Witness();
        }
        collect();
    }

    /// @dev As in the base, but `b` joins the broadcast lane of `a` late.
    function link(Chain memory one, Chain memory other) internal override {
        linkLane(one, laneOf(other, one.id), 0);
        linkLane(one, laneOf(other, 0), 0);
        linkLane(other, laneOf(one, other.id), 0);
        linkLane(other, laneOf(one, 0), LATE);
        on(one);
        one.gateway.linkDestination(other.id);
        on(other);
        other.gateway.linkDestination(one.id);
    }

    // Origin

    function sendOne(uint256 seed) external {
        tick();
        Chain memory from = chains[seed % 2];
        Chain memory to = chains[1 - (seed % 2)];
        address recipient = address(witnesses[(seed >> 8) % 3]);
        uint256 deadline = (seed >> 16) % 3 == 0 ? clock + ((seed >> 24) % 2 days) : 0;
        bytes memory payload = abi.encode(seed);
        bool isLinked = from.gateway.isDestinationLinked(to.id);
        on(from);
        vm.prank(address(uint160(1 + (seed >> 96))));
        try from.gateway.sendMessage(addressOn(to, recipient), payload, limits(300_000, deadline)) {
            if (!isLinked) ++sentUnlinked;
        } catch {}
        collect();
    }

    function broadcastOne(uint256 seed) external {
        tick();
        Chain memory from = chains[seed % 2];
        on(from);
        vm.prank(address(uint160(1 + (seed >> 96))));
        from.gateway.broadcast(address(witnesses[(seed >> 8) % 3]), abi.encode(seed), limits(300_000, 0));
        collect();
    }

    // Destination

    /// @notice Delivers a range, with a tail, by the true proof.
    function deliverRange(uint256 seed, uint8 first, uint8 count, uint8 tail) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, first, count, tail);
        if (d.headers.length == 0) return;
        bool isStopped = clock < stoppedUntil[lane];
        bytes memory proof = proofOf(to, d.lane, d.nonce, d.head);
        on(to);
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof) {
            if (isStopped) ++deliveredWhileStopped;
            settleAll(lane, d);
        } catch {
            if (!isStopped) ++refused;
        }
        collect();
    }

    /// @notice Stops a lane, delivers over it, and lets it run again.
    function deliverStopped(uint256 seed, uint8 first, uint8 count, uint8 tail) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, first, count, tail);
        if (d.headers.length == 0 || clock < stoppedUntil[lane]) return;
        bytes memory proof = proofOf(to, d.lane, d.nonce, d.head);
        on(to);
        try to.gateway.stopLane(d.lane, 1) {} catch {
            return;
        }
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof) {
            ++deliveredWhileStopped;
            settleAll(lane, d);
        } catch {}
        to.gateway.resumeLane(d.lane);
        stoppedUntil[lane] = clock;
        collect();
    }

    /// @notice Delivers by a proof that must not do: too few signers, one signer many times, no set, strangers.
    function deliverWeakly(uint256 seed, uint8 first, uint8 count, uint8 kind) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, first, count, 0);
        if (d.headers.length == 0) return;
        bytes32 id = to.watchers.setId();
        bytes32 digest = Attestation.headDigest(id, d.lane, d.nonce, d.head);
        bytes memory one = signature(keys[0], digest);
        bytes memory signed;
        if (kind % 4 == 0) signed = signatures(keys, QUORUM - 1, digest);
        else if (kind % 4 == 1) signed = bytes.concat(one, one, one);
        else if (kind % 4 == 2) signed = signatures(keys, QUORUM, Attestation.headDigest(0, d.lane, d.nonce, d.head));
        else signed = signatures(watcherKeys("nobody", WATCHERS), WATCHERS, digest);
        on(to);
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, abi.encodePacked(uint16(0), signed)) {
            ++weakProofs;
            settleAll(lane, d);
        } catch {}
        collect();
    }

    /// @notice Delivers by all of the generation before.
    function deliverByPast(uint256 seed, uint8 first, uint8 count) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, first, count, 0);
        if (d.headers.length == 0 || oldSetId == 0) return;
        bytes memory signed = signatures(oldKeys, WATCHERS, Attestation.headDigest(oldSetId, d.lane, d.nonce, d.head));
        on(to);
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, abi.encodePacked(uint16(0), signed)) {
            ++stalePowers;
            settleAll(lane, d);
        } catch {}
        collect();
    }

    /// @notice Delivers by a quorum of which one contradicted itself.
    function deliverByLiar(uint256 seed, uint8 first, uint8 count) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, first, count, 0);
        if (d.headers.length == 0 || !to.watchers.isMasked(vm.addr(keys[WATCHERS - 1]))) return;
        bytes32 digest = Attestation.headDigest(to.watchers.setId(), d.lane, d.nonce, d.head);
        bytes memory signed = bytes.concat(signatures(keys, QUORUM - 1, digest), signature(keys[WATCHERS - 1], digest));
        on(to);
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, abi.encodePacked(uint16(0), signed)) {
            ++maskedHeard;
            settleAll(lane, d);
        } catch {}
        collect();
    }

    /// @notice Delivers what was never sent under the true proof of the true head. If it ran, the witnesses know.
    function deliverForged(uint256 seed, uint8 first, uint8 count, uint8 kind) external {
        tick();
        (, Chain memory to, Delivery memory d) = pick(seed, first, count, 0);
        if (d.headers.length == 0) return;
        bytes memory proof = proofOf(to, d.lane, d.nonce, d.head);
        uint256 place = seed % d.headers.length;
        if (kind % 4 == 0) d.headers[place].senderAndLimits ^= uint256(1) << (96 + (seed % 160));
        else if (kind % 4 == 1) d.headers[place].recipient ^= uint256(1) << (96 + (seed % 160));
        else if (kind % 4 == 2) d.payloads[seed % d.payloads.length] ^= 0x01;
        else d.headers[place].senderAndLimits ^= uint256(1) << (24 + (seed % 72));
        on(to);
        try to.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof) {} catch {}
        collect();
    }

    function retryOne(uint256 seed, uint8 place, bool isForged) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed, place, 1, 0);
        if (d.headers.length == 0) return;
        Message memory message = sentMessage(d.lane, d.first);
        if (isForged) message.payload = "forged";
        on(to);
        // A retry passes on all there is, and a witness may eat it.
        try to.gateway.retry{gas: 3_000_000}(d.lane, d.first, header(message), message.payload) {
            if (isForged || expected[lane][d.first] != MessageStatus.Failed) ++forgedRetries;
            else expected[lane][d.first] = outcome(message);
        } catch {}
        collect();
    }

    function report(uint256 seed, uint8 first, uint8 count) external {
        tick();
        (uint256 lane, Chain memory to, Delivery memory d) = pick(seed % 2, first, count, 0);
        if (d.headers.length == 0) return;
        bool isTrue = true;
        for (uint64 i; i < d.headers.length; ++i) {
            isTrue = isTrue && expected[lane][d.first + i] == MessageStatus.Expired;
        }
        on(to);
        vm.prank(STRANGER);
        try to.gateway.reportExpired(d.lane, d.first, uint16(d.headers.length)) {
            if (!isTrue) ++falseReports;
            for (uint64 i; i < d.headers.length; ++i) {
                isReported[lane][d.first + i] = true;
            }
        } catch {}
        collect();
    }

    // World

    function setMood(uint256 witness, uint8 mood) external {
        tick();
        witnesses[witness % 3].setMood(Mood(mood % 4));
    }

    function wait(uint256 seconds_) external {
        tick();
        clock += seconds_ % 3 days;
        tick();
    }

    /// @notice A lane stands still for some of the seconds that it was stopped for.
    function standStill(uint256 seed) external {
        tick();
        uint256 lane = seed % 4;
        Chain memory chain = chainTo(lane);
        uint40 duration = uint40(2 + ((seed >> 8) % 1 hours));
        on(chain);
        try chain.gateway.stopLane(lanes[lane], duration) {
            stoppedUntil[lane] = clock + duration;
        } catch {}
        clock += 1 + ((seed >> 32) % duration);
        tick();
    }

    // Governance, by the one or by a stranger

    function govern(uint256 seed, uint40 duration, bool isStranger) external {
        tick();
        uint256 lane = seed % 4;
        Chain memory chain = chains[1 - (lane % 2)];
        uint256 remote = chains[lane % 2].id;
        uint256 kind = (seed >> 8) % 5;
        duration = uint40(1 + (duration % 5 days));
        bytes memory data;
        if (kind == 0) data = abi.encodeCall(chain.gateway.stopLane, (lanes[lane], duration));
        else if (kind == 1) data = abi.encodeCall(chain.gateway.resumeLane, (lanes[lane]));
        else if (kind == 2) data = abi.encodeCall(chain.gateway.unlinkDestination, (remote));
        else if (kind == 3) data = abi.encodeCall(chain.gateway.linkDestination, (remote));
        else data = abi.encodeCall(chain.gateway.linkLane, (lanes[lane], chain.watchers, uint64(duration)));
        on(chain);
        // A stranger finds something to resume.
        if (isStranger && kind == 1 && clock >= stoppedUntil[lane]) {
            try chain.gateway.stopLane(lanes[lane], 1) {
                stoppedUntil[lane] = clock + 1;
            } catch {}
        }
        if (isStranger) vm.prank(STRANGER);
        (bool success, ) = address(chain.gateway).call(data);
        if (success && (isStranger || kind == 4)) ++strangersHeard;
        if (success && kind == 0) stoppedUntil[lane] = clock + duration;
        if (success && kind == 1) stoppedUntil[lane] = clock;
    }

    /// @notice The next generation on both chains.
    function rotate(bool isStranger) external {
        tick();
        if (generation > 6) return;
        uint256[] memory nextKeys = watcherKeys(string(abi.encode(generation)), WATCHERS);
        Roster memory next = rosterAfter(a.watchers.setId(), nextKeys, QUORUM);
        for (uint256 i; i < 2; ++i) {
            on(chains[i]);
            if (isStranger) vm.prank(STRANGER);
            try chains[i].watchers.adopt(next) {
                if (isStranger) ++strangersHeard;
            } catch {}
        }
        if (isStranger) return;
        oldSetId = next.previousSetId;
        oldKeys = keys;
        keys = nextKeys;
        ++generation;
    }

    /// @notice The last member contradicts itself. The quorum stands without it.
    function equivocate(uint256 seed) external {
        tick();
        Chain memory chain = chains[seed % 2];
        Lane memory lane = lanes[1 - (seed % 2)];
        on(chain);
        Statement memory one = statement(chain, lane, "one");
        Statement memory other = statement(chain, lane, seed % 4 < 2 ? bytes32("one") : bytes32("other"));
        try chain.watchers.submitEvidence(lane, 1, one, other) {
            if (one.head == other.head) ++strangersHeard;
        } catch {}
    }

    // Ledger

    function chainTo(uint256 lane) public view returns (Chain memory) {
        return chains[1 - (lane % 2)];
    }

    function countOf(uint256 lane) external view returns (uint64) {
        return sentCount(lanes[lane]);
    }

    function leafAt(uint256 lane, uint64 nonce) external view returns (bytes32) {
        return sentLeaf(lanes[lane], nonce);
    }

    function messageAt(uint256 lane, uint64 nonce) external view returns (Message memory) {
        return sentMessage(lanes[lane], nonce);
    }

    function headOf(uint256 lane) external view returns (bytes32) {
        return headAt(lanes[lane], sentCount(lanes[lane]));
    }

    function senderOn(uint256 lane, address sender) external view returns (bytes memory) {
        return addressOn(chains[lane % 2], sender);
    }

    function stoodAt(uint256 lane) external view returns (uint256) {
        return stood[lane];
    }

    /// @dev Time passes only here, and every second is counted where a lane stood still.
    function tick() internal {
        uint256 past = block.timestamp;
        for (uint256 lane; lane < 4; ++lane) {
            uint256 until = stoppedUntil[lane];
            if (until > past) stood[lane] += (until < clock ? until : clock) - past;
        }
        vm.warp(clock);
    }

    /// @dev What becomes of a message now.
    function outcome(Message memory message) internal view returns (MessageStatus) {
        if (message.deliverBefore != 0 && clock > message.deliverBefore) return MessageStatus.Expired;
        // Reports of expiry go to the gateway, which takes them; replies go to whoever wrote.
        if (message.recipient.code.length == 0) return MessageStatus.Failed;
        if (message.recipient == address(a.gateway) || message.recipient == address(b.gateway)) return MessageStatus.Consumed;
        Mood mood = Witness(message.recipient).mood();
        return mood == Mood.Accept || mood == Mood.Reply ? MessageStatus.Consumed : MessageStatus.Failed;
    }

    function settleAll(uint256 lane, Delivery memory d) internal {
        for (uint64 i; i < d.headers.length; ++i) {
            settle(lane, d.first + i);
        }
    }

    function settle(uint256 lane, uint64 nonce) internal {
        if (lane == 2 && nonce < LATE) return;
        if (expected[lane][nonce] == MessageStatus.Pending) expected[lane][nonce] = outcome(sentMessage(lanes[lane], nonce));
    }

    function pick(
        uint256 seed,
        uint8 first,
        uint8 count,
        uint8 tail
    ) internal view returns (uint256 lane, Chain memory to, Delivery memory d) {
        lane = seed % 4;
        to = chainTo(lane);
        uint64 sent = sentCount(lanes[lane]);
        if (sent == 0) return (lane, to, d);
        uint64 start = uint64(first) % sent;
        uint64 length = 1 + (uint64(count) % 6);
        if (start + length > sent) length = sent - start;
        uint64 rest = uint64(tail) % (sent - start - length + 1);
        d = range(lanes[lane], start, length, rest);
    }

    function statement(Chain memory chain, Lane memory lane, bytes32 head) internal view returns (Statement memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[WATCHERS - 1], Attestation.headDigest(chain.watchers.setId(), lane, 1, head));
        return Statement(head, r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }
}
