import { type Address, type Hex, zeroHash } from 'viem'
import { claimForFunction, claimFunction, claimUnderFunction, claimWithFunction, taskAssignedEvent } from '../abis/taskEscrow.ts'
import { claimFunction as portalClaimFunction } from '../abis/taskPortal.ts'
import { type Call, encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { requestIn, type TaskRequest } from './requested.ts'
import { actorArgument, routeOf, type SignedBy } from './route.ts'
import { taskIdOf } from './taskId.ts'
import { isPlainlyClaimed, type Terms } from './terms.ts'

const taskPortalAbi = [portalClaimFunction] as const

const taskEscrowAbi = [claimForFunction, claimFunction, claimUnderFunction, claimWithFunction, taskAssignedEvent] as const

/** What `claim` takes. */
export type ClaimParameters = WriteParameters & {
  /** The chain on which the task lives. On another chain than `chainId` the claim goes through the portal: see `routeOf`. */
  readonly homeChainId: number
  readonly terms: Terms
  /** Whose deposit at home stands behind the claim. */
  readonly sponsor: Address
  /** The fencing token that the claimer saw; home refuses a stale one. Only through a portal or signed. Default 0: never assigned. */
  readonly token?: number
  /** The least share of the reward, in basis points, for which the claimer does it: a policy's price moves. Only at home. Default 10,000. */
  readonly minShare?: number
  /** Absolute seconds after which home refuses the claim. Only through a portal. Default: the terms' `openUntil`. */
  readonly deadline?: number
  /** Claims for whoever signed: see `signClaim`. Only at home. */
  readonly signed?: SignedBy
}

/** A task that is the claimer's. */
export type TaskClaimed = {
  readonly via: 'home'
  readonly taskId: Hex
  /** The fencing token to submit with. */
  readonly token: number
  /** Absolute seconds. */
  readonly deadline: number
}

/**
 * Claims an open task for the signer: at home at once, from another chain by a request that home answers. A task with an auction is bid for: see
 * `propose`.
 *
 * @throws RequestRefused with the reason, when signed; TaskWrongState, ClaimTermsWrong, WorkerNotAdmitted, ShareWrong, PrerequisitesUnmet, TaskDeadlinePassed, DepositInsufficient, HomeNotLinked; of a gate VersionUnmet, ValueUnmet, MirrorTooOld: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.claim.sync(client, { chainId: 10, homeChainId: 1, terms, sponsor })
 * if (event.via === 'portal') console.log('asked home in message', event.sendId)
 * ```
 */
export const claim = /* @__PURE__ */ defineWrite<ClaimParameters, TaskClaimed | TaskRequest>({
  verb: 'task.claim',
  call: ({ taskEscrow, taskPortal }, { chainId, homeChainId, signed, ...parameters }) => {
    const { terms, sponsor, token = 0, minShare = 10_000, deadline = terms.openUntil } = parameters
    const route = routeOf({ chainId, homeChainId, signed })
    if (signed !== undefined) {
      const { actor, expiry, signature } = signed
      const args = [terms, actorArgument(actor), sponsor, token, expiry, signature] as const
      return encodeCall(taskEscrow, { abi: taskEscrowAbi, functionName: 'claimFor', args })
    }
    if (route === 'home') return claimAtHome(taskEscrow, { chainId, terms, sponsor, minShare })
    const args = [BigInt(homeChainId), terms, sponsor, token, deadline] as const
    return encodeCall(taskPortal, { abi: taskPortalAbi, functionName: 'claim', args })
  },
  event: (logs, deployment) => {
    const [assigned] = eventsOf({ abi: taskEscrowAbi, address: deployment.taskEscrow, eventName: 'TaskAssigned', logs })
    if (assigned === undefined) return requestIn(logs, deployment)
    const { taskId, token, deadline } = assigned.args
    return { via: 'home', taskId, token, deadline }
  },
})

type ClaimAtHome = Required<Pick<ClaimParameters, 'chainId' | 'terms' | 'sponsor' | 'minShare'>>

/** By its id where that is enough: a lost race is cheap. */
function claimAtHome(escrow: Address, { chainId, terms, sponsor, minShare }: ClaimAtHome): Call {
  if (!isPlainlyClaimed(terms))
    return encodeCall(escrow, { abi: taskEscrowAbi, functionName: 'claimWith', args: [terms, sponsor, minShare] })
  const { token, workerBond, evaluator, openUntil, workWindow, charter, epoch } = terms
  const claimTerms = { token, workerBond, evaluator, openUntil, workWindow }
  const taskId = taskIdOf({ chainId, escrow, terms })
  return charter === zeroHash
    ? encodeCall(escrow, { abi: taskEscrowAbi, functionName: 'claim', args: [taskId, claimTerms, sponsor] })
    : encodeCall(escrow, { abi: taskEscrowAbi, functionName: 'claimUnder', args: [taskId, claimTerms, charter, epoch, sponsor] })
}

/** `claim`, waiting for the receipt. */
export const claimSync: typeof claim.sync = (client, parameters) => claim.sync(client, parameters)
