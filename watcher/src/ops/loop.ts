import { delay } from '@hanse/sdk/sync'
import { type Logger, reasonOf } from './log.ts'

/** Work that is done again and again: at an interval, and at once when woken. Never twice at the same time. */
export type Loop = { wake(): void; stop(): Promise<void> }

/** Starts a loop. An error is logged and the work is tried again. */
export function startLoop({ name, everyMs, work, log }: { name: string; everyMs: number; work: () => Promise<void>; log: Logger }): Loop {
  const stopping = new AbortController()
  let sleeping = new AbortController()
  let isWoken = false

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      isWoken = false
      try {
        await work()
      } catch (error) {
        log.warn({ role: name, reason: reasonOf(error) }, 'will try again')
        await delay(Math.min(everyMs, 250), stopping.signal)
      }
      sleeping = new AbortController()
      if (!isWoken && !stopping.signal.aborted) await delay(everyMs, AbortSignal.any([sleeping.signal, stopping.signal]))
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
