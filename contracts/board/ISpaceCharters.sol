// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice An epoch of a charter, as `ICharters` gives it.
struct CharterEpoch {
    address members;
    /// @dev Counted from 1. Zero: there is no such charter.
    uint32 number;
    uint16 quorum;
    uint16 memberCount;
    bool isConflicting;
    bool isMembersOnly;
}

/// @title What the blackboard asks about charters
/// @notice The part of `ICharters` that it needs; views only.
interface ISpaceCharters {
    /// @notice Whether an account is a member now. False for unknown charters.
    function isMember(bytes32 charterId, address account) external view returns (bool);

    /// @notice The current epoch.
    function current(bytes32 charterId) external view returns (CharterEpoch memory);

    /// @notice The contract by which members agree.
    function agreements() external view returns (ISpaceAgreements);
}

/// @notice The part of `IAgreements` that the blackboard needs.
interface ISpaceAgreements {
    /// @notice The account that does what the members of a charter agreed on.
    function accountOf(bytes32 party) external view returns (address);
}
