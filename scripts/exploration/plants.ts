import type { ConfigurationName } from './configurations.ts'

/** A bug as edits of the contracts, and the configuration whose exploration has to find it. */
export type Plant = {
  bug: string
  configuration: ConfigurationName
  edits: readonly { file: string; find: string; replace: string }[]
}

const base = 'contracts/tasks/TaskBase.sol'
const escrow = 'contracts/tasks/TaskEscrow.sol'
const assignments = 'contracts/tasks/TaskAssignments.sol'
const reviews = 'contracts/tasks/TaskReviews.sol'

const plant = (bug: string, configuration: ConfigurationName, file: string, find: string, replace: string): Plant => ({
  bug,
  configuration,
  edits: [{ file, find, replace }],
})

const reviewOf = 'Task memory task = _reviewOf(taskId, work, TaskState.Submitted);'
const silence = '_requireAfter(taskId, uint256(task.steppedAt) + terms.reviewWindow + terms.grace);'
const released = '_emitReceipt(taskId, terms, worker, price, 0, task.token, ending);'

/** The first ones stand for all in continuous integration. */
export const plants: readonly Plant[] = [
  plant(
    'a lapse keeps the bond',
    'claim',
    base,
    `_returnBond(taskId, sponsor, worker, terms.token, terms.workerBond - cost);\n\n        ${released}`,
    released,
  ),
  plant(
    'a child pays back into the books of a dead parent',
    'family',
    base,
    'if (_isAlive(terms.parent)) {',
    'if (_tasks[terms.parent].unpack().state != TaskState.None) {',
  ),
  plant(
    'silence settles what was never handed in',
    'claim',
    escrow,
    `${reviewOf}\n        ${silence}`,
    `Task memory task = _tasks[taskId].unpack();\n        if (task.state != TaskState.Assigned) task = _reviewOf(taskId, work, TaskState.Submitted);\n        ${silence}`,
  ),
  plant(
    'the bond of who contested stays behind',
    'arbitrator',
    reviews,
    'if (dispute.isByRequester) _push(terms.requester, terms.requester, terms.token, bond);',
    '',
  ),
  plant(
    'only the bidder has itself awarded',
    'auction',
    assignments,
    '_requireAfter(taskId, end + terms.grace);',
    '_requireAfter(taskId, end + terms.grace);\n        require(msg.sender == task.worker, TaskWrongCaller(taskId, task.worker, msg.sender));',
  ),
  plant(
    'a contest is over before its window is',
    'arbitrator',
    reviews,
    '(isDisputed ? terms.arbitrationWindow : terms.disputeWindow) + terms.grace);',
    '(isDisputed ? terms.arbitrationWindow + terms.grace : 0));',
  ),
  plant(
    'the arbitrator rules after its time',
    'arbitrator',
    reviews,
    '        _requireUntil(taskId, uint256(task.steppedAt) + terms.arbitrationWindow);\n',
    '',
  ),
  plant(
    'an auction is awarded twice',
    'auction',
    assignments,
    'Task memory task = _taskIn(taskId, TaskState.Proposed);',
    'Task memory task = _tasks[taskId].unpack();\n        if (task.state != TaskState.Assigned) task = _taskIn(taskId, TaskState.Proposed);',
  ),
  plant(
    'who expires a task is paid twice',
    'claim',
    escrow,
    '_close(taskId, task, terms, TaskState.Expired, Ending.Expiry);',
    '_close(taskId, task, terms, TaskState.Expired, Ending.Expiry);\n        _push(msg.sender, msg.sender, terms.token, terms.triggerReward);',
  ),
  plant(
    'the requester splits alone',
    'claim',
    reviews,
    '        _requireConsent(task.worker, structHash, agreed.expiry, signatureWorker);\n',
    '',
  ),
  plant(
    'a revision keeps the old token valid',
    'revisions',
    reviews,
    '        task.token += 1;\n        task.revisions += 1;',
    '        task.revisions += 1;',
  ),
  plant(
    'what was delivered stands for review only from when somebody says so',
    'revisions',
    assignments,
    '_stepAt(taskId, task, TaskState.Submitted, uint40(due));',
    '_stepAt(taskId, task, TaskState.Submitted, uint40(block.timestamp));',
  ),
]
