import type { Observation } from './observe.ts'
import type { BlockHeader, Halt } from './types.ts'

/** What the guard says of the latest observations. */
export type Verdict = { readonly mayAdvance: boolean; readonly halt?: Halt['reason']; readonly detail: string }

/**
 * Watches that what was final stays final. Another block at a final height, seen twice in a row by as many providers as must agree, halts the
 * chain. Providers that only tell of less are lagging: nothing advances, and the chain halts when all of them do so for too long.
 */
export function createGuard({ agreement, regressionMs, now }: { agreement: number; regressionMs: number; now: () => number }) {
  let violations = 0
  let behindSince: number | undefined

  function judge({ observations, final }: { observations: readonly Observation[]; final: BlockHeader | undefined }): Verdict {
    if (final === undefined) return { mayAdvance: true, detail: '' }
    const others = observations.filter((seen) => seen.final === 'other').length
    const same = observations.filter((seen) => seen.final === 'same' && seen.policy >= final.number).length
    violations = others >= agreement ? violations + 1 : 0
    if (violations > 0) {
      const detail = `block ${final.number} was final as ${final.hash}, and ${others} providers now have another one there`
      return { mayAdvance: false, detail, ...(violations > 1 ? { halt: 'finality-violated' } : {}) }
    }
    if (same >= agreement) {
      behindSince = undefined
      return { mayAdvance: true, detail: '' }
    }
    behindSince ??= now()
    const detail = `block ${final.number} is final, and ${observations.length - same} providers tell of less`
    const isLong = now() - behindSince >= regressionMs && observations.every((seen) => seen.policy < final.number)
    return { mayAdvance: false, detail, ...(isLong ? { halt: 'finality-regressed' } : {}) }
  }

  return { judge }
}
