// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TaskState} from "../../contracts/tasks/TaskSlot.sol";
import {cheats} from "./Cheats.sol";
import {Machine} from "./Machine.sol";

/// @notice Plays whole tasks, each by a list of actions, and writes down what everybody won or lost. `bench/payoffs.ts` makes the lists.
abstract contract Payoffs is Machine {
    /// @dev Everything of a play is undone by this.
    error Played(int256[PEOPLE] gains);

    error Unplayable(uint256 play, bytes reason);

    function test_play() public {
        bytes memory plays = cheats.readFileBinary("out/plays.bin");
        bytes memory payoffs;
        uint256 place;
        for (uint256 count; place < plays.length; ++count) {
            uint8 chosen = uint8(plays[place]);
            bytes memory actions = new bytes(uint8(plays[place + 1]));
            for (uint256 i; i < actions.length; ++i) actions[i] = plays[place + 2 + i];
            place += 2 + actions.length;
            (bool isDone, bytes memory answer) = address(this).call(abi.encodeCall(this.play, (chosen, actions)));
            if (isDone || bytes4(answer) != Played.selector) revert Unplayable(count, answer);
            for (uint256 i = 4; i < answer.length; i += 32) payoffs = abi.encodePacked(payoffs, _wordAt(answer, i));
        }
        require(payoffs.length != 0, "nothing was played");
        cheats.writeFileBinary("out/payoffs.bin", payoffs);
    }

    function play(uint8 chosen, bytes calldata actions) external {
        _start(Configuration(chosen), 1);
        int256[PEOPLE] memory gains = _wealth();
        for (uint256 i; i < actions.length; ++i) {
            bytes4 refusal = _step(uint8(actions[i]));
            if (refusal != 0) revert Unplayable(i, abi.encode(refusal));
            _requireConservation();
        }
        require(escrow.taskOf(taskIds[0]).state >= TaskState.Settled, "the play is not over");
        int256[PEOPLE] memory wealth = _wealth();
        for (uint256 i; i < PEOPLE; ++i) gains[i] = wealth[i] - gains[i];
        revert Played(gains);
    }

    function _wordAt(bytes memory data, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }
}
