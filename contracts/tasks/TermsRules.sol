// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Limits} from "../gateway/Limits.sol";
import {ITaskRecords} from "./ITaskRecords.sol";
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
    /// @notice The most revisions of one task: as many as its slot counts.
    uint8 internal constant MAX_REVISIONS = 15;
    /// @notice The `handoffRule` under which the requester signs too.
    uint8 internal constant HANDOFF_SIGNED = 1;
    /// @notice The `handoffRule` under which nobody hands on.
    uint8 internal constant HANDOFF_NEVER = 2;

    /// @dev Words of terms before the list of chains, its offset included; and bytes from one word to the next.
    uint256 private constant HEAD_WORDS = 35;
    uint256 private constant WORD = 32;

    /// @notice The id of a task at home on `chainId` in `escrow`: `keccak256(abi.encode(chainId, escrow, terms))`.
    /// @dev Written so that the terms are copied as they came, not field by field. Bits beyond a field's type give an id that no task has,
    /// because `check` refuses them.
    function idOf(Terms calldata terms, uint256 chainId, address escrow) internal pure returns (bytes32) {
        uint256 offsetOfTerms = 3 * WORD;
        return keccak256(abi.encodePacked(chainId, uint256(uint160(escrow)), offsetOfTerms, encoded(terms)));
    }

    /// @notice Terms as the ABI encodes them, out of calldata: fields, offset of the chains, number of chains, chains.
    /// @dev In Solidity: `abi.encode(terms)` without its first word, which goes through the fields one by one.
    function encoded(Terms calldata terms) internal pure returns (bytes calldata data) {
        uint256 size = (HEAD_WORDS + 1 + terms.chains.length) * WORD;
        uint256 offsetOfChains;
        assembly ("memory-safe") {
            data.offset := terms
            data.length := size
            offsetOfChains := calldataload(add(terms, mul(sub(HEAD_WORDS, 1), WORD)))
        }
        // The encoding allows the list to stand elsewhere. Then the same terms would have many ids.
        require(offsetOfChains == HEAD_WORDS * WORD, ITaskRecords.TermInvalid("chains", offsetOfChains));
    }

    /// @notice Reverts with the field that no task posted now may have like this.
    /// @dev Reads each field, and Solidity refuses one with bits beyond its type. So the terms of a task are what their encoding says.
    function check(Terms calldata terms) internal view {
        uint32 epoch = terms.epoch;
        require(terms.charter != 0 || epoch == 0, ITaskRecords.TermInvalid("epoch", epoch));
        require(terms.evaluator != address(0), ITaskRecords.TermInvalid("evaluator", 0));
        require(terms.token == address(0) || terms.token.code.length != 0, ITaskRecords.TokenInvalid(terms.token));
        _checkShares(terms);
        _checkChains(terms);
        _checkTimes(terms);
        _checkDoubts(terms);
        _checkDisputes(terms);
        _checkAllocation(terms);
        require(terms.maxRevisions <= MAX_REVISIONS, ITaskRecords.TermInvalid("maxRevisions", terms.maxRevisions));
        require(terms.handoffRule <= HANDOFF_NEVER, ITaskRecords.TermInvalid("handoffRule", terms.handoffRule));
        require(terms.delegable <= terms.reward, ITaskRecords.TermInvalid("delegable", terms.delegable));
        // Whoever opens children could fire their defaults for it.
        require(terms.parent == 0 || terms.triggerReward == 0, ITaskRecords.TermInvalid("triggerReward", terms.triggerReward));
        require(
            terms.minPrerequisiteShare <= (terms.prerequisites == 0 ? 0 : WHOLE),
            ITaskRecords.TermInvalid("minPrerequisiteShare", terms.minPrerequisiteShare)
        );
    }

    /// @notice What a requester puts in.
    function total(Terms calldata terms) internal pure returns (uint256) {
        return uint256(terms.reward) + terms.evaluatorFee + terms.triggerReward;
    }

    /// @notice Whether bids decide who gets the task.
    function isAuction(Terms calldata terms) internal pure returns (bool) {
        return terms.challengeWindow != 0;
    }

    /// @notice The last second at which a task under these terms may have neither an end nor a default that is due.
    /// @dev It was won at the last moment, each time handed in at the last moment and each time sent back, then contested, countered and never
    /// ruled upon. A lapse before any delivery comes sooner.
    function latestEnd(Terms calldata terms) internal pure returns (uint256) {
        uint256 remote = terms.chains.length == 0 ? 0 : terms.grace + uint256(Limits.MAX_STOP);
        uint256 round = terms.workWindow + remote + terms.grace + terms.reviewWindow;
        return
            uint256(terms.openUntil) +
            terms.challengeWindow +
            round * (1 + uint256(terms.maxRevisions)) +
            terms.disputeWindow +
            (terms.disputeWindow == 0 ? 0 : remote) +
            terms.arbitrationWindow +
            terms.grace;
    }

    /// @notice The shortest time in which a remote worker may have to act: its shortest window, with the grace.
    function shortestWindow(Terms calldata terms) internal pure returns (uint256 window) {
        window = terms.workWindow;
        if (terms.answerWindow != 0 && terms.answerWindow < window) window = terms.answerWindow;
        if (terms.disputeWindow != 0 && terms.disputeWindow < window) window = terms.disputeWindow;
        window += terms.grace;
    }

    /// @notice Whether the portal of a foreign chain may act under these terms.
    function admits(Terms calldata terms, uint256 chainId) internal pure returns (bool) {
        for (uint256 i; i < terms.chains.length; ++i) {
            if (terms.chains[i] == chainId) return true;
        }
        return false;
    }

    function _checkShares(Terms calldata terms) private pure {
        require(terms.slashShare <= WHOLE, ITaskRecords.TermInvalid("slashShare", terms.slashShare));
        require(terms.floor <= WHOLE, ITaskRecords.TermInvalid("floor", terms.floor));
        // An evaluator must not get below the floor by saying nothing.
        require(terms.silence <= WHOLE && terms.silence >= terms.floor, ITaskRecords.TermInvalid("silence", terms.silence));
    }

    function _checkChains(Terms calldata terms) private view {
        uint256 count = terms.chains.length;
        require(count <= MAX_CHAINS, ITaskRecords.TermInvalid("chains", count));
        uint256 previous;
        for (uint256 i; i < count; ++i) {
            uint256 chainId = terms.chains[i];
            require(
                chainId > previous && chainId <= type(uint64).max && chainId != block.chainid,
                ITaskRecords.TermInvalid("chains", chainId)
            );
            previous = chainId;
        }
        require(count == 0 || terms.grace != 0, ITaskRecords.TermInvalid("grace", 0));
    }

    function _checkTimes(Terms calldata terms) private view {
        require(terms.workWindow != 0, ITaskRecords.TermInvalid("workWindow", 0));
        require(terms.reviewWindow != 0, ITaskRecords.TermInvalid("reviewWindow", 0));
        require(terms.openUntil >= block.timestamp, ITaskRecords.TermInvalid("openUntil", terms.openUntil));
        // The slot pins the work window of a remote worker, grace included.
        uint256 window = uint256(terms.workWindow) + terms.grace;
        require(window <= type(uint24).max, ITaskRecords.TermInvalid("workWindow", window));
        // An award waits for the grace, the clock of the work does not.
        require(!isAuction(terms) || terms.workWindow > terms.grace, ITaskRecords.TermInvalid("workWindow", terms.workWindow));
        uint256 end = latestEnd(terms);
        require(end <= block.timestamp + MAX_LIFE, ITaskRecords.TermInvalid("latestEnd", end));
    }

    function _checkDoubts(Terms calldata terms) private pure {
        bool mayDoubt = terms.suspectBond != 0;
        require(
            mayDoubt == (terms.answerWindow != 0) && terms.answerWindow <= type(uint24).max,
            ITaskRecords.TermInvalid("answerWindow", terms.answerWindow)
        );
        require(terms.suspectBond <= type(uint96).max, ITaskRecords.TermInvalid("suspectBond", terms.suspectBond));
    }

    function _checkDisputes(Terms calldata terms) private pure {
        bool mayDispute = terms.arbitrator != address(0);
        uint256 disputeBond = terms.disputeBond;
        require(mayDispute || disputeBond == 0, ITaskRecords.TermInvalid("disputeBond", disputeBond));
        require(mayDispute == (terms.disputeWindow != 0), ITaskRecords.TermInvalid("disputeWindow", terms.disputeWindow));
        require(mayDispute == (terms.arbitrationWindow != 0), ITaskRecords.TermInvalid("arbitrationWindow", terms.arbitrationWindow));
        require(terms.defaultSplit <= (mayDispute ? WHOLE : 0), ITaskRecords.TermInvalid("defaultSplit", terms.defaultSplit));
        require(!mayDispute || terms.arbitrator != terms.requester, ITaskRecords.TermInvalid("arbitrator", uint160(terms.arbitrator)));
    }

    function _checkAllocation(Terms calldata terms) private view {
        bool hasPolicy = terms.allocation != address(0);
        require(hasPolicy || terms.challengeWindow == 0, ITaskRecords.TermInvalid("challengeWindow", terms.challengeWindow));
        require(hasPolicy || terms.allocationParams == 0, ITaskRecords.TermInvalid("allocationParams", uint256(terms.allocationParams)));
        require(!hasPolicy || terms.allocation.code.length != 0, ITaskRecords.TermInvalid("allocation", uint160(terms.allocation)));
    }
}
