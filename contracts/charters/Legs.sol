// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Attributes} from "../gateway/Attributes.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {Call, IAgreements, Leg, LegStatus} from "./IAgreements.sol";
import {ICharters} from "./ICharters.sol";
import {PartyAccounts} from "./PartyAccounts.sol";

/// @title What a charter does on other chains than its home
/// @notice The home says what; the charter's account there does it, once; a report comes back. A chain speaks only for charters whose home it is.
abstract contract Legs is PartyAccounts, AccessManaged, IERC7786Recipient {
    using Peers for Peers.Table;

    /// @dev The two messages between agreements.
    enum LegMessage {
        /// `abi.encode(LegMessage, bytes32 intentHash, uint256 index, bytes32 charter, uint40 deadline, Call[])`
        Leg,
        /// `abi.encode(LegMessage, bytes32 intentHash, uint256 index, LegStatus)`
        Report
    }

    struct LegRecord {
        // slot 0
        LegStatus status;
        // slot 1
        /// @dev What failed, while it may be tried again.
        bytes32 failedHash;
    }

    /// @dev Gas of a leg besides its calls: reading it, two slots, creating the account, and the report.
    uint256 private constant LEG_GAS = 400_000;
    /// @dev Gas kept back for the report; without it the leg counts all the same.
    uint256 private constant REPORT_GAS = 150_000;

    IGateway internal immutable GATEWAY;
    ICharters internal immutable CHARTERS;

    Peers.Table private _peers;
    mapping(uint256 homeChainId => mapping(bytes32 intentHash => mapping(uint256 index => LegRecord))) private _legs;
    mapping(uint256 chainId => mapping(bytes32 intentHash => mapping(uint256 index => LegStatus))) private _reports;

    constructor(address authority, IGateway gateway, ICharters charters) AccessManaged(authority) {
        GATEWAY = gateway;
        CHARTERS = charters;
    }

    /// @notice Takes a leg from a charter's home, or the report of one from where it was to happen. Only the gateway brings them.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 originChainId = _peers.originOf(address(GATEWAY), sender);
        LegMessage kind = abi.decode(payload, (LegMessage));
        if (kind == LegMessage.Leg) _take(originChainId, payload);
        else _note(originChainId, payload);
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IAgreements
    function retryLeg(
        uint256 homeChainId,
        bytes32 intentHash,
        uint256 index,
        bytes32 charter,
        uint40 deadline,
        Call[] calldata calls
    ) external {
        LegRecord storage record = _legs[homeChainId][intentHash][index];
        LegStatus status = record.status;
        require(status == LegStatus.Failed, LegWrongStatus(homeChainId, intentHash, index, status));
        bytes32 actual = keccak256(abi.encode(charter, deadline, calls));
        require(record.failedHash == actual, LegWrong(record.failedHash, actual));

        bool isLate = _isLate(deadline);
        record.status = isLate ? LegStatus.Expired : LegStatus.Done;
        delete record.failedHash;
        if (!isLate) _speak(charter, calls);
        emit LegExecuted(homeChainId, intentHash, index, record.status);
        _tryReport(homeChainId, intentHash, index);
    }

    /// @notice The calls of a leg, so that all of them can be undone. Only this contract.
    function runLeg(bytes32 charter, Call[] calldata calls) external {
        require(msg.sender == address(this), CallerNotSelf(msg.sender));
        _speak(charter, calls);
    }

    /// @inheritdoc IAgreements
    function sendReport(uint256 homeChainId, bytes32 intentHash, uint256 index) external returns (bytes32 sendId) {
        LegStatus status = _legs[homeChainId][intentHash][index].status;
        require(status != LegStatus.None, LegWrongStatus(homeChainId, intentHash, index, status));
        return
            GATEWAY.sendMessage(
                EvmAddress.format(homeChainId, _peers.peerOf(homeChainId)),
                abi.encode(LegMessage.Report, intentHash, index, status),
                new bytes[](0)
            );
    }

    /// @inheritdoc IAgreements
    function linkAgreements(uint256 chainId, address agreements) external restricted {
        require(chainId != 0 && chainId != block.chainid, LegChainInvalid(chainId));
        _peers.link(chainId, agreements);
        emit AgreementsLinked(chainId, agreements);
    }

    /// @inheritdoc IAgreements
    function legStatusOf(uint256 homeChainId, bytes32 intentHash, uint256 index) external view returns (LegStatus) {
        return _legs[homeChainId][intentHash][index].status;
    }

    /// @inheritdoc IAgreements
    function reportOf(uint256 chainId, bytes32 intentHash, uint256 index) external view returns (LegStatus) {
        return _reports[chainId][intentHash][index];
    }

    /// @inheritdoc IAgreements
    function agreementsOf(uint256 chainId) external view returns (address) {
        return _peers.peerOf(chainId);
    }

    /// @dev Sends the legs of a charter that lives here, whose agreement is written.
    function _sendLegs(bytes32 intentHash, bytes32 charter, Leg[] memory legs) internal {
        for (uint256 i; i < legs.length; ++i) {
            Leg memory leg = legs[i];
            address peer = _peers.peerOf(leg.chainId);
            require(peer != address(0), LegChainNotLinked(leg.chainId));
            bytes[] memory attributes = new bytes[](1);
            attributes[0] = abi.encodeWithSelector(Attributes.MIN_GAS_LIMIT, LEG_GAS + leg.gasLimit);
            bytes memory payload = abi.encode(LegMessage.Leg, intentHash, i, charter, leg.deadline, leg.calls);
            bytes32 sendId = GATEWAY.sendMessage(EvmAddress.format(leg.chainId, peer), payload, attributes);
            emit LegSent(intentHash, i, leg.chainId, sendId);
        }
    }

    function _take(uint256 originChainId, bytes calldata payload) private {
        (, bytes32 intentHash, uint256 index, bytes32 charter, uint40 deadline, Call[] memory calls) = abi.decode(
            payload,
            (LegMessage, bytes32, uint256, bytes32, uint40, Call[])
        );
        // Until its mirror is here, the message fails and may be retried.
        uint256 homeChainId = CHARTERS.homeOf(charter);
        require(homeChainId == originChainId, LegNotFromHome(charter, homeChainId, originChainId));
        LegRecord storage record = _legs[originChainId][intentHash][index];
        LegStatus status = record.status;
        require(status == LegStatus.None, LegWrongStatus(originChainId, intentHash, index, status));

        // Before the calls, so that none of them finds it undone.
        record.status = _isLate(deadline) ? LegStatus.Expired : LegStatus.Done;
        if (record.status == LegStatus.Done) {
            try this.runLeg{gas: gasleft() - REPORT_GAS}(charter, calls) {} catch {
                record.status = LegStatus.Failed;
                record.failedHash = keccak256(abi.encode(charter, deadline, calls));
            }
        }
        emit LegExecuted(originChainId, intentHash, index, record.status);
        _tryReport(originChainId, intentHash, index);
    }

    /// @dev Reports may come in any order: what is final stays.
    function _note(uint256 originChainId, bytes calldata payload) private {
        (, bytes32 intentHash, uint256 index, LegStatus status) = abi.decode(payload, (LegMessage, bytes32, uint256, LegStatus));
        LegStatus known = _reports[originChainId][intentHash][index];
        if (known == LegStatus.Done || known == LegStatus.Expired || known == status) return;

        _reports[originChainId][intentHash][index] = status;
        emit LegReported(originChainId, intentHash, index, status);
    }

    function _tryReport(uint256 homeChainId, bytes32 intentHash, uint256 index) private {
        try this.sendReport(homeChainId, intentHash, index) {} catch {}
    }

    function _isLate(uint40 deadline) private view returns (bool) {
        return deadline != 0 && block.timestamp > deadline;
    }
}
