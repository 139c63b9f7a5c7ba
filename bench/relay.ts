/**
 * Relays between two chains with blocks each second and 60M gas, through three watchers of which two must sign: bursts, a quiet lane, and fifty
 * messages a second. Writes bench/results/relay.json.
 *
 * Run: npm run bench:relay [-- --burst 5000 --rounds 3]. Times are by the wall clock of this process, which sees each block within some
 * milliseconds. A burst counts from its first block at the origin to the last block at the destination in which one of its messages ran.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gatewayAbi } from '@hanse/sdk/abis'
import { encodeInteroperable } from '@hanse/sdk/gateway'
import { encodeFunctionData, type Hex, parseGwei } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { at, startTestWorld, startWatcherProcess, type TestChain, until } from '../test/watcher/support/world.ts'
import { machine } from './machine.ts'
import { type Times, watchBlocks } from './relay/blocks.ts'

const { values } = parseArgs({ options: { burst: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '3' } } })
const [burst, rounds] = [Number(values.burst), Number(values.rounds)]
const depth = 1
const finality = { kind: 'depth', depth } as const
const senders = Array.from({ length: 10 }, (_, addressIndex) =>
  mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex }),
)
const cleanups: (() => Promise<void> | void)[] = []

const rules = { finality, gasLimit: 60_000_000 }
const { chains, keys, recipientOf } = await startTestWorld({
  chains: [
    { chainId: 31_001, ...rules },
    { chainId: 31_002, ...rules },
  ],
  watchers: ['a', 'b', 'c'],
  quorum: 2,
  cleanups,
})
const [origin, destination] = [at(chains, 0), at(chains, 1)]
// A block bears 60M gas: a delivery may have 25M of it, which is a hundred messages of 200,000.
const configured = chains.map(({ chainId, url, deployment }) => ({
  chainId,
  rpcUrls: [url],
  finality,
  maxBatchGas: '25000000',
  deployment: { ...deployment, startBlock: `${deployment.startBlock}` },
}))
await Promise.all(keys.map((key) => startWatcherProcess({ key, keys, chains, cleanups, overrides: { chains: configured } })))
const [there, here] = [watchBlocks(origin), watchBlocks(destination, recipientOf(destination))]

/** Signed and ready: `count` messages, dealt over the senders. */
async function sign(count: number): Promise<readonly Hex[]> {
  const to = encodeInteroperable({ chainId: BigInt(destination.chainId), address: recipientOf(destination) })
  const data = encodeFunctionData({ abi: gatewayAbi, functionName: 'sendMessage', args: [to, `0x${'ab'.repeat(64)}`, []] })
  const fees = { maxFeePerGas: parseGwei('100'), maxPriorityFeePerGas: parseGwei('1') }
  const call = { type: 'eip1559', chainId: origin.chainId, to: origin.deployment.gateway, data, gas: 150_000n, ...fees } as const
  const nonces = await Promise.all(senders.map(({ address }) => origin.client.getTransactionCount({ address })))
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const place = index % senders.length
      return at(senders, place).signTransaction({ ...call, nonce: at(nonces, place) + Math.floor(index / senders.length) })
    }),
  )
}

async function post(chain: TestChain, transactions: readonly Hex[]): Promise<void> {
  for (let from = 0; from < transactions.length; from += 100) {
    const calls = transactions
      .slice(from, from + 100)
      .map((raw, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] }))
    const response = await fetch(chain.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls),
    })
    const answers: readonly { error?: unknown }[] = JSON.parse(await response.text())
    const refused = answers.find((answer) => answer.error !== undefined)
    if (refused !== undefined) throw new TypeError(`a message was not taken: ${JSON.stringify(refused.error)}`)
  }
}

/** What became of the messages that were sent since `mark`. */
async function arrivals(mark: number, count: number, seconds: number): Promise<readonly Times[]> {
  const what = `all ${count} messages ran`
  await until(
    what,
    async () =>
      there.sent().length >= mark + count &&
      there
        .sent()
        .slice(mark)
        .every(({ id }) => here.ranAt(id) !== undefined),
    seconds * 1_000,
  )
  return there
    .sent()
    .slice(mark)
    .map(({ id, block }) => ({ sent: there.seenAt(block), final: there.seenAt(block + depth), ran: here.ranAt(id) ?? 0 }))
}

const percentile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)

function figures(times: readonly Times[]) {
  const ascending = (a: number, b: number) => a - b
  const whole = times.map(({ sent, ran }) => ran - sent).sort(ascending)
  const beyond = times.map(({ final, ran }) => ran - final).sort(ascending)
  const seconds = (Math.max(...times.map(({ ran }) => ran)) - Math.min(...times.map(({ sent }) => sent))) / 1_000
  return {
    messages: times.length,
    seconds: Number(seconds.toFixed(2)),
    perSecond: Math.round(times.length / seconds),
    p50Ms: percentile(whole, 0.5),
    p95Ms: percentile(whole, 0.95),
    p99Ms: percentile(whole, 0.99),
    addedBeyondFinalityP99Ms: percentile(beyond, 0.99),
  }
}

/** All at once: they wait in the pool, and the clock of the origin starts when they are there. */
async function runBurst() {
  const transactions = await sign(burst)
  const mark = there.sent().length
  await origin.client.request({ method: 'evm_setIntervalMining', params: [0] })
  await post(origin, transactions)
  await origin.startClock()
  const result = figures(await arrivals(mark, burst, 300))
  console.log('burst', result)
  return result
}

/** Some each so many milliseconds. */
async function runSteady({ count, each, everyMs }: { count: number; each: number; everyMs: number }) {
  const transactions = await sign(count)
  const mark = there.sent().length
  for (let from = 0; from < count; from += each) {
    await post(origin, transactions.slice(from, from + each))
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  const result = figures(await arrivals(mark, count, 120))
  console.log(`${each} each ${everyMs} ms`, result)
  return result
}

try {
  await runSteady({ count: 10, each: 10, everyMs: 100 })
  const quiet = await runSteady({ count: 12, each: 1, everyMs: 4_300 })
  const steady = await runSteady({ count: 1_000, each: 5, everyMs: 100 })
  const bursts = []
  for (let round = 0; round < rounds; round++) bursts.push(await runBurst())
  const median = [...bursts].sort((a, b) => a.perSecond - b.perSecond)[Math.floor(bursts.length / 2)]
  const bars = { burst: { perSecond: 300 }, quietAndSteady: { p50Ms: 2_500, addedBeyondFinalityP99Ms: 2_000 } }
  const result = { ...median, bars, finality, bursts: bursts.map(({ perSecond }) => perSecond), quiet, steady, machine: machine() }
  writeFileSync(new URL('./results/relay.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`)
} finally {
  there.stop()
  here.stop()
  for (const cleanup of cleanups.reverse()) await cleanup()
}
process.exit(0)
