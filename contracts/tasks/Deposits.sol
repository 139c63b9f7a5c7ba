// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./ITaskRecords.sol";
import {Payments} from "./Payments.sol";

/// @title Deposits that stand behind workers
/// @notice Kept by sponsor, actor and token. Only a claim of that very actor locks one; only its sponsor takes it back.
abstract contract Deposits is Payments {
    mapping(bytes32 key => uint256) private _deposits;

    function _deposit(uint256 chainId, address account, address token, uint256 amount) internal {
        _deposits[_depositKey(msg.sender, chainId, account, token)] += amount;

        emit BondDeposited(msg.sender, chainId, account, token, amount);
        _pull(msg.sender, token, amount);
    }

    function _withdrawDeposit(uint256 chainId, address account, address token, uint256 amount) internal {
        _take(_depositKey(msg.sender, chainId, account, token), msg.sender, amount);

        emit BondWithdrawn(msg.sender, chainId, account, token, amount);
        _push(msg.sender, msg.sender, token, amount);
    }

    function _depositOf(address sponsor, uint256 chainId, address account, address token) internal view returns (uint256) {
        return _deposits[_depositKey(sponsor, chainId, account, token)];
    }

    /// @dev Without a bond nobody has to stand behind a worker.
    function _lockBond(bytes32 taskId, address sponsor, Actor memory actor, address token, uint256 amount) internal {
        if (amount == 0) return;
        _take(_depositKey(sponsor, actor.chainId, actor.account, token), sponsor, amount);
        emit BondMoved(taskId, sponsor, -int256(amount));
    }

    function _returnBond(bytes32 taskId, address sponsor, Actor memory actor, address token, uint256 amount) internal {
        if (amount == 0) return;
        _deposits[_depositKey(sponsor, actor.chainId, actor.account, token)] += amount;
        emit BondMoved(taskId, sponsor, int256(amount));
    }

    function _take(bytes32 key, address sponsor, uint256 amount) private {
        uint256 available = _deposits[key];
        require(available >= amount, DepositInsufficient(sponsor, available, amount));
        _deposits[key] = available - amount;
    }

    function _depositKey(address sponsor, uint256 chainId, address account, address token) private pure returns (bytes32) {
        return keccak256(abi.encode(sponsor, chainId, account, token));
    }
}
