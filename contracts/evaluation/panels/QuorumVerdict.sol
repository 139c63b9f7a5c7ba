// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {ITaskEscrow} from "../../tasks/ITaskEscrow.sol";
import {Work} from "../../tasks/ITaskRecords.sol";
import {Terms} from "../../tasks/Terms.sol";
import {IQuorumVerdict, JudgeSignature} from "./IQuorumVerdict.sol";

/// @title A panel of judges
/// @notice See `IQuorumVerdict`. `QuorumPanels` makes clones of this; judges and quorum are a part of their code.
contract QuorumVerdict is IQuorumVerdict, EIP712 {
    using SafeERC20 for IERC20;

    bytes32 private constant VERDICT = keccak256("Verdict(bytes32 taskId,uint16 token,bytes32 deliverable,uint16 verdict,uint40 expiry)");
    bytes32 private constant REVISION = keccak256("Revision(bytes32 taskId,uint16 token,bytes32 deliverable,uint40 expiry)");

    /// @notice The escrow whose tasks these are.
    ITaskEscrow public immutable ESCROW;

    mapping(address token => uint256) private _paid;
    mapping(address token => mapping(address judge => uint256)) private _paidTo;

    constructor(ITaskEscrow escrow) EIP712("Hanse QuorumVerdict", "1") {
        ESCROW = escrow;
    }

    /// @dev Fees in the native coin.
    receive() external payable {}

    /// @inheritdoc IQuorumVerdict
    function decide(
        Terms calldata terms,
        Work calldata work,
        uint16 verdict,
        uint40 expiry,
        JudgeSignature[] calldata signatures
    ) external {
        bytes32 taskId = ESCROW.taskIdOf(terms);
        bytes32 structHash = keccak256(abi.encode(VERDICT, taskId, work.token, work.deliverable, verdict, expiry));
        _requireQuorum(structHash, work.worker, expiry, signatures);

        emit VerdictGiven(taskId, work.token, work.deliverable, verdict);
        ESCROW.decide(terms, work, verdict);
    }

    /// @inheritdoc IQuorumVerdict
    function revise(Terms calldata terms, Work calldata work, uint40 expiry, JudgeSignature[] calldata signatures) external {
        bytes32 taskId = ESCROW.taskIdOf(terms);
        bytes32 structHash = keccak256(abi.encode(REVISION, taskId, work.token, work.deliverable, expiry));
        _requireQuorum(structHash, work.worker, expiry, signatures);

        emit RevisionAsked(taskId, work.token, work.deliverable);
        ESCROW.revise(terms, work);
    }

    /// @inheritdoc IQuorumVerdict
    function payFee(address judge, address token) external {
        (address[] memory judges, ) = panel();
        require(_indexFrom(judges, 0, judge) < judges.length, JudgeWrong(judge));
        uint256 held = token == address(0) ? address(this).balance : IERC20(token).balanceOf(address(this));
        uint256 part = (held + _paid[token]) / judges.length;
        uint256 before = _paidTo[token][judge];
        require(part > before, FeeEmpty(judge, token));

        _paid[token] += part - before;
        _paidTo[token][judge] = part;

        emit FeePaid(judge, token, part - before);
        if (token == address(0)) Address.sendValue(payable(judge), part - before);
        else IERC20(token).safeTransfer(judge, part - before);
    }

    /// @inheritdoc IQuorumVerdict
    function fetchCredit(address token) external {
        ESCROW.withdrawTo(token, address(this));
    }

    /// @inheritdoc IQuorumVerdict
    function panel() public view returns (address[] memory judges, uint8 quorum) {
        return abi.decode(Clones.fetchCloneArgs(address(this)), (address[], uint8));
    }

    function _requireQuorum(bytes32 structHash, address worker, uint40 expiry, JudgeSignature[] calldata signatures) private view {
        require(block.timestamp <= expiry, VerdictExpired(expiry, block.timestamp));
        (address[] memory judges, uint8 quorum) = panel();
        require(signatures.length >= quorum, QuorumMissed(quorum, signatures.length));

        bytes32 digest = _hashTypedDataV4(structHash);
        uint256 next;
        for (uint256 i; i < signatures.length; ++i) {
            address judge = signatures[i].judge;
            // Both lists ascend: a judge that is not after the last one is found no more.
            next = _indexFrom(judges, next, judge) + 1;
            require(next <= judges.length, JudgeWrong(judge));
            require(judge != worker, JudgeIsWorker(judge));
            require(_isSigned(judge, digest, signatures[i].signature), JudgementNotSigned(judge, digest));
        }
    }

    /// @dev The first place from `start` on where `judge` stands; the length of the list when it does not.
    function _indexFrom(address[] memory judges, uint256 start, address judge) private pure returns (uint256 index) {
        index = start;
        while (index < judges.length && judges[index] != judge) ++index;
    }

    /// @dev Keys are tried first, so they also count for accounts with delegated code (EIP-7702); otherwise the account's contract is asked.
    function _isSigned(address judge, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && signer == judge) return true;
        return SignatureChecker.isValidERC1271SignatureNow(judge, digest, signature);
    }
}
