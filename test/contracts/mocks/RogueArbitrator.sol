// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../../contracts/disputes/IArbitrable.sol";

/// @notice An arbitrator that gives every dispute the same number, and may rule on it before it says which.
contract RogueArbitrator {
    bool private _isHasty;

    function hurry() external {
        _isHasty = true;
    }

    function createDispute(uint256, bytes calldata) external payable returns (uint256) {
        if (_isHasty) IArbitrable(msg.sender).rule(7, 1);
        return 7;
    }

    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }
}
