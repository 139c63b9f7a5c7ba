// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IBlackboard} from "../board/IBlackboard.sol";
import {Condition, ConditionKind, IClaimGate} from "./IClaimGate.sol";
import {IPricePolicy} from "./IPricePolicy.sol";

/// @title A gate before an open claim
/// @notice See `IClaimGate`. `ClaimGates` makes clones of this; what each asks for is a part of its code.
contract ClaimGate is IClaimGate {
    uint16 private constant WHOLE = 10_000;

    /// @notice The blackboard that is asked.
    IBlackboard public immutable BOARD;

    constructor(IBlackboard board) {
        BOARD = board;
    }

    /// @inheritdoc IPricePolicy
    function priceOf(bytes32 params, uint40 openedAt, uint40 openUntil) external view returns (uint16 share) {
        (Condition[] memory conditions, IPricePolicy pricing) = gate();
        for (uint256 i; i < conditions.length; ++i) {
            _require(conditions[i]);
        }
        if (address(pricing) != address(0)) return pricing.priceOf(params, openedAt, openUntil);
        require(params == 0, GateParamsInvalid(params));
        return WHOLE;
    }

    /// @inheritdoc IClaimGate
    function gate() public view returns (Condition[] memory conditions, IPricePolicy pricing) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (Condition[], IPricePolicy));
    }

    /// @dev A blackboard without code reverts as well. Versions fit: whoever made the gate looked.
    function _require(Condition memory asked) private view {
        (bytes32 space, bytes32 key, uint64 atLeast) = (asked.space, asked.key, asked.atLeast);
        if (asked.kind == ConditionKind.Version) BOARD.requireVersion(space, key, uint32(atLeast));
        else if (asked.kind == ConditionKind.Value) BOARD.requireValue(space, key, asked.valueHash);
        else if (asked.kind == ConditionKind.Length) BOARD.requireLength(space, key, atLeast);
        else if (asked.kind == ConditionKind.MirrorVersion) {
            BOARD.requireMirror(asked.homeChainId, space, key, uint32(atLeast), asked.maxAge);
        } else BOARD.requireTopicMirror(asked.homeChainId, space, key, atLeast, asked.maxAge);
    }
}
