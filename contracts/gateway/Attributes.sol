// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {IGateway} from "./IGateway.sol";
import {Limits} from "./Limits.sol";

/// @notice What a sender may ask for with a message. Each attribute is its selector and one word, and stands at most once.
library Attributes {
    /// @notice ERC-7985: the gas its recipient gets. Without it: `Limits.DEFAULT_GAS`.
    bytes4 internal constant MIN_GAS_LIMIT = bytes4(keccak256("minGasLimit(uint256)"));
    /// @notice ERC-7985: the last second at which the message may run. Zero, or without it: no end.
    bytes4 internal constant DELIVER_BEFORE = bytes4(keccak256("deliverBefore(uint256)"));

    uint256 private constant LENGTH = 36;

    /// @notice Both limits of a message.
    /// @param mayExpire Whether a deadline is allowed.
    function parse(bytes[] calldata attributes, bool mayExpire) internal view returns (uint32 gasLimit, uint40 deliverBefore) {
        bool hasDeadline;
        for (uint256 i; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            bytes4 selector = bytes4(attribute);
            bool isGas = selector == MIN_GAS_LIMIT;
            require(isGas || (mayExpire && selector == DELIVER_BEFORE), IERC7786GatewaySource.UnsupportedAttribute(selector));
            require(attribute.length == LENGTH && (isGas ? gasLimit == 0 : !hasDeadline), IGateway.AttributeInvalid(attribute));

            uint256 value = uint256(bytes32(attribute[4:]));
            if (isGas) {
                require(value > 0 && value <= Limits.MAX_GAS, IGateway.GasLimitInvalid(value, Limits.MAX_GAS));
                gasLimit = uint32(value);
            } else {
                require(
                    value == 0 || (value >= block.timestamp && value <= type(uint40).max),
                    IGateway.DeadlineInvalid(value, block.timestamp)
                );
                deliverBefore = uint40(value);
                hasDeadline = true;
            }
        }
        if (gasLimit == 0) gasLimit = Limits.DEFAULT_GAS;
    }
}
