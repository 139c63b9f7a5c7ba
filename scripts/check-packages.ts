// `npm run check:packages`: what is to be published, before it is: sizes beside their budgets, and what publint and attw say. Builds it first.
// The two are fetched by npx when they are needed; `--offline` leaves them out.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Budget, footprints, overBudget } from './packages/footprint.ts'
import { runTool } from './packages/runTool.ts'
import { root } from './run/lanes.ts'
import { table } from './run/table.ts'
import { temporaryDirectory } from './run/temporary.ts'

const out = temporaryDirectory('packages')
await runTool(process.execPath, [join(root, 'scripts', 'build-packages.ts'), '--out', out], root)

const budget: Budget = JSON.parse(readFileSync(join(root, 'bench', 'budgets.json'), 'utf8'))
const found = footprints({ out, root })
const faults = [...overBudget(found, budget)]
const kB = (bytes: number) => Math.round(bytes / 1e3)
console.log(
  table([
    ['package', 'tarball kB', 'most', 'alone kB', 'most', 'installed MB', 'most'],
    ...found.map(({ name, tarball, alone, installed }) => {
      const { tarballKB = 0, aloneKB = 0, installedMB = 0 } = budget[name] ?? {}
      return [name, kB(tarball), tarballKB, kB(alone), aloneKB, Number((installed / 1e6).toFixed(1)), installedMB]
    }),
  ]),
)

/** What a tool of npm says about one package; undefined when it finds nothing. */
async function judge(words: readonly string[]): Promise<string | undefined> {
  try {
    await promisify(execFile)('npx', ['--yes', ...words], { cwd: out, maxBuffer: 16 * 1024 * 1024 })
    return undefined
  } catch (error) {
    const { stdout = '', stderr = '' }: { stdout?: string; stderr?: string } = Object(error)
    return `${stdout}${stderr}`.trim()
  }
}

/** Solidity has no types, and the starter no module. */
const isTyped = (file: string) => !/^(hanse-contracts|create-hanse)-/.test(file)

if (!process.argv.includes('--offline')) {
  for (const folder of readdirSync(join(out, 'packages'))) {
    const said = await judge(['publint@0.3.25', '--strict', join(out, 'packages', folder)])
    if (said !== undefined) faults.push(`publint, ${folder}:\n${said}`)
  }
  for (const file of readdirSync(join(out, 'tarballs')).filter(isTyped)) {
    const said = await judge(['@arethetypeswrong/cli@0.18.5', join(out, 'tarballs', file), '--profile', 'esm-only'])
    if (said !== undefined) faults.push(`attw, ${file}:\n${said}`)
  }
}
for (const fault of faults) console.log(`\n${fault}`)
console.log(faults.length === 0 ? '\nAll packages are good.' : `\nNot good: ${faults.length}.`)
process.exitCode = faults.length === 0 ? 0 : 1
