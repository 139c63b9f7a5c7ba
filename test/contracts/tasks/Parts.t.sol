// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor, ActorHandoff, Bid, Handoff, ITaskRecords, Prerequisite, Split, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice The escrow's parts do nothing at their own addresses: what they took there, nobody could ever take out.
contract PartsTest is TaskWorld {
    address private _reviews;
    address private _assignments;
    address private _desk;

    function setUp() public override {
        super.setUp();
        _desk = create("PortalDesk", abi.encode(authority, gateway, registry, address(0), address(0)));
        _reviews = create("TaskReviews", abi.encode(authority, gateway, registry, address(0), _desk));
        _assignments = create("TaskAssignments", abi.encode(authority, gateway, registry, address(0), _reviews));
    }

    function _refused(address part, bytes memory call) private {
        (bool success, bytes memory reason) = part.call(call);
        vm.assertFalse(success);
        vm.assertEq(reason, abi.encodeWithSelector(ITaskRecords.ExtensionCalledDirectly.selector));
    }

    function test_the_part_for_reviews_refuses_direct_calls() public {
        Terms memory terms;
        Work memory work;
        Split memory agreed;
        bytes[12] memory calls = [
            abi.encodeCall(escrow.submitChecked, (terms, 0, "")),
            abi.encodeCall(escrow.revise, (terms, work)),
            abi.encodeCall(escrow.contest, (terms, work, 0)),
            abi.encodeCall(escrow.counter, (terms, work)),
            abi.encodeCall(escrow.rule, (terms, work, 0)),
            abi.encodeCall(escrow.resolve, (terms, work)),
            abi.encodeCall(escrow.split, (terms, work, agreed, "", "")),
            abi.encodeCall(escrow.closeChild, (terms)),
            abi.encodeCall(escrow.deposit, (HOME, worker, address(0), 0)),
            abi.encodeCall(escrow.withdrawDeposit, (HOME, worker, address(0), 0)),
            abi.encodeCall(escrow.withdrawTo, (address(0), worker)),
            // What it would pass on.
            abi.encodeCall(escrow.confirmPrerequisites, (terms, new Prerequisite[](0)))
        ];
        for (uint256 i; i < calls.length; ++i) _refused(_reviews, calls[i]);
    }

    function test_the_desk_refuses_direct_calls() public {
        Terms memory terms;
        Work memory work;
        ActorHandoff memory change;
        Actor memory actor;
        bytes[7] memory calls = [
            abi.encodeCall(escrow.confirmPrerequisites, (terms, new Prerequisite[](0))),
            abi.encodeCall(escrow.claimFor, (terms, actor, worker, 0, 0, "")),
            abi.encodeCall(escrow.submitFor, (bytes32(0), actor, 0, 0, 0, "")),
            abi.encodeCall(escrow.aliveFor, (bytes32(0), actor, 0, 0, 0, "")),
            abi.encodeCall(escrow.giveUpFor, (terms, actor, 0, 0, "")),
            abi.encodeCall(escrow.counterFor, (terms, work, actor, worker, 0, "")),
            abi.encodeCall(escrow.handoffBetween, (terms, change, "", "", ""))
        ];
        for (uint256 i; i < calls.length; ++i) _refused(_desk, calls[i]);
    }

    function test_the_part_for_assignments_refuses_direct_calls() public {
        Terms memory terms;
        Bid memory bid;
        Handoff memory change;
        bytes[9] memory calls = [
            abi.encodeCall(escrow.claimWith, (terms, worker, 0)),
            abi.encodeCall(escrow.propose, (terms, bid, "")),
            abi.encodeCall(escrow.award, (terms)),
            abi.encodeCall(escrow.lapse, (terms)),
            abi.encodeCall(escrow.giveUp, (terms)),
            abi.encodeCall(escrow.handoff, (terms, change, "", "", "")),
            abi.encodeCall(escrow.suspect, (terms)),
            abi.encodeCall(escrow.alive, (bytes32(0))),
            // What it would pass on.
            abi.encodeCall(escrow.closeChild, (terms))
        ];
        for (uint256 i; i < calls.length; ++i) _refused(_assignments, calls[i]);
    }
}
