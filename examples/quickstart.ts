import { chainsOf, startWorld, userAccount } from '@hanse/devnet'
import { createClient, task } from '@hanse/sdk'
import { keccak256, parseEther, toHex } from 'viem'

const world = await startWorld({ chains: [{ chainId: 1001 }, { chainId: 1002 }], watchers: 3, quorum: 2 })
const clientOf = (user: number) => createClient({ chains: chainsOf(world.info), account: userAccount(user) })
const [requester, worker] = [clientOf(0), clientOf(1)]
const account = userAccount(1).address

// The requester posts a task on chain 1001 that accounts of chain 1002 may do, and judges it itself.
const terms = task.createTerms({
  homeChainId: 1001,
  requester: userAccount(0).address,
  evaluator: userAccount(0).address,
  specHash: keccak256(toHex('Say hello.')),
  reward: parseEther('1'),
  workerBond: parseEther('0.1'),
  openUntil: Math.floor(Date.now() / 1000) + 3600,
  workWindow: 600,
  reviewWindow: 600,
  chains: [1002],
  grace: 120,
})
const { event } = await task.open.sync(requester, { chainId: 1001, terms })

// The worker deposits its bond at home, claims from chain 1002, waits for home to agree, and hands in the hash of its work.
await task.deposit.sync(worker, { chainId: 1001, actor: { chainId: 1002, account }, amount: terms.workerBond })
await task.claim.sync(worker, { chainId: 1002, homeChainId: 1001, terms, sponsor: account })
const { taskId } = event
const until = async (state: task.TaskView['state']) => {
  while ((await task.getTask(worker, { chainId: 1001, taskId })).value.state !== state) await new Promise((done) => setTimeout(done, 200))
}
await until('Assigned')
await task.submit.sync(worker, { chainId: 1002, homeChainId: 1001, taskId, token: 1, deliverable: keccak256(toHex('Hello.')) })
await until('Submitted')

// The requester finds it good, and the worker is paid on chain 1001.
const { value: work } = await task.getWork(requester, { chainId: 1001, taskId })
if (work !== undefined) await task.decide.sync(requester, { chainId: 1001, terms, work, verdict: 10_000 })
console.log((await task.getTask(requester, { chainId: 1001, taskId })).value)
await world.stop()
