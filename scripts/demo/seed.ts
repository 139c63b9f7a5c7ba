import { chainsOf, userAccount, type WorldInfo } from '@hanse/devnet'
import { agent, type Client, cell, createClient, task, topic } from '@hanse/sdk'
import { type Hex, keccak256, parseEther, stringToHex } from 'viem'
import { DemoError } from './errors.ts'

/** A cell that the page shows at first. */
export type ShownCell = { readonly chainId: number; readonly space: Hex; readonly key: Hex; readonly name: string }

/** Those who do something; the first user is left to whoever looks. */
const [requester, worker, writer, other] = [1, 2, 3, 4] as const

const word = (text: string): Hex => stringToHex(text, { size: 32 })

/** Does a little of everything, so that a page beside the chains has something to show: a space with cells and a topic, agents, tasks in three states. */
export async function seed(info: WorldInfo): Promise<readonly ShownCell[]> {
  const clients = new Map<number, Client>([requester, worker, writer, other].map((user) => [user, clientOf(info, user)] as const))
  const as = (user: number): Client => clients.get(user) ?? clientOf(info, user)
  const [home, away] = info.chains.map(({ chainId }) => chainId)
  if (home === undefined || away === undefined) throw new DemoError('There is one chain, expected two or more.', 'Start a world of more.')
  const [cells] = await Promise.all([
    share(as(writer), { home, away }),
    employ(as, [home, away]),
    // One lives on each chain.
    ...[worker, writer, other].map((user, place) => enroll(as(user), { user, chainId: info.chains[place]?.chainId ?? home })),
  ])
  return cells
}

function clientOf(info: WorldInfo, user: number): Client {
  return createClient({ chains: chainsOf(info), account: userAccount(user), pollingIntervalMs: 100 })
}

/** A note that another chain is told of, a section that somebody holds, and news. */
async function share(
  client: Client,
  { home: chainId, away }: { readonly home: number; readonly away: number },
): Promise<readonly ShownCell[]> {
  const writers = [{ chainId, account: userAccount(writer).address }]
  const { event } = await cell.openSpace.sync(client, { chainId, writers, salt: word('demo') })
  const at = { chainId, space: event.space }
  const [notes, section, news] = [word('notes'), word('section 1'), word('news')]
  await cell.write.sync(client, { ...at, key: notes, expectedVersion: 0, value: stringToHex('Agents on three chains share this note.') })
  await cell.sendCell.sync(client, { ...at, key: notes, destinationChainId: away })
  await cell.write.sync(client, { ...at, key: section, expectedVersion: 0, value: stringToHex('Somebody is writing here.') })
  await cell.acquire.sync(client, { ...at, key: section, duration: 3_600 })
  await topic.append.sync(client, { ...at, topic: news, data: stringToHex('The chains are up.') })
  return [
    { ...at, key: notes, name: 'notes' },
    { ...at, key: section, name: 'section 1' },
  ]
}

async function enroll(client: Client, { user, chainId }: { readonly user: number; readonly chainId: number }): Promise<void> {
  const cardUri = `https://agent-${user}.example/.well-known/agent-card.json`
  const profile = agent.createProfile({ capabilities: ['text.count', 'text.report'], cardDigest: keccak256(stringToHex(cardUri)), cardUri })
  await agent.register.sync(client, { chainId, profile, liveUntil: Math.floor(Date.now() / 1_000) + 86_400 })
}

/** A task that is open, one that an account of another chain does, and one that is done and paid. */
async function employ(as: (user: number) => Client, [home, away]: readonly [number, number]): Promise<void> {
  await Promise.all([
    post(as(requester), { home, name: 'open', chains: [away] }),
    (async () => {
      const terms = await post(as(requester), { home, name: 'taken from afar', chains: [away] })
      const sponsor = userAccount(worker).address
      await task.deposit.sync(as(worker), { chainId: home, actor: { chainId: away, account: sponsor }, amount: terms.workerBond })
      await task.claim.sync(as(worker), { chainId: away, homeChainId: home, terms, sponsor })
    })(),
    finish(as, home),
  ])
}

/** From a posting to a payment, at home. */
async function finish(as: (user: number) => Client, chainId: number): Promise<void> {
  const terms = await post(as(requester), { home: chainId, name: 'done', chains: [] })
  const { address: sponsor } = userAccount(other)
  const at = { chainId, homeChainId: chainId }
  await task.deposit.sync(as(other), { chainId, actor: { chainId, account: sponsor }, amount: terms.workerBond })
  const { event: claimed } = await task.claim.sync(as(other), { ...at, terms, sponsor })
  if (claimed.via !== 'home') return
  const deliverable = keccak256(stringToHex('done'))
  const handedIn = { ...at, taskId: claimed.taskId, token: claimed.token, deliverable }
  await task.submit.sync(as(other), handedIn)
  const work = { worker: sponsor, token: claimed.token, deliverable }
  await task.decide.sync(as(requester), { chainId, terms, work, verdict: 10_000 })
}

type Posting = { readonly home: number; readonly name: string; readonly chains: readonly number[] }

async function post(client: Client, { home, name, chains }: Posting): Promise<task.Terms> {
  const { address } = userAccount(requester)
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: address, evaluator: address, specHash: keccak256(stringToHex(name)), reward: parseEther('1') },
    ...{ workerBond: parseEther('0.1'), openUntil: Math.floor(Date.now() / 1_000) + 86_400, workWindow: 3_600, reviewWindow: 3_600 },
    ...{ salt: word(name), ...(chains.length === 0 ? {} : { chains, grace: 300 }) },
  })
  await task.open.sync(client, { chainId: home, terms })
  return terms
}
