// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAgentRegistry} from "../../contracts/agents/IAgentRegistry.sol";
import {IGateway} from "../../contracts/gateway/IGateway.sol";
import {ITaskEscrow} from "../../contracts/tasks/ITaskEscrow.sol";
import {ClaimTerms} from "../../contracts/tasks/ITaskRecords.sol";
import {TaskAssignments} from "../../contracts/tasks/TaskAssignments.sol";
import {TaskEscrow} from "../../contracts/tasks/TaskEscrow.sol";
import {TaskReviews} from "../../contracts/tasks/TaskReviews.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";

/// @notice An escrow with both of its other parts, under the interface of all three.
function newEscrow(address authority, IGateway gateway, IAgentRegistry registry) returns (ITaskEscrow) {
    address reviews = address(new TaskReviews(authority, gateway, registry));
    address assignments = address(new TaskAssignments(authority, gateway, registry, reviews));
    return ITaskEscrow(address(new TaskEscrow(authority, gateway, registry, assignments)));
}

/// @notice What a plain claim under these terms brings.
function claimTermsOf(Terms memory terms) pure returns (ClaimTerms memory) {
    return ClaimTerms(terms.token, terms.workerBond, terms.evaluator, terms.openUntil, terms.workWindow);
}
