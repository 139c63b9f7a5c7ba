// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPortalDesk} from "./IPortalDesk.sol";
import {ITaskAssignments} from "./ITaskAssignments.sol";
import {ITaskEscrowCore} from "./ITaskEscrowCore.sol";
import {ITaskReviews} from "./ITaskReviews.sol";

/// @title Escrow of tasks: states and money, nothing else
/// @notice Every state that is not over has one deadline and one default that anyone may trigger. An action counts at time <= deadline, a
/// default at time > deadline + grace. `taskId = keccak256(abi.encode(chainId, escrow, terms))`.
/// @dev Tokens are untrusted: amounts are measured, each token stands alone, and a payee that cannot be paid is credited.
interface ITaskEscrow is ITaskEscrowCore, ITaskAssignments, ITaskReviews, IPortalDesk {}
