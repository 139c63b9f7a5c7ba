// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The bonds of one task's dispute
/// @notice The model of `contest`, `counter` and every end of a case. A task comes under review again after a revision, but is contested at
/// most once.
contract DisputeBonds {
    enum State {
        Held,
        Submitted,
        Contested,
        Disputed,
        Over
    }

    uint128 internal immutable bond;

    State internal state;
    bool internal isByRequester;
    bool internal isCountered;
    /// @dev What came in for the dispute, less what went out.
    int256 internal book;

    /// @notice Starts in any state in which the properties hold. They hold in the first, where nothing is there.
    constructor(uint128 bond_, State state_, bool isByRequester_, bool isCountered_) {
        bond = bond_;
        (state, isByRequester, isCountered) = (state_, isByRequester_, isCountered_);
        require(isSound());
        book = int256(owed());
    }

    /// @dev One step from such a state leads to such a state again.
    modifier keeps() {
        require(book == int256(owed()) && isSound());
        _;
        // property DisputeConserved: the escrow holds the bonds of an open case, one of each who put one up, and none without a case
        assert(book == int256(owed()));
        // property CasesAreApart: who put up a bond did so for the case that is open
        assert(isSound());
    }

    function submit() external keeps {
        require(state == State.Held);
        state = State.Submitted;
    }

    function revise() external keeps {
        // control CasesAreApart: require(state == State.Submitted || state == State.Contested);
        require(state == State.Submitted);
        state = State.Held;
    }

    /// @notice A verdict that may be contested: `decide` under terms with an arbitrator.
    function contestVerdict() external keeps {
        require(state == State.Submitted);
        state = State.Contested;
    }

    function contest() external keeps {
        require(state == State.Submitted);
        state = State.Contested;
        isByRequester = true;
        // mirrors tasks/TaskReviews.sol: _pull(msg.sender, terms.token, terms.disputeBond);
        takes(bond);
    }

    function counter() external keeps {
        require(state == State.Contested);
        state = State.Disputed;
        // mirrors tasks/ActorSteps.sol: _lockBond(taskId, sponsor, Actor(chainId, answer.account), terms.token, terms.disputeBond);
        // control CasesAreApart: isCountered = isByRequester;
        isCountered = true;
        // control DisputeConserved: takes(isByRequester ? bond : 0);
        takes(bond);
    }

    /// @param won What of the bonds goes to who countered; any share.
    function rule(uint256 won) external keeps {
        require(state == State.Disputed);
        // mirrors tasks/TaskReviews.sol: uint256 pot = dispute.isByRequester ? 2 * uint256(terms.disputeBond) : terms.disputeBond;
        // control DisputeConserved: uint256 pot = 2 * uint256(bond);
        uint256 pot = isByRequester ? 2 * uint256(bond) : bond;
        require(won <= pot);
        state = State.Over;
        // mirrors tasks/TaskReviews.sol: _push(dispute.counterer, dispute.counterer, terms.token, won);
        pays(won);
        // mirrors tasks/TaskReviews.sol: _push(terms.requester, terms.requester, terms.token, pot - won);
        // control DisputeConserved: pays(bond < won ? 0 : bond - won);
        pays(pot - won);
    }

    function resolve() external keeps {
        require(state == State.Contested || state == State.Disputed);
        state = State.Over;
        returnBonds();
    }

    function split() external keeps {
        require(state != State.Over);
        // mirrors tasks/TaskReviews.sol: bool wasContested = task.state >= TaskState.Contested;
        // control DisputeConserved: bool wasContested = state == State.Disputed;
        bool wasContested = state == State.Contested || state == State.Disputed;
        state = State.Over;
        // mirrors tasks/TaskReviews.sol: if (wasContested) _returnDisputeBonds(terms, dispute);
        if (wasContested) returnBonds();
    }

    /// @notice An end without a case: a final verdict, silence, a lapse.
    function end() external keeps {
        require(state == State.Held || state == State.Submitted);
        state = State.Over;
    }

    function owed() internal view returns (uint256) {
        uint256 ofRequester = isByRequester && (state == State.Contested || state == State.Disputed) ? bond : 0;
        return ofRequester + (state == State.Disputed ? bond : 0);
    }

    /// @dev Of a task that is over the product asks nothing more.
    function isSound() internal view returns (bool) {
        if (state == State.Held || state == State.Submitted) return !isByRequester && !isCountered;
        if (state == State.Contested) return !isCountered;
        return state == State.Over || isCountered;
    }

    function returnBonds() internal {
        // mirrors tasks/TaskReviews.sol: if (dispute.isByRequester) _push(terms.requester, terms.requester, terms.token, bond);
        // control DisputeConserved: if (isByRequester && !isCountered) pays(bond);
        if (isByRequester) pays(bond);
        // mirrors tasks/TaskReviews.sol: if (dispute.counterer != address(0)) _push(dispute.counterer, dispute.counterer, terms.token, bond);
        if (isCountered) pays(bond);
    }

    function takes(uint256 amount) internal {
        book += int256(amount);
    }

    function pays(uint256 amount) internal {
        book -= int256(amount);
    }
}
