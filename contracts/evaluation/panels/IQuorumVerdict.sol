// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Work} from "../../tasks/ITaskRecords.sol";
import {Terms} from "../../tasks/Terms.sol";

/// @notice A judge and its signature.
struct JudgeSignature {
    address judge;
    /// @dev Of its key, or whatever its contract accepts (ERC-1271).
    bytes signature;
}

/// @title An evaluator whose word is that of a quorum of judges
/// @notice A panel is a small contract that never changes, at an address that commits to its judges and quorum: terms name it as their evaluator
/// like any account. Judges sign; whoever holds enough signatures brings all of them in one transaction.
/// @dev The EIP-712 domain is `Hanse QuorumVerdict`, version `1`, the chain and the panel. A judge signs one verdict per deliverable, for not
/// longer than it stands by it: it cannot take it back, and where it signs two, the first that is brought counts.
interface IQuorumVerdict {
    /// @notice The panel gave its verdict.
    event VerdictGiven(bytes32 indexed taskId, uint16 token, bytes32 deliverable, uint16 verdict);
    /// @notice The panel asked for a revision.
    event RevisionAsked(bytes32 indexed taskId, uint16 token, bytes32 deliverable);
    /// @notice A judge's part of the fees that the panel earned was paid.
    event FeePaid(address indexed judge, address indexed token, uint256 amount);

    /// @notice The signatures count until this second, which has passed.
    error VerdictExpired(uint40 expiry, uint256 timestamp);
    /// @notice There are fewer signatures than the panel needs.
    error QuorumMissed(uint256 quorum, uint256 signatures);
    /// @notice No judge of the panel, or not in ascending order, each once.
    error JudgeWrong(address judge);
    /// @notice Nobody judges its own work.
    error JudgeIsWorker(address judge);
    /// @notice This judge did not sign this.
    error JudgementNotSigned(address judge, bytes32 digest);
    /// @notice The judge has nothing to get in this token.
    error FeeEmpty(address judge, address token);

    /// @notice Gives a verdict over one deliverable. Anyone with the signatures.
    /// @param expiry The signatures count until this second.
    /// @param signatures In strictly ascending order of judges, the quorum or more, over the EIP-712
    /// `Verdict(bytes32 taskId,uint16 token,bytes32 deliverable,uint16 verdict,uint40 expiry)` in the domain of this panel.
    function decide(Terms calldata terms, Work calldata work, uint16 verdict, uint40 expiry, JudgeSignature[] calldata signatures) external;

    /// @notice Asks for a revision instead. Anyone with the signatures.
    /// @param signatures As for a verdict, over the EIP-712 `Revision(bytes32 taskId,uint16 token,bytes32 deliverable,uint40 expiry)`.
    function revise(Terms calldata terms, Work calldata work, uint40 expiry, JudgeSignature[] calldata signatures) external;

    /// @notice Pays a judge its part of all fees in a token that came to the panel: judges share them equally. Anyone.
    function payFee(address judge, address token) external;

    /// @notice Fetches fees that the escrow could not pay to the panel. Anyone.
    function fetchCredit(address token) external;

    /// @notice The judges, in ascending order, and how many of them it takes.
    function panel() external view returns (address[] memory judges, uint8 quorum);
}
