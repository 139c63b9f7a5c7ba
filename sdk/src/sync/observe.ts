import type { Finality } from '../types.ts'
import { blockCall, resultOf, toBloomedHeader, toHeader } from './answers.ts'
import { type FinalRange, type RangeRequest, rangeCalls, toFinalRange } from './finalRange.ts'
import { isRecord, type RpcReply, type Transport } from './rpc.ts'
import type { BlockHeader, BloomedHeader } from './types.ts'

/** What one provider says of the chain's top. */
export type Observation = {
  readonly transport: Transport
  readonly latest: BloomedHeader
  /** The block after the tail as it was known before, where there is one. */
  readonly next: BloomedHeader | undefined
  /** The highest block that the finality policy allows, by this provider. */
  readonly policy: bigint
  /** How the provider sees the block that is final already: the same, another one in its place, or not there. */
  readonly final: 'same' | 'other' | 'missing'
  /** What it says of a final range that it was asked about along the way. */
  readonly range: { readonly request: RangeRequest; readonly answer: PromiseSettledResult<FinalRange> } | undefined
}

/** Asks one provider, in one request, for its top, its finality, and the block that is final already; and for what else is wanted, in the same. */
export async function observe({ transport, finality, final, next, range }: observe.Parameters): Promise<Observation> {
  const tag = finality.kind === 'depth' ? undefined : finality.kind
  const parts = {
    latest: [blockCall('latest')],
    tag: tag === undefined ? [] : [blockCall(tag)],
    final: final === undefined ? [] : [blockCall(final.number)],
    next: next === undefined ? [] : [blockCall(next)],
    range: range === undefined ? [] : rangeCalls(range),
  }
  const calls = Object.values(parts).flat()
  const replies = await transport.send(calls)
  let at = 0
  const taken = (count: number): readonly RpcReply[] => {
    at += count
    return replies.slice(at - count, at)
  }
  const value = ([reply]: readonly RpcReply[]) => resultOf({ transport, call: blockCall('latest'), reply })
  const latest = toBloomedHeader(transport, value(taken(1)))
  const tagged = taken(parts.tag.length)
  const policy = finality.kind === 'depth' ? latest.number - BigInt(finality.depth) : toHeader(transport, value(tagged)).number
  const [finalReply] = taken(parts.final.length)
  const [nextReply] = taken(parts.next.length)
  const hasNext = nextReply?.ok && isRecord(nextReply.result)
  return {
    transport,
    latest,
    policy,
    final: final === undefined ? 'same' : compareFinal({ final, reply: finalReply }),
    next: hasNext ? toBloomedHeader(transport, nextReply.result) : undefined,
    range: range && { request: range, answer: settle(() => toFinalRange({ transport, range, replies: replies.slice(at) })) },
  }
}

export declare namespace observe {
  type Parameters = {
    transport: Transport
    finality: Finality
    final: BlockHeader | undefined
    /** Height of a block that may not be there yet. */
    next?: bigint | undefined
    range?: RangeRequest | undefined
  }
}

function settle(work: () => FinalRange): PromiseSettledResult<FinalRange> {
  try {
    return { status: 'fulfilled', value: work() }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

function compareFinal({ final, reply }: { final: BlockHeader; reply: RpcReply | undefined }): Observation['final'] {
  if (!reply?.ok || !isRecord(reply.result)) return 'missing'
  return reply.result.hash === final.hash ? 'same' : 'other'
}

/** The highest block that at least `needed` providers call final. */
export function agreedTarget({ observations, needed }: { observations: readonly Observation[]; needed: number }): bigint | undefined {
  const heights = observations.map((observation) => observation.policy).sort((a, b) => (a < b ? 1 : -1))
  const target = heights[needed - 1]
  return target === undefined || target < 0n ? undefined : target
}
