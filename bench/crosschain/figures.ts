import type { task } from '@hanse/sdk'

/** When a block was first seen, by the clock of this process in milliseconds. */
export type Sight = (chainId: number, blockNumber: bigint) => number

/** One step that costs something: where, how much gas for one task, and how often. */
export type GasRow = { readonly step: string; readonly chainId: number; readonly gas: number }

/** The words for the steps of a task that somebody pays for. */
function stepOf({ kind, detail }: task.TraceHop, story: task.TaskTrace, index: number): string {
  if (kind === 'opened') return 'open'
  if (kind === 'requested') return `request ${detail.action}`
  if (kind === 'delivered') return `deliver ${subjectOf(story, index)}`
  const inside = story.hops.filter(({ transactionHash }) => transactionHash === story.hops[index]?.transactionHash).map((hop) => hop.kind)
  if (inside.includes('assigned')) return 'claim'
  if (inside.includes('ended')) return 'decide and pay'
  return inside.includes('submitted') ? 'submit' : kind
}

/** What a delivered message carried, by the step that sent it. */
function subjectOf({ hops }: task.TaskTrace, index: number): string {
  const { sendId } = hops[index] ?? {}
  const asked = hops.find((hop) => hop.kind === 'requested' && hop.sendId === sendId)
  if (asked !== undefined) return `request ${asked.detail.action}`
  const answered = hops.find((hop) => (hop.kind === 'answered' || hop.kind === 'refused') && hop.sendId === sendId)
  return `answer to ${answered?.detail.action ?? 'a request'}`
}

const median = (values: readonly number[]): number => percentile(values, 0.5)

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}

/** Gas of each step, the median over all stories, in the order of a story. */
export function gasRows(stories: readonly task.TaskTrace[]): readonly GasRow[] {
  const found = new Map<string, { step: string; chainId: number; all: number[] }>()
  for (const story of stories) {
    for (const [index, hop] of story.hops.entries()) {
      if (hop.cost === undefined) continue
      const step = stepOf(hop, story, index)
      const row = found.get(step) ?? { step, chainId: hop.chainId, all: [] }
      row.all.push(Number(hop.cost.gas))
      found.set(step, row)
    }
  }
  return [...found.values()].map(({ step, chainId, all }) => ({ step, chainId, gas: median(all) }))
}

/** Gas of a whole task, by chain and in all: the median. */
export function gasOfTask(stories: readonly task.TaskTrace[]) {
  const sums = stories.map(({ costs }) => costs.reduce((sum, { gas }) => sum + Number(gas), 0))
  return median(sums)
}

/** Milliseconds of each message: until its block was final, from then until it ran, and both together. */
export function timesOf(stories: readonly task.TaskTrace[], sight: Sight) {
  const legs = stories.flatMap(({ hops }) =>
    hops
      .filter(({ kind }) => kind === 'sent')
      .flatMap(({ sendId, ...sent }) => {
        const of = (kind: task.TraceKind) => hops.find((hop) => hop.kind === kind && hop.sendId === sendId)
        const [final, delivered] = [of('final'), of('delivered')]
        if (final === undefined || delivered === undefined) return []
        const [from, done, ran] = [sent, final, delivered].map(({ chainId, blockNumber }) => sight(chainId, blockNumber))
        if (from === undefined || done === undefined || ran === undefined || Number.isNaN(from + done + ran)) return []
        return [{ lane: `${sent.chainId} to ${delivered.chainId}`, finality: done - from, beyond: Math.max(0, ran - done) }]
      }),
  )
  const lanes = [...new Set(legs.map(({ lane }) => lane))]
  const row = (own: typeof legs) => ({
    messages: own.length,
    finalityMs: median(own.map(({ finality }) => finality)),
    beyondFinalityP50Ms: median(own.map(({ beyond }) => beyond)),
    beyondFinalityP99Ms: percentile(
      own.map(({ beyond }) => beyond),
      0.99,
    ),
  })
  return { all: row(legs), lanes: lanes.map((lane) => ({ lane, ...row(legs.filter((leg) => leg.lane === lane)) })) }
}

/** Milliseconds from the block of the claim to the block in which the work stood at home: the median. */
export function wholeMs(stories: readonly task.TaskTrace[], sight: Sight): number {
  return median(
    stories.flatMap(({ hops }) => {
      const claimed = hops.find(({ kind }) => kind === 'requested') ?? hops.find(({ kind }) => kind === 'assigned')
      const submitted = hops.find(({ kind }) => kind === 'submitted')
      if (claimed === undefined || submitted === undefined) return []
      const span = sight(submitted.chainId, submitted.blockNumber) - sight(claimed.chainId, claimed.blockNumber)
      return Number.isNaN(span) ? [] : [span]
    }),
  )
}
