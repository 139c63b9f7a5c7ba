// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LinkMessages} from "../../../contracts/agents/LinkMessages.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {vm} from "../../support/Vm.sol";
import {LinksWorld} from "./LinksWorld.sol";

/// @notice Three controllers with three agents at home, three accounts and two identities on chain `b`. Does everything that can be done about
/// links, as the wrong one half of the time, brings messages in any order and more than once, and keeps its own books.
contract LinksHandler is LinksWorld {
    uint256 public constant COUNT = 3;
    uint256 public constant IDENTITIES = 2;

    /// @dev What a message of chain `b` says: an account's agent, or an identity's owner.
    struct Said {
        bool isIdentity;
        uint256 subject;
        uint256 value;
    }

    bytes32[3] public agents;
    address[3] public controllers = [ALICE, BOB, MALLORY];
    /// @dev Of chain `b`. The last is the first controller's namesake.
    address[3] public accounts = [FAR, address(0xFA3), ALICE];
    uint256[2] public identities;
    bool[3] public isRetired;
    bool public isUnlinked;
    mapping(uint256 agent => mapping(uint256 account => bool)) public isDeclared;
    mapping(uint256 agent => mapping(uint256 identity => bool)) public isIdentityDeclared;

    Said[] private _said;
    /// @dev By account: one more than the number of its latest word that arrived. Zero: none did.
    uint256[3] public heard;
    uint256[2] public heardOwner;

    uint256 public wrongs;
    mapping(bytes32 kind => uint256) public done;

    constructor() {
        setUp();
        for (uint256 i; i < COUNT; ++i) agents[i] = newAgent(controllers[i], bytes32(i));
        on(b);
        for (uint256 i; i < IDENTITIES; ++i) {
            vm.prank(accounts[i]);
            identities[i] = identitiesThere.register("ipfs://card");
        }
        on(a);
    }

    function claimed(uint256 account) public view returns (uint256 agentPlusOne) {
        return heard[account] == 0 || isUnlinked ? 0 : _said[heard[account] - 1].value;
    }

    function ownerPlusOne(uint256 identity) public view returns (uint256) {
        return heardOwner[identity] == 0 || isUnlinked ? 0 : _said[heardOwner[identity] - 1].value;
    }

    function declareOne(uint256 seed) external {
        (uint256 agent, uint256 account, bool isOn) = (seed % COUNT, (seed >> 8) % COUNT, (seed >> 16) % 4 != 0);
        uint256 caller = (seed >> 24) % 2 == 0 ? agent : (seed >> 32) % COUNT;
        vm.prank(controllers[caller]);
        try home.declareAccount(agents[agent], b.id, accounts[account], isOn) {
            if (caller != agent || isRetired[agent]) ++wrongs;
            isDeclared[agent][account] = isOn;
            ++done["declare"];
        } catch {
            if (caller == agent && !isRetired[agent]) ++wrongs;
        }
    }

    function declareIdentityOne(uint256 seed) external {
        (uint256 agent, uint256 identity, bool isOn) = (seed % COUNT, (seed >> 8) % IDENTITIES, (seed >> 16) % 4 != 0);
        uint256 caller = (seed >> 24) % 2 == 0 ? agent : (seed >> 32) % COUNT;
        vm.prank(controllers[caller]);
        try home.declareIdentity(agents[agent], b.id, address(identitiesThere), identities[identity], isOn) {
            if (caller != agent || isRetired[agent]) ++wrongs;
            isIdentityDeclared[agent][identity] = isOn;
            ++done["declareIdentity"];
        } catch {
            if (caller == agent && !isRetired[agent]) ++wrongs;
        }
    }

    function claimOne(uint256 seed) external {
        (uint256 account, uint256 agentPlusOne) = (seed % COUNT, (seed >> 8) % (COUNT + 1));
        // Mostly an agent whose controller said so first, so that links come to be.
        for (uint256 i; i < COUNT && (seed >> 16) % 4 != 0; ++i) {
            uint256 agent = (i + (seed >> 24)) % COUNT;
            if (isDeclared[agent][account]) agentPlusOne = agent + 1;
        }
        claimFar(accounts[account], agentPlusOne == 0 ? bytes32(0) : agents[agentPlusOne - 1]);
        _said.push(Said(false, account, agentPlusOne));
        ++done["claim"];
    }

    function reportOne(uint256 seed) external {
        uint256 identity = seed % IDENTITIES;
        reportFar(identities[identity]);
        _said.push(Said(true, identity, _indexOf(identitiesThere.ownerOf(identities[identity])) + 1));
        ++done["report"];
    }

    function sell(uint256 seed) external {
        uint256 id = identities[seed % IDENTITIES];
        address owner = identitiesThere.ownerOf(id);
        vm.prank(owner);
        identitiesThere.transferFrom(owner, accounts[(seed >> 8) % COUNT], id);
        ++done["sell"];
    }

    /// @notice Any message at all, whether it was brought before or not. That a message runs once is the gateway's work, and not relied on.
    function bring(uint256 seed) external {
        collect();
        Lane memory lane = laneOf(b, a);
        if (sentCount(lane) == 0) return;
        uint64 nonce = uint64(seed % sentCount(lane));
        on(a);
        vm.prank(address(a.gateway));
        try home.receiveMessage(0, addressOn(b, address(abroad)), sentMessage(lane, nonce).payload) {
            if (isUnlinked) ++wrongs;
            Said memory said = _said[nonce];
            uint256 before = said.isIdentity ? heardOwner[said.subject] : heard[said.subject];
            if (nonce + 1 <= before) return;
            if (said.isIdentity) heardOwner[said.subject] = nonce + 1;
            else heard[said.subject] = nonce + 1;
            ++done["bring"];
        } catch {
            if (!isUnlinked) ++wrongs;
        }
    }

    /// @notice Somebody who is not the other chain's contract says that the account is its agent's.
    function forge(uint256 seed) external {
        bytes memory payload = LinkMessages.encodeAccount(type(uint48).max, accounts[seed % COUNT], agents[2]);
        on(a);
        bool isGateway = (seed >> 8) % 2 == 0;
        address sender = isGateway ? MALLORY : address(abroad);
        vm.prank(isGateway ? address(a.gateway) : MALLORY);
        try home.receiveMessage(0, addressOn(b, sender), payload) {
            ++wrongs;
        } catch {
            ++done["forge"];
        }
    }

    function unlink(uint256 seed) external {
        isUnlinked = seed % 4 == 0;
        on(a);
        home.linkLinks(b.id, isUnlinked ? address(0) : address(abroad));
        ++done["unlink"];
    }

    function retire(uint256 seed) external {
        if (seed % 4 != 0) return;
        uint256 agent = (seed >> 8) % COUNT;
        on(a);
        vm.prank(controllers[agent]);
        try registry.retire(agents[agent]) {
            isRetired[agent] = true;
            ++done["retire"];
        } catch {
            if (!isRetired[agent]) ++wrongs;
        }
    }

    // What the contract says, beside what the books say.

    function linked(uint256 agent, uint256 account) external view returns (bool actual, bool expected) {
        actual = home.isAccountLinked(agents[agent], b.id, accounts[account]);
        expected = !isRetired[agent] && isDeclared[agent][account] && claimed(account) == agent + 1;
    }

    function proven(uint256 agent, uint256 identity) external view returns (bool actual, bool expected) {
        actual = home.isIdentityProven(agents[agent], b.id, address(identitiesThere), identities[identity]);
        uint256 owner = ownerPlusOne(identity);
        expected =
            !isRetired[agent] &&
            isIdentityDeclared[agent][identity] &&
            owner != 0 &&
            isDeclared[agent][owner - 1] &&
            claimed(owner - 1) == agent + 1;
    }

    function words(uint256 account) external view returns (uint256 actual, uint256 expected) {
        (, uint48 sequence, ) = home.claimOf(b.id, accounts[account]);
        return (sequence, isUnlinked ? 0 : heard[account]);
    }

    function owners(uint256 identity) external view returns (address actual, address expected) {
        (actual, , ) = home.identityOwnerOf(b.id, address(identitiesThere), identities[identity]);
        uint256 owner = ownerPlusOne(identity);
        expected = owner == 0 ? address(0) : accounts[owner - 1];
    }

    function strays(uint256 account) external view returns (bool) {
        return home.isAccountLinked(agents[0], a.id, accounts[account]) || home.isAccountLinked(agents[2], 3003, accounts[account]);
    }

    function _indexOf(address account) private view returns (uint256) {
        return
            account == accounts[0]
                ? 0
                : account == accounts[1]
                    ? 1
                    : 2;
    }
}
