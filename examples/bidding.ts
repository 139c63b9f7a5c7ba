import { startTeam } from '@hanse/devnet'
import { task } from '@hanse/sdk'
import { keccak256, parseEther, toHex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'

// Agents bid for a task by signatures off chain, of which only the best is brought; beside that, the last ten outbid each other on the chain.
const { lead, agents, accounts, chainIds, measure, stop } = await startTeam({ agents: 10, senders: 1 })
const [sponsor = '0x', openUntil] = [accounts[0], Math.floor(Date.now() / 1000) + 3_600]
const rules = { requester: sponsor, openUntil, reward: parseEther('1'), workerBond: 1n, workWindow: 3_600, reviewWindow: 3_600 }
const bidders = Array.from({ length: agents }, (_, i) => privateKeyToAccount(keccak256(toHex(`bidder ${i}`))))
async function auction(chainId: number, way: string): Promise<string> {
  const terms = await task.presets.auction(lead, { ...rules, chainId, minStep: 1, challengeWindow: 4, specHash: keccak256(toHex(way)) })
  await task.open.sync(lead, { chainId, terms })
  const sign = async (account: PrivateKeyAccount, i: number) => {
    const bid = { sponsor, token: 1, expiry: openUntil, worker: account.address, share: 9_000 - Math.floor((i * 8_000) / agents) }
    return { chainId, terms, bid, signature: await task.signBid(lead, { chainId, terms, bid, account }) }
  }
  const brought = (await Promise.all(bidders.map(sign))).slice(way === 'naive' ? -10 : -1)
  const depositFor = (account: `0x${string}`) => task.deposit.sync(lead, { chainId, actor: { chainId, account }, amount: 1n })
  await Promise.all(brought.map(({ bid }) => depositFor(bid.worker)))
  for (const bid of brought) await task.propose(lead, bid)
  await new Promise((resolve) => setTimeout(resolve, 6_000))
  return `${(await task.award.sync(lead, { chainId, terms })).event.worker.account} shall do it`
}
for (const way of ['naive', 'signed']) await measure(way, () => Promise.all(chainIds.map((chainId) => auction(chainId, way))))
await stop()
