import { DatabaseSync } from 'node:sqlite'
import { NotesInUseError } from '../errors/agent.ts'
import type { Notes } from '../notes/notes.ts'

const schema = 'CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;'

/** SQLite's word for a file that another connection holds. */
const busy = 5

/**
 * Notes in a file that survive a crash of the process and of the machine. The file is this process's alone until `close` or its end, however it
 * ends: so a second start of the same agent is refused, and cannot claim what the first one claims.
 *
 * @param parameters.path A file, or `:memory:`.
 * @throws NotesInUseError when another process has the file.
 * @example
 * ```ts
 * import { sqliteNotes } from '@hanse/sdk/node'
 *
 * const notes = sqliteNotes({ path: 'agent.sqlite' })
 * ```
 */
export function sqliteNotes({ path }: { readonly path: string }): Notes & { close(): void } {
  const db = open(path)
  const upsert = db.prepare('INSERT INTO notes (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text')
  const one = db.prepare('SELECT text FROM notes WHERE name = ?')
  // What begins with a prefix sorts from it to before the prefix followed by the last character.
  const many = db.prepare('SELECT name FROM notes WHERE name >= ? AND name < ? ORDER BY name')
  const remove = db.prepare('DELETE FROM notes WHERE name >= ? AND name < ?')
  const last = '\u{10ffff}'
  return {
    get: async (name) => {
      const text = one.get(name)?.text
      return typeof text === 'string' ? text : undefined
    },
    set: async (name, text) => {
      upsert.run(name, text)
    },
    names: async (prefix) => many.all(prefix, prefix + last).map(({ name }) => String(name)),
    forget: async (prefix) => {
      remove.run(prefix, prefix + last)
    },
    close: () => db.close(),
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    db.exec(schema)
    // The lock is taken with the first write.
    db.exec('BEGIN EXCLUSIVE; COMMIT;')
    return db
  } catch (cause) {
    db.close()
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === busy) throw new NotesInUseError({ path, cause })
    throw cause
  }
}
