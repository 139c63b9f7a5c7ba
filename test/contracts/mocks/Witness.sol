// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice How a witness takes its messages.
enum Mood {
    Accept,
    Refuse,
    EatGas,
    Reply
}

/// @notice One message that ran.
struct Execution {
    bytes32 id;
    /// @dev Of sender and payload.
    bytes32 content;
    address gateway;
    uint256 chainId;
    uint256 time;
    uint256 gas;
}

/// @notice A recipient that keeps a record of every message that ran, and answers when it is in the mood.
contract Witness is IERC7786Recipient {
    Mood public mood;
    Execution[] public executions;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function count() external view returns (uint256) {
        return executions.length;
    }

    function receiveMessage(bytes32 receiveId, bytes calldata sender, bytes calldata payload) external payable returns (bytes4) {
        uint256 gas = gasleft();
        Mood how = mood;
        if (how == Mood.EatGas) while (true) {}
        require(how != Mood.Refuse, "not in the mood");
        bytes32 content = keccak256(abi.encode(sender, payload));
        executions.push(Execution(receiveId, content, msg.sender, block.chainid, block.timestamp, gas));
        if (how == Mood.Reply) try IERC7786GatewaySource(msg.sender).sendMessage(sender, "reply", new bytes[](0)) {} catch {}
        return IERC7786Recipient.receiveMessage.selector;
    }
}
