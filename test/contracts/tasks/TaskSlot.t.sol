// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PackedTask, Task, TaskSlot, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {vm} from "../../support/Vm.sol";

/// @notice The one slot of a task holds all of it, each field where the layout says.
contract TaskSlotTest {
    /// @dev A task of any values, from two words.
    function _task(uint256 word, uint256 more) private pure returns (Task memory task) {
        task.steppedAt = uint40(word >> 160);
        task.window = uint24(word >> 200);
        task.price = uint16(word >> 224);
        task.token = uint16(word >> 240);
        task.revisions = uint8(more);
        task.isBacked = (more >> 8) & 1 == 1;
        task.isSuspected = (more >> 9) & 1 == 1;
        task.state = TaskState((more >> 16) % (uint256(TaskState.Expired) + 1));
        if (TaskSlot.hasKey(task.state)) task.key = bytes20(uint160(word));
        else task.worker = address(uint160(word));
    }

    function _cut(Task memory task) private pure returns (Task memory) {
        task.steppedAt = uint40(task.steppedAt & (2 ** 38 - 1));
        task.price = uint16(task.price & (2 ** 14 - 1));
        task.token = uint16(task.token & (2 ** 10 - 1));
        task.revisions = uint8(task.revisions & 0xf);
        return task;
    }

    function testFuzz_round_trip(uint256 word, uint256 more) public pure {
        Task memory task = _cut(_task(word, more));
        vm.assertEq(keccak256(abi.encode(task.pack().unpack())), keccak256(abi.encode(task)));
    }

    function testFuzz_layout(uint256 seed, uint256 more) public pure {
        Task memory task = _cut(_task(seed, more));
        uint256 word =
            (uint256(uint160(task.worker) | uint160(task.key)) << 96) +
                (uint256(task.steppedAt) << 58) +
                (uint256(task.isSuspected ? 1 : 0) << 57) +
                (uint256(task.isBacked ? 1 : 0) << 56) +
                (uint256(task.window) << 32) +
                (uint256(task.price) << 18) +
                (uint256(task.token) << 8) +
                (uint256(task.revisions) << 4) +
                uint256(task.state);
        vm.assertEq(PackedTask.unwrap(task.pack()), word);
    }

    /// @dev Values that do not fit never reach a neighbour.
    function testFuzz_cuts_what_does_not_fit(uint256 word, uint256 more) public pure {
        Task memory back = _task(word, more).pack().unpack();
        vm.assertEq(keccak256(abi.encode(back)), keccak256(abi.encode(_cut(_task(word, more)))));
    }

    /// @dev Every word is a task, unless its low four bits name no state.
    function testFuzz_every_word(uint256 word) public view {
        if (word & 0xf > uint256(TaskState.Expired)) {
            try this.unpackWord(word) {
                revert("unpacked a state that does not exist");
            } catch {}
        } else {
            vm.assertEq(PackedTask.unwrap(this.unpackWord(word).pack()), word);
        }
    }

    function unpackWord(uint256 word) external pure returns (Task memory) {
        return PackedTask.wrap(word).unpack();
    }
}
