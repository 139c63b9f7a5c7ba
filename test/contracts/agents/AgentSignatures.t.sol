// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {IAgentRegistry, Profile} from "../../../contracts/agents/IAgentRegistry.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {SignerContract} from "../mocks/SignerContract.sol";

/// @notice What controllers and operators sign, computed here from the text of the interface alone: each of the five messages
/// - counts once, for a key and for a contract (ERC-1271), whoever brings it
/// - never counts after its expiry, under another key, on another chain, at another registry, for another version, or with any field changed
contract AgentSignaturesTest {
    AgentRegistry private _registry;
    uint256 private constant KEY = 0xA11CE;
    uint256 private constant OPERATOR_KEY = 0x0937;
    bytes32 private constant SALT = "salt";
    string private constant PROFILE_TYPE = "Profile(address payout,bytes32 cardDigest,bytes32[] capabilities,string cardUri)";

    address private _controller;
    address private _operator;
    uint40 private _until;
    uint40 private _expiry;
    bytes32 private _agentId;

    function setUp() public {
        vm.warp(1_800_000_000);
        vm.chainId(1001);
        _registry = AgentRegistry(create("AgentRegistry", ""));
        (_controller, _operator) = (vm.addr(KEY), vm.addr(OPERATOR_KEY));
        (_until, _expiry) = (uint40(block.timestamp + 1 days), uint40(block.timestamp + 1 hours));
        _agentId = _registry.agentIdOf(_controller, SALT);
    }

    function _profile(uint256 seed) private pure returns (Profile memory profile) {
        profile.payout = address(uint160(seed + 1));
        profile.cardDigest = keccak256(abi.encode("card", seed));
        profile.capabilities = new bytes32[](2);
        (profile.capabilities[0], profile.capabilities[1]) = (bytes32(uint256(1)), bytes32(uint256(2)));
        profile.cardUri = "https://agent.example/card.json";
    }

    function _profileHash(Profile memory p) private pure returns (bytes32) {
        bytes32 capabilities = keccak256(abi.encodePacked(p.capabilities));
        return keccak256(abi.encode(keccak256(bytes(PROFILE_TYPE)), p.payout, p.cardDigest, capabilities, keccak256(bytes(p.cardUri))));
    }

    function _digest(address registry, uint256 chainId, bytes32 structHash) private pure returns (bytes32) {
        bytes32 domainType = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(abi.encode(domainType, keccak256("Hanse AgentRegistry"), keccak256("1"), chainId, registry));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return _digest(address(_registry), 1001, structHash);
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _registration(address controller) private view returns (bytes32) {
        bytes32 kind = keccak256(
            bytes.concat(
                "Registration(address controller,bytes32 salt,uint40 liveUntil,Profile profile,uint40 expiry)",
                bytes(PROFILE_TYPE)
            )
        );
        return keccak256(abi.encode(kind, controller, SALT, _until, _profileHash(_profile(0)), _expiry));
    }

    function _update(uint40 version) private view returns (bytes32) {
        bytes32 kind = keccak256(bytes.concat("Update(bytes32 agentId,Profile profile,uint40 version,uint40 expiry)", bytes(PROFILE_TYPE)));
        return keccak256(abi.encode(kind, _agentId, _profileHash(_profile(7)), version, _expiry));
    }

    function _heartbeat(uint40 version) private view returns (bytes32) {
        bytes32 kind = keccak256("Heartbeat(bytes32 agentId,uint40 liveUntil,uint40 version,uint40 expiry)");
        return keccak256(abi.encode(kind, _agentId, _until + 1 days, version, _expiry));
    }

    function _operatorChange(uint40 version, bool isOperator) private view returns (bytes32) {
        bytes32 kind = keccak256("OperatorChange(bytes32 agentId,address operator,bool isOperator,uint40 version,uint40 expiry)");
        return keccak256(abi.encode(kind, _agentId, _operator, isOperator, version, _expiry));
    }

    function _retirement(uint40 version) private view returns (bytes32) {
        return keccak256(abi.encode(keccak256("Retirement(bytes32 agentId,uint40 version,uint40 expiry)"), _agentId, version, _expiry));
    }

    /// @dev The calls by number: registration, update, heartbeat by the controller, by an operator, operator change, retirement.
    uint256 private constant KINDS = 6;

    function _hashOf(uint256 kind, uint40 version) private view returns (bytes32) {
        if (kind == 0) return _registration(_controller);
        if (kind == 1) return _update(version);
        if (kind == 2 || kind == 3) return _heartbeat(version);
        if (kind == 4) return _operatorChange(version, true);
        return _retirement(version);
    }

    function _keyOf(uint256 kind) private pure returns (uint256) {
        return kind == 3 ? OPERATOR_KEY : KEY;
    }

    function _callOf(uint256 kind, uint40 version, bytes memory signature) private view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(IAgentRegistry.registerFor, (_controller, SALT, _until, _profile(0), _expiry, signature));
        if (kind == 1) return abi.encodeCall(IAgentRegistry.updateFor, (_agentId, _profile(7), version, _expiry, signature));
        if (kind == 2 || kind == 3) {
            address signer = vm.addr(_keyOf(kind));
            return abi.encodeCall(IAgentRegistry.heartbeatFor, (_agentId, _until + 1 days, signer, version, _expiry, signature));
        }
        if (kind == 4) return abi.encodeCall(IAgentRegistry.setOperatorFor, (_agentId, _operator, true, version, _expiry, signature));
        return abi.encodeCall(IAgentRegistry.retireFor, (_agentId, version, _expiry, signature));
    }

    /// @dev The agent as each kind finds it: not there, or there at version 2 with the operator as operator.
    function _prepare(uint256 kind) private returns (uint40 version) {
        if (kind == 0) return 0;
        vm.startPrank(_controller);
        _registry.register(SALT, _until, _profile(0));
        _registry.setOperator(_agentId, _operator, true);
        vm.stopPrank();
        return _registry.versionOf(_agentId);
    }

    function _try(address registry, bytes memory data) private returns (bool success, bytes4 reason) {
        bytes memory result;
        (success, result) = registry.call(data);
        if (!success) reason = bytes4(result);
    }

    function test_each_counts_once() public {
        for (uint256 kind; kind < KINDS; ++kind) {
            uint256 snapshot = vm.snapshotState();
            uint40 version = _prepare(kind);
            bytes memory data = _callOf(kind, version, _sign(_keyOf(kind), _digest(_hashOf(kind, version))));
            (bool success, ) = _try(address(_registry), data);
            vm.assertTrue(success, "the first time");
            (success, ) = _try(address(_registry), data);
            vm.assertFalse(success, "the second time");
            vm.revertToState(snapshot);
        }
    }

    function test_what_each_does() public {
        _prepare(1);
        _registry.updateFor(_agentId, _profile(7), 2, _expiry, _sign(KEY, _digest(_update(2))));
        (address controller, , bytes32 profileHash) = _registry.agentOf(_agentId);
        vm.assertEq(controller, _controller);
        vm.assertEq(profileHash, keccak256(abi.encode(_profile(7))));
        _registry.setOperatorFor(_agentId, _operator, false, 3, _expiry, _sign(KEY, _digest(_operatorChange(3, false))));
        vm.assertFalse(_registry.isOperatorOf(_agentId, _operator));
        _registry.heartbeatFor(_agentId, _until + 1 days, _controller, 4, _expiry, _sign(KEY, _digest(_heartbeat(4))));
        (, uint40 liveUntil, ) = _registry.agentOf(_agentId);
        vm.assertEq(uint256(liveUntil), _until + 1 days);
        _registry.retireFor(_agentId, 4, _expiry, _sign(KEY, _digest(_retirement(4))));
        (controller, , ) = _registry.agentOf(_agentId);
        vm.assertEq(controller, address(0));
    }

    function test_each_is_refused_elsewhere_late_and_under_another_key() public {
        for (uint256 kind; kind < KINDS; ++kind) {
            uint256 snapshot = vm.snapshotState();
            uint40 version = _prepare(kind);
            bytes32 hash = _hashOf(kind, version);
            _expect(kind, version, _sign(_keyOf(kind) + 1, _digest(hash)), IAgentRegistry.SignatureInvalid.selector);
            _expect(kind, version, "", IAgentRegistry.SignatureInvalid.selector);
            // What was signed for another chain, and for another registry.
            bytes32 abroad = _digest(address(_registry), 2002, hash);
            _expect(kind, version, _sign(_keyOf(kind), abroad), IAgentRegistry.SignatureInvalid.selector);
            bytes32 other = _digest(address(this), 1001, hash);
            _expect(kind, version, _sign(_keyOf(kind), other), IAgentRegistry.SignatureInvalid.selector);
            bytes memory good = _sign(_keyOf(kind), _digest(hash));
            vm.warp(_expiry + 1);
            _expect(kind, version, good, IAgentRegistry.SignatureExpired.selector);
            vm.warp(_expiry);
            (bool success, ) = _try(address(_registry), _callOf(kind, version, good));
            vm.assertTrue(success, "in its last second");
            vm.revertToState(snapshot);
        }
    }

    /// @dev The same registry at the same address on a fork or another chain.
    function test_each_is_refused_at_the_same_address_of_another_chain() public {
        for (uint256 kind; kind < KINDS; ++kind) {
            uint256 snapshot = vm.snapshotState();
            uint40 version = _prepare(kind);
            bytes memory good = _sign(_keyOf(kind), _digest(_hashOf(kind, version)));
            vm.chainId(2002);
            _expect(kind, version, good, IAgentRegistry.SignatureInvalid.selector);
            vm.chainId(1001);
            vm.revertToState(snapshot);
        }
    }

    function test_each_is_refused_for_another_version() public {
        for (uint256 kind = 1; kind < KINDS; ++kind) {
            uint256 snapshot = vm.snapshotState();
            uint40 version = _prepare(kind);
            bytes memory good = _sign(_keyOf(kind), _digest(_hashOf(kind, version)));
            vm.prank(_controller);
            _registry.revokeSignatures(_agentId);
            _expect(kind, version, good, IAgentRegistry.AgentVersionWrong.selector);
            _expect(kind, version + 1, good, IAgentRegistry.SignatureInvalid.selector);
            vm.revertToState(snapshot);
        }
    }

    /// @dev Version zero is that of agents that are unknown or gone: it must not open them.
    function test_a_retired_agent_has_no_version_to_sign_for() public {
        _prepare(1);
        vm.prank(_controller);
        _registry.retire(_agentId);
        for (uint256 kind = 1; kind < KINDS; ++kind) {
            _expect(kind, 0, _sign(_keyOf(kind), _digest(_hashOf(kind, 0))), IAgentRegistry.AgentVersionWrong.selector);
        }
        _expect(0, 0, _sign(KEY, _digest(_hashOf(0, 0))), IAgentRegistry.AgentAlreadyRegistered.selector);
    }

    function test_a_shorter_life_ends_signatures_for_the_longer_one() public {
        uint40 version = _prepare(2);
        bytes memory longer = _sign(OPERATOR_KEY, _digest(_heartbeat(version)));
        uint40 short = uint40(block.timestamp);
        vm.prank(_controller);
        _registry.heartbeat(_agentId, short);
        _expect(3, version, longer, IAgentRegistry.AgentVersionWrong.selector);
    }

    function test_an_operator_signs_heartbeats_only() public {
        uint40 version = _prepare(1);
        uint256[3] memory kinds = [uint256(1), 4, 5];
        for (uint256 i; i < 3; ++i) {
            bytes memory signature = _sign(OPERATOR_KEY, _digest(_hashOf(kinds[i], version)));
            _expect(kinds[i], version, signature, IAgentRegistry.SignatureInvalid.selector);
        }
        vm.prank(_controller);
        _registry.setOperator(_agentId, _operator, false);
        bytes memory heartbeat_ = _sign(OPERATOR_KEY, _digest(_heartbeat(version + 1)));
        _expect(3, version + 1, heartbeat_, IAgentRegistry.AgentWrongCaller.selector);
    }

    function _expect(uint256 kind, uint40 version, bytes memory signature, bytes4 expected) private {
        (bool success, bytes4 reason) = _try(address(_registry), _callOf(kind, version, signature));
        vm.assertFalse(success, "was accepted");
        vm.assertEq(bytes32(reason), bytes32(expected));
    }

    /// @dev Any one bit of the call but those of the signature itself.
    function testFuzz_a_turned_bit_is_refused(uint256 kind, uint256 bit) public {
        kind %= KINDS;
        uint40 version = _prepare(kind);
        bytes memory signature = _sign(_keyOf(kind), _digest(_hashOf(kind, version)));
        bytes memory data = _callOf(kind, version, signature);
        bytes memory turned = _callOf(kind, version, signature);
        bit %= (data.length - 4) * 8;
        turned[4 + bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        (bool success, ) = _try(address(_registry), turned);
        // What is decoded to the same is the same call: padding behind strings and signatures, and the two forms of v.
        if (success) vm.assertTrue(_isSame(kind, data, turned), "was accepted");
    }

    /// @dev Whether only bytes behind the arguments differ, which no decoder reads.
    function _isSame(uint256 kind, bytes memory data, bytes memory turned) private pure returns (bool) {
        if (kind == 0) return keccak256(_decodedRegistration(data)) == keccak256(_decodedRegistration(turned));
        if (kind == 1) return keccak256(_decodedUpdate(data)) == keccak256(_decodedUpdate(turned));
        bytes32 one = keccak256(_signatureOf(kind, data));
        return one == keccak256(_signatureOf(kind, turned)) && data.length == turned.length;
    }

    function _arguments(bytes memory data) private pure returns (bytes memory arguments) {
        arguments = new bytes(data.length - 4);
        for (uint256 i; i < arguments.length; ++i) arguments[i] = data[i + 4];
    }

    function _decodedRegistration(bytes memory data) private pure returns (bytes memory) {
        (address controller, bytes32 salt, uint40 until, Profile memory profile, uint40 expiry, bytes memory signature) = abi.decode(
            _arguments(data),
            (address, bytes32, uint40, Profile, uint40, bytes)
        );
        return abi.encode(controller, salt, until, profile, expiry, signature);
    }

    function _decodedUpdate(bytes memory data) private pure returns (bytes memory) {
        (bytes32 agentId, Profile memory profile, uint40 version, uint40 expiry, bytes memory signature) = abi.decode(
            _arguments(data),
            (bytes32, Profile, uint40, uint40, bytes)
        );
        return abi.encode(agentId, profile, version, expiry, signature);
    }

    function _signatureOf(uint256 kind, bytes memory data) private pure returns (bytes memory signature) {
        bytes memory arguments = _arguments(data);
        if (kind == 2 || kind == 3) {
            (bytes32 a, uint40 b, address c, uint40 d, uint40 e, bytes memory f) = abi.decode(
                arguments,
                (bytes32, uint40, address, uint40, uint40, bytes)
            );
            return abi.encode(a, b, c, d, e, f);
        }
        if (kind == 4) {
            (bytes32 a, address b, bool c, uint40 d, uint40 e, bytes memory f) = abi.decode(
                arguments,
                (bytes32, address, bool, uint40, uint40, bytes)
            );
            return abi.encode(a, b, c, d, e, f);
        }
        (bytes32 agentId, uint40 version, uint40 expiry, bytes memory last) = abi.decode(arguments, (bytes32, uint40, uint40, bytes));
        return abi.encode(agentId, version, expiry, last);
    }

    function test_a_contract_signs_for_itself_only() public {
        SignerContract wallet = new SignerContract();
        _controller = address(wallet);
        _agentId = _registry.agentIdOf(_controller, SALT);
        bytes32 digest = _digest(_registration(_controller));
        bytes memory any = "any";
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.SignatureInvalid.selector, _controller, digest));
        _registry.registerFor(_controller, SALT, _until, _profile(0), _expiry, any);
        wallet.accept(digest);
        vm.assertEq(_registry.registerFor(_controller, SALT, _until, _profile(0), _expiry, any), _agentId);
        wallet.accept(_digest(_heartbeat(1)));
        _registry.heartbeatFor(_agentId, _until + 1 days, _controller, 1, _expiry, any);
        wallet.accept(_digest(_update(1)));
        _registry.updateFor(_agentId, _profile(7), 1, _expiry, any);
        wallet.accept(_digest(_operatorChange(2, true)));
        _registry.setOperatorFor(_agentId, _operator, true, 2, _expiry, any);
        wallet.accept(_digest(_retirement(3)));
        _registry.retireFor(_agentId, 3, _expiry, any);
    }

    function test_RevertWhen_nobody_is_the_controller() public {
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.ControllerInvalid.selector, address(0)));
        _registry.registerFor(address(0), SALT, _until, _profile(0), _expiry, "");
    }

    function test_RevertWhen_a_signed_life_is_out_of_bounds() public {
        uint40 past = uint40(block.timestamp - 1);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessInvalid.selector, past, block.timestamp));
        _registry.registerFor(_controller, SALT, past, _profile(0), _expiry, "");
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.LivenessInvalid.selector, past, block.timestamp));
        _registry.heartbeatFor(_agentId, past, _controller, 1, _expiry, "");
    }
}
