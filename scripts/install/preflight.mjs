// Says in one line what is missing before a command starts, instead of letting it fail somewhere deep: `node preflight.mjs demo && ...`.
// Runs under Node 20 and with no node_modules at all. Exit code 0: all there.
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { linkNode, root } from './link-node.mjs'

const remedy = 'run `npm ci` in the root of the repository, without --omit, without --ignore-scripts and without NODE_ENV=production'

const anvilPlatforms = { linux: 'linux', darwin: 'darwin', win32: 'win32' }
const anvilCpus = { x64: 'amd64', arm64: 'arm64' }

/** What each command needs from node_modules, by package. The demo needs no development dependency. */
const needs = {
  demo: ['node', 'anvil', 'viem', 'pino', 'zod'],
  test: ['node', 'evm', 'anvil', 'viem', 'pino', 'zod', 'hardhat', 'vitest', 'solc'],
  check: ['node', 'evm', 'hardhat', '@biomejs/biome', 'prettier', 'solhint', 'typescript', 'solc'],
  bench: ['node', 'evm', 'anvil', 'viem', 'hardhat', 'solc'],
}

function probes(directory) {
  const require = createRequire(join(directory, 'package.json'))
  return {
    node: () => linkNode(directory) ?? missing(`no pinned Node for ${process.platform}-${process.arch}`),
    // The binding is an optional package of a dependency of Hardhat: loading it is the only proof that it is there and fits this machine.
    evm: () => createRequire(createRequire(require.resolve('hardhat')).resolve('@nomicfoundation/edr'))('@nomicfoundation/edr'),
    anvil: () => {
      const name = `@foundry-rs/anvil-${anvilPlatforms[process.platform]}-${anvilCpus[process.arch]}`
      accessSync(require.resolve(`${name}/bin/anvil${process.platform === 'win32' ? '.exe' : ''}`), constants.X_OK)
    },
  }
}

function missing(fact) {
  throw new Error(fact)
}

const names = {
  node: 'the pinned Node (node_modules/.bin/node)',
  evm: 'the EVM binding (@nomicfoundation/edr)',
  anvil: 'the anvil binary (@foundry-rs/anvil)',
}

/** Names what `command` lacks under `directory`, most basic first. */
export function missingFor(command, directory = root) {
  const probe = probes(directory)
  return needs[command]
    .filter((need) => {
      try {
        if (probe[need]) probe[need]()
        else accessSync(join(directory, 'node_modules', need, 'package.json'))
        return false
      } catch {
        return true
      }
    })
    .map((need) => names[need] ?? need)
}

function main() {
  const command = process.argv[2]
  if (!needs[command]) missing(`preflight knows ${Object.keys(needs).join(', ')}, not ${command}.`)
  const lacking = missingFor(command)
  if (lacking.length === 0) return
  const what = existsSync(join(root, 'node_modules')) ? `${lacking.join(', ')} missing` : 'nothing is installed'
  console.error(`Cannot start: ${what}. Remedy: ${remedy}.`)
  process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main()
