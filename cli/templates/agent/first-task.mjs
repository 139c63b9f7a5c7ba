// A task over two chains, from its posting to the payment. Run it with a devnet up: npx hanse devnet up && node first-task.mjs
import { task } from '@hanse/sdk'
import { formatEther, keccak256, parseEther, toHex } from 'viem'
import { accountOf, clientOf, home, others } from './network.mjs'

const [requester, worker] = [clientOf(0), clientOf(1)]
const [away] = others
const began = Date.now()
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`)

/** Waits until the task is in a state. */
async function until(taskId, state) {
  while ((await task.getTask(worker, { chainId: home, taskId })).value.state !== state) await new Promise((done) => setTimeout(done, 100))
}

// The requester posts a task on its chain that accounts of the other one may do, and judges it itself.
const terms = await task.presets.bounty(requester, {
  chainId: home,
  requester: accountOf(0).address,
  specHash: keccak256(toHex('Say hello.')),
  reward: parseEther('1'),
  workerBond: parseEther('0.1'),
  openUntil: Math.floor(Date.now() / 1000) + 3600,
  workWindow: 600,
  reviewWindow: 600,
  chains: [away],
  grace: 120,
})
const { event: opened } = await task.open.sync(requester, { chainId: home, terms })
const { taskId } = opened
say(`posted on chain ${home}: ${taskId}`)

// The worker puts its bond in at home, claims from its own chain, and hands in the hash of its work.
const account = accountOf(1).address
await task.deposit.sync(worker, { chainId: home, actor: { chainId: away, account }, amount: terms.workerBond })
await task.claim.sync(worker, { chainId: away, homeChainId: home, terms, sponsor: account })
await until(taskId, 'Assigned')
say(`claimed from chain ${away}`)
await task.submit.sync(worker, { chainId: away, homeChainId: home, taskId, token: 1, deliverable: keccak256(toHex('Hello.')) })
await until(taskId, 'Submitted')
say('handed in')

// The requester finds it good, and the worker is paid at home.
const { value: work } = await task.getWork(requester, { chainId: home, taskId })
if (work === undefined) throw new Error(`Nothing was handed in for ${taskId}. Why: npx hanse why ${taskId}`)
const { event: decided } = await task.decide.sync(requester, { chainId: home, terms, work, verdict: 10_000 })
if (decided.outcome === 'Settled') say(`settled: ${formatEther(decided.price)} coins for ${decided.worker}`)
