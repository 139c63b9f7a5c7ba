/** How many calls a second go to a provider: as many as wanted, until it says that these are too many. */
export type Rate = {
  /** Calls a second that are allowed; undefined while nothing limits them. */
  limit(): number | undefined
  /** Milliseconds that so many calls must wait for. Zero takes them; anything else takes nothing. */
  take(calls: number): number
  /** They were answered: a little more next time. */
  accepted(): void
  /** The provider had enough: half of what was sent, and nothing for so many milliseconds. */
  refused(retryAfterMs: number): void
}

/** Calls a second that are never undercut, and those above which nothing is limited. */
const bounds = { least: 1, most: 2_000 }
/** What is added to the limit each second without a refusal, as a share of it; at least one call. */
const growth = 0.1

/** Additive increase, multiplicative decrease, over a bucket that holds one second. */
export function createRate({ now }: { now: () => number }): Rate {
  let limit: number | undefined
  let tokens = 0
  let filledAt = now()
  let grownAt = now()
  let silentUntil = 0
  /** Calls of the running and of the last full second, to know what was too much. */
  let counted = { second: 0, calls: 0, before: 0 }

  function count(calls: number): void {
    const second = Math.floor(now() / 1_000)
    if (second !== counted.second) counted = { second, calls: 0, before: second === counted.second + 1 ? counted.calls : 0 }
    counted.calls += calls
  }

  function fill(perSecond: number): void {
    tokens = Math.min(perSecond, tokens + ((now() - filledAt) / 1_000) * perSecond)
    filledAt = now()
  }

  return {
    limit: () => limit,
    take(calls) {
      if (now() < silentUntil) return silentUntil - now()
      if (limit !== undefined) {
        fill(limit)
        // More than a bucket holds goes out when it is full: the debt is paid afterwards.
        const needed = Math.min(calls, limit)
        if (tokens < needed) return Math.ceil(((needed - tokens) / limit) * 1_000)
        tokens -= calls
      }
      count(calls)
      return 0
    },
    accepted() {
      if (limit === undefined || now() - grownAt < 1_000) return
      grownAt = now()
      limit += Math.max(1, limit * growth)
      if (limit > bounds.most) limit = undefined
    },
    refused(retryAfterMs) {
      const sent = Math.max(counted.calls, counted.before)
      // Several requests under way at once come back refused together: they count as one.
      if (now() >= silentUntil) limit = Math.max(bounds.least, Math.min(limit ?? Number.POSITIVE_INFINITY, sent) / 2)
      silentUntil = now() + retryAfterMs
      tokens = 0
      filledAt = silentUntil
      grownAt = silentUntil
    },
  }
}
