// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A numbered stream of messages from one gateway to one chain. Two gateways on one chain are two lanes.
struct Lane {
    uint256 originChainId;
    address originGateway;
    /// @dev Zero is the broadcast lane: its messages may run on every chain that linked it.
    uint256 destinationChainId;
}

using LaneLibrary for Lane global;

/// @notice The three hashes of the protocol: the key of a lane, the leaf of a message, the head of a lane.
library LaneLibrary {
    /// @notice The storage key of a lane: `keccak256(abi.encode(lane))`.
    function key(Lane memory lane) internal pure returns (bytes32) {
        return keccak256(abi.encode(lane.originChainId, lane.originGateway, lane.destinationChainId));
    }

    /// @notice The id of a message. It commits to the lane, the place in it, both ends, both limits and the payload.
    function leaf(
        Lane memory lane,
        uint64 nonce,
        address sender,
        address recipient,
        uint32 gasLimit,
        uint40 deliverBefore,
        bytes32 payloadHash
    ) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    lane.originChainId,
                    lane.originGateway,
                    lane.destinationChainId,
                    nonce,
                    sender,
                    recipient,
                    gasLimit,
                    deliverBefore,
                    payloadHash
                )
            );
    }

    /// @notice The head after one more message. The head of an empty lane is zero.
    function fold(bytes32 head, bytes32 messageLeaf) internal pure returns (bytes32) {
        return keccak256(abi.encode(head, messageLeaf));
    }
}
