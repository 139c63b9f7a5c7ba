// Sees the blocks of a chain as they come, with the messages that were sent in them, or that ran.
import { messageSentTopic } from '@hanse/sdk/sync'
import type { Address, Hex, PublicClient } from 'viem'

/** A chain to look at. */
export type Watchable = {
  readonly client: Pick<PublicClient, 'getBlockNumber' | 'getLogs'>
  readonly deployment: { readonly gateway: Address }
}

/** Milliseconds of this process's clock. */
export type Times = { readonly sent: number; readonly final: number; readonly ran: number }

/** Looks every few milliseconds. With a recipient, it is told what ran there; else what the gateway sent. */
export function watchBlocks(chain: Watchable, recipient?: Address) {
  const seen = new Map<number, number>()
  const ran = new Map<Hex, number>()
  const sent: { readonly id: Hex; readonly block: number }[] = []
  let next: number | undefined
  let isStopped = false

  async function look(): Promise<void> {
    const height = Number(await chain.client.getBlockNumber({ cacheTime: 0 }))
    const now = performance.now()
    const from = next ?? height
    if (height < from) return
    for (let block = from; block <= height; block++) seen.set(block, now)
    next = height + 1
    const address = recipient ?? chain.deployment.gateway
    const logs = await chain.client.getLogs({ address, fromBlock: BigInt(from), toBlock: BigInt(height) })
    for (const { topics, blockNumber } of logs) {
      const block = Number(blockNumber)
      if (recipient !== undefined && topics[0] !== undefined) ran.set(topics[0], ran.get(topics[0]) ?? seen.get(block) ?? now)
      if (recipient === undefined && topics[0] === messageSentTopic && topics[1] !== undefined) sent.push({ id: topics[1], block })
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      await look().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  void run()
  return {
    sent: () => sent,
    seenAt: (block: number) => seen.get(block) ?? Number.NaN,
    ranAt: (id: Hex) => ran.get(id),
    stop: () => {
      isStopped = true
    },
  }
}
