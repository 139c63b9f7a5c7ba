import { request, toInteger } from './answers.ts'
import { RpcUnavailableError } from './errors.ts'
import type { Transport } from './rpc.ts'

/** The providers that serve this chain, asked once each; one that serves another chain is never used. */
export async function checkChainIds({ chainId, transports, known }: checkChainIds.Parameters): Promise<readonly Transport[]> {
  const open = transports.filter((transport) => !known.includes(transport))
  if (open.length === 0) return known
  const answers = await Promise.allSettled(
    open.map(async (transport) => {
      const [id] = await request(transport, [{ method: 'eth_chainId', params: [] }])
      return toInteger(transport, id) === BigInt(chainId)
    }),
  )
  const found = open.filter((_, index) => {
    const answer = answers[index]
    return answer?.status === 'fulfilled' && answer.value
  })
  const serving = transports.filter((transport) => known.includes(transport) || found.includes(transport))
  const wrong = open.filter((_, index) => {
    const answer = answers[index]
    return answer?.status === 'fulfilled' && !answer.value
  })
  if (serving.length === 0 && wrong.length > 0)
    throw new RpcUnavailableError({
      provider: wrong.map((transport) => transport.name).join(),
      detail: `it serves another chain than ${chainId}`,
    })
  return serving
}

export declare namespace checkChainIds {
  type Parameters = { chainId: number; transports: readonly Transport[]; known: readonly Transport[] }
}
