// Remembers what became of faults, so that a long run can be stopped and go on. What survived is tried again: there may be a new test.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Tree } from '../checks/tree.ts'
import type { Mutant } from './mutants.ts'
import type { Trial } from './target.ts'
import type { Target } from './targets.ts'

type Memory = Omit<Trial, 'mutant'>
type Entry = { key: string } & Memory

/** Without a file it remembers nothing. */
export function openJournal(
  tree: Tree,
  target: Target,
  file?: string,
): { find: (mutant: Mutant) => Memory | undefined; keep: (trial: Trial) => void } {
  const hash = createHash('sha256')
  for (const name of target.files) hash.update(tree.read(name))
  const code = hash.digest('hex').slice(0, 16)
  const keyOf = ({ file: name, start, end, text }: Mutant) => `${code} ${name} ${start} ${end} ${text}`
  const known = new Map<string, Memory>()
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  for (const line of lines.filter((one) => one !== '')) {
    const { key, ...memory }: Entry = JSON.parse(line)
    known.set(key, memory)
  }
  const keep = ({ mutant, ...memory }: Trial) => {
    const key = keyOf(mutant)
    if (file === undefined || memory.verdict === 'survived' || memory.verdict === 'undecided' || known.has(key)) return
    known.set(key, memory)
    appendFileSync(file, `${JSON.stringify({ key, ...memory })}\n`)
  }
  return { find: (mutant) => known.get(keyOf(mutant)), keep }
}
