// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IIdentityRegistry} from "../../../contracts/agents/IIdentityRegistry.sol";
import {MinimalIdentityRegistry} from "../../mocks/MinimalIdentityRegistry.sol";
import {vm} from "../../support/Vm.sol";

/// @notice The reads of an identity registry that we rely on, as the text of ERC-8004 has them.
/// - "based on ERC-721 with the URIStorage extension": `ownerOf`, `tokenURI`, their selectors, ERC-165
/// - "The owner of the ERC-721 token is the owner of the agent", who may transfer it
/// - `agentId`: "tokenId assigned incrementally by the registry"
/// - `getAgentWallet`: "initially set to the owner's address"; "when the agent is transferred, agentWallet is automatically cleared"
/// - `setAgentURI`: `tokenURI` follows
contract IdentityConformanceTest {
    MinimalIdentityRegistry private _registry;
    IIdentityRegistry private _read;
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function setUp() public {
        _registry = new MinimalIdentityRegistry();
        _read = IIdentityRegistry(address(_registry));
    }

    function _register(address owner) private returns (uint256) {
        vm.prank(owner);
        return _registry.register("https://agent.example/card.json");
    }

    function test_the_selectors_are_those_of_the_text() public pure {
        vm.assertEq(bytes32(IIdentityRegistry.ownerOf.selector), bytes32(bytes4(keccak256("ownerOf(uint256)"))));
        vm.assertEq(bytes32(IIdentityRegistry.tokenURI.selector), bytes32(bytes4(keccak256("tokenURI(uint256)"))));
        vm.assertEq(bytes32(IIdentityRegistry.getAgentWallet.selector), bytes32(bytes4(keccak256("getAgentWallet(uint256)"))));
    }

    function test_it_is_an_erc721() public view {
        vm.assertTrue(IERC165(address(_registry)).supportsInterface(0x80ac58cd));
        vm.assertTrue(IERC165(address(_registry)).supportsInterface(0x5b5e139f));
    }

    function test_ids_are_assigned_incrementally() public {
        uint256 first = _register(ALICE);
        vm.assertEq(_register(BOB), first + 1);
    }

    function test_the_owner_of_the_token_is_the_owner_of_the_agent() public {
        uint256 id = _register(ALICE);
        vm.assertEq(_read.ownerOf(id), ALICE);
        vm.prank(ALICE);
        _registry.transferFrom(ALICE, BOB, id);
        vm.assertEq(_read.ownerOf(id), BOB);
    }

    function test_there_is_no_owner_of_nothing() public {
        vm.expectRevert();
        _read.ownerOf(77);
        uint256 id = _register(ALICE);
        vm.prank(ALICE);
        _registry.burn(id);
        vm.expectRevert();
        _read.ownerOf(id);
    }

    function test_the_uri_is_where_it_was_last_set() public {
        uint256 id = _register(ALICE);
        vm.assertEq(bytes(_read.tokenURI(id)), bytes("https://agent.example/card.json"));
        vm.prank(ALICE);
        _registry.setAgentURI(id, "ipfs://other");
        vm.assertEq(bytes(_read.tokenURI(id)), bytes("ipfs://other"));
        vm.expectRevert();
        vm.prank(BOB);
        _registry.setAgentURI(id, "ipfs://mine");
    }

    function test_the_wallet_is_the_owners_until_a_transfer() public {
        uint256 id = _register(ALICE);
        vm.assertEq(_read.getAgentWallet(id), ALICE);
        vm.prank(ALICE);
        _registry.transferFrom(ALICE, BOB, id);
        vm.assertEq(_read.getAgentWallet(id), address(0));
    }
}
