import { keccak } from '@hanse/sdk/gateway'
import { type Address, concat, type Hex, numberToHex } from 'viem'

/** Messages of one window have the same order of watchers, so that one of them brings them all in few batches. */
const window = 128

/**
 * Who goes first: the place of `self` among the members, in an order that changes with the lane and every so many messages. Members not heard of
 * stand behind all others, and so does whoever is no member.
 */
export function rankOf({ seed, nonce = 0, members, self, isAlive }: rankOf.Parameters): number {
  const salt = concat([seed, numberToHex(Math.floor(nonce / window), { size: 8 })])
  const order = members
    .map((member) => ({ member, isBehind: !isAlive(member), draw: keccak(concat([salt, member])) }))
    .sort((a, b) => (a.isBehind === b.isBehind ? (a.draw < b.draw ? -1 : 1) : a.isBehind ? 1 : -1))
  const place = order.findIndex(({ member }) => member === self?.toLowerCase())
  return place < 0 ? members.length : place
}

export declare namespace rankOf {
  type Parameters = {
    seed: Hex
    nonce?: number
    /** Lower-case. */
    members: readonly Address[]
    self: Address | undefined
    isAlive: (member: string) => boolean
  }
}
