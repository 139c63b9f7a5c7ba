// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Lane} from "../gateway/Lane.sol";

/// @title What watchers sign
/// @notice EIP-712 digests under a domain of name and version alone, so that one signature counts on every chain.
library Attestation {
    bytes32 private constant HEAD = keccak256(
        "Head(bytes32 setId,uint256 originChainId,address originGateway,uint256 destinationChainId,uint64 nonce,bytes32 head)"
    );
    bytes32 private constant ROTATION = keccak256("Rotation(bytes32 setId,bytes32 nextSetId)");
    bytes32 private constant DOMAIN = keccak256(
        abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Hanse WatcherSet"), keccak256("1"))
    );

    /// @notice That a lane's head after `nonce` messages is `head`.
    function headDigest(bytes32 setId, Lane memory lane, uint64 nonce, bytes32 head) internal pure returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                DOMAIN,
                keccak256(abi.encode(HEAD, setId, lane.originChainId, lane.originGateway, lane.destinationChainId, nonce, head))
            );
    }

    /// @notice That the set `nextSetId` shall follow the set `setId`.
    function rotationDigest(bytes32 setId, bytes32 nextSetId) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(DOMAIN, keccak256(abi.encode(ROTATION, setId, nextSetId)));
    }
}
