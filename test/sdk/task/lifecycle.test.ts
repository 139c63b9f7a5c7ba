import { type Address, encodeFunctionData, type Hex, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { devTokenAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, createClient, errors, task } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'

const [requester, evaluator, worker] = [accountOf('requester'), accountOf('evaluator'), accountOf('worker')]
const deliverable = keccak256(stringToHex('report'))
const home = 31_337
const away = 31_338
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let salt = 0

beforeAll(async () => {
  a = await startChain({ chainId: home, accounts: [requester, evaluator, worker] })
  b = await startChain({ chainId: away, accounts: [requester, worker] })
  setId = await linkAll([a, b])
  client = clientFor([a, b], requester)
  await a.send(a.coin, encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [requester.address, parseEther('100')] }))
})

async function termsNow(changes: Partial<task.CreateTermsParameters> = {}): Promise<task.Terms> {
  const now = Number((await a.node.getBlock()).timestamp)
  salt += 1
  return task.createTerms({
    homeChainId: home,
    requester: requester.address,
    evaluator: evaluator.address,
    specHash: keccak256(stringToHex('spec')),
    reward: parseEther('2'),
    workerBond: parseEther('1'),
    openUntil: now + 1000,
    workWindow: 500,
    reviewWindow: 500,
    salt: keccak256(stringToHex(`salt ${salt}`)),
    now,
    ...changes,
  })
}

async function opened(terms: task.Terms): Promise<Hex> {
  return (await task.open.sync(client, { chainId: home, terms })).event.taskId
}

async function claimed(terms: task.Terms) {
  const bond = { chainId: home, actor: { chainId: home, account: worker.address }, token: terms.token, amount: terms.workerBond }
  await task.deposit.sync(client, bond)
  const { event } = await task.claim.sync(client, { chainId: home, homeChainId: home, terms, sponsor: requester.address, account: worker })
  if (event.via !== 'home') throw new TypeError('claimed through the portal at home')
  return event
}

async function passTime(seconds: number) {
  await a.node.increaseTime({ seconds })
  await a.node.mine({ blocks: 1 })
}

