import { encodeFunctionData, type Hex, keccak256, stringToHex } from 'viem'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { gatewayAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, cell, condition, gateway, task, topic, why } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'
import { peers, said } from '../support/peers.ts'
import { place as placeCode } from '../support/recipients.ts'

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
    await task.settle.sync(client, { chainId: home, terms, work: { worker: worker.address, token: event.token, deliverable } })
    expect(await ask()).toMatchObject({ code: 'TaskSettled', owner: { kind: 'nobody' } })
  })
})

describe('whyTask of a task with a gate', () => {
  it('names the condition that keeps it closed, and what opens it', async () => {
    const writers = [{ chainId: home, account: requester.address }]
    const { event } = await cell.openSpace.sync(client, { chainId: home, writers, salt: deliverable })
    const at = { chainId: home, space: event.space } as const
    const key = deliverable
    const go = { kind: 'valueHash', space: at.space, key, valueHash: keccak256('0x60') } as const
    const mirror = { kind: 'mirror', homeChainId: 31_338, space: at.space, key, atLeast: 1n, maxAge: 60 } as const
    const conditions = [
      { kind: 'version', space: at.space, key, atLeast: 2 },
      go,
      { kind: 'length', space: at.space, topic: key, atLeast: 1n },
    ] as const
    const ofGate = async (asked: readonly condition.GateCondition[]) => {
      const { gate } = (await condition.createGate.sync(client, { chainId: home, conditions: asked })).event
      const now = Number((await a.node.getBlock()).timestamp)
      const basics = { requester: requester.address, specHash: deliverable, reward: 10n, workerBond: 1n }
      const windows = { openUntil: now + 1_000, workWindow: 1_000, reviewWindow: 1_000 }
      const terms = await task.presets.bounty(client, { chainId: home, gate, ...basics, ...windows })
      const { event: opened } = await task.open.sync(client, { chainId: home, terms })
      return { gate, terms, ask: () => why.whyTask(client, { chainId: home, taskId: opened.taskId }) }
    }
    const { gate, terms, ask } = await ofGate(conditions)
    const closed = { code: 'TaskAwaitsCondition', owner: { kind: 'anyone' }, deadline: terms.openUntil }
    const evidence = { gate, space: at.space, key }
    const first = await ask()
    const unmetVersion = { condition: 'version', refusal: 'VersionUnmet', atLeast: '2', version: '0', unmet: '3' }
    expect(first).toMatchObject({ ...closed, evidence: { ...evidence, ...unmetVersion } })
    expect(first.nextAction).toContain('to version 2')
    for (const expectedVersion of [0, 1]) await cell.write.sync(client, { ...at, key, expectedVersion, value: '0x50' })
    expect(await ask()).toMatchObject({ ...closed, evidence: { ...evidence, condition: 'valueHash', refusal: 'ValueUnmet', unmet: '2' } })
    await cell.write.sync(client, { ...at, key, expectedVersion: 2, value: '0x60' })
    expect(await ask()).toMatchObject({ ...closed, evidence: { ...evidence, condition: 'length', refusal: 'VersionUnmet', unmet: '1' } })
    await topic.append.sync(client, { ...at, topic: key, data: '0x01' })
    expect(await ask()).toMatchObject({ code: 'TaskAwaitsPrice', evidence: { share: '10000' } })
    // A value may cease to hold.
    await cell.write.sync(client, { ...at, key, expectedVersion: 3, value: '0x50' })
    expect(await ask()).toMatchObject({ ...closed, evidence: { ...evidence, condition: 'valueHash', unmet: '1' } })

    const copied = await (await ofGate([mirror])).ask()
    expect(copied).toMatchObject({ code: 'TaskAwaitsCondition', evidence: { condition: 'mirror', homeChainId: '31338', key } })
    expect(copied.nextAction).toContain('`cell.sendCell`')
    await passTime(1_010)
    expect((await ask()).code).toBe('TaskExpiryDue')
  })
})

