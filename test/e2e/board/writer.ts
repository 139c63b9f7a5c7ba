import { type Client, cell, gateway } from '@hanse/sdk'
import { withLease } from '@hanse/sdk/runtime'
import { concat, type Hex, numberToHex } from 'viem'
import type { Random } from '../../../scripts/simulation/random.ts'
import { operationBytes, operationsIn } from './judge.ts'

/** What all writers of a run share. */
export type Run = {
  readonly homeChainId: number
  readonly space: Hex
  readonly keys: readonly Hex[]
  /** Milliseconds between two looks of a writer that waits. */
  readonly lookMs: number
  /** How often what happened, by its name: refusals, timeouts, crashes, ways of writing. */
  readonly counts: Map<string, number>
  /** Who works under a lease that is permanent, by cell. */
  readonly inside: Map<Hex, number>
  /** What must never be. */
  readonly faults: string[]
}

/** One writer: at home on one chain, with an account on the home of the cells, too. */
export type Writer = {
  readonly run: Run
  readonly client: Client
  readonly index: number
  readonly chainId: number
  readonly random: Random
}

/** The n-th thing that a writer adds. */
export const operationOf = (index: number, n: number): Hex => numberToHex(index * 1_000 + n + 1, { size: operationBytes })

/** What a writer may meet while others write, chains take back blocks and holders die. Whatever else is thrown ends the run. */
const expected = new Set([
  ...['CellStale', 'CellLeased', 'CellContendedError', 'LeaseLostError', 'LeaseNotHeld', 'LeaseTooLong', 'LeaseNotLonger'],
  ...['ReceiptTimeoutError', 'EventUnseenError', 'CallRevertedError'],
])

/** Adds so many things to cells of its choice, each until it stands in a permanent block. */
export async function work(writer: Writer, count: number): Promise<void> {
  const { run, random } = writer
  // By chance alone it might not happen in a short run.
  if (writer.index % 3 === 0) await dieHolding(writer, run.keys[0] ?? '0x')
  for (let n = 0; n < count; n++) {
    const key = run.keys[random.below(run.keys.length)] ?? '0x'
    await bring(writer, { key, operation: operationOf(writer.index, n) })
  }
}

/** A holder that dies, once it got the cell. */
async function dieHolding({ run, client }: Writer, key: Hex): Promise<void> {
  const at = { chainId: run.homeChainId, space: run.space, key }
  const got = await cell.acquire.sync(client, { ...at, duration: 3, timeoutMs: receiptMs }).catch(toCount(run))
  if (got !== undefined) count(run, 'died holding')
}

/** Counts what may happen, and throws what may not. */
function toCount(run: Run): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error) || !expected.has(error.name)) throw error
    count(run, error.name)
    return undefined
  }
}

type Operation = { readonly key: Hex; readonly operation: Hex }

async function bring(writer: Writer, { key, operation }: Operation): Promise<void> {
  const { run } = writer
  for (let attempt = 0; attempt < 300; attempt++) {
    try {
      const at = { chainId: run.homeChainId, space: run.space, key }
      if (has(await cell.read(writer.client, { ...at, at: 'final' }), operation)) return
      // It stands in a block that may still be taken back: only another look tells.
      if (has(await cell.read(writer.client, at), operation)) await pause(run.lookMs)
      else await tryOnce(writer, { key, operation })
    } catch (error) {
      toCount(run)(error)
      await pause(run.lookMs)
    }
  }
  run.faults.push(`writer ${writer.index} could not bring ${operation} in 300 attempts`)
}

/** One of the ways to write, by chance. */
async function tryOnce(writer: Writer, operation: Operation): Promise<void> {
  const { run, random, chainId } = writer
  const isFar = chainId !== run.homeChainId
  const ways = isFar && random.chance(0.6) ? ([['propose', propose]] as const) : homeWays
  const [name, way] = ways[random.below(ways.length)] ?? homeWays[0]
  count(run, name)
  await way(writer, operation)
}

type Way = (writer: Writer, operation: Operation) => Promise<void>

const homeWays: readonly [readonly [string, Way], ...(readonly [string, Way])[]] = [
  ['edit', edit],
  ['stale view', writeStale],
  ['lease', writeHeld],
  ['crash', crash],
]

async function edit({ run, client }: Writer, { key, operation }: Operation): Promise<void> {
  const { homeChainId: chainId, space } = run
  await cell.edit(client, {
    ...{ chainId, space, key, timeoutMs: receiptMs },
    change: (current) => (operationsIn(current.value).includes(operation) ? undefined : concat([current.value ?? '0x', operation])),
  })
}

