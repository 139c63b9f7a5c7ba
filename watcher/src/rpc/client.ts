import {
  delay,
  ProvidersDisagreeError,
  type RpcCall,
  RpcRefusedError,
  type RpcReply,
  RpcUnavailableError,
  type Transport,
} from '@hanse/sdk/sync'
import type { Endpoint } from './endpoint.ts'

/** Reads from and sends to one chain through whichever provider answers. */
export type Rpc = {
  readonly transports: readonly Transport[]
  /** One request; the next provider when one fails, is slow, or has nothing. A refusal is an answer and comes as a reply. */
  batch(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
  /** One request to all providers, of which as many as configured must answer the same: for what is acted upon for good. */
  agreed(calls: readonly RpcCall[]): Promise<readonly RpcReply[]>
  /** One call. Rejects with RpcRefusedError when it is refused, as a reverting call is. */
  call(method: string, params: readonly unknown[]): Promise<unknown>
  /** The same call to every provider: a transaction must not depend on one of them. Gives the first success, else the first refusal. */
  multicast(call: RpcCall): Promise<RpcReply>
}

/** Methods for which `null` is an answer: what is asked about may not exist. All providers that answer must say so. */
const mayBeNull = new Set(['eth_getTransactionReceipt', 'eth_getTransactionByHash'])
/** Blocks behind the highest one known from which a provider is asked last. */
const maxLag = 3n
/** Milliseconds after which the next provider is asked as well. */
const hedgeMs = 1_200

/** One way to all providers of a chain. */
export function createRpc({ chainId, transports, agreement, wait = delay }: createRpc.Parameters): Rpc {
  const batch = (calls: readonly RpcCall[]) => askInTurn({ transports: inOrder(transports), calls, wait })
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
    multicast: (call) => sendToAll({ transports, call }),
  }
}

export declare namespace createRpc {
  type Parameters = {
    chainId: number
    transports: readonly (Transport | Endpoint)[]
    /** How many providers must answer the same where it matters. */
    agreement: number
    /** Waits, or returns early when aborted. */
    wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined
  }
}

/** As configured, but those that fail or lag behind the others stand last. */
function inOrder(transports: createRpc.Parameters['transports']): readonly Transport[] {
  const states = transports.map((transport) => ('health' in transport ? transport.health() : undefined))
  const top = states.reduce((highest, state) => (state?.head !== undefined && state.head > highest ? state.head : highest), 0n)
  const place = (index: number): number => {
    const state = states[index]
    if (state === undefined) return 0
    return (state.circuit === 'closed' ? 0 : 2) + (state.head !== undefined && state.head + maxLag < top ? 1 : 0)
  }
  return transports
    .map((transport, index) => ({ transport, index, place: place(index) }))
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ transport }) => transport)
}

type Asked = { transports: readonly Transport[]; calls: readonly RpcCall[]; wait: typeof delay }

/** Asks one after the other until nothing is missing; a slow one is not waited for before the next is asked. */
async function askInTurn({ transports, calls, wait }: Asked): Promise<readonly RpcReply[]> {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const state: { done?: readonly RpcReply[]; empty?: readonly RpcReply[]; failure?: unknown } = {}
  const ask = async (transport: Transport): Promise<void> => {
    try {
      const replies = await transport.send(calls)
      const gap = calls.find((call, index) => isGap(call, replies[index]))
      if (gap !== undefined) throw new RpcUnavailableError({ provider: transport.name, detail: `${gap.method} answered null` })
      // What one does not know, another may.
      if (replies.some((reply) => reply.ok && reply.result === null)) state.empty = merged(state.empty, replies)
      else state.done ??= replies
    } catch (error) {
      state.failure ??= error
    }
  }
  try {
    for (const [index, transport] of transports.entries()) {
      const work: Promise<void> = ask(transport).finally(() => running.delete(work))
      running.add(work)
      // After the last one there is nobody else to ask.
      if (index < transports.length - 1) await Promise.race([work, wait(hedgeMs, stopping.signal)])
      if (state.done !== undefined || isFull(state.empty)) break
    }
    while (running.size > 0 && state.done === undefined && !isFull(state.empty)) await Promise.race(running)
  } finally {
    // A reason of its own spares making an error with a stack.
    stopping.abort('answered')
  }
  const answer = state.done ?? state.empty
  if (answer === undefined) throw state.failure
  return answer
}

const isFull = (replies: readonly RpcReply[] | undefined) =>
  replies !== undefined && !replies.some((reply) => reply.ok && reply.result === null)

/** The answers of two providers, where one has nothing those of the other. */
function merged(first: readonly RpcReply[] | undefined, second: readonly RpcReply[]): readonly RpcReply[] {
  return second.map((reply, index) => (reply.ok && reply.result === null ? (first?.[index] ?? reply) : reply))
}

/** Sends to all at once and does not wait for the slow ones once somebody took it. */
async function sendToAll({ transports, call }: { transports: readonly Transport[]; call: RpcCall }): Promise<RpcReply> {
  const replies: RpcReply[] = []
  const tries = transports.map(async (transport) => {
    const [reply] = await transport.send([call])
    if (reply === undefined) return Promise.reject()
    replies.push(reply)
    return reply.ok ? reply : Promise.reject()
  })
  const first = await Promise.any(tries).catch(() => replies[0])
  if (first !== undefined) return first
  throw new RpcUnavailableError({ provider: transports.map(({ name }) => name).join(), detail: `${call.method} reached nobody` })
}

async function askAll({ chainId, transports, agreement, calls }: Omit<createRpc.Parameters, 'wait'> & { calls: readonly RpcCall[] }) {
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
