// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";

/// @notice The least that is an identity registry of ERC-8004: written from the text of the standard, for what we read of one. Setting a wallet
/// needs the new wallet's signature there; here the owner's word is enough, since we only read it.
contract MinimalIdentityRegistry is ERC721URIStorage {
    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);
    event MetadataSet(uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue);

    uint256 private _count;
    mapping(uint256 agentId => address) private _wallets;

    constructor() ERC721("Agents", "AGENT") {}

    function register(string calldata agentURI) external returns (uint256 agentId) {
        agentId = ++_count;
        _mint(msg.sender, agentId);
        _setTokenURI(agentId, agentURI);
        _wallets[agentId] = msg.sender;
        emit MetadataSet(agentId, "agentWallet", "agentWallet", abi.encodePacked(msg.sender));
        emit Registered(agentId, agentURI, msg.sender);
    }

    function setAgentURI(uint256 agentId, string calldata newURI) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _setTokenURI(agentId, newURI);
        emit URIUpdated(agentId, newURI, msg.sender);
    }

    function setAgentWallet(uint256 agentId, address wallet) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _wallets[agentId] = wallet;
    }

    function burn(uint256 agentId) external {
        _checkAuthorized(ownerOf(agentId), msg.sender, agentId);
        _burn(agentId);
    }

    function getAgentWallet(uint256 agentId) external view returns (address) {
        return _wallets[agentId];
    }

    /// @dev Whoever gets an identity must prove its wallet anew.
    function _update(address to, uint256 agentId, address auth) internal override returns (address from) {
        from = super._update(to, agentId, auth);
        if (from != address(0)) delete _wallets[agentId];
    }
}
