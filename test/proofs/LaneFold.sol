// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LaneLibrary} from "../../contracts/gateway/Lane.sol";

/// @title The head of a lane: the product's own fold, no model
/// @notice The checker knows nothing of keccak-256 but that it is a function of its bytes; that nobody finds two inputs of one hash is
/// assumed where it is used.
contract LaneFold {
    function fold(bytes32 head, bytes32 leaf) external pure {
        // control HeadHoldsTheMessage in gateway/Lane.sol: keccak256(abi.encode(head, messageLeaf)) => keccak256(abi.encode(messageLeaf, head))
        // control HeadHoldsTheMessage in gateway/Lane.sol: keccak256(abi.encode(head, messageLeaf)) => keccak256(abi.encode(messageLeaf))
        // property HeadHoldsTheMessage: the head after a message is the hash of the head before it and of the message, in this order
        assert(LaneLibrary.fold(head, leaf) == keccak256(abi.encode(head, leaf)));
    }

    /// @notice On a lane with the head `head`, `leaf` is sent. Somebody delivers what is claimed to have been.
    function deliver(bytes32 head, bytes32 leaf, bytes32 claimedHead, bytes32 claimedLeaf) external pure {
        // control RunsWhatWasSent: require(claimedHead == head);
        require(LaneLibrary.fold(claimedHead, claimedLeaf) == LaneLibrary.fold(head, leaf));
        bool isSame = claimedHead == head && claimedLeaf == leaf;
        require(isSame || keccak256(abi.encode(claimedHead, claimedLeaf)) != keccak256(abi.encode(head, leaf)));
        // control RunsWhatWasSent in gateway/Lane.sol: keccak256(abi.encode(head, messageLeaf)) => head
        // property RunsWhatWasSent: what folds to the head that stood on the lane is the message that was sent, on the head before it
        assert(isSame);
    }
}