describe('whyMessage', () => {
  const other = 31_338
  const recipient = '0x00000000000000000000000000000000000000e2'
  const send = async (limits: gateway.MessageLimits = {}) => {
    const parameters = { chainId: home, destinationChainId: other, recipient, payload: '0x01', ...limits } as const
    return (await gateway.sendMessage.sync(client, parameters)).event
  }
  const ask = (sendId: Hex, attestationUrls?: string[]) =>
    why.whyMessage(client, { chainId: home, sendId, ...(attestationUrls && { attestationUrls }) })
  const isOf = (code: string, kind: string, evidence = {}) => ({ code, owner: { kind }, evidence })

  it('goes through every row of a message that runs after a retry', async () => {
    const event = await send()
    expect((await ask(deliverable)).code).toBe('MessageUnknown')
    expect(await ask(event.sendId)).toMatchObject({
      ...isOf('MessageAwaitsFinality', 'nobody'),
      freshness: [{ chainId: home }, { chainId: other }],
    })
    await a.node.mine({ blocks: 2 })
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageAwaitsDelivery', 'watchers'))

    const statement = { setId, lane: event.lane, nonce: event.nonce + 1n, head: event.head }
    const [one, two] = [await said(0, statement), await said(1, statement)]
    vi.stubGlobal('fetch', peers({ 'http://one': [one], 'http://two': [two] }))
    const few = await ask(event.sendId, ['http://one', 'http://gone'])
    expect(few).toMatchObject(isOf('MessageAwaitsSignatures', 'watchers', { signatures: '1', quorum: '2', silentWatchers: '1' }))
    expect(few.nextAction).toContain('1 of 2')
    const enough = await ask(event.sendId, ['http://one', 'http://two'])
    expect(enough).toMatchObject(isOf('MessageAwaitsDelivery', 'anyone', { signatures: '2', quorum: '2' }))
    vi.unstubAllGlobals()

    await placeCode(b, recipient, 'closed')
    await relay(client, { setId, from: a, to: b, first: event.nonce })
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageFailed', 'anyone', { reason: 'Reverted' }))
    await placeCode(b, recipient, 'accept')
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageFailed', 'anyone', { reason: 'WouldRun' }))
    await gateway.retry.sync(client, { chainId: other, lane: event.lane, nonce: event.nonce, message: event.message })
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageConsumed', 'nobody'))
  })

  it('knows lanes that stand still, and messages that came too late', async () => {
    const { timestamp } = await b.node.getBlock()
    const deliverBefore = Number(timestamp) + 200_000
    const event = await send({ deliverBefore })
    await a.node.mine({ blocks: 2 })
    const stop = (functionName: 'stopLane' | 'resumeLane') =>
      functionName === 'stopLane'
        ? encodeFunctionData({ abi: gatewayAbi, functionName, args: [event.lane, 3_600] })
        : encodeFunctionData({ abi: gatewayAbi, functionName, args: [event.lane] })
    await b.send(b.deployment.gateway, stop('stopLane'))
    expect(await ask(event.sendId)).toMatchObject({ ...isOf('MessageLaneStopped', 'governance'), deadline: deliverBefore })
    await b.send(b.deployment.gateway, stop('resumeLane'))
    await b.node.setNextBlockTimestamp({ timestamp: BigInt(deliverBefore + 1) })
    await b.node.mine({ blocks: 1 })
    expect((await ask(event.sendId)).nextAction).toContain('marked expired')
    await relay(client, { setId, from: a, to: b, first: event.nonce })
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageExpired', 'anyone', { reported: 'false' }))
    await gateway.reportExpired.sync(client, { chainId: other, lane: event.lane, first: event.nonce, count: 1 })
    await relay(client, { setId, from: b, to: a })
    expect(await ask(event.sendId)).toMatchObject(isOf('MessageExpired', 'nobody', { reported: 'true' }))
  })

  it('knows destinations that do not link the lane, or linked it later', async () => {
    const late = await startChain({ chainId: 31_339, accounts: [requester] })
    const wide = clientFor([a, b, late], requester)
    const { event } = await gateway.broadcast.sync(client, { chainId: home, recipient, payload: '0x01' })
    const there = () => why.whyMessage(wide, { chainId: home, sendId: event.sendId, destinationChainId: 31_339 })
    expect(await there()).toMatchObject({ code: 'MessageLaneNotLinked', owner: { kind: 'governance', chainId: 31_339 } })
    const args = [event.lane, late.deployment.watcherSet, event.nonce + 1n] as const
    await late.send(late.deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'linkLane', args }))
    expect(await there()).toMatchObject(isOf('MessageSkipped', 'nobody'))
  })
})
