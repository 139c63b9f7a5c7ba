// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Attributes} from "../gateway/Attributes.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {ActorHandoff, Ending, PortalAction, Receipt, Work} from "./ITaskRecords.sol";
import {ITaskPortal, StoredReceipt} from "./ITaskPortal.sol";
import {Answer, PortalMessages} from "./PortalMessages.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title Front door for tasks whose home is elsewhere
/// @notice See `ITaskPortal`. Holds no money and no task: it says who asked, repeats what home answered, and keeps receipts.
contract TaskPortal is ITaskPortal, AccessManaged, IERC7786Recipient {
    using Peers for Peers.Table;
    using TermsRules for Terms;

    /// @dev What a request may use at home: reading terms of 64 chains, the assignment, and the answer back.
    uint256 private constant REQUEST_GAS = 500_000;
    /// @dev The same where signatures are checked, or the requester and whoever paid for it are paid.
    uint256 private constant LONG_REQUEST_GAS = 1_000_000;

    IGateway private immutable GATEWAY;

    Peers.Table private _escrows;
    mapping(uint256 homeChainId => mapping(bytes32 taskId => StoredReceipt)) private _receipts;

    constructor(address authority, IGateway gateway) AccessManaged(authority) {
        GATEWAY = gateway;
    }

    /// @inheritdoc ITaskPortal
    function claim(
        uint256 homeChainId,
        Terms calldata terms,
        address sponsor,
        uint16 token,
        uint40 deadline
    ) external returns (bytes32 sendId) {
        bytes32 taskId = terms.idOf(homeChainId, _homeOf(homeChainId));
        return
            _send(homeChainId, taskId, PortalAction.Claim, PortalMessages.encodeClaim(taskId, msg.sender, terms, sponsor, token, deadline));
    }

    /// @inheritdoc ITaskPortal
    function submit(uint256 homeChainId, bytes32 taskId, uint16 token, bytes32 deliverable) external returns (bytes32 sendId) {
        return _send(homeChainId, taskId, PortalAction.Submit, PortalMessages.encodeSubmit(taskId, msg.sender, token, deliverable));
    }

    /// @inheritdoc ITaskPortal
    function alive(uint256 homeChainId, bytes32 taskId, uint16 token, uint96 bond) external returns (bytes32 sendId) {
        return _send(homeChainId, taskId, PortalAction.Alive, PortalMessages.encodeAlive(taskId, msg.sender, token, bond));
    }

    /// @inheritdoc ITaskPortal
    function giveUp(uint256 homeChainId, Terms calldata terms, uint16 token) external returns (bytes32 sendId) {
        bytes32 taskId = terms.idOf(homeChainId, _homeOf(homeChainId));
        return _send(homeChainId, taskId, PortalAction.GiveUp, PortalMessages.encodeGiveUp(taskId, msg.sender, terms, token));
    }

    /// @inheritdoc ITaskPortal
    function handoff(
        uint256 homeChainId,
        Terms calldata terms,
        ActorHandoff calldata change,
        bytes calldata signatureOther,
        bytes calldata signatureRequester
    ) external returns (bytes32 sendId) {
        bytes32 taskId = terms.idOf(homeChainId, _homeOf(homeChainId));
        bytes memory payload = PortalMessages.encodeHandoff(taskId, msg.sender, terms, change, signatureOther, signatureRequester);
        return _send(homeChainId, taskId, PortalAction.Handoff, payload);
    }

    /// @inheritdoc ITaskPortal
    function counter(uint256 homeChainId, Terms calldata terms, Work calldata work, address sponsor) external returns (bytes32 sendId) {
        bytes32 taskId = terms.idOf(homeChainId, _homeOf(homeChainId));
        return _send(homeChainId, taskId, PortalAction.Counter, PortalMessages.encodeCounter(taskId, msg.sender, terms, work, sponsor));
    }

    /// @inheritdoc ITaskPortal
    function askReceipt(uint256 homeChainId, Terms calldata terms) external returns (bytes32 sendId) {
        bytes32 taskId = terms.idOf(homeChainId, _homeOf(homeChainId));
        return _send(homeChainId, taskId, PortalAction.Receipt, PortalMessages.encodeAsk(taskId, msg.sender, terms));
    }

    /// @notice Repeats what a task's home answered, and keeps what it says of a task that is over.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 homeChainId = _escrows.originOf(address(GATEWAY), sender);
        if (PortalMessages.isReceipt(payload)) {
            _keep(homeChainId, PortalMessages.decodeReceipt(payload));
        } else {
            Answer memory answer = PortalMessages.decodeAnswer(payload);
            emit TaskAnswered(homeChainId, answer.taskId, answer.account, answer.action, answer.refusal, answer.token, answer.deadline);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc ITaskPortal
    function linkEscrow(uint256 chainId, address escrow) external restricted {
        require(chainId != 0 && chainId != block.chainid, HomeChainInvalid(chainId));
        _escrows.link(chainId, escrow);
        emit EscrowLinked(chainId, escrow);
    }

    /// @inheritdoc ITaskPortal
    function escrowOf(uint256 chainId) external view returns (address) {
        return _escrows.peerOf(chainId);
    }

    /// @inheritdoc ITaskPortal
    function receiptOf(uint256 homeChainId, bytes32 taskId) external view returns (StoredReceipt memory) {
        return _receipts[homeChainId][taskId];
    }

    /// @inheritdoc ITaskPortal
    function isReceipt(uint256 homeChainId, Receipt calldata receipt) external view returns (bool) {
        return _receipts[homeChainId][receipt.taskId].hash == keccak256(abi.encode(receipt));
    }

    /// @inheritdoc ITaskPortal
    function settlementOf(uint256 homeChainId, bytes32 taskId) external view returns (bool isSettled, uint16 verdict) {
        StoredReceipt memory stored = _receipts[homeChainId][taskId];
        isSettled = stored.hash != 0 && stored.ending != Ending.Expiry && stored.ending != Ending.Cancellation;
        return (isSettled, isSettled ? stored.verdict : 0);
    }

    /// @dev An end is final, so the first receipt stays.
    function _keep(uint256 homeChainId, Receipt memory receipt) private {
        StoredReceipt storage stored = _receipts[homeChainId][receipt.taskId];
        if (stored.hash != 0) return;
        stored.hash = keccak256(abi.encode(receipt));
        (stored.worker, stored.verdict, stored.fencingToken) = (receipt.worker.account, receipt.verdict, receipt.fencingToken);
        stored.ending = receipt.ending;
        emit ReceiptStored(homeChainId, receipt.taskId, receipt);
    }

    function _send(uint256 homeChainId, bytes32 taskId, PortalAction action, bytes memory payload) private returns (bytes32 sendId) {
        bytes[] memory attributes = new bytes[](1);
        bool isLong = action == PortalAction.GiveUp || action == PortalAction.Handoff;
        attributes[0] = abi.encodeWithSelector(Attributes.MIN_GAS_LIMIT, isLong ? LONG_REQUEST_GAS : REQUEST_GAS);
        sendId = GATEWAY.sendMessage(EvmAddress.format(homeChainId, _homeOf(homeChainId)), payload, attributes);
        emit TaskRequested(homeChainId, taskId, msg.sender, action, sendId);
    }

    function _homeOf(uint256 chainId) private view returns (address escrow) {
        escrow = _escrows.peerOf(chainId);
        require(escrow != address(0), HomeNotLinked(chainId));
    }
}
