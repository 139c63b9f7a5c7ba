// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AgentLinks} from "../../../contracts/agents/AgentLinks.sol";
import {AgentRegistry} from "../../../contracts/agents/AgentRegistry.sol";
import {Profile} from "../../../contracts/agents/IAgentRegistry.sol";
import {MinimalIdentityRegistry} from "../../mocks/MinimalIdentityRegistry.sol";
import {create} from "../../support/Create.sol";
import {Chain, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";

/// @notice Agents at home on chain `a`, their other accounts on chain `b`, through both real gateways; one identity registry on each.
abstract contract LinksWorld is TwoChains {
    AgentLinks internal home;
    AgentLinks internal abroad;
    AgentRegistry internal registry;
    MinimalIdentityRegistry internal identitiesHere;
    MinimalIdentityRegistry internal identitiesThere;

    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant MALLORY = address(0xBAD);
    /// @dev An account of chain `b`.
    address internal constant FAR = address(0xFA2);

    function setUp() public virtual override {
        super.setUp();
        on(b);
        identitiesThere = new MinimalIdentityRegistry();
        abroad = AgentLinks(create("AgentLinks", abi.encode(address(b.authority), b.gateway, create("AgentRegistry", ""))));
        on(a);
        identitiesHere = new MinimalIdentityRegistry();
        registry = AgentRegistry(create("AgentRegistry", ""));
        home = AgentLinks(create("AgentLinks", abi.encode(address(a.authority), a.gateway, registry)));
        home.linkLinks(b.id, address(abroad));
        on(b);
        abroad.linkLinks(a.id, address(home));
        on(a);
    }

    function newAgent(address controller, bytes32 salt) internal returns (bytes32) {
        on(a);
        Profile memory profile;
        uint40 until = uint40(block.timestamp + 30 days);
        vm.prank(controller);
        return registry.register(salt, until, profile);
    }

    function declare(address controller, bytes32 agentId, uint256 chainId, address account, bool isDeclared) internal {
        on(a);
        vm.prank(controller);
        home.declareAccount(agentId, chainId, account, isDeclared);
    }

    /// @notice An account of chain `b` says so; the message is under way.
    function claimFar(address account, bytes32 agentId) internal {
        on(b);
        vm.prank(account);
        abroad.claimAgent(a.id, agentId);
        on(a);
    }

    function reportFar(uint256 identityId) internal {
        on(b);
        abroad.reportIdentity(a.id, address(identitiesThere), identityId);
        on(a);
    }

    function relayHome() internal {
        relay(laneOf(b, a), a);
        on(a);
    }
}
