import type { Hex } from 'viem'
import { FormatError } from '../errors/format.ts'
import type { Actor } from './actor.ts'

/** Through which contract an actor acts on a task: the escrow itself, the portal of its own chain, or the escrow by its signature. */
export type TaskRoute = 'home' | 'portal' | 'signed'

/** The will of an actor that somebody else brings home: see `signClaim`, `signSubmission`, `signAlive`, `signGiveUp` and `signCounter`. */
export type SignedBy = {
  /** Who signed, and the chain on which it lives. */
  readonly actor: Actor
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  readonly signature: Hex
}

/** What decides over the way of an action. */
export type Routing = {
  /** The chain on which the transaction is sent. */
  readonly chainId: number
  /** The chain on which the task lives. Default: `chainId`. */
  readonly homeChainId?: number | undefined
  /** Acts for an actor that signed. Only at home. */
  readonly signed?: SignedBy | undefined
}

/**
 * Which way an action on a task goes: at home straight to the escrow, from any other chain through its portal, and for whoever signed to the escrow
 * again. What a write did it says itself, in `event.via`.
 *
 * @throws FormatError when a signature is sent to a portal: it counts at home only.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * task.routeOf({ chainId: 10, homeChainId: 1 }) // 'portal'
 * ```
 */
export function routeOf({ chainId, homeChainId = chainId, signed }: Routing): TaskRoute {
  if (signed === undefined) return chainId === homeChainId ? 'home' : 'portal'
  if (chainId === homeChainId) return 'signed'
  const expected = `${homeChainId}, the task's home, where a signature is brought`
  throw new FormatError({ subject: 'chainId of a signed action', fact: `it is ${chainId}`, expected })
}

/** An actor as the contracts take it. */
export function actorArgument({ chainId, account }: Actor) {
  return { chainId: BigInt(chainId), account }
}
