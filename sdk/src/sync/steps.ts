import {
  ChainMovedError,
  LaneIncompleteError,
  ProvidersDisagreeError,
  RpcRefusedError,
  RpcUnavailableError,
  StateMissingError,
} from './errors.ts'
import { type FinalRange, readFinalRange } from './finalRange.ts'
import { checkChainIds } from './identity.ts'
import { checkLanes } from './lanes.ts'
import { haltMachine, loadMachine, type Machine, noteHead, notify, saveMachine } from './machine.ts'
import { agreedTarget, type Observation, observe } from './observe.ts'
import { keptLength, readBase, readTail } from './tail.ts'
import type { SyncLog } from './types.ts'

/** Blocks that may lie between what is final and the top for the tail to start there. */
const maxGap = 512n
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
    machine.lastError = error instanceof Error ? error.message : String(error)
    return false
  }
}

/** Observes, undoes what is gone, takes what is final, and appends what is new. */
async function poll(machine: Machine): Promise<boolean> {
  if (!machine.isLoaded) await loadMachine(machine)
  if (machine.halt !== undefined) return false
  const observations = await look(machine)
  const trusted = observations.filter((seen) => seen.final === 'same')
  const primary = trusted[machine.preferred % Math.max(trusted.length, 1)] ?? observations[0]
  if (primary === undefined) return false
  noteHead(machine, primary.latest)
  await heedGuard(machine, observations)
  await revertTo(machine, await keptLength({ transport: primary.transport, tail: machine.tail, latest: primary.latest }))
  const target = agreedTarget({ observations: trusted, needed: machine.options.agreement })
  if (target !== undefined && (machine.target === undefined || target > machine.target)) machine.target = target
  // What is above finality goes on while what is final waits for agreement.
  const [taken] = await Promise.allSettled([target === undefined ? false : takeFinal({ machine, observations: trusted, target })])
  const hasMore = taken.status === 'fulfilled' && taken.value
  const hasMoreTail = !hasMore && (await takeTail(machine, primary))
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
  const found: Observation[] = []
  let failure: unknown
  for (const group of agreement > 1 ? [asked] : asked.map((transport) => [transport])) {
    const answers = await Promise.allSettled(
      group.map((transport) => (transport === undefined ? Promise.reject() : observe({ transport, finality, final: machine.final }))),
    )
    for (const answer of answers) {
      if (answer.status === 'fulfilled') found.push(answer.value)
      else failure ??= answer.reason
    }
    if (found.length >= agreement) return found
  }
  throw failure ?? new RpcUnavailableError({ provider: transports.map(({ name }) => name).join(), detail: `none serves chain ${chainId}` })
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
  const { chainId, agreement, sources, lanes, startBlock } = machine.options
  const { carried } = machine
  const from = (carried?.to ?? machine.final)?.number ?? startBlock - 1n
  if (target <= from) return false
  const to = target - from > machine.range ? from + machine.range : target
  const transports = observations.filter((seen) => seen.latest.number >= to).map((seen) => seen.transport)
  const toHash = machine.tail.find((block) => block.number === to)?.hash
  const request = { chainId, transports, needed: agreement, sources, lanes, from: from + 1n, to, toHash }
  const read = await readRange({ machine, request, target })
  if (read === undefined) return true
  checkLinks(machine, read.logs)
  const logs = [...(carried?.logs ?? []), ...read.logs]
  const first = carried?.from ?? from + 1n
  if (read.isUnproven) machine.carried = { from: first, to: read.to, logs }
  else await finalize({ machine, first, logs, read })
  return to < target
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
  const states = lanes === undefined ? [] : checkLanes({ chainId, source: lanes, before: machine.lanes, logs, after: read.lanes })
  await notify(machine, { kind: 'finalized', chainId, from: first, to: read.to, logs, lanes: states })
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
  const { maxRange = 5_000n } = machine.options
  try {
    const read = await readFinalRange(request)
    const longer = machine.range + machine.range / 4n + 1n
    machine.range = longer > maxRange ? maxRange : longer
    return { ...read, isUnproven: false }
  } catch (error) {
    if (error instanceof StateMissingError && request.to < target)
      return { ...(await readFinalRange({ ...request, lanes: undefined })), isUnproven: true }
    if (!(error instanceof RpcRefusedError || error instanceof RpcUnavailableError) || request.to === request.from) throw error
    machine.counters.splits++
    machine.range = (request.to - request.from + 1n) / 2n
    if (error instanceof RpcRefusedError) return undefined
    throw error
  }
}

/** Logs of blocks whose hash the tail knows must lie in just those blocks. */
function checkLinks({ tail, options }: Machine, logs: readonly SyncLog[]): void {
  const known = new Map(tail.map((block) => [block.number, block.hash]))
  const stray = logs.find((log) => (known.get(log.blockNumber) ?? log.blockHash) !== log.blockHash)
  if (stray !== undefined)
    throw new ChainMovedError({ chainId: options.chainId, detail: `a final log lies in another block ${stray.blockNumber} than before` })
}

async function takeTail(machine: Machine, primary: Observation): Promise<boolean> {
  const { chainId, sources, startBlock, hasTail = true } = machine.options
  const { transport, latest } = primary
  if (!hasTail || machine.tail.length >= maxTail || latest.number < startBlock) return false
  const base = machine.tail.at(-1) ?? machine.final ?? (await readBase({ transport, startBlock }))
  if (base === undefined || latest.number - base.number > maxGap) return false
  const blocks = await readTail({ transport, chainId, sources, base, latest })
  const last = blocks.at(-1)
  if (last === undefined) return false
  await notify(machine, { kind: 'committed', chainId, blocks })
  machine.tail = [...machine.tail, ...blocks]
  await saveMachine(machine)
  return last.number < latest.number
}
