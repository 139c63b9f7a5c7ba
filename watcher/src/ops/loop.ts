import { delay } from '@hanse/sdk/sync'
import { type Logger, reasonOf } from './log.ts'

/** Work that is done again and again: at an interval, and at once when woken. Never twice at the same time. */
export type Loop = { wake(): void; stop(): Promise<void> }

/** Starts a loop. An error is logged and the work is tried again. */
export function startLoop({ name, everyMs, work, log }: { name: string; everyMs: number; work: () => Promise<void>; log: Logger }): Loop {
  const stopping = new AbortController()
  let sleeping = new AbortController()
  let isWoken = false

  let lastReason: string | undefined

  /** Says a reason once, not at every try. */
  function tell(reason: string | undefined): void {
    if (reason !== undefined && reason !== lastReason) log.warn({ role: name, reason }, 'will try again')
    if (reason === undefined && lastReason !== undefined) log.info({ role: name }, 'goes on')
    lastReason = reason
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      isWoken = false
      const reason = await work().then(
        () => undefined,
        (error: unknown) => reasonOf(error),
      )
      tell(reason)
      // A failure is tried again soon, but no wake-up hurries it.
      if (reason !== undefined) await delay(Math.min(everyMs, 500), stopping.signal)
      sleeping = new AbortController()
      if (reason === undefined && !isWoken && !stopping.signal.aborted)
        await delay(everyMs, AbortSignal.any([sleeping.signal, stopping.signal]))
    }
  }

  const running = run()
  return {
    wake() {
      isWoken = true
      sleeping.abort()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
