/** Through which contract an account acts on a task: the escrow itself, or the portal of its own chain. */
export type TaskRoute = 'home' | 'portal'

/**
 * Which way an action on a task goes: at home straight to the escrow, from any other chain through its portal.
 *
 * @param parameters.chainId The chain on which the account acts.
 * @param parameters.homeChainId The chain on which the task lives.
 */
export function routeOf({ chainId, homeChainId }: { readonly chainId: number; readonly homeChainId: number }): TaskRoute {
  return chainId === homeChainId ? 'home' : 'portal'
}
