import { type Address, getAbiItem, type Hex, keccak256, zeroAddress, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { cellOfFunction, cellsOfFunction, cellWrittenEvent } from '../abis/blackboard.ts'
import { eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'
import { EventUnseenError } from '../errors/format.ts'
import { type Author, toAuthor } from './author.ts'

const blackboardAbi = [cellOfFunction, cellsOfFunction, cellWrittenEvent] as const

/** Who holds a cell, and until when. */
export type LeaseView = {
  readonly holder: Address
  /** The fencing token. */
  readonly token: number
  /** The last second of the lease, by home's clock. */
  readonly end: number
  /** The second to which it may be renewed at most. */
  readonly limit: number
}

/** A cell as it stands. */
export type CellView = {
  /** Rises with every write, grant, hand-off and release. Zero: nothing ever happened to it. */
  readonly version: number
  /** Undefined: never written. */
  readonly valueHash: Hex | undefined
  /** The lease that runs, if one does. */
  readonly lease: LeaseView | undefined
}

/** A cell with its value. */
export type CellContent = CellView & {
  /** Undefined: never written. */
  readonly value: Hex | undefined
  readonly author: Author | undefined
}

/** What `read` takes. */
export type ReadCellParameters = ReadParameters & { readonly space: Hex; readonly key: Hex }

/**
 * A cell at home with its value, which is taken from the event and must have the hash that the contract holds.
 *
 * @throws EventUnseenError when the node has no value of that hash: it left logs out.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value, freshness } = await cell.read(client, { chainId: 1, space, key })
 * console.log(value.version, value.value, freshness.isFinal)
 * ```
 */
export const read = /* @__PURE__ */ defineRead<ReadCellParameters, CellContent>('cell.read', async (context, { space, key }) => {
  const { connection, chain, blockNumber } = context
  const address = contractIn(chain.deployment, 'blackboard')
  const stored = await readContract(connection, { abi: blackboardAbi, address, blockNumber, functionName: 'cellOf', args: [space, key] })
  const view = viewOf(stored)
  if (view.valueHash === undefined) return { ...view, value: undefined, author: undefined }
  return { ...view, ...(await contentOf(context, { address, space, key, valueHash: view.valueHash })) }
})

/** What `readMany` takes. */
export type ReadManyParameters = ReadParameters & { readonly space: Hex; readonly keys: readonly Hex[] }

/**
 * Several cells of a space as they stand in one block, without their values.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value: cells } = await cell.readMany(client, { chainId: 1, space, keys: [manifest, section] })
 * for (const { version, valueHash } of cells) console.log(version, valueHash)
 * ```
 */
export const readMany = /* @__PURE__ */ defineRead<ReadManyParameters, readonly CellView[]>(
  'cell.readMany',
  async ({ connection, chain, blockNumber }, { space, keys }) => {
    const address = contractIn(chain.deployment, 'blackboard')
    const cells = await readContract(connection, { abi: blackboardAbi, address, blockNumber, functionName: 'cellsOf', args: [space, keys] })
    return cells.map(viewOf)
  },
)

type Stored = {
  readonly version: number
  readonly valueHash: Hex
  readonly holder: Address
  readonly token: number
  readonly leaseEnd: number
  readonly leaseLimit: number
}

function viewOf({ version, valueHash, holder, token, leaseEnd, leaseLimit }: Stored): CellView {
  return {
    version,
    valueHash: valueHash === zeroHash ? undefined : valueHash,
    lease: holder === zeroAddress ? undefined : { holder, token, end: leaseEnd, limit: leaseLimit },
  }
}

type Wanted = { readonly address: Address; readonly space: Hex; readonly key: Hex; readonly valueHash: Hex }

/** The newest write in the logs. An older one with the same value does as well; one with another is not what stands. */
async function contentOf(context: ReadContext, wanted: Wanted): Promise<Pick<CellContent, 'value' | 'author'>> {
  const { address, space, key, valueHash } = wanted
  const event = getAbiItem({ abi: blackboardAbi, name: 'CellWritten' })
  const found = await newestOf(context, { address, event, args: { space, key } }, (logs) =>
    eventsOf({ abi: blackboardAbi, address, eventName: 'CellWritten', logs })
      .filter(({ args }) => args.space === space && args.key === key)
      .at(-1),
  )
  const value = found?.args.value
  if (found === undefined || value === undefined || keccak256(value) !== valueHash) {
    const fact = value === undefined ? 'the node has no event of it' : `the newest event has a value of hash ${keccak256(value)}`
    throw new EventUnseenError({ subject: `Cell ${key}`, fact, expected: `the value of hash ${valueHash}` })
  }
  return { value, author: toAuthor(found.args.author, { homeChainId: context.chain.chainId }) }
}
