import {
  type Abi,
  type Address,
  type ContractEventName,
  type DecodeEventLogReturnType,
  decodeEventLog,
  getAbiItem,
  type Hex,
  toEventSelector,
} from 'viem'
import { createChannel } from './channel.ts'
import { createSync } from './createSync.ts'
import { ChainHaltedError, SyncConfigError } from './errors.ts'
import type { SyncLog, SyncNotification } from './types.ts'

/** An event with where it stands: seen above finality, taken back by a reorg, or permanent. */
export type WatchedEvent<abi extends Abi, name extends ContractEventName<abi>> = DecodeEventLogReturnType<abi, name> & {
  readonly status: 'committed' | 'reverted' | 'finalized'
  readonly log: SyncLog
}

/**
 * Follows the events of one contract. Each comes as `committed` when a block holds it, as `reverted` when that block is gone, and as `finalized`
 * once it is permanent; an event may also be `finalized` at once. Asking for the next one says that the last one is done with.
 *
 * @example
 * ```ts
 * import { taskEscrowAbi } from '@hanse/sdk/abis'
 * import { watchEvents } from '@hanse/sdk/sync'
 *
 * const stop = new AbortController()
 * for await (const { status, args } of watchEvents({
 *   chainId: 10,
 *   rpcUrls: ['https://rpc.example'],
 *   finality: { kind: 'depth', depth: 5 },
 *   address: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
 *   abi: taskEscrowAbi,
 *   eventName: 'TaskOpened',
 *   startBlock: 1_000n,
 *   signal: stop.signal,
 * })) {
 *   console.log(status, args.taskId)
 * }
 * ```
 */
export async function* watchEvents<const abi extends Abi, name extends ContractEventName<abi>>(
  parameters: watchEvents.Parameters<abi, name>,
): AsyncGenerator<WatchedEvent<abi, name>, void, void> {
  const { abi, address, eventName, signal, ...options } = parameters
  const names: readonly name[] = typeof eventName === 'string' ? [eventName] : eventName
  const topics = names.map((name) => topicOf(abi, name))
  const channel = createChannel<SyncNotification>()
  const sync = createSync({ ...options, sources: [{ address, topics }], onNotification: channel.put })
  const close = () => {
    channel.close()
    void sync.stop()
  }
  signal?.addEventListener('abort', close, { once: true })
  if (signal?.aborted) close()
  else void sync.start()
  try {
    for await (const notification of channel.items()) {
      const status = notification.kind
      if (status === 'halted') throw new ChainHaltedError({ chainId: notification.chainId, ...notification.halt })
      for (const log of logsOf(notification)) {
        // The topics asked for are those of `eventName`, so what decodes is one of them.
        const event = decodeEventLog({ abi: abi as Abi, data: log.data, topics: signed(log) }) as DecodeEventLogReturnType<abi, name>
        yield { ...event, status, log }
      }
    }
  } finally {
    signal?.removeEventListener('abort', close)
    close()
  }
}

export declare namespace watchEvents {
  type Parameters<abi extends Abi, name extends ContractEventName<abi>> = Omit<
    createSync.Parameters,
    'sources' | 'lanes' | 'onNotification'
  > & {
    address: Address
    abi: abi
    /** One event, or several. */
    eventName: name | readonly name[]
    /** Ends the loop. */
    signal?: AbortSignal | undefined
  }
}

function topicOf(abi: Abi, name: string): Hex {
  const item = getAbiItem({ abi, name })
  if (item?.type !== 'event') throw new SyncConfigError(`The ABI has no event ${name}.`)
  return toEventSelector(item)
}

function logsOf(notification: Exclude<SyncNotification, { kind: 'halted' }>): readonly SyncLog[] {
  if (notification.kind === 'finalized') return notification.logs
  const logs = notification.blocks.map((block) => (notification.kind === 'reverted' ? [...block.logs].reverse() : block.logs))
  return logs.flat()
}

function signed(log: SyncLog): [signature: Hex, ...rest: Hex[]] {
  const [signature = '0x', ...rest] = log.topics
  return [signature, ...rest]
}
