// The machine of tasks once more, written from the table in docs and not from the contracts: what can happen, and who wins or loses what.
// It knows no bound on depth: every second count stops where more seconds make no difference, so its states are finite.
import { type Rules, windows } from './configurations.ts'
import type { Action, Kind, Person } from './kinds.ts'
import { isAlive, nothing, type State, type Task, type TaskState } from './states.ts'

export type Gains = Partial<Record<Person, bigint>>
export type Outcome = { state: State; gains: Gains }

const whole = 10_000
const { challenge, work, answer, review, dispute, arbitration, grace } = windows
const afterReview = review + grace + 1
const afterWork = work + grace + 1

/** One action under way: what it has changed so far. */
type Turn = { rules: readonly Rules[]; index: number; state: State; gains: Gains }

const share = (amount: number, basisPoints: number) => Math.floor((amount * basisPoints) / whole)
const totalOf = (rules: Rules) => rules.reward + rules.fee + rules.trigger
const sponsorOf = (worker: Task['worker']): Person => (worker === 'second' ? 'sponsor' : 'first')
const isChild = (index: number) => index > 0

function pay(gains: Gains, person: Person, amount: number | bigint): void {
  gains[person] = (gains[person] ?? 0n) + BigInt(amount)
}

/** Beyond this many seconds a state changes no more by waiting. */
function mostSeconds({ state, revisions }: Task): number {
  const most: Partial<Record<TaskState, number>> = {
    Proposed: challenge + afterWork,
    Assigned: revisions === 0 ? afterWork : work + grace + afterReview,
    Submitted: afterReview,
    Contested: dispute + grace + 1,
    Disputed: arbitration + grace + 1,
  }
  return most[state] ?? 0
}

const mostDoubtSeconds = ({ isDoubted, revisions }: Task) => (isDoubted ? answer + grace + (revisions === 0 ? 1 : afterReview) : 0)

const canonical = (task: Task): Task => ({
  ...task,
  seconds: Math.min(task.seconds, mostSeconds(task)),
  doubtSeconds: Math.min(task.doubtSeconds, mostDoubtSeconds(task)),
})

function tick(rules: readonly Rules[], { passed, tasks }: State): State {
  const { openFor } = rules[0] ?? never('no rules')
  return {
    passed: Math.min(passed + 1, openFor + grace + 1),
    tasks: tasks.map((task) => canonical({ ...task, seconds: task.seconds + 1, doubtSeconds: task.doubtSeconds + 1 })),
  }
}

const rulesOf = ({ rules, index }: Turn): Rules => rules[index] ?? never('no rules')
const taskOf = ({ state, index }: Turn): Task => state.tasks[index] ?? never('no task')

function never(what: string): never {
  throw new TypeError(what)
}

function put(turn: Turn, task: Task): void {
  turn.state.tasks[turn.index] = canonical(task)
}

function openNow(turn: Turn): void {
  put(turn, { ...nothing, state: 'Open' })
}

function assign(turn: Turn, worker: 'first' | 'second', price: number): void {
  pay(turn.gains, sponsorOf(worker), -rulesOf(turn).bond)
  put(turn, { ...nothing, state: 'Assigned', worker, price })
}

/** A doubt that was answered is the worker's, one that was right returns. */
function endDoubt(turn: Turn, to: Person): void {
  const { isDoubted, doubts } = taskOf(turn)
  if (isDoubted) pay(turn.gains, to, rulesOf(turn).suspectBond << BigInt(doubts - 1))
}

/** What a task did not pay returns to its parent while that lives. */
function refund(turn: Turn, amount: number, cost: number): void {
  if (!isChild(turn.index)) {
    pay(turn.gains, 'requester', amount + cost)
    return
  }
  const parent = turn.state.tasks[0] ?? never('no parent')
  if (isAlive(parent.state)) turn.state.tasks[0] = { ...parent, delegated: parent.delegated - amount }
  else pay(turn.gains, 'requester', amount)
  pay(turn.gains, 'first', cost)
}

function close(turn: Turn, end: TaskState, trigger: number): void {
  put(turn, { ...nothing, state: end })
  pay(turn.gains, 'stranger', trigger)
  refund(turn, totalOf(rulesOf(turn)) - trigger, 0)
}

function release(turn: Turn, cost: number, trigger: number): void {
  const task = taskOf(turn)
  const rules = rulesOf(turn)
  pay(turn.gains, sponsorOf(task.worker), rules.bond - cost)
  if (isOpenTime(turn) && rules.bond !== 0 && task.delegated === 0) {
    const paid = Math.min(trigger, cost)
    openNow(turn)
    pay(turn.gains, 'stranger', paid)
    pay(turn.gains, isChild(turn.index) ? 'first' : 'requester', cost - paid)
  } else {
    put(turn, { ...nothing, state: 'Expired' })
    pay(turn.gains, 'stranger', trigger)
    refund(turn, totalOf(rules) - task.delegated - trigger, cost)
  }
}

