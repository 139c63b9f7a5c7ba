import type { Address, Hex } from 'viem'
import { reportIdentityFunction, reportSentEvent } from '../abis/agentLinks.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { linksOf } from './links.ts'

const agentLinksAbi = [reportIdentityFunction, reportSentEvent] as const

/** What `reportIdentity` takes. */
export type ReportIdentityParameters = WriteParameters & {
  /** The chain that is told. */
  readonly homeChainId: number
  readonly identityRegistry: Address
  readonly identityId: bigint
}

/** A report on its way. */
export type IdentityReportSent = {
  readonly homeChainId: bigint
  readonly identityRegistry: Address
  readonly identityId: bigint
  /** Zero: nobody. */
  readonly owner: Address
  readonly sequence: number
  readonly sendId: Hex
}

/**
 * Tells another chain whom an identity of ERC-8004 on this chain belongs to now. Anyone may, again whenever it changed hands.
 *
 * @throws LinksNotLinked, DestinationNotLinked, IdentityGasShort: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { agent } from '@hanse/sdk'
 *
 * await agent.reportIdentity.sync(client, { chainId: 10, homeChainId: 1, identityRegistry, identityId: 22n })
 * ```
 */
export const reportIdentity = /* @__PURE__ */ defineWrite<ReportIdentityParameters, IdentityReportSent>({
  verb: 'agent.reportIdentity',
  call: (deployment, { homeChainId, identityRegistry, identityId }) =>
    encodeCall(linksOf(deployment), {
      abi: agentLinksAbi,
      functionName: 'reportIdentity',
      args: [BigInt(homeChainId), identityRegistry, identityId],
    }),
  event: (logs, deployment) => eventsOf({ abi: agentLinksAbi, address: linksOf(deployment), eventName: 'ReportSent', logs })[0]?.args,
})

/** `reportIdentity`, waiting for the receipt. */
export const reportIdentitySync: typeof reportIdentity.sync = (client, parameters) => reportIdentity.sync(client, parameters)
