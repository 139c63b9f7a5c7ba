import { decodeAbiParameters } from 'viem'
import { planParameters } from './createIntent.ts'
import { planType } from './hashes.ts'
import type { Payload, Plan } from './types.ts'

/**
 * The plan of a payload: what would be done. Undefined for intents of another type.
 *
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const plan = agreement.decodePlan(proposal.payload)
 * console.log(plan?.calls.map(({ target }) => target))
 * ```
 */
export function decodePlan({ coordinationType, coordinationData }: Payload): Plan | undefined {
  if (coordinationType !== planType) return undefined
  return decodeAbiParameters(planParameters, coordinationData)[0]
}