type Ending = { verdict: number; isJudged: boolean; isFeeDue: boolean; isDefault: boolean }

function settle(turn: Turn, { verdict, isJudged, isFeeDue, isDefault }: Ending): void {
  const task = taskOf(turn)
  const rules = rulesOf(turn)
  const cost = isJudged && verdict === 0 ? share(rules.bond, rules.slashShare) : 0
  const earned = Math.max(0, share(share(rules.reward, task.price), verdict) - task.delegated)
  const fee = isFeeDue ? rules.fee : 0
  const trigger = isDefault ? rules.trigger : 0
  put(turn, { ...nothing, state: 'Settled' })
  pay(turn.gains, sponsorOf(task.worker), rules.bond - cost)
  pay(turn.gains, task.worker ?? never('nobody to pay'), earned)
  pay(turn.gains, 'evaluator', fee)
  pay(turn.gains, 'stranger', trigger)
  refund(turn, totalOf(rules) - task.delegated - earned - fee - trigger, cost)
}

function returnDisputeBonds(turn: Turn, task: Task): void {
  const { disputeBond } = rulesOf(turn)
  if (task.isContestedByRequester) pay(turn.gains, 'requester', disputeBond)
  if (task.state === 'Disputed') pay(turn.gains, countererOf(task), disputeBond)
}

const countererOf = ({ isCounteredByStranger, worker }: Task): Person =>
  isCounteredByStranger ? 'stranger' : (worker ?? never('no worker'))

/** Does it, and says whether it can be done. Where it cannot, what it changed is thrown away. */
type Rule = (turn: Turn) => boolean

const isOpenTime = (turn: Turn) => turn.state.passed <= rulesOf(turn).openFor
const inTime = ({ seconds }: Task, window: number) => seconds <= window
/** A doubt that waits for an answer brings the deadline forward. */
const isAtWork = (task: Task) => inTime(task, work) && (!task.isDoubted || task.doubtSeconds <= answer)
const isDue = ({ seconds }: Task, window: number) => seconds > window + grace

const open =
  (payer: Person): Rule =>
  (turn) => {
    if (taskOf(turn).state !== 'None' || !isOpenTime(turn) || isChild(turn.index)) return false
    pay(turn.gains, payer, -totalOf(rulesOf(turn)))
    openNow(turn)
    return true
  }

const claim =
  (worker: 'first' | 'second', isWithTerms: boolean): Rule =>
  (turn) => {
    const { bond, fixedPrice, hasAuction } = rulesOf(turn)
    if (taskOf(turn).state !== 'Open' || !isOpenTime(turn) || bond === 0 || hasAuction) return false
    if (fixedPrice !== undefined && !isWithTerms) return false
    assign(turn, worker, fixedPrice ?? whole)
    return true
  }

const hire =
  (worker: 'first' | 'second'): Rule =>
  (turn) => {
    const rules = rulesOf(turn)
    const { state } = taskOf(turn)
    const isNew = state === 'None'
    if ((!isNew && state !== 'Open') || !isOpenTime(turn) || rules.hasAuction || rules.fixedPrice !== undefined) return false
    if (isNew && isChild(turn.index)) return false
    if (isNew) pay(turn.gains, 'requester', -totalOf(rules))
    assign(turn, worker, whole)
    return true
  }

const bid =
  (worker: 'first' | 'second', price: number): Rule =>
  (turn) => {
    const task = taskOf(turn)
    const { hasAuction, bond } = rulesOf(turn)
    const isFirst = task.state === 'Open'
    if (!hasAuction || (!isFirst && task.state !== 'Proposed')) return false
    if (isFirst ? !isOpenTime(turn) : !inTime(task, challenge) || price + 500 > task.price) return false
    if (!isFirst) pay(turn.gains, sponsorOf(task.worker), bond)
    pay(turn.gains, sponsorOf(worker), -bond)
    put(turn, { ...nothing, state: 'Proposed', worker, price, seconds: isFirst ? 0 : task.seconds })
    return true
  }

const award: Rule = (turn) => {
  const task = taskOf(turn)
  if (task.state !== 'Proposed' || !isDue(task, challenge)) return false
  put(turn, { ...task, state: 'Assigned', seconds: task.seconds - challenge })
  return true
}

const submit: Rule = (turn) => {
  const task = taskOf(turn)
  if (task.state !== 'Assigned' || !isAtWork(task)) return false
  endDoubt(turn, task.worker ?? never('no worker'))
  put(turn, { ...task, state: 'Submitted', isDoubted: false, doubts: 0, seconds: 0, doubtSeconds: 0, standing: task.revisions })
  return true
}

