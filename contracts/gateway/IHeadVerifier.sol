// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Lane} from "./Lane.sol";

/// @title Something that vouches for the head of a lane
/// @notice The only pluggable trust of the gateway: watcher signatures, another bridge, a storage proof.
interface IHeadVerifier {
    /// @notice Whether the lane's head after `nonce` messages is `head`.
    /// @dev Must be true only for heads that the origin's finality made permanent. The proof may bring the leaves that lead from
    /// `(nonce, head)` to the head that this module knows, so that modules standing at different nonces can agree.
    /// @param lane The lane, with its origin gateway: another gateway is another lane.
    /// @param nonce How many messages the head holds.
    /// @param head The folded head.
    /// @param proof In the module's own format.
    function verify(Lane calldata lane, uint64 nonce, bytes32 head, bytes calldata proof) external view returns (bool);
}
