import { parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { ChainHaltedError, watchEvents } from '../../sdk/src/sync/index.ts'
import { createFakeChain, gateway } from './support/fakeChain.ts'

const abi = parseAbi(['event LaneAdvanced(uint256 indexed destinationChainId, uint64 nonce, bytes32 head)', 'event Other(uint256 a)'])

function watch(chain: ReturnType<typeof createFakeChain>, signal: AbortSignal) {
  const finality = { kind: 'depth', depth: 2 } as const
  const place = { chainId: 7, transports: [chain.transport()], address: gateway, startBlock: 1n, pollMs: 1, signal, finality }
  return watchEvents({ ...place, abi, eventName: 'LaneAdvanced' })
}

describe('watchEvents', () => {
  it('tells of events when they are in a block, when a reorg takes them back, and when they are permanent', async () => {
    const chain = createFakeChain({ chainId: 7 })
    const stop = new AbortController()
    const told: string[] = []
    chain.mine([])
    chain.mine([8])
    for await (const { status, args } of watch(chain, stop.signal)) {
      told.push(`${status} ${args.destinationChainId} ${args.nonce}`)
      if (told.length === 1) chain.reorg({ depth: 1, sends: [[9]] })
      if (told.length === 3) for (let block = 0; block < 3; block++) chain.mine([])
      if (told.length === 4) stop.abort()
    }
    expect(told).toEqual(['committed 8 1', 'reverted 8 1', 'committed 9 1', 'finalized 9 1'])
  })

  it('ends at once when its signal is aborted before it starts or while it waits', async () => {
    const chain = createFakeChain({ chainId: 7 })
    for await (const event of watch(chain, AbortSignal.abort())) expect(event).toBeUndefined()
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    for await (const event of watch(chain, stop.signal)) expect(event).toBeUndefined()
  })

  it('fails when the finality of the chain breaks', async () => {
    const chain = createFakeChain({ chainId: 7 })
    for (let block = 0; block < 6; block++) chain.mine([8])
    const read = async () => {
      for await (const { status } of watch(chain, new AbortController().signal)) if (status === 'committed') chain.reorg({ depth: 5 })
    }
    await expect(read()).rejects.toBeInstanceOf(ChainHaltedError)
  })
})
