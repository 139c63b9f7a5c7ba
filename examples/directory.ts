import { chainsOf, startTeam } from '@hanse/devnet'
import { agent, topic } from '@hanse/sdk'
import { createDirectory } from '@hanse/sdk/directory'
import { keccak256, toHex, zeroHash } from 'viem'

// Agents say what they can do in one place, where everybody finds those that live; beside that, five of them tell each other.
const { lead, agents, info, chainIds, openSpace, measure, stop } = await startTeam({ agents: 1_000, senders: 1 })
async function naive(chainId = chainIds[0] ?? 0): Promise<string> {
  const space = await openSpace(chainId)
  const messages = Array.from({ length: 5 * 4 }, (_, i) => ({ chainId, space, topic: keccak256(toHex(i % 5)), data: zeroHash }))
  await Promise.all(messages.map((message) => topic.append.sync(lead, message)))
  return `${messages.length} messages among 5 agents; ${agents} would send ${agents * (agents - 1)}`
}
async function directory(): Promise<string> {
  const able = (card: string) => agent.createProfile({ capabilities: ['text.report'], cardDigest: keccak256(toHex(card)), cardUri: card })
  const all = Array.from({ length: agents }, (_, i) => ({ salt: toHex(i, { size: 32 }), profile: able(`https://example.org/${i}`) }))
  for (let i = 0, lifetime = 30; i < agents; i += 100, lifetime = 3_600) {
    const [chainId = 0, liveUntil] = [chainIds[(i / 100) % chainIds.length], Math.floor(Date.now() / 1000) + lifetime]
    await agent.registerBatch.sync(lead, { chainId, agents: all.slice(i, i + 100), liveUntil })
  }
  const found = createDirectory({ chains: chainsOf(info) })
  while (await found.step());
  return `${found.query({ limit: 1_000 }).length} of ${agents} found, as those of the first hundred end`
}
for (const [name, run] of Object.entries({ naive, directory })) await measure(name, () => run())
await stop()
