/** Plants each bug in a copy of the repository and checks that its tests notice. See README.md. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTree } from '../../scripts/checks/tree.ts'
import { compileParts, compileTests, copyTests, placeCode, runTests } from '../../scripts/mutation/loaded.ts'
import { targetOf } from '../../scripts/mutation/targets.ts'
import { table } from '../../scripts/run/table.ts'
import { plants } from './all.ts'
import { editedBy, type Plant } from './plant.ts'

type Ran = { failed: string[]; passed: number; output: string }

const root = fileURLToPath(new URL('../..', import.meta.url))
const copied = [
  'contracts',
  'devnet/contracts',
  'scripts',
  'test/contracts',
  'test/mocks',
  'test/support',
  'test/vectors',
  'hardhat.config.ts',
  'package.json',
  'tsconfig.json',
]
const word = process.argv[2] ?? ''
const chosen = plants.filter(({ bug, tests, caughtBy }) => [bug, ...tests, ...caughtBy].some((text) => text.includes(word)))

const tree = readTree(root)
const target = targetOf(tree, 'all')
/** A bug in contracts that the tests load costs the compilation of those alone. */
const isFast = ({ edits, tests, isInTests = false }: Plant): boolean =>
  !isInTests &&
  edits.every(({ file }) => {
    const steps = [...target.stepsFor(file), ...target.slowStepsFor(file)].filter(({ isDirect }) => !isDirect)
    const loading = steps.flatMap(({ files }) => files)
    return target.files.includes(file) && tests.every((test) => !test.endsWith('.t.sol') || loading.includes(test))
  })

const rows: string[][] = [['bug', 'test that must fail', 'noticed']]
const product = compileParts(target)
const fast = await prepareFast(chosen.filter(isFast))
const slow = prepareSlow()
try {
  const missed: Plant[] = []
  for (const plant of chosen) if (!(await tryPlant(plant))) missed.push(plant)
  console.log(`\n${table(rows)}\n\n${chosen.length - missed.length} of ${chosen.length} planted bugs were noticed`)
  if (missed.length > 0 || chosen.length === 0) process.exitCode = 1
} finally {
  rmSync(slow, { recursive: true, force: true })
}

function prepareSlow(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hanse-plants-'))
  for (const path of copied) if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

async function prepareFast(plants: readonly Plant[]): Promise<string> {
  if (plants.length === 0) return ''
  const copy = copyTests(target)
  const failure = await compileTests(copy, [...new Set(plants.flatMap(({ tests }) => tests))])
  if (failure) throw new Error(`the tests do not compile: ${failure}`)
  return copy
}

/** The planted sources by file; undefined when an edit fits no place, or more than one. */
function edited(plant: Plant): Map<string, string> | undefined {
  try {
    return editedBy(plant, (file) => readFileSync(join(root, file), 'utf8'))
  } catch (error) {
    console.log(`UNPLANTABLE ${plant.bug}: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

async function tryPlant(plant: Plant): Promise<boolean> {
  const { bug, tests, caughtBy, alone = false } = plant
  const sources = edited(plant)
  if (!sources) return false
  const { failed, passed, output } = isFast(plant) ? await runFast(sources, tests, grepOf(plant)) : runSlow(sources, tests, grepOf(plant))
  const silent = caughtBy.filter((name) => !failed.includes(name))
  const others = alone ? failed.filter((name) => !caughtBy.includes(name)) : []
  const isNoticed = failed.length + passed > 0 && silent.length === 0 && others.length === 0
  console.log(`${isNoticed ? 'noticed' : 'MISSED '} ${bug}: ${caughtBy.join(', ')}`)
  if (failed.length + passed === 0) console.log(`        nothing ran: ${/Error.*/.exec(output)?.[0] ?? output.slice(-300)}`)
  if (failed.length + passed > 0 && silent.length > 0)
    console.log(`        did not fail: ${silent.join(', ')}; but: ${failed.join(', ') || 'none'}`)
  if (others.length > 0) console.log(`        failed too: ${others.join(', ')}`)
  rows.push([bug, caughtBy.join(' '), isNoticed ? 'yes' : 'NO'])
  return isNoticed
}

/** Only the tests that must fail, unless no other may. */
function grepOf({ caughtBy, alone }: Plant): string {
  return alone ? '.' : `^(${caughtBy.join('|')})\\(`
}

function read(output: string): Ran {
  const failed = [...output.matchAll(/^ +\d+\) (\w+)\(/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]))
  return { failed, passed: [...output.matchAll(/^ +✔ /gm)].length, output }
}

async function runFast(sources: ReadonlyMap<string, string>, tests: readonly string[], grep: string): Promise<Ran> {
  const codes = compileParts(target, sources)
  if (!codes || !product) return { failed: [], passed: 0, output: 'Error: it does not compile' }
  placeCode(fast, 'plant', new Map([...product, ...codes]))
  // As many plays of the invariants as in `npm test`.
  const { output } = await runTests({ copy: fast, name: 'plant', files: tests, invariantRuns: 32, grep })
  return read(output)
}

function runSlow(sources: ReadonlyMap<string, string>, tests: readonly string[], grep: string): Ran {
  for (const [file, source] of sources) writeFileSync(join(slow, file), source)
  const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js')
  const { stdout, stderr } = spawnSync(process.execPath, [hardhat, 'test', 'solidity', '--grep', grep, ...tests], {
    cwd: slow,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', HARDHAT_DISABLE_TELEMETRY: 'true' },
    timeout: 600_000,
  })
  for (const file of sources.keys()) writeFileSync(join(slow, file), readFileSync(join(root, file)))
  return read(`${stdout}\n${stderr}`)
}
