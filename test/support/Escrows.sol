// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAgentRegistry} from "../../contracts/agents/IAgentRegistry.sol";
import {ICharters} from "../../contracts/charters/ICharters.sol";
import {IGateway} from "../../contracts/gateway/IGateway.sol";
import {ITaskEscrow} from "../../contracts/tasks/ITaskEscrow.sol";
import {ClaimTerms} from "../../contracts/tasks/ITaskRecords.sol";
import {ITaskPortal} from "../../contracts/tasks/ITaskPortal.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";
import {create} from "./Create.sol";

/// @notice Knows no charter.
contract NoCharters {
    function requireCurrent(bytes32 charterId, uint32) external pure returns (bool) {
        revert ICharters.CharterUnknown(charterId);
    }
}

/// @notice An escrow with all of its other parts, under the interface of them all. It knows no charters.
function newEscrow(address authority, IGateway gateway, IAgentRegistry registry) returns (ITaskEscrow) {
    return newEscrow(authority, gateway, registry, ICharters(address(new NoCharters())));
}

/// @notice An escrow that asks these charters.
function newEscrow(address authority, IGateway gateway, IAgentRegistry registry, ICharters charters) returns (ITaskEscrow) {
    return newEscrow(authority, gateway, registry, charters, ITaskPortal(create("TaskPortal", abi.encode(authority, gateway))));
}

/// @notice An escrow that asks this portal for receipts.
function newEscrow(
    address authority,
    IGateway gateway,
    IAgentRegistry registry,
    ICharters charters,
    ITaskPortal portal
) returns (ITaskEscrow) {
    address desk = create("PortalDesk", abi.encode(authority, gateway, registry, charters, portal));
    address reviews = create("TaskReviews", abi.encode(authority, gateway, registry, charters, desk));
    address assignments = create("TaskAssignments", abi.encode(authority, gateway, registry, charters, reviews));
    return ITaskEscrow(create("TaskEscrow", abi.encode(authority, gateway, registry, charters, assignments, desk)));
}

/// @notice What a plain claim under these terms brings.
function claimTermsOf(Terms memory terms) pure returns (ClaimTerms memory) {
    return ClaimTerms(terms.token, terms.workerBond, terms.evaluator, terms.openUntil, terms.workWindow);
}
