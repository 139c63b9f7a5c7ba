import { custom, encodeFunctionData, type Hex, HttpRequestError, keccak256, numberToHex, stringToHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { devTokenAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, createClient, gateway, task } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'
import { place as placeCode } from '../support/recipients.ts'

const [requester, worker, evaluator, rival] = [accountOf('requester'), accountOf('worker'), accountOf('evaluator'), accountOf('rival')]
const people = [requester, worker, evaluator, rival]
const [home, away] = [31_337, 31_338]
const deliverable = keccak256(stringToHex('report'))
const reward = 1_000n
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let salt = 0

beforeAll(async () => {
  a = await startChain({ chainId: home, accounts: people })
  b = await startChain({ chainId: away, accounts: people })
  setId = await linkAll([a, b])
  client = clientFor([a, b], requester)
})

/** A task open to workers of both chains, and the calls that a story is made of. */
async function startTask(changes: Partial<task.CreateTermsParameters> = {}) {
  salt += 1
  const now = Number((await a.node.getBlock()).timestamp)
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: requester.address, evaluator: evaluator.address, specHash: deliverable, reward, workerBond: 10n },
    ...{
      openUntil: now + 100_000,
      workWindow: 100_000,
      reviewWindow: 1_000,
      grace: 100,
      chains: [away],
      salt: keccak256(`0x0${salt}`),
      now,
    },
    ...changes,
  })
  const { event } = await task.open.sync(client, { chainId: home, terms })
  const { taskId } = event
  const deposit = (account: typeof worker) =>
    task.deposit.sync(client, { chainId: home, actor: { chainId: away, account: account.address }, amount: 10n })
  const claim = (account: typeof worker) =>
    task.claim.sync(client, { chainId: away, homeChainId: home, terms, sponsor: requester.address, account, deadline: now + 90_000 })
  const submit = () => task.submit.sync(client, { chainId: away, homeChainId: home, taskId, token: 1, deliverable, account: worker })
  const decide = () =>
    task.decide.sync(client, {
      ...{ chainId: home, terms, work: { worker: worker.address, token: 1, deliverable }, verdict: 10_000, account: evaluator },
    })
  const trace = (with_ = client) => task.trace(with_, { chainId: home, taskId })
  return { terms, taskId, deposit, claim, submit, decide, trace }
}

/** Brings all that waits on a lane. */
async function bring(from: TestChain, to: TestChain) {
  const { value: all } = await gateway.getMessages(client, { chainId: from.chainId, destinationChainId: to.chainId })
  const statuses = await Promise.all(
    all.map(({ lane, nonce }) => gateway.getStatus(client, { chainId: to.chainId, lane, nonce }).then(({ value }) => value)),
  )
  return relay(client, { setId, from, to, first: BigInt(statuses.indexOf('Pending')) })
}

type RawLog = { address: string; topics: string[]; logIndex: string }

/** A receipt whose last transfer has two others behind it: one by somebody else, and one of another token. */
function withNoise(result: unknown): unknown {
  const receipt = result as { logs: RawLog[] }
  const last = receipt.logs.at(-1)
  if (last === undefined || last.topics.length !== 3) return receipt
  const [signature = '', , to = ''] = last.topics
  const next = (more: number) => numberToHex(Number(last.logIndex) + more)
  const foreign = { ...last, topics: [signature, to, to], logIndex: next(1) }
  return { ...receipt, logs: [...receipt.logs, foreign, { ...last, address: b.coin.replace(/.$/, '1'), logIndex: next(2) }] }
}

const words = ({ hops }: task.TaskTrace) =>
  hops.map(({ kind, chainId, detail }) => `${chainId === home ? 'a' : 'b'} ${kind}${detail.refusal ? ` ${detail.refusal}` : ''}`)

/** Lets the clocks of both chains go on, so that what comes after surely has a later time: a node that makes many blocks within a second runs ahead. */
const later = () => Promise.all([a, b].map(({ node }) => node.increaseTime({ seconds: 100 })))

