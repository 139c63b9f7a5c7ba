// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {AgentIntent, CoordinationPayload, IAgentCoordination} from "./IAgentCoordination.sol";
import {Acceptances, IAgreements, KeySignature} from "./IAgreements.sol";

/// @notice What each participant's signature is about, but for the participant.
struct Consent {
    bytes32 domainSeparator;
    bytes32 intentHash;
    uint64 nonce;
    uint64 expiry;
    bytes32 conditionsHash;
}

/// @title What is signed under ERC-8001, and by whom
library Intents {
    /// @notice The type of intents whose data is a `Plan`.
    bytes32 internal constant PLAN = keccak256("HANSE_PLAN_V1");

    bytes32 private constant INTENT = keccak256(
        "AgentIntent(bytes32 payloadHash,uint64 expiry,uint64 nonce,address agentId,bytes32 coordinationType,uint256 coordinationValue,address[] participants)"
    );
    bytes32 private constant ACCEPTANCE = keccak256(
        "AcceptanceAttestation(bytes32 intentHash,address participant,uint64 nonce,uint64 expiry,bytes32 conditionsHash)"
    );

    /// @dev Half the order of secp256k1: of the two forms of a signature, the one with the greater s is none.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice The struct hash of an intent: its id.
    function hash(AgentIntent calldata intent) internal pure returns (bytes32 intentHash) {
        (intentHash, ) = hashes(intent);
    }

    /// @notice The struct hash of an intent, and the hash of its participants.
    function hashes(AgentIntent calldata intent) internal pure returns (bytes32 intentHash, bytes32 participantsHash) {
        participantsHash = hashOf(intent.participants);
        intentHash = keccak256(
            abi.encode(
                INTENT,
                intent.payloadHash,
                intent.expiry,
                intent.nonce,
                intent.agentId,
                intent.coordinationType,
                intent.coordinationValue,
                participantsHash
            )
        );
    }

    /// @notice The hash of participants, whose addresses `check` reads and so finds to be clean.
    /// @dev In Solidity: `keccak256(abi.encodePacked(participants))`, which copies them one by one.
    function hashOf(address[] calldata participants) internal pure returns (bytes32) {
        bytes calldata words;
        assembly ("memory-safe") {
            words.offset := participants.offset
            words.length := shl(5, participants.length)
        }
        return keccak256(words);
    }

    /// @notice The hash of a payload, of its fields in order.
    function hash(CoordinationPayload calldata payload) internal pure returns (bytes32) {
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

    /// @notice The struct hash of a participant's acceptance.
    function acceptanceHash(Consent memory consent, address participant) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPTANCE, consent.intentHash, participant, consent.nonce, consent.expiry, consent.conditionsHash));
    }

    /// @notice Reverts unless the intent is in canonical form, lives, and is about this payload.
    /// @dev Words that ascend to an address are all addresses, so that is looked at once. In Solidity: `word = uint256(uint160(participants[i]))`, which
    /// looks at each.
    function check(AgentIntent calldata intent, CoordinationPayload calldata payload, bytes32 intentHash) internal view {
        require(block.timestamp < intent.expiry, IAgentCoordination.ERC8001_ExpiredIntent());
        address[] calldata participants = intent.participants;
        uint256 agent = uint160(intent.agentId);
        uint256 previous;
        bool isAmong;
        for (uint256 i; i < participants.length; ++i) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(add(participants.offset, shl(5, i)))
            }
            require(word > previous, IAgentCoordination.ERC8001_ParticipantsNotCanonical());
            if (word == agent) isAmong = true;
            previous = word;
        }
        require(previous <= type(uint160).max, IAgentCoordination.ERC8001_ParticipantsNotCanonical());
        require(isAmong, IAgentCoordination.ERC8001_NotParticipant());
        require(payload.coordinationType == intent.coordinationType, IAgreements.IntentInvalid(intentHash, "coordinationType"));
        require(hash(payload) == intent.payloadHash, IAgentCoordination.ERC8001_PayloadHashMismatch());
    }

    /// @notice How many participants' signatures there are. Reverts unless each is good, and each participant's only one.
    function count(
        Acceptances calldata acceptances,
        Consent memory consent,
        address[] calldata participants
    ) internal view returns (uint256 accepted) {
        accepted = _countKeys(acceptances, consent, participants);
        require(accepted == acceptances.keys.length, IAgreements.AcceptanceOutOfOrder(accepted));
        uint256 next;
        for (uint256 i; i < acceptances.wallets.length; ++i) {
            uint256 index = acceptances.wallets[i].index;
            require(
                index >= next && index < participants.length && !_isSet(acceptances.signers, index),
                IAgreements.AcceptanceOutOfOrder(index)
            );
            next = index + 1;
            bytes32 digest = _digest(consent, participants[index]);
            require(
                SignatureChecker.isValidERC1271SignatureNow(participants[index], digest, acceptances.wallets[i].signature),
                IAgreements.AcceptanceNotSigned(participants[index], digest)
            );
            ++accepted;
        }
    }

    /// @notice Whether an account signed: its key is tried first, in 64 bytes (ERC-2098) or 65, so that it also counts for accounts with delegated
    /// code (EIP-7702); otherwise the account's contract is asked (ERC-1271).
    function isSigned(address account, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        address signer;
        // Zero for a signature that is malformed or has a high s, and zero is no account.
        if (signature.length == 64) (signer, , ) = ECDSA.tryRecover(digest, bytes32(signature), bytes32(signature[32:]));
        else (signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        return (signer == account && account != address(0)) || SignatureChecker.isValidERC1271SignatureNow(account, digest, signature);
    }

    /// @dev In Solidity: `(participant, key) = (participants[index], keys[accepted])`, which compares both lengths again, and the address with its bits,
    /// as `check` did for all of them.
    function _countKeys(
        Acceptances calldata acceptances,
        Consent memory consent,
        address[] calldata participants
    ) private pure returns (uint256 accepted) {
        uint256[] calldata signers = acceptances.signers;
        KeySignature[] calldata keys = acceptances.keys;
        (bytes memory acceptance, bytes memory typed) = _layoutOf(consent);
        // Neither a place among participants nor a number of signatures comes near 2^256.
        unchecked {
            for (uint256 w; w < signers.length; ++w) {
                uint256 word = signers[w];
                uint256 index = 256 * w;
                uint256 left = participants.length > index ? participants.length - index : 0;
                require(word >> left == 0, IAgreements.AcceptanceOutOfOrder(index + left));
                for (; word != 0; ++index) {
                    if (word & 1 != 0) {
                        require(accepted < keys.length, IAgreements.AcceptanceOutOfOrder(index));
                        address participant;
                        KeySignature calldata key;
                        assembly ("memory-safe") {
                            participant := calldataload(add(participants.offset, shl(5, index)))
                            key := add(keys.offset, shl(6, accepted))
                        }
                        bytes32 digest = _digestIn(acceptance, typed, participant);
                        require(_signerOf(digest, key) == participant, IAgreements.AcceptanceNotSigned(participant, digest));
                        ++accepted;
                    }
                    word >>= 1;
                }
            }
        }
    }

    /// @dev What is hashed for a participant, with a zero in its place: see `_digestIn`.
    function _layoutOf(Consent memory consent) private pure returns (bytes memory acceptance, bytes memory typed) {
        acceptance = abi.encode(ACCEPTANCE, consent.intentHash, address(0), consent.nonce, consent.expiry, consent.conditionsHash);
        typed = abi.encodePacked(hex"1901", consent.domainSeparator, bytes32(0));
    }

    /// @dev In Solidity: `digest = _digest(consent, participant)`, which lays out nine words for each participant, of which one differs.
    function _digestIn(bytes memory acceptance, bytes memory typed, address participant) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(add(acceptance, 0x60), participant)
            mstore(add(typed, 0x42), keccak256(add(acceptance, 0x20), 0xc0))
            digest := keccak256(add(typed, 0x20), 0x42)
        }
    }

    /// @dev Zero for a signature that is malformed or has a high s, and zero is no participant. As `ECDSA.tryRecover`, which also says what was wrong.
    function _signerOf(bytes32 digest, KeySignature calldata key) private pure returns (address) {
        bytes32 vs = key.vs;
        uint256 s = uint256(vs) & uint256(type(int256).max);
        if (s > HALF_ORDER) return address(0);
        // 27 or 28.
        unchecked {
            return ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), key.r, bytes32(s));
        }
    }

    function _digest(Consent memory consent, address participant) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(consent.domainSeparator, acceptanceHash(consent, participant));
    }

    function _isSet(uint256[] calldata signers, uint256 index) private pure returns (bool) {
        return index / 256 < signers.length && (signers[index / 256] >> (index % 256)) & 1 == 1;
    }
}
