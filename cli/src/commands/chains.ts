import { z } from 'zod'
import { defineLook } from '../look.ts'

/** Shows the chains. */
export const command = defineLook({
  name: 'chains',
  summary: 'Show the chains that are known here: heights, what is final, who vouches, where the contracts are',
  input: {},
  result: z.object({
    network: z.enum(['devnet', 'suite']),
    chains: z.array(
      z.object({
        name: z.string(),
        chainId: z.int(),
        finality: z.string(),
        gateway: z.string(),
        isReachable: z.boolean(),
        problem: z.string().optional(),
        blockNumber: z.string().optional(),
        finalBlockNumber: z.string().optional(),
        /** Seconds between this machine's clock and the newest block. */
        lagSeconds: z.int().optional(),
        watchers: z.int().optional(),
        quorum: z.int().optional(),
      }),
    ),
  }),
  look: async (_, { kind, client, chains }) => {
    const { gateway } = await import('@hanse/sdk')
    const rows = chains.map(async ({ name, chainId }) => {
      const config = client.chains.get(chainId)
      const { finality } = config ?? {}
      const known = {
        ...{ name, chainId, gateway: config?.deployment.gateway ?? '' },
        finality: finality?.kind === 'depth' ? `depth ${finality.depth}` : (finality?.kind ?? ''),
      }
      try {
        const { value, freshness } = await gateway.getRoster(client, { chainId })
        const { blockNumber, finalBlockNumber, lagSeconds } = freshness
        const heights = { blockNumber: String(blockNumber), finalBlockNumber: String(finalBlockNumber), lagSeconds }
        return { ...known, isReachable: true, ...heights, watchers: value.members.length, quorum: value.quorum }
      } catch (error) {
        return { ...known, isReachable: false, problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
      }
    })
    return { network: kind, chains: await Promise.all(rows) }
  },
  render: ({ network, chains }) =>
    [
      network === 'devnet' ? 'The devnet of this project:' : 'The chains of hanse.json:',
      ...chains.map(({ name, chainId, isReachable, problem, blockNumber, finalBlockNumber, lagSeconds, watchers, quorum, finality }) =>
        isReachable
          ? `  ${name} (${chainId})  block ${blockNumber}, ${lagSeconds} s ago, final ${finalBlockNumber} (${finality}); ${quorum} of ${watchers} watchers sign`
          : `  ${name} (${chainId})  cannot be read: ${problem}`,
      ),
    ].join('\n'),
})
