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
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** Reads back what `encodeState` wrote. */
export function decodeState(text: string): SyncState {
  const revive = (_: string, value: unknown): unknown =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value
  const state: Partial<SyncState> = JSON.parse(text, revive)
  return { scope: state.scope ?? '', final: state.final, lanes: state.lanes ?? [], tail: state.tail ?? [], halt: state.halt }
}
