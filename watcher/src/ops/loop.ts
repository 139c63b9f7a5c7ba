import { type Logger, reasonOf } from './log.ts'

/** Work that is done again and again: at an interval, and at once when woken. Never twice at the same time. */
export type Loop = { wake(): void; stop(): Promise<void> }

/** Starts a loop. An error is logged and the work is tried again. */
export function startLoop({ name, everyMs, work, log, wait }: startLoop.Parameters): Loop {
  const stopping = new AbortController()
  let sleeping: AbortController | undefined
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
      if (reason !== undefined) await wait(Math.min(everyMs, 500), stopping.signal)
      else if (!isWoken && !stopping.signal.aborted) {
        sleeping = new AbortController()
        await wait(everyMs, sleeping.signal)
        sleeping = undefined
      }
    }
  }

  const running = run()
  return {
    wake() {
      isWoken = true
      // A reason of its own spares making an error with a stack at every wake-up.
      sleeping?.abort('woken')
    },
    async stop() {
      stopping.abort('stopped')
      sleeping?.abort('stopped')
      await running
    },
  }
}

export declare namespace startLoop {
  type Parameters = {
    name: string
    everyMs: number
    work: () => Promise<void>
    log: Logger
    /** Waits, or returns early when aborted. */
    wait: (ms: number, signal: AbortSignal) => Promise<void>
  }
}
