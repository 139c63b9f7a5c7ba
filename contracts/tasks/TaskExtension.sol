// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TaskBase} from "./TaskBase.sol";

/// @title A part of the escrow that did not fit into one contract
/// @notice Its code runs on the storage of the escrow, by a `delegatecall` to an address that never changes, and only so.
abstract contract TaskExtension is TaskBase {
    address private immutable SELF = address(this);

    /// @dev Called directly, this contract would keep money on its own storage, where nobody looks.
    modifier onlyEscrow() {
        _requireEscrow();
        _;
    }

    function _requireEscrow() private view {
        require(address(this) != SELF, ExtensionCalledDirectly());
    }
}
