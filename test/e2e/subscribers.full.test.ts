import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainsOf, startProcess, userAccount } from '@hanse/devnet'
import { type Client, cell, chainOf, clientOf, createClient, topic } from '@hanse/sdk'
import { blackboardAbi } from '@hanse/sdk/abis'
import { type Hex, keccak256, parseEventLogs, toHex } from 'viem'
import { getLogs } from 'viem/actions'
import { expect, it, onTestFinished } from 'vitest'
import { createRandom, type Random } from '../../scripts/simulation/random.ts'
import { until, useWorld } from '../support/world.ts'
import { recordBoard } from './board/record.ts'
import { authorName, readHandled, type SubscriberConfig } from './fixtures/subscriber.ts'

const isFull = process.env.HANSE_FULL === '1'
/** So many processes of so many subscribers each. */
const [hosts, each] = isFull ? [20, 5] : [5, 2]
const perWriter = isFull ? 40 : 12
/** Milliseconds that a process lives at most before it is killed: many start slowly side by side, and must get somewhere first. */
const lifeMs = isFull ? 15_000 : 2_500
const home = 1001
const ids = [home, 1002, 1003]
const finality = { kind: 'depth', depth: 4 } as const
const feed = keccak256(toHex('feed'))

const world = useWorld({ chains: ids.map((chainId) => ({ chainId, blockTime: 0.3, finality })), watchers: 3, quorum: 2, users: 3 })
const writerOf = (index: number): Client =>
  createClient({ chains: chainsOf(world.now.info), account: userAccount(index), pollingIntervalMs: 100 })
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

async function openFeed(client: Client): Promise<Hex> {
  const writers = ids.map((chainId, index) => ({ chainId, account: userAccount(index).address }))
  return (await cell.openSpace.sync(client, { chainId: home, writers, salt: keccak256(toHex('feed')) })).event.space
}

/** The first writer appends at home, the others propose from their chains and wait until home answered. What a reorganisation takes back is gone. */
async function writeAll(space: Hex): Promise<void> {
  const one = async (index: number, n: number) => {
    const client = writerOf(index)
    const chainId = ids[index] ?? home
    const data = toHex(`entry ${n} of writer ${index}`)
    if (chainId === home)
      return void (await topic.append.sync(client, { chainId, space, topic: feed, data, timeoutMs: 3_000 }).catch(ignoreLost))
    const deadline = Math.floor(Date.now() / 1000) + 3_600
    const { event } = await topic.proposeEntry.sync(client, { chainId, homeChainId: home, space, topic: feed, data, deadline })
    return { client, chainId, sendId: event.sendId }
  }
  const sent = await Promise.all(
    ids.map(async (_, index) => {
      const proposals = []
      for (let n = 0; n < perWriter; n++) proposals.push(await one(index, n))
      return proposals
    }),
  )
  for (const proposal of sent.flat()) {
    if (proposal === undefined) continue
    const { client, chainId, sendId } = proposal
    const answer = await until(`home answers ${sendId}`, async () => (await cell.getAnswer(client, { chainId, sendId })).value, 60_000)
    expect(answer.refusal).toBe('None')
  }
}

/** What a writer meets while blocks are taken back: no receipt, or a node in the middle of it that has no newest block. */
function ignoreLost(error: unknown): void {
  if (!(error instanceof Error) || !['ReceiptTimeoutError', 'CallRevertedError'].includes(error.name)) throw error
}

/** How much each process had handled when it was killed. */
type Kills = number[][]

/** Runs a process of subscribers and kills it at random, again and again until all is written; the last one is left running. */
async function runHost(config: SubscriberConfig, { random, isOver, kills }: { random: Random; isOver: () => boolean; kills: Kills }) {
  const start = () =>
    startProcess({
      ...{ name: 'subscribers', command: process.execPath, ipc: true },
      arguments: [join(import.meta.dirname, 'fixtures/subscriber.ts'), JSON.stringify(config)],
    })
  let running = await start()
  onTestFinished(() => running.stop({ graceMs: 0 }))
  while (!isOver()) {
    await running.firstLine({ select: (line) => line === 'subscribed' || undefined, timeoutMs: 60_000 })
    await pause(random.between(0, lifeMs))
    running.signal('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    kills.push(config.files.map(handledIn))
    await pause(random.between(0, 400))
    running = await start()
  }
}

const handledIn = (file: string): number => readHandled(file)?.entries.length ?? 0

/** The topic as it stands at home, straight from the node's logs. */
async function entriesAtHome(client: Client, space: Hex) {
  const { blackboard: address, startBlock } = chainOf(client, home).deployment
  if (address === undefined) throw new TypeError('the suite has no blackboard')
  const logs = await getLogs(clientOf(client, home), { address, fromBlock: BigInt(startBlock), toBlock: 'latest' })
  return parseEventLogs({ abi: blackboardAbi, eventName: 'TopicAppended', logs })
    .filter(({ args }) => args.space === space && args.topic === feed)
    .map(({ args }) => ({
      sequence: `${args.sequence}`,
      author: authorName(cell.toAuthor(args.author, { homeChainId: home })),
      data: args.data,
    }))
}

it(
  `${hosts * each} subscribers that are killed at random lose nothing and have nothing twice`,
  async () => {
    const random = createRandom(100)
    const client = writerOf(0)
    const space = await openFeed(client)
    const folder = mkdtempSync(join(tmpdir(), 'hanse-subscribers-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const began = performance.now()
    const { rpcUrls, deployment } = chainOf(client, home)
    const place = {
      chainId: home,
      rpcUrls,
      board: deployment.blackboard ?? '0x',
      space,
      topic: feed,
      startBlock: `${deployment.startBlock}`,
    }
    const files = Array.from({ length: hosts * each }, (_, i) => join(folder, `${i}.json`))

    let isOver = false
    const kills: Kills = []
    const following = Array.from({ length: hosts }, (_, host) => {
      const config = { ...place, depth: finality.depth, pollMs: isFull ? 500 : 150, files: files.slice(host * each, (host + 1) * each) }
      return runHost(config, { random: random.fork(host), isOver: () => isOver, kills })
    })
    let reorgs = 0
    const disturbing = (async () => {
      while (!isOver) {
        await pause(random.between(1_500, 3_000))
        await world.now.reorg({ chainId: home, depth: random.between(2, finality.depth - 1) })
        reorgs += 1
      }
    })()
    await writeAll(space).finally(() => {
      isOver = true
    })
    await Promise.all([disturbing, ...following])

    const expected = await entriesAtHome(client, space)
    expect(expected.length).toBeGreaterThanOrEqual(2 * perWriter)
    await until('all subscribers have all', async () => files.every((file) => handledIn(file) >= expected.length), 90_000)
    for (const file of files) expect(readHandled(file)?.entries).toEqual(expected)
    const midway = kills.filter((counts) => counts.some((count) => count > 0 && count < expected.length)).length
    expect(midway).toBeGreaterThan(0)
    const seconds = Math.round((performance.now() - began) / 1000)
    recordBoard(`subscribers.${hosts * each}`, {
      entries: expected.length,
      lost: 0,
      twice: 0,
      kills: kills.length,
      midway,
      reorgs,
      seconds,
    })
  },
  isFull ? 1_200_000 : 150_000,
)
