// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Charters} from "../../../contracts/charters/Charters.sol";
import {Document} from "../../../contracts/charters/Document.sol";
import {IAgreements} from "../../../contracts/charters/IAgreements.sol";
import {Gateway} from "../../../contracts/gateway/Gateway.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {CharterParties} from "./CharterParties.sol";

/// @notice Takes calls and remembers who made them.
contract Witness {
    address public caller;
    uint256 public calls;
    uint256 public value;

    error Refused();

    function hear(bytes calldata) external payable returns (uint256) {
        caller = msg.sender;
        value = msg.value;
        return ++calls;
    }

    function refuse() external pure {
        revert Refused();
    }
}

/// @notice One chain with charters, five members of whom three bind all, and somebody else.
abstract contract CharterWorld is CharterParties {
    uint256 internal constant HOME = 1001;

    AccessManager internal authority;
    Gateway internal gateway;
    Charters internal charters;
    IAgreements internal agreements;
    Witness internal witness;
    address[] internal members;
    address internal stranger = address(0x57A6);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.chainId(HOME);
        authority = new AccessManager(address(this));
        gateway = Gateway(create("Gateway", abi.encode(address(authority))));
        charters = Charters(create("Charters", abi.encode(address(authority), gateway)));
        agreements = IAgreements(charters.agreements());
        witness = new Witness();
        members = people("member", 5);
    }

    function newCharter() internal returns (bytes32) {
        return adopt(charters, documentOf(members, 3), keccak256("salt"));
    }

    function hearing() internal view returns (bytes memory) {
        return abi.encodeCall(witness.hear, ("hello"));
    }
}
