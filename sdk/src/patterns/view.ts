import { type Address, type Hex, isAddressEqual, size } from 'viem'
import { FormatError } from '../errors/format.ts'
import { decodeManifest, type Manifest, manifestKey, planKey, workTopic } from './manifest.ts'
import { newest } from './newest.ts'
import { type Assignments, planIn } from './plan.ts'

/** Something that happened to a space, as its blackboard told it, in order. */
export type BoardEvent = { readonly blockNumber: bigint; readonly key: Hex } & (
  | { readonly kind: 'written'; readonly version: number; readonly value: Hex; readonly by: Address }
  | { readonly kind: 'granted'; readonly version: number; readonly holder: Address; readonly end: number }
  | { readonly kind: 'renewed'; readonly end: number }
  | { readonly kind: 'handed'; readonly version: number; readonly holder: Address }
  | { readonly kind: 'released'; readonly version: number }
  | { readonly kind: 'appended'; readonly data: Hex }
)

/** Something to be done. */
export type ItemView = {
  readonly key: Hex
  /** Of its cell. */
  readonly version: number
  /** `done`: it has a value. `taken`: somebody holds it. */
  readonly state: 'open' | 'taken' | 'done'
  /** While taken. */
  readonly holder: Address | undefined
  /** Once done. */
  readonly value: Hex | undefined
  /** The block in which it was listed or last changed hands. */
  readonly freeSince: bigint
}

/** Who shall do what, and who says so. */
export type PlanView = {
  readonly version: number
  readonly assignments: Assignments
  /** The block since which an item is with its agent. */
  readonly assignedAt: ReadonlyMap<Hex, bigint>
  /** The block in which an agent was last relieved of something that it had not begun, by agent in lower case. */
  readonly missedAt: ReadonlyMap<string, bigint>
  /** Who coordinates now. */
  readonly holder: Address | undefined
  /** The block in which the cell last changed. */
  readonly freeSince: bigint
}

/** A space with its manifest as it stood at one block. */
export type View = {
  readonly blockNumber: bigint
  /** Seconds. */
  readonly timestamp: number
  readonly manifest: Manifest & { readonly version: number }
  /** Those of the manifest, then those that were announced. */
  readonly items: readonly ItemView[]
  readonly plan: PlanView
  /** The block of the last sign of each agent, in lower case. */
  readonly seenAt: ReadonlyMap<string, bigint>
}

type CellState = {
  version: number
  value: Hex | undefined
  lease: { holder: Address; end: number } | undefined
  changedAt: bigint
}

type Folding = {
  readonly cells: Map<Hex, CellState>
  readonly listedAt: Map<Hex, bigint>
  readonly assignedAt: Map<Hex, bigint>
  readonly missedAt: Map<string, bigint>
  readonly seenAt: Map<string, bigint>
  assignments: Assignments
}

/** What `viewOf` takes. */
export type ViewOfParameters = {
  readonly space: Hex
  readonly events: readonly BoardEvent[]
  readonly blockNumber: bigint
  /** Seconds. */
  readonly timestamp: number
}

/**
 * What became of a space, from all that happened to it. Pure: the same for everybody who saw the same.
 *
 * @throws FormatError when a change is missing, or there is no manifest.
 */
export function viewOf({ space, events, blockNumber, timestamp }: ViewOfParameters): View {
  const maps = { cells: new Map(), listedAt: new Map(), assignedAt: new Map(), missedAt: new Map(), seenAt: new Map() }
  const folding: Folding = { ...maps, assignments: new Map() }
  for (const event of events) apply(folding, event)
  const stored = folding.cells.get(manifestKey)
  if (stored?.value === undefined) {
    throw new FormatError({ subject: `Space ${space}`, fact: 'has no manifest', expected: 'one: see `patterns.start`' })
  }
  const manifest = { ...decodeManifest(stored.value), version: stored.version }
  const plan = folding.cells.get(planKey)
  return {
    ...{ blockNumber, timestamp, manifest, seenAt: folding.seenAt },
    items: [...folding.listedAt].map(([key, listedAt]) => itemOf(folding.cells.get(key), { key, listedAt, timestamp })),
    plan: {
      ...freeOf(plan, { timestamp, listedAt: 0n }),
      version: plan?.version ?? 0,
      assignments: folding.assignments,
      assignedAt: folding.assignedAt,
      missedAt: folding.missedAt,
    },
  }
}

function apply(folding: Folding, event: BoardEvent): void {
  const { key, blockNumber } = event
  if (event.kind === 'appended') {
    if (key === workTopic && size(event.data) === 32) list(folding, [event.data], blockNumber)
    return
  }
  const cell = folding.cells.get(key) ?? { version: 0, value: undefined, lease: undefined, changedAt: 0n }
  folding.cells.set(key, cell)
  if (event.kind === 'renewed') {
    if (cell.lease !== undefined) cell.lease.end = event.end
    return
  }
  if (event.version !== cell.version + 1) {
    const fact = `goes from version ${cell.version} to ${event.version} in the logs of the node`
    throw new FormatError({ subject: `Cell ${key}`, fact, expected: 'every change of it' })
  }
  cell.version = event.version
  cell.changedAt = blockNumber
  if (event.kind === 'released') cell.lease = undefined
  if (event.kind === 'granted') cell.lease = { holder: event.holder, end: event.end }
  if (event.kind === 'handed' && cell.lease !== undefined) cell.lease.holder = event.holder
  if (event.kind === 'written') written(folding, { ...event, cell })
  const actor = event.kind === 'written' ? event.by : event.kind === 'released' ? undefined : event.holder
  if (actor !== undefined) folding.seenAt.set(actor.toLowerCase(), blockNumber)
}

type Written = Extract<BoardEvent, { kind: 'written' }> & { readonly cell: CellState }

function written(folding: Folding, { key, value, cell, blockNumber }: Written): void {
  cell.value = value
  if (key === manifestKey) list(folding, decodeManifest(value).items, blockNumber)
  if (key !== planKey) return
  const next = planIn(value)
  for (const [item, agent] of next) {
    const before = folding.assignments.get(item)
    if (before !== undefined && isAddressEqual(before, agent)) continue
    folding.assignedAt.set(item, blockNumber)
    if (before !== undefined) folding.missedAt.set(before.toLowerCase(), blockNumber)
  }
  folding.assignments = next
}

function list(folding: Folding, items: readonly Hex[], blockNumber: bigint): void {
  for (const item of items) if (!folding.listedAt.has(item)) folding.listedAt.set(item, blockNumber)
}

type Listed = { readonly key: Hex; readonly listedAt: bigint; readonly timestamp: number }

function itemOf(cell: CellState | undefined, { key, ...at }: Listed): ItemView {
  const free = freeOf(cell, at)
  const state = cell?.value !== undefined ? 'done' : free.holder !== undefined ? 'taken' : 'open'
  return { key, version: cell?.version ?? 0, state, value: cell?.value, ...free }
}

/** Who holds a cell, and since when nobody else did. A lease counts to its last second. */
function freeOf(cell: CellState | undefined, { listedAt, timestamp }: Omit<Listed, 'key'>): Pick<PlanView, 'holder' | 'freeSince'> {
  const changedAt = cell?.changedAt ?? 0n
  const lease = cell?.lease
  const isHeld = lease !== undefined && lease.end >= timestamp
  return { holder: isHeld ? lease.holder : undefined, freeSince: newest(changedAt, listedAt) }
}
