import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement, type ReactNode, StrictMode, useLayoutEffect } from 'react'
import { encodeAbiParameters, encodeEventTopics, type Hex, numberToHex, zeroHash } from 'viem'
import { afterEach, expect, it } from 'vitest'
import { topicAppendedEvent } from '../../../sdk/src/abis/blackboard.ts'
import {
  HanseProvider,
  useAgents,
  useCell,
  useChains,
  useLanes,
  useTask,
  useTasks,
  useTaskTrace,
  useTopic,
  useWhy,
} from '../../../sdk/src/react/index.ts'
import { emptyTopicHead, foldTopic, topicLeaf } from '../../../sdk/src/topic/fold.ts'
import { gateway as board } from '../../watcher/support/fakeChain.ts'
import { createNode, id } from './node.ts'
import { createRoot } from './root.ts'
import { watchTimers } from './timers.ts'

const chainId = 7
const space = id(0x5ace)
const [task, cell, topic] = [
  { chainId, taskId: id(1) },
  { chainId, space, key: id(3) },
  { chainId, space, topic: id(4) },
]

/** Every hook that reads, by name. */
const hooks: Readonly<Record<string, () => unknown>> = {
  useAgents: () => useAgents(),
  useCell: () => useCell(cell),
  useChains: () => useChains(),
  useLanes: () => useLanes(),
  useTask: () => useTask(task),
  useTasks: () => useTasks(),
  useTaskTrace: () => useTaskTrace(task),
  useTopic: () => useTopic(topic),
  useWhy: () => useWhy({ id: id(5) }),
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function start() {
  const node = createNode([chainId, 8, 9])
  const timers = watchTimers()
  const faults: unknown[] = []
  // The cache keeps what nobody looks at for a while, with a timer of its own: not here.
  const queries = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } })
  const root = await createRoot({ onError: (error) => faults.push(error) })
  ends.push(root.unmount, root.leave, timers.leave)
  const show = (child: ReactNode) =>
    root.render(createElement(QueryClientProvider, { client: queries }, createElement(HanseProvider, { client: node.client }, child)))
  return { node, timers, faults, show }
}

const settle = (ms = 10) => new Promise((resolve) => setTimeout(resolve, ms))

/** Uses a hook, and notes what each picture that reached the screen was made of. */
function Look({ use, note }: { readonly use: () => unknown; readonly note?: (seen: never) => void }) {
  const seen = use()
  useLayoutEffect(() => note?.(seen as never))
  return null
}

/** From now on nothing is asked, and nothing waits to be. */
async function expectSilence({ node, timers, faults }: Awaited<ReturnType<typeof start>>) {
  const { length } = node.asked
  node.mine()
  await settle()
  node.release()
  await settle()
  expect(node.asked.slice(length)).toEqual([])
  expect(timers.pending()).toEqual([])
  expect(faults).toEqual([])
}

it.each(Object.keys(hooks))('%s asks nothing and waits for nothing once it is gone, whatever it was doing', async (name) => {
  const started = await start()
  const { node, show } = started
  const look = createElement(Look, { use: hooks[name] ?? (() => {}) })
  for (const child of [look, createElement(StrictMode, null, look)]) {
    // In the middle of a request, early and late in what it does, and when all is answered.
    for (const answered of [1, 6]) {
      const from = node.asked.length
      node.holds = () => node.asked.length - from > answered
      show(child)
      await expect.poll(() => node.asked.length - from, { interval: 1 }).toBeGreaterThan(answered)
      show(null)
      await expectSilence(started)
    }
    node.holds = () => false
    show(child)
    await settle()
    show(null)
    await expectSilence(started)
  }
})

const words = (...numbers: readonly number[]) =>
  `0x${numbers.map((number) => numberToHex(number, { size: 32 }).slice(2)).join('')}` as const

it('a hook that Strict Mode mounted twice follows its chain once, and hears what happens', async () => {
  const { node, show } = await start()
  let version = 1
  node.answers = (data) => (data.includes(cell.key.slice(2)) ? words(version, 0, 0, 0, 0, 0) : undefined)
  const seen: unknown[] = []
  const note = ({ data }: ReturnType<typeof useCell>) => void seen.push(data?.value.version)
  show(createElement(StrictMode, null, createElement(Look, { use: () => useCell(cell), note })))
  await expect.poll(() => seen.at(-1), { interval: 2 }).toBe(1)
  await settle()
  version = 2
  const { length } = node.asked
  node.mine([8])
  await expect.poll(() => seen.at(-1), { interval: 2 }).toBe(2)
  await settle()
  const logs = node.asked.slice(length).filter((call) => call.includes('eth_getLogs'))
  expect([...new Set(logs)]).toEqual(logs)
})

