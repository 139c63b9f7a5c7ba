// A copy of the tests in which the target's contracts are loaded from code on disk. Compiled once; a fault then costs seconds.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'
import { countsVariable, readCounts } from '../run/counts.ts'
import { root, runLanes } from '../run/lanes.ts'
import { temporaryDirectory } from '../run/temporary.ts'
import type { Target } from './targets.ts'

/** Optimised code would take four times as long to compile, and does the same. */
const settings = { evmVersion: 'cancun', metadata: { bytecodeHash: 'none' }, optimizer: { enabled: false } }

const config = `import { fileURLToPath } from 'node:url'
import { defineConfig } from 'hardhat/config'
import { countedTestTasks } from './scripts/run/hardhatCounts.ts'

const solc = { version: '0.8.37', path: fileURLToPath(import.meta.resolve('solc/soljson.js')), settings: ${JSON.stringify(settings)} }
export default defineConfig({
  tasks: countedTestTasks.slice(0, 1),
  solidity: { splitTestsCompilation: true, profiles: { default: solc } },
  paths: { sources: ['contracts', 'devnet/contracts', 'test/contracts/mocks'], tests: { solidity: 'test/contracts' } },
  test: {
    solidity: {
      fuzz: { runs: Number(process.env.FUZZ_RUNS ?? 256), seed: '0x48616e7365' },
      invariant: { runs: Number(process.env.INVARIANT_RUNS ?? 12), depth: 64, failOnRevert: false, shrinkRunLimit: 0 },
      gasLimit: 20_000_000_000n,
      fsPermissions: { readDirectory: ['test/vectors', 'code'] },
    },
  },
})
`

/** Stands in for test/support/Create.sol: reads the target's parts from disk, under the name that the environment gives, and all else from the build. */
const creator = (parts: readonly string[]) => `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface CodeOnDisk {
    function envString(string calldata name) external view returns (string memory value);
    function getCode(string calldata artifactPath) external view returns (bytes memory creationBytecode);
    function readFileBinary(string calldata path) external view returns (bytes memory data);
}

function create(string memory name, bytes memory arguments) returns (address created) {
    CodeOnDisk disk = CodeOnDisk(address(uint160(uint256(keccak256("hevm cheat code")))));
    bytes32 part = keccak256(bytes(name));
    bool isLoaded = ${parts.map((part) => `part == keccak256("${part}")`).join(' || ')};
    bytes memory code = isLoaded
        ? disk.readFileBinary(string.concat("code/", disk.envString("MUTANT"), "/", name))
        : disk.getCode(string.concat(name, ".sol:", name));
    code = bytes.concat(code, arguments);
    assembly {
        created := create(0, add(code, 0x20), mload(code))
    }
    require(created != address(0), string.concat(name, " was not created"));
}
`

/** A project of its own: gone when the process ends. `isLoading` false: it creates what it compiles, as ever. */
export function copyTests(target: Target, { isLoading = true }: { isLoading?: boolean } = {}): string {
  const copy = temporaryDirectory('mutation')
  for (const part of [
    'contracts',
    'devnet/contracts',
    'test/contracts',
    'test/mocks',
    'test/support',
    'test/vectors',
    'scripts/run',
    'package.json',
  ]) {
    mkdirSync(join(copy, part, '..'), { recursive: true })
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  if (isLoading) writeFileSync(join(copy, 'test/support/Create.sol'), creator(target.parts.map(({ name }) => name)))
  mkdirSync(join(copy, 'code'))
  writeFileSync(join(copy, 'hardhat.config.ts'), config)
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Creation code of the target's parts, by name, with some files changed: of those that the change can reach. Undefined: it does not compile. */
export function compileParts(target: Target, changed: ReadonlyMap<string, string> = new Map()): Map<string, string> | undefined {
  const contentsOf = (path: string) => {
    const planted = changed.get(path)
    if (planted !== undefined) return planted
    return readFileSync(path.startsWith('@') ? join(root, 'node_modules', path) : join(root, path), 'utf8')
  }
  const find = (path: string) => {
    try {
      return { contents: contentsOf(path) }
    } catch {
      return { error: `${path} is not there` }
    }
  }
  // What does not lie above the fault keeps its code.
  const parts = target.parts.filter(({ below }) => changed.size === 0 || [...changed.keys()].some((file) => below.has(file)))
  const files = parts.map(({ file }) => file)
  const outputSelection = Object.fromEntries(parts.map(({ name, file }) => [file, { [name]: ['evm.bytecode.object'] }]))
  const sources = Object.fromEntries(files.map((file) => [file, { content: contentsOf(file) }]))
  const input = JSON.stringify({ language: 'Solidity', sources, settings: { ...settings, outputSelection } })
  const output: { contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>> } = JSON.parse(
    solc.compile(input, { import: find }),
  )
  const codes = new Map<string, string>()
  for (const { name, file } of parts) {
    const code = output.contracts?.[file]?.[name]?.evm.bytecode.object
    if (!code) return undefined
    codes.set(name, code)
  }
  return codes
}

/** Puts code where tests load it from. */
export function placeCode(copy: string, name: string, codes: ReadonlyMap<string, string>): void {
  mkdirSync(join(copy, 'code', name), { recursive: true })
  for (const [part, code] of codes) writeFileSync(join(copy, 'code', name, part), Buffer.from(code, 'hex'))
}

export type Run = { passed: number; failed: number; isLate: boolean; output: string }

/** Compiles tests, and runs none. Says why not, if it cannot. */
export async function compileTests(copy: string, files: readonly string[]): Promise<string | undefined> {
  const command: [string, ...string[]] = ['hardhat', 'test', 'solidity', ...files, '--grep', '^nothing$']
  const lane = { name: 'compile', command, cwd: copy, env: { HARDHAT_DISABLE_TELEMETRY: 'true' } }
  const [result] = await runLanes({ lanes: [lane], limitSeconds: 420, print: () => {} })
  return result?.exitCode === 0 ? undefined : (result?.output ?? 'it did not run')
}

let runs = 0

/** Runs tests of the copy on the code of that name. */
export async function runTests({
  copy,
  name,
  files,
  fuzzRuns = 256,
  invariantRuns = 12,
  isCompiled = true,
  grep,
}: {
  copy: string
  name: string
  files: readonly string[]
  fuzzRuns?: number
  invariantRuns?: number
  isCompiled?: boolean
  grep?: string
}): Promise<Run> {
  runs += 1
  const counts = join(copy, `counts-${runs}`)
  const lane = {
    name,
    command: ['hardhat', 'test', 'solidity', ...(isCompiled ? ['--no-compile'] : []), ...(grep ? ['--grep', grep] : []), ...files] as [
      string,
      ...string[],
    ],
    cwd: copy,
    env: {
      [countsVariable]: counts,
      MUTANT: name,
      FUZZ_RUNS: String(fuzzRuns),
      INVARIANT_RUNS: String(invariantRuns),
      HARDHAT_DISABLE_TELEMETRY: 'true',
    },
  }
  const [result] = await runLanes({ lanes: [lane], limitSeconds: 600, print: () => {} })
  const [{ passed = 0, failed = 0 } = {}] = readCounts(counts)
  const output = result?.output ?? ''
  return { passed, failed, isLate: output.includes('not done after'), output }
}
