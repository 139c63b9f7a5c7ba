import type { Hex } from 'viem'
import { type Client, chainOf } from '../client.ts'
import { BaseError } from '../errors/base.ts'
import { toCallError } from '../errors/call.ts'
import { ChainNotConfiguredError } from '../errors/client.ts'
import { priced } from './trace/costs.ts'
import { type ChainStory, readHome, type TracedMessage } from './trace/home.ts'
import { stepsOfDelivery, stepsOfSending } from './trace/messages.ts'
import { inChainOrder, merged } from './trace/order.ts'
import { readPortal } from './trace/portal.ts'
import { type ChainReader, openReader } from './trace/reader.ts'
import type { Step, TaskTrace, TraceGap, TraceHop } from './trace/types.ts'

export type { TaskTrace, TraceCost, TraceGap, TraceHop, TraceKind } from './trace/types.ts'

/** What `trace` takes. */
export type TraceParameters = {
  /** The task's home. */
  readonly chainId: number
  readonly taskId: Hex
}

/**
 * The whole story of a task over all chains of the client, from logs alone: posted, asked for elsewhere, sent, final, delivered, granted or
 * refused, answered, handed in, judged, paid; each step with its chain, block and time, whether a reorg can still take it back, who paid for
 * it, and how much. A chain that cannot be read leaves a gap, which is named; the rest is told all the same. What is about no task in
 * particular, such as an allowance or a deposit, is not in it: see `tax.collect`. Reads logs from the deployment on.
 *
 * @throws ChainNotConfiguredError when the client does not know the home.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { hops, costs, gaps } = await task.trace(client, { chainId: 1, taskId })
 * for (const { kind, chainId, timestamp, finality, cost } of hops) console.log(timestamp, chainId, kind, finality, cost?.payer, cost?.gas)
 * for (const { chainId, gas, wei } of costs) console.log(`chain ${chainId}: ${gas} gas, ${wei} wei`)
 * for (const { chainId, error } of gaps) console.log(`nothing from chain ${chainId}: ${error.shortMessage}`)
 * ```
 */
export async function trace(client: Client, { chainId: homeChainId, taskId }: TraceParameters): Promise<TaskTrace> {
  chainOf(client, homeChainId)
  const gaps = new Map<number, TraceGap>()
  const attempt = <value>(chainId: number, read: () => Promise<value>) => orGap({ gaps, chainId, read })
  const found = await Promise.all(
    [...client.chains.keys()].map((chainId) =>
      attempt(chainId, async () => {
        const reader = await openReader(client, chainId)
        return chainId === homeChainId ? readHome(reader, { taskId }) : readPortal(reader, { homeChainId, taskId })
      }),
    ),
  )
  const stories = found.filter((story) => story !== undefined)
  for (const chainId of strangers(client, { stories, homeChainId }))
    gaps.set(chainId, { chainId, error: new ChainNotConfiguredError({ chainId, knownChainIds: [...client.chains.keys()] }) })
  const messages = stories.flatMap((story) => story.messages)
  const told = await Promise.all(
    stories.map(({ reader, ...story }) => attempt(reader.chainId, async () => hopsOf(reader, { ...story, inbound: messages }))),
  )
  const hops = merged(told.filter((part) => part !== undefined))
  const freshness = stories.map(({ reader }) => reader.freshness)
  return { taskId, homeChainId, hops, costs: costsOf(hops), gaps: [...gaps.values()], freshness }
}

type Attempt<value> = { readonly gaps: Map<number, TraceGap>; readonly chainId: number; readonly read: () => Promise<value> }

/** What a chain tells, or undefined and a gap when it does not. */
async function orGap<value>({ gaps, chainId, read }: Attempt<value>): Promise<value | undefined> {
  try {
    return await read()
  } catch (thrown) {
    const error = await toCallError({ error: thrown, verb: 'task.trace', chainId })
    if (!(error instanceof BaseError)) throw error
    gaps.set(chainId, { chainId, error })
    return undefined
  }
}

type Hops = { readonly steps: readonly Step[]; readonly messages: readonly TracedMessage[]; readonly inbound: readonly TracedMessage[] }

/** All that happened on one chain: what it told, what it sent, and what it was brought. */
async function hopsOf(reader: ChainReader, { steps, messages, inbound }: Hops): Promise<readonly TraceHop[]> {
  const lanes = new Map<bigint, TracedMessage['message'][]>()
  for (const { message } of inbound) {
    const { originChainId, destinationChainId } = message.lane
    if (destinationChainId === BigInt(reader.chainId)) lanes.set(originChainId, [...(lanes.get(originChainId) ?? []), message])
  }
  const deliveries = await Promise.all([...lanes.values()].map((lane) => stepsOfDelivery(reader, lane)))
  const sendings = messages.flatMap((message) => stepsOfSending(reader, message))
  return priced(reader, inChainOrder([...steps, ...sendings, ...deliveries.flat()]))
}

type Strangers = { readonly stories: readonly ChainStory[]; readonly homeChainId: number }

/** Chains that take part and that the client does not know: those of workers, and those that were told something. */
function strangers(client: Client, { stories, homeChainId }: Strangers): readonly number[] {
  const home = stories.find(({ reader }) => reader.chainId === homeChainId)
  const workers = home?.steps.flatMap(({ kind, detail }) => (kind === 'assigned' ? [Number(detail.chainId)] : [])) ?? []
  const told = home?.messages.map(({ message }) => Number(message.lane.destinationChainId)) ?? []
  return [...new Set([...workers, ...told])].filter((chainId) => chainId !== 0 && !client.chains.has(chainId))
}

function costsOf(hops: readonly TraceHop[]): TaskTrace['costs'] {
  const sums = new Map<number, { chainId: number; gas: bigint; wei: bigint }>()
  for (const { chainId, cost } of hops) {
    if (cost === undefined) continue
    const sum = sums.get(chainId) ?? { chainId, gas: 0n, wei: 0n }
    sums.set(chainId, { chainId, gas: sum.gas + cost.gas, wei: sum.wei + cost.wei })
  }
  return [...sums.values()]
}
