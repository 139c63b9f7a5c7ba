import type { Account, Hex } from 'viem'
import { acquire, release, renew } from '../cell/lease.ts'
import type { Client } from '../client.ts'
import { LeaseLostError } from '../errors/board.ts'
import { LeaseNotHeld, LeaseNotLonger, LeaseTooLong, WriterNotAllowed } from '../errors/contracts.ts'
import { delay } from '../sync/createSync.ts'

/** What `holdLease` takes. */
export type HoldLeaseParameters = {
  readonly chainId: number
  readonly space: Hex
  readonly key: Hex
  /** Seconds of each grant and renewal. */
  readonly duration: number
  readonly account?: Account
  /** Milliseconds to wait for each receipt: what a reorganisation took back never has one. Default 120,000. */
  readonly timeoutMs?: number
  /** Seconds before its end at which a lease counts as lost, for clocks that differ and calls under way. Default 2. */
  readonly margin?: number
  /** The local clock in milliseconds. Default: the client's. */
  readonly now?: () => number
  /** Waits, or returns early when aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** A lease that renews itself. */
export type HeldLease = {
  /** The fencing token, for whatever outside must know who came later. */
  readonly token: number
  /** Aborts with a `LeaseLostError` before another can hold the cell, and without an error once it is released. */
  readonly signal: AbortSignal
  /** The last second, by home's clock, for which the cell is held so far. */
  leaseEnd(): number
  /** Stops renewing and gives the cell back, if it is still held. */
  release(): Promise<void>
}

/**
 * Acquires a cell and renews the lease halfway through, up to what the space allows. Work under it must stop when `signal` aborts.
 *
 * @throws CellLeased, LeaseTooLong, WriterNotAllowed: the contract's errors, when the cell cannot be had.
 * @example
 * ```ts
 * import { holdLease } from '@hanse/sdk/runtime'
 *
 * const lease = await holdLease(client, { chainId: 1, space, key, duration: 60 })
 * try {
 *   await work({ signal: lease.signal })
 * } finally {
 *   await lease.release()
 * }
 * ```
 */
export async function holdLease(client: Client, parameters: HoldLeaseParameters): Promise<HeldLease> {
  const { chainId, space, key, duration, account, timeoutMs, margin = 2, now = client.now, wait = delay } = parameters
  const at = { chainId, space, key, ...(account === undefined ? {} : { account }), ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const sentAt = now()
  const { event } = await acquire.sync(client, { ...at, duration })
  const token = event.token
  let end = event.leaseEnd
  // Home's clock against ours: its block came after the call was sent, so what is wrong in it makes the end look earlier, never later.
  const ahead = (event.leaseEnd - duration) * 1000 - sentAt
  const lost = new AbortController()
  const stopping = new AbortController()
  const leftMs = () => (end - margin) * 1000 - (now() + ahead)

  const lose = (fact: string, cause?: unknown) => {
    stopping.abort()
    lost.abort(new LeaseLostError({ key, token, fact, cause }))
  }
  const renewOnce = (seconds: number) =>
    tryRenewal({
      ...{ seconds, margin, lose },
      renewFor: async (duration) => {
        end = Math.max(end, (await renew.sync(client, { ...at, token, duration })).event.leaseEnd)
      },
    })
  const guard = async () => {
    while (!stopping.signal.aborted) {
      const left = leftMs()
      if (left <= 0) return lose('it ended without being renewed')
      await wait(left, stopping.signal)
    }
  }
  const keep = async () => {
    let mayRenew = true
    while (!stopping.signal.aborted && mayRenew) {
      await wait(Math.max(leftMs() / 2, 50), stopping.signal)
      if (!stopping.signal.aborted) mayRenew = await renewOnce(duration)
    }
  }
  const running = Promise.all([guard(), keep()])

  return {
    token,
    signal: lost.signal,
    leaseEnd: () => end,
    async release() {
      const isHeld = !stopping.signal.aborted
      stopping.abort()
      await running
      if (!isHeld) return
      lost.abort()
      await release.sync(client, { ...at, token }).catch((error: unknown) => {
        // It ended meanwhile: then nothing is left to give back.
        if (!(error instanceof LeaseNotHeld)) throw error
      })
    },
  }
}

type Renewal = {
  readonly seconds: number
  readonly margin: number
  readonly renewFor: (seconds: number) => Promise<void>
  readonly lose: (fact: string, cause: unknown) => void
}

/** Renews once. Whether renewing again can make sense. */
async function tryRenewal({ seconds, margin, renewFor, lose }: Renewal): Promise<boolean> {
  try {
    await renewFor(seconds)
    return true
  } catch (error) {
    if (error instanceof LeaseNotHeld || error instanceof WriterNotAllowed) lose('the contract says so', error)
    if (error instanceof LeaseNotLonger) return false
    // Whatever else went wrong may go right the next time.
    if (!(error instanceof LeaseTooLong)) return true
    // What is left up to the limit; then it runs to its end.
    const rest = seconds - Number(error.args.leaseEnd - error.args.limit) - margin
    if (rest > 0 && rest < seconds) await tryRenewal({ seconds: rest, margin, renewFor, lose })
    return false
  }
}

/**
 * Does work under a lease: acquires, renews, aborts the work's signal when the lease is lost, and gives the cell back at the end.
 *
 * @throws LeaseLostError when the lease was lost before the work ended, whatever the work made of it.
 * @example
 * ```ts
 * import { withLease } from '@hanse/sdk/runtime'
 *
 * const result = await withLease(client, { chainId: 1, space, key, duration: 60 }, ({ signal, token }) => work({ signal, token }))
 * ```
 */
export async function withLease<result>(
  client: Client,
  parameters: HoldLeaseParameters,
  work: (lease: HeldLease) => Promise<result>,
): Promise<result> {
  const lease = await holdLease(client, parameters)
  try {
    const result = await work(lease)
    lease.signal.throwIfAborted()
    return result
  } catch (error) {
    throw lease.signal.reason instanceof LeaseLostError ? lease.signal.reason : error
  } finally {
    await lease.release()
  }
}
