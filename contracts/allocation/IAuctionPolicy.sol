// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A policy that compares bids
/// @notice Asked by the escrow with little gas and without the power to change anything. It only chooses: the escrow itself checks that the
/// bidder signed. Terms with an auction policy have a challenge window.
interface IAuctionPolicy {
    /// @notice Whether a bid may take the lead.
    /// @param params The terms' `allocationParams`.
    /// @param standing The share of the leading bid in basis points; 0: there is none.
    /// @param share The share that the new bid asks for, 1 to 10,000.
    function isBetter(bytes32 params, uint16 standing, uint16 share) external view returns (bool);
}
