// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Whether the attacks meet a twin, where they must succeed. `npm run twins` writes `true` here, in its own copy.
bool constant IS_TWIN = false;
