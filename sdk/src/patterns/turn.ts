import { type Address, type Hex, isAddressEqual, numberToHex } from 'viem'
import { orderOf } from '../task/rank.ts'
import type { ItemView, View } from './view.ts'

/** What an agent does next. */
export type Move =
  /** Take an item. */
  | { readonly kind: 'take'; readonly item: ItemView }
  /** Begin to coordinate. */
  | { readonly kind: 'lead' }
  /** Tell who shall do what. */
  | { readonly kind: 'assign'; readonly assignments: ReadonlyMap<Hex, Address> }
  /** Nothing now: look again after the next block. */
  | { readonly kind: 'wait' }

/** A pattern: what an agent does next, from what everybody can see. Pure. */
export type Pattern = (view: View, account: Address) => Move

/** Nothing to do for now. */
export const wait: Move = { kind: 'wait' }

/** What is free to take. */
export function openItems(view: View): readonly ItemView[] {
  return view.items.filter(({ state }) => state === 'open')
}

/** Who works on something, in lower case: a lease on what is done holds nobody up. */
export function busyAgents(view: View): readonly string[] {
  return view.items.flatMap(({ state, holder }) => (state === 'taken' && holder !== undefined ? [holder.toLowerCase()] : []))
}

/** Who holds nothing, in the eyes of everybody. */
export function idleAgents(view: View): readonly Address[] {
  const busy = new Set(busyAgents(view))
  return view.manifest.agents.filter((agent) => !busy.has(agent.toLowerCase()))
}

/** Whether an account is one of the agents of a space. */
export function isAgent(view: View, account: Address): boolean {
  return view.manifest.agents.some((agent) => isAddressEqual(agent, account))
}

/** Something that one agent at a time may have. */
type Free = Pick<ItemView, 'key' | 'version' | 'freeSince'>

/**
 * The idle agents in the order in which a cell is theirs to take, in lower case. Each version of a cell has an order of its own, so nobody is always last;
 * and whoever did not come within the patience of the space goes to the end, so nobody holds it up for long.
 */
export function orderFor(view: View, { key, version, freeSince }: Free): readonly string[] {
  const order = orderOf({ taskId: key, agents: idleAgents(view), seed: numberToHex(version, { size: 32 }) })
  const turns = (view.blockNumber - freeSince) / BigInt(Math.max(1, view.manifest.patience))
  const first = order.length === 0 ? 0 : Number(turns % BigInt(order.length))
  return [...order.slice(first), ...order.slice(0, first)]
}