describe('the story of a task', () => {
  it('is told over both chains, from a refused claim to the pay, and costs what its transactions cost', async () => {
    const { deposit, claim, submit, decide, trace } = await startTask()
    const story = async () => words(await trace())
    await claim(rival)
    expect(await story()).toEqual(['a opened', 'b requested', 'b sent'])
    await b.node.mine({ blocks: 2 })
    expect((await story()).at(-1)).toBe('b final')
    const refusing = await bring(b, a)
    await a.node.mine({ blocks: 2 })
    await later()
    await bring(a, b)
    await deposit(worker)
    await later()
    await claim(worker)
    await b.node.mine({ blocks: 2 })
    await bring(b, a)
    await later()
    await submit()
    await b.node.mine({ blocks: 2 })
    await bring(b, a)
    const { receipt } = await decide()
    const told = await trace()
    expect(words(told)).toEqual([
      ...['a opened', 'b requested', 'b sent', 'b final', 'a delivered', 'a refused BondMissing', 'a sent', 'a final'],
      ...['b delivered', 'b told BondMissing', 'b requested', 'b sent', 'b final', 'a delivered', 'a assigned', 'a bond'],
      ...['a answered None', 'a sent', 'b requested', 'b sent', 'b final'],
      ...['a delivered', 'a submitted', 'a answered None', 'a sent', 'a final', 'a bond', 'a ended'],
    ])
    expect(told.gaps).toEqual([])
    const ended = told.hops.at(-1)
    expect(ended?.detail).toMatchObject({ ending: 'Verdict', verdict: '10000', pay: `${reward}`, workerChainId: `${away}` })
    const delivery = told.hops.find(({ kind }) => kind === 'delivered')
    expect(delivery?.cost).toMatchObject({ payer: requester.address.toLowerCase(), gas: refusing.receipt.gasUsed, shares: 1 })
    expect(told.hops.find(({ kind }) => kind === 'refused')?.cost).toBeUndefined()
    const paid = told.hops.filter(({ transactionHash }) => transactionHash === receipt.transactionHash)
    expect(paid[0]?.cost).toMatchObject({ payer: evaluator.address.toLowerCase(), gas: receipt.gasUsed })
    expect(paid.map(({ finality }) => finality)).toEqual(['committed', 'committed'])
    await a.node.mine({ blocks: 2 })
    expect(new Set((await trace()).hops.map(({ finality }) => finality))).toEqual(new Set(['final']))
  })

  it('shares out a delivery of many messages, and adds up by chain', async () => {
    const tasks = [await startTask(), await startTask(), await startTask()]
    for (const { claim } of tasks) await claim(worker)
    await b.node.mine({ blocks: 2 })
    const { receipt } = await bring(b, a)
    const stories = await Promise.all(tasks.map(({ trace }) => trace()))
    const costs = stories.map(({ hops }) => hops.find(({ kind }) => kind === 'delivered')?.cost)
    expect(costs).toEqual(tasks.map(() => expect.objectContaining({ shares: 3, gas: receipt.gasUsed / 3n })))
    for (const { hops, costs: sums } of stories)
      for (const { chainId, gas, wei } of sums) {
        const own = hops.filter((hop) => hop.chainId === chainId)
        expect(own.reduce((sum, { cost }) => sum + (cost?.gas ?? 0n), 0n)).toBe(gas)
        expect(own.reduce((sum, { cost }) => sum + (cost?.wei ?? 0n), 0n)).toBe(wei)
        expect(gas).toBeGreaterThan(0n)
      }
    expect(stories[0]?.hops.filter(({ kind }) => kind === 'requested')).toHaveLength(1)
  })

  it('tells of tokens that were paid, and of a task that never left home', async () => {
    await a.send(a.coin, encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [requester.address, reward] }))
    await task.approve.sync(client, { chainId: home, token: a.coin, amount: reward })
    const { terms, taskId, trace } = await startTask({ token: a.coin, chains: [], grace: 0 })
    await task.cancel.sync(client, { chainId: home, terms })
    const told = await trace()
    expect(words(told)).toEqual(['a opened', 'a ended', 'a paid'])
    expect(told.hops.at(-1)?.detail).toEqual({ to: requester.address, token: a.coin, amount: `${reward}` })
    expect(told.taskId).toBe(taskId)
    expect(told.costs.map(({ chainId }) => chainId)).toEqual([home])

    // What others transfer in the same transaction, or the escrow in other tokens, is not this task's pay.
    const noisy = custom({
      request: async ({ method, params }: { method: string; params?: unknown[] }) => {
        const result = await a.provider.request({ method, params: params ?? [] })
        return method === 'eth_getTransactionReceipt' ? withNoise(result) : result
      },
    })
    const heard = await trace(createClient({ chains: [{ ...a.config, transport: noisy }, b.config] }))
    expect(words(heard)).toEqual(words(told))
  })

  it('shows a message that failed until somebody tried it again', async () => {
    const { taskEscrow } = a.deployment
    const { claim, deposit, trace } = await startTask()
    await deposit(worker)
    await claim(worker)
    await b.node.mine({ blocks: 2 })
    const code = await a.node.getCode({ address: taskEscrow })
    await placeCode(a, taskEscrow, 'closed')
    const { receipt } = await bring(b, a)
    await a.node.setCode({ address: taskEscrow, bytecode: code ?? '0x' })
    const failed = await trace()
    expect(failed.hops.at(-1)).toMatchObject({ kind: 'delivered', detail: { status: 'Failed' }, transactionHash: receipt.transactionHash })
    const { value } = await gateway.getMessage(client, { chainId: away, sendId: failed.hops.at(-1)?.sendId ?? '0x' })
    if (value === undefined) return expect.unreachable()
    await gateway.retry.sync(client, { chainId: home, lane: value.lane, nonce: value.nonce, message: value.message })
    expect(words(await trace()).slice(-5)).toEqual(['a retried', 'a assigned', 'a bond', 'a answered None', 'a sent'])
  })

  it('puts no effect before its cause, however far apart the clocks are', async () => {
    await b.node.increaseTime({ seconds: 30_000 })
    const { claim, deposit, trace } = await startTask()
    await deposit(worker)
    await claim(worker)
    await b.node.mine({ blocks: 2 })
    await bring(b, a)
    const told = await trace()
    const at = (kind: task.TraceKind) => told.hops.find((hop) => hop.kind === kind)?.timestamp ?? 0
    expect(at('requested')).toBeGreaterThan(at('delivered') + 20_000)
    expect(words(told).slice(0, 6)).toEqual(['a opened', 'b requested', 'b sent', 'b final', 'a delivered', 'a assigned'])
  })
})

