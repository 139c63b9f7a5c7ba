// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Condition} from "./IClaimGate.sol";
import {IPricePolicy} from "./IPricePolicy.sol";

/// @title Where gates come from
/// @notice Anyone makes one, before the tasks that name it are opened. Its address commits to all that it asks for.
interface IClaimGates {
    /// @notice The gate with these conditions stands at `gate`.
    event GateCreated(address indexed gate, Condition[] conditions, IPricePolicy pricing);

    /// @notice More conditions than a gate may have, or none.
    error ConditionsWrong(uint256 count, uint256 limit);
    /// @notice The condition at this place asks for nothing, or has a field that its kind does not need.
    error ConditionInvalid(uint256 index);

    /// @notice Makes a gate, unless it stands already.
    /// @param pricing Prices a claim once the conditions hold, and is told the terms' `allocationParams`. Zero: the whole reward, and the
    /// parameters are zero. It shares the gas of one policy with what the conditions need.
    function create(Condition[] calldata conditions, IPricePolicy pricing) external returns (address gate);

    /// @notice Where the gate with these conditions is, or will be.
    function gateOf(Condition[] calldata conditions, IPricePolicy pricing) external view returns (address);
}
