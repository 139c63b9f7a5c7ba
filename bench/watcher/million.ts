// A watcher with a million messages behind it, ten thousand of them on their way: how long until it is ready, and what memory it takes. And one
// with nothing to do: what it asks of its providers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { emptyHead, fold, keccak, laneKey } from '@hanse/sdk/gateway'
import { encodeState } from '@hanse/sdk/sync'
import { type Address, type Hex, numberToHex } from 'viem'
import { configFor } from '../../test/watcher/support/context.ts'
import { createStore } from '../../watcher/src/store/sqlite.ts'
import { type FakeNode, hashOf, startFakeNode } from './fakeNode.ts'

const main = fileURLToPath(new URL('../../watcher/src/main.ts', import.meta.url))
const place = (index: number): Address => numberToHex(index, { size: 20 })
const [gateway, watcherSet] = [place(3), place(4)]
const lane = { originChainId: 1n, originGateway: gateway, destinationChainId: 2n }

type World = { directory: string; nodes: Map<number, FakeNode[]>; from: bigint }

/** Two chains behind some nodes each, and a place for the watcher's files. */
async function startNodes({
  providers,
  blockMs,
  count,
  head,
}: {
  providers: number
  blockMs: number
  count: bigint
  head: Hex
}): Promise<World> {
  const [startedAt, from] = [Date.now(), 1_000n]
  const nodes = new Map<number, FakeNode[]>()
  for (const chainId of [1, 2]) {
    const state = { destinationChainId: chainId === 1 ? 2 : 9, nonce: count, head }
    const options = { chainId, blockMs, from, lane: state, gateway, watcherSet, startedAt }
    nodes.set(chainId, await Promise.all(Array.from({ length: providers }, () => startFakeNode(options))))
  }
  return { directory: mkdtempSync(join(tmpdir(), 'hanse-bench-watcher-')), nodes, from }
}

async function startWatcher({ directory, nodes }: World) {
  const config = configFor({ dataDir: directory, logLevel: 'error' })
  const chains = config.chains.map((chain) => ({ ...chain, rpcUrls: nodes.get(chain.chainId)?.map(({ url }) => url) }))
  const path = join(directory, 'config.json')
  writeFileSync(path, JSON.stringify({ ...config, chains }))
  const env = { ...process.env, A: '01'.repeat(32), B: '02'.repeat(32) }
  const began = performance.now()
  const child = spawn(process.execPath, [main, '--config', path], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const { url }: { url: string } = JSON.parse(String(line))
  while (!(await fetch(new URL('/ready', url))).ok) await new Promise((resolve) => setTimeout(resolve, 20))
  const readySeconds = (performance.now() - began) / 1000
  const readyCpuSeconds = cpuSecondsOf(child.pid)
  const megabytes = () => Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024)
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return { readySeconds, readyCpuSeconds, megabytes, stop }
}

