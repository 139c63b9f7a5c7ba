// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The bond that stands behind one task's worker
/// @notice The model of every step that locks a worker's bond, gives it back or takes of it. It comes out of a deposit and goes back into one:
/// the deposits themselves are in `Deposits`.
contract WorkerBond {
    enum State {
        Open,
        Proposed,
        Held,
        Over
    }

    // terms
    uint128 internal immutable bond;
    uint128 internal immutable trigger;

    State internal state;
    /// @dev What was locked for the task, less what was returned or paid.
    int256 internal book;

    /// @notice Starts in any state in which the property holds. It holds in the first, where nothing is there.
    constructor(uint128 bond_, uint128 trigger_, State state_) {
        (bond, trigger) = (bond_, trigger_);
        state = state_;
        book = int256(locked());
    }

    /// @dev One step from such a state leads to such a state again.
    modifier keeps() {
        require(book == int256(locked()));
        _;
        // property BondConserved: while somebody has or leads for a task its whole bond is locked, and otherwise none of it
        assert(book == int256(locked()));
    }

    /// @notice `claim`, `hire`, `claimWith`, and claims from other chains.
    function assign() external keeps {
        require(state == State.Open);
        state = State.Held;
        // mirrors tasks/TaskEscrow.sol: _lockBond(taskId, sponsor, worker, claimTerms.token, claimTerms.workerBond);
        // mirrors tasks/TaskEscrow.sol: _lockBond(taskId, offer.sponsor, worker, terms.token, terms.workerBond);
        // mirrors tasks/TaskAssignments.sol: _lockBond(taskId, sponsor, worker, terms.token, terms.workerBond);
        // mirrors tasks/ActorSteps.sol: _lockBond(answer.taskId, sponsor, actor, terms.token, terms.workerBond);
        takes(bond);
    }

    /// @notice `propose`.
    function propose() external keeps {
        require(state == State.Open || state == State.Proposed);
        // mirrors tasks/TaskAssignments.sol: if (!isFirst) {
        if (state == State.Proposed) {
            // mirrors tasks/TaskAssignments.sol: _returnBond(taskId, sponsor, beaten, terms.token, terms.workerBond);
            // control BondConserved: pays(bond > 0 ? bond - 1 : 0);
            pays(bond);
        }
        state = State.Proposed;
        // mirrors tasks/TaskAssignments.sol: _lockBond(taskId, bid.sponsor, Actor(block.chainid, bid.worker), terms.token, terms.workerBond);
        takes(bond);
    }

    function award() external keeps {
        require(state == State.Proposed);
        state = State.Held;
    }

    function handoff() external keeps {
        require(state == State.Held);
        // mirrors tasks/TaskAssignments.sol: _returnBond(taskId, sponsor, from, terms.token, terms.workerBond);
        // mirrors tasks/ActorSteps.sol: _returnBond(taskId, sponsor, from, terms.token, terms.workerBond);
        pays(bond);
        // mirrors tasks/TaskAssignments.sol: _lockBond(taskId, change.sponsor, Actor(block.chainid, change.to), terms.token, terms.workerBond);
        // mirrors tasks/ActorSteps.sol: _lockBond(taskId, change.sponsor, to, terms.token, terms.workerBond);
        // control BondConserved: takes(0);
        takes(bond);
    }

    /// @notice A lapse, or a worker that gives up. `cost` is a share of the bond.
    function release(uint256 cost, bool reopens, bool isLapse) external keeps {
        require(state == State.Held && cost <= bond);
        state = reopens ? State.Open : State.Over;
        // mirrors tasks/TaskBase.sol: _returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);
        // control BondConserved: pays(bond);
        pays(bond - cost);
        if (reopens) {
            uint256 paid = isLapse ? trigger : 0;
            // mirrors tasks/TaskBase.sol: if (trigger > cost) trigger = cost;
            // control CostCovers: if (paid > bond) paid = bond;
            if (paid > cost) paid = cost;
            covered(paid, cost);
            // mirrors tasks/TaskBase.sol: _push(msg.sender, msg.sender, terms.token, trigger);
            pays(paid);
            // mirrors tasks/TaskBase.sol: _push(terms.requester, terms.requester, terms.token, cost - trigger);
            // control BondConserved: pays(cost);
            pays(cost - paid);
        } else {
            // mirrors tasks/TaskBase.sol: if (terms.parent == 0) return _push(terms.requester, terms.requester, terms.token, amount + cost);
            // mirrors tasks/TaskBase.sol: _push(terms.requester, terms.requester, terms.token, cost);
            pays(cost);
        }
    }

    /// @notice Any end with a worker.
    function settle(uint256 cost) external keeps {
        // control CostCovers: require(state == State.Held);
        require(state == State.Held && cost <= bond);
        covered(cost, bond);
        state = State.Over;
        pays(bond - cost);
        // control BondConserved: pays(cost / 2);
        pays(cost);
    }

    function locked() internal view returns (uint256) {
        return state == State.Proposed || state == State.Held ? bond : 0;
    }

    function covered(uint256 amount, uint256 by) internal pure {
        // property CostCovers: what is paid out of a bond is never more than what was taken of it
        assert(amount <= by);
    }

    function takes(uint256 amount) internal {
        book += int256(amount);
    }

    function pays(uint256 amount) internal {
        book -= int256(amount);
    }
}
