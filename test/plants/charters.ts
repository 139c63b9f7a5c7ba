import type { Plant } from './plant.ts'

const folder = 'test/contracts/charters'
const agreements = `${folder}/Agreements.t.sol`
const coordination = `${folder}/Coordination.t.sol`
const chains = `${folder}/ChartersOverChains.t.sol`
const tasks = `${folder}/TasksUnderCharters.t.sol`
const charters = `${folder}/Charters.t.sol`
const invariants = `${folder}/CharterInvariants.t.sol`

type Planting = { bug: string; file: string; find: string; replace: string; test: string; caughtBy: readonly string[] }

const plant = ({ bug, file, find, replace, test, caughtBy }: Planting): Plant => ({
  bug,
  edits: [{ file: `contracts/${file}`, find, replace }],
  tests: [test],
  caughtBy,
})

/** Bugs of charters, agreements and of the gate of tasks. */
export const charterPlants: readonly Plant[] = [
  plant({
    bug: 'an agreement may be brought again',
    file: 'charters/Agreements.sol',
    find: '_end(intentHash, intent, Status.Executed);',
    replace: '_end(intentHash, intent, Status.Proposed);',
    test: invariants,
    caughtBy: ['invariant_OnlyAQuorumOfTheCurrentEpochActs'],
  }),
  plant({
    bug: 'the participants need not be the members',
    file: 'charters/Agreements.sol',
    find: 'participantsHash == membersHash',
    replace: 'participantsHash != 0 || membersHash != 0',
    test: agreements,
    caughtBy: ['test_AgreementCannotSpeakForCharters'],
  }),
  plant({
    bug: 'an agreement counts under any epoch',
    file: 'charters/Agreements.sol',
    find: 'require(epoch == current,',
    replace: 'require(epoch <= current,',
    test: charters,
    caughtBy: ['test_AQuorumAmendsAndTheEpochBeforeStaysKnown'],
  }),
  plant({
    bug: 'a wallet counts although its key did',
    file: 'charters/Intents.sol',
    find: 'index >= next && index < participants.length && !_isSet(acceptances.signers, index)',
    replace: 'index >= next && index < participants.length',
    test: agreements,
    caughtBy: ['test_WalletsAcceptInASecondListAndNobodyCountsTwice'],
  }),
  plant({
    bug: 'a wallet counts twice',
    file: 'charters/Intents.sol',
    find: 'next = index + 1;',
    replace: 'next = index;',
    test: agreements,
    caughtBy: ['test_WalletsAcceptInASecondListAndNobodyCountsTwice'],
  }),
  plant({
    bug: 'the expiry of acceptances is not asked',
    file: 'charters/Agreements.sol',
    find: 'block.timestamp < acceptances.expiry,',
    replace: 'block.timestamp < acceptances.expiry + 1 days,',
    test: agreements,
    caughtBy: ['test_RevertWhen_ItRanOut'],
  }),
  plant({
    bug: 'anybody moves an account',
    file: 'charters/CharterAccount.sol',
    find: 'msg.sender == AGREEMENTS,',
    replace: 'msg.sender != address(0),',
    test: agreements,
    caughtBy: ['test_AgreementCannotSpeakForAnotherCharterNorForTheProtocol'],
  }),
  plant({
    bug: 'what nobody signed is executed as execution data',
    file: 'charters/Coordination.sol',
    find: 'keccak256(executionData) == keccak256(payload.coordinationData),',
    replace: 'executionData.length != 0,',
    test: agreements,
    caughtBy: ['test_APlanGoesThePathOfTheStandardToo'],
  }),
  plant({
    bug: 'an expired acceptance counts',
    file: 'charters/Coordination.sol',
    find: 'require(block.timestamp < _acceptedUntil[intentHash][participants[i]],',
    replace: 'require(_acceptedUntil[intentHash][participants[i]] != 0,',
    test: coordination,
    caughtBy: ['test_RevertWhen_AnAcceptanceRanOut'],
  }),
  plant({
    bug: 'a nonce may be used again',
    file: 'charters/Coordination.sol',
    find: 'intent.nonce > _nonces[intent.agentId]',
    replace: 'intent.nonce >= _nonces[intent.agentId]',
    test: coordination,
    caughtBy: ['test_RevertWhen_TheNonceIsNotGreater'],
  }),
  plant({
    bug: 'an older epoch becomes current when it comes late',
    file: 'charters/Charters.sol',
    find: 'if (epoch.number > before.number) _current[charterId] = epoch;',
    replace: '_current[charterId] = epoch;',
    test: chains,
    caughtBy: ['test_AnOlderEpochThatComesLateNeverBecomesCurrent'],
  }),
  plant({
    bug: 'a home overwrites an epoch that is known',
    file: 'charters/Charters.sol',
    find: 'if (_epochs[charterId][epoch.number].number == 0) {',
    replace: 'if (_epochs[charterId][epoch.number].number <= epoch.number) {',
    test: chains,
    caughtBy: ['test_AnEpochHasOneContentWhateverItsHomeSaysLater'],
  }),
  plant({
    bug: 'a mirror takes the id that it is told',
    file: 'charters/Charters.sol',
    find: 'bytes32 charterId = _idOf(originChainId, _peers.peerOf(originChainId), foundingHash);',
    replace: 'bytes32 charterId = _idOf(block.chainid, address(this), foundingHash);',
    test: chains,
    caughtBy: ['test_AChainSpeaksOnlyOfChartersWhoseHomeItIs'],
  }),
  plant({
    bug: 'a mirror may be amended',
    file: 'charters/Charters.sol',
    find: 'require(homeChainId == block.chainid, CharterNotHome(charterId, homeChainId));',
    replace: '',
    test: chains,
    caughtBy: ['test_OnlyTheHomeAmendsAndAnnounces'],
  }),
  plant({
    bug: 'any chain brings legs for any charter',
    file: 'charters/Legs.sol',
    find: 'require(homeChainId == originChainId,',
    replace: 'require(homeChainId != 0,',
    test: chains,
    caughtBy: ['test_AChainCannotBringLegsForAnothersCharter'],
  }),
  plant({
    bug: 'an old report undoes a final one',
    file: 'charters/Legs.sol',
    find: 'known == LegStatus.Done || known == LegStatus.Expired || known == status',
    replace: 'known == status',
    test: chains,
    caughtBy: ['test_AnOldReportDoesNotUndoAFinalOne'],
  }),
  plant({
    bug: 'whoever is admitted now may claim a task of an older epoch',
    file: 'charters/Charters.sol',
    find: 'return known.isMembersOnly ? _isOn(known.members, account) : known.number != 0;',
    replace: 'return known.isMembersOnly ? _isOn(_current[charterId].members, account) : known.number != 0;',
    test: tasks,
    caughtBy: ['test_CharterAmendedInFlight', 'test_ANewcomerDoesNotClaimUnderTheEpochBefore'],
  }),
  plant({
    bug: 'a task is opened under any epoch',
    file: 'charters/Charters.sol',
    find: 'require(known.number == epoch, CharterEpochStale(charterId, known.number, epoch));\n        return',
    replace: 'return',
    test: tasks,
    caughtBy: ['test_OpeningNeedsTheCurrentEpoch', 'test_HiringForANewTaskNeedsItToo'],
  }),
  plant({
    bug: 'outsiders take over from members',
    file: 'tasks/TaskAssignments.sol',
    find: '        _requireAdmitted(taskId, terms.charter, terms.epoch, change.to);\n',
    replace: '',
    test: tasks,
    caughtBy: ['test_OnlyMembersTakeOver'],
  }),
  plant({
    bug: 'a claim without a bond needs no gate',
    file: 'tasks/TaskBase.sol',
    find: 'if (terms.workerBond != 0 || isMembersOnly) task.key',
    replace: 'task.key',
    test: tasks,
    caughtBy: ['test_RevertWhen_ThereIsNeitherABondNorAGate'],
  }),
  plant({
    bug: 'members are believed to be the same people elsewhere',
    file: 'tasks/ActorSteps.sol',
    find: 'actor.chainId == block.chainid ? actor.account : address(0)',
    replace: 'actor.account',
    test: tasks,
    caughtBy: ['test_AClaimFromElsewhereIsOnlyForChartersOpenToAll'],
  }),
]
