// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title ERC-7930 addresses of EVM accounts, in their one canonical form
/// @notice An account has exactly one accepted encoding, so comparing parsed parts is the same as comparing bytes.
library EvmAddress {
    /// @dev Version, chain type and both lengths.
    uint256 private constant OVERHEAD = 6;

    /// @notice Reads `0001 0000 <length> <chain id> 14 <account>`. False for every other form: another version or chain type, no chain
    /// id, a chain id with leading zeros, an address that is not 20 bytes or is zero, bytes left over.
    function tryParse(bytes calldata encoded) internal pure returns (bool valid, uint256 chainId, address account) {
        (bool parsed, bytes2 chainType, bytes calldata chainReference, bytes calldata addr) = InteroperableAddress.tryParseV1Calldata(
            encoded
        );
        valid =
            parsed &&
            chainType == 0 &&
            chainReference.length > 0 &&
            chainReference.length <= 32 &&
            chainReference[0] != 0 &&
            addr.length == 20 &&
            encoded.length == OVERHEAD + chainReference.length + addr.length;
        if (valid) {
            chainId = uint256(bytes32(chainReference)) >> (256 - 8 * chainReference.length);
            account = address(bytes20(addr));
            valid = account != address(0);
        }
    }

    /// @notice The canonical encoding of an account on a chain.
    function format(uint256 chainId, address account) internal pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(chainId, account);
    }

    /// @notice All of the canonical encoding but the account itself, so that many accounts of one chain cost little.
    function prefix(uint256 chainId) internal pure returns (bytes memory encoded) {
        encoded = InteroperableAddress.formatEvmV1(chainId);
        encoded[encoded.length - 1] = bytes1(uint8(20));
    }
}
