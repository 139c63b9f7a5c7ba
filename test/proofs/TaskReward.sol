// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the requester escrowed for one task, and what its children have of it
/// @notice The model of every step of `TaskBase` that moves reward, evaluator's fee and trigger reward. Bonds have models of their own.
/// Children are taken together; each pays to somebody, or back. What a share of something comes to is any part of it.
contract TaskReward {
    enum State {
        None,
        Open,
        Held,
        Over
    }

    // terms
    uint128 internal immutable reward;
    uint128 internal immutable fee;
    uint128 internal immutable trigger;
    uint128 internal immutable delegable;

    State internal state;
    uint256 internal delegated;
    /// @dev What came in for the task and its children in this step, and what went out.
    uint256 internal taken;
    uint256 internal paid;
    /// @dev What children hold. Not in the product, where each child is a task and says so itself.
    uint256 internal inChildren;

    /// @notice Starts in any state in which the properties hold. They hold in the first, where nothing is there.
    constructor(
        uint128 reward_,
        uint128 fee_,
        uint128 trigger_,
        uint128 delegable_,
        State state_,
        uint128 delegated_,
        uint128 inChildren_
    ) {
        // mirrors tasks/TermsRules.sol: require(terms.delegable <= terms.reward, ITaskRecords.TermInvalid("delegable", terms.delegable));
        // control AlwaysPayable: require(delegable_ <= uint256(reward_) + 1);
        require(delegable_ <= reward_);
        (reward, fee, trigger, delegable) = (reward_, fee_, trigger_, delegable_);
        require(delegated_ <= delegable_ && (delegated_ == 0 || state_ == State.Held));
        (state, delegated, inChildren) = (state_, delegated_, inChildren_);
    }

    /// @dev One step from such a state leads to such a state again.
    modifier keeps() {
        require(delegated <= delegable && (delegated == 0 || state == State.Held));
        (taken, paid) = (0, 0);
        uint256 before = owed();
        _;
        // property RewardConserved: what a task and its children are owed changes by what comes in for them less what goes out, to the unit
        assert(before + taken == owed() + paid);
        // property ChildrenStayWithin: children never have more than the delegable part, and nothing of a task that nobody holds
        assert(delegated <= delegable && (delegated == 0 || state == State.Held));
    }

    /// @notice `open`, `openFor`, and `hire` of a task that is new. A child is money of its parent's instead: see `openChild`.
    function open() external keeps {
        require(state == State.None);
        state = State.Open;
        // mirrors tasks/TaskEscrow.sol: _pull(msg.sender, terms.token, terms.total());
        // mirrors tasks/TaskEscrow.sol: _pull(terms.requester, terms.token, isNew ? terms.total() : 0);
        // control RewardConserved: takes(reward);
        takes(total());
    }

    /// @notice `cancel`, `expire`, `closeChild`.
    function close(bool isExpiry) external keeps {
        require(state == State.Open);
        state = State.Over;
        // mirrors tasks/TaskBase.sol: uint256 trigger = ending == Ending.Expiry ? terms.triggerReward : 0;
        uint256 due = isExpiry ? trigger : 0;
        // mirrors tasks/TaskBase.sol: _push(msg.sender, msg.sender, terms.token, trigger);
        pays(due);
        // mirrors tasks/TaskBase.sol: _refund(taskId, terms, terms.total() - trigger, 0);
        // control RewardConserved: pays(total());
        pays(total() - due);
    }

    function assign() external keeps {
        require(state == State.Open);
        state = State.Held;
    }

    /// @notice A lapse, or a worker that gives up. What is paid out of its bond: `WorkerBond`.
    function release(bool isEarly, bool isLapse) external keeps {
        require(state == State.Held);
        // mirrors tasks/TaskBase.sol: delegated == 0;
        // control ChildrenStayWithin: bool reopens = isEarly;
        bool reopens = isEarly && delegated == 0;
        state = reopens ? State.Open : State.Over;
        if (reopens) return;
        // mirrors tasks/TaskBase.sol: uint256 trigger = ending == Ending.Lapse ? terms.triggerReward : 0;
        uint256 due = isLapse ? trigger : 0;
        payable_(delegated + due);
        pays(due);
        // mirrors tasks/TaskBase.sol: _refund(taskId, terms, terms.total() - delegated - trigger, cost);
        // control RewardConserved: pays(total() - due);
        pays(total() - delegated - due);
        // The product leaves it: nobody asks what children have of a task that is over.
        delegated = 0;
    }

    /// @notice Any end with a worker, whoever decided: a verdict, silence, a concession, a ruling, no ruling, a split.
    function settle(uint256 earned, bool isFeeDue, bool isDefault) external keeps {
        require(state == State.Held && earned <= reward);
        state = State.Over;
        payable_(delegated + fee + trigger);
        // mirrors tasks/TaskBase.sol: uint256 left = terms.total() - delegated;
        // control RewardConserved: uint256 left = total();
        uint256 left = total() - delegated;
        if (earned > delegated) {
            // mirrors tasks/TaskBase.sol: left -= earned - delegated;
            // control AlwaysPayable: payable_(earned + fee + trigger + (delegated == 0 ? 0 : 1));
            payable_(earned + fee + trigger);
            left -= earned - delegated;
            // mirrors tasks/TaskBase.sol: _push(worker, _payeeOf(worker), terms.token, earned - delegated);
            // control RewardConserved: pays(earned);
            pays(earned - delegated);
        }
        if (isFeeDue) {
            // mirrors tasks/TaskBase.sol: left -= terms.evaluatorFee;
            left -= fee;
            // mirrors tasks/TaskBase.sol: _push(terms.evaluator, terms.evaluator, terms.token, terms.evaluatorFee);
            pays(fee);
        }
        if (isDefault) {
            // mirrors tasks/TaskBase.sol: left -= terms.triggerReward;
            left -= trigger;
            // mirrors tasks/TaskBase.sol: _push(msg.sender, msg.sender, terms.token, terms.triggerReward);
            pays(trigger);
        }
        // mirrors tasks/TaskBase.sol: _refund(taskId, terms, left, cost);
        pays(left);
        delegated = 0;
    }

    /// @notice `openChild`.
    function openChild(uint256 needed) external keeps {
        require(state == State.Held);
        // mirrors tasks/TaskEscrow.sol: uint256 available = parentTerms.delegable - _delegated[parent];
        // mirrors tasks/TaskEscrow.sol: require(needed <= available, DelegableExceeded(parent, available, needed));
        // control ChildrenStayWithin: require(needed <= delegable);
        require(needed <= delegable - delegated);
        // mirrors tasks/TaskEscrow.sol: _delegated[parent] += needed;
        // control ChildrenStayWithin: delegated += 2 * needed;
        delegated += needed;
        inChildren += needed;
    }

    /// @notice A child pays somebody who is not its parent: by its own rules, which are those of this model.
    function payFromChild(uint256 amount) external keeps {
        require(amount <= inChildren);
        inChildren -= amount;
        pays(amount);
    }

    /// @notice What a child gives back. `left` is more than was put in only if this model is wrong.
    function refundFromChild(uint256 amount) external keeps {
        require(amount <= inChildren);
        inChildren -= amount;
        // mirrors tasks/TaskBase.sol: if (_isAlive(terms.parent)) {
        if (state == State.Held) {
            require(amount <= delegated);
            // mirrors tasks/TaskBase.sol: _delegated[terms.parent] -= amount;
            delegated -= amount;
        } else {
            // mirrors tasks/TaskBase.sol: _push(to, to, terms.token, amount);
            pays(amount);
        }
    }

    function owed() internal view returns (uint256) {
        return inChildren + (state == State.Open || state == State.Held ? total() - delegated : 0);
    }

    function total() internal view returns (uint256) {
        return uint256(reward) + fee + trigger;
    }

    /// @dev Below every subtraction of the product there is enough.
    function payable_(uint256 amount) internal view {
        // property AlwaysPayable: a task can pay what children have not got, its worker, the fee and the trigger reward, so no end of it reverts
        assert(amount <= total());
    }

    function takes(uint256 amount) internal {
        taken += amount;
    }

    function pays(uint256 amount) internal {
        paid += amount;
    }
}
