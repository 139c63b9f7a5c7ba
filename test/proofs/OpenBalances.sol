// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Deposits and credits in one token: what belongs to accounts, not to tasks
/// @notice The model of `Deposits` and `Payments` for any one deposit, any one credit, and all others of each taken together. What a task locks,
/// returns or pays is in the models of its money: here it comes from tasks and goes to tasks.
contract OpenBalances {
    /// @dev One deposit and all others; one credit and all others.
    uint256 internal deposit;
    uint256 internal otherDeposits;
    uint256 internal credit;
    uint256 internal otherCredits;
    /// @dev What the escrow has of the token, and what of it the models of tasks account for.
    uint256 internal balance;
    uint256 internal inTasks;

    /// @notice Starts in any state in which the property holds. It holds in the first, where nothing is there.
    constructor(uint128[6] memory amounts) {
        (deposit, otherDeposits, credit) = (amounts[0], amounts[1], amounts[2]);
        (otherCredits, balance, inTasks) = (amounts[3], amounts[4], amounts[5]);
        require(balance >= owed());
    }

    /// @dev One step from such a state leads to such a state again.
    modifier keeps() {
        require(balance >= owed());
        _;
        // property BalancesAreCovered: the escrow has of a token at least what deposits, credits and tasks hold of it, whoever sends it more
        assert(balance >= owed());
    }

    // in

    function depositFor(bool isMine, uint256 amount) external keeps {
        // mirrors tasks/Deposits.sol: _deposits[_depositKey(msg.sender, chainId, account, token)] += amount;
        if (isMine) deposit += amount;
        else otherDeposits += amount;
        // mirrors tasks/Payments.sol: require(arrived == amount, AmountMismatch(token, amount, arrived));
        // mirrors tasks/Deposits.sol: _pull(msg.sender, token, amount);
        // control BalancesAreCovered: balance += amount > 1 ? amount - 1 : 0;
        balance += amount;
    }

    /// @notice `_pull` for a task.
    function payIntoTask(uint256 amount) external keeps {
        inTasks += amount;
        balance += amount;
    }

    /// @notice Whoever sends a token without asking.
    function donate(uint256 amount) external keeps {
        balance += amount;
    }

    // between

    function lockBond(bool isMine, uint256 amount) external keeps {
        // mirrors tasks/Deposits.sol: _take(_depositKey(sponsor, actor.chainId, actor.account, token), sponsor, amount);
        take(isMine, amount);
        inTasks += amount;
    }

    function returnBond(bool isMine, uint256 amount) external keeps {
        fromTask(amount);
        // mirrors tasks/Deposits.sol: _deposits[_depositKey(sponsor, actor.chainId, actor.account, token)] += amount;
        if (isMine) deposit += amount;
        else otherDeposits += amount;
    }

    /// @notice `_push` of a task, and `_credit` where a payment was not taken.
    function payFromTask(uint256 amount, bool isPaid, bool isMine) external keeps {
        fromTask(amount);
        push(amount, isPaid, isMine);
    }

    // out

    function withdrawDeposit(bool isMine, uint256 amount, bool isPaid, bool isMineCredit) external keeps {
        // mirrors tasks/Deposits.sol: _take(_depositKey(msg.sender, chainId, account, token), msg.sender, amount);
        take(isMine, amount);
        // mirrors tasks/Deposits.sol: _push(msg.sender, msg.sender, token, amount);
        // control WithdrawalsArePaid: push(2 * amount, isPaid, isMineCredit);
        push(amount, isPaid, isMineCredit);
    }

    /// @notice `withdrawTo` of the one credit.
    function withdrawTo() external keeps {
        // mirrors tasks/Payments.sol: uint256 amount = _credits[msg.sender][token];
        // control WithdrawalsArePaid: uint256 amount = 2 * credit;
        uint256 amount = credit;
        // mirrors tasks/Payments.sol: delete _credits[msg.sender][token];
        // control BalancesAreCovered: credit = amount / 2;
        credit = 0;
        covered(amount);
        balance -= amount;
    }

    /// @notice `withdrawTo` of another credit.
    function withdrawOther(uint256 amount) external keeps {
        require(amount <= otherCredits);
        otherCredits -= amount;
        covered(amount);
        balance -= amount;
    }

    function owed() internal view returns (uint256) {
        return deposit + otherDeposits + credit + otherCredits + inTasks;
    }

    function covered(uint256 amount) internal view {
        // property WithdrawalsArePaid: the escrow has what it is asked to pay, so no withdrawal waits for another's money
        assert(amount <= balance);
    }

    function take(bool isMine, uint256 amount) internal {
        uint256 available = isMine ? deposit : otherDeposits;
        // mirrors tasks/Deposits.sol: require(available >= amount, DepositInsufficient(sponsor, available, amount));
        require(available >= amount);
        // mirrors tasks/Deposits.sol: _deposits[key] = available - amount;
        // control BalancesAreCovered: if (isMine) deposit = amount > 1 ? available - amount + 1 : available - amount;
        if (isMine) deposit = available - amount;
        else otherDeposits = available - amount;
    }

    /// @dev What tasks pay, they have: `RewardConserved`, `BondConserved`, `DoubtConserved` and `DisputeConserved`.
    function fromTask(uint256 amount) internal {
        require(amount <= inTasks);
        inTasks -= amount;
    }

    function push(uint256 amount, bool isPaid, bool isMine) internal {
        if (isPaid) {
            covered(amount);
            balance -= amount;
            return;
        }
        // mirrors tasks/Payments.sol: if (!paid) _credit(owner, token, amount);
        // mirrors tasks/Payments.sol: _credits[account][token] += amount;
        if (isMine) credit += amount;
        else otherCredits += amount;
    }
}
