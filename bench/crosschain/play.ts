// Plays whole tasks, at home or from another chain, as many at once as wanted, and hands back their stories.
import { chainsOf, userAccount, type World } from '@hanse/devnet'
import { type Client, createClient, task } from '@hanse/sdk'
import { type Hex, keccak256, parseEther, toHex } from 'viem'

const reward = parseEther('10')
const workerBond = parseEther('1')

/** Who plays: the first user posts, the second judges, the third works. */
export type Stage = { readonly world: World; readonly home: number; readonly clients: readonly [Client, Client, Client] }

/** Gives everybody allowances and deposits for so many tasks. */
export async function prepare(world: World, tasks: number): Promise<Stage> {
  const [home = 0, away = 0] = world.info.chains.map(({ chainId }) => chainId)
  const clientOf = (user: number) => createClient({ chains: chainsOf(world.info), account: userAccount(user), pollingIntervalMs: 50 })
  const [requester, evaluator, worker] = [clientOf(0), clientOf(1), clientOf(2)]
  const { token } = world.info
  const amount = (reward + workerBond) * BigInt(tasks)
  for (const client of [requester, worker]) await task.approve.sync(client, { chainId: home, token, amount: 2n * amount })
  for (const chainId of [home, away]) {
    const actor = { chainId, account: userAccount(2).address }
    await task.deposit.sync(worker, { chainId: home, actor, token, amount: workerBond * BigInt(tasks) })
  }
  return { world, home, clients: [requester, evaluator, worker] }
}

let salt = 0

/** Plays `count` tasks at once with a worker on `chainId`, to the last answer. */
export async function play({ world, home, clients }: Stage, { chainId, count }: { chainId: number; count: number }) {
  const [requester, evaluator, worker] = clients
  const away = world.info.chains.map((chain) => chain.chainId).filter((id) => id !== home)
  const [poster, judge, sponsor] = [userAccount(0).address, userAccount(1).address, userAccount(2).address]
  const posted = Array.from({ length: count }, () => {
    salt += 1
    const terms = task.createTerms({
      ...{ homeChainId: home, requester: poster, evaluator: judge, token: world.info.token, reward, workerBond },
      ...{ specHash: keccak256(toHex(`spec ${salt}`)), openUntil: Math.floor(Date.now() / 1_000) + 3_600 },
      ...{ workWindow: 3_600, reviewWindow: 3_600, grace: 600, chains: away },
    })
    return { terms, taskId: task.getTaskId(requester, { chainId: home, terms }), deliverable: keccak256(toHex(`work ${salt}`)) }
  })
  const each = (act: (one: (typeof posted)[number]) => Promise<unknown>) => Promise.all(posted.map(act))
  const reach = (state: task.TaskView['state']) =>
    each(({ taskId }) => until(async () => (await stateOf(requester, home, taskId)) === state))
  await each(({ terms }) => task.open.sync(requester, { chainId: home, terms }))
  await each(({ terms }) => task.claim.sync(worker, { chainId, homeChainId: home, terms, sponsor }))
  await reach('Assigned')
  await each(({ taskId, deliverable }) => task.submit.sync(worker, { chainId, homeChainId: home, taskId, token: 1, deliverable }))
  await reach('Submitted')
  await each(({ terms, deliverable }) =>
    task.decide.sync(evaluator, { chainId: home, terms, work: { worker: sponsor, token: 1, deliverable }, verdict: 10_000 }),
  )
  const stories: task.TaskTrace[] = []
  for (const { taskId } of posted) {
    stories.push(
      await until(async () => {
        const story = await task.trace(requester, { chainId: home, taskId })
        const messages = new Set(story.hops.flatMap(({ sendId }) => sendId ?? []))
        const delivered = story.hops.filter(({ kind }) => kind === 'delivered')
        return story.gaps.length === 0 && delivered.length === messages.size && story
      }),
    )
  }
  return stories
}

async function stateOf(client: Client, chainId: number, taskId: Hex): Promise<task.TaskView['state']> {
  return (await task.getTask(client, { chainId, taskId })).value.state
}

async function until<value>(look: () => Promise<value | false>): Promise<value> {
  const end = performance.now() + 120_000
  while (performance.now() < end) {
    const found = await look()
    if (found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new TypeError('a task did not move on within two minutes')
}
