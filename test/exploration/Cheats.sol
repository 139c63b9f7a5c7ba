// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The cheat codes that the exploration needs.
interface Cheats {
    function chainId(uint256 newChainId) external;
    function envUint(string calldata name) external view returns (uint256 value);
    function prank(address msgSender) external;
    function readFileBinary(string calldata path) external view returns (bytes memory data);
    function warp(uint256 newTimestamp) external;
    function writeFileBinary(string calldata path, bytes calldata data) external;
}

/// @dev Where the cheat codes answer.
Cheats constant cheats = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
