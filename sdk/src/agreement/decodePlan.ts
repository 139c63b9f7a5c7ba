import { decodeAbiParameters, size } from 'viem'
import { PlanMalformedError } from '../errors/charter.ts'
import { planParameters } from './createIntent.ts'
import { planType } from './hashes.ts'
import type { Payload, Plan } from './types.ts'

/**
 * The plan of a payload: what would be done. Undefined for intents of another type.
 *
 * @throws PlanMalformedError when the type says plan and the data is none; proposals of strangers can say anything.
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
  try {
    return decodeAbiParameters(planParameters, coordinationData)[0]
  } catch (cause) {
    throw new PlanMalformedError({ bytes: size(coordinationData), cause })
  }
}
