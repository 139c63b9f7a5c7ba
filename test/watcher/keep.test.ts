import { type Hex, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { taskStateValues } from '../../sdk/src/abis/enums.ts'
import { taskEscrowAbi } from '../../sdk/src/abis/index.ts'
import { createTerms, type Terms, taskIdOf } from '../../sdk/src/task/index.ts'
import { at, deployer, startTestWorld, startWatcherProcess, type TestChain, until, type WatcherProcess } from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
const watchers: WatcherProcess[] = []
let chain: TestChain

beforeAll(async () => {
  const { chains, keys } = await startTestWorld({
    chains: [{ chainId: 921, finality: { kind: 'depth', depth: 1 } }],
    watchers: ['a', 'b'],
    quorum: 2,
    cleanups,
  })
  chain = at(chains, 0)
  for (const key of keys) watchers.push(await startWatcherProcess({ key, keys, chains, cleanups }))
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

const evaluator = privateKeyToAccount(`0x${'42'.repeat(32)}`).address

/** Opens a task whose worker and requester never come back. */
async function open({ openFor, salt }: { openFor: number; salt: string }): Promise<Terms> {
  const { timestamp } = await chain.client.getBlock()
  const terms = createTerms({
    homeChainId: chain.chainId,
    requester: deployer.address,
    evaluator,
    specHash: keccak256('0x01'),
    reward: parseEther('1'),
    workerBond: parseEther('0.1'),
    openUntil: Number(timestamp) + openFor,
    workWindow: 3,
    reviewWindow: 3,
    salt: keccak256(stringToHex(salt)),
    now: Number(timestamp),
  })
  await confirm(chain.client.writeContract({ ...escrow(), functionName: 'open', args: [terms], value: terms.reward }))
  return terms
}

/** Waits until a write is in a block, and stands. */
async function confirm(sending: Promise<Hex>): Promise<void> {
  const { status } = await chain.client.waitForTransactionReceipt({ hash: await sending })
  expect(status).toBe('success')
}

const escrow = () => ({ abi: taskEscrowAbi, address: chain.deployment.taskEscrow, gas: 2_000_000n }) as const

const claimOf = (terms: Terms) => {
  const { token, workerBond, evaluator, openUntil, workWindow } = terms
  const taskId = taskIdOf({ chainId: chain.chainId, escrow: chain.deployment.taskEscrow, terms })
  return [taskId, { token, workerBond, evaluator, openUntil, workWindow }, deployer.address] as const
}

async function stateOf(terms: Terms): Promise<string | undefined> {
  const taskId = taskIdOf({ chainId: chain.chainId, escrow: chain.deployment.taskEscrow, terms })
  const slot = await chain.client.readContract({
    abi: taskEscrowAbi,
    address: chain.deployment.taskEscrow,
    functionName: 'taskOf',
    args: [taskId],
  })
  return taskStateValues[slot.state]
}

describe('keep', () => {
  it('triggers every default that is due, once each', async () => {
    const actor = [BigInt(chain.chainId), deployer.address] as const
    const bond = parseEther('0.2')
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'deposit', args: [...actor, zeroAddress, bond], value: bond }))
    const abandoned = await open({ openFor: 4, salt: 'expires' })
    const idle = await open({ openFor: 30, salt: 'lapses' })
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'claim', args: claimOf(idle) }))
    const unread = await open({ openFor: 30, salt: 'settles' })
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'claim', args: claimOf(unread) }))
    const unreadId = taskIdOf({ chainId: chain.chainId, escrow: chain.deployment.taskEscrow, terms: unread })
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'submit', args: [unreadId, 1, keccak256('0x02')] }))

    await until('the abandoned task expired', async () => (await stateOf(abandoned)) === 'Expired')
    await until('the idle one is open again', async () => (await stateOf(idle)) === 'Open')
    await until('the unread one is settled', async () => (await stateOf(unread)) === 'Settled')
    const receipts = await chain.client.getContractEvents({
      abi: taskEscrowAbi,
      address: chain.deployment.taskEscrow,
      eventName: 'TaskReceipt',
      fromBlock: 0n,
    })
    expect(receipts).toHaveLength(3)
    const terms = await at(watchers, 0).get(`/v1/tasks/${unreadId}/terms`)
    expect(terms).toMatchObject({ taskId: unreadId, terms: { reward: `${unread.reward}` } })
  })
})
