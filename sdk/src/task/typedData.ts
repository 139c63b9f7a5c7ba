import type { Address, Hex, TypedDataDomain } from 'viem'

/** Requester and worker agree on one assignment. Either signs it, the other calls `hire`. */
export type Offer = {
  readonly worker: Address
  /** Whose deposit stands behind the worker. */
  readonly sponsor: Address
  /** The fencing token that the assignment will get: one more than the task's, so 1 when it was never assigned. */
  readonly token: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/** A worker's bid in an auction. */
export type Bid = Offer & {
  /** The share of the reward that the worker asks for, in basis points: 1 to 10,000. */
  readonly share: number
}

/** The worker of record passes its assignment to another. */
export type Handoff = {
  readonly to: Address
  /** Whose deposit stands behind the new worker. */
  readonly sponsor: Address
  /** The fencing token of the assignment that is passed on. */
  readonly token: number
  /** Absolute seconds: the signatures count until then. */
  readonly expiry: number
}

/** Requester and worker agree how to end a task. */
export type Split = {
  /** The worker's share of the agreed price, in basis points. */
  readonly share: number
  /** The task's fencing token. */
  readonly token: number
  /** Absolute seconds: the signatures count until then. */
  readonly expiry: number
}

/** The five messages that parties to a task sign (EIP-712). */
export const taskTypes = {
  Posting: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'expiry', type: 'uint40' },
  ],
  Offer: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'worker', type: 'address' },
    { name: 'sponsor', type: 'address' },
    { name: 'token', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
  ],
  Bid: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'worker', type: 'address' },
    { name: 'sponsor', type: 'address' },
    { name: 'share', type: 'uint16' },
    { name: 'token', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
  ],
  Handoff: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'sponsor', type: 'address' },
    { name: 'token', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
  ],
  Split: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'share', type: 'uint16' },
    { name: 'token', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
  ],
} as const

/** Where a task lives: what every signature about it names besides its id. */
export type TaskHome = { readonly chainId: number; readonly escrow: Address }

/** The EIP-712 domain of a chain's escrow. */
export function taskDomain({ chainId, escrow }: TaskHome) {
  return { name: 'Hanse TaskEscrow', version: '1', chainId, verifyingContract: escrow } as const satisfies TypedDataDomain
}

type About = TaskHome & { readonly taskId: Hex }

/** What a requester signs so that anyone may post its task: see `openFor`. */
export function postingTypedData({ taskId, expiry, ...home }: About & { readonly expiry: number }) {
  return { domain: taskDomain(home), types: { Posting: taskTypes.Posting }, primaryType: 'Posting', message: { taskId, expiry } } as const
}

/** What requester or worker signs so that the other may assign the task: see `hire`. */
export function offerTypedData({ taskId, offer, ...home }: About & { readonly offer: Offer }) {
  const { worker, sponsor, token, expiry } = offer
  const message = { taskId, worker, sponsor, token, expiry }
  return { domain: taskDomain(home), types: { Offer: taskTypes.Offer }, primaryType: 'Offer', message } as const
}

/** What a worker signs so that anyone may enter its bid: see `propose`. */
export function bidTypedData({ taskId, bid, ...home }: About & { readonly bid: Bid }) {
  const { worker, sponsor, share, token, expiry } = bid
  const message = { taskId, worker, sponsor, share, token, expiry }
  return { domain: taskDomain(home), types: { Bid: taskTypes.Bid }, primaryType: 'Bid', message } as const
}

/**
 * What both workers, and under some terms the requester, sign so that an assignment passes on: see `handoff`.
 *
 * @param parameters.from The worker of record.
 */
export function handoffTypedData({ taskId, from, change, ...home }: About & { readonly from: Address; readonly change: Handoff }) {
  const { to, sponsor, token, expiry } = change
  const message = { taskId, from, to, sponsor, token, expiry }
  return { domain: taskDomain(home), types: { Handoff: taskTypes.Handoff }, primaryType: 'Handoff', message } as const
}

/** What requester and worker sign so that a task ends at a share: see `split`. */
export function splitTypedData({ taskId, agreed, ...home }: About & { readonly agreed: Split }) {
  const { share, token, expiry } = agreed
  const message = { taskId, share, token, expiry }
  return { domain: taskDomain(home), types: { Split: taskTypes.Split }, primaryType: 'Split', message } as const
}
