// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @notice What an account with code says of signatures.
enum Saying {
    Yes,
    No,
    Revert,
    /// The right word with 20 kB after it.
    YesHuge,
    /// Two bytes of the right word.
    Short,
    Nothing,
    /// Calls somebody first; yes, if that failed with a reason, and nothing else.
    Call
}

/// @notice An account with code, asked whether it signed.
contract SigningAccount is IERC1271 {
    Saying public saying;
    address private _target;
    bytes private _call;
    bytes4 private _reason;

    function behave(Saying saying_) external {
        saying = saying_;
    }

    function aim(address target, bytes calldata call_, bytes4 reason) external {
        (_target, _call, _reason) = (target, call_, reason);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (saying == Saying.No) return 0xffffffff;
        if (saying == Saying.Revert) revert("no");
        if (saying == Saying.YesHuge || saying == Saying.Short || saying == Saying.Nothing) _answer();
        if (saying == Saying.Call) {
            (bool success, bytes memory result) = _target.staticcall(_call);
            if (success || bytes4(result) != _reason) return 0xffffffff;
        }
        return IERC1271.isValidSignature.selector;
    }

    function _answer() private view {
        uint256 length =
            saying == Saying.YesHuge
                ? 20_000
                : saying == Saying.Short
                    ? 2
                    : 0;
        bytes32 word = bytes32(IERC1271.isValidSignature.selector);
        assembly {
            let start := mload(0x40)
            mstore(start, word)
            return(start, length)
        }
    }

    /// @notice Acts in its own name.
    function act(address target, bytes calldata data) external returns (bytes memory) {
        (bool success, bytes memory result) = target.call(data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}
