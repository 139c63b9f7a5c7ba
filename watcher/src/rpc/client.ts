import {
  httpTransport,
  ProvidersDisagreeError,
  type RpcCall,
  RpcRefusedError,
  type RpcReply,
  RpcUnavailableError,
  type Transport,
} from '@hanse/sdk/sync'

/** Reads from and sends to one chain through whichever provider answers. */
export type Rpc = {
  readonly transports: readonly Transport[]
  /** One request; the next provider when one fails or answers null. A refusal is an answer and comes as a reply. */
  batch(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
  /** One request to all providers, of which as many as configured must answer the same: for what is acted upon for good. */
  agreed(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
  /** One call. Rejects with RpcRefusedError when it is refused, as a reverting call is. */
  call(method: string, params: readonly unknown[]): Promise<unknown>
  /** The same call to every provider: a transaction must not depend on one of them. Gives the first success, else the first refusal. */
  multicast(call: RpcCall): Promise<RpcReply>
}

/** What happened in one request, for metrics. */
export type RpcObserver = (event: {
  readonly endpoint: string
  readonly calls: readonly RpcCall[]
  readonly outcome: 'ok' | 'failed'
  readonly seconds: number
}) => void

/** Transports over HTTP that tell an observer about each request. */
export function observedTransports({
  urls,
  timeoutMs,
  observe,
}: {
  urls: readonly string[]
  timeoutMs: number
  observe: RpcObserver
}): readonly Transport[] {
  return urls.map((url) => {
    const transport = httpTransport({ url, timeoutMs })
    return {
      name: transport.name,
      async send(calls) {
        const started = performance.now()
        const seconds = () => (performance.now() - started) / 1000
        try {
          const replies = await transport.send(calls)
          observe({ endpoint: transport.name, calls, outcome: 'ok', seconds: seconds() })
          return replies
        } catch (error) {
          observe({ endpoint: transport.name, calls, outcome: 'failed', seconds: seconds() })
          throw error
        }
      },
    }
  })
}

/** Methods for which `null` is an answer: what is asked about may not exist. */
const mayBeNull = new Set(['eth_getTransactionReceipt', 'eth_getTransactionByHash'])

/** One way to all providers of a chain. */
export function createRpc({ chainId, transports, agreement }: createRpc.Parameters): Rpc {
  async function batch(calls: readonly RpcCall[]): Promise<readonly RpcReply[]> {
    let failure: unknown
    for (const transport of transports) {
      try {
        const replies = await transport.send(calls)
        const gap = calls.find((call, index) => isGap(call, replies[index]))
        if (gap === undefined) return replies
        failure ??= new RpcUnavailableError({ provider: transport.name, detail: `${gap.method} answered null` })
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }

  return {
    transports,
    batch,
    async call(method, params) {
      const [reply] = await batch([{ method, params }])
      if (reply?.ok) return reply.result
      const { code = -32_603, message = 'no answer', data } = reply ?? {}
      throw new RpcRefusedError({ provider: transports[0]?.name ?? 'none', method, rpcCode: code, detail: message, data })
    },
    agreed: (calls) => (agreement === 1 ? batch(calls) : askAll({ chainId, transports, agreement, calls })),
    async multicast(call) {
      const answers = await Promise.allSettled(transports.map((transport) => transport.send([call])))
      const replies = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      const best = replies.find((reply) => reply.ok) ?? replies[0]
      if (best !== undefined) return best
      throw new RpcUnavailableError({ provider: transports.map(({ name }) => name).join(), detail: `${call.method} reached nobody` })
    },
  }
}

export declare namespace createRpc {
  type Parameters = {
    chainId: number
    transports: readonly Transport[]
    /** How many providers must answer the same where it matters. */
    agreement: number
  }
}

async function askAll({
  chainId,
  transports,
  agreement,
  calls,
}: createRpc.Parameters & { calls: readonly RpcCall[] }): Promise<readonly RpcReply[]> {
  const answers = await Promise.allSettled(transports.map((transport) => transport.send(calls)))
  const groups = new Map<string, (readonly RpcReply[])[]>()
  for (const answer of answers) {
    if (answer.status === 'rejected' || calls.some((call, index) => isGap(call, answer.value[index]))) continue
    const key = JSON.stringify(answer.value.map((reply) => (reply.ok ? reply.result : reply.ok)))
    groups.set(key, [...(groups.get(key) ?? []), answer.value])
  }
  const best = [...groups.values()].sort((a, b) => b.length - a.length)[0] ?? []
  const agreed = best[0]
  if (agreed !== undefined && best.length >= agreement) return agreed
  throw new ProvidersDisagreeError({ chainId, needed: agreement, best: best.length, detail: calls[0]?.method ?? 'nothing asked' })
}

function isGap(call: RpcCall, reply: RpcReply | undefined): boolean {
  return reply === undefined || (reply.ok && reply.result === null && !mayBeNull.has(call.method))
}
