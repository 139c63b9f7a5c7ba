import { type Address, isAddressEqual, zeroAddress } from 'viem'
import { getCode, readContract } from 'viem/actions'
import { gateFunction } from '../abis/claimGate.ts'
import { gateOfFunction } from '../abis/claimGates.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { ContractMissingError, toCallError } from '../errors/call.ts'
import { isRefusal } from '../errors/isRefusal.ts'
import type { GateParameters } from './createGate.ts'
import { type ContractCondition, fromContract, toContract } from './gate.ts'
import type { GateCondition } from './types.ts'

const claimGateAbi = [gateFunction] as const
const claimGatesAbi = [gateOfFunction] as const

/** Where a gate is, and whether somebody made it. */
export type GateFound = { readonly gate: Address; readonly isMade: boolean }

/**
 * Where the gate with these conditions is, or will be once somebody makes it.
 *
 * @throws ConditionsWrong, ConditionInvalid: the contract's errors.
 * @example
 * ```ts
 * import { condition } from '@hanse/sdk'
 *
 * const { value } = await condition.getGate(client, { chainId: 1, conditions: [{ kind: 'length', space, topic, atLeast: 10n }] })
 * if (!value.isMade) console.log('nobody made', value.gate)
 * ```
 */
export const getGate = /* @__PURE__ */ defineRead<ReadParameters & GateParameters, GateFound>(
  'condition.getGate',
  async (context, { conditions, pricing = zeroAddress }) => {
    const gate = await gateOf(context, { conditions: conditions.map(toContract), pricing })
    const code = await getCode(context.connection, { address: gate, blockNumber: context.blockNumber })
    return { gate, isMade: code !== undefined }
  },
)

/** What `getConditions` takes. */
export type GetConditionsParameters = ReadParameters & {
  /** The `allocation` of terms. */
  readonly gate: Address
}

/** What a gate asks for. */
export type GateView = {
  readonly conditions: readonly GateCondition[]
  /** The policy behind it. Undefined: the whole reward. */
  readonly pricing: Address | undefined
}

/**
 * What a gate asks for, out of its code; undefined when the address is no gate of the suite. Whoever waits for one looks here, and at who may write there.
 *
 * @example
 * ```ts
 * import { condition } from '@hanse/sdk'
 *
 * const { value: asked } = await condition.getConditions(client, { chainId: 1, gate: terms.allocation })
 * const missing = asked && (await condition.unmet(client, { chainId: 1, conditions: asked.conditions })).value
 * ```
 */
export const getConditions = /* @__PURE__ */ defineRead<GetConditionsParameters, GateView | undefined>(
  'condition.getConditions',
  async (context, { gate }) => {
    const said = await askedOf(context, gate)
    if (said === undefined) return undefined
    const [asked, pricing] = said
    // Anything can call itself a gate. The address of one commits to what it asks for.
    const actual = await unlessRefused(context, gateOf(context, { conditions: asked, pricing }))
    if (actual === undefined || !isAddressEqual(actual, gate)) return undefined
    const conditions = asked.map(fromContract).filter((condition) => condition !== undefined)
    return { conditions, pricing: isAddressEqual(pricing, zeroAddress) ? undefined : pricing }
  },
)

async function askedOf(context: ReadContext, gate: Address): Promise<readonly [readonly ContractCondition[], Address] | undefined> {
  const { connection, blockNumber } = context
  if ((await getCode(connection, { address: gate, blockNumber })) === undefined) return undefined
  const asked = readContract(connection, { abi: claimGateAbi, address: gate, blockNumber, functionName: 'gate' })
  // What answers nothing to everything is no gate either.
  return unlessRefused(context, asked, ContractMissingError)
}

type Asked = { readonly conditions: readonly ContractCondition[]; readonly pricing: Address }

function gateOf({ connection, blockNumber, chain }: ReadContext, { conditions, pricing }: Asked): Promise<Address> {
  const address = contractIn(chain.deployment, 'claimGates')
  return readContract(connection, { abi: claimGatesAbi, address, blockNumber, functionName: 'gateOf', args: [conditions, pricing] })
}

/** What a contract answers; undefined when it refuses. That a node does not answer says nothing. */
async function unlessRefused<value>(
  { chain }: ReadContext,
  answer: Promise<value>,
  ...more: readonly (typeof ContractMissingError)[]
): Promise<value | undefined> {
  try {
    return await answer
  } catch (error) {
    const known = await toCallError({ error, verb: 'condition.getConditions', chainId: chain.chainId })
    if (more.some((kind) => known instanceof kind) || isRefusal(known)) return undefined
    throw known
  }
}