/** CPU time of a process so far: other work on the machine disturbs it little. */
function cpuSecondsOf(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  // Ticks of a hundredth of a second, in user mode and in the kernel.
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function stopNodes({ nodes, directory }: World): Promise<void> {
  await Promise.all([...nodes.values()].flat().map((node) => node.stop()))
  rmSync(directory, { recursive: true, force: true })
}

/** Fills a store as if a lane had been read to its end. */
function fill({ directory, from, count, pending }: { directory: string; from: bigint; count: number; pending: number }): Hex {
  createStore({ dataDir: directory }).close()
  const database = new DatabaseSync(join(directory, 'cache.sqlite'))
  const message = database.prepare('insert into message values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const done = database.prepare('insert into delivery values (?, 2, ?, ?)')
  const waiting = database.prepare('insert into pending values (?, 2, ?, null)')
  const key = laneKey(lane)
  const payload = `0x${'ab'.repeat(100)}`
  let head: Hex = emptyHead
  database.exec('pragma synchronous = off; begin')
  for (let nonce = 0; nonce < count; nonce++) {
    const leaf = keccak(numberToHex(nonce, { size: 32 }))
    head = fold(head, leaf)
    message.run(key, nonce, leaf, head, place(8), place(9), 200_000, 0, payload, 1 + Math.floor(nonce / 1_100), leaf, 0)
    if (nonce < count - pending) done.run(key, nonce, 'Consumed')
    else waiting.run(key, nonce)
  }
  for (const chainId of [1, 2]) {
    const final = { number: from - 5n, hash: hashOf(chainId, from - 5n), parentHash: hashOf(chainId, from - 6n), timestamp: from - 5n }
    const state = { destinationChainId: 2, nonce: BigInt(count), head }
    const lanes = chainId === 1 ? [state, { destinationChainId: 0, nonce: 0n, head: emptyHead }] : []
    saved.set(chainId, encodeState({ scope: '', final, lanes, tail: [], halt: undefined }))
  }
  database.exec('commit')
  database.close()
  return head
}

const saved = new Map<number, string>()

/** The state of a sync names what it was made from; the watcher that runs once before writes that name. */
function adopt(directory: string): void {
  const database = new DatabaseSync(join(directory, 'cache.sqlite'))
  for (const row of database.prepare('select chain_id, state from sync_state').all()) {
    const [chainId, own] = [Number(row.chain_id), JSON.parse(String(row.state))]
    const { scope: _, ...rest } = JSON.parse(saved.get(chainId) ?? '{}')
    const state = JSON.stringify({ ...own, ...(chainId === 1 ? rest : { final: rest.final, tail: [] }) })
    database.prepare('update sync_state set state = ? where chain_id = ?').run(state, chainId)
  }
  database.close()
}

/** Seconds from the start of the process to the first `/ready` that is good, and memory then and after a while. */
export async function measureMillion({ count, pending }: { count: number; pending: number }) {
  const scratch = mkdtempSync(join(tmpdir(), 'hanse-bench-fill-'))
  const head = fill({ directory: scratch, from: 1_000n, count, pending })
  // Once against an empty lane, to learn what the watcher calls its sources.
  const first = await startNodes({ providers: 1, blockMs: 1_000, count: 0n, head: emptyHead })
  await (await startWatcher({ ...first, directory: scratch })).stop()
  await stopNodes(first)
  adopt(scratch)
  const world = await startNodes({ providers: 1, blockMs: 1_000, count: BigInt(count), head })
  const watcher = await startWatcher({ ...world, directory: scratch })
  const atReady = watcher.megabytes()
  await new Promise((resolve) => setTimeout(resolve, 8_000))
  const later = watcher.megabytes()
  const storeMegabytes = Math.round(statSync(join(scratch, 'cache.sqlite')).size / 1e6)
  await watcher.stop()
  await stopNodes(world)
  rmSync(scratch, { recursive: true, force: true })
  return {
    messages: count,
    pending,
    readySeconds: Number(watcher.readySeconds.toFixed(2)),
    readyCpuSeconds: watcher.readyCpuSeconds,
    megabytesAtReady: atReady,
    megabytes: later,
    storeMegabytes,
  }
}

/** Requests per provider and block while nothing happens. */
export async function measureIdle({ seconds, blockMs, providers }: { seconds: number; blockMs: number; providers: number }) {
  const world = await startNodes({ providers, blockMs, count: 0n, head: emptyHead })
  const watcher = await startWatcher(world)
  // The first looks learn the pace.
  await new Promise((resolve) => setTimeout(resolve, 8 * blockMs))
  const all = [...world.nodes.values()].flat()
  const before = all.map((node) => ({ requests: node.requests(), height: node.height() }))
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const rates = all.map((node, index) => {
    const { requests, height } = before[index] ?? { requests: 0, height: 0n }
    return (node.requests() - requests) / Number(node.height() - height)
  })
  await watcher.stop()
  await stopNodes(world)
  return { chains: 2, providers, blockMs, seconds, requestsPerProviderAndBlock: Number(Math.max(...rates).toFixed(3)) }
}
