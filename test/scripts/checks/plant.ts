import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readTree, type Tree } from '../../../scripts/checks/tree.ts'

/** Writes files into a new directory that is gone after the test, and returns the directory. */
export function plantFiles(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'hanse-check-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return root
}

/** The same, read as the checks read the repository. */
export const plant = (files: Record<string, string>): Tree => readTree(plantFiles(files))
