// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PushPayment} from "../../../contracts/tasks/PushPayment.sol";
import {vm} from "../../support/Vm.sol";

/// @dev Pays by the library, so that a test can choose the gas to the unit.
contract Payer {
    function payNative(address to) external payable returns (bool) {
        return PushPayment.tryNative(to, 0);
    }

    function payToken(address token, address to) external returns (bool) {
        return PushPayment.tryToken(token, to, 0);
    }
}

/// @notice How much gas a payment must have is settled to the unit, before anybody is called.
contract PushPaymentTest {
    address private constant PAYEE = address(0xBA1E);
    // What a callee may use, a 63rd of it, since a 64th of all gas stays with the caller, and the cost of the call.
    uint256 private constant NATIVE_NEEDED = 100_000 + 1_587 + 40_000;
    uint256 private constant TOKEN_NEEDED = 200_000 + 3_174 + 40_000;

    Payer private immutable PAYER = new Payer();

    function test_native_coin_needs_gas_to_the_unit() public {
        _needs(abi.encodeCall(Payer.payNative, (PAYEE)), NATIVE_NEEDED);
    }

    function test_a_token_needs_gas_to_the_unit() public {
        _needs(abi.encodeCall(Payer.payToken, (PAYEE, PAYEE)), TOKEN_NEEDED);
    }

    /// @dev The refusal says what was there and what is needed: that much more is enough, and one less is not.
    function _needs(bytes memory call, uint256 needed) private {
        uint256 given = needed;
        (uint256 available, uint256 told) = _refused(call, given);
        vm.assertEq(told, needed);
        given += needed - available;
        (available, told) = _refused(call, given - 1);
        vm.assertEq(available, needed - 1);
        (bool success, ) = address(PAYER).call{gas: given}(call);
        vm.assertTrue(success, "exactly enough");
    }

    function _refused(bytes memory call, uint256 gas) private returns (uint256 available, uint256 needed) {
        (bool success, bytes memory reason) = address(PAYER).call{gas: gas}(call);
        vm.assertFalse(success, "short of gas");
        vm.assertTrue(bytes4(reason) == PushPayment.PaymentGasShort.selector, "says what is missing");
        assembly ("memory-safe") {
            available := mload(add(reason, 0x24))
            needed := mload(add(reason, 0x44))
        }
    }
}