describe('task at home', () => {
  it('reads the states of many, and how amounts of a coin are written', async () => {
    const terms = await termsNow({ token: a.coin })
    await task.approve.sync(client, { chainId: home, token: a.coin, amount: terms.reward })
    const taskId = await opened(terms)
    const unknown = keccak256(stringToHex('nobody posted it'))
    expect((await task.getStates(client, { chainId: home, taskIds: [unknown, taskId, unknown] })).value).toEqual(['None', 'Open', 'None'])
    expect((await task.getToken(client, { chainId: home, token: a.coin })).value).toMatchObject({ decimals: 18 })
    expect((await task.getToken(client, { chainId: home, token: zeroAddress })).value).toEqual({ symbol: 'coins', decimals: 18 })
  })

  it('opens, is claimed, submitted, judged and paid', async () => {
    const terms = await termsNow()
    const taskId = await opened(terms)
    expect(taskId).toBe(task.getTaskId(client, { chainId: home, terms }))
    expect((await task.getTerms(client, { chainId: home, taskId })).value).toEqual(terms)
    expect((await task.getTerms(client, { chainId: home, taskId: deliverable })).value).toBeUndefined()
    const twisted = createClient({ chains: [{ ...a.config, chainId: 99, deployment: { ...a.deployment, chainId: 99 } }] })
    await expect(task.getTerms(twisted, { chainId: 99, taskId })).rejects.toBeInstanceOf(errors.FormatError)
    const { token, deadline } = await claimed(terms)
    const { value } = await task.getTask(client, { chainId: home, taskId })
    expect(value).toMatchObject({
      state: 'Assigned',
      worker: { chainId: home, account: worker.address },
      token,
      workDeadline: deadline,
      verdict: undefined,
    })

    const work = { worker: worker.address, token, deliverable }
    const early = task.decide(client, { chainId: home, terms, work, verdict: 10_000, account: evaluator })
    await expect(early).rejects.toMatchObject({ name: 'TaskWrongState', args: { expected: 'Submitted', actual: 'Assigned' } })
    const submitted = await task.submit.sync(client, { chainId: home, homeChainId: home, taskId, token, deliverable, account: worker })
    expect(submitted.event).toEqual({ via: 'home', taskId, ...work })
    expect((await task.getTask(client, { chainId: home, taskId })).value).toMatchObject({
      worker: { chainId: home, account: worker.address },
      deliverable,
    })
    expect((await task.getWork(client, { chainId: home, taskId })).value).toEqual(work)

    const before = await a.node.getBalance({ address: worker.address })
    const { event } = await task.decide.sync(client, { chainId: home, terms, work, verdict: 7_500, account: evaluator })
    expect(event).toMatchObject({
      outcome: 'Settled',
      taskId,
      worker: worker.address,
      workerChainId: BigInt(home),
      price: terms.reward,
      verdict: 7_500,
      fencingToken: token,
      ending: 'Verdict',
    })
    expect((await a.node.getBalance({ address: worker.address })) - before).toBe(parseEther('1.5'))
    expect((await task.getTask(client, { chainId: home, taskId })).value).toMatchObject({ state: 'Settled', verdict: 7_500 })
  })

  it('takes an ERC-20 reward by allowance', async () => {
    const terms = await termsNow({ token: a.coin })
    const { reward } = terms
    expect((await task.approve.sync(client, { chainId: home, token: a.coin, amount: reward })).event.value).toBe(reward)
    expect((await task.open.sync(client, { chainId: home, terms })).event.terms).toEqual(terms)
    expect((await task.cancel.sync(client, { chainId: home, terms })).event).toMatchObject({ ending: 'Cancellation', worker: zeroAddress })
  })

  it('pays by silence, expires and lapses when the time has come, not before', async () => {
    const silent = await termsNow()
    const taskId = await opened(silent)
    const { token } = await claimed(silent)
    await task.submit.sync(client, { chainId: home, homeChainId: home, taskId, token, deliverable, account: worker })
    const work = { worker: worker.address, token, deliverable }
    await expect(task.settle(client, { chainId: home, terms: silent, work })).rejects.toMatchObject({
      name: 'TaskDeadlineNotReached',
      retryable: true,
    })
    const lapsing = await termsNow({ openUntil: silent.openUntil + 5000 })
    await opened(lapsing)
    await claimed(lapsing)
    const forgotten = await termsNow()
    await opened(forgotten)
    await passTime(2_000)
    expect((await task.settle.sync(client, { chainId: home, terms: silent, work })).event).toMatchObject({
      ending: 'Silence',
      verdict: 10_000,
    })
    expect((await task.lapse.sync(client, { chainId: home, terms: lapsing })).event).toMatchObject({
      outcome: 'Reopened',
      ending: 'Lapse',
      worker: worker.address,
    })
    const again = await task.getTask(client, { chainId: home, taskId: task.getTaskId(client, { chainId: home, terms: lapsing }) })
    expect(again.value).toMatchObject({ state: 'Open', worker: undefined, token: 1 })
    expect((await task.expire.sync(client, { chainId: home, terms: forgotten })).event).toMatchObject({ ending: 'Expiry' })
  })

  it('tells deposits, gives them back, and has no credit where nothing failed', async () => {
    const actor = { chainId: away, account: worker.address }
    const { event } = await task.deposit.sync(client, { chainId: home, actor, amount: 5n })
    expect(event).toEqual({ sponsor: requester.address, actor, token: zeroAddress, amount: 5n })
    const query = { chainId: home, sponsor: requester.address, actor }
    expect((await task.getDeposit(client, query)).value).toBe(5n)
    const tooMuch = task.withdrawDeposit(client, { chainId: home, actor, amount: 6n })
    await expect(tooMuch).rejects.toMatchObject({ name: 'DepositInsufficient', args: { available: 5n, needed: 6n } })
    expect((await task.withdrawDeposit.sync(client, { chainId: home, actor, amount: 5n })).event.amount).toBe(5n)
    expect((await task.getDeposit(client, query)).value).toBe(0n)
    expect((await task.getCredit(client, { chainId: home, account: worker.address })).value).toBe(0n)
    await expect(task.withdraw(client, { chainId: home, to: worker.address })).rejects.toBeInstanceOf(errors.CreditEmpty)
    const unknown = task.sendAnswer(client, { chainId: home, taskId: deliverable })
    await expect(unknown).rejects.toBeInstanceOf(errors.AnswerUnavailable)
  })
})

