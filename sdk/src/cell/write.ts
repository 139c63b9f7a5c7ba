import type { Hex } from 'viem'
import { cellWrittenEvent, writeFunction, writeManyFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { type Author, toAuthor } from './author.ts'

const blackboardAbi = [cellWrittenEvent, writeFunction, writeManyFunction] as const

/** What `write` takes. */
export type WriteCellParameters = WriteParameters & {
  readonly space: Hex
  readonly key: Hex
  /** The version that the writer saw. Zero: nothing ever happened to the cell. */
  readonly expectedVersion: number
  /** A short value, or the hash of a body in a `ContentStore`. */
  readonly value: Hex
}

/** A written cell. */
export type CellWritten = {
  readonly space: Hex
  readonly key: Hex
  readonly author: Author
  /** The new version. */
  readonly version: number
  readonly value: Hex
}

/**
 * Writes a cell at home, on top of the version that the writer saw. Whoever is second is refused: see `edit`.
 *
 * @throws CellStale, CellLeased, WriterNotAllowed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value: seen } = await cell.read(client, { chainId: 1, space, key })
 * const { event } = await cell.write.sync(client, { chainId: 1, space, key, expectedVersion: seen.version, value: '0x1234' })
 * console.log(event.version)
 * ```
 */
export const write = /* @__PURE__ */ defineWrite<WriteCellParameters, CellWritten>({
  verb: 'cell.write',
  call: (deployment, { space, key, expectedVersion, value }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'write',
      args: [space, key, BigInt(expectedVersion), value],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    const [written] = eventsOf({ abi: blackboardAbi, address, eventName: 'CellWritten', logs })
    return written && { ...written.args, author: toAuthor(written.args.author, { homeChainId: deployment.chainId }) }
  },
})

/** `write`, waiting for the receipt. */
export const writeSync: typeof write.sync = (client, parameters) => write.sync(client, parameters)

/** What `writeMany` takes. */
export type WriteManyParameters = WriteParameters & {
  /** The same cell may come again, at its next version. */
  readonly writes: readonly Omit<WriteCellParameters, keyof WriteParameters>[]
}

/**
 * Writes several cells at home, all or none.
 *
 * @throws CellStale, CellLeased, WriterNotAllowed: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const writes = [{ space, key: manifest, expectedVersion: 4, value: index }, { space, key: section, expectedVersion: 0, value: text }]
 * const { event } = await cell.writeMany.sync(client, { chainId: 1, writes })
 * console.log(event.map(({ version }) => version))
 * ```
 */
export const writeMany = /* @__PURE__ */ defineWrite<WriteManyParameters, readonly CellWritten[]>({
  verb: 'cell.writeMany',
  call: (deployment, { writes }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'writeMany', args: [writes] }),
  event: (logs, deployment) => {
    const written = eventsOf({ abi: blackboardAbi, address: contractIn(deployment, 'blackboard'), eventName: 'CellWritten', logs })
    if (written.length === 0) return undefined
    return written.map(({ args }) => ({ ...args, author: toAuthor(args.author, { homeChainId: deployment.chainId }) }))
  },
})

/** `writeMany`, waiting for the receipt. */
export const writeManySync: typeof writeMany.sync = (client, parameters) => writeMany.sync(client, parameters)
