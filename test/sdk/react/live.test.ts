import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { custom } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Freshness } from '../../../sdk/src/actions/defineRead.ts'
import { createClient, errors } from '../../../sdk/src/index.ts'
import { createLive } from '../../../sdk/src/react/live.ts'
import { ask, type Question } from '../../../sdk/src/react/question.ts'
import { ChainHaltedError } from '../../../sdk/src/sync/index.ts'
import { createFakeChain, gateway } from '../../watcher/support/fakeChain.ts'

const chainId = 7
const names = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal'] as const

type Sent = { readonly sent: bigint; readonly freshness: Freshness }

/** A chain in memory, a node that can be silent, and how many messages the chain has sent, as a value that is kept up to date. */
function startBench() {
  const chain = createFakeChain({ chainId })
  for (let block = 0; block < 4; block++) chain.mine()
  const node = { isSilent: false, requests: 0, provider: chain.transport() }
  const request = async ({ method, params = [] }: { readonly method: string; readonly params?: readonly unknown[] }) => {
    node.requests++
    if (node.isSilent) throw new TypeError('nobody answers')
    const [reply] = await node.provider.send([{ method, params }])
    if (reply?.ok) return reply.result
    throw Object.assign(new TypeError(reply?.message), { code: reply?.code })
  }
  const deployment = { chainId, startBlock: 1n, ...Object.fromEntries(names.map((name) => [name, gateway])) } as const
  const place = { chainId, rpcUrls: [], finality: { kind: 'depth', depth: 2 }, transport: custom({ request }, { retryCount: 0 }) } as const
  // All contracts stand at one address.
  const client = createClient({ chains: [{ ...place, deployment: deployment as never }], pollingIntervalMs: 2 })
  const faults: unknown[] = []
  const live = createLive(client, (fault) => faults.push(fault))
  const queries = new QueryClient()
  const gate: { before?: Promise<unknown>; reads: number } = { reads: 0 }
  const question: Question<Sent> = {
    ...{ verb: 'sent', parameters: {}, chainIds: [chainId], contracts: ['gateway'] },
    freshnessOf: ({ freshness }) => [freshness],
    async read() {
      gate.reads++
      if (node.isSilent) throw new errors.ChainUnreachableError({ verb: 'sent', chainId, cause: undefined })
      const { number: blockNumber, hash: blockHash, lanes } = chain.top()
      await gate.before
      const rest = { blockTimestamp: 0n, finalBlockNumber: 0n, isFinal: false, lagBlocks: 0n, lagSeconds: 0 }
      return { sent: lanes.get(8)?.nonce ?? 0n, freshness: { chainId, blockNumber, blockHash, ...rest } }
    },
  }
  const { options, watch } = ask(live, queries, question)
  const observer = new QueryObserver(queries, options)
  const shown = () => observer.getCurrentResult()
  const look = () => observer.subscribe(() => {})
  const start = () => {
    const [leave, unsubscribe] = [watch(), look()]
    return () => {
      leave()
      unsubscribe()
    }
  }
  const until = async (isThere: (result: ReturnType<typeof shown>) => boolean) => {
    await expect.poll(() => isThere(shown()), { timeout: 5_000, interval: 2 }).toBe(true)
  }
  return { chain, node, live, faults, gate, look, watch, start, shown, until }
}

describe('a value that is kept up to date', () => {
  it('is read again when its contract speaks, and not when blocks are empty', async () => {
    const { chain, live, gate, start, until, faults } = startBench()
    const stop = start()
    await until(({ data }) => data?.sent === 0n)
    chain.mine([8])
    await until(({ data }) => data?.sent === 1n)
    const { reads } = gate
    for (let block = 0; block < 5; block++) chain.mine()
    await expect.poll(() => live.statusOf(chainId).head, { interval: 2 }).toBe(chain.top().number)
    expect(gate.reads).toBe(reads)
    stop()
    expect(faults).toEqual([])
  })

  it('is read again when its chain is seen first: what happened since the read may be final already', async () => {
    const { chain, look, watch, until } = startBench()
    const unsubscribe = look()
    await until(({ data }) => data?.sent === 0n)
    chain.mine([8])
    for (let block = 0; block < 5; block++) chain.mine()
    const leave = watch()
    await until(({ data }) => data?.sent === 1n)
    leave()
    unsubscribe()
  })

  it('follows a reorganisation', async () => {
    const { chain, live, start, until } = startBench()
    const stop = start()
    await until(({ data }) => data !== undefined)
    chain.mine([8])
    await until(({ data }) => data?.sent === 1n)
    chain.reorg({ depth: 1, sends: [[]] })
    await until(({ data }) => data?.sent === 0n)
    chain.mine()
    await expect.poll(() => live.statusOf(chainId).reorgs, { interval: 2 }).toBe(1)
    stop()
  })

  it('is read once more when something happened during the read, and the read is not broken off', async () => {
    const { chain, live, gate, start, until, shown } = startBench()
    const stop = start()
    await until(({ data }) => data?.sent === 0n)
    let open = () => {}
    gate.before = new Promise<void>((resolve) => {
      open = resolve
    })
    chain.mine([8])
    await until(({ fetchStatus }) => fetchStatus === 'fetching')
    const { reads } = gate
    chain.mine([8])
    await expect.poll(() => live.statusOf(chainId).head, { interval: 2 }).toBe(chain.top().number)
    expect([gate.reads, shown().data?.sent]).toEqual([reads, 0n])
    open()
    await until(({ data }) => data?.sent === 2n)
    stop()
  })

  it('tells that its chain is silent, keeps what it was, and goes on when the chain answers', async () => {
    const { chain, node, live, start, until } = startBench()
    const stop = start()
    chain.mine([8])
    await until(({ data }) => data?.sent === 1n)
    node.isSilent = true
    await until(({ error, data }) => error instanceof errors.ChainUnreachableError && data?.sent === 1n)
    expect(live.statusOf(chainId).trouble).toBeDefined()
    chain.mine([8])
    node.isSilent = false
    await until(({ error, data }) => error === null && data?.sent === 2n)
    expect(live.statusOf(chainId).trouble).toBeUndefined()
    stop()
  })

  it('is told no more, and nobody asks the chain, when nobody looks', async () => {
    const { chain, node, live, gate, start, until } = startBench()
    const [one, two] = [start(), start()]
    await until(({ data }) => data !== undefined)
    one()
    one()
    chain.mine([8])
    await until(({ data }) => data?.sent === 1n)
    two()
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { requests } = node
    chain.mine([8])
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(node.requests).toBe(requests)
    const { reads } = gate
    const again = start()
    await until(({ data }) => data?.sent === 2n)
    expect(gate.reads).toBeGreaterThan(reads)
    expect(live.statusOf(chainId).head).toBe(chain.top().number)
    again()
  })

  it('is an error from then on when the finality of its chain breaks', async () => {
    const { chain, start, until, live } = startBench()
    const stop = start()
    for (let block = 0; block < 4; block++) chain.mine([8])
    await until(({ data }) => data?.sent === 4n)
    await expect.poll(() => live.statusOf(chainId).final, { interval: 2 }).toBe(chain.top().number - 2n)
    chain.reorg({ depth: 4 })
    await until(({ error }) => error instanceof ChainHaltedError)
    stop()
  })
})
