import type { Hex } from 'viem'
import type { Step, TraceHop } from './types.ts'

/** Steps of one chain as they follow each other there. */
export function inChainOrder(steps: readonly Step[]): readonly Step[] {
  return [...steps].sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.place - b.place)
}

/**
 * Merges what each chain tells into one story. Clocks of chains differ, so time alone would put effects before causes: a delivery waits for
 * its sending, whatever the clocks say.
 */
export function merged(stories: readonly (readonly TraceHop[])[]): readonly TraceHop[] {
  const rest = stories.map((hops) => [...hops])
  const missing = new Map<Hex, number>()
  for (const hop of stories.flat()) if (isCause(hop)) missing.set(hop.sendId, (missing.get(hop.sendId) ?? 0) + 1)
  const story: TraceHop[] = []
  for (;;) {
    const heads = rest.flatMap((hops) => (hops[0] === undefined ? [] : [{ hops, hop: hops[0] }]))
    const free = heads.filter(({ hop }) => !isEffect(hop) || (missing.get(hop.sendId) ?? 0) === 0)
    // Only contradicting nodes leave nothing that can come first.
    const [next] = (free.length > 0 ? free : heads).sort((a, b) => a.hop.timestamp - b.hop.timestamp)
    if (next === undefined) return story
    next.hops.shift()
    if (isCause(next.hop)) missing.set(next.hop.sendId, (missing.get(next.hop.sendId) ?? 1) - 1)
    story.push(next.hop)
  }
}

type OfMessage = TraceHop & { readonly sendId: Hex }

function isCause(hop: TraceHop): hop is OfMessage {
  return hop.sendId !== undefined && (hop.kind === 'sent' || hop.kind === 'final')
}

function isEffect(hop: TraceHop): hop is OfMessage {
  return hop.sendId !== undefined && (hop.kind === 'delivered' || hop.kind === 'retried')
}
