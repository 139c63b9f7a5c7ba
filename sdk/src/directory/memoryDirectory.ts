import type { Hex } from 'viem'
import { type Account, accountKey } from '../reputation/known.ts'
import type { Receipt } from '../reputation/reputationOf.ts'
import { memoryStore } from '../sync/store.ts'
import { createLinkLedger, type LinkLedger } from './ledger.ts'
import type { DirectoryAgent, DirectoryFact, DirectoryStore, StoreQuery } from './types.ts'

type Key = { readonly chainId: number; readonly agentId: Hex }

/** An agent where it stands on all its shelves at once. */
type Slot = { agent: DirectoryAgent; isGone: boolean }

/** Slots in ascending order of ids, some of them of agents that are gone, and those that came since it was put in order. */
type Shelf = { slots: Slot[]; added: Slot[]; size: number }

type State = {
  readonly agents: Map<string, Slot>
  readonly controllers: Map<string, Set<string>>
  /** By capability, or `all`, on one chain or on all of them. */
  readonly shelves: Map<string, Shelf>
  /** Shelves to be put in order. */
  readonly touched: Set<Shelf>
  readonly links: LinkLedger
  readonly receipts: Map<string, Receipt>
  readonly byWorker: Map<string, Receipt[]>
  readonly byRequester: Map<string, Receipt[]>
  revision: number
}

const all = 'all'
const keyOf = ({ chainId, agentId }: Key) => `${chainId}:${agentId}`
const shelvesOf = ({ chainId, profile }: DirectoryAgent) =>
  [...new Set([all, ...profile.capabilities])].flatMap((capability) => [capability, `${chainId}:${capability}`])

/**
 * A directory's memory for browsers and tests: forgets everything when the process ends.
 *
 * @example
 * ```ts
 * import { createDirectory, memoryDirectory } from '@hanse/sdk/directory'
 *
 * const directory = createDirectory({ chains, store: memoryDirectory() })
 * ```
 */
export function memoryDirectory(): DirectoryStore {
  const state: State = {
    agents: new Map(),
    controllers: new Map(),
    shelves: new Map(),
    touched: new Set(),
    links: createLinkLedger(),
    receipts: new Map(),
    byWorker: new Map(),
    byRequester: new Map(),
    revision: 0,
  }
  const get = (key: Key) => state.agents.get(keyOf(key))?.agent
  return {
    ...memoryStore(),
    apply(facts) {
      for (const fact of facts) applyOne(state, fact)
      for (const shelf of state.touched) order(shelf)
      state.touched.clear()
    },
    query: (query) => queryOf(state, query),
    get,
    agentsOf: (account) => agentsOf(state, account),
    accountsOf(key) {
      const agent = get(key)
      if (agent === undefined) return []
      const linked = state.links.declaredBy(key).filter((account) => state.links.isLinked(key, account))
      return [{ chainId: agent.chainId, address: agent.controller }, ...linked]
    },
    receipts: (of) =>
      'workers' in of
        ? of.workers.flatMap((account) => state.byWorker.get(accountKey(account)) ?? [])
        : of.requesters.flatMap((account) => state.byRequester.get(accountKey(account)) ?? []),
    revision: () => state.revision,
    close: () => undefined,
  }
}

function applyOne(state: State, fact: DirectoryFact): void {
  if (fact.kind === 'registered') {
    const { kind: _, ...agent } = fact
    put(state, agent)
  } else if (fact.kind === 'receipt') addReceipt(state, fact.receipt)
  else if (fact.kind === 'declared' || fact.kind === 'claimed' || fact.kind === 'believed') {
    state.links.apply(fact)
    state.revision += 1
  } else changeAgent(state, fact)
}

function changeAgent(state: State, fact: Extract<DirectoryFact, { kind: 'updated' | 'heartbeat' | 'retired' }>): void {
  const slot = state.agents.get(keyOf(fact))
  if (slot === undefined) return
  if (fact.kind === 'retired') drop(state, slot)
  else if (fact.kind === 'heartbeat') slot.agent = { ...slot.agent, liveUntil: fact.liveUntil }
  else put(state, { ...slot.agent, profile: fact.profile })
}

function put(state: State, agent: DirectoryAgent): void {
  const before = state.agents.get(keyOf(agent))
  if (before !== undefined) drop(state, before)
  const slot = { agent, isGone: false }
  state.agents.set(keyOf(agent), slot)
  const controller = accountKey({ chainId: agent.chainId, address: agent.controller })
  state.controllers.set(controller, (state.controllers.get(controller) ?? new Set()).add(keyOf(agent)))
  for (const name of shelvesOf(agent)) {
    const shelf = state.shelves.get(name) ?? { slots: [], added: [], size: 0 }
    state.shelves.set(name, shelf)
    state.touched.add(shelf)
    shelf.added.push(slot)
    shelf.size += 1
  }
  state.revision += 1
}

