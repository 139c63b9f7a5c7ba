import type { why } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { IdUnknownError, OptionInvalidError } from '../errors.ts'
import { defineLook, freshnessOf, freshnessSchema } from '../look.ts'
import { chainIdOf, type Network } from '../network.ts'
import { id, table, toJson } from '../values.ts'

/** An answer, and what it is about. */
export const whyResult = z.object({
  kind: z.enum(['task', 'agent', 'message', 'lane', 'cell', 'mirror']),
  /** Of a lane its origin, of a mirror where it is. */
  chainId: z.int(),
  /** Of a lane its key, of a cell or mirror its key in the space. */
  id: z.string(),
  code: z.string(),
  owner: z.object({ kind: z.string(), account: z.string().optional(), chainId: z.int().optional() }),
  nextAction: z.string(),
  /** Absolute seconds by the chain's clock. */
  deadline: z.int().optional(),
  evidence: z.record(z.string(), z.string()),
  freshness: z.array(freshnessSchema),
})

/** An answer as a command gives it. */
export function whyOutcome(what: Pick<z.input<typeof whyResult>, 'kind' | 'chainId' | 'id'>, answer: why.Why): z.input<typeof whyResult> {
  const { code, owner, nextAction, deadline, evidence, freshness } = answer
  return { ...what, code, owner, nextAction, deadline, evidence: { ...evidence }, freshness: freshness.map(freshnessOf) }
}

/** An answer for people. */
export function renderWhy({ kind, chainId, id: of, code, owner, nextAction, deadline, evidence }: z.output<typeof whyResult>): string {
  return [
    `${code}: ${kind} ${of} on chain ${chainId}`,
    `  who acts  ${[owner.kind, owner.account, owner.chainId && `on chain ${owner.chainId}`].filter(Boolean).join(' ')}`,
    `  what      ${nextAction}`,
    ...(deadline === undefined ? [] : [`  until     ${new Date(deadline * 1000).toISOString()}`]),
    table(toJson(evidence), '    '),
  ].join('\n')
}

/** The watchers that are known here, for answers that count signatures. */
export const askedWatchers = ({ watchers }: Network) => watchers.length > 0 && { attestationUrls: watchers.map(({ url }) => url) }

type Noun = 'task' | 'agent' | 'message'

/** Why what has an id stands where it stands. */
async function whyId(network: Network, wanted: Hex, noun: Noun | undefined): Promise<z.input<typeof whyResult>> {
  const { why } = await import('@hanse/sdk')
  const { client, chains } = network
  const found = await why.why(client, { id: wanted, ...askedWatchers(network) })
  if (found === undefined)
    throw new IdUnknownError({ what: noun ?? 'task, agent or message', id: wanted, known: chains.map(({ name }) => name) })
  const { why: answer, ...what } = found
  return whyOutcome(what, answer)
}

/** The same under the name of a noun. */
export const whyOf = (noun: Noun) =>
  defineLook({
    name: `${noun} why`,
    summary: `Say why ${/^a/.test(noun) ? 'an' : 'a'} ${noun} stands where it stands, and who has to act`,
    details: 'All codes: docs/why.md',
    arguments: [{ name: '<id>', summary: `id of the ${noun}` }],
    input: { id },
    result: whyResult,
    look: async ({ id: wanted }, network) => await whyId(network, wanted, noun),
    render: renderWhy,
  })

/** The word for a chain is looked up later. */
const idOrChain = z.string().refine((word) => id.safeParse(word).success || /^[\w.-]{1,64}$/.test(word), 'is no id, and no chain')

/** Why anything stands where it stands. */
export const command = defineLook({
  name: 'why',
  summary: 'Say why a task, an agent, a message or a lane stands where it stands, and who has to act',
  details: `All codes: docs/why.md
Of a lane: hanse why 1001 1002. Of cells, topics and their mirrors: hanse cell why, hanse topic why. Of workflows: hanse workflow why.`,
  arguments: [
    { name: '<id>', summary: 'its id, or the hash of the transaction that made it; of a lane the chain it comes from' },
    { name: '[to]', summary: 'of a lane: the chain it goes to' },
  ],
  options: [{ flags: '--broadcast', summary: 'of a lane: the one to all chains, as that chain sees it', default: false }],
  input: { id: idOrChain, to: z.string().optional(), broadcast: z.boolean() },
  result: whyResult,
  look: async ({ id: word, to, broadcast }, network) => {
    if (to !== undefined) return await whyLane(network, { from: word, to, broadcast })
    const wanted = id.safeParse(word)
    if (wanted.success) return await whyId(network, wanted.data, undefined)
    throw new OptionInvalidError({
      command: 'why',
      problems: wanted.error.issues.map(({ message }) => ({ option: '<id>', problem: `${message}; of a lane name both chains` })),
    })
  },
  render: renderWhy,
})

type Lane = { readonly from: string; readonly to: string; readonly broadcast: boolean }

async function whyLane(network: Network, { from, to, broadcast }: Lane): Promise<z.input<typeof whyResult>> {
  const [{ why, gateway }, { client }] = [await import('@hanse/sdk'), network]
  const [chainId, destinationChainId] = [chainIdOf(network, from, '<id>'), chainIdOf(network, to, '[to]')]
  const answer = await why.whyLane(client, { chainId, destinationChainId, isBroadcast: broadcast, ...askedWatchers(network) })
  const originGateway = client.chains.get(chainId)?.deployment.gateway ?? '0x'
  const lane = { originChainId: BigInt(chainId), originGateway, destinationChainId: broadcast ? 0n : BigInt(destinationChainId) }
  return whyOutcome({ kind: 'lane', chainId, id: gateway.laneKey(lane) }, answer)
}

type Mirror = { readonly command: string; readonly homeChainId: number; readonly space: Hex; readonly key: Hex; readonly on: string }

/** Why the mirror of a cell or topic on another chain shows what it shows. */
export async function whyMirrorOf(network: Network, { command: name, on, ...place }: Mirror, isTopic: boolean) {
  const { why } = await import('@hanse/sdk')
  const chainId = chainIdOf(network, on, '--on')
  if (chainId === place.homeChainId)
    throw new OptionInvalidError({ command: name, problems: [{ option: '--on', problem: 'is its home: name another chain' }] })
  const answer = await why.whyMirror(network.client, { chainId, ...place, isTopic, ...askedWatchers(network) })
  return whyOutcome({ kind: 'mirror', chainId, id: place.key }, answer)
}
