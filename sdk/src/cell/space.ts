import { type Address, type Hex, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import {
  isWriterFunction,
  openSpaceFunction,
  setWritersFunction,
  spaceOfFunction,
  spaceOpenedEvent,
  writerChangedEvent,
} from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { Author } from './author.ts'

const blackboardAbi = [
  isWriterFunction,
  openSpaceFunction,
  setWritersFunction,
  spaceOfFunction,
  spaceOpenedEvent,
  writerChangedEvent,
] as const

/** What `openSpace` takes. */
export type OpenSpaceParameters = WriteParameters & {
  /** Who may write at first: accounts of this chain or of others. For an agreement quorum, the account of a charter. */
  readonly writers: readonly Author[]
  /** Seconds for which a cell may be held at most, renewals included. Default an hour; zero: not at all. */
  readonly maxLease?: number
  /** Who may change the list. Default: nobody, ever. */
  readonly controller?: Address
  /** Tells apart what is otherwise equal. */
  readonly salt: Hex
}

/** An open space. */
export type SpaceOpened = { readonly space: Hex; readonly opener: Address; readonly maxLease: number; readonly controller: Address }

/**
 * Opens a space with a list of writers. The space of a charter needs no opening: its id is the charter's.
 *
 * @throws SpaceAlreadyOpen, SpaceWithoutWriters, WriterInvalid, MaxLeaseInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const writers = [{ chainId: 1, account: ada }, { chainId: 10, account: bo }]
 * const { event } = await cell.openSpace.sync(client, { chainId: 1, writers, salt })
 * console.log(event.space)
 * ```
 */
export const openSpace = /* @__PURE__ */ defineWrite<OpenSpaceParameters, SpaceOpened>({
  verb: 'cell.openSpace',
  call: (deployment, { writers, maxLease = 3_600, controller = zeroAddress, salt }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'openSpace',
      args: [maxLease, controller, salt, wordsOf(writers)],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'SpaceOpened', logs })[0]?.args
  },
})

/** What `setWriters` takes. */
export type SetWritersParameters = WriteParameters & {
  readonly space: Hex
  readonly writers: readonly Author[]
  /** Whether they may write from now on. */
  readonly isWriter: boolean
}

/** A changed writer. */
export type WriterChanged = { readonly space: Hex; readonly chainId: bigint; readonly account: Address; readonly isWriter: boolean }

/**
 * Adds to the writers of a space, or takes from them. The signer controls it. Running leases run on.
 *
 * @throws SpaceWrongCaller, WriterInvalid: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * await cell.setWriters.sync(client, { chainId: 1, space, writers: [{ chainId: 1, account: cy }], isWriter: true })
 * ```
 */
export const setWriters = /* @__PURE__ */ defineWrite<SetWritersParameters, WriterChanged>({
  verb: 'cell.setWriters',
  call: (deployment, { space, writers, isWriter }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'setWriters',
      args: [space, wordsOf(writers), isWriter],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'WriterChanged', logs })[0]?.args
  },
})

/** A space as it stands. */
export type SpaceView = {
  /** How often the circle of its writers changed. Zero: there is no such space on that chain. */
  readonly epoch: number
  /** Whether the members of the charter of this id may write. */
  readonly isCharter: boolean
  readonly controller: Address
  /** Seconds. */
  readonly maxLease: number
}

/** What `getSpace` takes. */
export type GetSpaceParameters = ReadParameters & { readonly space: Hex }

/**
 * A space as it stands.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value } = await cell.getSpace(client, { chainId: 1, space })
 * console.log(value.maxLease)
 * ```
 */
export const getSpace = /* @__PURE__ */ defineRead<GetSpaceParameters, SpaceView>(
  'cell.getSpace',
  ({ connection, chain, blockNumber }, { space }) =>
    readContract(connection, {
      ...{ abi: blackboardAbi, address: contractIn(chain.deployment, 'blackboard'), blockNumber },
      functionName: 'spaceOf',
      args: [space],
    }),
)

/** What `isWriter` takes. */
export type IsWriterParameters = ReadParameters & { readonly space: Hex; readonly writer: Author }

/**
 * Whether an account may write in a space now.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value } = await cell.isWriter(client, { chainId: 1, space, writer: { chainId: 10, account: bo } })
 * ```
 */
export const isWriter = /* @__PURE__ */ defineRead<IsWriterParameters, boolean>(
  'cell.isWriter',
  ({ connection, chain, blockNumber }, { space, writer }) =>
    readContract(connection, {
      ...{ abi: blackboardAbi, address: contractIn(chain.deployment, 'blackboard'), blockNumber },
      functionName: 'isWriter',
      args: [space, BigInt(writer.chainId), writer.account],
    }),
)

function wordsOf(writers: readonly Author[]): { chainId: bigint; account: Address }[] {
  return writers.map(({ chainId, account }) => ({ chainId: BigInt(chainId), account }))
}
