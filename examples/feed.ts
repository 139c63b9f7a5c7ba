import { startTeam } from '@hanse/devnet'
import { chainOf, topic } from '@hanse/sdk'
import { numberToHex } from 'viem'

// Agents follow one feed, and each proves that it missed nothing; beside that, each of them is told everything for itself.
const { lead, agents, chainIds, openSpace, measure, stop } = await startTeam({ agents: 100, senders: 1 })
async function follow(place: Omit<topic.SubscribeParameters, 'signal' | 'onEntry'>): Promise<number> {
  const [life, read] = [new AbortController(), new Set<bigint>()]
  const onEntry = ({ sequence }: topic.TopicEntry) => void (read.add(sequence).size === 4 && life.abort())
  await topic.subscribe({ ...place, signal: life.signal, onEntry })
  return read.size
}
async function publish(chainId: number, way: string): Promise<string> {
  const space = await openSpace(chainId)
  const topics = Array.from({ length: way === 'naive' ? agents : 1 }, (_, i) => numberToHex(i, { size: 32 }))
  const { rpcUrls, finality, deployment } = chainOf(lead, chainId)
  const place = { chainId, rpcUrls, finality, space, board: deployment.blackboard ?? '0x', startBlock: BigInt(deployment.startBlock) }
  const readers = Array.from({ length: agents }, (_, i) => follow({ ...place, topic: topics[i % topics.length] ?? '0x' }))
  const tell = (data: `0x${string}`) => Promise.all(topics.map((feed) => topic.append.sync(lead, { ...place, topic: feed, data })))
  for (const data of ['0x01', '0x02', '0x03', '0x04'] as const) await tell(data)
  return `${(await Promise.all(readers)).filter((count) => count === 4).length} of ${agents} read all`
}
for (const way of ['naive', 'topic']) await measure(way, () => Promise.all(chainIds.map((chainId) => publish(chainId, way))))
await stop()
