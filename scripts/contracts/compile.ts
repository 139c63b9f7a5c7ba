import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre'
import type { HardhatUserConfig, SingleVersionSolidityUserConfig, SolidityUserConfig } from 'hardhat/types/config'
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre'
import type { HardhatPlugin } from 'hardhat/types/plugins'

/** One parameter of an ABI item, as solc writes it. */
export type AbiParameter = { name: string; type: string; internalType?: string; components?: AbiParameter[]; indexed?: boolean }

/** One ABI item, as solc writes it. */
export type AbiItem = {
  type: string
  name?: string
  inputs?: AbiParameter[]
  outputs?: AbiParameter[]
  stateMutability?: string
  anonymous?: boolean
}

/** What the compiler made of one contract, and the notices that its authors wrote on errors, by signature. */
export type Artifact = {
  contractName: string
  abi: AbiItem[]
  bytecode: string
  deployedBytecode: string
  errorNotices: Record<string, string>
}

type SolcOutput = { userdoc?: { errors?: Record<string, { notice?: string }[]> } }

/** What else a run of the production profile has, besides what the repository's configuration says. */
export type Extras = Pick<HardhatUserConfig, 'plugins' | 'networks' | 'chainDescriptors' | 'verify'> & { network?: string }

/** Compiles on every core: Hardhat leaves one free, which on two cores doubles the time. */
const onEveryCore: HardhatPlugin = {
  id: 'on-every-core',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        build: (context, roots, options, next) => next(context, roots, { ...options, concurrency: availableParallelism() }),
      }),
    }),
  },
}

/**
 * Compiles everything under the production profile into a folder of its own, so that neither the artifacts nor the cache of the edit loop are
 * touched.
 *
 * @param root The repository.
 */
export async function productionBuild(root: string, { network, plugins = [], ...extras }: Extras = {}): Promise<HardhatRuntimeEnvironment> {
  const path = join(root, 'hardhat.config.ts')
  const config = await importUserConfig(path)
  const own = join(root, 'cache', 'production')
  const outputs = { outputSelection: { '*': { '*': ['userdoc'] } } }
  const hre = await createHardhatRuntimeEnvironment(
    {
      ...config,
      plugins: [onEveryCore, ...plugins],
      tasks: [],
      ...extras,
      // Mocks are for the tests.
      paths: { ...config.paths, sources: ['contracts', 'devnet/contracts'], artifacts: join(own, 'artifacts'), cache: join(own, 'cache') },
      solidity: withSettings(config.solidity, outputs),
    },
    { config: path, buildProfile: 'production', ...(network !== undefined && { network }) },
    root,
  )
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  return hre
}

/**
 * Compiles everything under the production profile and returns a reader of what came out.
 *
 * @param root The repository.
 */
export async function compile(root: string): Promise<(contractName: string) => Promise<Artifact | undefined>> {
  const hre = await productionBuild(root)
  const names = new Map([...(await hre.artifacts.getAllFullyQualifiedNames())].map((name) => [name.slice(name.lastIndexOf(':') + 1), name]))

  return async (contractName) => {
    const name = names.get(contractName)
    if (name === undefined) return undefined
    const artifact = await hre.artifacts.readArtifact(name)
    const id = await hre.artifacts.getBuildInfoId(name)
    const file = id === undefined ? undefined : await hre.artifacts.getBuildInfoOutputPath(id)
    const output = file === undefined ? {} : JSON.parse(await readFile(file, 'utf8'))
    return { ...artifact, abi: [...artifact.abi], errorNotices: noticesOf(output, artifact.inputSourceName ?? '', contractName) }
  }
}

function withSettings(solidity: unknown, settings: Record<string, unknown>): SolidityUserConfig {
  const { profiles, ...rest } = structuredClone(solidity) as { profiles: Record<string, SingleVersionSolidityUserConfig> }
  const entries = Object.entries(profiles).map(([name, profile]) => [name, { ...profile, settings: { ...profile.settings, ...settings } }])
  return { ...rest, profiles: Object.fromEntries(entries) }
}

function noticesOf(output: { output?: { contracts?: Record<string, Record<string, SolcOutput>> } }, source: string, contractName: string) {
  const errors = output.output?.contracts?.[source]?.[contractName]?.userdoc?.errors ?? {}
  return Object.fromEntries(Object.entries(errors).map(([signature, docs]) => [signature, docs[0]?.notice ?? '']))
}
