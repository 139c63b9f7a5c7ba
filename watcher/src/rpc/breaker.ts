/** closed: requests pass. open: none do. half-open: one does, and decides. */
export type CircuitState = 'closed' | 'half-open' | 'open'

/** Keeps requests away from a provider that fails, and lets one through now and then to see whether it is back. */
export type Breaker = {
  state(): CircuitState
  /** Whether a request may go out now. A yes while half open is given once until its outcome is told. */
  mayPass(): boolean
  succeeded(): void
  failed(): void
  /** Opens at once for so many milliseconds, whatever happened before. */
  trip(ms: number): void
}

/** Failures in a row that open a circuit. */
const patience = 3
const shortest = 250
const longest = 30_000

/** A breaker that is closed. The time that it stays open doubles with each failed try, from a quarter of a second to half a minute. */
export function createBreaker({ now }: { now: () => number }): Breaker {
  let failures = 0
  let openUntil: number | undefined
  let probedAt: number | undefined

  function state(): CircuitState {
    if (openUntil === undefined) return 'closed'
    return now() < openUntil ? 'open' : 'half-open'
  }

  function open(ms: number): void {
    openUntil = now() + ms
    probedAt = undefined
  }

  return {
    state,
    mayPass() {
      const is = state()
      if (is !== 'half-open') return is === 'closed'
      // A try whose outcome is never told must not close the door for ever.
      if (probedAt !== undefined && now() - probedAt < longest) return false
      probedAt = now()
      return true
    },
    succeeded() {
      failures = 0
      openUntil = undefined
      probedAt = undefined
    },
    failed() {
      failures++
      if (failures >= patience) open(Math.min(shortest * 2 ** (failures - patience), longest))
    },
    trip: open,
  }
}
