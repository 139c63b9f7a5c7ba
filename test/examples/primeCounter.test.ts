import { type Address, encodeAbiParameters, erc20Abi, getAbiItem, type Hex, keccak256, zeroAddress } from 'viem'
import { getCode, readContract, waitForTransactionReceipt, writeContract } from 'viem/actions'
import { beforeAll, describe, expect, it } from 'vitest'
import { keylessFactory } from '../../deploy/src/index.ts'
import { createPrimeCounter, primeCounterAbi } from '../../examples/contract-agent/create.ts'
import { devTokenAbi, taskPortalAbi } from '../../sdk/src/abis/index.ts'
import { type Client, clientOf, gateway, task, why } from '../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../sdk/support/chain.ts'
import { linkAll, relay } from '../sdk/support/link.ts'

const [requester, owner, stranger] = [accountOf('requester'), accountOf('owner'), accountOf('stranger')]
const [home, away] = [31_337, 31_338]
const factoryCode =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3'
const [limit, price] = [100n, 3n]
const hashOf = (value: bigint) => keccak256(encodeAbiParameters([{ type: 'uint256' }], [value]))
const claimItem = getAbiItem({ abi: taskPortalAbi, name: 'claim' })
const limitItem = { name: 'limit', type: 'uint256', internalType: 'uint256' } as const
const bidItem = { ...claimItem, name: 'bid', inputs: [claimItem.inputs[0], claimItem.inputs[1], limitItem] } as const

let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let agent: Address
let create: { portal: Address; evaluator: Address; price: bigint }
let salt = 0

beforeAll(async () => {
  const accounts = [requester, owner, stranger]
  a = await startChain({ chainId: home, accounts })
  b = await startChain({ chainId: away, accounts })
  setId = await linkAll([a, b])
  client = clientFor([a, b], owner)
  for (const { node } of [a, b]) await node.setCode({ address: keylessFactory, bytecode: factoryCode })
  create = { portal: b.deployment.taskPortal, evaluator: requester.address, price }
  agent = await createPrimeCounter(client, { chainIds: [away], ...create })
  for (const account of [requester, owner]) {
    const connection = clientOf(client, home)
    const mint = { account, chain: connection.chain, address: a.coin, abi: devTokenAbi, functionName: 'mint' } as const
    await writeContract(connection, { ...mint, args: [account.address, 10_000n] })
    await task.approve.sync(client, { chainId: home, token: a.coin, amount: 10_000n, account })
  }
})

async function termsOf(changes: Partial<task.CreateTermsParameters> = {}): Promise<task.Terms> {
  salt += 1
  const now = Number((await a.node.getBlock()).timestamp)
  return task.createTerms({
    ...{
      homeChainId: home,
      requester: requester.address,
      evaluator: requester.address,
      specHash: hashOf(limit),
      token: a.coin,
      reward: 300n,
    },
    ...{
      workerBond: 7n,
      openUntil: now + 5_000,
      workWindow: 5_000,
      reviewWindow: 500,
      grace: 100,
      chains: [away],
      salt: hashOf(BigInt(salt)),
      now,
    },
    ...changes,
  })
}

async function bid(terms: task.Terms, below = limit): Promise<Hex> {
  const connection = clientOf(client, away)
  const call = {
    account: stranger,
    chain: connection.chain,
    address: agent,
    abi: [bidItem, ...primeCounterAbi],
    functionName: 'bid',
  } as const
  return waited(away, await writeContract(connection, { ...call, args: [BigInt(home), terms, below] }))
}

async function waited(chainId: number, hash: Hex): Promise<Hex> {
  await waitForTransactionReceipt(clientOf(client, chainId), { hash })
  return hash
}

async function work(taskId: Hex, token: number): Promise<Hex> {
  const connection = clientOf(client, away)
  const call = { account: stranger, chain: connection.chain, address: agent, abi: primeCounterAbi, functionName: 'work' } as const
  return waited(away, await writeContract(connection, { ...call, args: [BigInt(home), taskId, token] }))
}

/** Brings what waits for home. */
async function bring() {
  await b.node.mine({ blocks: 2 })
  const { value: all } = await gateway.getMessages(client, { chainId: away, destinationChainId: home })
  const read = all.map(({ lane, nonce }) => gateway.getStatus(client, { chainId: home, lane, nonce }))
  const first = (await Promise.all(read)).findIndex(({ value }) => value === 'Pending')
  return relay(client, { setId, from: b, to: a, first: BigInt(first) })
}

const tokensOf = (account: Address) =>
  readContract(clientOf(client, home), { address: a.coin, abi: erc20Abi, functionName: 'balanceOf', args: [account] })

describe('the contract that counts primes', () => {
  it.each<[string, Partial<task.CreateTermsParameters>, bigint, string]>([
    ['pays a unit too little', { reward: price * limit - 1n }, limit, 'TermsRefused'],
    ['pays in native coin, which it cannot take', { token: zeroAddress }, limit, 'TermsRefused'],
    ['is judged by somebody else', { evaluator: stranger.address }, limit, 'TermsRefused'],
    ['asks for something else', {}, limit + 1n, 'TaskUnknown'],
    ['asks for too much', { specHash: hashOf(2_001n), reward: 9_000n }, 2_001n, 'TaskUnknown'],
  ])('leaves alone a task that %s', async (_, changes, below, error) => {
    await expect(bid(await termsOf(changes), below)).rejects.toThrow(error)
  })

  it('is paid at its own address, where the pay waits until the copy at home passes it on', async () => {
    const terms = await termsOf()
    const { event } = await task.open.sync(client, { chainId: home, terms, account: requester })
    const { taskId } = event
    await task.deposit.sync(client, { chainId: home, actor: { chainId: away, account: agent }, token: a.coin, amount: 7n })
    await expect(work(taskId, 1)).rejects.toThrow('TaskUnknown')
    await bid(terms)
    await bring()
    expect((await task.getTask(client, { chainId: home, taskId })).value.worker).toEqual({ chainId: away, account: agent })

    // Whoever calls it with a wrong token harms nobody.
    await work(taskId, 9)
    await bring()
    const { hops } = await task.trace(client, { chainId: home, taskId })
    const asked = hops.findLast(({ kind }) => kind === 'requested')?.sendId ?? '0x'
    expect((await why.whyRequest(client, { chainId: away, sendId: asked })).evidence.refusal).toBe('Stale')
    await work(taskId, 1)
    await bring()
    const deliverable = hashOf(25n)
    expect((await task.getWork(client, { chainId: home, taskId })).value).toMatchObject({ worker: agent, deliverable })
    const judged = { terms, work: { worker: agent, token: 1, deliverable }, verdict: 10_000, account: requester }
    await task.decide.sync(client, { chainId: home, ...judged })

    expect(await getCode(clientOf(client, home), { address: agent })).toBeUndefined()
    expect(await tokensOf(agent)).toBe(300n)
    expect(await createPrimeCounter(client, { chainIds: [home], ...create })).toBe(agent)
    const before = await tokensOf(owner.address)
    const connection = clientOf(client, home)
    const collect = { account: stranger, chain: connection.chain, address: agent, abi: primeCounterAbi, functionName: 'collect' } as const
    await waited(home, await writeContract(connection, { ...collect, args: [a.coin] }))
    expect((await tokensOf(owner.address)) - before).toBe(300n)
  })
})
