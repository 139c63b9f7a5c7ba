// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FinalityKind} from "../verifiers/IWatcherSet.sol";
import {ChainRule, Document, TokenForm} from "./Document.sol";
import {ICharters} from "./ICharters.sol";
import {MemberList} from "./MemberList.sol";

/// @title Which documents a charter may have
/// @notice Lists have one order, so that a document has one form and so one hash.
library DocumentRules {
    /// @notice The hash of a document.
    function hash(Document calldata document) internal pure returns (bytes32) {
        return keccak256(abi.encode(document));
    }

    /// @notice Reverts with the rule that the document breaks.
    function check(Document calldata document) internal pure {
        checkMembers(document.members);
        uint256 count = document.members.length;
        uint256 quorum = document.quorum;
        require(quorum != 0 && quorum <= count, ICharters.DocumentInvalid("quorum", quorum));
        require(document.isConflicting || 2 * quorum > count, ICharters.DocumentQuorumTooSmall(quorum, count));
        _checkChains(document.chains);
        for (uint256 i; i < document.tokens.length; ++i) {
            _checkForms(document.tokens[i], i);
        }
        _checkDistinct(document.tokens);
    }

    /// @notice Reverts unless members ascend and fit into a list.
    function checkMembers(address[] calldata members) internal pure {
        require(
            members.length != 0 && members.length <= MemberList.MAX_MEMBERS,
            ICharters.DocumentInvalid("members.length", members.length)
        );
        address previous;
        for (uint256 i; i < members.length; ++i) {
            require(members[i] > previous, ICharters.DocumentInvalid("members", i));
            previous = members[i];
        }
    }

    function _checkChains(ChainRule[] calldata chains) private pure {
        uint64 previous;
        for (uint256 i; i < chains.length; ++i) {
            ChainRule calldata rule = chains[i];
            require(rule.chainId > previous, ICharters.DocumentInvalid("chains", i));
            require(rule.finality == FinalityKind.Depth || rule.depth == 0, ICharters.DocumentInvalid("chains.depth", i));
            previous = rule.chainId;
        }
    }

    function _checkForms(TokenForm[] calldata forms, uint256 group) private pure {
        require(forms.length > 1, ICharters.DocumentInvalid("tokens.length", group));
        uint64 previous;
        for (uint256 i; i < forms.length; ++i) {
            require(forms[i].chainId > previous, ICharters.DocumentInvalid("tokens", group));
            previous = forms[i].chainId;
        }
    }

    /// @dev Groups ascend by their first form, and no token is in two of them.
    function _checkDistinct(TokenForm[][] calldata tokens) private pure {
        for (uint256 i = 1; i < tokens.length; ++i) {
            require(_key(tokens[i][0]) > _key(tokens[i - 1][0]), ICharters.DocumentInvalid("tokens", i));
            for (uint256 j; j < i; ++j) {
                require(!_overlap(tokens[i], tokens[j]), ICharters.DocumentInvalid("tokens", i));
            }
        }
    }

    function _overlap(TokenForm[] calldata one, TokenForm[] calldata other) private pure returns (bool) {
        for (uint256 i; i < one.length; ++i) {
            for (uint256 j; j < other.length; ++j) {
                if (_key(one[i]) == _key(other[j])) return true;
            }
        }
        return false;
    }

    function _key(TokenForm calldata form) private pure returns (uint256) {
        return (uint256(form.chainId) << 160) | uint160(form.token);
    }
}
