import { type Hex, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endingValues, taskStateValues } from '../../sdk/src/abis/enums.ts'
import { taskEscrowAbi } from '../../sdk/src/abis/index.ts'
import { createTerms, type OptionalTerms, type Terms, taskIdOf } from '../../sdk/src/task/index.ts'
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
async function open({ openFor, salt, ...more }: { openFor: number; salt: string } & Omit<OptionalTerms, 'salt'>): Promise<Terms> {
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
    now: Number(timestamp),
    ...more,
    salt: keccak256(stringToHex(salt)),
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
    const bond = parseEther('1')
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

  it('awards auctions, and resolves what is contested or disputed', async () => {
    const worker = deployer.address
    // A policy that likes every bid.
    const policy = '0x00000000000000000000000000000000000000f1'
    await chain.client.setCode({ address: policy, bytecode: '0x60015f5260205ff3' })
    const auction = await open({ openFor: 30, salt: 'awards', allocation: policy, challengeWindow: 3 })
    const bid = { worker, sponsor: worker, share: 5_000, token: 1, expiry: auction.openUntil }
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'propose', args: [auction, bid, '0x'] }))

    const arbitrator = privateKeyToAccount(`0x${'43'.repeat(32)}`).address
    const dispute = { arbitrator, disputeWindow: 3, arbitrationWindow: 3, defaultSplit: 5_000 }
    const works: [Terms, { worker: Hex; token: number; deliverable: Hex }][] = []
    for (const salt of ['concedes', 'splits']) {
      const terms = await open({ openFor: 30, salt, ...dispute })
      const [taskId, ...claim] = claimOf(terms)
      const work = { worker, token: 1, deliverable: keccak256(stringToHex(salt)) }
      await confirm(chain.client.writeContract({ ...escrow(), functionName: 'claim', args: [taskId, ...claim] }))
      await confirm(chain.client.writeContract({ ...escrow(), functionName: 'submit', args: [taskId, 1, work.deliverable] }))
      await confirm(chain.client.writeContract({ ...escrow(), functionName: 'contest', args: [terms, work, 1_000] }))
      works.push([terms, work])
    }
    const [disputed, work] = at(works, 1)
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'counter', args: [disputed, work] }))

    await until('the auction is awarded', async () => (await stateOf(auction)) !== 'Proposed')
    for (const [terms] of works) await until('the dispute is settled', async () => (await stateOf(terms)) === 'Settled')
    const receipts = await chain.client.getContractEvents({
      abi: taskEscrowAbi,
      address: chain.deployment.taskEscrow,
      eventName: 'TaskReceipt',
      args: {},
      fromBlock: 0n,
    })
    const ends = receipts.map(({ args }) => [endingValues[args.ending ?? -1], args.verdict])
    expect(ends).toContainEqual(['Concession', 1_000])
    expect(ends).toContainEqual(['NoRuling', 5_000])
  })
})
