import { type Hex, keccak256, stringToHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, gateway, task, why } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'

const [requester, worker] = [accountOf('requester'), accountOf('worker')]
const home = 31_337
const deliverable = keccak256(stringToHex('report'))
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex

beforeAll(async () => {
  a = await startChain({ chainId: home, accounts: [requester, worker] })
  b = await startChain({ chainId: 31_338, accounts: [requester] })
  setId = await linkAll([a, b])
  client = clientFor([a, b], requester)
})

async function passTime(seconds: number) {
  await a.node.increaseTime({ seconds })
  await a.node.mine({ blocks: 1 })
}

describe('whyTask', () => {
  it('names the actor until the deadline, the grace, and then the default', async () => {
    const now = Number((await a.node.getBlock()).timestamp)
    const terms = task.createTerms({
      homeChainId: home,
      requester: requester.address,
      evaluator: requester.address,
      specHash: deliverable,
      reward: 10n,
      workerBond: 1n,
      openUntil: now + 1_000,
      workWindow: 1_000,
      reviewWindow: 1_000,
      grace: 100,
      now,
    })
    const taskId = task.getTaskId(client, { chainId: home, terms })
    const ask = () => why.whyTask(client, { chainId: home, taskId })
    expect((await ask()).code).toBe('TaskUnknown')
    await task.open.sync(client, { chainId: home, terms })
    expect(await ask()).toMatchObject({
      code: 'TaskAwaitsClaim',
      owner: { kind: 'anyone' },
      deadline: terms.openUntil,
      evidence: { state: 'Open' },
    })

    await task.deposit.sync(client, { chainId: home, actor: { chainId: home, account: worker.address }, amount: 1n })
    const { event } = await task.claim.sync(client, {
      chainId: home,
      homeChainId: home,
      terms,
      sponsor: requester.address,
      account: worker,
    })
    expect(await ask()).toMatchObject({ code: 'TaskAwaitsWork', owner: { kind: 'account', account: worker.address, chainId: home } })
    if (event.via !== 'home') return expect.unreachable()
    await task.submit.sync(client, { chainId: home, homeChainId: home, taskId, token: event.token, deliverable, account: worker })
    expect(await ask()).toMatchObject({ code: 'TaskAwaitsVerdict', owner: { kind: 'account', account: requester.address } })
    await passTime(1_010)
    expect(await ask()).toMatchObject({ code: 'TaskAwaitsGrace', owner: { kind: 'nobody' } })
    await passTime(200)
    expect(await ask()).toMatchObject({ code: 'TaskSettlementDue', owner: { kind: 'anyone' } })
    await task.settle.sync(client, { chainId: home, terms })
    expect(await ask()).toMatchObject({ code: 'TaskSettled', owner: { kind: 'nobody' } })
  })
})

describe('whyMessage', () => {
  it('looks at both ends of the lane', async () => {
    const { event } = await gateway.sendMessage.sync(client, {
      chainId: home,
      destinationChainId: 31_338,
      recipient: worker.address,
      payload: '0x01',
    })
    const ask = () => why.whyMessage(client, { chainId: home, sendId: event.sendId })
    expect(await ask()).toMatchObject({
      code: 'MessageAwaitsFinality',
      owner: { kind: 'nobody' },
      freshness: [{ chainId: home }, { chainId: 31_338 }],
    })
    await a.node.mine({ blocks: 2 })
    expect(await ask()).toMatchObject({ code: 'MessageAwaitsDelivery', owner: { kind: 'watchers' } })
    await relay(client, { setId, from: a, to: b })
    expect(await ask()).toMatchObject({ code: 'MessageFailed', owner: { kind: 'anyone' } })
    expect((await why.whyMessage(client, { chainId: home, sendId: deliverable })).code).toBe('MessageUnknown')
  })
})
