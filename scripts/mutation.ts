// Plants one fault after the other in a copy of the contracts and sees whether the Solidity tests catch it. What they let pass is listed.
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTree, type Tree } from './checks/tree.ts'
import { type Mutant, sample } from './mutation/mutants.ts'
import { countsVariable, readCounts, recordCounts } from './run/counts.ts'
import { root, runLanes } from './run/lanes.ts'
import { temporaryDirectory } from './run/temporary.ts'

/** Share of the planted faults that the tests must catch. Not all: some change nothing that anyone could see. */
const required = 0.8
/** So many may slip through a sample however small it is: one fault that nobody could see must not fail it. */
const leastAllowance = 1
const isFull = process.argv.includes('--full')
const size = isFull ? 10_000 : 10
/** No new mutant is begun after so many seconds, so that the sample keeps to its time on a slow machine. */
const patience = isFull ? 12 * 3600 : 200

type Verdict = 'caught' | 'survived' | 'invalid'

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
}

/** The Solidity tests that should notice a fault in a contract. */
function testsFor(tree: Tree, contract: string): readonly string[] {
  const [, folder = ''] = contract.split('/')
  const folders = (testersOf[folder] ?? []).map((name) => `test/contracts/${name}/`)
  return tree.files.filter((file) => file.endsWith('.t.sol') && folders.some((start) => file.startsWith(start)))
}

/** Runs Solidity tests of the copy. Without a single test run, the code did not compile. */
async function runTests(copy: string, files: readonly string[] = []): Promise<{ verdict: Verdict; output: string }> {
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
async function tryMutant(tree: Tree, copy: string, mutant: Mutant): Promise<Verdict> {
  const text = tree.read(mutant.file)
  const path = join(copy, mutant.file)
  writeFileSync(path, text.slice(0, mutant.start) + mutant.text + text.slice(mutant.end))
  const { verdict } = await runTests(copy, testsFor(tree, mutant.file))
  writeFileSync(path, text)
  return verdict
}

async function main(): Promise<void> {
  const began = performance.now()
  const tree = readTree(root)
  const copy = copyProject()
  const tally = { caught: 0, survived: 0, invalid: 0 }
  // Where the tests fail on the product itself, they would seem to catch everything. Before a sample, the run before a merge has just run them.
  if (isFull) {
    const { verdict, output } = await runTests(copy)
    if (verdict !== 'survived') {
      console.log(`${output}\nThe Solidity tests do not pass on the contracts as they are: mend that first.`)
      recordCounts({ runner: 'mutation', passed: 0, failed: 1, skipped: 0 })
      process.exitCode = 1
      return
    }
  }
  for (const mutant of sample(tree, size)) {
    if ((performance.now() - began) / 1000 > patience) break
    const verdict = await tryMutant(tree, copy, mutant)
    tally[verdict] += 1
    console.log(
      `  ${verdict.padEnd(8)} ${mutant.file}:${mutant.line}: ${mutant.before.replaceAll(/\s+/g, ' ')} -> ${mutant.text === '{}' || mutant.text === '' ? 'nothing' : mutant.text}`,
    )
  }
  const tried = tally.caught + tally.survived
  const allowed = Math.max(leastAllowance, Math.floor((1 - required) * tried))
  const isEnough = tried > 0 && tally.survived <= allowed
  console.log(`${tally.caught} of ${tried} planted faults caught; ${allowed} may slip through.`)
  recordCounts({ runner: 'mutation', passed: tally.caught, failed: isEnough ? 0 : Math.max(1, tally.survived), skipped: tally.invalid })
  process.exitCode = isEnough ? 0 : 1
}

await main()
