// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {CharterAccount} from "./CharterAccount.sol";
import {Call, IAgreements} from "./IAgreements.sol";

/// @title The accounts from which parties speak
abstract contract PartyAccounts is IAgreements {
    /// @dev What each account is a clone of. It is nobody's account.
    address private immutable ACCOUNT = address(new CharterAccount());

    /// @inheritdoc IAgreements
    function accountOf(bytes32 party) public view returns (address) {
        return Clones.predictDeterministicAddress(ACCOUNT, party);
    }

    /// @dev The one place where calls leave. The caller has checked that the party agreed, and has written so.
    function _speak(bytes32 party, Call[] memory calls) internal returns (bytes[] memory results) {
        if (calls.length == 0) return results;
        address account = accountOf(party);
        if (account.code.length == 0) {
            Clones.cloneDeterministic(ACCOUNT, party);
            emit AccountCreated(party, account);
        }
        return CharterAccount(payable(account)).execute(calls);
    }
}
