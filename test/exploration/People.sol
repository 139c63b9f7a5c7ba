// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuctionPolicy} from "../../contracts/allocation/IAuctionPolicy.sol";
import {IPricePolicy} from "../../contracts/allocation/IPricePolicy.sol";
import {IDeliverableCheck} from "../../contracts/evaluation/IDeliverableCheck.sol";

/// @notice A wallet that signs with one word. Anything else is no signature of it.
contract Wallet {
    receive() external payable {}

    function isValidSignature(bytes32, bytes calldata signature) external pure returns (bytes4) {
        return keccak256(signature) == keccak256("yes") ? this.isValidSignature.selector : bytes4(0);
    }
}

/// @notice An evaluator that also judges at once: the verdict that the deliverable itself names.
contract Judge is IDeliverableCheck {
    receive() external payable {}

    function check(bytes32, bytes32, bytes calldata body) external pure returns (uint16) {
        return abi.decode(body, (uint16));
    }
}

/// @notice Bids must be lower by `params` basis points.
contract LeastStep is IAuctionPolicy {
    function isBetter(bytes32 params, uint16 standing, uint16 share) external pure returns (bool) {
        return standing == 0 || uint256(share) + uint256(params) <= standing;
    }
}

/// @notice A fixed share.
contract FixedPrice is IPricePolicy {
    function priceOf(bytes32 params, uint40, uint40) external pure returns (uint16) {
        return uint16(uint256(params));
    }
}