/** Writes on top of what it saw some blocks ago. */
async function writeStale({ run, client, random }: Writer, { key, operation }: Operation): Promise<void> {
  const at = { chainId: run.homeChainId, space: run.space, key }
  const { freshness } = await cell.read(client, at)
  const { value } = await cell.read(client, { ...at, at: freshness.blockNumber - BigInt(random.between(1, 8)) })
  if (operationsIn(value.value).includes(operation)) return
  const next = concat([value.value ?? '0x', operation])
  await cell.write.sync(client, { ...at, expectedVersion: value.version, value: next, timeoutMs: receiptMs })
}

/** Writes under a lease, once its grant can no longer be taken back; nobody else may be at it meanwhile. */
async function writeHeld({ run, client, index }: Writer, { key, operation }: Operation): Promise<void> {
  const at = { chainId: run.homeChainId, space: run.space, key }
  await withLease(client, { ...at, duration: 10, timeoutMs: receiptMs }, async ({ signal, token }) => {
    while ((await cell.read(client, { ...at, at: 'final' })).value.lease?.token !== token) {
      signal.throwIfAborted()
      await pause(run.lookMs)
    }
    const other = run.inside.get(key)
    if (other !== undefined) run.faults.push(`writers ${other} and ${index} held a cell at once`)
    run.inside.set(key, index)
    count(run, 'worked under a lease')
    const leave = () => void (run.inside.get(key) === index && run.inside.delete(key))
    signal.addEventListener('abort', leave, { once: true })
    try {
      signal.throwIfAborted()
      const { value } = await cell.read(client, at)
      if (operationsIn(value.value).includes(operation)) return
      const next = concat([value.value ?? '0x', operation])
      await cell.write.sync(client, { ...at, expectedVersion: value.version, value: next, timeoutMs: receiptMs })
    } finally {
      leave()
    }
  })
}

/** Dies while it holds the cell, sometimes after a write: what comes next knows nothing of the lease. */
async function crash({ run, client, random }: Writer, { key, operation }: Operation): Promise<void> {
  const at = { chainId: run.homeChainId, space: run.space, key }
  const { event } = await cell.acquire.sync(client, { ...at, duration: random.between(3, 6), timeoutMs: receiptMs })
  count(run, 'died holding')
  if (random.chance(0.5)) return
  const { value } = await cell.read(client, at)
  if (value.lease?.token !== event.token || operationsIn(value.value).includes(operation)) return
  // Sent, and dead before it knows what became of it.
  await cell.write(client, { ...at, expectedVersion: value.version, value: concat([value.value ?? '0x', operation]) })
}

/** Proposes from its own chain, on a view of home that may be old, and waits to be told. */
async function propose(writer: Writer, { key, operation }: Operation): Promise<void> {
  const { run, client, chainId, random } = writer
  const { homeChainId, space } = run
  const at = { chainId: homeChainId, space, key }
  const { value, freshness } = await cell.read(client, random.chance(0.5) ? at : { ...at, at: 'final' })
  if (operationsIn(value.value).includes(operation)) return
  const deadline = Number(freshness.blockTimestamp) + 300
  const proposal = { chainId, homeChainId, space, key, expectedVersion: value.version, deadline }
  const { event, receipt } = await cell.propose.sync(client, {
    ...{ ...proposal, value: concat([value.value ?? '0x', operation]), timeoutMs: receiptMs },
  })
  const answer = await answerTo(writer, { sendId: event.sendId, blockNumber: receipt.blockNumber })
  count(run, answer === undefined ? 'proposal taken back' : `told ${answer.refusal}`)
  // Home answers only what is permanent there.
  if (answer?.refusal !== 'None' || has(await cell.read(client, { ...at, at: 'final' }), operation)) return
  run.faults.push(`${operation} was confirmed and is not there`)
}

type Sent = { readonly sendId: Hex; readonly blockNumber: bigint }

/** What home said. Undefined: the block of the proposal was taken back, and nobody will ever answer. */
async function answerTo({ run, client, chainId }: Writer, { sendId, blockNumber }: Sent): Promise<cell.ProposalAnswer | undefined> {
  let isPermanent = false
  const end = performance.now() + answerMs
  while (performance.now() < end) {
    const { value: answer, freshness } = await cell.getAnswer(client, { chainId, sendId })
    if (answer !== undefined) return answer
    if (!isPermanent && freshness.finalBlockNumber >= blockNumber) {
      const { value: sent } = await gateway.getMessage(client, { chainId, sendId, at: 'final' })
      if (sent === undefined) return undefined
      isPermanent = true
    }
    await pause(run.lookMs)
  }
  run.faults.push(`no answer to ${sendId} within ${answerMs} ms`)
  return undefined
}

/** How long to wait for a receipt, and for home's answer. */
const receiptMs = 6_000
const answerMs = 60_000

const has = ({ value }: { readonly value: cell.CellContent }, operation: Hex): boolean => operationsIn(value.value).includes(operation)

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

function count(run: Run, name: string): void {
  run.counts.set(name, (run.counts.get(name) ?? 0) + 1)
}
