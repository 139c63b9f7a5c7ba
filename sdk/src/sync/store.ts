import type { SyncState, SyncStore } from './types.ts'

/** Forgets everything when the process ends: then the chain is read again from the start block. */
export function memoryStore(): SyncStore {
  const states = new Map<number, SyncState>()
  return {
    load: async (chainId) => states.get(chainId),
    save: async (chainId, state) => {
      states.set(chainId, state)
    },
  }
}

/** Writes a sync's state as text, for stores that keep text. */
export function encodeState(state: SyncState): string {
  const { final, lanes, tail } = state
  // A replacer would be called for every value of every log.
  return JSON.stringify({
    ...state,
    final: final && writable(final),
    lanes: lanes.map(writable),
    tail: tail.map((block) => ({ ...writable(block), logs: block.logs.map(writable) })),
  })
}

/** The same with bigints as text. */
function writable(fields: object): Record<string, unknown> {
  const written: Record<string, unknown> = { ...fields }
  for (const [key, value] of Object.entries(fields)) if (typeof value === 'bigint') written[key] = `${value}n`
  return written
}

/** Reads back what `encodeState` wrote. */
export function decodeState(text: string): SyncState {
  const revive = (_: string, value: unknown): unknown =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value
  const state: Partial<SyncState> = JSON.parse(text, revive)
  return { scope: state.scope ?? '', final: state.final, lanes: state.lanes ?? [], tail: state.tail ?? [], halt: state.halt }
}
