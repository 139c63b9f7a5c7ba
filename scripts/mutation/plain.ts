// Faults in contracts that tests create themselves: each one compiles the tests anew, so a handful is a sample.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSolidity } from '../checks/syntax.ts'
import type { Tree } from '../checks/tree.ts'
import { countsVariable, readCounts } from '../run/counts.ts'
import { root, runLanes } from '../run/lanes.ts'
import { temporaryDirectory } from '../run/temporary.ts'
import { type Mutant, sample } from './mutants.ts'
import type { Tally } from './report.ts'
import { describe } from './report.ts'

/** A copy to plant in, with what has been compiled so far. */
function copyProject(): string {
  const copy = temporaryDirectory('mutation')
  for (const part of [
    'contracts',
    'devnet/contracts',
    'test',
    'scripts',
    'hardhat.config.ts',
    'package.json',
    'tsconfig.json',
    'cache',
    'artifacts',
  ]) {
    if (!existsSync(join(root, part))) continue
    mkdirSync(join(copy, part, '..'), { recursive: true })
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Folders below `test/contracts` whose tests look at the contracts of a folder. */
const testersOf: Readonly<Record<string, readonly string[]>> = {
  gateway: ['gateway', 'verifiers'],
  verifiers: ['gateway', 'verifiers'],
  tasks: ['tasks'],
  agents: ['agents', 'tasks'],
  board: ['board'],
  charters: ['charters'],
}

/** The Solidity tests that should notice a fault in a contract. */
function testsFor(tree: Tree, contract: string): readonly string[] {
  const [, folder = ''] = contract.split('/')
  const folders = (testersOf[folder] ?? []).map((name) => `test/contracts/${name}/`)
  return tree.files.filter((file) => file.endsWith('.t.sol') && folders.some((start) => file.startsWith(start)))
}

/** Runs Solidity tests of the copy. Without a single test run, the code did not compile. */
async function runTests(copy: string, files: readonly string[] = []): Promise<{ verdict: keyof Tally; output: string }> {
  const file = join(copy, 'counts')
  rmSync(file, { force: true })
  const lane = {
    name: 'tests',
    command: ['hardhat', 'test', 'solidity', ...files] as [string, ...string[]],
    cwd: copy,
    env: { [countsVariable]: file },
  }
  const [result] = await runLanes({ lanes: [lane], limitSeconds: 420, print: () => {} })
  const [counts] = readCounts(file)
  const output = result?.output ?? ''
  if (result?.exitCode === 0 && counts && counts.passed > 0) return { verdict: 'survived', output }
  const isCaught = (counts && counts.failed > 0) || output.includes('not done after')
  return { verdict: isCaught ? 'caught' : 'invalid', output }
}

/** Plants one fault, runs the tests, takes the fault out again. */
async function tryMutant(tree: Tree, copy: string, mutant: Mutant): Promise<keyof Tally> {
  const text = tree.read(mutant.file)
  const path = join(copy, mutant.file)
  writeFileSync(path, text.slice(0, mutant.start) + mutant.text + text.slice(mutant.end))
  const { verdict } = await runTests(copy, testsFor(tree, mutant.file))
  writeFileSync(path, text)
  return verdict
}

/**
 * Tries a sample of the faults in all contracts but those of `without`.
 *
 * @param parameters.isFull Whether to run the tests on the product first: where they fail, they would seem to catch everything. Before a
 * sample, the run before a merge has just run them.
 * @param parameters.patience No new fault is begun after so many seconds.
 */
export async function tryElsewhere({
  tree,
  without,
  size,
  isFull,
  patience,
}: {
  tree: Tree
  without: readonly string[]
  size: number
  isFull: boolean
  patience: number
}): Promise<Tally> {
  const began = performance.now()
  const copy = copyProject()
  const tally: Tally = { caught: 0, survived: 0, invalid: 0 }
  if (isFull) {
    const { verdict, output } = await runTests(copy)
    if (verdict !== 'survived') throw new Error(`${output}\nThe Solidity tests do not pass on the contracts as they are: mend that first.`)
  }
  const files = tree.files.filter((file) => file.startsWith('contracts/') && isSolidity(file) && !without.includes(file))
  for (const mutant of sample({ tree, files, size })) {
    if ((performance.now() - began) / 1000 > patience) break
    const verdict = await tryMutant(tree, copy, mutant)
    tally[verdict] += 1
    console.log(`  ${verdict.padEnd(8)} ${describe(mutant)}`)
  }
  return tally
}
