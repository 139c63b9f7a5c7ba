// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuctionPolicy} from "../../../contracts/allocation/IAuctionPolicy.sol";
import {IPricePolicy} from "../../../contracts/allocation/IPricePolicy.sol";
import {IDeliverableCheck} from "../../../contracts/evaluation/IDeliverableCheck.sol";

/// @notice What a module does when it is asked.
enum Mood {
    Honest,
    Refuse,
    RefuseHuge,
    EatGas,
    /// Answers with 20 kB.
    AnswerHuge,
    /// Answers with more than fits.
    Nonsense,
    /// Calls somebody first, and reverts with what that said.
    Call
}

/// @notice A policy of both kinds and a check, which is as it is told.
contract Module is IAuctionPolicy, IPricePolicy, IDeliverableCheck {
    Mood public mood;
    uint16 public answer = 10_000;
    address private _target;
    bytes private _call;

    function behave(Mood mood_, uint16 answer_) external {
        (mood, answer) = (mood_, answer_);
    }

    function aim(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    /// @notice Honest: any bid is better than none, and a lower one than a higher.
    function isBetter(bytes32, uint16 standing, uint16 share) external view returns (bool) {
        _play();
        return standing == 0 || share < standing;
    }

    function priceOf(bytes32, uint40, uint40) external view returns (uint16) {
        _play();
        return answer;
    }

    function check(bytes32, bytes32, bytes calldata) external view returns (uint16) {
        _play();
        return answer;
    }

    function _play() private view {
        if (mood == Mood.Refuse) revert("no");
        if (mood == Mood.EatGas) while (true) {}
        if (mood == Mood.RefuseHuge) _reply(20_000, false, 0);
        if (mood == Mood.AnswerHuge) _reply(20_000, true, 1);
        if (mood == Mood.Nonsense) _reply(32, true, type(uint256).max);
        if (mood == Mood.Call) {
            (bool success, bytes memory reason) = _target.staticcall(_call);
            require(!success, "the call went through");
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    function _reply(uint256 length, bool isGood, uint256 word) private pure {
        assembly {
            let start := mload(0x40)
            mstore(start, word)
            if isGood {
                return(start, length)
            }
            revert(start, length)
        }
    }

    /// @notice Acts in its own name.
    function act(address target, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory result) = target.call{value: value}(data);
        if (success) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}
