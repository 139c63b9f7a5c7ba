// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {IAgentRegistry, Profile} from "../../../contracts/agents/IAgentRegistry.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";

/// @notice Agents.
/// - register: one, many; when the id is taken, also by one that retired; capabilities; liveness; lengths of a batch
/// - update, heartbeat, retire: by the controller; by anyone else; given no such agent
/// - operators: lengthen a life, nothing else; end with the controller's word and with the agent
/// - heartbeats of many: what the caller may renew, and nothing else
/// - version: rises with every change but a longer life
/// - oversize data: card addresses, capabilities
/// - setPayout: another account; itself or zero
contract AgentRegistryTest {
    AgentRegistry private _registry;
    address private constant ALICE = address(0xA11CE);
    address private constant MALLORY = address(0xBAD);
    address private constant OPERATOR = address(0x0937);

    function setUp() public {
        vm.warp(1_800_000_000);
        vm.chainId(1001);
        _registry = AgentRegistry(create("AgentRegistry", ""));
    }

    function _profile(uint256 capabilities) private pure returns (Profile memory profile) {
        profile.payout = ALICE;
        profile.cardDigest = keccak256("card");
        profile.capabilities = new bytes32[](capabilities);
        for (uint256 i; i < capabilities; ++i) profile.capabilities[i] = bytes32(i + 1);
        profile.cardUri = "https://example.org/card.json";
    }

    function _now(uint256 ahead) private view returns (uint40) {
        return uint40(block.timestamp + ahead);
    }

    function _register() private returns (bytes32) {
        uint40 until = _now(1 days);
        vm.prank(ALICE);
        return _registry.register("salt", until, _profile(3));
    }

    function test_register() public {
        bytes32 expected = keccak256(abi.encode(1001, address(_registry), ALICE, bytes32("salt")));
        vm.assertEq(_registry.agentIdOf(ALICE, "salt"), expected);
        vm.expectEmit(address(_registry));
        emit IAgentRegistry.AgentRegistered(expected, ALICE, "salt", _now(1 days), _profile(3));
        vm.assertEq(_register(), expected);
        (address controller, uint40 liveUntil, bytes32 profileHash) = _registry.agentOf(expected);
        vm.assertEq(controller, ALICE);
        vm.assertEq(uint256(liveUntil), block.timestamp + 1 days);
        vm.assertEq(profileHash, keccak256(abi.encode(_profile(3))));
    }

    function test_register_a_batch() public {
        bytes32[] memory salts = new bytes32[](3);
        Profile[] memory profiles = new Profile[](3);
        for (uint256 i; i < 3; ++i) (salts[i], profiles[i]) = (bytes32(i), _profile(i));
        uint40 until = _now(9);
        vm.prank(ALICE);
        bytes32[] memory ids = _registry.registerBatch(salts, until, profiles);
        for (uint256 i; i < 3; ++i) {
            vm.assertEq(ids[i], _registry.agentIdOf(ALICE, salts[i]));
            (address controller, , bytes32 profileHash) = _registry.agentOf(ids[i]);
            vm.assertEq(controller, ALICE);
            vm.assertEq(profileHash, keccak256(abi.encode(profiles[i])));
        }
        salts[1] = salts[0];
        bytes32 taken = _registry.agentIdOf(MALLORY, salts[0]);
        vm.prank(MALLORY);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AgentAlreadyRegistered.selector, taken));
        _registry.registerBatch(salts, until, profiles);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.BatchLengthMismatch.selector, 3, 0));
        _registry.registerBatch(salts, until, new Profile[](0));
    }

    function test_RevertGiven_the_id_is_taken() public {
        bytes32 agentId = _register();
        uint40 until = _now(1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AgentAlreadyRegistered.selector, agentId));
        _registry.register("salt", until, _profile(0));
        vm.prank(ALICE);
        _registry.retire(agentId);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AgentAlreadyRegistered.selector, agentId));
        _registry.register("salt", until, _profile(0));
        // The same salt of another is another agent.
        vm.prank(MALLORY);
        vm.assertNotEq(_registry.register("salt", until, _profile(0)), agentId);
    }

    function test_RevertWhen_capabilities_are_no_set() public {
        uint40 until = _now(1);
        Profile memory profile = _profile(3);
        profile.capabilities[2] = profile.capabilities[1];
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CapabilitiesInvalid.selector, 2));
        _registry.register(0, until, profile);
        profile = _profile(2);
        profile.capabilities[0] = 0;
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CapabilitiesInvalid.selector, 0));
        _registry.register(0, until, profile);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CapabilitiesInvalid.selector, 32));
        _registry.register(0, until, _profile(33));
        _registry.register(0, until, _profile(32));
    }

    function testFuzz_liveness_is_bounded(uint40 liveUntil) public {
        bool isValid = liveUntil >= block.timestamp && liveUntil <= block.timestamp + 365 days;
        if (!isValid) vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessInvalid.selector, liveUntil, block.timestamp));
        _registry.register(0, liveUntil, _profile(0));
    }

    function test_the_controller_changes_its_agent() public {
        bytes32 agentId = _register();
        vm.expectEmit(address(_registry));
        emit IAgentRegistry.AgentUpdated(agentId, 2, _profile(1));
        vm.prank(ALICE);
        _registry.update(agentId, _profile(1));
        uint40 until = _now(2 days);
        vm.prank(ALICE);
        _registry.heartbeat(agentId, until);
        (, uint40 liveUntil, bytes32 profileHash) = _registry.agentOf(agentId);
        vm.assertEq(uint256(liveUntil), until);
        vm.assertEq(profileHash, keccak256(abi.encode(_profile(1))));
        vm.prank(ALICE);
        _registry.retire(agentId);
        address controller;
        (controller, liveUntil, profileHash) = _registry.agentOf(agentId);
        vm.assertEq(controller, address(0));
        vm.assertEq(uint256(liveUntil), 0);
        vm.assertEq(profileHash, bytes32(0));
    }

    function test_RevertWhen_a_heartbeat_is_out_of_bounds() public {
        bytes32 agentId = _register();
        uint40 past = uint40(block.timestamp - 1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessInvalid.selector, past, block.timestamp));
        _registry.heartbeat(agentId, past);
    }

    function test_RevertWhen_an_update_has_bad_capabilities() public {
        bytes32 agentId = _register();
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CapabilitiesInvalid.selector, 32));
        _registry.update(agentId, _profile(33));
    }

    function test_RevertWhen_another_acts() public {
        bytes32 agentId = _register();
        uint40 until = _now(1);
        bytes memory reason = abi.encodeWithSelector(IAgentRegistry.AgentWrongCaller.selector, agentId, ALICE, MALLORY);
        vm.prank(MALLORY);
        vm.expectRevert(reason);
        _registry.update(agentId, _profile(0));
        vm.prank(MALLORY);
        vm.expectRevert(reason);
        _registry.heartbeat(agentId, until);
        vm.prank(MALLORY);
        vm.expectRevert(reason);
        _registry.retire(agentId);
    }

    function test_RevertGiven_it_retired() public {
        bytes32 agentId = _register();
        vm.prank(ALICE);
        _registry.retire(agentId);
        uint40 until = _now(1);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AgentWrongCaller.selector, agentId, address(0), ALICE));
        _registry.heartbeat(agentId, until);
    }

    function testFuzz_payout(address account, address payout) public {
        vm.assertEq(_registry.payoutOf(account), account);
        address expected = payout == address(0) ? account : payout;
        vm.expectEmit(address(_registry));
        emit IAgentRegistry.PayoutChanged(account, expected);
        vm.prank(account);
        _registry.setPayout(payout);
        vm.assertEq(_registry.payoutOf(account), expected);
        vm.prank(account);
        _registry.setPayout(account);
        vm.assertEq(_registry.payoutOf(account), account);
    }

    function test_RevertWhen_the_address_of_the_card_is_oversize() public {
        uint40 until = _now(1);
        Profile memory profile = _profile(1);
        profile.cardUri = string(new bytes(8_193));
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CardUriTooLong.selector, 8_193));
        _registry.register(0, until, profile);
        bytes32 agentId = _register();
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.CardUriTooLong.selector, 8_193));
        _registry.update(agentId, profile);
        profile.cardUri = string(new bytes(8_192));
        _registry.register(0, until, profile);
    }

    function _setOperator(bytes32 agentId, address operator, bool isOperator) private {
        vm.prank(ALICE);
        _registry.setOperator(agentId, operator, isOperator);
    }

    function test_an_operator_keeps_the_agent_alive_and_does_nothing_else() public {
        bytes32 agentId = _register();
        vm.expectEmit(address(_registry));
        emit IAgentRegistry.OperatorChanged(agentId, OPERATOR, true);
        _setOperator(agentId, OPERATOR, true);
        vm.assertTrue(_registry.isOperatorOf(agentId, OPERATOR));
        uint40 until = _now(2 days);
        vm.prank(OPERATOR);
        _registry.heartbeat(agentId, until);
        (, uint40 liveUntil, ) = _registry.agentOf(agentId);
        vm.assertEq(uint256(liveUntil), until);

        vm.startPrank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessNotLater.selector, agentId, until - 1, until));
        _registry.heartbeat(agentId, until - 1);
        bytes memory reason = abi.encodeWithSelector(IAgentRegistry.AgentWrongCaller.selector, agentId, ALICE, OPERATOR);
        vm.expectRevert(reason);
        _registry.update(agentId, _profile(0));
        vm.expectRevert(reason);
        _registry.setOperator(agentId, MALLORY, true);
        vm.expectRevert(reason);
        _registry.retire(agentId);
        vm.expectRevert(reason);
        _registry.revokeSignatures(agentId);
        vm.stopPrank();

        _setOperator(agentId, OPERATOR, false);
        vm.assertFalse(_registry.isOperatorOf(agentId, OPERATOR));
        vm.prank(OPERATOR);
        vm.expectRevert(reason);
        _registry.heartbeat(agentId, until + 1);
    }

    function test_an_operator_of_a_retired_agent_is_nobody() public {
        bytes32 agentId = _register();
        _setOperator(agentId, OPERATOR, true);
        vm.prank(ALICE);
        _registry.retire(agentId);
        vm.assertFalse(_registry.isOperatorOf(agentId, OPERATOR));
        uint40 until = _now(2 days);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.AgentWrongCaller.selector, agentId, address(0), OPERATOR));
        _registry.heartbeat(agentId, until);
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = agentId;
        vm.prank(OPERATOR);
        vm.assertEq(_registry.heartbeatBatch(ids, until), 0);
        vm.assertFalse(_registry.isAlive(agentId));
        vm.assertEq(uint256(_registry.versionOf(agentId)), 0);
    }

    /// @dev Of agents that are the caller's, its as operator, another's, retired, unknown, alive for longer, and twice in the list.
    function test_heartbeats_of_many_renew_what_they_may() public {
        bytes32[] memory ids = new bytes32[](7);
        uint40 until = _now(1 days);
        for (uint256 i; i < 5; ++i) {
            vm.prank(i == 0 ? OPERATOR : ALICE);
            ids[i] = _registry.register(bytes32(i), i == 4 ? until + 1 : until - 1, _profile(0));
        }
        _setOperator(ids[1], OPERATOR, true);
        _setOperator(ids[3], OPERATOR, true);
        _setOperator(ids[4], OPERATOR, true);
        vm.prank(ALICE);
        _registry.retire(ids[3]);
        ids[5] = "nobody";
        ids[6] = ids[0];

        vm.prank(OPERATOR);
        vm.assertEq(_registry.heartbeatBatch(ids, until), 2);
        uint40[6] memory expected = [until, until, until - 1, 0, until + 1, 0];
        for (uint256 i; i < 6; ++i) {
            (, uint40 liveUntil, ) = _registry.agentOf(ids[i]);
            vm.assertEq(uint256(liveUntil), expected[i]);
        }
        uint40 past = uint40(block.timestamp - 1);
        vm.prank(OPERATOR);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessInvalid.selector, past, block.timestamp));
        _registry.heartbeatBatch(ids, past);
    }

    function test_an_agent_lives_up_to_its_second() public {
        bytes32 agentId = _register();
        vm.warp(block.timestamp + 1 days);
        vm.assertTrue(_registry.isAlive(agentId));
        vm.warp(block.timestamp + 1);
        vm.assertFalse(_registry.isAlive(agentId));
    }

    function test_the_version_rises_with_every_change_but_a_longer_life() public {
        bytes32 agentId = _register();
        vm.assertEq(uint256(_registry.versionOf(agentId)), 1);
        vm.startPrank(ALICE);
        _registry.heartbeat(agentId, _now(2 days));
        vm.assertEq(uint256(_registry.versionOf(agentId)), 1);
        _registry.heartbeat(agentId, _now(1 days));
        vm.assertEq(uint256(_registry.versionOf(agentId)), 2);
        _registry.update(agentId, _profile(0));
        vm.assertEq(uint256(_registry.versionOf(agentId)), 3);
        _registry.setOperator(agentId, OPERATOR, true);
        vm.assertEq(uint256(_registry.versionOf(agentId)), 4);
        vm.expectEmit(address(_registry));
        emit IAgentRegistry.SignaturesRevoked(agentId, 5);
        _registry.revokeSignatures(agentId);
        vm.assertEq(uint256(_registry.versionOf(agentId)), 5);
        vm.stopPrank();
        vm.prank(OPERATOR);
        _registry.heartbeat(agentId, _now(3 days));
        vm.assertEq(uint256(_registry.versionOf(agentId)), 5);
    }
}
