// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice All that a task promises. Terms travel in calldata and in the `TaskOpened` event; storage holds only the id derived from them.
/// @dev Windows are seconds, shares are basis points, amounts are base units of `token`.
struct Terms {
    /// @dev Pays, and gets refunds.
    address requester;
    /// @dev Zero is the native coin.
    address token;
    uint128 reward;
    /// @dev Locked from a deposit made for the worker. Returned unless it lapses or its work is judged worth nothing. Zero: the task can only
    /// be hired for, unless its charter lets only members claim.
    uint128 workerBond;
    /// @dev Share of the bond that the requester gets on a lapse.
    uint16 slashShare;
    /// @dev What the first doubt of an assignment costs; each further one costs double. Zero: nobody may doubt. Fits in 96 bits.
    uint128 suspectBond;
    /// @dev How long a doubted worker has to answer, at most until its deadline.
    uint32 answerWindow;
    /// @dev What contesting costs the requester, and countering the worker.
    uint128 disputeBond;
    /// @dev keccak-256 of the task's description.
    bytes32 specHash;
    address evaluator;
    /// @dev Escrowed besides the reward. The evaluator's when it gave a verdict, otherwise the requester's again.
    uint128 evaluatorFee;
    /// @dev The least a verdict may give where there is no arbitrator.
    uint16 floor;
    /// @dev What an unanswered review pays the worker.
    uint16 silence;
    /// @dev Decides disputes. Zero: there are none, and every verdict stands.
    address arbitrator;
    /// @dev The worker's share when the arbitrator stays silent.
    uint16 defaultSplit;
    /// @dev Who chooses the worker. Zero is an open claim; otherwise an auction policy where there is a challenge window, else a price policy.
    address allocation;
    bytes32 allocationParams;
    /// @dev Absolute seconds. The only date in the terms; all else is a duration.
    uint40 openUntil;
    /// @dev How long better bids count after the first.
    uint24 challengeWindow;
    uint24 workWindow;
    uint24 reviewWindow;
    /// @dev How long a contested verdict may be countered.
    uint24 disputeWindow;
    uint24 arbitrationWindow;
    /// @dev At most 15.
    uint8 maxRevisions;
    /// @dev 0: worker and successor suffice. 1: the requester signs too. 2: never.
    uint8 handoffRule;
    /// @dev The task that pays for this one. Zero: the requester does.
    bytes32 parent;
    /// @dev How much of the reward the worker may spend on children, whatever becomes of its own work.
    uint128 delegable;
    /// @dev keccak-256 of `abi.encode(Prerequisite[])`. Zero: none.
    bytes32 prerequisites;
    /// @dev The least verdict that each of them must have been settled with.
    uint16 minPrerequisiteShare;
    /// @dev The charter that the task is under. Zero: none.
    bytes32 charter;
    /// @dev The charter's epoch when the task is opened, which it keeps to its end. Zero without a charter.
    uint32 epoch;
    /// @dev How much longer each window of a remote worker is, and how long defaults wait after a deadline.
    uint24 grace;
    /// @dev Escrowed besides the reward, for whoever fires the default that ends the task. Of a lapse after which it opens again, as much
    /// is paid out of what the worker loses. Otherwise the requester's again.
    uint128 triggerReward;
    bytes32 salt;
    /// @dev Chains besides the home chain whose portals may act on this task, strictly ascending. Empty: home only.
    uint256[] chains;
}
