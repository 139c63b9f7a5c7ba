// A copy of the contracts and of the exploration, in which bugs are planted and what is found is written down.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runLanes } from '../run/lanes.ts'
import { temporaryDirectory } from '../run/temporary.ts'
import { type ConfigurationName, configurations } from './configurations.ts'
import { codeOf, type Kind, people } from './kinds.ts'
import type { Gains } from './model.ts'
import type { Plant } from './plants.ts'
import { gainsAt, type Recording, readRecording } from './recording.ts'

/** How far to explore. `depth` 0: without bound, until there is no new state. `bits`: room for 2 to this power of states. */
export type Extent = { configuration: ConfigurationName; tasks: number; depth: number; bits: number }
export type Explored = { seconds: number } & ({ recording: Recording; failure?: undefined } | { recording?: undefined; failure: string })

const limitSeconds = 4 * 3600
/** Named, so that nothing else is compiled. */
const testFile = 'test/exploration/Exploration.t.sol'

const configOf = (isOptimized: boolean) => `import { fileURLToPath } from 'node:url'
import { defineConfig } from 'hardhat/config'

const settings = { evmVersion: 'cancun', metadata: { bytecodeHash: 'none' }, optimizer: { enabled: ${isOptimized}, runs: 200, details: { cse: false, yul: false } } }
export default defineConfig({
  solidity: { splitTestsCompilation: true, profiles: { default: { version: '0.8.37', path: fileURLToPath(import.meta.resolve('solc/soljson.js')), settings } } },
  paths: { sources: 'contracts/tasks', tests: { solidity: 'test/exploration' } },
  test: {
    solidity: {
      fsPermissions: { dangerouslyReadWriteDirectory: ['out'] },
      gasLimit: 9_000_000_000_000_000_000n,
      memoryLimit: 8_000_000_000,
    },
  },
})
`

/**
 * A project of its own under the temporary directory, gone when the process ends.
 *
 * @param parameters.isOptimized False: compiled in half the time, for bugs, which are found in any code.
 */
export function copyProject({ isOptimized = true }: { isOptimized?: boolean } = {}): string {
  const copy = temporaryDirectory('exploration')
  for (const part of ['contracts', 'devnet/contracts', 'test/exploration', 'test/support', 'package.json']) {
    mkdirSync(join(copy, part, '..'), { recursive: true })
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  mkdirSync(join(copy, 'out'))
  writeFileSync(join(copy, 'hardhat.config.ts'), configOf(isOptimized))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Puts a bug into the copy. The answer takes it out again. */
export function plantIn(copy: string, { bug, edits }: Plant): () => void {
  const originals = new Map(edits.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]))
  const planted = new Map(originals)
  for (const { file, find, replace } of edits) {
    const text = planted.get(file) ?? ''
    const places = text.split(find).length - 1
    if (places !== 1) throw new TypeError(`cannot plant "${bug}": ${file} has ${places} places like ${JSON.stringify(find)}, expected 1`)
    planted.set(
      file,
      text.replace(find, () => replace),
    )
  }
  const write = (files: Map<string, string>) => {
    for (const [file, text] of files) writeFileSync(join(copy, file), text)
  }
  write(planted)
  return () => write(originals)
}

/** Explores what the copy holds now. */
export async function explore(copy: string, { configuration, tasks, depth, bits }: Extent): Promise<Explored> {
  const file = join(copy, 'out/recording.bin')
  rmSync(file, { force: true })
  const env = {
    EXPLORE_CONFIGURATION: String(Object.keys(configurations).indexOf(configuration)),
    EXPLORE_TASKS: String(tasks),
    EXPLORE_DEPTH: String(depth),
    EXPLORE_BITS: String(bits),
  }
  const { seconds, failure } = await run(copy, 'test_explore', env)
  return failure === undefined ? { seconds, recording: readRecording(file) } : { seconds, failure }
}

/** Runs one test of the copy. */
async function run(
  copy: string,
  test: 'test_explore' | 'test_play',
  env: Record<string, string>,
): Promise<{ seconds: number; failure: string | undefined }> {
  const command: [string, ...string[]] = ['hardhat', 'test', 'solidity', testFile, '--grep', `^${test}\\(`]
  const [result] = await runLanes({
    lanes: [{ name: test, command, cwd: copy, env: { ...env, HARDHAT_DISABLE_TELEMETRY: 'true' } }],
    limitSeconds,
    print: () => {},
  })
  const seconds = Math.round((result?.seconds ?? 0) * 10) / 10
  return { seconds, failure: result?.exitCode === 0 ? undefined : (result?.output ?? 'nothing ran') }
}

/** Actions on a chain of their own, by the configuration's number. */
export type Play = { configuration: number; kinds: readonly Kind[] }

/**
 * Takes the actions of each play on the copy's bytecode.
 *
 * @returns what each of the people won or lost in all, by play. Of a task that is not over at the end, or an action that was refused, it throws.
 */
export async function play(copy: string, plays: readonly Play[]): Promise<Gains[]> {
  const bytes = plays.flatMap((one) => [one.configuration, one.kinds.length, ...one.kinds.map((kind) => codeOf({ kind, index: 0 }))])
  writeFileSync(join(copy, 'out/plays.bin'), Uint8Array.from(bytes))
  const { failure } = await run(copy, 'test_play', {})
  if (failure !== undefined) throw new TypeError(`a play did not go as it should: ${failure.slice(-1500)}`)
  const words = readFileSync(join(copy, 'out/payoffs.bin'))
  if (words.length !== plays.length * people.length * 32) throw new TypeError('not every play was recorded')
  return plays.map((_, index) => gainsAt(words, index * people.length * 32))
}
