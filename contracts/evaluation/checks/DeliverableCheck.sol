// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CappedCall} from "../../gateway/CappedCall.sol";
import {ITaskEscrow} from "../../tasks/ITaskEscrow.sol";
import {Work} from "../../tasks/ITaskRecords.sol";
import {Terms} from "../../tasks/Terms.sol";
import {TermsRules} from "../../tasks/TermsRules.sol";
import {IDeliverableCheck} from "../IDeliverableCheck.sol";
import {IReviewCheck} from "./IReviewCheck.sol";

/// @title Base of evaluators that judge a deliverable by looking at it
/// @notice See `IReviewCheck`. A check implements `check`, and nothing more.
/// @dev `check` must answer the same whenever it is asked: whoever asks chooses the moment, and the first verdict over work stands.
abstract contract DeliverableCheck is IReviewCheck {
    /// @notice The escrow whose tasks these are.
    ITaskEscrow public immutable ESCROW;
    /// @notice The gas that `check` may use for a review. It is enough for every good deliverable, from the coldest start.
    uint256 public immutable CHECK_GAS;

    constructor(ITaskEscrow escrow, uint256 checkGas) {
        ESCROW = escrow;
        CHECK_GAS = checkGas;
    }

    /// @inheritdoc IReviewCheck
    function judge(Terms calldata terms, Work calldata work, bytes calldata body) external returns (uint16 verdict) {
        require(terms.evaluator == address(this), CheckNotEvaluator(terms.evaluator));
        bytes32 actual = keccak256(body);
        require(actual == work.deliverable, BodyWrong(work.deliverable, actual));

        bytes32 taskId = ESCROW.taskIdOf(terms);
        bool isGood;
        (isGood, verdict) = _ask(taskId, terms.specHash, body);
        // Where there is an arbitrator the worker may dispute, so that the floor does not hold.
        uint16 least = terms.arbitrator == address(0) ? terms.floor : 0;
        if (!isGood || verdict < least) verdict = least;

        emit DeliverableJudged(taskId, work.token, work.deliverable, isGood, verdict);
        ESCROW.decide(terms, work, verdict);
    }

    /// @inheritdoc IDeliverableCheck
    function check(bytes32 taskId, bytes32 specHash, bytes calldata body) public view virtual returns (uint16 verdict);

    /// @dev The call is written out before the gas is counted, so that a long body cannot use up what the check was counted to get.
    function _ask(bytes32 taskId, bytes32 specHash, bytes calldata body) private view returns (bool isGood, uint16 verdict) {
        bytes memory question = abi.encodeCall(this.check, (taskId, specHash, body));
        require(CappedCall.canAfford(CHECK_GAS), CheckGasShort(gasleft(), CHECK_GAS));
        (bool success, bytes memory answer) = address(this).staticcall{gas: CHECK_GAS}(question);
        if (!success || answer.length != 32) return (false, 0);

        uint256 share = abi.decode(answer, (uint256));
        return share <= TermsRules.WHOLE ? (true, uint16(share)) : (false, 0);
    }
}
