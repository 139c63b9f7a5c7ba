import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { DemoError } from './errors.ts'

/** The demo posts one task per file; more than this would not be a demo. */
export const maxFiles = 200
/** The content directory takes bodies up to this many bytes. */
export const maxFileBytes = 64 * 1024 * 1024

/**
 * The files under a path, sorted: the file itself, or every regular file of the directory and its sub-directories. Hidden entries and
 * `node_modules` are passed over. Throws when there is none, too many, one too large, or one that cannot be read.
 */
export async function filesUnder(path: string): Promise<readonly { name: string; path: string }[]> {
  const root = resolve(path)
  const rootStat = await statOf(root)
  if (!rootStat.isDirectory() && !rootStat.isFile())
    throw new DemoError(`${root} is neither a file nor a directory.`, 'Point the demo at one of these.')
  const found = rootStat.isDirectory() ? await walk(root) : [root]
  if (found.length === 0)
    throw new DemoError(`No file to work on under ${root}.`, 'Point the demo at a file, or at a directory that holds text files.')
  if (found.length > maxFiles) {
    throw new DemoError(`${root} holds ${found.length} files, the demo takes at most ${maxFiles}.`, 'Point it at a smaller directory.')
  }
  await Promise.all(found.map(requireReadable))
  return found.sort().map((file) => ({ name: file === root ? (file.split('/').at(-1) ?? file) : relative(root, file), path: file }))
}

async function walk(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause) => unreadable(directory, cause))
  const nested = await Promise.all(
    entries
      .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(async (entry) => {
        const path = join(directory, entry.name)
        if (entry.isDirectory()) return walk(path)
        if (entry.isSymbolicLink()) return (await statOf(path)).isFile() ? [path] : []
        return entry.isFile() ? [path] : []
      }),
  )
  return nested.flat()
}

async function requireReadable(path: string): Promise<void> {
  const { size } = await statOf(path)
  if (size > maxFileBytes)
    throw new DemoError(`${path} has ${size} bytes, the demo takes files of at most ${maxFileBytes}.`, 'Leave it out.')
  await access(path, constants.R_OK).catch((cause) => unreadable(path, cause))
}

const statOf = (path: string) => stat(path).catch((cause) => unreadable(path, cause))

function unreadable(path: string, cause: NodeJS.ErrnoException): never {
  throw new DemoError(
    `Cannot read ${path} (${cause.code ?? cause.message}).`,
    'Make it readable, or point the demo at another file or directory.',
  )
}
