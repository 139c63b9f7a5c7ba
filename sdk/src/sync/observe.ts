import type { Finality } from '../types.ts'
import { blockCall, resultOf, toHeader } from './answers.ts'
import { isRecord, type RpcReply, type Transport } from './rpc.ts'
import type { BlockHeader } from './types.ts'

/** What one provider says of the chain's top. */
export type Observation = {
  readonly transport: Transport
  readonly latest: BlockHeader
  /** The highest block that the finality policy allows, by this provider. */
  readonly policy: bigint
  /** How the provider sees the block that is final already: the same, another one in its place, or not there. */
  readonly final: 'same' | 'other' | 'missing'
}

/** Asks one provider, in one request, for its top, its finality, and the block that is final already. */
export async function observe({ transport, finality, final }: observe.Parameters): Promise<Observation> {
  const tag = finality.kind === 'depth' ? undefined : finality.kind
  const calls = [
    blockCall('latest'),
    ...(tag === undefined ? [] : [blockCall(tag)]),
    ...(final === undefined ? [] : [blockCall(final.number)]),
  ]
  const replies = await transport.send(calls)
  const header = (index: number) => {
    const call = calls[index] ?? blockCall('latest')
    return toHeader(transport, resultOf({ transport, call, reply: replies[index] }))
  }
  const latest = header(0)
  const policy = finality.kind === 'depth' ? latest.number - BigInt(finality.depth) : header(1).number
  return { transport, latest, policy, final: final === undefined ? 'same' : compareFinal({ final, reply: replies[calls.length - 1] }) }
}

export declare namespace observe {
  type Parameters = { transport: Transport; finality: Finality; final: BlockHeader | undefined }
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
