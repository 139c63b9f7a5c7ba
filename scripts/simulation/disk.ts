// Real SQLite files on a memory disk, with what a disk may do to them: stop at any commit, lose what was not synced, be full, be an old copy.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Random } from './random.ts'

/** Memory, where there is some. */
export function diskRoot(): string {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > 256 * 1024 * 1024 ? memory : tmpdir()
}

/** What the process that uses a disk is told about. */
export type DiskEvents = {
  /** Before a commit. May throw: then the process has died, or the disk is full. */
  beforeCommit(database: string): void
  /** After a commit that is on its way to the disk. */
  afterCommit(database: string): void
}

/** The disk of one watcher. Each life of the process has a directory of its own. */
export type Disk = {
  dataDir(): string
  open(path: string, events: DiskEvents): DatabaseSync
  /** The process dies: the next life finds what was committed; after a power cut, less of what was never synced. */
  crash(how: { isPowerCut: boolean; random: Random }): void
  /** Keeps a copy of how the files are now. */
  backup(): void
  /** The next life finds the files of the copy; `only` keeps the other file as it is. */
  restore(only?: 'vault.sqlite'): boolean
  remove(): void
}

type Open = { readonly name: string; readonly database: DatabaseSync }

export function createDisk(root: string): Disk {
  let life = 0
  let copy: ReadonlyMap<string, Buffer> | undefined
  let open: Open[] = []
  const directory = () => join(root, `${life}`)

  function read(): Map<string, Buffer> {
    if (!existsSync(directory())) return new Map()
    return new Map(readdirSync(directory()).map((name) => [name, readFileSync(join(directory(), name))]))
  }

  return {
    dataDir: directory,
    open(path, events) {
      const database = new DatabaseSync(path)
      const name = basename(path)
      watch({ name, database, events })
      open.push({ name, database })
      return database
    },
    crash({ isPowerCut, random }) {
      const before = directory()
      const unsynced = new Set(open.filter(({ database }) => isPowerCut && !isSynced(database)).map(({ name }) => name))
      life++
      mkdirSync(directory(), { recursive: true })
      for (const name of existsSync(before) ? readdirSync(before) : []) copyFileSync(join(before, name), join(directory(), name))
      for (const name of unsynced) tear(join(directory(), `${name}-wal`), random)
      for (const { database } of open) if (database.isOpen) database.close()
      open = []
      rmSync(before, { recursive: true, force: true })
    },
    backup() {
      copy = read()
    },
    restore(only) {
      if (copy === undefined) return false
      mkdirSync(directory(), { recursive: true })
      for (const name of readdirSync(directory())) if (only === undefined || name.startsWith(only)) rmSync(join(directory(), name))
      for (const [name, bytes] of copy) if (only === undefined || name.startsWith(only)) writeFileSync(join(directory(), name), bytes)
      return true
    },
    remove() {
      for (const { database } of open) if (database.isOpen) database.close()
      open = []
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Whether each commit of a database is on the disk before it returns, by its own settings. */
function isSynced(database: DatabaseSync): boolean {
  return database.isOpen && Number(Object.values(database.prepare('pragma synchronous').get() ?? {})[0]) >= 2
}

/** What was written to the log and never synced is there up to any byte, and noise may follow. */
function tear(path: string, random: Random): void {
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  const kept = random.below(bytes.length + 1)
  const noise = random.chance(0.5) ? Buffer.alloc(Math.min(512, bytes.length - kept), random.below(256)) : Buffer.alloc(0)
  writeFileSync(path, Buffer.concat([bytes.subarray(0, kept), noise]))
}

/** Tells of every commit: of a transaction, or of a write that stands alone. */
function watch({ name, database, events }: Open & { events: DiskEvents }): void {
  const exec = database.exec.bind(database)
  const prepare = database.prepare.bind(database)
  let isReady = false
  const committed = <result>(work: () => result): result => {
    events.beforeCommit(name)
    const result = work()
    events.afterCommit(name)
    return result
  }
  database.exec = (sql) => {
    if (isReady && sql === 'commit') return committed(() => exec(sql))
    exec(sql)
    isReady = true
  }
  database.prepare = (sql) => {
    // Most lives are too short to use most statements, and preparing one takes longer than running it.
    let prepared: ReturnType<typeof prepare> | undefined
    const statement = () => {
      prepared ??= prepare(sql)
      return prepared
    }
    const run = (...values: SQLInputValue[]) => statement().run(...values)
    const used = {
      get: (...values: SQLInputValue[]) => statement().get(...values),
      all: (...values: SQLInputValue[]) => statement().all(...values),
      iterate: (...values: SQLInputValue[]) => statement().iterate(...values),
      run: (...values: SQLInputValue[]) => (database.isTransaction ? run(...values) : committed(() => run(...values))),
    }
    // The watcher uses nothing else of a statement.
    return used as unknown as StatementSync
  }
}
