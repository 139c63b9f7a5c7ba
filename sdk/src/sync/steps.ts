import { messageOf } from '../errors/base.ts'
import {
  ChainMovedError,
  FinalityViolatedError,
  LaneIncompleteError,
  ProvidersDisagreeError,
  RpcRefusedError,
  RpcUnavailableError,
  StateMissingError,
} from './errors.ts'
import { type FinalRange, type RangeRequest, readFinalRange } from './finalRange.ts'
import { checkChainIds } from './identity.ts'
import { checkLanes } from './lanes.ts'
import { haltMachine, loadMachine, type Machine, noteHalt, noteHead, notify, saveMachine } from './machine.ts'
import { agreedTarget, type Observation, observe } from './observe.ts'
import { keptLength, readBase, readTail } from './tail.ts'
import type { SyncLog } from './types.ts'

/** Blocks that may lie between what is final and the top for the tail to start there. */
const maxGap = 512n
/** Most quiet blocks that wait for the next look. */
const maxQuiet = 32n
/** Longest tail that is kept while finality stands still. */
const maxTail = 2_048

/** One step of a chain. Resolves to whether more is waiting; what went wrong is in the status. */
export async function step(machine: Machine): Promise<boolean> {
  machine.counters.polls++
  try {
    const hasMore = await poll(machine)
    machine.lastError = undefined
    return hasMore
  } catch (error) {
    machine.counters.failures++
    machine.preferred++
    if (error instanceof ProvidersDisagreeError) machine.counters.disagreements++
    if (error instanceof LaneIncompleteError) machine.counters.incomplete++
    machine.lastError = messageOf(error)
    return false
  }
}

/** Observes, undoes what is gone, takes what is final, and appends what is new. */
async function poll(machine: Machine): Promise<boolean> {
  if (!machine.isLoaded) await loadMachine(machine)
  if (machine.halt !== undefined) {
    await noteHalt(machine)
    return false
  }
  const observations = await look(machine)
  const trusted = observations.filter((seen) => seen.final === 'same')
  const primary = trusted[machine.preferred % Math.max(trusted.length, 1)] ?? observations[0]
  if (primary === undefined) return false
  noteHead(machine, primary.latest)
  await heedGuard(machine, observations)
  await revertTo(machine, await keptLength({ ...primary, tail: machine.tail }))
  const target = agreedTarget({ observations: trusted, needed: machine.options.agreement })
  if (target !== undefined && (machine.target === undefined || target > machine.target)) machine.target = target
  // What is above finality goes on while what is final waits for agreement.
  const [taken] = await Promise.allSettled([target === undefined ? false : takeFinal({ machine, observations: trusted, target })])
  const hasMore = taken.status === 'fulfilled' && taken.value
  const hasMoreTail = !hasMore && machine.halt === undefined && (await takeTail(machine, primary))
  if (taken.status === 'rejected') throw taken.reason
  return hasMore || hasMoreTail
}

/** With an agreement of one, one provider is asked and the next one only when it fails; else all are. */
async function look(machine: Machine): Promise<readonly Observation[]> {
  const { chainId, transports, agreement, finality } = machine.options
  machine.serving = await checkChainIds({ chainId, transports, known: machine.serving })
  const asked =
    agreement > 1
      ? machine.serving
      : machine.serving.map((_, index) => machine.serving[(machine.preferred + index) % machine.serving.length])
  const top = machine.tail.at(-1)?.number
  const extras = machine.options.isFrugal ? { next: top === undefined ? undefined : top + 1n, range: waitingRange(machine) } : {}
  const found: Observation[] = []
  let failure: unknown
  for (const group of agreement > 1 ? [asked] : asked.map((transport) => [transport])) {
    const answers = await Promise.allSettled(
      group.map((transport) =>
        transport === undefined ? Promise.reject() : observe({ transport, finality, final: machine.final, ...extras }),
      ),
    )
    for (const answer of answers) {
      if (answer.status === 'fulfilled') found.push(answer.value)
      else failure ??= answer.reason
    }
    if (found.length >= agreement) return found
  }
  throw failure ?? new RpcUnavailableError({ provider: transports.map(({ name }) => name).join(), detail: `none serves chain ${chainId}` })
}

