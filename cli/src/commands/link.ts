import type { gateway } from '@hanse/sdk'
import { z } from 'zod'
import { exitCodes } from '../exitCodes.ts'
import { defineLook } from '../look.ts'
import { chainIdOf, type Network, nameOf } from '../network.ts'

const linkSchema = z.object({
  from: z.int(),
  to: z.int(),
  isLinked: z.boolean(),
  verifier: z.string(),
  firstNonce: z.string(),
  /** Absolute seconds, where a guardian stopped it. */
  stoppedUntil: z.int().optional(),
})

/** Shows which chains believe which. */
export const command = defineLook({
  name: 'link',
  summary: 'Show which chains believe which, and what is stopped',
  details: `A link is made by hanse deploy apply, and after the hand-over by governance (docs/roles.md). A link one way alone leaves messages waiting
for ever: then it ends with code 3, as when a lane is stopped. What else has to be linked, hanse doctor knows.`,
  arguments: [
    { name: '[from]', summary: 'only from this chain' },
    { name: '[to]', summary: 'only to this one' },
  ],
  input: { from: z.string().optional(), to: z.string().optional() },
  result: z.object({ isWhole: z.boolean(), links: z.array(linkSchema) }),
  look: async ({ from, to }, network) => {
    const ids = network.chains.map(({ chainId }) => chainId)
    const origins = from === undefined ? ids : [chainIdOf(network, from, '<from>')]
    const destinations = to === undefined ? ids : [chainIdOf(network, to, '<to>')]
    const pairs = origins.flatMap((origin) => destinations.filter((other) => other !== origin).map((other) => [origin, other] as const))
    const links = await Promise.all(pairs.map(([origin, destination]) => linkOf(network, { origin, destination })))
    const isHalf = ({ from: one, to: other, isLinked }: z.input<typeof linkSchema>) =>
      !isLinked && links.some((back) => back.from === other && back.to === one && back.isLinked)
    return { isWhole: !links.some((link) => isHalf(link) || link.stoppedUntil !== undefined), links }
  },
  render: ({ links, isWhole }) =>
    [
      ...links.map(({ from, to, isLinked, verifier, stoppedUntil }) => {
        const stop = stoppedUntil === undefined ? '' : `, stopped until ${new Date(stoppedUntil * 1000).toISOString()}`
        return `${from} -> ${to}  ${isLinked ? `linked, heads vouched by ${verifier}` : 'not linked'}${stop}`
      }),
      ...(isWhole ? [] : ['Next: hanse doctor']),
    ].join('\n'),
  exitCode: ({ isWhole }) => (isWhole ? exitCodes.done : exitCodes.found),
})

async function linkOf(
  network: Network,
  { origin, destination }: { origin: number; destination: number },
): Promise<z.input<typeof linkSchema>> {
  const { gateway } = await import('@hanse/sdk')
  const originGateway = network.client.chains.get(origin)?.deployment.gateway
  if (originGateway === undefined)
    return { from: origin, to: destination, isLinked: false, verifier: nameOf(network, origin), firstNonce: '0' }
  const lane: gateway.Lane = { originChainId: BigInt(origin), originGateway, destinationChainId: BigInt(destination) }
  const { value, freshness } = await gateway.getLink(network.client, { chainId: destination, lane })
  const isStopped = BigInt(value.stoppedUntil) > freshness.blockTimestamp
  return {
    ...{ from: origin, to: destination, isLinked: value.isLinked, verifier: value.verifier, firstNonce: String(value.firstNonce) },
    ...(isStopped ? { stoppedUntil: value.stoppedUntil } : {}),
  }
}
