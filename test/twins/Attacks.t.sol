// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {MessageStatus} from "../../contracts/gateway/IGateway.sol";
import {Lane, LaneLibrary} from "../../contracts/gateway/Lane.sol";
import {Peers} from "../../contracts/gateway/Peers.sol";
import {Attestation} from "../../contracts/verifiers/Attestation.sol";
import {Roster} from "../../contracts/verifiers/IWatcherSet.sol";
import {Behaviour, Recipient} from "../contracts/mocks/Recipient.sol";
import {Chain, Delivery, Message, TwoChains} from "../support/TwoChains.sol";
import {vm} from "../support/Vm.sol";
import {IS_TWIN} from "./Kind.sol";

/// @notice Counts the messages of its one peer.
contract Listener is IERC7786Recipient {
    using Peers for Peers.Table;

    uint256 public received;
    address private immutable GATEWAY;
    Peers.Table private _peers;

    constructor(address gateway, uint256 chainId, address peer) {
        GATEWAY = gateway;
        _peers.link(chainId, peer);
    }

    function receiveMessage(bytes32, bytes calldata sender, bytes calldata) external payable returns (bytes4) {
        _peers.originOf(GATEWAY, sender);
        ++received;
        return IERC7786Recipient.receiveMessage.selector;
    }
}