/** The final range that waited for this look. */
function waitingRange(machine: Machine): RangeRequest | undefined {
  return machine.isQuiet && machine.target !== undefined ? rangeTo(machine, machine.target) : undefined
}

/** The next final range on the way to `target`. */
function rangeTo({ options, carried, final, range, tail }: Machine, target: bigint): RangeRequest {
  const { sources, lanes, startBlock } = options
  const from = (carried?.to ?? final)?.number ?? startBlock - 1n
  const to = target - from > range ? from + range : target
  return { sources, lanes, from: from + 1n, to, toHash: tail.find((block) => block.number === to)?.hash }
}

/** Whether the tail knows all blocks after `from` up to `to`, few of them, and none with an event. */
function isQuietRange({ options, carried, tail }: Machine, { from, to }: { from: bigint; to: bigint }): boolean {
  if (!options.isFrugal || carried !== undefined || to - from > maxQuiet) return false
  const blocks = tail.filter((block) => block.number > from && block.number <= to)
  return BigInt(blocks.length) === to - from && blocks.every((block) => block.logs.length === 0)
}

async function heedGuard(machine: Machine, observations: readonly Observation[]): Promise<void> {
  const verdict = machine.guard.judge({ observations, final: machine.final })
  if (verdict.halt !== undefined) await haltMachine(machine, { reason: verdict.halt, detail: verdict.detail })
  if (!verdict.mayAdvance) throw new ChainMovedError({ chainId: machine.options.chainId, detail: verdict.detail })
}

async function revertTo(machine: Machine, length: number): Promise<void> {
  if (length >= machine.tail.length) return
  machine.counters.reorgs++
  await notify(machine, { kind: 'reverted', chainId: machine.options.chainId, blocks: machine.tail.slice(length).reverse() })
  machine.tail = machine.tail.slice(0, length)
  await saveMachine(machine)
}

type Goal = { machine: Machine; observations: readonly Observation[]; target: bigint }

async function takeFinal({ machine, observations, target }: Goal): Promise<boolean> {
  const { chainId, agreement } = machine.options
  const { carried } = machine
  const asked = askedRange(machine, observations)
  const wanted = asked ?? rangeTo(machine, target)
  const { from, to } = wanted
  if (target < from) return false
  const answers = asked && observations.flatMap(({ range }) => (range === undefined ? [] : [range.answer]))
  if (answers === undefined && isQuietRange(machine, { from: from - 1n, to: target })) {
    machine.isQuiet = true
    return false
  }
  const transports = observations.filter((seen) => seen.latest.number >= to).map((seen) => seen.transport)
  const request = { ...wanted, chainId, transports, needed: agreement, answers }
  machine.isQuiet = false
  const read = await readRange({ machine, request, target })
  if (read === undefined) return true
  checkLinks(machine, read.logs)
  const logs = [...(carried?.logs ?? []), ...read.logs]
  const first = carried?.from ?? from
  if (read.isUnproven) machine.carried = { from: first, to: read.to, logs }
  else await finalize({ machine, first, logs, read })
  machine.isQuiet = to < target && isQuietRange(machine, { from: to, to: target })
  return to < target && !machine.isQuiet
}

/** The range that was asked about along with this look, unless the chain moved below it. */
function askedRange(machine: Machine, observations: readonly Observation[]): RangeRequest | undefined {
  const asked = observations.find(({ range }) => range !== undefined)?.range?.request
  const now = asked && rangeTo(machine, asked.to)
  return now?.from === asked?.from && now?.to === asked?.to && now?.toHash === asked?.toHash ? asked : undefined
}

