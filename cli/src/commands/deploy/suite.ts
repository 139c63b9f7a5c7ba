import { resolve } from 'node:path'
import type { ChainAccess, NamedChain, Suite, SuitePlan } from '@hanse/deploy'
import { z } from 'zod'
import { OptionInvalidError } from '../../errors.ts'

/** What all commands about a suite take. */
export const suiteOptions = [
  { flags: '--suite <file>', summary: 'the suite file', default: 'hanse.json' },
  { flags: '--chains <names>', summary: 'only these chains of the file, with commas between' },
] as const

/** Their values. */
export const suiteInput = {
  suite: z.string(),
  chains: z
    .string()
    .optional()
    .transform((names) => names?.split(',').map((name) => name.trim())),
}

/** Where the values that no file holds come from. */
export const suiteDetails = `The RPC url of each chain comes from the environment: SEPOLIA_RPC_URL, BASE_SEPOLIA_RPC_URL and so on.
The suite file is described in docs/deploy.md.`

/** The deployment that a command is about. */
export type Chosen = { readonly plan: SuitePlan; readonly chains: readonly ChainAccess[]; readonly nameOf: (chainId: number) => string }

/** Reads the file, picks the chains, finds their RPC urls, and plans. */
export async function chooseSuite(
  { suite: file, chains: names }: { suite: string; chains?: readonly string[] | undefined },
  { cwd, env, command, startsAfterBroadcasts }: { cwd: string; env: NodeJS.ProcessEnv; command: string; startsAfterBroadcasts: boolean },
): Promise<Chosen> {
  const { accessOf, broadcastNoncesOf, committedCreationCodes, planSuite, readSuiteFile } = await import('@hanse/deploy')
  const suite = readSuiteFile(resolve(cwd, file))
  const chosen = pick(suite, names, command)
  const chains = accessOf({ chains: chosen, env })
  const nameOf = (chainId: number) => suite.chains.find((chain) => chain.chainId === chainId)?.name ?? String(chainId)
  const creationCodes = committedCreationCodes()
  const plan = planSuite({ config: suite.config, creationCodes })
  if (!startsAfterBroadcasts) return { plan, chains, nameOf }
  // A chain that joins needs to know where the broadcasts of its peers stand, chosen or not.
  const peers = suite.chains.filter(({ chainId }) => chosen.some((chain) => isLinked(suite, chain.chainId, chainId)))
  const broadcastNonces = await broadcastNoncesOf({ gateway: plan.addresses.gateway, chains: accessOf({ chains: peers, env }) })
  return { plan: planSuite({ config: suite.config, creationCodes, broadcastNonces }), chains, nameOf }
}

function pick({ chains }: Suite, names: readonly string[] | undefined, command: string): readonly NamedChain[] {
  if (names === undefined) return chains
  const known = chains.map(({ name }) => name)
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => ({ option: '--chains', problem: `${name || 'an empty name'} is not in the suite file, which has ${known.join(', ')}` }))
  if (problems.length > 0) throw new OptionInvalidError({ command, problems })
  return chains.filter(({ name }) => names.includes(name))
}

function isLinked({ config: { links } }: Suite, one: number, other: number): boolean {
  if (one === other) return false
  return links === undefined || links.some(([a, b]) => (a === one && b === other) || (a === other && b === one))
}

/** Wei as native coin, for people. */
export function coins(wei: bigint): string {
  const [whole = '0', rest = ''] = [
    String(wei / 10n ** 18n),
    String(wei % 10n ** 18n)
      .padStart(18, '0')
      .slice(0, 6),
  ]
  return `${whole}.${rest}`
}
