// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Pays without letting the payee or the token do harm
/// @notice A call gets a fixed amount of gas and one word of its answer is read, so whoever it pays can neither block the caller nor make it
/// dear beyond that amount. Whether it gets the gas is settled before the call: too little gas reverts, it never turns into a failed payment.
library PushPayment {
    /// @notice The gas that a payee of native coin may use: enough for a wallet contract.
    uint256 internal constant NATIVE_GAS = 100_000;
    /// @notice The gas that a token may use for a transfer: enough for a proxied one with hooks.
    uint256 internal constant TOKEN_GAS = 200_000;

    /// @dev What is spent between the check and the callee's first instruction: a cold, new account that gets value.
    uint256 private constant OVERHEAD = 40_000;

    /// @notice The transaction has too little gas to pay. Nothing was changed: send more gas.
    error PaymentGasShort(uint256 available, uint256 needed);

    /// @notice Tries to pay native coin.
    function tryNative(address to, uint256 amount) internal returns (bool paid) {
        _requireGas(NATIVE_GAS);
        (paid, ) = _call(to, NATIVE_GAS, amount, "");
    }

    /// @notice Tries to pay a token. Tokens that answer nothing are believed, those that answer anything but `true` are not.
    /// @dev The token has code: it had when the money came in, and since Cancun no account loses its code.
    function tryToken(address token, address to, uint256 amount) internal returns (bool paid) {
        _requireGas(TOKEN_GAS);
        uint256 size;
        uint256 answer;
        (paid, size, answer) = _callForWord(token, abi.encodeCall(IERC20.transfer, (to, amount)));
        paid = paid && (size == 0 || (size >= 32 && answer == 1));
    }

    function _requireGas(uint256 limit) private view {
        uint256 available = gasleft();
        uint256 needed = limit + limit / 63 + OVERHEAD;
        require(available >= needed, PaymentGasShort(available, needed));
    }

    /// @dev In Solidity: the same with `abi.decode(result, (uint256))` of what came back.
    function _callForWord(address target, bytes memory data) private returns (bool success, uint256 size, uint256 word) {
        (success, size) = _call(target, TOKEN_GAS, 0, data);
        if (success && size >= 32) {
            assembly ("memory-safe") {
                returndatacopy(0x00, 0x00, 0x20)
                word := mload(0x00)
            }
        }
    }

    /// @dev In Solidity: `(success, result) = target.call{gas: limit, value: value}(data)`, which copies all of `result` at the caller's cost.
    function _call(address target, uint256 limit, uint256 value, bytes memory data) private returns (bool success, uint256 size) {
        assembly ("memory-safe") {
            success := call(limit, target, value, add(data, 0x20), mload(data), 0x00, 0x00)
            size := returndatasize()
        }
    }
}
