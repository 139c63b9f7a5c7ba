// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @notice A token that moves by signed authorizations, as its owners' wallets know them.
contract AuthorizedToken is ERC3009 {
    constructor() ERC20("Authorized", "AUTH") EIP712("Authorized", "1") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}
