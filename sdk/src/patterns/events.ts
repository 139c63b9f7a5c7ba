import { isAgent, openItems, orderFor, type Pattern, wait } from './turn.ts'

/**
 * Nobody coordinates and nobody waits: whoever sees that there is something to do goes for the item for which it comes first among the idle. The
 * price is that several may go for the last items, of whom one gets it.
 *
 * @example
 * ```ts
 * import { patterns, topic } from '@hanse/sdk'
 *
 * await topic.append.sync(client, { chainId: 1, space, topic: patterns.workTopic, data: item })
 * const move = patterns.events(await patterns.look(client, { chainId: 1, space }), account.address)
 * ```
 */
export const events: Pattern = (view, account) => {
  if (!isAgent(view, account)) return wait
  const ranked = openItems(view).map((item) => ({ item, rank: orderFor(view, item).indexOf(account.toLowerCase()) }))
  const [best] = ranked.filter(({ rank }) => rank >= 0).sort((one, other) => one.rank - other.rank)
  return best === undefined ? wait : { kind: 'take', item: best.item }
}
