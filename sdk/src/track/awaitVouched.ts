import type { Client } from '../client.ts'
import { BaseError } from '../errors/base.ts'
import { type Attestations, fetchAttestations } from '../gateway/fetchAttestations.ts'
import type { LaneMessage } from '../gateway/messages.ts'
import { delay } from '../sync/createSync.ts'
import type { Tracking, TrackStage } from './stages.ts'

type Await = Tracking & { readonly chainId: number; readonly message: LaneMessage; readonly urls: readonly string[] }

/** Asks watchers until enough of them signed a head that covers the message. Undefined when aborted. */
export async function awaitVouched(client: Client, { chainId, message, urls, signal, seenAt }: Await): Promise<TrackStage | undefined> {
  while (!signal.aborted) {
    const found = await ask(client, { chainId, message, urls, signal })
    const head = found?.heads.find(({ nonce, signatures }) => nonce > message.nonce && signatures.length >= found.quorum)
    if (found?.setId !== undefined && head !== undefined) {
      const { setId, quorum } = found
      return { stage: 'vouched', setId, quorum, signatures: head.signatures.length, nonce: head.nonce, chainId, seenAt: seenAt() }
    }
    await delay(client.pollingIntervalMs, signal)
  }
  return undefined
}

async function ask(client: Client, { chainId, message, urls, signal }: Omit<Await, 'seenAt'>): Promise<Attestations | undefined> {
  try {
    return await fetchAttestations(client, { chainId, lane: message.lane, urls, from: message.nonce + 1n, signal })
  } catch (error) {
    if (signal.aborted || (error instanceof BaseError && error.retryable)) return undefined
    throw error
  }
}