describe('what cannot be read', () => {
  const refuse = async () => {
    throw new HttpRequestError({ url: 'http://gone' })
  }
  const silent = custom({ request: refuse }, { retryCount: 0 })
  const without = (chain: TestChain) =>
    createClient({
      chains: [a, b].map(({ config }) => (config.chainId === chain.chainId ? { ...config, transport: silent } : config)),
    })

  it('is named, and the rest is told', async () => {
    const { claim, deposit, trace } = await startTask()
    await deposit(worker)
    await claim(worker)
    await b.node.mine({ blocks: 2 })
    await bring(b, a)
    const noWorker = await trace(without(b))
    expect(words(noWorker)).toEqual(['a opened', 'a assigned', 'a bond', 'a answered None', 'a sent'])
    expect(noWorker.gaps).toMatchObject([{ chainId: away, error: { code: 'ChainUnreachableError' } }])
    expect(noWorker.hops[1]?.cost?.gas).toBeGreaterThan(0n)
    expect(noWorker.freshness.map(({ chainId }) => chainId)).toEqual([home])

    const noHome = await trace(without(a))
    expect(words(noHome)).toEqual(['b requested', 'b sent', 'b final'])
    expect(noHome.gaps).toMatchObject([{ chainId: home, error: { code: 'ChainUnreachableError' } }])

    const stranger = await trace(clientFor([a]))
    expect(stranger.gaps).toMatchObject([{ chainId: away, error: { code: 'ChainNotConfiguredError' } }])
    await expect(trace(clientFor([b]))).rejects.toMatchObject({ code: 'ChainNotConfiguredError' })
  })

  it('leaves out what a reorganisation took back while it was being told', async () => {
    const { trace } = await startTask()
    const forgetful = custom({
      request: ({ method, params }: { method: string; params?: unknown[] }) =>
        method === 'eth_getTransactionReceipt' ? Promise.resolve(null) : a.provider.request({ method, params: params ?? [] }),
    })
    const told = await trace(createClient({ chains: [{ ...a.config, transport: forgetful }, b.config] }))
    expect(told.hops).toEqual([])
    expect(told.gaps).toEqual([])
  })
})
