// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {ClaimGates} from "../../../contracts/allocation/ClaimGates.sol";
import {Condition, ConditionKind, IClaimGate} from "../../../contracts/allocation/IClaimGate.sol";
import {IPricePolicy} from "../../../contracts/allocation/IPricePolicy.sol";
import {Blackboard} from "../../../contracts/board/Blackboard.sol";
import {BoardMessage, BoardMessages, MirrorUpdate} from "../../../contracts/board/BoardMessages.sol";
import {Writer} from "../../../contracts/board/IBoardRecords.sol";
import {EvmAddress} from "../../../contracts/gateway/EvmAddress.sol";
import {create} from "../../support/Create.sol";
import {MockCharters} from "../mocks/MockCharters.sol";

/// @notice A blackboard whose gateway, and whose only writer, is the test itself; and gates that ask it.
abstract contract GateWorld {
    uint64 internal constant FAR = 1002;
    address internal constant FAR_BOARD = address(0xFA2);
    bytes32 internal constant KEY = keccak256("draft");
    IPricePolicy internal constant WHOLE_REWARD = IPricePolicy(address(0));

    Blackboard internal board;
    ClaimGates internal gates;
    bytes32 internal space;

    function newGates(AccessManager authority, uint256 chainId) internal {
        board = Blackboard(create("Blackboard", abi.encode(authority, address(this), new MockCharters())));
        board.linkBoard(FAR, FAR_BOARD);
        gates = ClaimGates(create("ClaimGates", abi.encode(board)));
        Writer[] memory writers = new Writer[](1);
        writers[0] = Writer(chainId, address(this));
        space = board.openSpace(1 hours, address(0), "space", writers);
    }

    function writeTimes(uint256 times) internal {
        for (uint32 i; i < times; ++i) {
            board.write(space, KEY, board.cellOf(space, KEY).version, abi.encode(i));
        }
    }

    function appendTimes(uint256 times) internal {
        for (uint256 i; i < times; ++i) {
            board.append(space, KEY, "entry");
        }
    }

    /// @dev What the other chain's blackboard tells of its cell or topic, in its first epoch.
    function mirror(bool isTopic, uint64 reached, uint256 seenAt) internal {
        MirrorUpdate memory update = MirrorUpdate(space, KEY, 1, reached, keccak256(abi.encode(reached)), uint40(seenAt));
        bytes memory payload = BoardMessages.encode(isTopic ? BoardMessage.Topic : BoardMessage.Cell, update);
        board.receiveMessage("message", EvmAddress.format(FAR, FAR_BOARD), payload);
    }

    function version(uint64 atLeast) internal view returns (Condition memory) {
        return Condition(ConditionKind.Version, space, KEY, 0, atLeast, 0, 0);
    }

    function value(bytes32 valueHash) internal view returns (Condition memory) {
        return Condition(ConditionKind.Value, space, KEY, valueHash, 0, 0, 0);
    }

    function length(uint64 atLeast) internal view returns (Condition memory) {
        return Condition(ConditionKind.Length, space, KEY, 0, atLeast, 0, 0);
    }

    function mirrored(bool isTopic, uint64 atLeast, uint40 maxAge) internal view returns (Condition memory) {
        ConditionKind kind = isTopic ? ConditionKind.MirrorLength : ConditionKind.MirrorVersion;
        return Condition(kind, space, KEY, 0, atLeast, FAR, maxAge);
    }

    function one(Condition memory condition) internal pure returns (Condition[] memory conditions) {
        conditions = new Condition[](1);
        conditions[0] = condition;
    }

    function gateWith(Condition memory condition) internal returns (IClaimGate) {
        return IClaimGate(gates.create(one(condition), WHOLE_REWARD));
    }
}
