// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ConflictRule, Document, TokenForm} from "../../../contracts/charters/Document.sol";
import {AcceptanceAttestation, AgentIntent, CoordinationPayload} from "../../../contracts/charters/IAgentCoordination.sol";
import {Acceptances, Call, IAgreements, KeySignature, Leg, Plan, WalletSignature} from "../../../contracts/charters/IAgreements.sol";
import {Charters} from "../../../contracts/charters/Charters.sol";
import {ICharters} from "../../../contracts/charters/ICharters.sol";
import {vm} from "../../support/Vm.sol";

/// @notice People with keys who agree on things. Hashes are computed here once more, from the text of ERC-8001.
abstract contract CharterParties {
    bytes32 internal constant PLAN = keccak256("HANSE_PLAN_V1");
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant INTENT = keccak256(
        "AgentIntent(bytes32 payloadHash,uint64 expiry,uint64 nonce,address agentId,bytes32 coordinationType,uint256 coordinationValue,address[] participants)"
    );
    bytes32 private constant ACCEPTANCE = keccak256(
        "AcceptanceAttestation(bytes32 intentHash,address participant,uint64 nonce,uint64 expiry,bytes32 conditionsHash)"
    );

    mapping(address account => uint256 key) internal keyOf;
    uint64 private _nonce;

    // People

    /// @notice Accounts with keys, ascending.
    function people(string memory name, uint256 count) internal returns (address[] memory sorted) {
        sorted = new address[](count);
        for (uint256 i; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode(name, i)));
            keyOf[vm.addr(key)] = key;
            sorted[i] = vm.addr(key);
        }
        sort(sorted);
    }

    function sort(address[] memory list) internal pure {
        for (uint256 i = 1; i < list.length; ++i) {
            for (uint256 j = i; j > 0 && list[j - 1] > list[j]; --j) (list[j - 1], list[j]) = (list[j], list[j - 1]);
        }
    }

    function without(address[] memory list, uint256 index) internal pure returns (address[] memory rest) {
        rest = new address[](list.length - 1);
        for (uint256 i; i < rest.length; ++i) rest[i] = list[i < index ? i : i + 1];
    }

    // Documents

    function documentOf(address[] memory members, uint16 quorum) internal pure returns (Document memory document) {
        document.name = "Hansards";
        document.members = members;
        document.quorum = quorum;
        document.tokens = new TokenForm[][](0);
        document.policies.conflict = ConflictRule.First;
    }

    // Plans and intents

    function callOf(address target, bytes memory data) internal pure returns (Call[] memory calls) {
        calls = new Call[](1);
        calls[0] = Call(target, 0, data);
    }

    function planOf(bytes32 charter, uint32 epoch, uint16 threshold, Call[] memory calls) internal pure returns (Plan memory) {
        return Plan(charter, epoch, threshold, calls, new Leg[](0));
    }

    function intentOf(
        address[] memory participants,
        bytes memory data
    ) internal returns (AgentIntent memory intent, CoordinationPayload memory payload) {
        return intentOf(participants, PLAN, data);
    }

    function intentOf(
        address[] memory participants,
        bytes32 coordinationType,
        bytes memory data
    ) internal returns (AgentIntent memory intent, CoordinationPayload memory payload) {
        payload = CoordinationPayload(keccak256("v1"), coordinationType, data, keccak256("conditions"), block.timestamp, "note");
        intent = AgentIntent({
            payloadHash: payloadHashOf(payload),
            expiry: uint64(block.timestamp + 1 days),
            nonce: ++_nonce,
            agentId: participants[0],
            coordinationType: coordinationType,
            coordinationValue: 7,
            participants: participants
        });
    }

    function payloadHashOf(CoordinationPayload memory payload) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    payload.version,
                    payload.coordinationType,
                    payload.coordinationData,
                    payload.conditionsHash,
                    payload.timestamp,
                    payload.metadata
                )
            );
    }

    function intentHashOf(AgentIntent memory intent) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    INTENT,
                    intent.payloadHash,
                    intent.expiry,
                    intent.nonce,
                    intent.agentId,
                    intent.coordinationType,
                    intent.coordinationValue,
                    keccak256(abi.encodePacked(intent.participants))
                )
            );
    }

    // Signatures

    function domainOf(uint256 chainId, address verifier) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, keccak256("ERC-8001"), keccak256("1"), chainId, verifier));
    }

    function digestOf(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }

    function acceptanceHashOf(
        bytes32 intentHash,
        address participant,
        uint64 nonce,
        uint64 expiry,
        bytes32 conditionsHash
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPTANCE, intentHash, participant, nonce, expiry, conditionsHash));
    }

    function keySignature(uint256 key, bytes32 digest) internal pure returns (KeySignature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return KeySignature(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    /// @notice The acceptance of one participant for the path of ERC-8001.
    function attest(
        IAgreements agreements,
        bytes32 intentHash,
        address participant,
        uint64 expiry
    ) internal view returns (AcceptanceAttestation memory) {
        bytes32 structHash = acceptanceHashOf(intentHash, participant, 3, expiry, keccak256("own"));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[participant], digestOf(domainOf(block.chainid, address(agreements)), structHash));
        return AcceptanceAttestation(intentHash, participant, 3, expiry, keccak256("own"), abi.encodePacked(r, s, v));
    }

    function sign(IAgreements agreements, AgentIntent memory intent) internal view returns (bytes memory) {
        bytes32 digest = digestOf(domainOf(block.chainid, address(agreements)), intentHashOf(intent));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf[intent.agentId], digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice Acceptances of the participants from `first` on.
    function acceptancesOf(
        IAgreements agreements,
        AgentIntent memory intent,
        CoordinationPayload memory payload,
        uint256 first,
        uint256 count
    ) internal view returns (Acceptances memory) {
        return acceptancesUnder(domainOf(block.chainid, address(agreements)), intent, payload, first, count);
    }

    function acceptancesUnder(
        bytes32 domain,
        AgentIntent memory intent,
        CoordinationPayload memory payload,
        uint256 first,
        uint256 count
    ) internal view returns (Acceptances memory acceptances) {
        uint64 expiry = uint64(block.timestamp + 1 hours);
        acceptances.expiry = expiry;
        acceptances.signers = new uint256[]((intent.participants.length + 255) / 256);
        acceptances.keys = new KeySignature[](count);
        acceptances.wallets = new WalletSignature[](0);
        bytes32 intentHash = intentHashOf(intent);
        for (uint256 i; i < count; ++i) {
            address participant = intent.participants[first + i];
            acceptances.signers[(first + i) / 256] |= 1 << ((first + i) % 256);
            bytes32 structHash = acceptanceHashOf(intentHash, participant, 0, expiry, payload.conditionsHash);
            acceptances.keys[i] = keySignature(keyOf[participant], digestOf(domain, structHash));
        }
    }

    // Agreements

    /// @notice The first `count` participants agree on a plan.
    function agree(IAgreements agreements, address[] memory participants, Plan memory plan, uint256 count) internal returns (bytes32) {
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(participants, abi.encode(plan));
        Acceptances memory acceptances = acceptancesOf(agreements, intent, payload, 0, count);
        agreements.agree(intent, payload, acceptances);
        return intentHashOf(intent);
    }

    /// @notice A group adopts a charter with just as many signatures as its quorum.
    function adopt(Charters charters, Document memory document, bytes32 salt) internal returns (bytes32 charterId) {
        charterId = charters.charterIdOf(document, salt);
        Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.adopt, (document, salt)));
        agree(IAgreements(charters.agreements()), document.members, planOf(0, 0, document.quorum, calls), document.quorum);
    }

    /// @notice The members of the current epoch amend their charter.
    function amend(Charters charters, bytes32 charterId, address[] memory members, Document memory document) internal {
        uint32 epoch = charters.current(charterId).number;
        uint16 quorum = charters.current(charterId).quorum;
        Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.amend, (charterId, epoch + 1, document)));
        agree(IAgreements(charters.agreements()), members, planOf(charterId, epoch, 0, calls), quorum);
    }
}
