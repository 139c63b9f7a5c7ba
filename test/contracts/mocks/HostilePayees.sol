// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "../../../contracts/tasks/Terms.sol";

/// @notice What a payee does with native coin.
enum Taking {
    Accept,
    Refuse,
    RefuseHuge,
    EatGas,
    Reenter
}

/// @notice An account with code that takes part in tasks, and takes money as it is told.
contract HostilePayee {
    Taking public taking;
    address private _target;
    bytes private _call;
    bool public wasCalled;
    bool public reentered;
    bytes public reason;

    function behave(Taking taking_) external {
        taking = taking_;
    }

    function aim(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    /// @notice Acts in its own name.
    function act(address target, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory result) = target.call{value: value}(data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }

    receive() external payable {
        if (taking == Taking.Refuse) revert("no");
        if (taking == Taking.RefuseHuge) {
            assembly {
                revert(0, 20000)
            }
        }
        if (taking == Taking.EatGas) while (true) {}
        if (taking == Taking.Reenter) {
            wasCalled = true;
            (reentered, reason) = _target.call(_call);
        }
    }
}
