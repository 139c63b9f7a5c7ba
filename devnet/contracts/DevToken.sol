// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title The coin of local worlds
/// @notice Anyone mints as much as they like. Never deployed outside a devnet.
contract DevToken is ERC20("Hanse Devnet Mark", "MARK") {
    /// @notice Creates `amount` base units (18 decimals) for `account`.
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}
