// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {Call} from "./IAgreements.sol";

/// @title The account of a charter, or of participants without one
/// @notice Makes the calls that its party agreed on. It has no role anywhere and holds only what was given to that party. Clones of this stand at
/// addresses that follow from the party alone.
contract CharterAccount is ERC721Holder, ERC1155Holder {
    /// @notice Only the agreements that created it move an account.
    error AccountWrongCaller(address expected, address caller);

    address private immutable AGREEMENTS = msg.sender;

    /// @dev An account may be paid before it exists, and after.
    receive() external payable {}

    /// @notice Makes calls in order. What fails reverts all, with its own reason. A call with data needs a contract.
    function execute(Call[] calldata calls) external returns (bytes[] memory results) {
        require(msg.sender == AGREEMENTS, AccountWrongCaller(AGREEMENTS, msg.sender));
        results = new bytes[](calls.length);
        for (uint256 i; i < calls.length; ++i) {
            Call calldata call = calls[i];
            if (call.data.length == 0) Address.sendValue(payable(call.target), call.value);
            else results[i] = Address.functionCallWithValue(call.target, call.data, call.value);
        }
    }
}
