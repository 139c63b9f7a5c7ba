import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a directory that is gone when this process ends, also by a signal that `runLanes` answers. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `hanse-${name}-`))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}