/// @notice One attack for each incident. Each says whether it worked; it must on its twin, and must not on the product.
contract AttacksTest is TwoChains {
    /// @dev Where the gateway keeps its lanes.
    uint256 private constant OUTBOUND_SLOT = 1;
    address internal constant SENDER = address(0x5e4de7);
    Recipient internal good;
    Recipient internal bad;
    Lane internal lane;

    function setUp() public override {
        super.setUp();
        good = new Recipient();
        bad = new Recipient();
        lane = laneOf(a, b);
    }

    function expect(function() external returns (bool) attack) internal {
        bool works;
        try attack() returns (bool result) {
            works = result;
        } catch {}
        vm.assertEq(works, IS_TWIN);
    }

    function test_unsetRoot() public {
        expect(this.unsetRoot);
    }

    /// @notice Nobody watches yet; a proof without signatures meets a quorum without members.
    function unsetRoot() external returns (bool) {
        Chain memory fresh = newChain(3003);
        linkLane(fresh, laneOf(a, fresh.id), 0);
        lane = laneOf(a, fresh.id);
        forge();
        deliver(fresh, range(lane, 0, 1, 0), hex"0000");
        return good.received() == 1;
    }

    function test_expressPath() public {
        expect(this.expressPath);
    }

    /// @notice A message with no proof at all.
    function expressPath() external returns (bool) {
        forge();
        deliver(b, range(lane, 0, 1, 0), "");
        return good.received() == 1;
    }

    function test_oneSignerManyTimes() public {
        expect(this.oneSignerManyTimes);
    }

    /// @notice One watcher signs for three.
    function oneSignerManyTimes() external returns (bool) {
        forge();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory one = signature(keys[0], Attestation.headDigest(b.watchers.setId(), lane, d.nonce, d.head));
        deliver(b, d, abi.encodePacked(uint16(0), one, one, one));
        return good.received() == 1;
    }

    function test_zeroSigner() public {
        expect(this.zeroSigner);
    }

    /// @notice The zero address watches, and broken signatures are its own.
    function zeroSigner() external returns (bool) {
        Roster memory next = rosterAfter(b.watchers.setId(), keys, QUORUM);
        next.members[0] = address(0);
        adopt(b, next);
        forge();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes32 digest = Attestation.headDigest(b.watchers.setId(), lane, d.nonce, d.head);
        deliver(b, d, abi.encodePacked(uint16(0), new bytes(64), signature(keys[1], digest), signature(keys[2], digest)));
        return good.received() == 1;
    }

    function test_oneOfOne() public {
        expect(this.oneOfOne);
    }

    /// @notice One watcher is the quorum.
    function oneOfOne() external returns (bool) {
        uint256[] memory one = watcherKeys("alone", 1);
        adopt(b, rosterAfter(b.watchers.setId(), one, 1));
        forge();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes32 digest = Attestation.headDigest(b.watchers.setId(), lane, d.nonce, d.head);
        deliver(b, d, abi.encodePacked(uint16(0), signature(one[0], digest)));
        return good.received() == 1;
    }

    function test_oldSet() public {
        expect(this.oldSet);
    }

    /// @notice Signatures of the last generation, after its members became the next one.
    function oldSet() external returns (bool) {
        forge();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory proof = proofOf(b, lane, d.nonce, d.head);
        adopt(b, rosterAfter(b.watchers.setId(), keys, QUORUM));
        deliver(b, d, proof);
        return good.received() == 1;
    }

    function test_replay() public {
        expect(this.replay);
    }

    /// @notice The same message twice.
    function replay() external returns (bool) {
        forge();
        deliver(b, range(lane, 0, 1, 0));
        deliver(b, range(lane, 0, 1, 0));
        return good.received() == 2;
    }

    function test_shortGas() public {
        expect(this.shortGas);
    }

    /// @notice A message is used up with a quarter of the gas that its sender asked for.
    function shortGas() external returns (bool) {
        send(a, b, SENDER, address(good), "x", limits(4_000_000, 0));
        collect();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes memory proof = proofOf(b, lane, d.nonce, d.head);
        on(b);
        bytes memory data = abi.encodeCall(b.gateway.deliver, (d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof));
        (bool success, ) = address(b.gateway).call{gas: 1_000_000}(data);
        return success && b.gateway.statusOf(lane, 0) != MessageStatus.Pending;
    }

    function test_poisonedBatch() public {
        expect(this.poisonedBatch);
    }

    /// @notice A message whose recipient reverts takes the batch with it.
    function poisonedBatch() external returns (bool) {
        bad.behave(Behaviour.Revert);
        send(a, b, SENDER, address(bad), "x");
        forge();
        Delivery memory d = range(lane, 0, 2, 0);
        bytes memory proof = proofOf(b, lane, d.nonce, d.head);
        on(b);
        bytes memory data = abi.encodeCall(b.gateway.deliver, (d.lane, d.first, d.headBefore, d.headers, d.payloads, d.tail, proof));
        (bool success, ) = address(b.gateway).call(data);
        return !success;
    }

    function test_halfLinked() public {
        expect(this.halfLinked);
    }

    /// @notice Messages leave for a chain that nothing can come back from.
    function halfLinked() external returns (bool) {
        on(a);
        a.gateway.linkDestination(9009);
        return a.gateway.isDestinationLinked(9009);
    }

    function test_minorityQuorum() public {
        expect(this.minorityQuorum);
    }

    /// @notice Two of five sign, as their roster lets them.
    function minorityQuorum() external returns (bool) {
        adopt(b, rosterAfter(b.watchers.setId(), keys, 2));
        forge();
        Delivery memory d = range(lane, 0, 1, 0);
        bytes32 digest = Attestation.headDigest(b.watchers.setId(), lane, d.nonce, d.head);
        deliver(b, d, abi.encodePacked(uint16(0), signatures(keys, 2, digest)));
        return good.received() == 1;
    }

    function test_ignoredField() public {
        expect(this.ignoredField);
    }

    /// @notice A message that watchers vouched for, with another recipient.
    function ignoredField() external returns (bool) {
        note(lane, Message(SENDER, address(bad), DEFAULT_GAS, 0, "x"));
        Delivery memory d = range(lane, 0, 1, 0);
        d.headers[0] = header(Message(SENDER, address(good), DEFAULT_GAS, 0, "x"));
        bytes32 head = LaneLibrary.fold(0, lane.leaf(0, SENDER, address(bad), DEFAULT_GAS, 0, keccak256("x")));
        bytes32 digest = Attestation.headDigest(b.watchers.setId(), lane, 1, head);
        deliver(b, d, abi.encodePacked(uint16(0), signatures(keys, QUORUM, digest)));
        return good.received() == 1;
    }

    function test_anySender() public {
        expect(this.anySender);
    }

    /// @notice A true message of a stranger, to a contract that listens to its peer alone.
    function anySender() external returns (bool) {
        Listener listener = new Listener(address(b.gateway), a.id, SENDER);
        send(a, b, address(0xbad), address(listener), "x");
        collect();
        deliver(b, range(lane, 0, 1, 0));
        return listener.received() == 1;
    }

    function test_smallNonce() public {
        expect(this.smallNonce);
    }

    /// @notice After as many messages as 32 bits can count, the lane takes no more.
    function smallNonce() external returns (bool) {
        bytes32 slot = keccak256(abi.encode(b.id, OUTBOUND_SLOT));
        uint256 rest = uint256(vm.load(address(a.gateway), slot)) & ~uint256(type(uint64).max);
        vm.store(address(a.gateway), slot, bytes32(rest | type(uint32).max));
        (uint64 nonce, ) = a.gateway.lane(b.id);
        require(nonce == type(uint32).max, "the nonce lies elsewhere");
        on(a);
        try a.gateway.sendMessage(addressOn(b, address(good)), "x", noAttributes()) returns (bytes32) {
            return false;
        } catch {
            return true;
        }
    }

    /// @dev A message to the good recipient on the lane under attack. What matters is who vouches for it.
    function forge() private {
        collect();
        note(lane, Message(SENDER, address(good), DEFAULT_GAS, 0, "forged"));
    }
}
