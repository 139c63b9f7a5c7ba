// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "../../support/Vm.sol";
import {LinksHandler} from "./LinksHandler.t.sol";

/// @dev What the fuzzer may call.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice What holds of links after any sequence of calls and messages. Each is described in `test/invariant/agents.md`.
contract LinksInvariantTest {
    LinksHandler private _world;

    function setUp() public {
        _world = new LinksHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    /// @dev What makes links comes more often than what ends them.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](13);
        selectors[0] = LinksHandler.declareOne.selector;
        selectors[1] = LinksHandler.declareOne.selector;
        selectors[2] = LinksHandler.declareIdentityOne.selector;
        selectors[3] = LinksHandler.claimOne.selector;
        selectors[4] = LinksHandler.claimOne.selector;
        selectors[5] = LinksHandler.reportOne.selector;
        selectors[6] = LinksHandler.sell.selector;
        selectors[7] = LinksHandler.bring.selector;
        selectors[8] = LinksHandler.bring.selector;
        selectors[9] = LinksHandler.bring.selector;
        selectors[10] = LinksHandler.forge.selector;
        selectors[11] = LinksHandler.unlink.selector;
        selectors[12] = LinksHandler.retire.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_world), selectors);
    }

    /// @dev The invariants are worth nothing if the play never gets far: links and proofs come to be in it, many times.
    function test_the_play_reaches_links_and_proofs() public {
        bytes4[] memory selectors = this.targetSelectors()[0].selectors;
        uint256 links;
        uint256 proofs;
        for (uint256 i; i < 600; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            bytes4 selector = selectors[seed % selectors.length];
            // Retired for good is soon everybody; here nobody is.
            if (selector == LinksHandler.retire.selector) continue;
            (bool success, ) = address(_world).call(abi.encodePacked(selector, uint256(keccak256(abi.encode(seed)))));
            vm.assertTrue(success);
            for (uint256 agent; agent < 3; ++agent) {
                for (uint256 other; other < 3; ++other) {
                    (bool actual, ) = _world.linked(agent, other);
                    if (actual) ++links;
                    if (other == 2) continue;
                    (actual, ) = _world.proven(agent, other);
                    if (actual) ++proofs;
                }
            }
        }
        vm.assertGe(links, 100);
        vm.assertGe(proofs, 20);
        string[7] memory kinds = ["declare", "declareIdentity", "claim", "report", "sell", "bring", "forge"];
        for (uint256 i; i < kinds.length; ++i) vm.assertGe(_world.done(bytes32(bytes(kinds[i]))), 10, kinds[i]);
    }

    function invariant_A1_a_link_is_both_words() public view {
        for (uint256 agent; agent < 3; ++agent) {
            for (uint256 account; account < 3; ++account) {
                (bool actual, bool expected) = _world.linked(agent, account);
                vm.assertEq(actual, expected);
            }
        }
    }

    function invariant_A2_the_last_word_counts_in_any_order() public view {
        for (uint256 account; account < 3; ++account) {
            (uint256 actual, uint256 expected) = _world.words(account);
            vm.assertEq(actual, expected);
        }
        for (uint256 identity; identity < 2; ++identity) {
            (address actual, address expected) = _world.owners(identity);
            vm.assertEq(actual, expected);
        }
    }

    function invariant_A3_an_identity_is_its_owners_agents() public view {
        for (uint256 agent; agent < 3; ++agent) {
            for (uint256 identity; identity < 2; ++identity) {
                (bool actual, bool expected) = _world.proven(agent, identity);
                vm.assertEq(actual, expected);
            }
        }
    }

    function invariant_A4_an_account_has_one_agent() public view {
        for (uint256 account; account < 3; ++account) {
            uint256 count;
            for (uint256 agent; agent < 3; ++agent) {
                (bool actual, ) = _world.linked(agent, account);
                if (actual) ++count;
            }
            vm.assertLe(count, 1);
        }
    }

    function invariant_A5_nobody_else_is_heard() public view {
        vm.assertEq(_world.wrongs(), 0);
    }

    function invariant_A6_facts_stay_with_their_chain() public view {
        for (uint256 account; account < 3; ++account) vm.assertFalse(_world.strays(account));
    }
}
