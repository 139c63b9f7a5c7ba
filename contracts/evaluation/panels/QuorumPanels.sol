// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {ITaskEscrow} from "../../tasks/ITaskEscrow.sol";
import {IQuorumPanels} from "./IQuorumPanels.sol";
import {QuorumVerdict} from "./QuorumVerdict.sol";

/// @title Makes panels of judges
/// @notice See `IQuorumPanels`.
contract QuorumPanels is IQuorumPanels {
    /// @notice The most judges of a panel.
    uint256 public constant MAX_JUDGES = 48;

    /// @dev What each panel is a clone of. It has no judges itself.
    address private immutable PANEL;

    constructor(ITaskEscrow escrow) {
        PANEL = address(new QuorumVerdict(escrow));
    }

    /// @inheritdoc IQuorumPanels
    function create(address[] calldata judges, uint8 quorum) external returns (address panel) {
        panel = panelOf(judges, quorum);
        if (panel.code.length != 0) return panel;

        emit PanelCreated(panel, judges, quorum);
        Clones.cloneDeterministicWithImmutableArgs(PANEL, abi.encode(judges, quorum), 0);
    }

    /// @inheritdoc IQuorumPanels
    function panelOf(address[] calldata judges, uint8 quorum) public view returns (address) {
        require(judges.length != 0 && judges.length <= MAX_JUDGES, JudgesWrong(judges.length, MAX_JUDGES));
        require(quorum != 0 && quorum <= judges.length, PanelQuorumInvalid(quorum, judges.length));
        address previous;
        for (uint256 i; i < judges.length; ++i) {
            require(judges[i] > previous, JudgeInvalid(judges[i]));
            previous = judges[i];
        }
        return Clones.predictDeterministicAddressWithImmutableArgs(PANEL, abi.encode(judges, quorum), 0);
    }
}
