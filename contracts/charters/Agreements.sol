// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGateway} from "../gateway/IGateway.sol";
import {Coordination} from "./Coordination.sol";
import {AgentIntent, CoordinationPayload, Status} from "./IAgentCoordination.sol";
import {Acceptances, IAgreements, Plan} from "./IAgreements.sol";
import {ICharters} from "./ICharters.sol";
import {Consent, Intents} from "./Intents.sol";
import {Legs} from "./Legs.sol";

/// @title Agreements: many sign, one brings it, all of it happens or nothing
/// @notice See `IAgreements`. The path of ERC-8001 is in `Coordination`, other chains are in `Legs`.
contract Agreements is Coordination, Legs {
    using Intents for Acceptances;
    using Intents for AgentIntent;

    constructor(address authority, IGateway gateway, ICharters charters) Legs(authority, gateway, charters) {}

    /// @inheritdoc IAgreements
    function agree(
        AgentIntent calldata intent,
        CoordinationPayload calldata payload,
        Acceptances calldata acceptances
    ) external returns (bytes memory result) {
        (bytes32 intentHash, bytes32 participantsHash) = intent.hashes();
        Status status = _records[intentHash].status;
        require(status == Status.None || status == Status.Proposed, IntentKnown(intentHash, status));
        intent.check(payload, intentHash);
        require(block.timestamp < acceptances.expiry, AcceptancesExpired(acceptances.expiry, block.timestamp));
        Consent memory consent = Consent(_domainSeparatorV4(), intentHash, 0, acceptances.expiry, payload.conditionsHash);
        uint256 accepted = acceptances.count(consent, intent.participants);

        _end(intentHash, intent, Status.Executed);
        return _execute(intentHash, participantsHash, intent.participants.length, accepted, payload);
    }

    /// @inheritdoc IAgreements
    function partyOf(address[] calldata participants, uint16 threshold) external view returns (bytes32) {
        return _partyOf(keccak256(abi.encodePacked(participants)), threshold);
    }

    /// @dev Plans are carried out by the quorum of their party. What another type of intent means is for others to read: all must agree to it.
    function _carryOut(
        bytes32 intentHash,
        bytes32 participantsHash,
        uint256 participants,
        uint256 accepted,
        CoordinationPayload calldata payload
    ) internal override returns (bytes memory result) {
        if (payload.coordinationType != Intents.PLAN) {
            require(accepted == participants, QuorumMissed(participants, accepted));
            return payload.coordinationData;
        }
        Plan memory plan = abi.decode(payload.coordinationData, (Plan));
        bytes32 party = plan.charter;
        uint256 quorum;
        if (party == 0) {
            require(plan.epoch == 0, PlanInvalid(intentHash, "epoch"));
            require(plan.legs.length == 0, PlanInvalid(intentHash, "legs"));
            require(plan.threshold != 0 && plan.threshold <= participants, PlanInvalid(intentHash, "threshold"));
            (party, quorum) = (_partyOf(participantsHash, plan.threshold), plan.threshold);
        } else {
            require(plan.threshold == 0, PlanInvalid(intentHash, "threshold"));
            quorum = _quorumOf(plan.charter, plan.epoch, participantsHash);
        }
        require(accepted >= quorum, QuorumMissed(quorum, accepted));

        emit AgreementExecuted(intentHash, party, plan.epoch, accepted);
        result = abi.encode(_speak(party, plan.calls));
        _sendLegs(intentHash, plan.charter, plan.legs);
    }

    /// @dev Only members of the charter in its current epoch, at its home, bind it.
    function _quorumOf(bytes32 charter, uint32 epoch, bytes32 participantsHash) private view returns (uint16) {
        (uint256 homeChainId, uint32 current, uint16 quorum, bytes32 membersHash) = CHARTERS.bindingOf(charter);
        require(homeChainId == block.chainid, ICharters.CharterNotHome(charter, homeChainId));
        require(epoch == current, ICharters.CharterEpochStale(charter, current, epoch));
        require(participantsHash == membersHash, ParticipantsNotMembers(charter, epoch));
        return quorum;
    }

    function _partyOf(bytes32 participantsHash, uint16 threshold) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), participantsHash, threshold));
    }
}
