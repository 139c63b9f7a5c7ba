// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The bond of a doubt about one task's worker
/// @notice The model of `suspect`, and of every step after which the doubt is over: an answer of any kind pays the worker, a lapse pays back.
contract DoubtBond {
    bool internal isHeld;
    bool internal isSuspected;
    /// @dev `Suspicion.bond`, which the product never clears.
    uint256 internal bond;
    /// @dev What came in for doubts of this task, less what was credited.
    int256 internal book;

    /// @notice Starts in any state in which the properties hold. They hold in the first, where nothing is there.
    constructor(bool isHeld_, bool isSuspected_, uint128 bond_) {
        require(isHeld_ || !isSuspected_);
        (isHeld, isSuspected, bond) = (isHeld_, isSuspected_, bond_);
        book = int256(waiting());
    }

    /// @dev One step from such a state leads to such a state again.
    modifier keeps() {
        _;
        // property DoubtConserved: the escrow holds the bond of the doubt that waits for an answer, and of no other
        assert(book == int256(waiting()));
        // property DoubtEndsWithTheWork: no doubt outlives the assignment that it is about
        assert(isHeld || !isSuspected);
    }

    function assign() external keeps {
        require(!isHeld);
        isHeld = true;
    }

    function suspect(uint256 amount) external keeps {
        // mirrors tasks/TaskAssignments.sol: require(!task.isSuspected, SuspicionPending(taskId, suspicion.until));
        // control DoubtConserved: require(isHeld);
        require(isHeld && !isSuspected);
        // mirrors tasks/TaskAssignments.sol: require(bond <= type(uint96).max, SuspicionTooDear(taskId, bond));
        // control DoubtConserved: require(amount <= type(uint128).max);
        require(amount <= type(uint96).max);
        // mirrors tasks/TaskAssignments.sol: _suspicions[taskId] = Suspicion(msg.sender, until, task.token, count + 1, uint32(stopped), terms.token, uint96(bond));
        // Cut to 96 bits, as any other value is as wrong.
        bond = amount <= type(uint96).max ? amount : 0;
        isSuspected = true;
        // mirrors tasks/TaskAssignments.sol: _pull(msg.sender, terms.token, bond);
        takes(amount);
    }

    function alive() external keeps {
        // mirrors tasks/TaskAssignments.sol: require(task.isSuspected, SuspicionMissing(taskId));
        // control DoubtConserved: require(isHeld);
        require(isHeld && isSuspected);
        answer();
    }

    /// @notice `submit`, `submitChecked`, submissions from other chains, `giveUp`, `split`: the worker shows that it lives, and leaves.
    function leave() external keeps {
        require(isHeld);
        isHeld = false;
        // mirrors tasks/TaskBase.sol: if (task.isSuspected) _answerSuspicion(taskId, task);
        // mirrors tasks/TaskAssignments.sol: if (task.isSuspected) _answerSuspicion(taskId, task);
        // mirrors tasks/TaskReviews.sol: if (task.isSuspected) _answerSuspicion(taskId, task);
        // control DoubtEndsWithTheWork: if (false) answer();
        if (isSuspected) answer();
    }

    /// @notice A successor starts without the doubt.
    function handoff() external keeps {
        require(isHeld);
        if (isSuspected) answer();
    }

    function lapse() external keeps {
        require(isHeld);
        isHeld = false;
        // mirrors tasks/TaskAssignments.sol: if (task.isSuspected) _returnSuspicion(taskId, task);
        // control DoubtEndsWithTheWork: if (isSuspected && bond > 1) giveBack();
        if (isSuspected) giveBack();
    }

    function waiting() internal view returns (uint256) {
        return isSuspected ? bond : 0;
    }

    function answer() internal {
        isSuspected = false;
        // mirrors tasks/TaskBase.sol: _credit(task.worker, suspicion.coin, suspicion.bond);
        pays(bond);
    }

    function giveBack() internal {
        isSuspected = false;
        // mirrors tasks/TaskAssignments.sol: _credit(suspicion.by, suspicion.coin, suspicion.bond);
        pays(bond);
    }

    function takes(uint256 amount) internal {
        book += int256(amount);
    }

    function pays(uint256 amount) internal {
        book -= int256(amount);
    }
}
