import type { Hex } from 'viem'

/** The last thing that each account is sending, as `chainId:address`. */
export type Turns = Map<string, Promise<unknown>>

/**
 * Lets the transactions of one account on one chain leave one after the other. Each asks the node for its nonce and must see the one
 * before; two at once would get the same. One that fails holds nobody up.
 */
export function inTurn(turns: Turns, key: string, send: () => Promise<Hex>): Promise<Hex> {
  const turn = (turns.get(key) ?? Promise.resolve()).then(send, send)
  turns.set(key, turn)
  return turn
}
