import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Client } from '@hanse/sdk'
import type { Account } from 'viem'
import { z } from 'zod'
import { ChainUnknownError, NetworkAbsentError, OptionInvalidError } from './errors.ts'
import { count } from './values.ts'

/** Which chains a command is about. */
export const networkOptions = [
  { flags: '--network <which>', summary: 'devnet, or suite for the chains of hanse.json; without it the devnet if one is up' },
] as const

/** Its values. */
export const networkInput = { network: z.enum(['devnet', 'suite'], 'is neither devnet nor suite').optional() }

/** Who signs. */
export const accountOptions = [{ flags: '--as <n>', summary: 'devnet: the account of this number, from 0' }] as const

/** Its values. */
export const accountInput = { as: count.optional() }

/** Where the key of a user comes from on other chains than those of a devnet. */
export const keyVariables = { key: 'HANSE_KEY', keystore: 'HANSE_KEYSTORE', password: 'HANSE_KEYSTORE_PASSWORD' } as const

/** The chains of a project, and who acts on them. */
export type Network = {
  readonly kind: 'devnet' | 'suite'
  readonly client: Client
  readonly chains: readonly { readonly name: string; readonly chainId: number }[]
  readonly watchers: readonly { readonly name: string; readonly url: string }[]
  /** The project's folder, for what it keeps. */
  readonly directory: string
}

type OpenNetwork = {
  /** The command that asks, for errors. */
  readonly command: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly network?: 'devnet' | 'suite' | undefined
  readonly as?: number | undefined
  /** Whether somebody has to sign. */
  readonly signs?: boolean
}

/**
 * The chains that a project knows: its devnet if one is up, otherwise those of `hanse.json`.
 *
 * @throws NetworkAbsentError when there is neither, with what to do.
 */
export async function openNetwork({ command, cwd, env, network, as, signs = false }: OpenNetwork): Promise<Network> {
  if (network !== 'suite') {
    const devnet = await devnetIn(cwd, { command, as })
    if (devnet !== undefined) return devnet
  }
  if (network === 'devnet' || !existsSync(join(cwd, 'hanse.json'))) throw new NetworkAbsentError({ cwd, wanted: network })
  if (as !== undefined) {
    const problem = `is for accounts of a devnet; on these chains the key comes from ${keyVariables.key}`
    throw new OptionInvalidError({ command, problems: [{ option: '--as', problem }] })
  }
  return await suiteIn(cwd, { env, signs })
}

async function devnetIn(cwd: string, { command, as }: { command: string; as: number | undefined }): Promise<Network | undefined> {
  const { chainsOf, devnetDirectory, livingRecord } = await import('@hanse/devnet')
  const record = livingRecord(devnetDirectory(cwd))
  if (record === undefined) return undefined
  const [{ createClient }, { privateKeyToAccount }] = await Promise.all([import('@hanse/sdk'), import('viem/accounts')])
  const key = record.accounts[as ?? 0]?.privateKey
  if (key === undefined) {
    const problem = `the devnet has accounts 0 to ${record.accounts.length - 1}`
    throw new OptionInvalidError({ command, problems: [{ option: '--as', problem }] })
  }
  return {
    kind: 'devnet',
    client: createClient({ chains: chainsOf(record.info), account: privateKeyToAccount(key), pollingIntervalMs: 100 }),
    chains: record.info.chains.map(({ chainId }) => ({ name: String(chainId), chainId })),
    watchers: record.info.watchers,
    directory: cwd,
  }
}

async function suiteIn(cwd: string, { env, signs }: { env: NodeJS.ProcessEnv; signs: boolean }): Promise<Network> {
  const { accessOf, accountOf, readDeployment, readSuiteFile } = await import('@hanse/deploy')
  const { createClient } = await import('@hanse/sdk')
  const { config, chains } = readSuiteFile(resolve(cwd, 'hanse.json'))
  const access = accessOf({ chains, env })
  const known = chains.flatMap(({ name, chainId }, index) => {
    const deployment = readDeployment({ directory: resolve(cwd, 'deployments'), chainId })
    const rpcUrls = (access[index]?.rpcUrl ?? '').split(',').map((url) => url.trim())
    const finality = config.chains[index]?.finality ?? ({ kind: 'finalized' } as const)
    return deployment === undefined ? [] : [{ name, chainId, rpcUrls, finality, deployment }]
  })
  if (known.length === 0) throw new NetworkAbsentError({ cwd, wanted: 'suite' })
  await expectChains(known)
  const account: Account | undefined = signs ? accountOf({ env, variables: keyVariables, whose: 'your' }) : undefined
  return {
    kind: 'suite',
    client: createClient({ chains: known.map(({ name: _, ...chain }) => chain), ...(account && { account }) }),
    chains: known.map(({ name, chainId }) => ({ name, chainId })),
    watchers: (env.HANSE_WATCHERS ?? '')
      .split(',')
      .filter(Boolean)
      .map((url) => ({ name: `the watcher at ${url}`, url: url.trim() })),
    directory: cwd,
  }
}

/** Longest that a node may take to say which chain it is; milliseconds. */
const introduction = 4_000

/**
 * Looks that every url leads to its own chain. The contracts have the same addresses on all of them, so another chain would answer unnoticed. A node that
 * says nothing is no concern here: who needs it will hear of it.
 *
 * @throws ChainMismatchError when one leads elsewhere.
 */
async function expectChains(known: readonly { readonly chainId: number; readonly rpcUrls: readonly string[] }[]): Promise<void> {
  const [{ createClient, http }, { getChainId }, { ChainMismatchError }] = await Promise.all([
    import('viem'),
    import('viem/actions'),
    import('@hanse/deploy'),
  ])
  const looks = known.flatMap(({ chainId, rpcUrls }) =>
    rpcUrls.map(async (url) => {
      const transport = http(url, { timeout: introduction, retryCount: 0 })
      const actual = await getChainId(createClient({ transport })).catch(() => chainId)
      if (actual !== chainId) throw new ChainMismatchError({ expected: chainId, actual })
    }),
  )
  await Promise.all(looks)
}

/**
 * The id of a chain by the word of a user: its name or its id. Without one the first of a devnet.
 *
 * @throws ChainUnknownError naming those that are known.
 */
export function chainIdOf({ chains, kind }: Network, word: string | undefined, flag = '--chain'): number {
  const [first] = chains
  if (word === undefined && first !== undefined && (kind === 'devnet' || chains.length === 1)) return first.chainId
  const found = chains.find(({ name, chainId }) => name === word || String(chainId) === word)
  if (found === undefined) throw new ChainUnknownError({ flag, word, known: chains.map(({ name }) => name) })
  return found.chainId
}

/** A chain as people call it. */
export function nameOf({ chains }: Network, chainId: number): string {
  const name = chains.find((chain) => chain.chainId === chainId)?.name ?? String(chainId)
  return name === String(chainId) ? `chain ${chainId}` : name
}
