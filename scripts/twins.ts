// `npm run twins`: runs each attack of test/twins on the product, which must refuse it, and on its twin, where it must succeed: the product with
// the one hunk of `test/twins/<attack>.patch`, in a temporary directory. A sample of the twins; all with --full, which writes the results.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countsVariable, readCounts, recordCounts } from './run/counts.ts'
import { root, runLanes } from './run/lanes.ts'
import { temporaryDirectory } from './run/temporary.ts'

const isFull = process.argv.includes('--full')
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
/** Twins of a run without --full. */
const size = 3
const folder = 'test/twins'
const resultsFile = 'bench/results/twins.json'

/** A quick compiler: attacks do not depend on how well the code is optimised. */
const config = `import { fileURLToPath } from 'node:url'
import { defineConfig } from 'hardhat/config'
import { countedTestTasks } from './scripts/run/hardhatCounts.ts'

const settings = { evmVersion: 'cancun', optimizer: { enabled: true, runs: 1 } }
const solc = { version: '0.8.37', path: fileURLToPath(import.meta.resolve('solc/soljson.js')), settings }
export default defineConfig({
  tasks: countedTestTasks.slice(0, 1),
  solidity: { profiles: { default: solc } },
  paths: { sources: 'contracts', tests: { solidity: '${folder}' } },
})
`

/** A copy with what the attacks need and no more. */
function copyProject(): string {
  const copy = temporaryDirectory('twins')
  for (const part of [
    'contracts/gateway',
    'contracts/verifiers',
    folder,
    'test/support',
    'test/contracts/mocks',
    'scripts/run',
    'package.json',
  ]) {
    mkdirSync(join(copy, part, '..'), { recursive: true })
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  writeFileSync(join(copy, 'hardhat.config.ts'), config)
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Runs the attacks of that name, or all of them. Passed means: refused by the product, or successful on a twin. */
async function attack(copy: string, name?: string): Promise<{ passed: number; failed: number; output: string }> {
  const file = join(copy, 'counts')
  rmSync(file, { force: true })
  const command: [string, ...string[]] = ['hardhat', 'test', 'solidity', ...(name ? ['--grep', `^test_${name}\\(`] : [])]
  const lane = { name: name ?? 'product', command, cwd: copy, env: { [countsVariable]: file } }
  const [result] = await runLanes({ lanes: [lane], limitSeconds: 300, print: () => {} })
  const [counts] = existsSync(file) ? readCounts(file) : []
  return { passed: counts?.passed ?? 0, failed: counts?.failed ?? 1, output: result?.output ?? '' }
}

/** Puts `text` over a file of the copy, runs, and puts the product's text back. */
async function onTwin(copy: string, name: string): Promise<{ passed: number; failed: number; output: string }> {
  const patch = join(copy, folder, `${name}.patch`)
  const text = readFileSync(patch, 'utf8')
  const [, file] = /^\+\+\+ b\/(\S+)/m.exec(text) ?? []
  if (!file || text.split(/^@@ /m).length !== 2) return { passed: 0, failed: 1, output: `${patch} is not one hunk of one file\n` }
  const path = join(copy, file)
  const product = readFileSync(path, 'utf8')
  const [applied] = await runLanes({
    lanes: [{ name: 'patch', command: ['patch', '-p1', '--fuzz=0', '-i', patch], cwd: copy }],
    limitSeconds: 10,
    print: () => {},
  })
  const result = applied?.exitCode === 0 ? await attack(copy, name) : { passed: 0, failed: 1, output: applied?.output ?? '' }
  writeFileSync(path, product)
  return result
}

async function main(): Promise<void> {
  const copy = copyProject()
  const all = readdirSync(join(root, folder)).flatMap((file) => (file.endsWith('.patch') ? [file.replace('.patch', '')] : []))
  const names = wanted.length > 0 ? wanted : isFull ? all : all.slice(0, size)
  const faults: string[] = []
  const product = await attack(copy)
  if (product.failed > 0 || product.passed !== all.length) faults.push(`the product refuses ${product.passed} of ${all.length} attacks`)
  console.log(`${product.failed > 0 ? product.output : ''}  the product refuses ${product.passed} of ${all.length} attacks`)

  writeFileSync(join(copy, folder, 'Kind.sol'), readFileSync(join(copy, folder, 'Kind.sol'), 'utf8').replace('= false', '= true'))
  const rows: { attack: string; refusedByProduct: boolean; worksOnTwin: boolean }[] = []
  for (const name of names) {
    const { passed, failed, output } = await onTwin(copy, name)
    const worksOnTwin = passed === 1 && failed === 0
    if (!worksOnTwin) faults.push(`${name} does not work on its twin`)
    console.log(`${worksOnTwin ? '' : output}  ${name} ${worksOnTwin ? 'works' : 'DOES NOT WORK'} on its twin`)
    rows.push({ attack: name, refusedByProduct: product.failed === 0, worksOnTwin })
  }
  if (isFull && wanted.length === 0) {
    writeFileSync(join(root, resultsFile), `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
  }
  console.log(faults.length === 0 ? 'Every attack tried fails on the product and works on its twin.' : `Not so: ${faults.join('; ')}.`)
  recordCounts({ runner: 'twins', passed: product.passed + rows.length, failed: faults.length, skipped: 0 })
  process.exitCode = faults.length === 0 ? 0 : 1
}

await main()
