/** What roles tell each other. Only wake-ups: the facts are in the store. */
export type Happening = 'finalized' | 'head' | 'reorg' | 'attested' | 'roster'

/** A board of wake-ups. */
export type Events = {
  on(happening: Happening, listener: (chainId: number) => void): void
  emit(happening: Happening, chainId: number): void
}

/** Opens a board. */
export function createEvents(): Events {
  const listeners = new Map<Happening, ((chainId: number) => void)[]>()
  return {
    on(happening, listener) {
      listeners.set(happening, [...(listeners.get(happening) ?? []), listener])
    },
    emit(happening, chainId) {
      for (const listener of listeners.get(happening) ?? []) listener(chainId)
    },
  }
}
