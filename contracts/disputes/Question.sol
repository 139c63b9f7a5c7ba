// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {Work} from "../tasks/ITaskRecords.sol";
import {Terms} from "../tasks/Terms.sol";

/// @title What an arbitrator is asked about a task
/// @notice The meta-evidence of ERC-1497, whole in the event: nobody has to host it, and no party could have written it.
library Question {
    using Strings for address;
    using Strings for uint256;

    /// @notice The JSON document about a contested deliverable, as a data URI.
    /// @param contested The proposed verdict, in basis points.
    function uri(bytes32 taskId, Terms calldata terms, Work calldata work, uint256 contested) internal view returns (string memory) {
        return string.concat("data:application/json;base64,", Base64.encode(bytes(_json(taskId, terms, work, contested))));
    }

    // solhint-disable quotes
    function _json(bytes32 taskId, Terms calldata terms, Work calldata work, uint256 contested) private view returns (string memory) {
        return
            string.concat(
                '{"category":"Task","title":"Disputed work","question":"How much of its price has the worker earned?","description":"',
                _facts(taskId, terms, work),
                '","rulingOptions":{"type":"single-select","titles":["The whole price","The contested share"],"descriptions":["10000',
                ' of 10000 parts","',
                contested.toString(),
                ' of 10000 parts"]}}'
            );
    }
    // solhint-enable quotes

    /// @dev The hashes are those of the description and of the deliverable, which the parties bring as evidence.
    function _facts(bytes32 taskId, Terms calldata terms, Work calldata work) private view returns (string memory) {
        return
            string.concat(
                string.concat("Chain ", block.chainid.toString(), ", task ", uint256(taskId).toHexString(32)),
                string.concat(", spec keccak-256 ", uint256(terms.specHash).toHexString(32)),
                string.concat(", deliverable keccak-256 ", uint256(work.deliverable).toHexString(32)),
                string.concat(", requester ", terms.requester.toHexString(), ", worker ", work.worker.toHexString())
            );
    }
}
