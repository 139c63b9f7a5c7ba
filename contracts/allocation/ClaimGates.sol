// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IBlackboard} from "../board/IBlackboard.sol";
import {ClaimGate} from "./ClaimGate.sol";
import {Condition, ConditionKind} from "./IClaimGate.sol";
import {IClaimGates} from "./IClaimGates.sol";
import {IPricePolicy} from "./IPricePolicy.sol";

/// @title Makes gates
/// @notice See `IClaimGates`.
contract ClaimGates is IClaimGates {
    /// @notice The most conditions of a gate: with a rising reward behind it, all of them are asked within the gas of a policy.
    uint256 public constant MAX_CONDITIONS = 4;

    /// @dev What each gate is a clone of. It has no conditions itself, and admits nobody.
    address private immutable GATE;

    constructor(IBlackboard board) {
        GATE = address(new ClaimGate(board));
    }

    /// @inheritdoc IClaimGates
    function create(Condition[] calldata conditions, IPricePolicy pricing) external returns (address gate) {
        gate = gateOf(conditions, pricing);
        if (gate.code.length != 0) return gate;

        emit GateCreated(gate, conditions, pricing);
        Clones.cloneDeterministicWithImmutableArgs(GATE, abi.encode(conditions, pricing), 0);
    }

    /// @inheritdoc IClaimGates
    function gateOf(Condition[] calldata conditions, IPricePolicy pricing) public view returns (address) {
        uint256 count = conditions.length;
        require(count != 0 && count <= MAX_CONDITIONS, ConditionsWrong(count, MAX_CONDITIONS));
        for (uint256 i; i < count; ++i) {
            require(_isSound(conditions[i]), ConditionInvalid(i));
        }
        return Clones.predictDeterministicAddressWithImmutableArgs(GATE, abi.encode(conditions, pricing), 0);
    }

    /// @dev At least nothing is what always holds.
    function _isSound(Condition calldata asked) private view returns (bool) {
        bool isValue = asked.kind == ConditionKind.Value;
        bool isOfCell = asked.kind == ConditionKind.Version || asked.kind == ConditionKind.MirrorVersion;
        bool isOfMirror = asked.kind == ConditionKind.MirrorVersion || asked.kind == ConditionKind.MirrorLength;
        if (isValue ? asked.atLeast != 0 : (asked.atLeast == 0 || asked.valueHash != 0)) return false;
        if (isOfCell && asked.atLeast > type(uint32).max) return false;
        return isOfMirror ? asked.homeChainId != 0 && asked.homeChainId != block.chainid : asked.homeChainId == 0 && asked.maxAge == 0;
    }
}
