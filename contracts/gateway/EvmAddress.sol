// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title ERC-7930 addresses of EVM accounts, in their one canonical form
/// @notice An account has exactly one accepted encoding, so comparing parsed parts is the same as comparing bytes.
library EvmAddress {
    using Bytes for bytes;

    /// @dev Version 1, chain type EVM.
    bytes4 private constant VERSION_AND_TYPE = 0x00010000;
    bytes1 private constant ADDRESS_LENGTH = 0x14;
    /// @dev Bytes of all but the chain id.
    uint256 private constant REST = 26;

    /// @notice Reads `0001 0000 <length> <chain id> 14 <account>`. False for every other form: another version or chain type, no chain
    /// id, a chain id with leading zeros, an address that is not 20 bytes or is zero, bytes left over.
    function tryParse(bytes calldata encoded) internal pure returns (bool valid, uint256 chainId, address account) {
        if (encoded.length <= REST || encoded.length > REST + 32) return (false, 0, address(0));
        uint256 length = encoded.length - REST;
        valid =
            bytes4(encoded) == VERSION_AND_TYPE &&
            uint8(encoded[4]) == length &&
            encoded[5] != 0 &&
            encoded[5 + length] == ADDRESS_LENGTH;
        if (valid) {
            chainId = uint256(bytes32(encoded[5:])) >> (256 - 8 * length);
            account = address(bytes20(encoded[6 + length:]));
            valid = account != address(0);
        }
    }

    /// @notice The canonical encoding of an account on a chain.
    /// @dev As `InteroperableAddress.formatEvmV1`. Up to 48 bits of chain id it fits in one word, which costs a third.
    function format(uint256 chainId, address account) internal pure returns (bytes memory) {
        if (chainId > type(uint48).max) return InteroperableAddress.formatEvmV1(chainId, account);
        uint256 length = Math.log256(chainId) + 1;
        uint256 low = 8 * (6 - length);
        uint256 word =
            uint256(bytes32(VERSION_AND_TYPE)) |
                (length << 216) |
                (chainId << (168 + low)) |
                (uint256(uint8(ADDRESS_LENGTH)) << (160 + low)) |
                (uint256(uint160(account)) << low);
        return abi.encodePacked(word).splice(0, REST + length);
    }

    /// @notice All of the canonical encoding but the account itself, so that many accounts of one chain cost little.
    function prefix(uint256 chainId) internal pure returns (bytes memory encoded) {
        encoded = InteroperableAddress.formatEvmV1(chainId);
        encoded[encoded.length - 1] = ADDRESS_LENGTH;
    }
}
