// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What decides disputes of others (ERC-792)
/// @notice Its word is final once it called `rule` of the arbitrable contract.
interface IArbitrator {
    /// @notice Where a dispute stands.
    enum DisputeStatus {
        /// No ruling yet.
        Waiting,
        /// There is a ruling, which may be appealed.
        Appealable,
        /// The ruling was given, and is final.
        Solved
    }

    /// @notice A dispute was created.
    event DisputeCreation(uint256 indexed _disputeID, address indexed _arbitrable);
    /// @notice The current ruling may be appealed.
    event AppealPossible(uint256 indexed _disputeID, address indexed _arbitrable);
    /// @notice The current ruling was appealed.
    event AppealDecision(uint256 indexed _disputeID, address indexed _arbitrable);

    /// @notice Creates a dispute of the caller, with `arbitrationCost(_extraData)` as value.
    /// @param _choices How many rulings there are besides 0.
    /// @param _extraData What the arbitrator asks for, such as a court and a number of jurors.
    function createDispute(uint256 _choices, bytes calldata _extraData) external payable returns (uint256 disputeID);

    /// @notice What a dispute costs, in the native coin.
    function arbitrationCost(bytes calldata _extraData) external view returns (uint256 cost);

    /// @notice Appeals the current ruling, with `appealCost(_disputeID, _extraData)` as value.
    function appeal(uint256 _disputeID, bytes calldata _extraData) external payable;

    /// @notice What an appeal costs, in the native coin.
    function appealCost(uint256 _disputeID, bytes calldata _extraData) external view returns (uint256 cost);

    /// @notice When the current ruling may be appealed. Zeros: not at all.
    function appealPeriod(uint256 _disputeID) external view returns (uint256 start, uint256 end);

    /// @notice Where a dispute stands.
    function disputeStatus(uint256 _disputeID) external view returns (DisputeStatus status);

    /// @notice The ruling that stands if nobody appeals.
    function currentRuling(uint256 _disputeID) external view returns (uint256 ruling);
}
