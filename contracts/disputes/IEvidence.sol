// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbitrator} from "./IArbitrator.sol";

/// @title How an arbitrator learns what it decides about (ERC-1497)
interface IEvidence {
    /// @notice What the question is. `_evidence` is the URI of a JSON document.
    event MetaEvidence(uint256 indexed _metaEvidenceID, string _evidence);
    /// @notice A party brought evidence. `_evidence` is the URI of a JSON document.
    event Evidence(IArbitrator indexed _arbitrator, uint256 indexed _evidenceGroupID, address indexed _party, string _evidence);
    /// @notice A dispute is about this question, and this evidence belongs to it.
    event Dispute(IArbitrator indexed _arbitrator, uint256 indexed _disputeID, uint256 _metaEvidenceID, uint256 _evidenceGroupID);
}
