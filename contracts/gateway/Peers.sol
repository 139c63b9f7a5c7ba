// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EvmAddress} from "./EvmAddress.sol";

/// @title Who may speak to a contract through the gateway
/// @notice The one way in which every recipient of ours checks the sender of a message. Equal addresses mean nothing: a peer is a
/// `(chain id, address)` pair in the recipient's own link table, believed for messages from that chain only.
/// @dev In `receiveMessage`: `uint256 originChainId = _peers.originOf(gateway, sender);`
library Peers {
    /// @notice One peer per chain.
    struct Table {
        mapping(uint256 chainId => address peer) _of;
    }

    /// @notice Only the gateway brings messages.
    error CallerNotGateway(address caller, address gateway);
    /// @notice The sender is not the peer linked for its chain, or its address is not in canonical ERC-7930 form.
    error PeerNotLinked(bytes sender);

    /// @notice The chain a message comes from. Reverts unless `gateway` calls and the sender is that chain's peer.
    function originOf(Table storage self, address gateway, bytes calldata sender) internal view returns (uint256) {
        (uint256 chainId, address account) = senderOf(gateway, sender);
        // The account is never zero, so a chain without a peer has no sender either.
        require(self._of[chainId] == account, PeerNotLinked(sender));
        return chainId;
    }

    /// @notice Chain and account of a sender, for recipients that keep another kind of link table. The account is never zero.
    function senderOf(address gateway, bytes calldata sender) internal view returns (uint256 chainId, address account) {
        require(msg.sender == gateway, CallerNotGateway(msg.sender, gateway));
        bool valid;
        (valid, chainId, account) = EvmAddress.tryParse(sender);
        require(valid, PeerNotLinked(sender));
    }

    /// @notice The peer of a chain. Zero: none.
    function peerOf(Table storage self, uint256 chainId) internal view returns (address) {
        return self._of[chainId];
    }

    /// @notice Believes `peer` for `chainId` from now on; zero: nobody.
    function link(Table storage self, uint256 chainId, address peer) internal {
        self._of[chainId] = peer;
    }
}
