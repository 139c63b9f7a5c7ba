// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Actor, ActorHandoff, Bid, Handoff, Offer, Split, Work} from "./ITaskRecords.sol";

/// @title What requesters, workers and actors of other chains sign
/// @notice EIP-712 struct hashes. Each names the task, and all but a posting the fencing token: so each works once.
library TaskSignatures {
    bytes32 private constant POSTING = keccak256("Posting(bytes32 taskId,uint40 expiry)");
    bytes32 private constant OFFER = keccak256("Offer(bytes32 taskId,address worker,address sponsor,uint16 token,uint40 expiry)");
    bytes32 private constant BID = keccak256("Bid(bytes32 taskId,address worker,address sponsor,uint16 share,uint16 token,uint40 expiry)");
    bytes32 private constant HANDOFF = keccak256(
        "Handoff(bytes32 taskId,address from,address to,address sponsor,uint16 token,uint40 expiry)"
    );
    bytes32 private constant ACTOR_HANDOFF = keccak256(
        "ActorHandoff(bytes32 taskId,uint256 fromChainId,address from,uint256 toChainId,address to,address sponsor,uint16 token,uint40 expiry)"
    );
    bytes32 private constant CLAIM = keccak256(
        "Claim(bytes32 taskId,uint256 chainId,address account,address sponsor,uint16 token,uint40 deadline)"
    );
    bytes32 private constant SUBMISSION = keccak256(
        "Submission(bytes32 taskId,uint256 chainId,address account,uint16 token,bytes32 deliverable,uint40 expiry)"
    );
    bytes32 private constant ALIVE = keccak256(
        "Alive(bytes32 taskId,uint256 chainId,address account,uint16 token,uint96 bond,uint40 expiry)"
    );
    bytes32 private constant GIVE_UP = keccak256("GiveUp(bytes32 taskId,uint256 chainId,address account,uint16 token,uint40 expiry)");
    bytes32 private constant COUNTER = keccak256(
        "Counter(bytes32 taskId,uint256 chainId,address account,address sponsor,address worker,uint16 token,bytes32 deliverable,uint40 expiry)"
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

    /// @notice That an assignment passes from one actor to another.
    function actorHandoff(bytes32 taskId, Actor memory from, ActorHandoff memory h) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACTOR_HANDOFF, taskId, from, h.to, h.sponsor, h.token, h.expiry));
    }

    /// @notice That an actor claims a task.
    function claim(bytes32 taskId, Actor calldata actor, address sponsor, uint16 token, uint40 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLAIM, taskId, actor, sponsor, token, deadline));
    }

    /// @notice That an actor hands in its work.
    function submission(
        bytes32 taskId,
        Actor calldata actor,
        uint16 token,
        bytes32 deliverable,
        uint40 expiry
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(SUBMISSION, taskId, actor, token, deliverable, expiry));
    }

    /// @notice That an actor lives.
    function alive(bytes32 taskId, Actor calldata actor, uint16 token, uint96 bond, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(ALIVE, taskId, actor, token, bond, expiry));
    }

    /// @notice That an actor gives an assignment back.
    function giveUp(bytes32 taskId, Actor calldata actor, uint16 token, uint40 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(GIVE_UP, taskId, actor, token, expiry));
    }

    /// @notice That an actor counters a proposed verdict over this work.
    function counter(
        bytes32 taskId,
        Actor calldata actor,
        address sponsor,
        Work calldata work,
        uint40 expiry
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(COUNTER, taskId, actor, sponsor, work, expiry));
    }
}
