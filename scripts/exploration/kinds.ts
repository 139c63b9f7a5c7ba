/** What anybody may try, in the order of `Kind` in test/exploration/Actions.sol. A call by whom it is meant for, unless its name says otherwise. */
export const kinds = [
  'tick',
  'open',
  'openFor',
  'revoke',
  'cancel',
  'expire',
  'claimFirst',
  'claimSecond',
  'claimWith',
  'hireFirst',
  'hireSecond',
  'bidHigh',
  'bidLow',
  'bidBetween',
  'award',
  'submit',
  'submitChecked',
  'lapse',
  'giveUp',
  'handoff',
  'suspect',
  'alive',
  'decideNothing',
  'decideHalf',
  'decideAll',
  'revise',
  'settle',
  'contestNothing',
  'contestHalf',
  'counter',
  'counterByStranger',
  'ruleNothing',
  'ruleHalf',
  'ruleAll',
  'resolve',
  'splitHalf',
  'splitAlone',
  'openChild',
  'closeChild',
  'imposterClaims',
  'imposterCancels',
  'imposterSubmits',
  'imposterDecides',
  'imposterRevises',
  'imposterContests',
  'imposterRules',
  'imposterGivesUp',
  'imposterAnswers',
  'imposterHandsOff',
] as const

export type Kind = (typeof kinds)[number]

/** An action is what is tried, and on which task: 0 is the parent or the only one, 1 and 2 are its children. */
export type Action = { kind: Kind; index: number }

export const actionOf = (code: number): Action => ({ kind: kinds[code & 63] ?? 'tick', index: code >> 6 })
export const codeOf = ({ kind, index }: Action): number => kinds.indexOf(kind) | (index << 6)
export const nameOf = ({ kind, index }: Action): string => (index === 0 ? kind : `${kind}(child ${index})`)

/** Everybody, in the order in which gains are told. */
export const people = ['requester', 'first', 'second', 'sponsor', 'evaluator', 'arbiter', 'stranger'] as const
export type Person = (typeof people)[number]
