import { isRecord } from '@hanse/sdk/sync'
import type { Chain } from '../chain.ts'
import { GenesisMismatchError } from '../errors.ts'

/**
 * Holds a chain's first block against the pinned one.
 *
 * @throws GenesisMismatchError when it is another chain.
 */
export async function checkGenesis({ rpc, config }: Pick<Chain, 'rpc' | 'config'>): Promise<void> {
  if (config.genesisHash === undefined) return
  const block = await rpc.call('eth_getBlockByNumber', ['0x0', false])
  const actual = isRecord(block) ? String(block.hash) : 'none'
  if (actual !== config.genesisHash) throw new GenesisMismatchError({ chainId: config.chainId, expected: config.genesisHash, actual })
}
