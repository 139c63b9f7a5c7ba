// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Where panels come from
/// @notice Anyone makes one. Terms may name a panel before it is made: its address is known, and no other code can ever be there.
interface IQuorumPanels {
    /// @notice The panel of these judges stands at `panel`.
    event PanelCreated(address indexed panel, address[] judges, uint8 quorum);

    /// @notice More judges than a panel may have, or none.
    error JudgesWrong(uint256 count, uint256 limit);
    /// @notice A quorum of none, or of more than there are.
    error PanelQuorumInvalid(uint8 quorum, uint256 judges);
    /// @notice Nobody, or not in ascending order, each once.
    error JudgeInvalid(address judge);

    /// @notice Makes a panel, unless it stands already.
    /// @param judges In strictly ascending order.
    function create(address[] calldata judges, uint8 quorum) external returns (address panel);

    /// @notice Where the panel of these judges is, or will be.
    function panelOf(address[] calldata judges, uint8 quorum) external view returns (address);
}
