// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbitrator} from "./IArbitrator.sol";

/// @title What obeys an arbitrator (ERC-792)
interface IArbitrable {
    /// @notice The arbitrator gave its final ruling.
    event Ruling(IArbitrator indexed _arbitrator, uint256 indexed _disputeID, uint256 _ruling);

    /// @notice Gives a ruling. Only the arbitrator of the dispute.
    /// @param _ruling 1 up to the number of choices; 0 is a refusal to decide.
    function rule(uint256 _disputeID, uint256 _ruling) external;
}
