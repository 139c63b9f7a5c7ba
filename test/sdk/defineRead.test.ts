import { custom, ExecutionRevertedError, type Hex, numberToHex, pad, RpcRequestError } from 'viem'
import { expect, it } from 'vitest'
import { defineRead } from '../../sdk/src/actions/defineRead.ts'
import { createClient } from '../../sdk/src/client.ts'
import { ReadOvertakenError } from '../../sdk/src/errors/call.ts'
import { EventUnseenError } from '../../sdk/src/errors/format.ts'
import type { Deployment } from '../../sdk/src/types.ts'

const place = `0x${'11'.repeat(20)}` as const
const core = { accessManager: place, timelock: place, gateway: place, watcherSet: place, agentRegistry: place }
const rest = { charters: place, agreements: place, taskEscrow: place, taskPortal: place }
const deployment: Deployment = { chainId: 7, startBlock: 0n, ...core, ...rest }

/** A chain of ten blocks on one branch or another, of which the last two may be replaced. */
function startChain() {
  const state = { branch: 1, looks: 0, isGone: false }
  const hashOf = (height: number): Hex => pad(numberToHex(height > 7 ? height * 1_000 + state.branch : height), { size: 32 })
  const blockAt = (tag: string) => {
    const number = tag === 'latest' ? 9 : Number(tag)
    const quantities = { number: numberToHex(number), timestamp: '0x1', gasLimit: '0x1', gasUsed: '0x0', size: '0x1', difficulty: '0x0' }
    return { ...quantities, hash: hashOf(number), transactions: [] }
  }
  const request = async ({ method, params }: { method: string; params: readonly string[] }) => {
    if (method === 'eth_getStorageAt') return pad(numberToHex(state.branch), { size: 32 })
    state.looks += 1
    return state.isGone && params[0] !== 'latest' ? null : blockAt(params[0] ?? '')
  }
  const chain = { chainId: 7, rpcUrls: [], finality: { kind: 'depth', depth: 3 }, deployment, transport: custom({ request }) } as const
  return { state, client: createClient({ chains: [chain], pollingIntervalMs: 1 }) }
}

type Chain = ReturnType<typeof startChain>

/** Reads the branch twice, and makes no sense of two different ones. `between` runs after the first. */
function readerOf({ state }: Chain, between: () => void) {
  return defineRead('test.twice', async ({ connection, blockNumber }) => {
    const branch = async () =>
      Number(await connection.request({ method: 'eth_getStorageAt', params: [place, '0x0', numberToHex(blockNumber)] }))
    const first = await branch()
    between()
    const second = await branch()
    if (first !== second) throw new TypeError(`half of ${first}, half of ${second}, at ${state.looks} looks`)
    return second
  })
}

it('reads again when a reorg replaced the block meanwhile, whether the halves fit or not', async () => {
  const torn = startChain()
  let reorgs = 1
  const tear = readerOf(torn, () => {
    if (reorgs-- > 0) torn.state.branch += 1
  })
  const { value, freshness } = await tear(torn.client, { chainId: 7 })
  expect({ value, hash: Number(freshness.blockHash) }).toEqual({ value: 2, hash: 9_002 })

  const stale = startChain()
  let looks = 0
  const lag = defineRead('test.once', async () => {
    const seen = stale.state.branch
    if (looks++ === 0) stale.state.branch += 1
    return seen
  })
  expect(await lag(stale.client, { chainId: 7 })).toMatchObject({ value: 2 })
})

it('gives up when every try is overtaken, and says that a later one may do', async () => {
  const chain = startChain()
  const read = readerOf(chain, () => {
    chain.state.branch += 1
  })
  const error = await read(chain.client, { chainId: 7 }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ReadOvertakenError)
  expect(error).toMatchObject({ verb: 'test.twice', chainId: 7, blockNumber: 9n, retryable: true, cause: expect.any(TypeError) })

  chain.state.isGone = true
  await expect(readerOf(chain, () => {})(chain.client, { chainId: 7 })).rejects.toBeInstanceOf(ReadOvertakenError)
})

it('waits for logs that come after the state they led to', async () => {
  const { client } = startChain()
  const behind = new EventUnseenError({ subject: 'Task 1', fact: 'no event is about it', expected: 'one' })
  const lagging = (looks: number) =>
    defineRead('test.lag', async () => {
      if (looks-- > 0) throw behind
      return 'seen'
    })
  await expect(lagging(2)(client, { chainId: 7 })).resolves.toMatchObject({ value: 'seen' })
  await expect(lagging(3)(client, { chainId: 7 })).rejects.toBe(behind)
})

it('leaves an error of the reader as it is, and asks no more about a final block', async () => {
  const chain = startChain()
  const fails = defineRead('test.fails', async () => {
    throw new RangeError('no')
  })
  await expect(fails(chain.client, { chainId: 7 })).rejects.toThrow(new RangeError('no'))
  const looks = chain.state.looks
  await expect(readerOf(chain, () => {})(chain.client, { chainId: 7, at: 'final' })).resolves.toMatchObject({ value: 1 })
  expect(chain.state.looks - looks).toBe(2)
})

it('tries once more what the contract refused, and tells the refusal when it stands', async () => {
  const { client } = startChain()
  const refusal = new ExecutionRevertedError({
    cause: new RpcRequestError({ url: '', body: {}, error: { code: 3, message: '', data: '0x12345678' } }),
  })
  let reads = 0
  const refused = (times: number) =>
    defineRead('test.refused', async () => {
      reads += 1
      if (times-- > 0) throw refusal
      return 'fits'
    })
  await expect(refused(1)(client, { chainId: 7 })).resolves.toMatchObject({ value: 'fits' })
  await expect(refused(2)(client, { chainId: 7 })).rejects.toMatchObject({ name: 'CallRevertedError', data: '0x12345678' })
  expect(reads).toBe(4)
})
