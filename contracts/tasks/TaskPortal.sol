// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Attributes} from "../gateway/Attributes.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {PortalAction} from "./ITaskRecords.sol";
import {ITaskPortal} from "./ITaskPortal.sol";
import {Answer, PortalMessages} from "./PortalMessages.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title Front door for tasks whose home is elsewhere
/// @notice See `ITaskPortal`. Holds no money and no task: it says who asked, and repeats what home answered.
contract TaskPortal is ITaskPortal, AccessManaged, IERC7786Recipient {
    using Peers for Peers.Table;
    using TermsRules for Terms;

    /// @dev What a request may use at home: reading terms of 64 chains, the assignment, and the answer back.
    uint256 private constant REQUEST_GAS = 500_000;

    IGateway private immutable GATEWAY;

    Peers.Table private _escrows;

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

    /// @notice Repeats what a task's home answered.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 homeChainId = _escrows.originOf(address(GATEWAY), sender);
        Answer memory answer = PortalMessages.decodeAnswer(payload);

        emit TaskAnswered(homeChainId, answer.taskId, answer.account, answer.action, answer.refusal, answer.token, answer.deadline);
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

    function _send(uint256 homeChainId, bytes32 taskId, PortalAction action, bytes memory payload) private returns (bytes32 sendId) {
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = abi.encodeWithSelector(Attributes.MIN_GAS_LIMIT, REQUEST_GAS);
        sendId = GATEWAY.sendMessage(EvmAddress.format(homeChainId, _homeOf(homeChainId)), payload, attributes);
        emit TaskRequested(homeChainId, taskId, msg.sender, action, sendId);
    }

    function _homeOf(uint256 chainId) private view returns (address escrow) {
        escrow = _escrows.peerOf(chainId);
        require(escrow != address(0), HomeNotLinked(chainId));
    }
}
