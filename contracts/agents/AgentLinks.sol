// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Attributes} from "../gateway/Attributes.sol";
import {CappedCall} from "../gateway/CappedCall.sol";
import {EvmAddress} from "../gateway/EvmAddress.sol";
import {IGateway} from "../gateway/IGateway.sol";
import {Peers} from "../gateway/Peers.sol";
import {IAgentLinks} from "./IAgentLinks.sol";
import {IAgentRegistry} from "./IAgentRegistry.sol";
import {IIdentityRegistry} from "./IIdentityRegistry.sol";
import {LinkFact, LinkMessages} from "./LinkMessages.sol";

/// @title Which accounts and identities are an agent's
/// @notice See `IAgentLinks`. Holds no money, and calls what a user named only to ask, never to change anything.
contract AgentLinks is IAgentLinks, AccessManaged, IERC7786Recipient {
    using Peers for Peers.Table;

    struct Claim {
        bytes32 agentId;
        uint48 sequence;
        uint40 seenAt;
    }

    struct Owner {
        address account;
        uint48 sequence;
        uint40 seenAt;
    }

    /// @dev What a message may use at its destination: two fresh slots and an event.
    uint256 private constant FACT_GAS = 150_000;
    /// @dev What an identity registry may use to name an owner: enough for proxies of proxies.
    uint256 private constant OWNER_GAS = 200_000;

    IGateway private immutable GATEWAY;
    IAgentRegistry private immutable REGISTRY;

    Peers.Table private _peers;
    /// @dev How many facts this contract ever told anybody.
    uint48 private _sequence;
    mapping(bytes32 agentId => mapping(bytes32 accountKey => bool)) private _accounts;
    mapping(bytes32 agentId => mapping(bytes32 identityKey => bool)) private _identities;
    /// @dev By origin: chain and contract, see `_originOf`.
    mapping(bytes32 origin => mapping(address account => Claim)) private _claims;
    mapping(bytes32 origin => mapping(bytes32 identityKey => Owner)) private _owners;

    constructor(address authority, IGateway gateway, IAgentRegistry registry) AccessManaged(authority) {
        GATEWAY = gateway;
        REGISTRY = registry;
    }

    /// @inheritdoc IAgentLinks
    function declareAccount(bytes32 agentId, uint256 chainId, address account, bool isDeclared) external {
        _requireController(agentId);

        _accounts[agentId][_accountKey(chainId, account)] = isDeclared;

        emit AccountDeclared(agentId, chainId, account, isDeclared);
    }

    /// @inheritdoc IAgentLinks
    function claimAgent(uint256 homeChainId, bytes32 agentId) external returns (bytes32 sendId) {
        uint48 sequence = ++_sequence;
        if (homeChainId == block.chainid) {
            _noteClaim(block.chainid, _originOf(block.chainid), msg.sender, agentId, sequence);
            return 0;
        }
        sendId = _send(homeChainId, LinkMessages.encodeAccount(sequence, msg.sender, agentId));
        emit ClaimSent(homeChainId, agentId, msg.sender, sequence, sendId);
    }

    /// @inheritdoc IAgentLinks
    function declareIdentity(bytes32 agentId, uint256 chainId, address identityRegistry, uint256 identityId, bool isDeclared) external {
        address controller = _requireController(agentId);
        if (isDeclared && chainId == block.chainid) {
            address owner = _ownerOf(identityRegistry, identityId);
            require(_isOwnedBy(agentId, controller, chainId, owner), IdentityNotOwned(agentId, identityRegistry, identityId, owner));
        }

        _identities[agentId][_identityKey(chainId, identityRegistry, identityId)] = isDeclared;

        emit IdentityDeclared(agentId, chainId, identityRegistry, identityId, isDeclared);
    }

    /// @inheritdoc IAgentLinks
    function reportIdentity(uint256 homeChainId, address identityRegistry, uint256 identityId) external returns (bytes32 sendId) {
        address owner = _ownerOf(identityRegistry, identityId);
        uint48 sequence = ++_sequence;
        sendId = _send(homeChainId, LinkMessages.encodeIdentity(sequence, identityRegistry, identityId, owner));
        emit ReportSent(homeChainId, identityRegistry, identityId, owner, sequence, sendId);
    }

    /// @notice Takes note of what another chain says of its accounts and identities.
    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 chainId = _peers.originOf(address(GATEWAY), sender);
        bytes32 origin = _originOf(chainId);
        (LinkFact fact, uint48 sequence) = LinkMessages.decode(payload);
        if (fact == LinkFact.Account) {
            (address account, bytes32 agentId) = LinkMessages.decodeAccount(payload);
            _noteClaim(chainId, origin, account, agentId, sequence);
        } else {
            (address identityRegistry, uint256 identityId, address owner) = LinkMessages.decodeIdentity(payload);
            _noteOwner(chainId, origin, identityRegistry, identityId, owner, sequence);
        }
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @inheritdoc IAgentLinks
    function linkLinks(uint256 chainId, address links) external restricted {
        require(chainId != 0 && chainId != block.chainid, LinksChainInvalid(chainId));
        _peers.link(chainId, links);
        emit LinksLinked(chainId, links);
    }

    /// @inheritdoc IAgentLinks
    function isAccountLinked(bytes32 agentId, uint256 chainId, address account) external view returns (bool) {
        return _controllerOf(agentId) != address(0) && _isLinked(agentId, chainId, account);
    }

    /// @inheritdoc IAgentLinks
    function isIdentityProven(bytes32 agentId, uint256 chainId, address identityRegistry, uint256 identityId) external view returns (bool) {
        address controller = _controllerOf(agentId);
        if (controller == address(0) || !isIdentityDeclared(agentId, chainId, identityRegistry, identityId)) return false;
        (address owner, , ) = identityOwnerOf(chainId, identityRegistry, identityId);
        return _isOwnedBy(agentId, controller, chainId, owner);
    }

    /// @inheritdoc IAgentLinks
    function isAccountDeclared(bytes32 agentId, uint256 chainId, address account) external view returns (bool) {
        return _accounts[agentId][_accountKey(chainId, account)];
    }

    /// @inheritdoc IAgentLinks
    function isIdentityDeclared(bytes32 agentId, uint256 chainId, address identityRegistry, uint256 identityId) public view returns (bool) {
        return _identities[agentId][_identityKey(chainId, identityRegistry, identityId)];
    }

    /// @inheritdoc IAgentLinks
    function claimOf(uint256 chainId, address account) external view returns (bytes32 agentId, uint48 sequence, uint40 seenAt) {
        Claim memory claim = _claims[_originOf(chainId)][account];
        return (claim.agentId, claim.sequence, claim.seenAt);
    }

    /// @inheritdoc IAgentLinks
    function identityOwnerOf(
        uint256 chainId,
        address identityRegistry,
        uint256 identityId
    ) public view returns (address owner, uint48 sequence, uint40 seenAt) {
        if (chainId == block.chainid) return (_ownerOf(identityRegistry, identityId), 0, uint40(block.timestamp));
        Owner memory known = _owners[_originOf(chainId)][_identityKey(chainId, identityRegistry, identityId)];
        return (known.account, known.sequence, known.seenAt);
    }

    /// @inheritdoc IAgentLinks
    function linksOf(uint256 chainId) external view returns (address) {
        return _peers.peerOf(chainId);
    }

    function _noteClaim(uint256 chainId, bytes32 origin, address account, bytes32 agentId, uint48 sequence) private {
        Claim storage claim = _claims[origin][account];
        if (sequence <= claim.sequence) return;

        claim.agentId = agentId;
        claim.sequence = sequence;
        claim.seenAt = uint40(block.timestamp);

        emit AccountClaimed(chainId, account, agentId, sequence);
    }

    function _noteOwner(
        uint256 chainId,
        bytes32 origin,
        address identityRegistry,
        uint256 identityId,
        address owner,
        uint48 sequence
    ) private {
        Owner storage known = _owners[origin][_identityKey(chainId, identityRegistry, identityId)];
        if (sequence <= known.sequence) return;

        known.account = owner;
        known.sequence = sequence;
        known.seenAt = uint40(block.timestamp);

        emit IdentityReported(chainId, identityRegistry, identityId, owner, sequence);
    }

    function _send(uint256 homeChainId, bytes memory payload) private returns (bytes32) {
        address links = _peers.peerOf(homeChainId);
        require(links != address(0), LinksNotLinked(homeChainId));
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = abi.encodeWithSelector(Attributes.MIN_GAS_LIMIT, FACT_GAS);
        return GATEWAY.sendMessage(EvmAddress.format(homeChainId, links), payload, attributes);
    }

    function _requireController(bytes32 agentId) private view returns (address controller) {
        controller = _controllerOf(agentId);
        require(controller == msg.sender, AgentWrongController(agentId, controller, msg.sender));
    }

    function _controllerOf(bytes32 agentId) private view returns (address controller) {
        (controller, , ) = REGISTRY.agentOf(agentId);
    }

    function _isLinked(bytes32 agentId, uint256 chainId, address account) private view returns (bool) {
        return _accounts[agentId][_accountKey(chainId, account)] && _claims[_originOf(chainId)][account].agentId == agentId;
    }

    /// @dev The controller is an account of this chain only: what has its address elsewhere is somebody else until it is linked.
    function _isOwnedBy(bytes32 agentId, address controller, uint256 chainId, address owner) private view returns (bool) {
        return owner != address(0) && ((chainId == block.chainid && owner == controller) || _isLinked(agentId, chainId, owner));
    }

    /// @dev Zero when there is no such identity, or no such registry. The gas is there whole, or nothing is said.
    function _ownerOf(address identityRegistry, uint256 identityId) private view returns (address) {
        require(CappedCall.canAfford(OWNER_GAS), IdentityGasShort(OWNER_GAS));
        bytes memory data = abi.encodeCall(IIdentityRegistry.ownerOf, (identityId));
        (bool success, bytes memory result) = identityRegistry.staticcall{gas: OWNER_GAS}(data);
        if (!success || result.length != 32) return address(0);
        uint256 word = uint256(bytes32(result));
        return word > type(uint160).max ? address(0) : address(uint160(word));
    }

    /// @dev Facts are kept by who said them, so that another contract for the same chain starts from nothing, and an unlinked one says nothing.
    function _originOf(uint256 chainId) private view returns (bytes32) {
        return keccak256(abi.encode(chainId, chainId == block.chainid ? address(this) : _peers.peerOf(chainId)));
    }

    function _accountKey(uint256 chainId, address account) private pure returns (bytes32) {
        return keccak256(abi.encode(chainId, account));
    }

    function _identityKey(uint256 chainId, address identityRegistry, uint256 identityId) private pure returns (bytes32) {
        return keccak256(abi.encode(chainId, identityRegistry, identityId));
    }
}
