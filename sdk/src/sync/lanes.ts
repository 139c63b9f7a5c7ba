import { encodeFunctionData, type Hex, hexToBigInt, prepareEncodeFunctionData, toEventSelector } from 'viem'
import { laneFunction } from '../abis/gateway.ts'
import { emptyHead, fold } from '../gateway/lane.ts'
import { toHex } from './answers.ts'
import { LaneIncompleteError } from './errors.ts'
import type { RpcCall, Transport } from './rpc.ts'
import type { BlockRef, LaneSource, LaneState, SyncLog } from './types.ts'

const gatewayAbi = [laneFunction] as const

/** First topic of `LaneAdvanced(uint256 indexed destinationChainId, uint64 nonce, bytes32 head)`. */
export const laneAdvancedTopic: Hex = toEventSelector('LaneAdvanced(uint256,uint64,bytes32)')

/** First topic of ERC-7786's `MessageSent`, which comes with each `LaneAdvanced` and holds the message; its first indexed field is the leaf. */
export const messageSentTopic: Hex = toEventSelector('MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])')

/** Found once: looking it up hashes the signature, and every poll of every chain needs it. */
const laneCall = prepareEncodeFunctionData({ abi: gatewayAbi, functionName: 'lane' })
const laneData = new Map<number, Hex>()

/** The data of the call that reads a lane. */
function dataOf(destination: number): Hex {
  const data = laneData.get(destination) ?? encodeFunctionData({ ...laneCall, args: [BigInt(destination)] })
  laneData.set(destination, data)
  return data
}

/** The calls that read where the contract's lanes stand at one block. */
export function laneCalls({ source, at }: { source: LaneSource; at: BlockRef | bigint }): readonly RpcCall[] {
  const block = typeof at === 'bigint' ? `0x${at.toString(16)}` : { blockHash: at.hash }
  return source.destinations.map((destination) => ({
    method: 'eth_call',
    params: [{ to: source.gateway, data: dataOf(destination) }, block],
  }))
}

/** Reads a lane's state out of the answer. No code at that block means that nothing was sent yet. */
export function toLaneState({ transport, destination, value }: { transport: Transport; destination: number; value: unknown }): LaneState {
  const data = toHex(transport, value)
  if (data.length < 130) return { destinationChainId: destination, nonce: 0n, head: emptyHead }
  return { destinationChainId: destination, nonce: hexToBigInt(`0x${data.slice(2, 66)}`), head: `0x${data.slice(66, 130)}` }
}

/**
 * Walks the lanes over the logs of a range and holds the result against what the contract says at the end of the range: nonces without a gap,
 * each head folded from the one before and the message's leaf, and the last one equal to the contract's.
 *
 * @throws LaneIncompleteError when a message is missing, forged or out of place.
 */
export function checkLanes({ chainId, source, before, logs, after }: checkLanes.Parameters): readonly LaneState[] {
  return source.destinations.map((destinationChainId) => {
    const expected = after.find((lane) => lane.destinationChainId === destinationChainId)
    let state: LaneState = before.find((lane) => lane.destinationChainId === destinationChainId) ?? {
      destinationChainId,
      nonce: 0n,
      head: emptyHead,
    }
    const incomplete = (detail: string) => new LaneIncompleteError({ chainId, destinationChainId, detail })
    for (const step of laneSteps({ source, destinationChainId, logs })) {
      if (step.nonce !== state.nonce + 1n) throw incomplete(`message ${state.nonce} is missing, the next one seen makes ${step.nonce}`)
      if (fold(state.head, step.leaf) !== step.head) throw incomplete(`message ${state.nonce} does not fold to the head in its event`)
      state = { destinationChainId, nonce: step.nonce, head: step.head }
    }
    if (expected === undefined || expected.nonce !== state.nonce || expected.head !== state.head)
      throw incomplete(`logs lead to nonce ${state.nonce}, the contract stands at ${expected?.nonce ?? 'nothing'}`)
    return state
  })
}

export declare namespace checkLanes {
  type Parameters = {
    chainId: number
    source: LaneSource
    before: readonly LaneState[]
    logs: readonly SyncLog[]
    after: readonly LaneState[]
  }
}

/** One step of a lane: after it the lane holds `nonce` messages under `head`. */
export type LaneStep = {
  readonly nonce: bigint
  readonly head: Hex
  readonly leaf: Hex
  readonly advanced: SyncLog
  readonly sent: SyncLog
}

/** The steps of one lane in logs that are in the chain's order, each `LaneAdvanced` with the `MessageSent` that the gateway emits right after it. */
export function laneSteps({ source, destinationChainId, logs }: laneSteps.Parameters): readonly LaneStep[] {
  const gateway = source.gateway.toLowerCase()
  const own = logs.filter((log) => log.address === gateway)
  const steps: LaneStep[] = []
  for (const [index, advanced] of own.entries()) {
    if (advanced.topics[0] !== laneAdvancedTopic || hexToBigInt(advanced.topics[1] ?? '0x0') !== BigInt(destinationChainId)) continue
    const sent = own[index + 1]
    const leaf = sent?.topics[1]
    if (sent === undefined || leaf === undefined || sent.topics[0] !== messageSentTopic || sent.logIndex !== advanced.logIndex + 1) continue
    steps.push({ nonce: hexToBigInt(`0x${advanced.data.slice(2, 66)}`), head: `0x${advanced.data.slice(66, 130)}`, leaf, advanced, sent })
  }
  return steps
}

export declare namespace laneSteps {
  type Parameters = { source: LaneSource; destinationChainId: number; logs: readonly SyncLog[] }
}
