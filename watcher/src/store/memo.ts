import type { DatabaseSync } from 'node:sqlite'
import { whenUndone } from './open.ts'

/** What reads of one table said last. Nobody else writes to the file, so it holds until something is written here, or a write is undone. */
export type Memo<answer> = {
  /** The answer under a key; asks for it when it is not known. Whoever gets it must not change it. */
  get(key: string, ask: () => answer): answer
  forget(): void
}

/** Opens a memory for the answers of one read, for at most so many at once. */
export function createMemo<answer>(database: DatabaseSync, most = 4_096): Memo<answer> {
  const answers = new Map<string, { readonly answer: answer }>()
  const forget = () => {
    if (answers.size > 0) answers.clear()
  }
  whenUndone(database, forget)
  return {
    get(key, ask) {
      const known = answers.get(key)
      if (known !== undefined) return known.answer
      if (answers.size >= most) forget()
      const answer = ask()
      answers.set(key, { answer })
      return answer
    },
    forget,
  }
}
