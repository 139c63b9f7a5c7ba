// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "../../../contracts/tasks/Terms.sol";
import {TermsRules} from "../../../contracts/tasks/TermsRules.sol";
import {vm} from "../../support/Vm.sol";

/// @dev Lets the test pass its data as calldata.
contract TaskFormats {
    function idOf(Terms calldata terms, uint256 chainId, address escrow) external pure returns (bytes32) {
        return TermsRules.idOf(terms, chainId, escrow);
    }
}

/// @notice Terms are encoded and task ids are hashed on chain as `test/vectors/task.json` says.
contract TaskVectorsTest {
    TaskFormats private immutable _formats = new TaskFormats();

    function test_task_ids() public view {
        string memory json = vm.readFile("test/vectors/task.json");
        uint256 count;
        for (; vm.keyExistsJson(json, _case(count)); ++count) {
            string memory path = _case(count);
            bytes memory encoded = vm.parseJsonBytes(json, string.concat(path, ".encoded"));
            Terms memory terms = abi.decode(encoded, (Terms));
            vm.assertEq(abi.encode(terms), encoded);
            vm.assertEq(terms.requester, vm.parseJsonAddress(json, string.concat(path, ".terms.requester")));
            vm.assertEq(terms.reward, vm.parseJsonUint(json, string.concat(path, ".terms.reward")));
            vm.assertEq(terms.openUntil, vm.parseJsonUint(json, string.concat(path, ".terms.openUntil")));
            vm.assertEq(terms.grace, vm.parseJsonUint(json, string.concat(path, ".terms.grace")));
            vm.assertEq(terms.salt, vm.parseJsonBytes32(json, string.concat(path, ".terms.salt")));

            uint256 chainId = vm.parseJsonUint(json, string.concat(path, ".chainId"));
            address escrow = vm.parseJsonAddress(json, string.concat(path, ".escrow"));
            bytes32 taskId = vm.parseJsonBytes32(json, string.concat(path, ".taskId"));
            vm.assertEq(_formats.idOf(terms, chainId, escrow), taskId);
        }
        vm.assertGt(count, 5);
    }

    function _case(uint256 i) private pure returns (string memory) {
        return string.concat(".cases[", vm.toString(i), "]");
    }
}