/** Holds what was read against the contract's lanes, tells the consumer, and moves the cursor. */
async function finalize({
  machine,
  first,
  logs,
  read,
}: {
  machine: Machine
  first: bigint
  logs: readonly SyncLog[]
  read: FinalRange
}): Promise<void> {
  const { chainId, lanes } = machine.options
  machine.carried = undefined
  const held = new Set(logs.map((log) => log.blockHash))
  if (machine.tail.some((block) => block.logs.length === 0 && held.has(block.hash))) machine.trustsBloom = false
  const states = lanes === undefined ? [] : checkLanes({ chainId, source: lanes, before: machine.lanes, logs, after: read.lanes })
  await notify(machine, { kind: 'finalized', chainId, from: first, to: read.to, logs, lanes: states }).catch(async (error: unknown) => {
    if (error instanceof FinalityViolatedError) await haltMachine(machine, { reason: 'finality-violated', detail: error.detail })
    throw error
  })
  machine.final = read.to
  machine.lanes = states
  machine.tail = machine.tail.filter((block) => block.number > read.to.number)
  await saveMachine(machine)
}

type Read = FinalRange & { readonly isUnproven: boolean }

/**
 * Reads a range. One that is refused or too slow is halved, which gives undefined; those that come get longer step by step. Where a provider has no
 * state of an old block any more, the range comes unproven, and is proven together with a later one.
 */
async function readRange(parameters: { machine: Machine; request: readFinalRange.Parameters; target: bigint }): Promise<Read | undefined> {
  const { machine, request, target } = parameters
  const { maxRange = 5_000n, rangeBytes = 4_194_304 } = machine.options
  try {
    const read = await readFinalRange(request)
    machine.range = nextRange({ range: machine.range, read: request.to - request.from + 1n, logs: read.logs, maxRange, rangeBytes })
    return { ...read, isUnproven: false }
  } catch (error) {
    if (error instanceof StateMissingError && request.to < target)
      return { ...(await readFinalRange({ ...request, answers: undefined, lanes: undefined })), isUnproven: true }
    if (!(error instanceof RpcRefusedError || error instanceof RpcUnavailableError) || request.to === request.from) throw error
    machine.counters.splits++
    machine.range = (request.to - request.from + 1n) / 2n
    if (error instanceof RpcRefusedError) return undefined
    throw error
  }
}

/** Bytes of a log in an answer, besides its data. */
const logBytes = 600

/** How long the next range may be: a quarter longer, but no longer than what holds so many bytes at the density seen. */
function nextRange({ range, read, logs, maxRange, rangeBytes }: NextRange): bigint {
  const bytes = logs.reduce((sum, log) => sum + logBytes + log.data.length, 0)
  const longer = range + range / 4n + 1n
  const dense = bytes === 0 ? maxRange : (read * BigInt(rangeBytes)) / BigInt(bytes)
  const [least = 1n] = [longer, dense, maxRange].sort((a, b) => (a < b ? -1 : 1))
  return least < 1n ? 1n : least
}

type NextRange = { range: bigint; read: bigint; logs: readonly SyncLog[]; maxRange: bigint; rangeBytes: number }

/** Logs of blocks whose hash the tail knows must lie in just those blocks. */
function checkLinks({ tail, options }: Machine, logs: readonly SyncLog[]): void {
  const known = new Map(tail.map((block) => [block.number, block.hash]))
  const stray = logs.find((log) => (known.get(log.blockNumber) ?? log.blockHash) !== log.blockHash)
  if (stray !== undefined)
    throw new ChainMovedError({ chainId: options.chainId, detail: `a final log lies in another block ${stray.blockNumber} than before` })
}

async function takeTail(machine: Machine, primary: Observation): Promise<boolean> {
  const { chainId, sources, startBlock, hasTail = true } = machine.options
  const { transport, latest, next } = primary
  const mayHold = machine.trustsBloom ? machine.mayHold : () => true
  if (!hasTail || machine.tail.length >= maxTail || latest.number < startBlock) return false
  const base = machine.tail.at(-1) ?? machine.final ?? (await readBase({ transport, startBlock }))
  if (base === undefined || latest.number - base.number > maxGap) return false
  const blocks = await readTail({ transport, chainId, sources, base, latest, next, mayHold })
  const last = blocks.at(-1)
  if (last === undefined) return false
  await notify(machine, { kind: 'committed', chainId, blocks })
  machine.tail = [...machine.tail, ...blocks]
  await saveMachine(machine)
  return last.number < latest.number
}
