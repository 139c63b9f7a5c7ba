// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {EvmAddress} from "@hanse/contracts/gateway/EvmAddress.sol";

/// @title Greetings between chains
/// @notice The same contract on two chains. Each knows its peer, and takes greetings from nobody else.
contract Greeter is IERC7786Recipient {
    event Greeted(uint256 indexed chainId, string greeting);

    error CallerWrong(address caller, address expected);
    error SenderWrong(uint256 chainId, address sender);
    error PeerSet(uint256 chainId);

    address public immutable GATEWAY;
    address public immutable OWNER;

    mapping(uint256 chainId => address peer) public peerOf;

    constructor(address gateway) {
        GATEWAY = gateway;
        OWNER = msg.sender;
    }

    /// @notice Names the greeter of another chain, once.
    function setPeer(uint256 chainId, address peer) external {
        require(msg.sender == OWNER, CallerWrong(msg.sender, OWNER));
        require(peerOf[chainId] == address(0), PeerSet(chainId));
        peerOf[chainId] = peer;
    }

    /// @notice Sends a greeting to another chain.
    /// @return sendId For `hanse why`, `hanse message follow`.
    function greet(uint256 chainId, string calldata greeting) external returns (bytes32 sendId) {
        bytes memory recipient = EvmAddress.format(chainId, peerOf[chainId]);
        return IERC7786GatewaySource(GATEWAY).sendMessage(recipient, bytes(greeting), new bytes[](0));
    }

    /// @inheritdoc IERC7786Recipient
    function receiveMessage(bytes32, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        require(msg.sender == GATEWAY, CallerWrong(msg.sender, GATEWAY));
        (bool valid, uint256 chainId, address account) = EvmAddress.tryParse(sender);
        require(valid && account == peerOf[chainId], SenderWrong(chainId, account));
        emit Greeted(chainId, string(payload));
        return IERC7786Recipient.receiveMessage.selector;
    }
}
