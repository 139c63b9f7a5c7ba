// The files that the checks look at: those of one directory, so that a test can plant a violation in a temporary one.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a check found: where, and what is wrong with it. */
export type Finding = { file: string; line?: number; message: string }

/** A directory's files by path relative to it, with forward slashes, sorted. Their text is read when asked for. */
export type Tree = { root: string; files: string[]; read(file: string): string }

/** Folders that hold nothing written by hand. */
const skippedFolders = new Set(['node_modules', '.git', '.hanse', 'artifacts', 'cache', 'coverage'])

/** Files written by a generator; they obey the generator, not the house style. */
export const isGenerated = (file: string): boolean =>
  /^(types\/|(deploy|devnet)\/build\/|deploy\/deployments\/|deploy\/generated\.json$|bench\/results\/|sdk\/src\/abis\/|sdk\/src\/ethers\/types\/|sdk\/src\/errors\/contracts\.ts$|package-lock\.json$)/.test(
    file,
  )

function list(directory: string, prefix: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : list(join(directory, entry.name), `${prefix}${entry.name}/`)
    return entry.isFile() ? [`${prefix}${entry.name}`] : []
  })
}

/** Reads the names of all files under `root` that are written by hand. */
export function readTree(root: string): Tree {
  const texts = new Map<string, string>()
  const read = (file: string) => {
    const known = texts.get(file)
    if (known !== undefined) return known
    const text = readFileSync(join(root, file), 'utf8')
    texts.set(file, text)
    return text
  }
  const files = list(root, '')
    .filter((file) => !isGenerated(file))
    .sort()
  return { root, files, read }
}

/** The line, counted from 1, of the character at `offset`. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
