import { delay } from '../sync/createSync.ts'

/** How something that runs by itself is paced. */
export type Pace = {
  /** Milliseconds between two looks while nothing happens. */
  readonly pollMs?: number
  /** Waits, or returns early when aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Something that looks again and again until stopped. */
export type Loop = {
  /** Looks until stopped. Resolves when it has stopped. */
  start(): Promise<void>
  /** One look, for callers with their own timer. */
  tick(): Promise<void>
  /** Ends after the look at hand. */
  stop(): Promise<void>
  /** Aborts when told to stop. */
  readonly signal: AbortSignal
}

/** Builds a loop. A look that throws is told of, and the next one tries again. */
export function createLoop({
  look,
  onTrouble,
  pollMs = 500,
  wait = delay,
}: Pace & { readonly look: () => Promise<void>; readonly onTrouble: (error: unknown) => void }): Loop {
  const stopping = new AbortController()
  let looking: Promise<void> = Promise.resolve()
  let running: Promise<void> | undefined
  const tick = () => {
    looking = looking.then(look).catch(onTrouble)
    return looking
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      await tick()
      await wait(pollMs, stopping.signal)
    }
  }
  return {
    start() {
      running ??= run()
      return running
    },
    tick,
    async stop() {
      stopping.abort()
      await Promise.all([running, looking])
    },
    signal: stopping.signal,
  }
}

/** Several loops as one, beside each other: one that is held up holds up no other. */
export function joinLoops(loops: readonly Loop[]): Loop {
  return {
    start: async () => void (await Promise.all(loops.map((loop) => loop.start()))),
    tick: async () => void (await Promise.all(loops.map((loop) => loop.tick()))),
    stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
    signal: AbortSignal.any(loops.map(({ signal }) => signal)),
  }
}
