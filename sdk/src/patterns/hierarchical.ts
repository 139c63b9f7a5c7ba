import { type Address, type Hex, isAddressEqual } from 'viem'
import { planKey } from './manifest.ts'
import { newest } from './newest.ts'
import { busyAgents, isAgent, type Move, openItems, orderFor, type Pattern, wait } from './turn.ts'
import type { ItemView, View } from './view.ts'

/**
 * One coordinates: whoever holds the plan cell says who does what, for many items in one write, and the others do what they are told. It is
 * elected only when there is something to tell and its lease ends by itself: so the work goes on if it dies, with whoever comes first then. The price
 * is that write before the work, and the time until somebody else coordinates.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const move = patterns.hierarchical(await patterns.look(client, { chainId: 1, space }), account.address)
 * ```
 */
export const hierarchical: Pattern = (view, account) => {
  if (!isAgent(view, account)) return wait
  const { plan } = view
  const untold = openItems(view).filter((item) => !isCared(view, item))
  if (untold.length > 0) {
    if (plan.holder !== undefined && isAddressEqual(plan.holder, account)) return assign(view, { untold, account })
    // Since when somebody is missing who tells.
    const [missing = plan.freeSince] = untold.map((item) => item.freeSince).sort((one, other) => Number(one - other))
    const cell = { key: planKey, version: plan.version, freeSince: newest(plan.freeSince, missing) }
    if (plan.holder === undefined && orderFor(view, cell)[0] === account.toLowerCase()) return { kind: 'lead' }
  }
  const own = openItems(view).find(({ key }) => isAddressEqual(plan.assignments.get(key) ?? planless, account))
  return own === undefined ? wait : { kind: 'take', item: own }
}

const planless = '0x0000000000000000000000000000000000000000'

/** Whether an open item is with an agent that shows signs of life: within the patience of the space, or because it holds something. */
function isCared(view: View, { key, freeSince }: ItemView): boolean {
  const agent = view.plan.assignments.get(key)
  if (agent === undefined || !isAgent(view, agent)) return false
  if (busyAgents(view).includes(agent.toLowerCase())) return true
  const last = newest(freeSince, view.plan.assignedAt.get(key) ?? 0n, view.seenAt.get(agent.toLowerCase()) ?? 0n)
  return view.blockNumber - last <= BigInt(view.manifest.patience)
}

/** Gives what nobody cares for to those who have least to do, and not again to who did not come. Who coordinates comes last. */
function assign(view: View, { untold, account }: { readonly untold: readonly ItemView[]; readonly account: Address }): Move {
  const isOpen = new Set(openItems(view).map(({ key }) => key))
  const left = new Set(untold.map(({ key }) => key))
  const assignments = new Map<Hex, Address>([...view.plan.assignments].filter(([key]) => isOpen.has(key) && !left.has(key)))
  // Whoever was told and did not come is told again only when nobody else is left, until there is a sign of it.
  const missed = new Set(untold.flatMap(({ key }) => view.plan.assignments.get(key)?.toLowerCase() ?? []))
  for (const [agent, at] of view.plan.missedAt) if (at > (view.seenAt.get(agent) ?? 0n)) missed.add(agent)
  const load = new Map(view.manifest.agents.map((agent) => [agent.toLowerCase(), isAddressEqual(agent, account) ? 0.5 : 0]))
  const loadOf = (agent: Address) => load.get(agent.toLowerCase()) ?? 0
  const more = (agent: string, by: number) => load.set(agent.toLowerCase(), (load.get(agent.toLowerCase()) ?? 0) + by)
  for (const agent of [...assignments.values(), ...busyAgents(view)]) more(agent, 1)
  for (const agent of missed) more(agent, view.items.length + 1)
  for (const { key } of untold) {
    const [agent] = [...view.manifest.agents].sort((one, other) => loadOf(one) - loadOf(other))
    if (agent === undefined) break
    assignments.set(key, agent)
    more(agent, 1)
  }
  return { kind: 'assign', assignments }
}
