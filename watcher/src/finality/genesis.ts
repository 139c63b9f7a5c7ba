import { isRecord, RpcUnavailableError } from '@hanse/sdk/sync'
import type { Chain } from '../chain.ts'
import { GenesisMismatchError } from '../errors.ts'
import { type Loop, startLoop } from '../ops/loop.ts'

/**
 * Holds a chain's first block against the pinned one.
 *
 * @throws GenesisMismatchError when it is another chain.
 */
export async function checkGenesis({ rpc, config }: Pick<Chain, 'rpc' | 'config'>): Promise<void> {
  if (config.genesisHash === undefined) return
  const [reply] = await rpc.agreed([{ method: 'eth_getBlockByNumber', params: ['0x0', false] }])
  const block = reply?.ok ? reply.result : undefined
  if (!isRecord(block)) throw new RpcUnavailableError({ provider: `of chain ${config.chainId}`, detail: 'no first block' })
  const actual = String(block.hash)
  if (actual !== config.genesisHash) throw new GenesisMismatchError({ chainId: config.chainId, expected: config.genesisHash, actual })
}

/** Starts to read a chain as soon as its first block is known to be the right one, and never before. */
export function startWhenKnown({ chain, log, wait }: Pick<startLoop.Parameters, 'log' | 'wait'> & { chain: Chain }): Loop {
  let isKnown = false
  const work = async () => {
    if (isKnown) return
    await checkGenesis(chain)
    isKnown = true
    void chain.sync.start()
  }
  return startLoop({ name: `start ${chain.chainId}`, everyMs: 60_000, work, log, wait })
}
