// How many tests a runner ran. Every runner appends one line of JSON to the file that HANSE_TEST_COUNTS names; whoever started the runners
// reads the file back, so nothing has to be guessed from what they print.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** The environment variable that names the file to append to. Without it, runners record nothing. */
export const countsVariable = 'HANSE_TEST_COUNTS'

/** The tests of one run of one runner. */
export type Counts = { runner: string; passed: number; failed: number; skipped: number }

/** Appends what a runner ran to the file of this run, if somebody asked for it. */
export function recordCounts(counts: Counts): void {
  const file = process.env[countsVariable]
  if (file) appendFileSync(file, `${JSON.stringify(counts)}\n`)
}

/** What has been recorded in `file` so far, oldest first. */
export function readCounts(file: string): Counts[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Counts => JSON.parse(line))
}

/** Why these runs do not count as a pass, one line each; empty if they do. */
export function faultsOf({ recorded, expected }: { recorded: Counts[]; expected: string[] }): string[] {
  const failed = recorded.filter((counts) => counts.failed > 0).map((counts) => `${counts.runner}: ${counts.failed} failed`)
  const idle = expected
    .filter((runner) => !recorded.some((counts) => counts.runner === runner && counts.passed + counts.failed > 0))
    .map((runner) => `${runner}: ran nothing`)
  return [...failed, ...idle]
}
