import type { Plant } from './plant.ts'

const folder = 'contracts/tasks'
const base = `${folder}/TaskBase.sol`
const steps = `${folder}/ActorSteps.sol`
const desk = `${folder}/PortalDesk.sol`
const portal = `${folder}/TaskPortal.sol`

type Planting = { readonly bug: string; readonly test: string; readonly caughtBy: string; readonly file: string }

const plant = ({ bug, test, caughtBy, file }: Planting, find: string, replace: string): Plant => ({
  bug,
  tests: [`test/contracts/tasks/${test}.t.sol`],
  caughtBy: [caughtBy],
  edits: [{ file, find, replace }],
})

/** Of workers, messages and receipts of other chains. */
export const taskChainPlants: readonly Plant[] = [
  plant(
    {
      bug: 'the grace of a counter runs while the lane stands still',
      test: 'RemoteWindows',
      caughtBy: 'test_a_stopped_lane_stops_the_answer_and_the_counter',
      file: base,
    },
    'deadline += terms.grace + _since(stopped, _backings[taskId].stoppedSeconds);',
    'deadline += terms.grace;',
  ),
  plant(
    { bug: 'a remote worker has no grace to counter', test: 'RemoteWindows', caughtBy: 'test_RemoteWindowsIncludeGrace', file: base },
    'deadline += terms.grace + _since(stopped, _backings[taskId].stoppedSeconds);',
    'deadline += _since(stopped, _backings[taskId].stoppedSeconds);',
  ),
  plant(
    {
      bug: 'the work goes on while the lane stands still',
      test: 'RemoteWindows',
      caughtBy: 'test_LaneStopCannotCostAWorkerItsPay',
      file: base,
    },
    'if (isRemote) deadline += _since(stopped, _backings[taskId].stoppedSeconds);',
    '',
  ),
  plant(
    {
      bug: 'a claim locks what was deposited for the namesake at home',
      test: 'RemoteWindows',
      caughtBy: 'test_ClaimInAVictimsNameHarmsNobody',
      file: steps,
    },
    'uint256 free = _depositOf(sponsor, actor.chainId, actor.account, terms.token);',
    'uint256 free = _depositOf(sponsor, block.chainid, actor.account, terms.token);',
  ),
  plant(
    {
      bug: 'a contract at home signs for its namesake elsewhere',
      test: 'RemoteSignatures',
      caughtBy: 'test_RevertWhen_a_contract_at_home_speaks_for_an_actor_elsewhere',
      file: steps,
    },
    'return actor.chainId == block.chainid && SignatureChecker',
    'return SignatureChecker',
  ),
  plant(
    { bug: 'one answer is for all doubts', test: 'RemoteSignatures', caughtBy: 'test_a_signature_answers_one_doubt', file: steps },
    '!task.isSuspected || _suspicions[taskId].bond != bond',
    '!task.isSuspected',
  ),
  plant(
    {
      bug: 'terms of another task are given up',
      test: 'RemoteActions',
      caughtBy: 'test_terms_of_another_task_give_up_nothing',
      file: steps,
    },
    'if (taskId != _taskIdOf(terms)) answer.refusal = Refusal.Stale;\n        else if (answer.refusal',
    'if (answer.refusal',
  ),
  plant(
    {
      bug: 'one of two workers hands on alone',
      test: 'RemoteHandoffs',
      caughtBy: 'test_two_accounts_hand_off_through_their_portals_in_either_order',
      file: steps,
    },
    'if (!_hasAgreed(from, by, structHash, signatures[0]) || !_hasAgreed(to, by, structHash, signatures[1])) return false;',
    'if (!_hasAgreed(from, by, structHash, signatures[0]) && !_hasAgreed(to, by, structHash, signatures[1])) return false;',
  ),
  plant(
    { bug: 'anybody speaks for a home', test: 'Receipts', caughtBy: 'test_ReceiptKeyedByOrigin', file: portal },
    'uint256 homeChainId = _escrows.originOf(address(GATEWAY), sender);',
    '(uint256 homeChainId, ) = Peers.senderOf(address(GATEWAY), sender);',
  ),
  plant(
    {
      bug: 'an end that settled nothing meets a prerequisite',
      test: 'Receipts',
      caughtBy: 'test_a_receipt_that_says_too_little_or_no_settlement_does_not_count',
      file: portal,
    },
    ' && stored.ending != Ending.Expiry && stored.ending != Ending.Cancellation;',
    ';',
  ),
  plant(
    { bug: 'receipts leave before the end', test: 'Receipts', caughtBy: 'test_RevertGiven_the_task_is_not_over', file: desk },
    'require(task.state >= TaskState.Settled, TaskNotOver(taskId, task.state));\n        receipt.taskId',
    'receipt.taskId',
  ),
  plant(
    {
      bug: 'work that comes in the last hour is late',
      test: 'RaceGrid',
      caughtBy: 'test_every_order_has_one_end_and_costs_no_honest_worker_its_pay',
      file: steps,
    },
    'block.timestamp > _workDeadline(taskId, task)) {\n            answer.refusal = Refusal.TooLate;\n        }',
    'block.timestamp + 1 hours > _workDeadline(taskId, task)) {\n            answer.refusal = Refusal.TooLate;\n        }',
  ),
  plant(
    { bug: 'a portal acts on tasks that do not admit its chain', test: 'RogueTaskChain', caughtBy: 'test_RogueChain', file: steps },
    'return chainId == block.chainid || terms.admits(chainId);',
    'return chainId != 0;',
  ),
]
