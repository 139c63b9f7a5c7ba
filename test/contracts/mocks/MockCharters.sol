// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CharterEpoch, ISpaceAgreements, ISpaceCharters} from "../../../contracts/board/ISpaceCharters.sol";

/// @notice Charters as the blackboard sees them: epochs and members that a test sets. It is its own agreements.
contract MockCharters is ISpaceCharters, ISpaceAgreements {
    mapping(bytes32 charterId => uint32) private _epochs;
    mapping(bytes32 charterId => mapping(address account => bool)) private _members;

    function amend(bytes32 charterId, address account, bool isMember_) external {
        _epochs[charterId] += 1;
        _members[charterId][account] = isMember_;
    }

    function isMember(bytes32 charterId, address account) external view returns (bool) {
        return _members[charterId][account];
    }

    function current(bytes32 charterId) external view returns (CharterEpoch memory epoch) {
        epoch.number = _epochs[charterId];
    }

    function agreements() external view returns (ISpaceAgreements) {
        return this;
    }

    function accountOf(bytes32 party) external pure returns (address) {
        return address(bytes20(keccak256(abi.encode("account", party))));
    }
}
