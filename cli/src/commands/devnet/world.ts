import { resolve } from 'node:path'
import type { DevnetRecord, WorldRules } from '@hanse/devnet'
import { z } from 'zod'

/** What describes the world to start. */
export const worldOptions = [
  { flags: '--chains <n>', summary: 'how many chains, with ids from 1001', default: '3' },
  { flags: '--block-time <seconds>', summary: 'seconds between two blocks', default: '1' },
  { flags: '--watchers <n>', summary: 'how many watchers', default: '3' },
  { flags: '--rules <file>', summary: 'a JSON file that says it all instead (docs/devnet.md)' },
] as const

/** Its values. */
export const worldInput = z.object({
  chains: z.coerce.number().int().min(1).max(16),
  blockTime: z.coerce.number(),
  watchers: z.coerce.number().int(),
  rules: z.string().optional(),
})

/** The rules of the world that the options describe. */
export async function rulesOf({ chains, blockTime, watchers, rules }: z.output<typeof worldInput>, cwd: string): Promise<WorldRules> {
  const { readRulesFile } = await import('@hanse/devnet')
  if (rules !== undefined) return readRulesFile(resolve(cwd, rules))
  const finality = { kind: 'depth', depth: 2 } as const
  return { chains: Array.from({ length: chains }, (_, index) => ({ chainId: 1001 + index, blockTime, finality })), watchers }
}

/** A running devnet, as commands print it. */
export const devnetSchema = z.object({
  directory: z.string(),
  pid: z.int(),
  chains: z.array(
    z.object({
      chainId: z.int(),
      rpcUrl: z.string(),
      blockTime: z.number(),
      finality: z.string(),
      deployment: z.record(z.string(), z.union([z.string(), z.int()])),
    }),
  ),
  watchers: z.array(z.object({ name: z.string(), url: z.string() })),
  token: z.string(),
  accounts: z.array(z.object({ address: z.string(), privateKey: z.string() })),
})

/** A record as what `--json` prints. */
export function devnetResult(directory: string, { pid, info, accounts }: DevnetRecord): z.infer<typeof devnetSchema> {
  return {
    directory,
    pid,
    chains: info.chains.map(({ chainId, rpcUrls, blockTime, finality, deployment }) => ({
      chainId,
      rpcUrl: rpcUrls[0] ?? '',
      blockTime,
      finality: finality.kind === 'depth' ? `depth ${finality.depth}` : finality.kind,
      deployment: { ...deployment, startBlock: String(deployment.startBlock) },
    })),
    watchers: info.watchers.map(({ name, url }) => ({ name, url })),
    token: info.token,
    accounts: [...accounts],
  }
}

/** A devnet for people. */
export function renderDevnet({ chains, watchers, token, accounts }: z.infer<typeof devnetSchema>): string {
  const [account] = accounts
  return [
    ...chains.map(
      ({ chainId, rpcUrl, blockTime, finality }) => `chain ${chainId}  ${rpcUrl}  a block each ${blockTime} s, final: ${finality}`,
    ),
    `gateway     ${chains[0]?.deployment.gateway}, the same on each; all addresses: --json`,
    `watchers    ${watchers.map(({ name, url }) => `${name} ${url}`).join(', ') || 'none'}`,
    `token       ${token}, on each chain`,
    ...(account === undefined
      ? []
      : [`account     ${account.address}, key ${account.privateKey}, and ${accounts.length - 1} more, with coins on each`]),
  ].join('\n')
}
