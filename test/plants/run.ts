/** Plants each bug in a copy of the repository and checks that its tests notice. See README.md. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentPlants } from './agents.ts'
import { boardPlants } from './board.ts'
import { charterPlants } from './charters.ts'
import { gatewayPlants } from './gateway.ts'
import type { Plant } from './plant.ts'
import { taskPlants } from './tasks.ts'

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
const plants: readonly Plant[] = [...gatewayPlants, ...taskPlants, ...agentPlants, ...boardPlants, ...charterPlants]

const folder = mkdtempSync(join(tmpdir(), 'hanse-plants-'))
try {
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const word = process.argv[2] ?? ''
  const chosen = plants.filter(({ bug, caughtBy }) => [bug, ...caughtBy].some((text) => text.includes(word)))
  const missed = chosen.filter((plant) => !tryPlant(plant))
  console.log(`${chosen.length - missed.length} of ${chosen.length} planted bugs were noticed`)
  if (missed.length > 0 || chosen.length === 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function tryPlant({ bug, edits, tests, caughtBy, alone = false }: Plant): boolean {
  const originals = new Map(edits.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]))
  const planted = new Map(originals)
  for (const { file, find, replace } of edits) {
    const source = planted.get(file) ?? ''
    if (source.split(find).length !== 2) {
      console.log(`UNPLANTABLE ${bug}: ${file} has ${source.split(find).length - 1} places like ${JSON.stringify(find)}, expected 1`)
      return false
    }
    planted.set(
      file,
      source.replace(find, () => replace),
    )
  }
  for (const [file, source] of planted) writeFileSync(join(folder, file), source)
  const { failed, passed, output } = runTests(tests)
  for (const [file, source] of originals) writeFileSync(join(folder, file), source)

  const silent = caughtBy.filter((name) => !failed.includes(name))
  const others = alone ? failed.filter((name) => !caughtBy.includes(name)) : []
  const isNoticed = failed.length + passed > 0 && silent.length === 0 && others.length === 0
  console.log(`${isNoticed ? 'noticed' : 'MISSED '} ${bug}: ${caughtBy.join(', ')}`)
  if (failed.length + passed === 0) console.log(`        nothing ran: ${/Error.*/.exec(output)?.[0] ?? output.slice(-300)}`)
  if (failed.length + passed > 0 && silent.length > 0) console.log(`        did not fail: ${silent.join(', ')}`)
  if (others.length > 0) console.log(`        failed too: ${others.join(', ')}`)
  return isNoticed
}

function runTests(tests: readonly string[]): { failed: string[]; passed: number; output: string } {
  const hardhat = join(root, 'node_modules/hardhat/dist/src/cli.js')
  const { stdout, stderr } = spawnSync(process.execPath, [hardhat, 'test', 'solidity', ...tests], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', HARDHAT_DISABLE_TELEMETRY: 'true' },
    timeout: 240_000,
  })
  const failed = [...stdout.matchAll(/^ +\d+\) (\w+)\(/gm)].flatMap(([, name]) => (name === undefined ? [] : [name]))
  const passed = [...stdout.matchAll(/^ +✔ /gm)].length
  return { failed, passed, output: `${stdout}\n${stderr}` }
}
