// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {EvmAddress} from "../../../contracts/gateway/EvmAddress.sol";
import {vm} from "../../support/Vm.sol";

contract EvmAddressTest {
    function parse(bytes calldata encoded) external pure returns (bool valid, uint256 chainId, address account) {
        return EvmAddress.tryParse(encoded);
    }

    function testFuzz_formats_as_OpenZeppelin_does(uint256 chainId, uint8 shift, address account) public pure {
        chainId >>= shift;
        vm.assertEq(EvmAddress.format(chainId, account), InteroperableAddress.formatEvmV1(chainId, account));
        vm.assertEq(bytes.concat(EvmAddress.prefix(chainId), bytes20(account)), InteroperableAddress.formatEvmV1(chainId, account));
    }

    function test_formats_at_the_edges_of_every_length() public pure {
        for (uint256 bits; bits <= 256; bits += 8) {
            uint256 top = bits == 256 ? type(uint256).max : (1 << bits) - 1;
            testFuzz_formats_as_OpenZeppelin_does(top, 0, address(type(uint160).max));
            if (bits < 256) testFuzz_formats_as_OpenZeppelin_does(1 << bits, 0, address(1));
        }
    }

    function testFuzz_parses_what_it_formats(uint256 chainId, uint8 shift, address account) public view {
        chainId >>= shift;
        (bool valid, uint256 parsedChainId, address parsedAccount) = this.parse(InteroperableAddress.formatEvmV1(chainId, account));
        vm.assertEq(valid, chainId != 0 && account != address(0));
        if (!valid) return;
        vm.assertEq(parsedChainId, chainId);
        vm.assertEq(parsedAccount, account);
    }

    /// @notice What parses has no other encoding: formatting it gives the same bytes.
    function testFuzz_accepts_one_encoding_only(uint256 chainId, uint8 shift, address account, uint256 place, bytes1 flip) public view {
        chainId >>= shift;
        bytes memory encoded = InteroperableAddress.formatEvmV1(chainId, account);
        encoded[place % encoded.length] ^= flip;
        expectCanonical(encoded);
    }

    function testFuzz_refuses_noise(bytes memory encoded, bytes4 head, uint8 length) public view {
        expectCanonical(encoded);
        expectCanonical(bytes.concat(hex"00010000", encoded));
        expectCanonical(bytes.concat(head, bytes1(length), encoded));
    }

    function testFuzz_refuses_every_other_length(
        uint256 chainId,
        uint8 shift,
        address account,
        uint256 end,
        bytes memory more
    ) public view {
        bytes memory encoded = InteroperableAddress.formatEvmV1(chainId >> shift, account);
        expectCanonical(bytes.concat(encoded, more));
        bytes memory shorter = new bytes(end % encoded.length);
        for (uint256 i; i < shorter.length; ++i) {
            shorter[i] = encoded[i];
        }
        (bool valid, , ) = this.parse(shorter);
        vm.assertFalse(valid);
    }

    function expectCanonical(bytes memory encoded) internal view {
        (bool valid, uint256 chainId, address account) = this.parse(encoded);
        if (!valid) return;
        vm.assertTrue(chainId != 0 && account != address(0));
        vm.assertEq(encoded, InteroperableAddress.formatEvmV1(chainId, account));
    }
}
