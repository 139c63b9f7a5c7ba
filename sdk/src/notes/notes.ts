/**
 * What a process keeps for its next start: short texts by name. A write that resolved survives a crash. Names are paths with `/` between their parts.
 * One process at a time: two agents of one key on the same notes would both work.
 */
export type Notes = {
  get(name: string): Promise<string | undefined>
  set(name: string, text: string): Promise<void>
  /** All names that begin so, in order. */
  names(prefix: string): Promise<readonly string[]>
  /** Forgets all names that begin so. */
  forget(prefix: string): Promise<void>
}

/**
 * Notes in memory, for tests and for agents that may start over.
 *
 * @example
 * ```ts
 * import { memoryNotes } from '@hanse/sdk/runtime'
 *
 * const notes = memoryNotes()
 * await notes.set('work/1/report', 'half done')
 * ```
 */
export function memoryNotes(): Notes {
  const texts = new Map<string, string>()
  const startingWith = (prefix: string) => [...texts.keys()].filter((name) => name.startsWith(prefix)).sort()
  return {
    get: async (name) => texts.get(name),
    set: async (name, text) => {
      texts.set(name, text)
    },
    names: async (prefix) => startingWith(prefix),
    forget: async (prefix) => {
      for (const name of startingWith(prefix)) texts.delete(name)
    },
  }
}
