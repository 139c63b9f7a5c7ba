import { startTeam } from '@hanse/devnet'
import { task } from '@hanse/sdk'
import { keccak256, toHex } from 'viem'

// A task passes through the hands of ten agents, with its deadline and its obligations; beside that, each gives it up for the next to claim.
const { lead, clients, accounts, chainIds, measure, stop } = await startTeam({ agents: 11 })
const [requester = '0x', openUntil] = [accounts[0], Math.floor(Date.now() / 1000) + 3_600]
const rules = { requester, openUntil, reward: 10n, workerBond: 4n, workWindow: 900, reviewWindow: 900, specHash: toHex(1, { size: 32 }) }
async function pass(chainId: number, way: string): Promise<string> {
  const { terms, taskId } = (await task.open.sync(lead, { chainId, terms: await task.presets.bounty(lead, { ...rules, chainId }) })).event
  for (const [i, worker] of clients.slice(1).entries()) {
    const [from = '0x', to = '0x', before = lead] = [accounts[i], accounts[i + 1], clients[i]]
    await task.deposit.sync(worker, { chainId, actor: { chainId, account: to }, amount: terms.workerBond })
    const at = { chainId, terms, from, change: { to, sponsor: to, token: i, expiry: openUntil } }
    if (i > 0 && way === 'naive') await task.giveUp.sync(before, at)
    if (i > 0 && way !== 'naive') await task.handoff.sync(before, { ...at, signatureTo: await task.signHandoff(worker, at) })
    else await task.claim.sync(worker, { chainId, homeChainId: chainId, terms, sponsor: to })
  }
  const result = { chainId, homeChainId: chainId, taskId, token: clients.length - 1, deliverable: keccak256('0x01') }
  const { event } = await task.submit.sync(clients.at(-1) ?? lead, result)
  if (event.via === 'home') await task.decide.sync(lead, { chainId, terms, work: event, verdict: 10_000 })
  return `${(await task.getTask(lead, { chainId, taskId })).value.state} after ${clients.length - 1} hands`
}
for (const way of ['naive', 'handoff']) await measure(way, () => Promise.all(chainIds.map((chainId) => pass(chainId, way))))
await stop()
