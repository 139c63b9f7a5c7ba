import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A file to write, by its path. */
export type NewFile = { readonly path: string; readonly content: string | Uint8Array; readonly mode?: number }

/**
 * Writes files that are not there yet, with the folders that they need: all of them or none. A full disk leaves no half of anything.
 *
 * @throws What the system said about the first file that could not be written; what was written before it is gone again.
 */
export function writeNew(files: readonly NewFile[]): void {
  const written: string[] = []
  try {
    for (const { path, content, mode } of files) {
      const made = mkdirSync(dirname(path), { recursive: true })
      if (made !== undefined) written.push(made)
      const file = openSync(path, 'wx', mode)
      written.push(path)
      try {
        writeFileSync(file, content)
      } finally {
        closeSync(file)
      }
    }
  } catch (error) {
    for (const path of written.reverse()) rmSync(path, { recursive: true, force: true })
    throw error
  }
}
