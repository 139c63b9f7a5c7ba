// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice How a recipient behaves.
enum Behaviour {
    Accept,
    Revert,
    RevertHuge,
    ReturnHuge,
    WrongMagic,
    DirtyMagic,
    ReturnNothing,
    ReturnShort,
    EatGas,
    EatGasInside,
    NeedGasInside,
    Reenter,
    Reply
}

/// @notice A recipient that behaves as it is told, and counts what it took.
contract Recipient is IERC7786Recipient {
    Behaviour public behaviour;
    uint256 public received;
    mapping(bytes32 receiveId => uint256) public times;
    bytes32 public lastId;
    bytes public lastSender;
    bytes public lastPayload;
    uint256 public gasSeen;

    address private _target;
    bytes private _call;
    /// @notice What the inner call of `Reenter` or `Reply` gave back.
    bool public innerSuccess;
    bytes public innerResult;

    function behave(Behaviour behaviour_) external {
        behaviour = behaviour_;
    }

    /// @notice The call that `Reenter` and `Reply` make.
    function prepare(address target, bytes calldata data) external {
        _target = target;
        _call = data;
    }

    function receiveMessage(bytes32 receiveId, bytes calldata sender, bytes calldata payload) external payable virtual returns (bytes4) {
        gasSeen = gasleft();
        Behaviour how = behaviour;
        if (how == Behaviour.Revert) revert("no");
        if (how == Behaviour.EatGas) while (true) {}
        if (how == Behaviour.EatGasInside) try this.eat() {} catch {}
        if (how == Behaviour.NeedGasInside)
            try this.swell() returns (uint256) {
                innerSuccess = true;
            } catch {}
        if (how == Behaviour.RevertHuge || how == Behaviour.ReturnHuge) _answer(how == Behaviour.RevertHuge, 1_000_000);
        if (how == Behaviour.ReturnNothing) _answer(false, 0);
        if (how == Behaviour.ReturnShort) _answer(false, 31);
        if (how == Behaviour.Reenter || how == Behaviour.Reply) (innerSuccess, innerResult) = _target.call(_call);
        ++received;
        ++times[receiveId];
        lastId = receiveId;
        lastSender = sender;
        lastPayload = payload;
        if (how == Behaviour.WrongMagic) return bytes4(0xdeadbeef);
        if (how == Behaviour.DirtyMagic) _word(bytes32(IERC7786Recipient.receiveMessage.selector) | bytes32(uint256(1)));
        return IERC7786Recipient.receiveMessage.selector;
    }

    function eat() external pure {
        while (true) {}
    }

    /// @notice Takes 3.2 million gas in one step: for memory.
    function swell() external pure returns (uint256) {
        return new bytes(1_250_000).length;
    }

    function _answer(bool reverts, uint256 length) private pure {
        bytes4 magic = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            let at_ := mload(0x40)
            mstore(at_, magic)
            if reverts {
                revert(at_, length)
            }
            return(at_, length)
        }
    }

    function _word(bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, 32)
        }
    }
}
