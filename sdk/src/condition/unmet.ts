import { call, getCode } from 'viem/actions'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import type { BaseError } from '../errors/base.ts'
import { ContractMissingError, toCallError } from '../errors/call.ts'
import { ContractError } from '../errors/contractError.ts'
import { conditionData } from './guard.ts'
import type { Condition } from './types.ts'

/** What `unmet` takes. */
export type UnmetParameters = ReadParameters & { readonly conditions: readonly Condition[] }

/** A condition that does not hold, and the contract's word for why. */
export type UnmetCondition = { readonly condition: Condition; readonly error: BaseError }

/**
 * Which of the conditions do not hold, all asked at one block. None: what waits for them can go.
 *
 * @example
 * ```ts
 * import { condition } from '@hanse/sdk'
 *
 * const { value: missing } = await condition.unmet(client, { chainId: 1, conditions: [{ kind: 'length', space, topic, atLeast: 10n }] })
 * for (const { error } of missing) console.log(error.message)
 * ```
 */
export const unmet = /* @__PURE__ */ defineRead<UnmetParameters, readonly UnmetCondition[]>(
  'condition.unmet',
  async ({ connection, chain, blockNumber }, { conditions }) => {
    const to = contractIn(chain.deployment, 'blackboard')
    // A call of an address without code refuses nothing.
    const { chainId } = chain
    const hasCode = (await getCode(connection, { address: to, blockNumber })) !== undefined
    if (!hasCode) throw new ContractMissingError({ verb: 'condition.unmet', chainId, address: to })
    const errors = await Promise.all(
      conditions.map((condition) =>
        call(connection, { to, data: conditionData(condition), blockNumber }).then(
          () => undefined,
          (error: unknown) => toCallError({ error, verb: 'condition.unmet', chainId }),
        ),
      ),
    )
    return conditions.flatMap((condition, index) => {
      const error = errors[index]
      if (error === undefined) return []
      // That a node does not answer says nothing about the condition.
      if (!(error instanceof ContractError)) throw error
      return [{ condition, error }]
    })
  },
)
