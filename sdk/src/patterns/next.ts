import type { Address } from 'viem'
import { events } from './events.ts'
import { hierarchical } from './hierarchical.ts'
import type { PatternName } from './manifest.ts'
import { peers } from './peers.ts'
import type { Move, Pattern } from './turn.ts'
import type { View } from './view.ts'

const patterns: Readonly<Record<PatternName, Pattern>> = { hierarchical, peers, events }

/**
 * What an agent does next, by the pattern that the manifest says is in force. Pure.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const move = patterns.next(await patterns.look(client, { chainId: 1, space }), account.address)
 * if (move.kind === 'take') console.log(move.item.key)
 * ```
 */
export function next(view: View, account: Address): Move {
  return patterns[view.manifest.pattern](view, account)
}
