import type { Hex } from 'viem'
import { announceFunction, charterAnnouncedEvent } from '../abis/charters.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const chartersAbi = [announceFunction, charterAnnouncedEvent] as const

/** What `announce` takes. */
export type AnnounceParameters = WriteParameters & { readonly charterId: Hex }

/** A charter on its way to its mirrors. */
export type CharterAnnounced = { readonly charterId: Hex; readonly epoch: number; readonly sendId: Hex }

/**
 * Broadcasts a charter's current epoch from its home to all chains. Anyone, as often as needed.
 *
 * @throws CharterUnknown, CharterNotHome: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const { event } = await charter.announce.sync(client, { chainId: 1, charterId })
 * console.log(event.sendId)
 * ```
 */
export const announce = /* @__PURE__ */ defineWrite<AnnounceParameters, CharterAnnounced>({
  verb: 'charter.announce',
  call: (deployment, { charterId }) =>
    encodeCall(contractIn(deployment, 'charters'), { abi: chartersAbi, functionName: 'announce', args: [charterId] }),
  event: (logs, deployment) =>
    eventsOf({ abi: chartersAbi, address: contractIn(deployment, 'charters'), eventName: 'CharterAnnounced', logs })[0]?.args,
})

/** `announce`, waiting for the receipt. */
export const announceSync: typeof announce.sync = (client, parameters) => announce.sync(client, parameters)