describe('a write that lost a race', () => {
  it('throws the contract’s error from its failed transaction', async () => {
    const terms = await termsNow()
    const taskId = await opened(terms)
    await a.node.setAutomine(false)
    try {
      const won = await task.cancel(client, { chainId: home, terms, gas: 500_000n })
      const lost = task.cancel.sync(client, { chainId: home, terms, gas: 500_000n })
      const refused = expect(lost).rejects.toMatchObject({
        name: 'TaskWrongState',
        args: { taskId, expected: 'Open', actual: 'Cancelled' },
      })
      await expect.poll(async () => (await a.node.getBlock({ blockTag: 'pending' })).transactions.length).toBe(2)
      await a.node.mine({ blocks: 1 })
      expect((await a.node.getTransactionReceipt({ hash: won })).status).toBe('success')
      await refused
    } finally {
      await a.node.setAutomine(true)
    }
  })
})

describe('a write that nobody mines', () => {
  it('says that it was sent, with its hash', async () => {
    const terms = await termsNow()
    await opened(terms)
    await a.node.setAutomine(false)
    try {
      const waiting = task.cancel.sync(client, { chainId: home, terms, timeoutMs: 100 })
      await expect(waiting).rejects.toMatchObject({ name: 'ReceiptTimeoutError', hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
    } finally {
      await a.node.setAutomine(true)
      await a.node.mine({ blocks: 1 })
    }
  })
})

describe('task from another chain', () => {
  it('is claimed and submitted through the portal, and paid at home', async () => {
    const terms = await termsNow({ chains: [away], grace: 100 })
    const taskId = await opened(terms)
    const actor = { chainId: away, account: worker.address }
    await task.deposit.sync(client, { chainId: home, actor, amount: terms.workerBond })

    const remote = { chainId: away, homeChainId: home, account: worker }
    const { event } = await task.claim.sync(client, { ...remote, terms, sponsor: requester.address })
    expect(event).toMatchObject({ via: 'portal', homeChainId: home, taskId })
    const idsFor = async (query: { workerChainId?: number; requester?: Address }) =>
      (await task.getTasks(client, { chainId: home, ...query })).value.map((posted) => posted.taskId)
    expect(await idsFor({ workerChainId: away })).toEqual([taskId])
    expect((await idsFor({ requester: requester.address })).at(-1)).toBe(taskId)
    expect(await idsFor({ requester: worker.address })).toEqual([])
    expect((await relay(client, { setId, from: b, to: a })).event.failed).toEqual([])
    const { value } = await task.getTask(client, { chainId: home, taskId })
    expect(value).toMatchObject({ state: 'Assigned', worker: actor, token: 1 })

    const submitted = await task.submit.sync(client, { ...remote, taskId, token: 1, deliverable })
    expect(submitted.event.via).toBe('portal')
    expect((await relay(client, { setId, from: b, to: a, first: 1n })).event.failed).toEqual([])
    const { value: work } = await task.getWork(client, { chainId: home, taskId })
    if (work === undefined) return expect.unreachable()
    expect((await task.getTask(client, { chainId: home, taskId })).value.worker).toEqual(actor)
    expect((await task.sendAnswer.sync(client, { chainId: home, taskId, work })).event.lane.destinationChainId).toBe(BigInt(away))
    // All answers home sent so far are good at the portal.
    expect((await relay(client, { setId, from: a, to: b })).event.failed).toEqual([])
    const { event: receipt } = await task.decide.sync(client, {
      chainId: home,
      terms,
      work,
      verdict: 10_000,
      account: evaluator,
    })
    expect(receipt).toMatchObject({ worker: worker.address, workerChainId: BigInt(away), ending: 'Verdict' })
  })

  it('is refused by a portal that knows no such home', async () => {
    const terms = await termsNow()
    const claim = task.claim(client, { chainId: away, homeChainId: 5, terms, sponsor: requester.address })
    await expect(claim).rejects.toMatchObject({ name: 'HomeNotLinked', args: { homeChainId: 5n } })
  })
})
