import type { Hex } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { mirrorOfFunction, mirrorSentEvent, sendCellFunction, topicMirrorOfFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const blackboardAbi = [mirrorOfFunction, mirrorSentEvent, sendCellFunction, topicMirrorOfFunction] as const

/** What `sendCell` takes. */
export type SendCellParameters = WriteParameters & {
  readonly space: Hex
  readonly key: Hex
  /** Zero: all chains. */
  readonly destinationChainId: number
}

/** A mirror on its way. */
export type MirrorSent = {
  readonly destinationChainId: bigint
  readonly space: Hex
  readonly key: Hex
  readonly version: bigint
  readonly sendId: Hex
}

/**
 * Sends a cell of `chainId`, its home, as it stands to its mirror on another chain. Anyone may.
 *
 * @throws CellEmpty, BoardNotLinked, DestinationNotLinked: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * await cell.sendCell.sync(client, { chainId: 1, space, key, destinationChainId: 10 })
 * ```
 */
export const sendCell = /* @__PURE__ */ defineWrite<SendCellParameters, MirrorSent>({
  verb: 'cell.sendCell',
  call: (deployment, { space, key, destinationChainId }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'sendCell',
      args: [space, key, BigInt(destinationChainId)],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'MirrorSent', logs })[0]?.args
  },
})

/** What a chain knows of a cell or topic whose home is another one. */
export type MirrorView = {
  /** How often the circle of writers changed. */
  readonly epoch: number
  /** Of a cell its version, of a topic its length. */
  readonly version: bigint
  readonly valueHash: Hex
  /** The second since which this is known to have been so at home. */
  readonly asOf: number
  /** Seconds since then, by the clock of the chain that was read. */
  readonly age: number
}

/** What `getMirror` takes. */
export type GetMirrorParameters = ReadParameters & {
  /** The chain where the cell is at home; `chainId` is the one that is read. */
  readonly homeChainId: number
  readonly space: Hex
  readonly key: Hex
  /** Whether `key` names a topic. Default false. */
  readonly isTopic?: boolean
}

/**
 * What a chain knows of a cell or topic whose home is another one; undefined when nothing came yet. It shows that the version is at least so
 * much; what a cell equals and who holds it is known at home alone.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value } = await cell.getMirror(client, { chainId: 10, homeChainId: 1, space, key })
 * if (value !== undefined && value.age < 60) console.log(value.version)
 * ```
 */
export const getMirror = /* @__PURE__ */ defineRead<GetMirrorParameters, MirrorView | undefined>(
  'cell.getMirror',
  async ({ connection, chain, blockNumber }, { homeChainId, space, key, isTopic = false }) => {
    const from = { abi: blackboardAbi, address: contractIn(chain.deployment, 'blackboard'), blockNumber } as const
    const functionName = isTopic ? 'topicMirrorOf' : 'mirrorOf'
    const [mirror, block] = await Promise.all([
      readContract(connection, { ...from, functionName, args: [BigInt(homeChainId), space, key] }),
      getBlock(connection, { blockNumber }),
    ])
    return mirror.version === 0n ? undefined : { ...mirror, age: Number(block.timestamp) - mirror.asOf }
  },
)
