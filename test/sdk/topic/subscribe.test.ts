import { type Hex, numberToHex } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { topic } from '../../../sdk/src/index.ts'
import { eip1193Transport, type RpcCall } from '../../../sdk/src/sync/index.ts'
import { ada, type BoardBench, bo, hash, startBoard } from '../support/boards.ts'

let feed: Hex
let startBlock: bigint
let bench: BoardBench

beforeAll(async () => {
  bench = await startBoard()
})
beforeEach(async ({ task }) => {
  feed = hash(task.name)
  startBlock = (await bench.chain.node.getBlockNumber()) + 1n
})

const append = (data: Hex, account = ada) => topic.append.sync(bench.client, { ...bench.at, topic: feed, data, account })

type Answer = (call: RpcCall, request: (call: RpcCall) => Promise<unknown>) => Promise<unknown>

/** A provider, perhaps one that bends its answers. */
const providerOf = (answer: Answer = (call, request) => request(call)) =>
  eip1193Transport({
    name: 'here',
    request: (call) => answer(call, (plain) => bench.chain.provider.request({ ...plain, params: [...plain.params] })),
  })

/** Subscribes until so many entries were handled, or a fault was told. */
async function collect({
  until,
  cursors,
  answer,
  onEntry = () => {},
}: {
  readonly until: number
  readonly cursors?: topic.CursorStore
  readonly answer?: Answer
  readonly onEntry?: (entry: topic.TopicEntry) => void
}) {
  const stop = new AbortController()
  const entries: topic.TopicEntry[] = []
  const faults: unknown[] = []
  const { chainId, space } = bench.at
  await topic.subscribe({
    ...{ chainId, space, topic: feed, board: bench.chain.deployment.blackboard ?? '0x', startBlock },
    ...{ transports: [providerOf(answer)], finality: { kind: 'depth', depth: 0 }, pollMs: 1, signal: stop.signal },
    ...(cursors === undefined ? {} : { cursors }),
    onEntry: (entry) => {
      onEntry(entry)
      entries.push(entry)
      if (entries.length >= until) stop.abort()
    },
    onFault: (error) => {
      faults.push(error)
      stop.abort()
    },
  })
  return { entries, faults }
}

function cursorsInMemory(): topic.CursorStore & { current: () => topic.TopicCursor | undefined } {
  let kept: topic.TopicCursor | undefined
  const save = async (cursor: topic.TopicCursor) => {
    kept = cursor
  }
  return { load: async () => kept, save, current: () => kept }
}

describe('subscribe', () => {
  it('hands on every entry in order, folding to the head of the contract', async () => {
    for (let i = 0; i < 5; i++) await append(numberToHex(i, { size: 2 }), i % 2 === 0 ? ada : bo)
    const { entries } = await collect({ until: 5 })
    expect(entries.map(({ sequence, data }) => [sequence, data])).toEqual(
      [0, 1, 2, 3, 4].map((i) => [BigInt(i), numberToHex(i, { size: 2 })]),
    )
    expect(entries.map(({ author }) => author.account)).toEqual([ada, bo, ada, bo, ada].map(({ address }) => address))
    const { value } = await topic.getTopic(bench.client, { ...bench.at, topic: feed })
    expect(value).toEqual({ length: 5n, head: entries.at(-1)?.head })
  })

  it('goes on after its cursor, and gives again what was not committed', async () => {
    const cursors = cursorsInMemory()
    for (let i = 0; i < 4; i++) await append(numberToHex(i, { size: 1 }))
    const seen: bigint[] = []
    await collect({ until: 2, cursors, onEntry: ({ sequence }) => seen.push(sequence) })
    expect(cursors.current()?.length).toBe(2n)
    // The handler dies in the middle of the third.
    const died = await collect({
      ...{ until: 9, cursors },
      onEntry: () => {
        throw new TypeError('killed')
      },
    })
    expect(died).toMatchObject({ entries: [], faults: [{ message: 'killed' }] })
    await append('0x04')
    await collect({ until: 3, cursors, onEntry: ({ sequence }) => seen.push(sequence) })
    expect(seen).toEqual([0n, 1n, 2n, 3n, 4n])
  })

  const isEntry = (log: Record<string, Hex>, i: number) => log.data?.includes(hash(`entry ${i}`).slice(2)) ?? false

  it.each<[string, number, (logs: readonly Record<string, Hex>[]) => unknown]>([
    ['leaves one out', 1, (logs) => logs.filter((log) => !isEntry(log, 1))],
    ['leaves the last out', 2, (logs) => logs.filter((log) => !isEntry(log, 2))],
    ['leaves all out', 0, () => []],
    [
      'changes one',
      1,
      (logs) => logs.map((log) => (isEntry(log, 1) ? { ...log, data: log.data?.replace(hash('entry 1').slice(2), '77'.repeat(32)) } : log)),
    ],
    ['gives one to another author', 2, (logs) => logs.map((log) => (isEntry(log, 2) ? { ...log, topics: bend(log) } : log))],
  ])('hands on nothing untrue of a provider that %s', async (_, first, bendLogs) => {
    for (let i = 0; i < 3; i++) await append(hash(`entry ${i}`))
    const answer: Answer = async (call, request) => {
      const result = await request(call)
      return call.method === 'eth_getLogs' && Array.isArray(result) ? bendLogs(result) : result
    }
    const { entries, faults } = await collect({ until: 3, answer })
    // What was proved before the lie is handed on; the lie and what comes after it never is.
    expect(entries.length).toBeLessThanOrEqual(first)
    expect(entries.map(({ data }) => data)).toEqual(entries.map((_, i) => hash(`entry ${i}`)))
    expect(faults).toMatchObject([{ name: 'TopicIncompleteError', retryable: true }])
  })
})

const bend = ({ topics }: Record<string, unknown>) => (Array.isArray(topics) ? [...topics.slice(0, 3), hash('another')] : topics)
