// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {AgentLinks} from "../../../contracts/agents/AgentLinks.sol";
import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {IAgentLinks} from "../../../contracts/agents/IAgentLinks.sol";
import {LinkFact, LinkMessages} from "../../../contracts/agents/LinkMessages.sol";
import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {Answer, HostileIdentityRegistry} from "../../mocks/HostileIdentityRegistry.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {LinksWorld} from "./LinksWorld.sol";

/// @notice Accounts and identities of agents, over two chains.
/// - accounts: both words, either alone, taken back by either side, moved, after the agent retired, on the home chain
/// - squatting: of an account, of an agent, of an identity
/// - order: an older word never replaces a later one, whatever arrives first; twice is once
/// - origin: another sender, an unlinked chain, a contract that replaced another, malformed messages
/// - identities: here by asking, there by report; sold; burnt; hostile registries; too little gas
contract AgentLinksTest is LinksWorld {
    bytes32 private _agent;

    function setUp() public override {
        super.setUp();
        _agent = newAgent(ALICE, "one");
    }

    function _assertLinked(bool expected) private view {
        vm.assertEq(home.isAccountLinked(_agent, b.id, FAR), expected);
    }

    function test_a_link_needs_both_words() public {
        vm.expectEmit(address(home));
        emit IAgentLinks.AccountDeclared(_agent, b.id, FAR, true);
        declare(ALICE, _agent, b.id, FAR, true);
        _assertLinked(false);
        claimFar(FAR, _agent);
        _assertLinked(false);
        relayHome();
        _assertLinked(true);
        (bytes32 agentId, uint48 sequence, uint40 seenAt) = home.claimOf(b.id, FAR);
        vm.assertEq(agentId, _agent);
        vm.assertEq(uint256(sequence), 1);
        vm.assertEq(uint256(seenAt), block.timestamp);
        vm.assertTrue(home.isAccountDeclared(_agent, b.id, FAR));
        // The account of that address on another chain, this one included, is another account.
        vm.assertFalse(home.isAccountLinked(_agent, a.id, FAR));
    }

    function test_a_claim_alone_is_nothing() public {
        claimFar(MALLORY, _agent);
        relayHome();
        vm.assertFalse(home.isAccountLinked(_agent, b.id, MALLORY));
    }

    function test_either_side_takes_it_back() public {
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        declare(ALICE, _agent, b.id, FAR, false);
        _assertLinked(false);
        declare(ALICE, _agent, b.id, FAR, true);
        _assertLinked(true);
        claimFar(FAR, 0);
        relayHome();
        _assertLinked(false);
    }

    function test_an_account_belongs_to_one_agent() public {
        bytes32 other = newAgent(BOB, "two");
        declare(ALICE, _agent, b.id, FAR, true);
        declare(BOB, other, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        vm.assertFalse(home.isAccountLinked(other, b.id, FAR));
        claimFar(FAR, other);
        relayHome();
        _assertLinked(false);
        vm.assertTrue(home.isAccountLinked(other, b.id, FAR));
    }

    function test_nobody_squats() public {
        // Mallory says first that the account and the agent are its own; both are linked all the same.
        bytes32 its = newAgent(MALLORY, "its");
        declare(MALLORY, its, b.id, FAR, true);
        claimFar(MALLORY, _agent);
        relayHome();
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        _assertLinked(true);
        vm.assertFalse(home.isAccountLinked(its, b.id, FAR));
        vm.assertFalse(home.isAccountLinked(_agent, b.id, MALLORY));
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.AgentWrongController.selector, _agent, ALICE, MALLORY));
        vm.prank(MALLORY);
        home.declareAccount(_agent, b.id, MALLORY, true);
    }

    function test_an_account_of_the_home_chain_needs_no_message() public {
        declare(ALICE, _agent, a.id, BOB, true);
        vm.expectEmit(address(home));
        emit IAgentLinks.AccountClaimed(a.id, BOB, _agent, 1);
        vm.prank(BOB);
        vm.assertEq(home.claimAgent(a.id, _agent), bytes32(0));
        vm.assertTrue(home.isAccountLinked(_agent, a.id, BOB));
        vm.assertFalse(home.isAccountLinked(_agent, b.id, BOB));
    }

    function test_a_retired_agent_has_no_accounts() public {
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        vm.prank(ALICE);
        registry.retire(_agent);
        _assertLinked(false);
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.AgentWrongController.selector, _agent, address(0), ALICE));
        vm.prank(ALICE);
        home.declareAccount(_agent, b.id, FAR, true);
    }

    // Order

    function test_an_older_word_never_replaces_a_later_one() public {
        bytes32 other = newAgent(ALICE, "two");
        declare(ALICE, _agent, b.id, FAR, true);
        declare(ALICE, other, b.id, FAR, true);
        claimFar(FAR, _agent);
        claimFar(FAR, other);
        Lane memory lane = laneOf(b, a);
        deliverOne(a, lane, 1);
        vm.assertTrue(home.isAccountLinked(other, b.id, FAR));
        deliverOne(a, lane, 0);
        on(a);
        vm.assertTrue(home.isAccountLinked(other, b.id, FAR));
        _assertLinked(false);
        // It ran, and changed nothing.
        vm.assertEq(uint256(a.gateway.statusOf(lane, 0)), uint256(MessageStatus.Consumed));
    }

    function testFuzz_any_order_ends_with_the_last_word(uint256 seed) public {
        uint256 count = 5;
        bytes32 last;
        for (uint256 i; i < count; ++i) {
            last = bytes32(uint256(keccak256(abi.encode(seed, i))) % 3);
            claimFar(FAR, last);
        }
        Lane memory lane = laneOf(b, a);
        uint256 done;
        while (done != (1 << count) - 1) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 nonce = uint64(seed % count);
            if ((done >> nonce) & 1 == 1) continue;
            deliverOne(a, lane, nonce);
            done |= 1 << nonce;
        }
        on(a);
        (bytes32 agentId, uint48 sequence, ) = home.claimOf(b.id, FAR);
        vm.assertEq(agentId, last);
        vm.assertEq(uint256(sequence), count);
    }

    // Origin

    function _receive(address sender, bytes memory payload) private {
        vm.prank(address(a.gateway));
        home.receiveMessage(0, addressOn(b, sender), payload);
    }

    function test_only_the_linked_contract_of_a_chain_is_heard() public {
        bytes memory payload = LinkMessages.encodeAccount(9, FAR, _agent);
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(b, MALLORY)));
        _receive(MALLORY, payload);
        bytes memory sender = addressOn(b, address(abroad));
        vm.expectRevert(abi.encodeWithSelector(Peers.CallerNotGateway.selector, address(this), address(a.gateway)));
        home.receiveMessage(0, sender, payload);
        // Its own address on the other chain is somebody else's.
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(b, address(home))));
        _receive(address(home), payload);
        // A message through the real gateway from anybody fails alone.
        send(b, a, MALLORY, address(home), payload);
        relayHome();
        vm.assertEq(uint256(a.gateway.statusOf(laneOf(b, a), 0)), uint256(MessageStatus.Failed));
    }

    function test_what_an_unlinked_chain_said_is_not_believed() public {
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        home.linkLinks(b.id, address(0));
        _assertLinked(false);
        (, uint48 sequence, ) = home.claimOf(b.id, FAR);
        vm.assertEq(uint256(sequence), 0);
        home.linkLinks(b.id, address(abroad));
        _assertLinked(true);
    }

    function test_a_contract_that_replaces_another_starts_from_nothing() public {
        declare(ALICE, _agent, b.id, FAR, true);
        for (uint256 i; i < 3; ++i) claimFar(FAR, _agent);
        relayHome();
        on(b);
        AgentLinks next = AgentLinks(create("AgentLinks", abi.encode(address(b.authority), b.gateway, registry)));
        next.linkLinks(a.id, address(home));
        on(a);
        home.linkLinks(b.id, address(next));
        _assertLinked(false);
        on(b);
        vm.prank(FAR);
        next.claimAgent(a.id, _agent);
        relayHome();
        _assertLinked(true);
    }

    function test_facts_are_kept_by_chain() public {
        // A third chain whose contract claims for the same address says nothing about chain b.
        declare(ALICE, _agent, b.id, FAR, true);
        declare(ALICE, _agent, 3003, FAR, true);
        home.linkLinks(3003, address(abroad));
        vm.prank(address(a.gateway));
        bytes memory sender = abi.encodePacked(hex"00010000020bbb14", address(abroad));
        home.receiveMessage(0, sender, LinkMessages.encodeAccount(1, FAR, _agent));
        vm.assertTrue(home.isAccountLinked(_agent, 3003, FAR));
        _assertLinked(false);
    }

    function testFuzz_malformed_messages_change_nothing(bytes calldata payload) public {
        vm.assume(payload.length < 128);
        vm.prank(address(a.gateway));
        try home.receiveMessage(0, addressOn(b, address(abroad)), payload) {
            vm.assertTrue(false, "was accepted");
        } catch {}
    }

    function test_linking_is_governance_alone() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, MALLORY));
        vm.prank(MALLORY);
        home.linkLinks(b.id, MALLORY);
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.LinksChainInvalid.selector, a.id));
        home.linkLinks(a.id, address(this));
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.LinksChainInvalid.selector, 0));
        home.linkLinks(0, address(this));
        vm.assertEq(home.linksOf(b.id), address(abroad));
    }

    function test_RevertWhen_the_home_is_not_linked() public {
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.LinksNotLinked.selector, 3003));
        home.claimAgent(3003, _agent);
    }

    // Identities

    function test_an_identity_of_the_home_chain_is_proved_by_asking() public {
        vm.prank(ALICE);
        uint256 id = identitiesHere.register("ipfs://card");
        vm.prank(ALICE);
        home.declareIdentity(_agent, a.id, address(identitiesHere), id, true);
        vm.assertTrue(home.isIdentityProven(_agent, a.id, address(identitiesHere), id));
        // Once sold it is not Alice's, with nobody having to say so.
        vm.prank(ALICE);
        identitiesHere.transferFrom(ALICE, BOB, id);
        vm.assertFalse(home.isIdentityProven(_agent, a.id, address(identitiesHere), id));
        bytes32 bobs = newAgent(BOB, "bob");
        vm.prank(BOB);
        home.declareIdentity(bobs, a.id, address(identitiesHere), id, true);
        vm.assertTrue(home.isIdentityProven(bobs, a.id, address(identitiesHere), id));
        vm.prank(BOB);
        home.declareIdentity(bobs, a.id, address(identitiesHere), id, false);
        vm.assertFalse(home.isIdentityProven(bobs, a.id, address(identitiesHere), id));
    }

    function test_RevertGiven_the_identity_is_anothers() public {
        vm.prank(BOB);
        uint256 id = identitiesHere.register("ipfs://card");
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.IdentityNotOwned.selector, _agent, address(identitiesHere), id, BOB));
        vm.prank(ALICE);
        home.declareIdentity(_agent, a.id, address(identitiesHere), id, true);
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.IdentityNotOwned.selector, _agent, address(identitiesHere), 99, address(0)));
        vm.prank(ALICE);
        home.declareIdentity(_agent, a.id, address(identitiesHere), 99, true);
        // It is enough that a linked account of hers owns it.
        declare(ALICE, _agent, a.id, BOB, true);
        vm.prank(BOB);
        home.claimAgent(a.id, _agent);
        vm.prank(ALICE);
        home.declareIdentity(_agent, a.id, address(identitiesHere), id, true);
        vm.assertTrue(home.isIdentityProven(_agent, a.id, address(identitiesHere), id));
    }

    function _ownFar(address owner) private returns (uint256 id) {
        on(b);
        vm.prank(owner);
        id = identitiesThere.register("ipfs://card");
        on(a);
        vm.prank(ALICE);
        home.declareIdentity(_agent, b.id, address(identitiesThere), id, true);
    }

    function _isProvenFar(uint256 id) private view returns (bool) {
        return home.isIdentityProven(_agent, b.id, address(identitiesThere), id);
    }

    function test_a_remote_identity_is_proved_by_message() public {
        uint256 id = _ownFar(FAR);
        reportFar(id);
        relayHome();
        (address owner, uint48 sequence, uint40 seenAt) = home.identityOwnerOf(b.id, address(identitiesThere), id);
        vm.assertEq(owner, FAR);
        vm.assertEq(uint256(sequence), 1);
        vm.assertEq(uint256(seenAt), block.timestamp);
        vm.assertFalse(_isProvenFar(id));
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        relayHome();
        vm.assertTrue(_isProvenFar(id));
    }

    function test_the_controllers_namesake_abroad_is_somebody_else() public {
        uint256 id = _ownFar(ALICE);
        reportFar(id);
        relayHome();
        vm.assertFalse(_isProvenFar(id));
        declare(ALICE, _agent, b.id, ALICE, true);
        claimFar(ALICE, _agent);
        relayHome();
        vm.assertTrue(_isProvenFar(id));
    }

    function test_anyone_reports_a_sale_and_old_news_changes_nothing() public {
        uint256 id = _ownFar(FAR);
        declare(ALICE, _agent, b.id, FAR, true);
        claimFar(FAR, _agent);
        reportFar(id);
        on(b);
        vm.prank(FAR);
        identitiesThere.transferFrom(FAR, BOB, id);
        vm.prank(MALLORY);
        abroad.reportIdentity(a.id, address(identitiesThere), id);
        Lane memory lane = laneOf(b, a);
        deliverOne(a, lane, 0);
        deliverOne(a, lane, 2);
        deliverOne(a, lane, 1);
        on(a);
        (address owner, , ) = home.identityOwnerOf(b.id, address(identitiesThere), id);
        vm.assertEq(owner, BOB);
        vm.assertFalse(_isProvenFar(id));
    }

    function test_a_burnt_identity_is_nobodys() public {
        uint256 id = _ownFar(FAR);
        reportFar(id);
        on(b);
        vm.prank(FAR);
        identitiesThere.burn(id);
        abroad.reportIdentity(a.id, address(identitiesThere), id);
        relayHome();
        (address owner, uint48 sequence, ) = home.identityOwnerOf(b.id, address(identitiesThere), id);
        vm.assertEq(owner, address(0));
        vm.assertEq(uint256(sequence), 2);
        vm.assertFalse(_isProvenFar(id));
    }

    function test_hostile_registries_name_nobody_and_harm_nobody() public {
        HostileIdentityRegistry hostile = new HostileIdentityRegistry();
        hostile.set(Answer.Owner, ALICE);
        vm.prank(ALICE);
        home.declareIdentity(_agent, a.id, address(hostile), 1, true);
        vm.assertTrue(home.isIdentityProven(_agent, a.id, address(hostile), 1));
        for (uint256 mood = 1; mood <= uint256(type(Answer).max); ++mood) {
            hostile.set(Answer(mood), ALICE);
            uint256 before = gasleft();
            vm.assertFalse(home.isIdentityProven(_agent, a.id, address(hostile), 1));
            vm.assertLe(before - gasleft(), 600_000, "costs at most its limit twice, and the bomb's copy");
            vm.assertEq(hostile.written(), 0);
        }
        // An account without code, and a precompile that echoes.
        (address owner, , ) = home.identityOwnerOf(a.id, MALLORY, 1);
        vm.assertEq(owner, address(0));
        (owner, , ) = home.identityOwnerOf(a.id, address(4), 1);
        vm.assertEq(owner, address(0));
    }

    /// @dev Were the registry's call starved, a thief of gas could report that nobody owns it.
    function testFuzz_short_gas_never_says_that_nobody_owns_it(uint256 gas) public {
        uint256 id = _ownFar(FAR);
        gas = 30_000 + (gas % 500_000);
        on(b);
        try abroad.reportIdentity{gas: gas}(a.id, address(identitiesThere), id) {
            relayHome();
            (address owner, , ) = home.identityOwnerOf(b.id, address(identitiesThere), id);
            vm.assertEq(owner, FAR);
        } catch {}
    }

    function test_RevertWhen_there_is_too_little_gas_to_ask() public {
        vm.prank(ALICE);
        uint256 id = identitiesHere.register("ipfs://card");
        address identityRegistry = address(identitiesHere);
        vm.expectRevert(abi.encodeWithSelector(IAgentLinks.IdentityGasShort.selector, 200_000));
        home.identityOwnerOf{gas: 150_000}(a.id, identityRegistry, id);
        (address owner, , ) = home.identityOwnerOf{gas: 250_000}(a.id, identityRegistry, id);
        vm.assertEq(owner, ALICE);
    }

    function test_messages_are_what_the_page_says() public pure {
        vm.assertEq(LinkMessages.encodeAccount(7, FAR, "agent"), abi.encode(uint8(0), uint256(7), FAR, bytes32("agent")));
        vm.assertEq(LinkMessages.encodeIdentity(7, BOB, 5, FAR), abi.encode(LinkFact.Identity, uint256(7), BOB, uint256(5), FAR));
    }
}