const submitChecked: Rule = (turn) => {
  if (!submit(turn) || rulesOf(turn).floor > 5_000) return false
  settle(turn, { verdict: 5_000, isJudged: true, isFeeDue: true, isDefault: false })
  return true
}

const lapse: Rule = (turn) => {
  const task = taskOf(turn)
  const late = Math.max(task.seconds - work - grace, task.isDoubted ? task.doubtSeconds - answer - grace : Number.NEGATIVE_INFINITY)
  if (task.state !== 'Assigned' || late <= 0) return false
  const rules = rulesOf(turn)
  endDoubt(turn, 'stranger')
  if (task.revisions === 0) release(turn, share(rules.bond, rules.slashShare), rules.trigger)
  else put(turn, { ...task, state: 'Submitted', isDoubted: false, doubts: 0, seconds: late, doubtSeconds: 0 })
  return true
}

const giveUp: Rule = (turn) => {
  const task = taskOf(turn)
  const rules = rulesOf(turn)
  if (task.state !== 'Assigned' || task.revisions !== 0 || !isAtWork(task)) return false
  endDoubt(turn, task.worker ?? never('no worker'))
  release(turn, Math.floor(share(rules.bond, rules.slashShare) / 2), 0)
  return true
}

const handoff: Rule = (turn) => {
  const task = taskOf(turn)
  const { handoffRule, bond } = rulesOf(turn)
  if (task.state !== 'Assigned' || handoffRule === 2 || !isAtWork(task)) return false
  const worker = task.worker === 'first' ? 'second' : 'first'
  endDoubt(turn, task.worker ?? never('no worker'))
  pay(turn.gains, sponsorOf(task.worker), bond)
  pay(turn.gains, sponsorOf(worker), -bond)
  put(turn, { ...task, worker, isDoubted: false, doubts: 0, doubtSeconds: 0 })
  return true
}

const suspect: Rule = (turn) => {
  const task = taskOf(turn)
  const { suspectBond } = rulesOf(turn)
  const bond = suspectBond << BigInt(task.doubts)
  if (task.state !== 'Assigned' || suspectBond === 0n || task.isDoubted || !inTime(task, work) || bond >= 1n << 96n) return false
  pay(turn.gains, 'stranger', -bond)
  // No answer counts after the deadline, so a late doubt leaves less time for it.
  put(turn, { ...task, isDoubted: true, doubts: task.doubts + 1, doubtSeconds: Math.max(0, task.seconds + answer - work) })
  return true
}

const alive: Rule = (turn) => {
  const task = taskOf(turn)
  if (task.state !== 'Assigned' || !task.isDoubted || !isAtWork(task)) return false
  endDoubt(turn, task.worker ?? never('no worker'))
  put(turn, { ...task, isDoubted: false, doubtSeconds: 0 })
  return true
}

const contested = (task: Task, verdict: number, isContestedByRequester: boolean): Task => ({
  ...task,
  state: 'Contested',
  verdict,
  isContestedByRequester,
  seconds: 0,
})

const decide =
  (verdict: number): Rule =>
  (turn) => {
    const task = taskOf(turn)
    const { hasArbitrator, floor } = rulesOf(turn)
    if (task.state !== 'Submitted' || !inTime(task, review)) return false
    if (hasArbitrator && verdict !== whole) put(turn, contested(task, verdict, false))
    else if (verdict < floor) return false
    else settle(turn, { verdict, isJudged: true, isFeeDue: true, isDefault: false })
    return true
  }

const revise: Rule = (turn) => {
  const task = taskOf(turn)
  if (task.state !== 'Submitted' || !inTime(task, review) || task.revisions >= rulesOf(turn).maxRevisions) return false
  put(turn, { ...task, state: 'Assigned', revisions: task.revisions + 1, seconds: 0 })
  return true
}

const settleSilence: Rule = (turn) => {
  const task = taskOf(turn)
  if (task.state !== 'Submitted' || !isDue(task, review)) return false
  settle(turn, { verdict: rulesOf(turn).silence, isJudged: false, isFeeDue: false, isDefault: true })
  return true
}

const contest =
  (verdict: number): Rule =>
  (turn) => {
    const task = taskOf(turn)
    const { hasArbitrator, disputeBond } = rulesOf(turn)
    if (task.state !== 'Submitted' || !hasArbitrator || !inTime(task, review)) return false
    pay(turn.gains, 'requester', -disputeBond)
    put(turn, contested(task, verdict, true))
    return true
  }

const counter =
  (isCounteredByStranger: boolean): Rule =>
  (turn) => {
    const task = taskOf(turn)
    if (task.state !== 'Contested' || !inTime(task, dispute)) return false
    const next: Task = { ...task, state: 'Disputed', verdict: 0, isCounteredByStranger, seconds: 0 }
    pay(turn.gains, countererOf(next), -rulesOf(turn).disputeBond)
    put(turn, next)
    return true
  }

