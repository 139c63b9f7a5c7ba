// What calls of views answer.
import { concat, encodeAbiParameters, type Hex, hexToBigInt, numberToHex } from 'viem'
import { messageStatusValues } from '../../sdk/src/abis/enums.ts'
import { emptyHead, laneKey } from '../../sdk/src/gateway/index.ts'
import { deployed, placeOf, type Rules, type State, selectors } from './contracts.ts'
import { encodeSlot } from './escrow.ts'

const word = (value: bigint | number | boolean): Hex => numberToHex(BigInt(value), { size: 32 })
const at = (data: Hex, index: number): bigint => hexToBigInt(`0x${data.slice(10 + 64 * index, 74 + 64 * index)}`)

const keys = new Map<string, Hex>()
const rosters = new Map<Rules, Hex>()

function keyAt(data: Hex): Hex {
  const words = data.slice(10, 10 + 192)
  const known = keys.get(words)
  if (known !== undefined) return known
  const key = laneKey({ originChainId: at(data, 0), originGateway: deployed.gateway, destinationChainId: at(data, 2) })
  keys.set(words, key)
  return key
}

function rosterOf(rules: Rules): Hex {
  const known = rosters.get(rules)
  if (known !== undefined) return known
  if (rosters.size > 50) rosters.clear()
  const roster = encodeAbiParameters([{ type: 'address[]' }, { type: 'uint8' }], [rules.members, rules.quorum])
  rosters.set(rules, roster)
  return roster
}

/** Answers a call of a view at a state. */
export function view({ state, rules, data }: { state: State; rules: Rules; data: Hex }): Hex {
  const selector = data.slice(0, 10)
  if (selector === selectors.lane) {
    const { nonce, head } = state.lanes.get(Number(at(data, 0))) ?? { nonce: 0n, head: emptyHead }
    return concat([word(nonce), head])
  }
  if (selector === selectors.statusOf) {
    const status = state.consumed.get(placeOf(keyAt(data), at(data, 3))) ?? 'Pending'
    return word(messageStatusValues.indexOf(status))
  }
  if (selector === selectors.linkOf) return concat([word(BigInt(deployed.watcherSet)), word(0), word(0)])
  if (selector === selectors.setId) return rules.setId
  if (selector === selectors.roster) return rosterOf(rules)
  if (selector === selectors.quorumInForce) return word(rules.quorum)
  if (selector === selectors.isMasked) return word(state.masked.has(numberToHex(at(data, 0), { size: 20 })))
  if (selector === selectors.taskOf) return encodeSlot(state.tasks.get(numberToHex(at(data, 0), { size: 32 })))
  throw new TypeError(`the chain does not know the view ${selector}`)
}
