// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {vm} from "./Vm.sol";

/// @notice Creates one of our contracts from the build. `new` would copy its code into each test that is above it, and the compiler
/// optimises every copy again: most of the time that compiling the tests takes.
/// @param name The contract's, which is that of its file.
/// @param arguments Of its constructor, encoded.
function create(string memory name, bytes memory arguments) returns (address created) {
    bytes memory code = bytes.concat(vm.getCode(string.concat(name, ".sol:", name)), arguments);
    assembly ("memory-safe") {
        created := create(0, add(code, 0x20), mload(code))
    }
    require(created != address(0), string.concat(name, " was not created"));
}
