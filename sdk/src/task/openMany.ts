import { type Address, isAddressEqual, zeroAddress } from 'viem'
import { taskOpenedEvent } from '../abis/taskEscrow.ts'
import { openManyFunction } from '../abis/taskFunding.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import type { TaskOpened } from './open.ts'
import type { Posting } from './posting.ts'
import { totalOf } from './terms.ts'

const taskFundingAbi = [openManyFunction] as const

const taskEscrowAbi = [taskOpenedEvent] as const

/** What `openMany` takes. */
export type OpenManyParameters = WriteParameters & {
  /** The contract `TaskFunding`. Default: that of the deployment. */
  readonly funding?: Address
  /** Of any requesters and tokens. */
  readonly postings: readonly Posting[]
}

/**
 * Posts many tasks, all or none. The signer of the transaction pays: by allowances to `TaskFunding`, and as value in the native coin.
 *
 * @throws SignatureInvalid, TermInvalid, TaskWrongState, FundingMismatch: the contracts' errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signature = await task.signPosting(requester, { chainId: 1, terms, expiry })
 * const { event } = await task.openMany.sync(payer, { chainId: 1, postings: [{ terms, expiry, signature }] })
 * console.log(event.length)
 * ```
 */
export const openMany = /* @__PURE__ */ defineWrite<OpenManyParameters, readonly TaskOpened[]>({
  verb: 'task.openMany',
  gasMargin: 30,
  call: (deployment, { funding = contractIn(deployment, 'taskFunding'), postings }) =>
    encodeCall(funding, { abi: taskFundingAbi, functionName: 'openMany', args: [postings] }, nativeSum(postings)),
  event: (logs, { taskEscrow: address }) => {
    const opened = eventsOf({ abi: taskEscrowAbi, address, eventName: 'TaskOpened', logs }).map(({ args }) => args)
    return opened.length === 0 ? undefined : opened
  },
})

/** `openMany`, waiting for the receipt. */
export const openManySync: typeof openMany.sync = (client, parameters) => openMany.sync(client, parameters)

function nativeSum(postings: readonly Posting[]): bigint {
  return postings.filter(({ terms }) => isAddressEqual(terms.token, zeroAddress)).reduce((sum, { terms }) => sum + totalOf(terms), 0n)
}
