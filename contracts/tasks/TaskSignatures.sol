// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bid, Handoff, Offer, Split} from "./ITaskRecords.sol";

/// @title What requesters and workers sign
/// @notice EIP-712 struct hashes. Each names the task, and all but a posting the fencing token: so each works once.
library TaskSignatures {
    bytes32 private constant POSTING = keccak256("Posting(bytes32 taskId,uint40 expiry)");
    bytes32 private constant OFFER = keccak256("Offer(bytes32 taskId,address worker,address sponsor,uint16 token,uint40 expiry)");
    bytes32 private constant BID = keccak256("Bid(bytes32 taskId,address worker,address sponsor,uint16 share,uint16 token,uint40 expiry)");
    bytes32 private constant HANDOFF = keccak256(
        "Handoff(bytes32 taskId,address from,address to,address sponsor,uint16 token,uint40 expiry)"
    );
    bytes32 private constant SPLIT = keccak256("Split(bytes32 taskId,uint16 share,uint16 token,uint40 expiry)");

    /// @notice That the requester posts a task.
    function posting(bytes32 taskId, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(POSTING, taskId, expiry));
    }

    /// @notice That requester or worker wants the assignment of an offer.
    function offer(bytes32 taskId, Offer calldata o) internal pure returns (bytes32) {
        return keccak256(abi.encode(OFFER, taskId, o.worker, o.sponsor, o.token, o.expiry));
    }

    /// @notice That a worker would do a task for a share of its reward.
    function bid(bytes32 taskId, Bid calldata b) internal pure returns (bytes32) {
        return keccak256(abi.encode(BID, taskId, b.worker, b.sponsor, b.share, b.token, b.expiry));
    }

    /// @notice That one worker passes an assignment to another.
    function handoff(bytes32 taskId, address from, Handoff calldata h) internal pure returns (bytes32) {
        return keccak256(abi.encode(HANDOFF, taskId, from, h.to, h.sponsor, h.token, h.expiry));
    }

    /// @notice That requester and worker end a task at a share.
    function split(bytes32 taskId, Split calldata s) internal pure returns (bytes32) {
        return keccak256(abi.encode(SPLIT, taskId, s.share, s.token, s.expiry));
    }
}
