import type { Account, Hex } from 'viem'
import { acquire, release } from '../cell/lease.ts'
import { read } from '../cell/read.ts'
import { type CellWritten, write } from '../cell/write.ts'
import type { Client } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import { CellLeased, CellStale, LeaseNotHeld, LeaseTooLong } from '../errors/contracts.ts'
import { type Look, look } from './look.ts'
import { type Place, planKey } from './manifest.ts'
import { next } from './next.ts'
import { encodePlan } from './plan.ts'
import type { Pattern } from './turn.ts'

/** What `take` takes. */
export type TakeParameters = Place & {
  /** A block before which nothing happened to the space. Default: the deployment's start block. */
  readonly fromBlock?: bigint
  /** Milliseconds to wait for a receipt. */
  readonly timeoutMs?: number
  /** A pattern of your own. Default: the one in force. */
  readonly pattern?: Pattern
}

/** An item that is this agent's to do. */
export type Taken = {
  readonly kind: 'took'
  readonly view: Look
  readonly item: Hex
  /** The fencing token, and the version on top of which the result goes. */
  readonly token: number
  /** The last second, by home's clock. */
  readonly leaseEnd: number
}

/** What came of a look at a space: an item, or `led`, `assigned`, `waited`, or `lost` to somebody who was faster. */
export type TakeResult = Taken | { readonly kind: 'led' | 'assigned' | 'waited' | 'lost'; readonly view: Look }

/**
 * Looks at a space once, and does what the pattern in force says, with one transaction at most. An agent needs to know nothing but the space: this is
 * how it joins, and every step after.
 *
 * @throws FormatError, WriterNotAllowed, ChainUnreachableError. That somebody was faster is no error.
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const taken = await patterns.take(client, { chainId: 1, space })
 * if (taken.kind === 'took') await patterns.finish(client, { chainId: 1, space, taken, value: await work(taken.item) })
 * ```
 */
export async function take(client: Client, { fromBlock, timeoutMs, pattern = next, ...place }: TakeParameters): Promise<TakeResult> {
  const { chainId, space } = place
  const account = place.account ?? client.account
  if (account === undefined) throw new AccountMissingError('patterns.take')
  const view = await look(client, { chainId, space, ...(fromBlock === undefined ? {} : { fromBlock }) })
  const move = pattern(view, account.address)
  if (move.kind === 'wait') return { kind: 'waited', view }
  const at: Acting = { chainId, space, account, view, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  try {
    if (move.kind === 'take') return await grasp(client, at, move.item)
    if (move.kind === 'lead') {
      await acquire.sync(client, { ...callOf(at), key: planKey, duration: view.manifest.leaseSeconds })
      return { kind: 'led', view }
    }
    const value = encodePlan(move.assignments)
    await write.sync(client, { ...callOf(at), key: planKey, expectedVersion: view.plan.version, value })
    return { kind: 'assigned', view }
  } catch (error) {
    if (isLost(error)) return { kind: 'lost', view }
    throw error
  }
}

type Acting = {
  readonly chainId: number
  readonly space: Hex
  readonly account: Account
  readonly view: Look
  readonly timeoutMs?: number
}

function callOf({ view, ...call }: Acting): Omit<Acting, 'view'> {
  return call
}

/** Takes an item, unless somebody had it between the look and the grant: then it may be done, and is given back. */
async function grasp(client: Client, at: Acting, { key, version }: { readonly key: Hex; readonly version: number }): Promise<TakeResult> {
  const { view } = at
  const call = { ...callOf(at), key }
  const { event } = await acquire.sync(client, { ...call, duration: view.manifest.leaseSeconds })
  const { token, leaseEnd } = event
  if (token !== version + 1 && (await read(client, { chainId: at.chainId, space: at.space, key })).value.valueHash !== undefined) {
    await release.sync(client, { ...call, token })
    return { kind: 'lost', view }
  }
  return { kind: 'took', view, item: key, token, leaseEnd }
}

/** Whether an error means that another was faster. */
function isLost(error: unknown): boolean {
  return [CellLeased, CellStale, LeaseNotHeld, LeaseTooLong].some((kind) => error instanceof kind)
}

/** What `finish` takes. */
export type FinishParameters = Place & {
  readonly taken: Pick<Taken, 'item' | 'token'>
  /** The result, or the hash of a body in a `ContentStore`. */
  readonly value: Hex
  /** Milliseconds to wait for a receipt. */
  readonly timeoutMs?: number
}

/**
 * Writes the result of an item. Undefined: the lease had lapsed and the item is another's, whose result counts.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const written = await patterns.finish(client, { chainId: 1, space, taken, value: '0x1234' })
 * ```
 */
export async function finish(client: Client, { taken, ...parameters }: FinishParameters): Promise<CellWritten | undefined> {
  try {
    return (await write.sync(client, { ...parameters, key: taken.item, expectedVersion: taken.token })).event
  } catch (error) {
    if (isLost(error)) return undefined
    throw error
  }
}

/** What `step` takes. */
export type StepParameters = TakeParameters & {
  /** Does an item that was taken. The lease ends at `leaseEnd`, by home's clock. */
  readonly work: (taken: Taken) => Hex | Promise<Hex>
}

/** What came of a step. */
export type StepResult =
  | { readonly kind: 'did'; readonly view: Look; readonly item: Hex; readonly event: CellWritten }
  | { readonly kind: 'led' | 'assigned' | 'waited' | 'lost'; readonly view: Look }

/**
 * One step of an agent: looks, takes what is its to take, works, writes the result. Call it again and again; whatever pattern is in force at each
 * step, nothing is done twice and nothing is lost.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * for (;;) {
 *   const { kind, view } = await patterns.step(client, { chainId: 1, space, work: ({ item }) => answerTo(item) })
 *   if (patterns.isDone(view)) break
 *   if (kind === 'waited') await nextBlock()
 * }
 * ```
 */
export async function step(client: Client, { work, ...parameters }: StepParameters): Promise<StepResult> {
  const taken = await take(client, parameters)
  if (taken.kind !== 'took') return taken
  const { view, item } = taken
  const { fromBlock, pattern, ...call } = parameters
  const event = await finish(client, { ...call, taken, value: await work(taken) })
  return event === undefined ? { kind: 'lost', view } : { kind: 'did', view, item, event }
}

/** Whether nothing is left to do. */
export function isDone({ items }: Pick<Look, 'items'>): boolean {
  return items.every(({ state }) => state === 'done')
}
