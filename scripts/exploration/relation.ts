// The allowed relation of the machine, once: which function takes a task from where to where. Nothing else ever changes a task's state.
import type { Kind } from './kinds.ts'
import type { TaskState } from './states.ts'

/** A row of the table of states in docs/protocol. */
export type Row = { kinds: readonly Kind[]; from: readonly TaskState[]; to: readonly TaskState[] }

const claims = ['claimFirst', 'claimSecond', 'claimWith'] as const
const bids = ['bidHigh', 'bidLow', 'bidBetween'] as const
const verdicts = ['decideNothing', 'decideHalf', 'decideAll'] as const
const rulings = ['ruleNothing', 'ruleHalf', 'ruleAll'] as const
const withWorker = ['Assigned', 'Submitted', 'Contested', 'Disputed'] as const

export const rows: readonly Row[] = [
  { kinds: ['open', 'openFor', 'openChild'], from: ['None'], to: ['Open'] },
  { kinds: ['revoke'], from: ['None'], to: ['Cancelled'] },
  { kinds: ['hireFirst', 'hireSecond'], from: ['None', 'Open'], to: ['Assigned'] },
  { kinds: claims, from: ['Open'], to: ['Assigned'] },
  { kinds: bids, from: ['Open', 'Proposed'], to: ['Proposed'] },
  { kinds: ['award'], from: ['Proposed'], to: ['Assigned'] },
  { kinds: ['cancel', 'closeChild'], from: ['Open'], to: ['Cancelled'] },
  { kinds: ['expire'], from: ['Open'], to: ['Expired'] },
  { kinds: ['submit'], from: ['Assigned'], to: ['Submitted'] },
  { kinds: ['submitChecked'], from: ['Assigned'], to: ['Settled'] },
  { kinds: ['handoff', 'suspect', 'alive'], from: ['Assigned'], to: ['Assigned'] },
  { kinds: ['giveUp'], from: ['Assigned'], to: ['Open', 'Expired'] },
  { kinds: ['lapse'], from: ['Assigned'], to: ['Open', 'Expired', 'Submitted'] },
  { kinds: ['revise'], from: ['Submitted'], to: ['Assigned'] },
  { kinds: verdicts, from: ['Submitted'], to: ['Settled', 'Contested'] },
  { kinds: ['settle'], from: ['Submitted'], to: ['Settled'] },
  { kinds: ['contestNothing', 'contestHalf'], from: ['Submitted'], to: ['Contested'] },
  { kinds: ['counter', 'counterByStranger'], from: ['Contested'], to: ['Disputed'] },
  { kinds: rulings, from: ['Disputed'], to: ['Settled'] },
  { kinds: ['resolve'], from: ['Contested', 'Disputed'], to: ['Settled'] },
  { kinds: ['splitHalf'], from: withWorker, to: ['Settled'] },
]

/** Attempts that are never done, whatever the state, because the caller has no right to it; and the function behind each. */
const honest: Partial<Record<Kind, Kind>> = {
  splitAlone: 'splitHalf',
  imposterClaims: 'claimFirst',
  imposterCancels: 'cancel',
  imposterSubmits: 'submit',
  imposterDecides: 'decideAll',
  imposterRevises: 'revise',
  imposterContests: 'contestNothing',
  imposterRules: 'ruleNothing',
  imposterGivesUp: 'giveUp',
  imposterAnswers: 'alive',
  imposterHandsOff: 'handoff',
}

/** Whether a task in this state may be the object of this function at all. */
export const isInTable = (state: TaskState, kind: Kind): boolean =>
  rows.some(({ kinds, from }) => kinds.includes(honest[kind] ?? kind) && from.includes(state))

/** Whether the step is one of the table. */
export const isAllowed = ({ from, kind, to }: { from: TaskState; kind: Kind; to: TaskState }): boolean =>
  rows.some((row) => row.kinds.includes(kind) && row.from.includes(from) && row.to.includes(to))
