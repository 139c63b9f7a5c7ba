import { bloomCheck } from './bloom.ts'
import { createGuard } from './guard.ts'
import type { SyncParameters } from './parameters.ts'
import type { Transport } from './rpc.ts'
import type {
  BlockHeader,
  BloomedHeader,
  Halt,
  LaneState,
  SyncBlock,
  SyncCounter,
  SyncLog,
  SyncNotification,
  SyncStatus,
  SyncStore,
} from './types.ts'

type Options = SyncParameters & { transports: readonly Transport[]; agreement: number; store: SyncStore }

/** All that the sync of one chain knows and counts. The functions over it are in `steps.ts`. */
export type Machine = {
  readonly options: Options
  readonly scope: string
  readonly guard: ReturnType<typeof createGuard>
  readonly now: () => number
  readonly counters: Record<SyncCounter, number>
  isLoaded: boolean
  halt: Halt | undefined
  /** Whether the halt is on disk, and the consumer knows. */
  isHaltNoted: boolean
  final: BlockHeader | undefined
  lanes: readonly LaneState[]
  tail: readonly SyncBlock[]
  /** Final logs that no lane has proven complete yet, because the providers have no state that old. In memory only. */
  carried: { readonly from: bigint; readonly to: BlockHeader; readonly logs: readonly SyncLog[] } | undefined
  /** The highest block that finality allows. */
  target: bigint | undefined
  head: { readonly number: bigint; readonly timestamp: bigint; readonly seenAt: number } | undefined
  blockMs: number | undefined
  lastError: string | undefined
  /** Blocks that the next range may have. */
  range: bigint
  /** Whether what is final and not taken yet is known to hold no event, and waits for the next look. */
  isQuiet: boolean
  /** Whether a block may hold a wanted event, by its filter. */
  readonly mayHold: (header: BloomedHeader) => boolean
  /** False once a provider's filters were wrong: some chains leave them empty. */
  trustsBloom: boolean
  /** Rises with every failure, so that another provider is asked first. */
  preferred: number
  /** Providers known to serve this chain. */
  serving: readonly Transport[]
}

/** A machine that has not looked at its store yet. */
export function createMachine(options: Options): Machine {
  const { sources, lanes, startBlock, agreement, regressionMs = 60_000, maxRange = 5_000n, now = Date.now } = options
  return {
    options,
    scope: JSON.stringify({ sources, lanes, startBlock: `${startBlock}` }).toLowerCase(),
    guard: createGuard({ agreement, regressionMs, now }),
    now,
    counters: { polls: 0, failures: 0, reorgs: 0, disagreements: 0, incomplete: 0, splits: 0 },
    isLoaded: false,
    halt: undefined,
    isHaltNoted: false,
    final: undefined,
    lanes: [],
    tail: [],
    carried: undefined,
    target: undefined,
    head: undefined,
    blockMs: undefined,
    lastError: undefined,
    range: maxRange,
    isQuiet: false,
    mayHold: bloomCheck(sources),
    trustsBloom: true,
    preferred: 0,
    serving: [],
  }
}

/** Takes up what the store remembers. State that was made from other sources is dropped, and the chain read again. */
export async function loadMachine(machine: Machine): Promise<void> {
  const { chainId, store } = machine.options
  const state = await store.load(chainId)
  if (state?.halt !== undefined) await notify(machine, { kind: 'halted', chainId, halt: state.halt })
  const isForeign = state !== undefined && state.scope !== machine.scope
  if (isForeign && state.tail.length > 0) await notify(machine, { kind: 'reverted', chainId, blocks: [...state.tail].reverse() })
  machine.isLoaded = true
  machine.halt = state?.halt
  machine.isHaltNoted = state?.halt !== undefined
  if (state === undefined || isForeign) return
  machine.final = state.final
  machine.lanes = state.lanes
  machine.tail = state.tail
}

/** Makes the state durable. */
export function saveMachine({ options, scope, final, lanes, tail, halt }: Machine): Promise<void> {
  return options.store.save(options.chainId, { scope, final, lanes, tail, halt })
}

/** Tells the consumer; it has acknowledged when this resolves. */
export async function notify(machine: Machine, notification: SyncNotification): Promise<void> {
  await machine.options.onNotification(notification)
}

/** Stands still for good, from now on. */
export async function haltMachine(machine: Machine, { reason, detail }: { reason: Halt['reason']; detail: string }): Promise<void> {
  machine.halt = { reason, detail, at: machine.now() }
  await noteHalt(machine)
}

/** Makes a halt durable, and tells of it. What fails, as on a full disk, is tried again at the next step: nothing else happens until then. */
export async function noteHalt(machine: Machine): Promise<void> {
  const { halt, isHaltNoted, options } = machine
  if (halt === undefined || isHaltNoted) return
  await saveMachine(machine)
  await notify(machine, { kind: 'halted', chainId: options.chainId, halt })
  machine.isHaltNoted = true
}

/** Notes the top, and how long blocks take by the wall clock. */
export function noteHead(machine: Machine, { number, timestamp }: BlockHeader): void {
  const { head } = machine
  const seenAt = machine.now()
  if (head !== undefined && number <= head.number) return
  machine.head = { number, timestamp, seenAt }
  if (head === undefined) return
  const each = (seenAt - head.seenAt) / Number(number - head.number)
  machine.blockMs = machine.blockMs === undefined ? each : machine.blockMs * 0.8 + each * 0.2
}

/** Milliseconds until the next look: shortly before a block is due by the pace so far, then more often; a frugal reader of a quiet chain takes its time. */
export function nextPoll({ head, blockMs, now, options, tail, lastError }: Machine): number {
  if (head === undefined || blockMs === undefined) return 500
  const pace = Math.min(blockMs, 15_000)
  const isIdle = options.isFrugal === true && lastError === undefined && tail.every((block) => block.logs.length === 0)
  if (isIdle) return Math.max(pace * idlePace, 50)
  const between = Math.min(Math.max(pace / 5, 50), 1_000)
  return Math.max(pace * 0.9 - (now() - head.seenAt), between)
}

/** Looks of a quiet chain lie a little further apart than its blocks, so that there is at most one for each. */
const idlePace = 1.08

/** How the sync stands. */
export function statusOf(machine: Machine): SyncStatus {
  const { options, halt, target, final, head, tail, blockMs, lastError, counters } = machine
  const isSynced = halt === undefined && target !== undefined && final !== undefined && (final.number >= target || machine.isQuiet)
  return {
    chainId: options.chainId,
    head: head?.number,
    headTimestamp: head?.timestamp,
    target,
    final,
    tailLength: tail.length,
    isSynced,
    halt,
    blockMs,
    lastError,
    counters: { ...counters },
  }
}
