import { chainsOf, startWorld, userAccount } from '@hanse/devnet'
import { createClient, clientOf as on, task } from '@hanse/sdk'
import { taskPortalAbi } from '@hanse/sdk/abis'
import { type Abi, encodeAbiParameters, erc20Abi, formatEther, getAbiItem, keccak256, parseEther } from 'viem'
import { readContract, waitForTransactionReceipt, writeContract } from 'viem/actions'
import { createPrimeCounter, primeCounterAbi } from './contract-agent/create.ts'

// A contract on chain 1002 finds a task of chain 1001 worth its while, claims it, works on it in its own code, and is paid.
const [home, away] = [1001, 1002]
const world = await startWorld({
  chains: [
    { chainId: home, blockTime: 0.5 },
    { chainId: away, blockTime: 0.5 },
  ],
  watchers: 3,
  quorum: 2,
})
const clientAs = (user: number) => createClient({ chains: chainsOf(world.info), account: userAccount(user), pollingIntervalMs: 100 })
const [requester, owner, passerBy] = [clientAs(0), clientAs(1), clientAs(2)]
const [boss, master] = [userAccount(0).address, userAccount(1).address]
const { token } = world.info
const portal = world.plan.addresses.taskPortal

// The same code with the same arguments through the same factory: the same address on both chains. Home pays to that address.
const agent = await createPrimeCounter(owner, { chainIds: [home, away], portal, evaluator: boss, price: parseEther('0.01') })

const limit = 1_000n
const hashOf = (value: bigint) => keccak256(encodeAbiParameters([{ type: 'uint256' }], [value]))
const terms = task.createTerms({
  ...{ homeChainId: home, requester: boss, evaluator: boss, specHash: hashOf(limit), token, reward: parseEther('10') },
  ...{ workerBond: parseEther('1'), openUntil: Math.floor(Date.now() / 1000) + 3600, workWindow: 600, reviewWindow: 600 },
  ...{ chains: [away], grace: 120 },
})
await task.approve.sync(requester, { chainId: home, token, amount: terms.reward })
const { taskId } = (await task.open.sync(requester, { chainId: home, terms })).event
await task.approve.sync(owner, { chainId: home, token, amount: terms.workerBond })
await task.deposit.sync(owner, { chainId: home, actor: { chainId: away, account: agent }, token, amount: terms.workerBond })

// Contracts do not start by themselves, but anyone may set this one going: it decides, and claims through its portal.
const claimItem = getAbiItem({ abi: taskPortalAbi, name: 'claim' })
const bidAbi = [{ ...claimItem, name: 'bid', inputs: [...claimItem.inputs.slice(0, 2), { name: 'limit', type: 'uint256' }] }] satisfies Abi
const call = async (chainId: number, functionName: string, args: readonly unknown[]) => {
  const [connection, account, abi] = [on(passerBy, chainId), passerBy.account ?? null, [...primeCounterAbi, ...bidAbi] as Abi]
  const hash = await writeContract(connection, { account, chain: connection.chain, address: agent, abi, functionName, args })
  await waitForTransactionReceipt(connection, { hash })
}
const until = async (state: task.TaskView['state']) => {
  while ((await task.getTask(passerBy, { chainId: home, taskId })).value.state !== state) await new Promise((done) => setTimeout(done, 100))
}
await call(away, 'bid', [BigInt(home), terms, limit])
await until('Assigned')
await call(away, 'work', [BigInt(home), taskId, 1])
await until('Submitted')

// The requester counts for itself, finds it right, and the copy at home passes the pay on to its owner.
const { value: work } = await task.getWork(requester, { chainId: home, taskId })
const primes = await readContract(on(requester, away), { address: agent, abi: primeCounterAbi, functionName: 'primesBelow', args: [limit] })
const verdict = work?.deliverable === hashOf(primes) ? 10_000 : 0
if (work !== undefined) await task.decide.sync(requester, { chainId: home, terms, work, verdict })
const balance = () => readContract(on(owner, home), { address: token, abi: erc20Abi, functionName: 'balanceOf', args: [master] })
const before = await balance()
await call(home, 'collect', [token])

const { hops } = await task.trace(requester, { chainId: home, taskId })
for (const { chainId, kind, timestamp, cost } of hops) console.log(`${timestamp}  chain ${chainId}  ${kind.padEnd(9)}  ${cost?.gas ?? ''}`)
console.log(`${primes} primes below ${limit}; its owner got ${formatEther((await balance()) - before)} MARK`)
await world.stop()