const rule =
  (verdict: number): Rule =>
  (turn) => {
    const task = taskOf(turn)
    if (task.state !== 'Disputed' || !inTime(task, arbitration)) return false
    const pot = rulesOf(turn).disputeBond * (task.isContestedByRequester ? 2 : 1)
    settle(turn, { verdict, isJudged: true, isFeeDue: !task.isContestedByRequester, isDefault: false })
    pay(turn.gains, countererOf(task), share(pot, verdict))
    pay(turn.gains, 'requester', pot - share(pot, verdict))
    return true
  }

const resolve: Rule = (turn) => {
  const task = taskOf(turn)
  const isDisputed = task.state === 'Disputed'
  if ((!isDisputed && task.state !== 'Contested') || !isDue(task, isDisputed ? arbitration : dispute)) return false
  const verdict = isDisputed ? rulesOf(turn).defaultSplit : task.verdict
  settle(turn, { verdict, isJudged: !isDisputed, isFeeDue: !task.isContestedByRequester, isDefault: true })
  returnDisputeBonds(turn, task)
  return true
}

const split: Rule = (turn) => {
  const task = taskOf(turn)
  if (!isAlive(task.state) || isChild(turn.index)) return false
  const wasContested = task.state === 'Contested' || task.state === 'Disputed'
  endDoubt(turn, task.worker ?? never('no worker'))
  settle(turn, { verdict: 5_000, isJudged: false, isFeeDue: wasContested && !task.isContestedByRequester, isDefault: false })
  returnDisputeBonds(turn, task)
  return true
}

const openChild: Rule = (turn) => {
  const parent = turn.state.tasks[0]
  const needed = totalOf(rulesOf(turn))
  if (!isChild(turn.index) || taskOf(turn).state !== 'None' || parent?.state !== 'Assigned' || parent.worker !== 'first') return false
  if (!isOpenTime(turn) || !isAtWork(parent) || parent.delegated + needed > (turn.rules[0]?.delegable ?? 0)) return false
  turn.state.tasks[0] = { ...parent, delegated: parent.delegated + needed }
  openNow(turn)
  return true
}

const from =
  (state: TaskState, isPossible: (turn: Turn) => boolean, end: (turn: Turn) => void): Rule =>
  (turn) => {
    if (taskOf(turn).state !== state || !isPossible(turn)) return false
    end(turn)
    return true
  }

const isParentDead = (turn: Turn) => isChild(turn.index) && !isAlive(turn.state.tasks[0]?.state ?? 'None')

/** What is not here nobody can ever do. */
const ruleOf: Partial<Record<Kind, Rule>> = {
  open: open('requester'),
  openFor: open('stranger'),
  revoke: from(
    'None',
    () => true,
    (turn) => put(turn, { ...nothing, state: 'Cancelled' }),
  ),
  cancel: from(
    'Open',
    (turn) => !rulesOf(turn).hasAuction,
    (turn) => close(turn, 'Cancelled', 0),
  ),
  expire: from(
    'Open',
    (turn) => turn.state.passed > rulesOf(turn).openFor + grace,
    (turn) => close(turn, 'Expired', rulesOf(turn).trigger),
  ),
  claimFirst: claim('first', false),
  claimSecond: claim('second', false),
  claimWith: claim('first', true),
  hireFirst: hire('first'),
  hireSecond: hire('second'),
  bidHigh: bid('first', 9_000),
  bidLow: bid('second', 8_000),
  bidBetween: bid('first', 7_900),
  award,
  submit,
  submitChecked,
  lapse,
  giveUp,
  handoff,
  suspect,
  alive,
  decideNothing: decide(0),
  decideHalf: decide(5_000),
  decideAll: decide(whole),
  revise,
  settle: settleSilence,
  contestNothing: contest(0),
  contestHalf: contest(5_000),
  counter: counter(false),
  counterByStranger: counter(true),
  ruleNothing: rule(0),
  ruleHalf: rule(5_000),
  ruleAll: rule(whole),
  resolve,
  splitHalf: split,
  openChild,
  closeChild: from('Open', isParentDead, (turn) => close(turn, 'Cancelled', 0)),
}

/** What an action leads to; undefined: it is refused, and nothing changes. */
export function act({ rules, state, action }: { rules: readonly Rules[]; state: State; action: Action }): Outcome | undefined {
  if (action.kind === 'tick') return { state: tick(rules, state), gains: {} }
  const turn: Turn = { rules, index: action.index, state: { passed: state.passed, tasks: [...state.tasks] }, gains: {} }
  return ruleOf[action.kind]?.(turn) ? { state: turn.state, gains: turn.gains } : undefined
}
