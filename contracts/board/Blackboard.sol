// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Attributes} from "../gateway/Attributes.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {Author} from "./Author.sol";
import {BoardMessage, BoardMessages, MirrorUpdate, Proposal, ProposalAnswer} from "./BoardMessages.sol";
import {IBlackboard} from "./IBlackboard.sol";
import {BoardRefusal, Cell} from "./IBoardRecords.sol";
import {ISpaceCharters} from "./ISpaceCharters.sol";
import {Mirrors} from "./Mirrors.sol";
import {Spaces} from "./Spaces.sol";

/// @title Shared state with one truth
/// @notice See `IBlackboard`. This file holds what blackboards of different chains say to each other.
contract Blackboard is Mirrors, AccessManaged, IERC7786Recipient {
    using Peers for Peers.Table;

    /// @dev What a proposal may use at home: two fresh slots, a look at the charter, and the answer.
    uint256 private constant PROPOSAL_GAS = 400_000;
    /// @dev On top for each byte: to copy, hash and log it.
    uint256 private constant BYTE_GAS = 16;
    /// @dev Gas kept back for the answer; without it the proposal counts all the same.
    uint256 private constant ANSWER_GAS = 150_000;

    IGateway private immutable GATEWAY;

    Peers.Table private _boards;

    constructor(address authority, IGateway gateway, ISpaceCharters charters) AccessManaged(authority) Spaces(charters) {
        GATEWAY = gateway;
    }

    /// @inheritdoc IBlackboard
    function propose(
        uint256 homeChainId,
        bytes32 space,
        bytes32 key,
        uint32 expectedVersion,
        uint40 deadline,
        bytes calldata value
    ) external returns (bytes32 sendId) {
        return _propose(homeChainId, BoardMessage.Write, Proposal(msg.sender, space, key, expectedVersion, deadline, value));
    }

    /// @inheritdoc IBlackboard
    function proposeEntry(
        uint256 homeChainId,
        bytes32 space,
        bytes32 topic,
        uint40 deadline,
        bytes calldata data
    ) external returns (bytes32 sendId) {
        return _propose(homeChainId, BoardMessage.Entry, Proposal(msg.sender, space, topic, 0, deadline, data));
    }

    /// @inheritdoc IBlackboard
    function sendCell(bytes32 space, bytes32 key, uint256 destinationChainId) external returns (bytes32 sendId) {
        Cell memory cell = cellOf(space, key);
        return _sendMirror(destinationChainId, BoardMessage.Cell, space, key, cell.version, cell.valueHash);
    }

    /// @inheritdoc IBlackboard
    function sendTopic(bytes32 space, bytes32 topic, uint256 destinationChainId) external returns (bytes32 sendId) {
        (uint64 length, bytes32 head) = topicOf(space, topic);
        return _sendMirror(destinationChainId, BoardMessage.Topic, space, topic, length, head);
    }

    /// @notice What the blackboard of another chain brings: proposals of accounts of that chain, answers to ours, and how its cells stand.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32 receiveId, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 chainId = _boards.originOf(address(GATEWAY), sender);
        uint256 kind = BoardMessages.kindOf(payload);
        if (kind <= uint256(BoardMessage.Entry)) {
            _decide(chainId, receiveId, kind == uint256(BoardMessage.Entry), BoardMessages.decodeProposal(payload));
        } else if (kind == uint256(BoardMessage.Answer)) {
            ProposalAnswer memory answer = BoardMessages.decodeAnswer(payload);
            emit ProposalAnswered(chainId, answer.sendId, answer.account, answer.refusal, answer.version);
        } else {
            require(kind <= uint256(BoardMessage.Topic), BoardMessageInvalid(kind));
            _update(chainId, kind == uint256(BoardMessage.Topic), BoardMessages.decodeUpdate(payload));
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IBlackboard
    function linkBoard(uint256 chainId, address board) external restricted {
        require(chainId != 0 && chainId <= type(uint64).max && chainId != block.chainid, BoardChainInvalid(chainId));
        _boards.link(chainId, board);
        emit BoardLinked(chainId, board);
    }

    /// @inheritdoc IBlackboard
    function boardOf(uint256 chainId) external view returns (address) {
        return _boards.peerOf(chainId);
    }

    function _propose(uint256 homeChainId, BoardMessage kind, Proposal memory proposal) private returns (bytes32 sendId) {
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = abi.encodeWithSelector(Attributes.MIN_GAS_LIMIT, PROPOSAL_GAS + BYTE_GAS * proposal.value.length);
        sendId = GATEWAY.sendMessage(_addressOf(homeChainId), BoardMessages.encode(kind, proposal), attributes);
        emit ChangeProposed(homeChainId, proposal.space, proposal.key, proposal.account, sendId);
    }

    /// @dev State first, then the answer, in a try: a lane back that is closed costs nobody its write.
    function _decide(uint256 chainId, bytes32 receiveId, bool isEntry, Proposal memory proposal) private {
        ProposalAnswer memory answer = ProposalAnswer(receiveId, proposal.account, BoardRefusal.TooLate, 0);
        if (block.timestamp <= proposal.deadline) {
            if (isEntry) _appendFrom(chainId, proposal, answer);
            else
                (answer.refusal, answer.version) = _writeFrom(
                    chainId,
                    proposal.account,
                    proposal.space,
                    proposal.key,
                    proposal.expectedVersion,
                    proposal.value
                );
        }
        emit ProposalDecided(chainId, receiveId, answer.refusal, answer.version);

        if (gasleft() > ANSWER_GAS + ANSWER_GAS / 32) {
            try GATEWAY.sendMessage{gas: ANSWER_GAS}(_addressOf(chainId), BoardMessages.encode(answer), new bytes[](0)) returns (
                bytes32
            ) {} catch {}
        }
    }

    function _appendFrom(uint256 chainId, Proposal memory proposal, ProposalAnswer memory answer) private {
        if (_isWriter(proposal.space, chainId, proposal.account)) {
            answer.refusal = BoardRefusal.None;
            answer.version = _append(proposal.space, proposal.key, Author.word(chainId, proposal.account), proposal.value) + 1;
        } else {
            answer.refusal = BoardRefusal.NotWriter;
        }
    }

    function _sendMirror(
        uint256 destinationChainId,
        BoardMessage kind,
        bytes32 space,
        bytes32 key,
        uint64 version,
        bytes32 valueHash
    ) private returns (bytes32 sendId) {
        require(version != 0, CellEmpty(space, key));
        MirrorUpdate memory update = MirrorUpdate(space, key, _epochOf(space), version, valueHash, uint40(block.timestamp));
        bytes memory payload = BoardMessages.encode(kind, update);
        bytes[] memory attributes = new bytes[](0);
        // Every blackboard has this address; whether it believes this one is its own affair.
        sendId =
            destinationChainId == 0
                ? GATEWAY.broadcast(address(this), payload, attributes)
                : GATEWAY.sendMessage(_addressOf(destinationChainId), payload, attributes);
        emit MirrorSent(destinationChainId, space, key, version, sendId);
    }

    function _addressOf(uint256 chainId) private view returns (bytes memory) {
        address board = _boards.peerOf(chainId);
        require(board != address(0), BoardNotLinked(chainId));
        return EvmAddress.format(chainId, board);
    }
}
