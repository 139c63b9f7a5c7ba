import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One package that is published. */
export type PublishedPackage = {
  readonly name: string
  /** Its folder in the repository. */
  readonly folder: string
  readonly description: string
  /** The README's second part. */
  readonly use: string
  /** Files and folders that are copied as they are. */
  readonly parts: readonly string[]
  /** The oldest Node that it runs on. */
  readonly node: string
}

/** What stands in the package.json of a workspace. */
export type Manifest = {
  readonly version: string
  readonly exports?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly sideEffects?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: unknown
}

/** The SDK runs where browsers run; what keeps databases needs node:sqlite without a flag. */
const anyNode = '>=20'
const nodeWithSqlite = '>=22.13'

/** Everything that is published, each after what it needs. */
export const packages: readonly PublishedPackage[] = [
  {
    ...{ name: '@hanse/contracts', folder: 'contracts', parts: ['.'], node: anyNode },
    description: 'The Solidity contracts of Hanse: sources to build on, and their ABIs as JSON.',
    use: 'In Solidity: `import {IGateway} from "@hanse/contracts/gateway/IGateway.sol";`. ABIs: `@hanse/contracts/abi/TaskEscrow.json`.',
  },
  {
    ...{ name: '@hanse/sdk', folder: 'sdk', parts: [], node: anyNode },
    description: 'The TypeScript client of Hanse: tasks, agents, cells, charters and messages over many chains.',
    use: 'One client over many chains, a free function for every verb, a typed error for every refusal. `@hanse/sdk/node` needs Node 22.13.',
  },
  {
    ...{ name: '@hanse/watcher', folder: 'watcher', parts: ['config.schema.json'], node: nodeWithSqlite },
    description: 'The process of Hanse that reads final blocks, signs heads, delivers messages and triggers defaults.',
    use: 'Run it with `npx hanse watch config.json` of `@hanse/cli`, or `startWatcher` from a program.',
  },
  {
    ...{ name: '@hanse/deploy', folder: 'deploy', parts: ['build'], node: nodeWithSqlite },
    description: 'Puts the contracts of Hanse on chains, at the same addresses, and checks them.',
    use: 'Used by `hanse deploy` and `hanse doctor`.',
  },
  {
    ...{ name: '@hanse/devnet', folder: 'devnet', parts: ['build'], node: nodeWithSqlite },
    description: 'Local chains with chosen rules, with the contracts of Hanse, watchers, coins, and faults on purpose.',
    use: '`npx hanse devnet up` of `@hanse/cli`, or `startWorld` from a test.',
  },
  {
    ...{ name: '@hanse/cli', folder: 'cli', parts: ['bin', 'schemas', 'templates'], node: nodeWithSqlite },
    description: 'The command line of Hanse.',
    use: '    npx hanse init\n    npx hanse devnet up\n    node first-task.mjs',
  },
  {
    ...{ name: 'create-hanse', folder: 'cli/create-hanse', parts: ['bin'], node: nodeWithSqlite },
    description: 'Starts a project with Hanse: npm create hanse my-app.',
    use: 'Templates: agent, dapp, contracts.',
  },
]

const ownManifests: Readonly<Record<string, Omit<Manifest, 'version'>>> = {
  '@hanse/contracts': { peerDependencies: { '@openzeppelin/contracts': '5.7.0' } },
  'create-hanse': { bin: { 'create-hanse': './bin/create-hanse.mjs' } },
}

/** The manifest that a package starts from. */
export function readManifest(root: string, { name, folder }: PublishedPackage): Manifest {
  // All packages have one version; those without a folder of their own among the workspaces take it from the others.
  const { version }: Manifest = JSON.parse(readFileSync(join(root, 'cli', 'package.json'), 'utf8'))
  const own = ownManifests[name]
  if (own === undefined) return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  return { version, ...own, ...(name === 'create-hanse' ? { dependencies: { '@hanse/cli': version } } : {}) }
}

const built = (source: string) => source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '')

/** The manifest that is published: built files instead of sources, and nothing of the workshop. */
export function manifestOf(item: PublishedPackage, manifest: Manifest): Record<string, unknown> {
  const { name, description, node, parts } = item
  const { version, exports = {}, bin, sideEffects, dependencies, peerDependencies, peerDependenciesMeta } = manifest
  const entries = Object.entries(exports).map(
    ([path, source]) => [path, { types: `${built(source)}.d.ts`, default: `${built(source)}.js` }] as const,
  )
  const isSolidity = name === '@hanse/contracts'
  return {
    ...{ name, version, description, license: 'MIT' },
    type: 'module',
    keywords: ['hanse', 'ethereum', 'agents', 'cross-chain', 'coordination'],
    engines: { node },
    ...(entries.length > 0 ? { exports: { ...Object.fromEntries(entries), './package.json': './package.json' } } : {}),
    ...(bin && { bin }),
    ...(sideEffects === undefined ? {} : { sideEffects }),
    files: isSolidity ? ['**/*.sol', 'abi'] : [...(entries.length > 0 ? ['dist'] : []), ...parts, 'CHANGELOG.md'],
    ...(dependencies && { dependencies }),
    ...(peerDependencies && { peerDependencies }),
    ...(peerDependenciesMeta === undefined ? {} : { peerDependenciesMeta }),
    publishConfig: { access: 'public' },
  }
}
