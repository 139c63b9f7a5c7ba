import { SyncConfigError } from './errors.ts'
import { createMachine, nextPoll, statusOf } from './machine.ts'
import type { SyncParameters } from './parameters.ts'
import { step } from './steps.ts'
import { memoryStore } from './store.ts'
import { httpTransport } from './transport.ts'
import type { SyncStatus } from './types.ts'

/** A running reader of one chain. */
export type Sync = {
  readonly chainId: number
  /** Polls until stopped. Resolves when it has stopped. */
  start(): Promise<void>
  /** Stops after the notification at hand. */
  stop(): Promise<void>
  /** One poll, for callers with their own timer. Resolves to whether more is waiting to be read. Never rejects because of a provider. */
  step(): Promise<boolean>
  status(): SyncStatus
}

/**
 * Reads one chain without losing, inventing or repeating an event: blocks above finality are chained by parent hash and their logs asked for by
 * block hash; blocks at finality are read from several providers that must agree, and a gateway's lanes must fold to the head that the contract
 * itself holds at that block. A chain whose finality breaks stands still for good; it does not touch others.
 *
 * @example
 * ```ts
 * import { createSync } from '@hanse/sdk/sync'
 *
 * const sync = createSync({
 *   chainId: 10,
 *   rpcUrls: ['https://one.example', 'https://two.example'],
 *   finality: { kind: 'finalized' },
 *   sources: [{ address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }],
 *   startBlock: 1_000n,
 *   onNotification: async (notification) => console.log(notification.kind),
 * })
 * void sync.start()
 * ```
 */
export function createSync(parameters: createSync.Parameters): Sync {
  const { chainId, pollMs, sources, rpcUrls = [], timeoutMs, store = memoryStore(), wait = delay } = parameters
  const transports = parameters.transports ?? rpcUrls.map((url) => httpTransport({ url, timeoutMs }))
  const agreement = parameters.agreement ?? 1
  if (transports.length < agreement || agreement < 1)
    throw new SyncConfigError(
      `Chain ${chainId} has ${transports.length} providers, expected at least ${Math.max(agreement, 1)}: that many must agree.`,
    )
  if (sources.length === 0) throw new SyncConfigError(`Chain ${chainId} has no sources, expected at least one contract.`)
  const machine = createMachine({ ...parameters, transports, agreement, store })
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const hasMore = await step(machine)
      if (machine.isHaltNoted) return
      if (!hasMore && !stopping.signal.aborted) await wait(pollMs ?? nextPoll(machine), stopping.signal)
    }
  }

  return {
    chainId,
    start() {
      running ??= run()
      return running
    },
    async stop() {
      stopping.abort()
      await running
    },
    step: () => step(machine),
    status: () => statusOf(machine),
  }
}

export declare namespace createSync {
  type Parameters = SyncParameters
}

/** Waits so many milliseconds, or until the signal. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
