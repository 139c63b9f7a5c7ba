import { isAgent, openItems, orderFor, type Pattern, wait } from './turn.ts'

/**
 * Nobody coordinates: each open item has a public order of the idle agents, and goes to the first of them that has nothing yet. All that see the
 * same agree without a word, so none meet. The price is a wait when the one whose turn it is does not come.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const move = patterns.peers(await patterns.look(client, { chainId: 1, space }), account.address)
 * ```
 */
export const peers: Pattern = (view, account) => {
  if (!isAgent(view, account)) return wait
  const given = new Set<string>()
  for (const item of openItems(view)) {
    const agent = orderFor(view, item).find((one) => !given.has(one))
    if (agent === undefined) return wait
    if (agent === account.toLowerCase()) return { kind: 'take', item }
    given.add(agent)
  }
  return wait
}
