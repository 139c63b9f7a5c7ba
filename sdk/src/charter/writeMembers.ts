import type { Address, Hex } from 'viem'
import { membersWrittenEvent, writeMembersFunction } from '../abis/charters.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const chartersAbi = [membersWrittenEvent, writeMembersFunction] as const

/** What `writeMembers` takes. */
export type WriteMembersParameters = WriteParameters & {
  readonly charterId: Hex
  readonly epoch: number
  /** Of the document of that epoch. */
  readonly members: readonly Address[]
}

/** Members that a chain knows. */
export type MembersWritten = { readonly charterId: Hex; readonly epoch: number; readonly list: Address }

/**
 * Brings the members of a mirrored epoch to a chain, which knows their hash. Anyone.
 *
 * @throws CharterEpochUnknown, MembersWrong: the contract's errors, before anything is sent; EventMissingError when the chain knew them.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * await charter.writeMembers.sync(client, { chainId: 10, charterId, epoch: 1, members: document.members })
 * ```
 */
export const writeMembers = /* @__PURE__ */ defineWrite<WriteMembersParameters, MembersWritten>({
  verb: 'charter.writeMembers',
  call: (deployment, { charterId, epoch, members }) =>
    encodeCall(contractIn(deployment, 'charters'), { abi: chartersAbi, functionName: 'writeMembers', args: [charterId, epoch, members] }),
  event: (logs, deployment) =>
    eventsOf({ abi: chartersAbi, address: contractIn(deployment, 'charters'), eventName: 'MembersWritten', logs })[0]?.args,
})

/** `writeMembers`, waiting for the receipt. */
export const writeMembersSync: typeof writeMembers.sync = (client, parameters) => writeMembers.sync(client, parameters)
