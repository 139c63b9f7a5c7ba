// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ITaskRecords} from "./ITaskRecords.sol";
import {PushPayment} from "./PushPayment.sol";

/// @title Money in and out of the escrow
/// @notice In: what arrives is measured. Out: pushed, and what cannot be pushed waits as a credit. A token is only ever its own problem.
abstract contract Payments is ITaskRecords, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    mapping(address account => mapping(address token => uint256)) private _credits;

    function _withdrawTo(address token, address to) internal {
        uint256 amount = _credits[msg.sender][token];
        require(amount != 0, CreditEmpty(msg.sender, token));

        delete _credits[msg.sender][token];

        emit CreditWithdrawn(msg.sender, token, to, amount);
        if (token == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(token).safeTransfer(to, amount);
    }

    function _creditOf(address account, address token) internal view returns (uint256) {
        return _credits[account][token];
    }

    /// @dev Takes exactly `amount` from `payer`, who called or signed this: as value, which only a caller can bring, or by allowance.
    function _pull(address payer, address token, uint256 amount) internal {
        uint256 value = token == address(0) ? amount : 0;
        require(msg.value == value, AmountMismatch(address(0), value, msg.value));
        if (token == address(0)) return;

        require(token.code.length != 0, TokenInvalid(token));
        if (amount == 0) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(payer, address(this), amount);
        uint256 held = IERC20(token).balanceOf(address(this));
        uint256 arrived = held < before ? 0 : held - before;
        require(arrived == amount, AmountMismatch(token, amount, arrived));
    }

    /// @dev Pays `to`, or else credits `owner`. All state must be written before.
    function _push(address owner, address to, address token, uint256 amount) internal {
        if (amount == 0) return;
        bool paid = token == address(0) ? PushPayment.tryNative(to, amount) : PushPayment.tryToken(token, to, amount);
        if (!paid) _credit(owner, token, amount);
    }

    function _credit(address account, address token, uint256 amount) internal {
        _credits[account][token] += amount;
        emit PaymentCredited(account, token, amount);
    }
}
