// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Limits} from "../gateway/Limits.sol";
import {ITaskEscrow} from "./ITaskEscrow.sol";
import {Terms} from "./Terms.sol";

/// @title Which terms a task may have
/// @notice Checked once, at posting: whoever reads terms whose task exists may rely on all of this.
library TermsRules {
    /// @notice A whole, in basis points.
    uint16 internal constant WHOLE = 10_000;
    /// @notice Seconds after posting within which every task is over.
    uint256 internal constant MAX_LIFE = 365 days;
    /// @notice The most foreign chains a task may admit.
    uint256 internal constant MAX_CHAINS = 64;

    /// @notice The id of a task at home on `chainId` in `escrow`.
    function idOf(Terms calldata terms, uint256 chainId, address escrow) internal pure returns (bytes32) {
        return keccak256(abi.encode(chainId, escrow, terms));
    }

    /// @notice Reverts with the field that no task posted now may have like this.
    function check(Terms calldata terms) internal view {
        _checkSupport(terms);
        _checkShares(terms);
        _checkChains(terms);
        _checkTimes(terms);

        require(terms.evaluator != address(0), ITaskEscrow.TermInvalid("evaluator", 0));
        // Without a stake, claiming to block others would be free.
        require(terms.workerBond != 0, ITaskEscrow.TermInvalid("workerBond", 0));
        require(terms.token == address(0) || terms.token.code.length != 0, ITaskEscrow.TokenInvalid(terms.token));
    }

    /// @notice The last second at which a task under these terms may have neither an end nor a default that is due.
    /// @dev It was claimed at the last moment, handed in at the last moment, and never judged. A lapse comes before that.
    function latestEnd(Terms calldata terms) internal pure returns (uint256) {
        uint256 remote = terms.chains.length == 0 ? 0 : terms.grace + uint256(Limits.MAX_STOP);
        return uint256(terms.openUntil) + terms.workWindow + remote + terms.reviewWindow + terms.grace;
    }

    /// @notice Whether the portal of a foreign chain may act under these terms.
    function admits(Terms calldata terms, uint256 chainId) internal pure returns (bool) {
        for (uint256 i; i < terms.chains.length; ++i) {
            if (terms.chains[i] == chainId) return true;
        }
        return false;
    }

    function _checkShares(Terms calldata terms) private pure {
        require(terms.slashShare <= WHOLE, ITaskEscrow.TermInvalid("slashShare", terms.slashShare));
        require(terms.floor <= WHOLE, ITaskEscrow.TermInvalid("floor", terms.floor));
        // An evaluator must not get below the floor by saying nothing.
        require(terms.silence <= WHOLE && terms.silence >= terms.floor, ITaskEscrow.TermInvalid("silence", terms.silence));
    }

    function _checkChains(Terms calldata terms) private view {
        uint256 count = terms.chains.length;
        require(count <= MAX_CHAINS, ITaskEscrow.TermInvalid("chains", count));
        uint256 previous;
        for (uint256 i; i < count; ++i) {
            uint256 chainId = terms.chains[i];
            require(
                chainId > previous && chainId <= type(uint64).max && chainId != block.chainid,
                ITaskEscrow.TermInvalid("chains", chainId)
            );
            previous = chainId;
        }
        require(count == 0 || terms.grace != 0, ITaskEscrow.TermInvalid("grace", 0));
    }

    function _checkTimes(Terms calldata terms) private view {
        require(terms.workWindow != 0, ITaskEscrow.TermInvalid("workWindow", 0));
        require(terms.reviewWindow != 0, ITaskEscrow.TermInvalid("reviewWindow", 0));
        require(terms.openUntil >= block.timestamp, ITaskEscrow.TermInvalid("openUntil", terms.openUntil));
        // The slot pins the work window of a remote worker, grace included.
        uint256 window = uint256(terms.workWindow) + terms.grace;
        require(window <= type(uint24).max, ITaskEscrow.TermInvalid("workWindow", window));
        uint256 end = latestEnd(terms);
        require(end <= block.timestamp + MAX_LIFE, ITaskEscrow.TermInvalid("latestEnd", end));
    }

    function _checkSupport(Terms calldata terms) private pure {
        _mustBeZero(terms.suspectBond, "suspectBond");
        _mustBeZero(terms.answerWindow, "answerWindow");
        _mustBeZero(terms.disputeBond, "disputeBond");
        _mustBeZero(terms.evaluatorFee, "evaluatorFee");
        _mustBeZero(uint160(terms.arbitrator), "arbitrator");
        _mustBeZero(terms.defaultSplit, "defaultSplit");
        _mustBeZero(uint160(terms.allocation), "allocation");
        _mustBeZero(uint256(terms.allocationParams), "allocationParams");
        _mustBeZero(terms.challengeWindow, "challengeWindow");
        _mustBeZero(terms.disputeWindow, "disputeWindow");
        _mustBeZero(terms.arbitrationWindow, "arbitrationWindow");
        _mustBeZero(terms.maxRevisions, "maxRevisions");
        _mustBeZero(terms.handoffRule, "handoffRule");
        _mustBeZero(uint256(terms.parent), "parent");
        _mustBeZero(terms.delegable, "delegable");
        _mustBeZero(uint256(terms.prerequisites), "prerequisites");
        _mustBeZero(terms.minPrerequisiteShare, "minPrerequisiteShare");
        _mustBeZero(uint256(terms.charter), "charter");
        _mustBeZero(terms.epoch, "epoch");
        _mustBeZero(terms.triggerReward, "triggerReward");
    }

    function _mustBeZero(uint256 value, bytes32 field) private pure {
        if (value != 0) revert ITaskEscrow.TermUnsupported(_text(field));
    }

    /// @dev The text of a name of at most 31 letters.
    function _text(bytes32 name) private pure returns (string memory) {
        uint256 length;
        while (name[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i; i < length; ++i) text[i] = name[i];
        return string(text);
    }
}
