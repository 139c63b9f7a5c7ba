// What became of planted faults, and which of those that slipped through docs/mutation.md explains.
import type { Tree } from '../checks/tree.ts'
import type { Mutant } from './mutants.ts'

/** `invalid`: it did not compile, so it is no fault. */
export type Tally = { caught: number; survived: number; invalid: number; undecided: number }

/** A fault that no test noticed, as its row in `docs/mutation.md` names it. */
export type Survivor = { place: string; line: number; code: string; change: string }

const squeeze = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
const change = ({ before, text }: Mutant) => `${squeeze(before)} -> ${text === '{}' || text === '' ? 'nothing' : squeeze(text)}`

/** One line that says where a fault is and what it is. */
export const describe = (mutant: Mutant): string => `${mutant.file}:${mutant.line} ${mutant.place}: ${change(mutant)}`

/** A fault by its function, the line as it stands there, and what changed in it. */
export const survivorOf = (tree: Tree, mutant: Mutant): Survivor => ({
  place: mutant.place,
  line: mutant.line,
  code: squeeze(tree.read(mutant.file).split('\n')[mutant.line - 1] ?? ''),
  change: change(mutant),
})

/** How the row of a survivor begins. Line numbers move, so they are not part of it. */
export const rowOf = ({ place, code, change }: Survivor): string =>
  `| ${place} | \`${code.replaceAll('|', '\\|')}\` | \`${change.replaceAll('|', '\\|')}\` |`

/** Whether the page explains a survivor: a row for it with a word on why. */
export const isExplained = (page: string, survivor: Survivor): boolean => {
  const row = rowOf(survivor)
  return page.split('\n').some((line) => line.startsWith(row) && squeeze(line.slice(row.length)).length > 5)
}
