import type { Address, Hex } from 'viem'
import type { Actor } from './actor.ts'
import { type TaskHome, taskDomain } from './typedData.ts'
import type { Work } from './work.ts'

/** The worker of record passes its assignment to an actor of any chain. */
export type ActorHandoff = {
  readonly to: Actor
  /** Whose deposit at home, for this very actor, stands behind the new worker. */
  readonly sponsor: Address
  /** The fencing token of the assignment that is passed on. */
  readonly token: number
  /** Absolute seconds: consents count until then. */
  readonly expiry: number
}

const actor = [
  { name: 'chainId', type: 'uint256' },
  { name: 'account', type: 'address' },
] as const
const taskId = { name: 'taskId', type: 'bytes32' } as const
const token = { name: 'token', type: 'uint16' } as const
const expiryField = { name: 'expiry', type: 'uint40' } as const
const sponsorField = { name: 'sponsor', type: 'address' } as const
const deliverableField = { name: 'deliverable', type: 'bytes32' } as const

/** The six messages that actors of any chain sign (EIP-712), in the domain of the task's home. */
export const actorTypes = {
  Claim: [taskId, ...actor, sponsorField, token, { name: 'deadline', type: 'uint40' }],
  Submission: [taskId, ...actor, token, deliverableField, expiryField],
  Alive: [taskId, ...actor, token, { name: 'bond', type: 'uint96' }, expiryField],
  GiveUp: [taskId, ...actor, token, expiryField],
  Counter: [taskId, ...actor, sponsorField, { name: 'worker', type: 'address' }, token, deliverableField, expiryField],
  ActorHandoff: [
    taskId,
    { name: 'fromChainId', type: 'uint256' },
    { name: 'from', type: 'address' },
    { name: 'toChainId', type: 'uint256' },
    { name: 'to', type: 'address' },
    sponsorField,
    token,
    expiryField,
  ],
} as const

type About = TaskHome & { readonly taskId: Hex }
type By = About & { readonly actor: Actor; readonly expiry: number }

const who = ({ chainId, account }: Actor) => ({ chainId: BigInt(chainId), account })

/** What an actor signs so that anyone may bring its claim. `expiry` is the deadline of the claim. */
export function claimTypedData({
  taskId,
  actor,
  sponsor,
  token,
  expiry,
  ...home
}: By & { readonly sponsor: Address; readonly token: number }) {
  const message = { taskId, ...who(actor), sponsor, token, deadline: expiry }
  return { domain: taskDomain(home), types: { Claim: actorTypes.Claim }, primaryType: 'Claim', message } as const
}

/** What an actor signs so that anyone may hand in its work. */
export function submissionTypedData(parameters: By & { readonly token: number; readonly deliverable: Hex }) {
  const { taskId, actor, token, deliverable, expiry, ...home } = parameters
  const message = { taskId, ...who(actor), token, deliverable, expiry }
  return { domain: taskDomain(home), types: { Submission: actorTypes.Submission }, primaryType: 'Submission', message } as const
}

/** What an actor signs so that anyone may answer a doubt for it. */
export function aliveTypedData({ taskId, actor, token, bond, expiry, ...home }: By & { readonly token: number; readonly bond: bigint }) {
  const message = { taskId, ...who(actor), token, bond, expiry }
  return { domain: taskDomain(home), types: { Alive: actorTypes.Alive }, primaryType: 'Alive', message } as const
}

/** What an actor signs so that anyone may give its assignment back. */
export function giveUpTypedData({ taskId, actor, token, expiry, ...home }: By & { readonly token: number }) {
  const message = { taskId, ...who(actor), token, expiry }
  return { domain: taskDomain(home), types: { GiveUp: actorTypes.GiveUp }, primaryType: 'GiveUp', message } as const
}

/** What an actor signs so that anyone may counter a verdict for it. */
export function counterTypedData({
  taskId,
  actor,
  sponsor,
  work,
  expiry,
  ...home
}: By & { readonly sponsor: Address; readonly work: Work }) {
  const { worker, token, deliverable } = work
  const message = { taskId, ...who(actor), sponsor, worker, token, deliverable, expiry }
  return { domain: taskDomain(home), types: { Counter: actorTypes.Counter }, primaryType: 'Counter', message } as const
}

/**
 * What both workers, and under some terms the requester, sign so that an assignment passes between chains: see `handoffBetween`.
 *
 * @param parameters.from The worker of record.
 */
export function actorHandoffTypedData({ taskId, from, change, ...home }: About & { readonly from: Actor; readonly change: ActorHandoff }) {
  const { to, sponsor, token, expiry } = change
  const message = {
    taskId,
    fromChainId: BigInt(from.chainId),
    from: from.account,
    toChainId: BigInt(to.chainId),
    to: to.account,
    sponsor,
    token,
    expiry,
  }
  return { domain: taskDomain(home), types: { ActorHandoff: actorTypes.ActorHandoff }, primaryType: 'ActorHandoff', message } as const
}