it('a hook that is asked something else never shows what it was asked before', async () => {
  const { node, show, faults } = await start()
  const numbers = [0x11, 0x22]
  const has = (data: Hex, number: number) => data.endsWith(id(number).slice(2))
  node.answers = (data) => numbers.flatMap((number) => (has(data, number) ? [words(number, 0, 0, 0, 0, 0)] : []))[0]
  node.holds = ({ params }) => has(Reflect.get(Object(params?.[0]), 'data') ?? '0x', 0x11)
  const seen: (readonly [number, number | undefined])[] = []
  const ask = (number: number) => {
    const note = ({ data }: ReturnType<typeof useCell>) => void seen.push([number, data?.value.version])
    show(createElement(Look, { use: () => useCell({ ...cell, key: id(number) }), note }))
  }
  ask(0x11)
  await expect.poll(() => node.asked.some((call) => call.includes(id(0x11).slice(2))), { interval: 2 }).toBe(true)
  ask(0x22)
  await expect.poll(() => seen.at(-1), { interval: 2 }).toEqual([0x22, 0x22])
  node.release()
  await settle()
  ask(0x22)
  // The answer came too late for whoever asked, and is not taken for news later.
  expect(seen.filter(([number, version]) => version !== undefined && version !== number)).toEqual([])
  node.holds = () => false
  ask(0x11)
  await expect.poll(() => seen.at(-1), { interval: 2 }).toEqual([0x11, 0x11])
  expect(seen.filter(([number, version]) => version !== undefined && version !== number)).toEqual([])
  expect(faults).toEqual([])
})

it('lanes of other chains are never among those that were asked for', async () => {
  const { show } = await start()
  const seen: (readonly [readonly number[], readonly number[]])[] = []
  const ask = (chainIds: readonly number[]) => {
    const note = ({ items }: ReturnType<typeof useLanes>) =>
      void seen.push([chainIds, items.flatMap(({ originChainId, destinationChainId }) => [originChainId, destinationChainId])])
    show(createElement(Look, { use: () => useLanes({ chainIds }), note }))
  }
  for (const chainIds of [
    [7, 8],
    [8, 9],
    [9, 7],
    [7, 8, 9],
  ]) {
    ask(chainIds)
    await expect.poll(() => seen.at(-1)?.[1].length, { interval: 2 }).toBe(2 * chainIds.length * (chainIds.length - 1))
  }
  expect(seen.filter(([asked, shown]) => shown.some((one) => !asked.includes(one)))).toEqual([])
})

it('a topic shows no entry of the one before', async () => {
  const { node, show } = await start()
  const block = node.chains[0]?.blocks()[2]
  const place = { chainId, board, space, topic: topic.topic }
  const entry = { author: 0xada0n, sequence: 0n, data: '0x1234' } as const
  const head = foldTopic(emptyTopicHead, topicLeaf(place, entry))
  const log = {
    address: board,
    topics: encodeEventTopics({ abi: [topicAppendedEvent], args: { space, topic: topic.topic, author: entry.author } }),
    data: encodeAbiParameters(
      topicAppendedEvent.inputs.filter(({ indexed }) => !indexed),
      [entry.sequence, head, entry.data] as never,
    ),
    ...{ blockNumber: numberToHex(2), blockHash: block?.hash, transactionHash: zeroHash, logIndex: '0x0', removed: false },
  }
  node.logs = ({ fromBlock, toBlock, topics }) => (topics?.length === 1 && Number(fromBlock) <= 2 && Number(toBlock) >= 2 ? [log] : [])
  node.answers = (data) => (data.endsWith(topic.topic.slice(2)) ? `${words(1)}${head.slice(2)}` : undefined)
  const seen: (readonly [Hex, number])[] = []
  const ask = (wanted: Hex) => {
    const note = ({ entries }: ReturnType<typeof useTopic>) => void seen.push([wanted, entries.length])
    show(createElement(Look, { use: () => useTopic({ ...topic, topic: wanted }), note }))
  }
  ask(topic.topic)
  await expect.poll(() => seen.at(-1), { interval: 2 }).toEqual([topic.topic, 1])
  ask(id(5))
  await settle()
  expect(seen.filter(([wanted, count]) => wanted === id(5) && count > 0)).toEqual([])
  ask(topic.topic)
  await expect.poll(() => seen.at(-1), { interval: 2 }).toEqual([topic.topic, 1])
})
