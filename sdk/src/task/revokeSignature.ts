import type { Address, Hex } from 'viem'
import { revokeSignatureFunction, signatureRevokedEvent } from '../abis/taskEscrow.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const taskEscrowAbi = [revokeSignatureFunction, signatureRevokedEvent] as const

/** What `revokeSignature` takes. */
export type RevokeSignatureParameters = WriteParameters & {
  /** What was signed: viem's `hashTypedData` of `offerTypedData`, `bidTypedData`, `handoffTypedData`, `splitTypedData` or `postingTypedData`. */
  readonly digest: Hex
}

/** A signature that counts no more. */
export type SignatureRevoked = { readonly account: Address; readonly digest: Hex }

/**
 * Takes back a signature of the signer. Whoever already used it is not touched.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * import { hashTypedData } from 'viem'
 *
 * const digest = hashTypedData(task.offerTypedData({ chainId: 1, escrow, taskId, offer }))
 * await task.revokeSignature.sync(client, { chainId: 1, digest })
 * ```
 */
export const revokeSignature = /* @__PURE__ */ defineWrite<RevokeSignatureParameters, SignatureRevoked>({
  verb: 'task.revokeSignature',
  call: (deployment, { digest }) =>
    encodeCall(deployment.taskEscrow, { abi: taskEscrowAbi, functionName: 'revokeSignature', args: [digest] }),
  event: (logs, { taskEscrow: address }) => eventsOf({ abi: taskEscrowAbi, address, eventName: 'SignatureRevoked', logs })[0]?.args,
})

/** `revokeSignature`, waiting for the receipt. */
export const revokeSignatureSync: typeof revokeSignature.sync = (client, parameters) => revokeSignature.sync(client, parameters)
