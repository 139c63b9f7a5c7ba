// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Lane} from "../../../contracts/gateway/Lane.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {Chain, Delivery, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Witness} from "../mocks/Witness.sol";

/// @notice A recipient that believes one peer per chain, as all of ours do, and counts what each chain made it do.
contract Guarded is IERC7786Recipient {
    using Peers for Peers.Table;

    address private immutable _gateway;
    Peers.Table private _peers;
    mapping(uint256 chainId => uint256) public acted;

    constructor(address gateway) {
        _gateway = gateway;
    }

    function link(uint256 chainId, address peer) external {
        _peers.link(chainId, peer);
    }

    function receiveMessage(bytes32, bytes calldata sender, bytes calldata) external payable returns (bytes4) {
        ++acted[_peers.originOf(_gateway, sender)];
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice Two honest chains and a linked third one that is all lies: its gateway says anything in anybody's name, and the watchers truly
/// vouch for what it says.
contract RogueChainHandler is TwoChains {
    uint256 public constant ROGUE = 6666;
    address internal constant ROGUE_GATEWAY = address(0x6666);
    /// @dev An honest application with a contract on each of the honest chains, at one address.
    address public constant PEER = address(0x9ee4);

    Guarded public guarded;
    /// @dev Linked for the rogue chain only. It may do there what it likes.
    Guarded public exposed;
    Witness public witness;
    Lane[3] public rogueLanes;
    Lane public honest;
    uint256 public honestlyActed;
    mapping(uint64 nonce => MessageStatus) public expected;

    constructor() {
        setUp();
        guarded = new Guarded(address(b.gateway));
        guarded.link(a.id, PEER);
        exposed = new Guarded(address(b.gateway));
        exposed.link(ROGUE, PEER);
        witness = new Witness();
        honest = laneOf(a, b);
        rogueLanes[0] = Lane(ROGUE, ROGUE_GATEWAY, b.id);
        rogueLanes[1] = Lane(ROGUE, ROGUE_GATEWAY, a.id);
        rogueLanes[2] = Lane(ROGUE, ROGUE_GATEWAY, 0);
        linkLane(b, rogueLanes[0], 0);
        linkLane(a, rogueLanes[1], 0);
        linkLane(b, rogueLanes[2], 0);
        on(b);
        b.gateway.linkDestination(ROGUE);
        collect();
    }

    function honestSend(uint256 seed) external {
        on(a);
        vm.prank(PEER);
        uint256 deadline = seed % 3 == 0 ? block.timestamp + (seed % 1 days) : 0;
        a.gateway.sendMessage(addressOn(b, address(guarded)), abi.encode(seed), limits(300_000, deadline));
        collect();
    }

    function honestDeliver(uint8 first, uint8 count) external {
        uint64 sent = sentCount(honest);
        if (sent == 0) return;
        uint64 start = uint64(first) % sent;
        uint64 length = 1 + (uint64(count) % (sent - start));
        deliver(b, range(honest, start, length, 0));
        for (uint64 nonce = start; nonce < start + length; ++nonce) {
            if (expected[nonce] != MessageStatus.Pending) continue;
            uint40 deadline = sentMessage(honest, nonce).deliverBefore;
            bool isLate = deadline != 0 && block.timestamp > deadline;
            expected[nonce] = isLate ? MessageStatus.Expired : MessageStatus.Consumed;
            if (!isLate) ++honestlyActed;
        }
    }

    /// @notice The rogue chain says that anybody sent anything to anyone.
    function lie(uint256 seed) external {
        address[6] memory senders = [
            PEER,
            address(a.gateway),
            address(b.gateway),
            ROGUE_GATEWAY,
            address(guarded),
            address(uint160(seed >> 64))
        ];
        address[6] memory recipients = [
            address(guarded),
            address(exposed),
            address(a.gateway),
            address(b.gateway),
            address(a.authority),
            address(witness)
        ];
        bytes memory payload = abi.encode(uint64((seed >> 32) % 4), uint16(1 + ((seed >> 40) % 4)));
        if (seed % 7 == 0) payload = abi.encodeCall(b.gateway.setVerifier, (honest, a.watchers));
        uint40 deadline = seed % 5 == 0 ? uint40(seed >> 16) : 0;
        uint32 gasLimit = seed % 11 == 0 ? uint32(seed >> 24) : 300_000;
        note(rogueLanes[(seed >> 8) % 3], Message(senders[(seed >> 12) % 6], recipients[(seed >> 20) % 6], gasLimit, deadline, payload));
    }

    /// @notice The rogue chain reports, in its own name or in that of the honest chain's gateway, that honest messages expired.
    function lieAboutExpiry(uint256 seed) external {
        bytes memory payload = abi.encode(uint64(seed % 2), uint16(1));
        address sender = (seed >> 8) % 2 == 0 ? address(b.gateway) : ROGUE_GATEWAY;
        note(rogueLanes[1], Message(sender, address(a.gateway), 300_000, 0, payload));
    }

    function rogueDeliver(uint256 seed, uint8 first, uint8 count) external {
        Lane memory lane = rogueLanes[seed % 3];
        uint64 sent = sentCount(lane);
        if (sent == 0) return;
        uint64 start = uint64(first) % sent;
        deliver(seed % 3 == 1 ? a : b, range(lane, start, 1 + (uint64(count) % (sent - start)), 0));
        collect();
    }

    /// @notice The rogue passes its head off as that of another lane, or another lane's messages as its own.
    function rogueSwap(uint256 seed, uint8 first) external {
        Lane memory lane = rogueLanes[seed % 3];
        uint64 sent = sentCount(lane);
        if (sent == 0) return;
        Delivery memory d = range(lane, uint64(first) % sent, 1, 0);
        bytes memory proof = proofOf(b, lane, d.nonce, d.head);
        d.lane = seed % 2 == 0 ? honest : laneOf(a, 0);
        on(b);
        try b.gateway.deliver(d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof) {} catch {}
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + (seconds_ % 1 days));
    }

    function honestChains() external view returns (Chain memory, Chain memory) {
        return (a, b);
    }

    function honestCount() external view returns (uint64) {
        return sentCount(honest);
    }

    function honestHead() external view returns (bytes32) {
        return headAt(honest, sentCount(honest));
    }
}