function drop(state: State, slot: Slot): void {
  const { agent } = slot
  slot.isGone = true
  state.agents.delete(keyOf(agent))
  state.controllers.get(accountKey({ chainId: agent.chainId, address: agent.controller }))?.delete(keyOf(agent))
  for (const name of shelvesOf(agent)) {
    const shelf = state.shelves.get(name)
    if (shelf === undefined) continue
    shelf.size -= 1
    state.touched.add(shelf)
  }
  state.revision += 1
}

function addReceipt(state: State, receipt: Receipt): void {
  const id = `${receipt.chainId}:${receipt.transactionHash}:${receipt.logIndex}`
  if (state.receipts.has(id)) return
  state.receipts.set(id, receipt)
  const file = (map: Map<string, Receipt[]>, account: Account) => {
    const known = map.get(accountKey(account))
    if (known === undefined) map.set(accountKey(account), [receipt])
    else known.push(receipt)
  }
  file(state.byWorker, { chainId: Number(receipt.workerChainId), address: receipt.worker })
  file(state.byRequester, { chainId: receipt.chainId, address: receipt.requester })
  state.revision += 1
}

/** Few newcomers are put in their places, many are merged in; the gone are cleared away when they are a third. */
function order(shelf: Shelf): void {
  const { slots, added, size } = shelf
  shelf.added = []
  if (slots.length + added.length > size * 1.5 || added.length > 64) shelf.slots = merge(slots, added.sort(bySlot))
  else for (const slot of added) if (!slot.isGone) slots.splice(placeAfter(slots, slot.agent), 0, slot)
}

const bySlot = (one: Slot, other: Slot) => byId(one.agent, other.agent)

function merge(slots: readonly Slot[], added: readonly Slot[]): Slot[] {
  const merged: Slot[] = []
  let next = 0
  const take = (slot: Slot | undefined) => {
    if (slot !== undefined && !slot.isGone) merged.push(slot)
  }
  for (const slot of slots) {
    for (let newcomer = added[next]; newcomer !== undefined && bySlot(newcomer, slot) < 0; newcomer = added[next]) {
      take(newcomer)
      next += 1
    }
    take(slot)
  }
  for (const newcomer of added.slice(next)) take(newcomer)
  return merged
}

function queryOf(state: State, query: StoreQuery): readonly DirectoryAgent[] {
  const { chainIds, capabilities, limit } = query
  const prefixes = chainIds === undefined ? [''] : [...new Set(chainIds)].map((chainId) => `${chainId}:`)
  const found = prefixes.flatMap((prefix) => {
    const shelves = (capabilities.length === 0 ? [all] : capabilities).map((capability) => state.shelves.get(`${prefix}${capability}`))
    // Every capability must be there; the rarest one is walked.
    const sizes = shelves.map((shelf) => shelf?.size ?? 0)
    const walked = shelves[sizes.indexOf(Math.min(...sizes))]
    return walked === undefined ? [] : walk(walked.slots, query)
  })
  return (prefixes.length > 1 ? found.sort(byId) : found).slice(0, limit)
}

function walk(slots: readonly Slot[], { capabilities, liveAt = 0, after, limit }: StoreQuery): DirectoryAgent[] {
  const found: DirectoryAgent[] = []
  for (
    let at = after === undefined ? 0 : placeAfter(slots, { agentId: after, chainId: Number.POSITIVE_INFINITY });
    at < slots.length && found.length < limit;
    at += 1
  ) {
    const slot = slots[at]
    if (slot === undefined || slot.isGone || slot.agent.liveUntil < liveAt) continue
    const { agent } = slot
    if (capabilities.every((capability) => agent.profile.capabilities.includes(capability))) found.push(agent)
  }
  return found
}

/** The first place of somebody greater. */
function placeAfter(slots: readonly Slot[], key: Key): number {
  let [low, high] = [0, slots.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const slot = slots[middle]
    if (slot !== undefined && byId(slot.agent, key) > 0) high = middle
    else low = middle + 1
  }
  return low
}

function agentsOf(state: State, account: Account): readonly DirectoryAgent[] {
  const own = [...(state.controllers.get(accountKey(account)) ?? [])].flatMap((key) => state.agents.get(key)?.agent ?? [])
  const linked = state.links.claimedBy(account).flatMap((key) => {
    const agent = state.links.isLinked(key, account) ? state.agents.get(`${key.chainId}:${key.agentId}`)?.agent : undefined
    return agent === undefined || own.includes(agent) ? [] : [agent]
  })
  return [...own, ...linked]
}

/** By id, and of two chains' agents of one id by chain. */
export function byId(one: Key, other: Key): number {
  if (one.agentId === other.agentId) return one.chainId - other.chainId
  return one.agentId < other.agentId ? -1 : 1
}
