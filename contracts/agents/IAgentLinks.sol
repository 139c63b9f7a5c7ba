// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Which accounts and which identities of ERC-8004, here and on other chains, are an agent's
/// @notice A link needs both sides. On the agent's home chain its controller **declares** an account `(chainId, account)`; that account itself
/// **claims** the agent on its own chain, which travels home by message. Neither word alone means anything, so nobody can take another's
/// account, or put its own under another's agent, and nothing is occupied by saying it first. An account's latest claim counts, so it belongs
/// to at most one agent of a home.
///
/// An identity is an agent's when its controller declared it and it is owned by the controller (on this chain) or by a linked account (on any).
/// Here the owner is asked at every look. Elsewhere anyone may **report** whom it belongs to, as often as it changes hands.
///
/// What comes from abroad is kept by the chain and contract it came from, is believed only while that contract is linked, and never replaces
/// something later. Which identity registry means anything is for the reader to judge: anybody may deploy one.
interface IAgentLinks {
    /// @notice The agent's controller says that the account is the agent's, or no longer.
    event AccountDeclared(bytes32 indexed agentId, uint256 indexed chainId, address indexed account, bool isDeclared);
    /// @notice An account of `chainId` says that it belongs to the agent. Zero: to none.
    event AccountClaimed(uint256 indexed chainId, address indexed account, bytes32 indexed agentId, uint48 sequence);
    /// @notice The agent's controller says that the identity is the agent's, or no longer.
    event IdentityDeclared(
        bytes32 indexed agentId,
        uint256 indexed chainId,
        address indexed identityRegistry,
        uint256 identityId,
        bool isDeclared
    );
    /// @notice Whom an identity of another chain belongs to, as that chain said. Zero: to nobody.
    event IdentityReported(
        uint256 indexed chainId,
        address indexed identityRegistry,
        uint256 indexed identityId,
        address owner,
        uint48 sequence
    );
    /// @notice An account of this chain told another chain which agent of it it belongs to.
    event ClaimSent(uint256 indexed homeChainId, bytes32 indexed agentId, address indexed account, uint48 sequence, bytes32 sendId);
    /// @notice Another chain was told whom an identity of this chain belongs to.
    event ReportSent(
        uint256 indexed homeChainId,
        address indexed identityRegistry,
        uint256 indexed identityId,
        address owner,
        uint48 sequence,
        bytes32 sendId
    );
    /// @notice This contract of that chain is believed from now on. Zero: none.
    event LinksLinked(uint256 indexed chainId, address links);

    /// @notice Only the controller of an agent of this chain may declare. Zero `controller`: no such agent here.
    error AgentWrongController(bytes32 agentId, address controller, address caller);
    /// @notice Neither the agent's controller nor a linked account of it owns the identity.
    error IdentityNotOwned(bytes32 agentId, address identityRegistry, uint256 identityId, address owner);
    /// @notice Less gas than asking for an owner may take: then silence could be taken for an answer.
    error IdentityGasShort(uint256 needed);
    /// @notice That chain is none, or this one.
    error LinksChainInvalid(uint256 chainId);
    /// @notice No contract of that chain is linked.
    error LinksNotLinked(uint256 chainId);

    /// @notice Says that an account, here or elsewhere, is the agent's, or no longer. Only its controller may.
    function declareAccount(bytes32 agentId, uint256 chainId, address account, bool isDeclared) external;
    /// @notice Says that the caller belongs to an agent of `homeChainId`; zero: to none. For another chain than this it sends a message.
    /// @return sendId The id of that message, or zero.
    function claimAgent(uint256 homeChainId, bytes32 agentId) external returns (bytes32 sendId);
    /// @notice Says that an identity, here or elsewhere, is the agent's, or no longer. Only its controller may; one of this chain must be owned.
    function declareIdentity(bytes32 agentId, uint256 chainId, address identityRegistry, uint256 identityId, bool isDeclared) external;
    /// @notice Asks whom an identity of this chain belongs to, and tells another chain. Anyone may.
    /// @return sendId The id of the message.
    function reportIdentity(uint256 homeChainId, address identityRegistry, uint256 identityId) external returns (bytes32 sendId);
    /// @notice Believes that contract for that chain from now on; zero: none, and nothing it ever said.
    function linkLinks(uint256 chainId, address links) external;

    /// @notice Whether an account is an agent's: declared, claimed, and the agent has not retired.
    function isAccountLinked(bytes32 agentId, uint256 chainId, address account) external view returns (bool);
    /// @notice Whether an identity is an agent's: declared, and owned by its controller (on this chain) or a linked account of its.
    function isIdentityProven(bytes32 agentId, uint256 chainId, address identityRegistry, uint256 identityId) external view returns (bool);
    /// @notice Whether the agent's controller declared the account.
    function isAccountDeclared(bytes32 agentId, uint256 chainId, address account) external view returns (bool);
    /// @notice Whether the agent's controller declared the identity.
    function isIdentityDeclared(
        bytes32 agentId,
        uint256 chainId,
        address identityRegistry,
        uint256 identityId
    ) external view returns (bool);
    /// @notice Which agent an account says it belongs to, the number of that word, and since when it is known here (seconds of this chain).
    function claimOf(uint256 chainId, address account) external view returns (bytes32 agentId, uint48 sequence, uint40 seenAt);
    /// @notice Whom an identity belongs to. Here it is asked now; elsewhere as last reported, with the number of that word and since when it is
    /// known here. Zero `owner`: nobody, or nothing is known.
    function identityOwnerOf(
        uint256 chainId,
        address identityRegistry,
        uint256 identityId
    ) external view returns (address owner, uint48 sequence, uint40 seenAt);
    /// @notice The contract that is believed for a chain. Zero: none.
    function linksOf(uint256 chainId) external view returns (address);
}
