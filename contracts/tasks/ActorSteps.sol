// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {Actor, ActorHandoff, Ending, Refusal, Work} from "./ITaskRecords.sol";
import {Answer} from "./PortalMessages.sol";
import {TaskExtension} from "./TaskExtension.sol";
import {TaskKeys} from "./TaskKeys.sol";
import {TaskSignatures} from "./TaskSignatures.sol";
import {Task, TaskSlot, TaskState} from "./TaskSlot.sol";
import {Terms} from "./Terms.sol";
import {TermsRules} from "./TermsRules.sol";

/// @title What an actor of any chain may do to a task, whoever brought its will
/// @notice Each step answers: granted, or refused with the reason and without any effect. The caller has made sure that the actor wants it.
abstract contract ActorSteps is TaskExtension {
    using TermsRules for Terms;

    function _claimAs(
        uint256 chainId,
        Answer memory answer,
        Terms calldata terms,
        address sponsor,
        uint16 token,
        uint40 deadline
    ) internal {
        Task memory task = _tasks[answer.taskId].unpack();
        Actor memory actor = Actor(chainId, answer.account);

        if (answer.taskId != _taskIdOf(terms) || task.state != TaskState.Open || task.token != token) {
            answer.refusal = Refusal.Stale;
        } else if (!_admitsChain(terms, chainId)) {
            answer.refusal = Refusal.ChainNotAdmitted;
        } else if (block.timestamp > deadline || block.timestamp > terms.openUntil) {
            answer.refusal = Refusal.TooLate;
        } else if (_isPaused()) {
            answer.refusal = Refusal.Paused;
        } else if (terms.allocation != address(0) || (terms.workerBond == 0 && _admitsMember(terms, address(0)))) {
            answer.refusal = Refusal.TermsUnsupported;
        } else if (terms.prerequisites != 0 && !_areReady[answer.taskId]) {
            answer.refusal = Refusal.PrerequisitesUnmet;
        } else {
            answer.refusal = _actorRefusal(terms, actor, sponsor);
        }
        if (answer.refusal == Refusal.None) {
            task.price = TermsRules.WHOLE;
            answer.deadline = _assign(answer.taskId, task, actor, sponsor, _windowOf(terms, chainId));
            _lockBond(answer.taskId, sponsor, actor, terms.token, terms.workerBond);
        }
        answer.token = task.token;
    }

    function _submitAs(uint256 chainId, Answer memory answer, uint16 token, bytes32 deliverable) internal {
        Task memory task = _heldBy(chainId, answer, token);
        if (answer.refusal == Refusal.None) _deliver(answer.taskId, task, deliverable);
    }

    function _aliveAs(uint256 chainId, Answer memory answer, uint16 token, uint96 bond) internal {
        bytes32 taskId = answer.taskId;
        Task memory task = _heldBy(chainId, answer, token);
        if (answer.refusal != Refusal.None) return;
        if (!task.isSuspected || _suspicions[taskId].bond != bond) {
            answer.refusal = Refusal.NotDoubted;
            return;
        }

        _answerSuspicion(taskId, task);
        _stepAt(taskId, task, TaskState.Assigned, task.steppedAt);
        answer.deadline = uint40(_workDeadline(taskId, task));
    }

    /// @dev The only step of a message that pays. All state is written before, nothing after depends on the payee, and a payee that enters the escrow
    /// again finds a task that nobody holds.
    function _giveUpAs(uint256 chainId, Answer memory answer, Terms calldata terms, uint16 token) internal {
        bytes32 taskId = answer.taskId;
        Task memory task = _heldBy(chainId, answer, token);
        if (taskId != _taskIdOf(terms)) answer.refusal = Refusal.Stale;
        else if (answer.refusal == Refusal.None && task.revisions != 0) answer.refusal = Refusal.Delivered;
        if (answer.refusal != Refusal.None) return;
        if (task.isSuspected) _answerSuspicion(taskId, task);

        _release(taskId, task, terms, _lapseCost(terms) / 2, Ending.GiveUp);
    }

    function _counterAs(uint256 chainId, Answer memory answer, Terms calldata terms, Work memory work, address sponsor) internal {
        bytes32 taskId = answer.taskId;
        Task memory task = _tasks[taskId].unpack();
        answer.token = task.token;
        bool isSeen =
            task.state == TaskState.Contested && task.token == work.token && task.key == TaskKeys.workKey(work.worker, work.deliverable);

        if (taskId != _taskIdOf(terms) || !isSeen) {
            answer.refusal = Refusal.Stale;
        } else if (!_admitsChain(terms, chainId)) {
            answer.refusal = Refusal.ChainNotAdmitted;
        } else if (block.timestamp > _counterDeadline(taskId, task, terms)) {
            answer.refusal = Refusal.TooLate;
        } else if (_depositOf(sponsor, chainId, answer.account, terms.token) < terms.disputeBond) {
            answer.refusal = Refusal.BondMissing;
        } else {
            _step(taskId, task, TaskState.Disputed);
            _disputes[taskId].counterer = sponsor;
            emit TaskDisputed(taskId, sponsor, terms.arbitrator);
            _lockBond(taskId, sponsor, Actor(chainId, answer.account), terms.token, terms.disputeBond);
        }
    }

    /// @dev `by` agrees, whoever it is. `signatures` are those of the worker of record, of the new one, and of the requester.
    function _handoffAs(
        Actor memory by,
        Answer memory answer,
        Terms calldata terms,
        ActorHandoff memory change,
        bytes[3] memory signatures
    ) internal returns (bytes32 structHash) {
        bytes32 taskId = answer.taskId;
        Task memory task = _tasks[taskId].unpack();
        answer.token = task.token;
        answer.refusal = _handoffRefusal(taskId, task, terms, change);
        if (answer.refusal != Refusal.None) return 0;

        (Actor memory from, ) = _standing(taskId, task);
        structHash = TaskSignatures.actorHandoff(taskId, from, change);
        if (!_haveAgreed(terms, from, change.to, by, structHash, signatures)) {
            answer.refusal = Refusal.ConsentMissing;
            return structHash;
        }
        if (task.isSuspected) _answerSuspicion(taskId, task);
        answer.deadline = _succeed(taskId, task, terms, change);
        answer.token = task.token;
    }

    function _admitsChain(Terms calldata terms, uint256 chainId) internal view returns (bool) {
        return chainId == block.chainid || terms.admits(chainId);
    }

    function _agreementKey(Actor memory actor, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(actor, structHash));
    }

    /// @dev Whether the key of an actor signed this. What a contract says at home counts for actors of home only.
    function _hasSigned(Actor memory actor, bytes32 structHash, bytes memory signature) internal view returns (bool) {
        bytes32 digest = _hashTypedDataV4(structHash);
        if (actor.account == address(0) || _revoked[actor.account][digest]) return false;
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecover(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && signer == actor.account) return true;
        return actor.chainId == block.chainid && SignatureChecker.isValidERC1271SignatureNow(actor.account, digest, signature);
    }

    /// @dev The assignment that an actor says to hold under this token, in time.
    function _heldBy(uint256 chainId, Answer memory answer, uint16 token) private view returns (Task memory task) {
        bytes32 taskId = answer.taskId;
        task = _tasks[taskId].unpack();
        answer.token = task.token;
        if (task.state != TaskState.Assigned || task.token != token) {
            answer.refusal = Refusal.Stale;
        } else if (task.worker != answer.account || _chainOf(taskId, task) != chainId) {
            answer.refusal = Refusal.NotWorker;
        } else if (block.timestamp > _workDeadline(taskId, task)) {
            answer.refusal = Refusal.TooLate;
        }
    }

    function _handoffRefusal(
        bytes32 taskId,
        Task memory task,
        Terms calldata terms,
        ActorHandoff memory change
    ) private view returns (Refusal) {
        Actor memory to = change.to;
        if (taskId != _taskIdOf(terms) || task.state != TaskState.Assigned || task.token != change.token) return Refusal.Stale;
        if (terms.handoffRule == TermsRules.HANDOFF_NEVER || task.token == TaskSlot.MAX_TOKEN) return Refusal.HandoffForbidden;
        if (!_admitsChain(terms, to.chainId)) return Refusal.ChainNotAdmitted;
        if (block.timestamp > change.expiry || block.timestamp > _workDeadline(taskId, task)) return Refusal.TooLate;
        bool isSameChain = _chainOf(taskId, task) == to.chainId;
        if (!isSameChain && block.timestamp > uint256(task.steppedAt) + _windowOf(terms, to.chainId)) return Refusal.TooLate;
        return _actorRefusal(terms, to, change.sponsor);
    }

    /// @dev Why an actor may not hold a task of these terms with this sponsor's deposit.
    function _actorRefusal(Terms calldata terms, Actor memory actor, address sponsor) private view returns (Refusal) {
        if (actor.account == address(0) || actor.account == terms.evaluator) return Refusal.AccountInvalid;
        if (!_admitsActor(terms, actor)) return Refusal.NotAdmitted;
        uint256 free = _depositOf(sponsor, actor.chainId, actor.account, terms.token);
        return free < terms.workerBond ? Refusal.BondMissing : Refusal.None;
    }

    function _haveAgreed(
        Terms calldata terms,
        Actor memory from,
        Actor memory to,
        Actor memory by,
        bytes32 structHash,
        bytes[3] memory signatures
    ) private view returns (bool) {
        if (!_hasAgreed(from, by, structHash, signatures[0]) || !_hasAgreed(to, by, structHash, signatures[1])) return false;
        if (terms.handoffRule != TermsRules.HANDOFF_SIGNED) return true;
        return _hasAgreed(Actor(block.chainid, terms.requester), by, structHash, signatures[2]);
    }

    function _hasAgreed(Actor memory actor, Actor memory by, bytes32 structHash, bytes memory signature) private view returns (bool) {
        return
            (by.account == actor.account && by.chainId == actor.chainId) ||
            _areAgreed[_agreementKey(actor, structHash)] ||
            _hasSigned(actor, structHash, signature);
    }

    /// @dev Puts a new actor in the place of the old one, on the same clock, and exchanges their bonds. Who stays on one chain keeps what its lane's
    /// stops gave.
    function _succeed(
        bytes32 taskId,
        Task memory task,
        Terms calldata terms,
        ActorHandoff memory change
    ) private returns (uint40 deadline) {
        (Actor memory from, address sponsor) = _standing(taskId, task);
        Actor memory to = change.to;
        task.token += 1;
        task.worker = to.account;
        if (from.chainId != to.chainId) task.window = _windowOf(terms, to.chainId);
        task.isBacked = to.chainId != block.chainid || change.sponsor != to.account;
        if (task.isBacked) {
            Backing storage backing = _backings[taskId];
            (backing.sponsor, backing.chainId) = (change.sponsor, uint64(to.chainId));
            if (from.chainId != to.chainId) _resetStops(taskId, task);
        }
        _stepAt(taskId, task, TaskState.Assigned, task.steppedAt);
        deadline = uint40(_workDeadline(taskId, task));
        emit TaskAssigned(taskId, to.account, to.chainId, task.token, deadline);
        _returnBond(taskId, sponsor, from, terms.token, terms.workerBond);
        _lockBond(taskId, change.sponsor, to, terms.token, terms.workerBond);
    }

    function _windowOf(Terms calldata terms, uint256 chainId) private view returns (uint24) {
        return chainId == block.chainid ? terms.workWindow : terms.workWindow + terms.grace;
    }

    /// @dev Members are accounts of this chain: an equal address elsewhere may be somebody else's.
    function _admitsActor(Terms calldata terms, Actor memory actor) private view returns (bool) {
        return _admitsMember(terms, actor.chainId == block.chainid ? actor.account : address(0));
    }

    function _admitsMember(Terms calldata terms, address account) private view returns (bool) {
        return terms.charter == 0 || CHARTERS.admits(terms.charter, terms.epoch, account);
    }
}
