// Everybody goes away: tasks of every state and of every kind of terms, one watcher that keeps, and no agent. Time passes, and nothing is left open.
import { type Hex, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { taskStateValues } from '../../sdk/src/abis/enums.ts'
import { taskEscrowAbi } from '../../sdk/src/abis/index.ts'
import { createTerms, type OptionalTerms, type Terms, taskIdOf } from '../../sdk/src/task/index.ts'
import { at, deployer, startTestWorld, startWatcherProcess, type TestChain, until } from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
const ends = ['Settled', 'Cancelled', 'Expired']
const evaluator = privateKeyToAccount(`0x${'42'.repeat(32)}`)
const worker = deployer.address
/** Likes every bid. */
const policy = '0x00000000000000000000000000000000000000f1'
const windows = { workWindow: 6, reviewWindow: 6 }
const dispute = {
  arbitrator: privateKeyToAccount(`0x${'43'.repeat(32)}`).address,
  disputeWindow: 6,
  arbitrationWindow: 6,
  defaultSplit: 5_000,
}
const left = new Map<string, Terms>()
let chain: TestChain

beforeAll(async () => {
  const wanted = [{ chainId: 931, finality: { kind: 'depth', depth: 1 } }] as const
  const { chains, keys } = await startTestWorld({ chains: wanted, watchers: ['keeper', 'gone'], quorum: 2, cleanups })
  chain = at(chains, 0)
  await chain.client.request({ method: 'evm_setIntervalMining', params: [0] })
  await chain.client.setAutomine(true)
  await chain.client.setCode({ address: policy, bytecode: '0x60015f5260205ff3' })
  await chain.client.setBalance({ address: evaluator.address, value: parseEther('1') })
  await leave()
  await chain.client.setAutomine(false)
  await chain.startClock()
  // From here on each block takes a quarter of a minute.
  await chain.client.setBlockTimestampInterval({ interval: 15 })
  await startWatcherProcess({ key: at(keys, 0), keys, chains, cleanups, overrides: { roles: ['sync', 'keep', 'api'] } })
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

const idOf = (terms: Terms) => taskIdOf({ chainId: chain.chainId, escrow: chain.deployment.taskEscrow, terms })
const escrow = () => ({ abi: taskEscrowAbi, address: chain.deployment.taskEscrow, gas: 2_500_000n }) as const

/** Waits until a write is in a block, and stands. */
async function confirm(sending: Promise<Hex>): Promise<void> {
  const { status } = await chain.client.waitForTransactionReceipt({ hash: await sending })
  expect(status).toBe('success')
}

async function termsFor(name: string, more: Omit<OptionalTerms, 'salt'> = {}): Promise<Terms> {
  const now = Number((await chain.client.getBlock()).timestamp)
  const each = { reward: parseEther('1'), workerBond: parseEther('0.1'), openUntil: now + 90, ...windows }
  const who = { homeChainId: chain.chainId, requester: deployer.address, evaluator: evaluator.address, specHash: keccak256('0x01') }
  return createTerms({ ...who, ...each, now, ...more, salt: keccak256(stringToHex(name)) })
}

/** Posts a task and says what it is called. */
async function open(name: string, more: Omit<OptionalTerms, 'salt'> = {}): Promise<Terms> {
  const terms = await termsFor(name, more)
  const value = terms.reward + terms.evaluatorFee + terms.triggerReward
  await confirm(chain.client.writeContract({ ...escrow(), functionName: 'open', args: [terms], value }))
  left.set(name, terms)
  return terms
}

async function claimed(name: string, more: Omit<OptionalTerms, 'salt'> = {}): Promise<Terms> {
  const terms = await open(name, more)
  await claim(terms)
  return terms
}

async function claim(terms: Terms): Promise<void> {
  const { token, workerBond, openUntil, workWindow } = terms
  const claimTerms = { token, workerBond, evaluator: evaluator.address, openUntil, workWindow }
  await confirm(chain.client.writeContract({ ...escrow(), functionName: 'claim', args: [idOf(terms), claimTerms, worker] }))
}

async function submitted(name: string, more: Omit<OptionalTerms, 'salt'> = {}) {
  const terms = await claimed(name, more)
  return { terms, work: await submit(terms) }
}

async function submit(terms: Terms) {
  const work = { worker, token: 1, deliverable: keccak256(idOf(terms)) }
  await confirm(chain.client.writeContract({ ...escrow(), functionName: 'submit', args: [idOf(terms), 1, work.deliverable] }))
  return work
}

/** Leaves a task behind in every state, under every kind of terms that changes what happens then. */
async function leave(): Promise<void> {
  const { client } = chain
  const bond = parseEther('10')
  const actor = [BigInt(chain.chainId), worker, zeroAddress, bond] as const
  await confirm(client.writeContract({ ...escrow(), functionName: 'deposit', args: actor, value: bond }))
  await open('open')
  await open('open, with a reward for whoever ends it', { triggerReward: parseEther('0.01') })
  await open('open, with a prerequisite that nobody meets', { prerequisites: [{ chainId: chain.chainId, taskId: keccak256('0x09') }] })
  await claimed('assigned')
  await claimed('assigned, with grace for other chains', { chains: [932], grace: 6 })
  const doubt = parseEther('0.01')
  const doubted = await claimed('assigned and doubted', { suspectBond: doubt, answerWindow: 2 })
  await confirm(client.writeContract({ ...escrow(), functionName: 'suspect', args: [doubted], value: doubt }))
  await submitted('submitted', { evaluatorFee: parseEther('0.01') })
  await submitted('submitted, and silence pays half', { silence: 5_000 })
  const revised = await submitted('sent back for a revision', { maxRevisions: 1 })
  const revise = { ...escrow(), functionName: 'revise', args: [revised.terms, revised.work], account: evaluator } as const
  await confirm(client.writeContract(revise))
  const auction = await open('proposed', { allocation: policy, challengeWindow: 6 })
  const bid = { worker, sponsor: worker, share: 5_000, token: 1, expiry: auction.openUntil }
  await confirm(client.writeContract({ ...escrow(), functionName: 'propose', args: [auction, bid, '0x'] }))
  for (const name of ['contested', 'disputed']) {
    const { terms, work } = await submitted(name, dispute)
    await confirm(client.writeContract({ ...escrow(), functionName: 'contest', args: [terms, work, 1_000] }))
    if (name === 'disputed') await confirm(client.writeContract({ ...escrow(), functionName: 'counter', args: [terms, work] }))
  }
  await leaveFamily()
}

/** A parent whose worker spent some of it on children. */
async function leaveFamily(): Promise<void> {
  const parent = await claimed('assigned, with children', { delegable: parseEther('0.5') })
  for (const name of ['open child', 'assigned child', 'submitted child']) {
    const terms = { ...(await termsFor(name, { parent: idOf(parent) })), reward: parseEther('0.1') }
    await confirm(chain.client.writeContract({ ...escrow(), functionName: 'openChild', args: [terms, parent] }))
    left.set(name, terms)
    if (name !== 'open child') await claim(terms)
    if (name === 'submitted child') await submit(terms)
  }
}

async function statesNow(): Promise<Map<string, string>> {
  const tasks = [...left]
  const slots = await Promise.all(
    tasks.map(([, terms]) => chain.client.readContract({ ...escrow(), functionName: 'taskOf', args: [idOf(terms)] })),
  )
  return new Map(tasks.map(([name], index) => [name, taskStateValues[slots[index]?.state ?? 0] ?? 'None']))
}

describe('a world left alone', () => {
  it('comes to an end in every task, with one keeper and nobody else', async () => {
    const before = await statesNow()
    expect(new Set(before.values())).toEqual(new Set(['Open', 'Proposed', 'Assigned', 'Submitted', 'Contested', 'Disputed']))
    let after = before
    const isOver = async () => {
      after = await statesNow()
      return [...after.values()].every((state) => ends.includes(state))
    }
    await until('nothing is left open', isOver, 45_000).catch(() => undefined)
    expect([...after].filter(([, state]) => !ends.includes(state))).toEqual([])
    const receipts = await chain.client.getContractEvents({ ...escrow(), eventName: 'TaskReceipt', fromBlock: 0n })
    expect(receipts.length).toBeGreaterThanOrEqual(left.size)
  })
})
