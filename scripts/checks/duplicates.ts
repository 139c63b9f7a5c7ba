// The same code twice is two places to mend. Compares runs of significant lines: no blanks, comments, imports or lone brackets.
import { isScript, isSolidity } from './syntax.ts'
import type { Finding, Tree } from './tree.ts'

/** So many significant lines in a row must not occur twice. Short enough for a copied function, long enough to let idioms be. */
export const duplicateLines = 12

type Line = { text: string; number: number }
type Place = { file: string; number: number }

function significantLines(text: string): Line[] {
  return text
    .split('\n')
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => !/^$|^(\/\/|\/\*|\*)|^import\b|^export \*|^} from |^[\s(){}[\],;]*$/.test(line.text))
}

/** Product code only: tests may repeat themselves where that makes each readable alone. */
const isCompared = (file: string) =>
  (isScript(file) || isSolidity(file)) && /^(contracts|sdk|deploy|watcher|devnet|cli|scripts|bench)\//.test(file)

export function checkDuplicates(tree: Tree): Finding[] {
  const seen = new Map<string, Place>()
  const found: Finding[] = []
  for (const file of tree.files.filter(isCompared)) {
    const lines = significantLines(tree.read(file))
    let reportedUntil = 0
    for (let start = 0; start + duplicateLines <= lines.length; start += 1) {
      const window = lines.slice(start, start + duplicateLines)
      const key = window.map((line) => line.text).join('\n')
      const number = window[0]?.number ?? 0
      const before = seen.get(key)
      if (!before) seen.set(key, { file, number })
      else if (start >= reportedUntil) {
        found.push({ file, line: number, message: `${duplicateLines} lines or more as in ${before.file}:${before.number}` })
        reportedUntil = start + duplicateLines
      }
    }
  }
  return found
}
