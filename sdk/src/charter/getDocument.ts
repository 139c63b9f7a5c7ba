import { getAbiItem, type Hex, type Log } from 'viem'
import { charterAdoptedEvent, charterAmendedEvent } from '../abis/charters.ts'
import { eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { newestOf } from '../actions/logs.ts'
import type { CharterDocument } from './document.ts'
import { documentOf } from './documentHash.ts'

const chartersAbi = [charterAdoptedEvent, charterAmendedEvent] as const

/** What `getDocument` takes. */
export type GetDocumentParameters = ReadParameters & {
  readonly charterId: Hex
  /** The epoch, as `getCharter` gives it. */
  readonly epoch: number
}

/**
 * The document of an epoch, from the events of the charter's home; undefined when there was none.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const { value: document } = await charter.getDocument(client, { chainId: homeChainId, charterId, epoch: 2 })
 * ```
 */
export const getDocument = /* @__PURE__ */ defineRead<GetDocumentParameters, CharterDocument | undefined>(
  'charter.getDocument',
  async (context, { charterId, epoch }) => {
    const address = contractIn(context.chain.deployment, 'charters')
    const eventName = epoch === 1 ? 'CharterAdopted' : 'CharterAmended'
    const args = epoch === 1 ? { charterId } : { charterId, epoch }
    const pick = (logs: readonly Log[]) => eventsOf({ abi: chartersAbi, address, eventName, logs })[0]?.args.document
    const found = await newestOf(context, { address, event: getAbiItem({ abi: chartersAbi, name: eventName }), args }, pick)
    return found === undefined ? undefined : documentOf(found)
  },
)
