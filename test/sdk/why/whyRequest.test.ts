import { custom, encodeFunctionData, type Hex, HttpRequestError, keccak256, stringToHex } from 'viem'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { gatewayAbi, taskEscrowAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, charter, createClient, gateway, task, why } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { adoptCharter } from '../support/charters.ts'
import { linkAll, relay } from '../support/link.ts'
import { peers, said } from '../support/peers.ts'
import { place as placeCode } from '../support/recipients.ts'

const [requester, worker, evaluator, rival] = [accountOf('requester'), accountOf('worker'), accountOf('evaluator'), accountOf('rival')]
const [home, away, far] = [31_337, 31_338, 31_339]
const deliverable = keccak256(stringToHex('report'))
let a: TestChain
let b: TestChain
let c: TestChain
let client: Client
let setId: Hex
let salt = 0

beforeAll(async () => {
  const accounts = [requester, worker, evaluator, rival]
  a = await startChain({ chainId: home, accounts })
  b = await startChain({ chainId: away, accounts })
  c = await startChain({ chainId: far, accounts })
  setId = await linkAll([a, b, c])
  client = clientFor([a, b, c], requester)
})

async function startTask(changes: Partial<task.CreateTermsParameters> = {}) {
  salt += 1
  const now = Number((await a.node.getBlock()).timestamp)
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: requester.address, evaluator: evaluator.address, specHash: deliverable, reward: 9n, workerBond: 3n },
    ...{ openUntil: now + 1_000, workWindow: 1_000, reviewWindow: 1_000, grace: 500, chains: [away], salt: keccak256(`0x0${salt}`), now },
    ...changes,
  })
  const { event } = await task.open.sync(client, { chainId: home, terms })
  return { terms, taskId: event.taskId, now }
}

type Started = Awaited<ReturnType<typeof startTask>>

async function claim({ terms, now }: Started, more: Partial<task.ClaimParameters> = {}): Promise<Hex> {
  const asked = { chainId: away, homeChainId: home, terms, sponsor: requester.address, deadline: now + 900, account: worker }
  const { event } = await task.claim.sync(client, { ...asked, ...more })
  if (event.via !== 'portal') throw new TypeError('claimed at home')
  return event.sendId
}

const deposit = (chainId = away) => task.deposit.sync(client, { chainId: home, actor: { chainId, account: worker.address }, amount: 3n })
const ofTask = ({ taskId }: Started) => why.whyTask(client, { chainId: home, taskId })
const ofRequest = (sendId: Hex, chainId = away) => why.whyRequest(client, { chainId, sendId })

/** Brings what waits on a lane. */
async function bring(from: TestChain, to: TestChain, gas?: bigint) {
  const { value: all } = await gateway.getMessages(client, { chainId: from.chainId, destinationChainId: to.chainId })
  const read = all.map(({ lane, nonce }) => gateway.getStatus(client, { chainId: to.chainId, lane, nonce }))
  const statuses = (await Promise.all(read)).map(({ value }) => value)
  return relay(client, { setId, from, to, first: BigInt(statuses.indexOf('Pending')), ...(gas === undefined ? {} : { gas }) })
}

const final = (chain: TestChain) => chain.node.mine({ blocks: 2 })

/** Claimed, heard at home, and the request's id. */
async function heard(started: Started, more: Partial<task.ClaimParameters> = {}): Promise<Hex> {
  const sendId = await claim(started, more)
  const from = more.chainId === far ? c : b
  await final(from)
  await bring(from, a)
  return sendId
}

describe('a request on its way home', () => {
  it('holds up the task, and says who has to move it', async () => {
    const started = await startTask()
    await deposit()
    expect((await ofTask(started)).code).toBe('TaskAwaitsClaim')
    const sendId = await claim(started)
    const evidence = { request: sendId, requestAction: 'Claim', requestBy: `${away}:${worker.address}` }
    const underWay = { code: 'TaskRequestUnderWay', deadline: started.terms.openUntil }
    const waiting = { ...underWay, owner: { kind: 'nobody' }, evidence: { ...evidence, messageCode: 'MessageAwaitsFinality' } }
    expect(await ofTask(started)).toMatchObject(waiting)
    expect(await ofRequest(sendId)).toMatchObject({ code: 'MessageAwaitsFinality', evidence: { action: 'Claim', taskId: started.taskId } })

    await final(b)
    expect(await ofTask(started)).toMatchObject({
      ...underWay,
      owner: { kind: 'watchers' },
      evidence: { messageCode: 'MessageAwaitsDelivery' },
    })
    const { value: sent } = await gateway.getMessage(client, { chainId: away, sendId })
    if (sent === undefined) return expect.unreachable()
    const statement = { setId, lane: sent.lane, nonce: sent.nonce + 1n, head: sent.head }
    vi.stubGlobal('fetch', peers({ 'http://one': [await said(0, statement)], 'http://two': [] }))
    const asked = await why.whyTask(client, { chainId: home, taskId: started.taskId, attestationUrls: ['http://one', 'http://two'] })
    expect(asked).toMatchObject({ ...underWay, evidence: { messageCode: 'MessageAwaitsSignatures' } })
    vi.unstubAllGlobals()

    const { lane } = sent
    await a.send(a.deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'stopLane', args: [lane, 300] }))
    const stopped = { owner: { kind: 'governance', chainId: home }, evidence: { messageCode: 'MessageLaneStopped' } }
    expect(await ofTask(started)).toMatchObject({ ...underWay, ...stopped })
    await a.send(a.deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'resumeLane', args: [lane] }))
  })

  it('counts before its answer is back, and waits while its lane stands still, or within the grace', async () => {
    const started = await startTask()
    await deposit()
    const sendId = await heard(started)
    expect((await ofTask(started)).code).toBe('TaskAwaitsWork')
    const granted = {
      code: 'RequestAwaitsAnswer',
      owner: { kind: 'nobody' },
      evidence: { refusal: 'None', answerCode: 'MessageAwaitsFinality' },
    }
    expect(await ofRequest(sendId)).toMatchObject(granted)
    await final(a)
    await bring(a, b)
    expect(await ofRequest(sendId)).toMatchObject({
      code: 'RequestGranted',
      owner: { kind: 'account', account: worker.address, chainId: away },
    })

    const lane = { originChainId: BigInt(away), originGateway: b.deployment.gateway, destinationChainId: BigInt(home) }
    await a.send(a.deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'stopLane', args: [lane, 300] }))
    expect(await ofTask(started)).toMatchObject({ code: 'TaskLaneStopped', owner: { kind: 'governance', chainId: home } })
    const { deadline = 0 } = await ofTask(started)
    await a.send(a.deployment.gateway, encodeFunctionData({ abi: gatewayAbi, functionName: 'resumeLane', args: [lane] }))

    const submission = { chainId: away, homeChainId: home, taskId: started.taskId, token: 1, deliverable, account: worker }
    await task.submit.sync(client, submission)
    expect(await ofTask(started)).toMatchObject({ code: 'TaskRequestUnderWay', evidence: { requestAction: 'Submit' } })
    await a.node.setNextBlockTimestamp({ timestamp: BigInt(deadline + 100) })
    await a.node.mine({ blocks: 1 })
    const grace = {
      code: 'TaskAwaitsGrace',
      owner: { kind: 'nobody' },
      evidence: { requestAction: 'Submit', messageCode: 'MessageAwaitsFinality' },
    }
    expect(await ofTask(started)).toMatchObject(grace)
  })

  it('needs more gas than it brought, or gets no answer for want of gas', async () => {
    const started = await startTask()
    const sendId = await claim(started)
    await final(b)
    const code = (await a.node.getCode({ address: a.deployment.taskEscrow })) ?? '0x'
    await placeCode(a, a.deployment.taskEscrow, 'starving')
    await bring(b, a, 3_000_000n)
    expect(await ofRequest(sendId)).toMatchObject({ code: 'MessageGasTooLow', owner: { kind: 'anyone' }, evidence: { gasLimit: '500000' } })
    await placeCode(a, a.deployment.taskEscrow, 'accept')
    const { value } = await gateway.getMessage(client, { chainId: away, sendId })
    if (value === undefined) return expect.unreachable()
    await gateway.retry.sync(client, { chainId: home, lane: value.lane, nonce: value.nonce, message: value.message })
    await a.node.setCode({ address: a.deployment.taskEscrow, bytecode: code })
    expect(await ofRequest(sendId)).toMatchObject({ code: 'RequestUnanswered', owner: { kind: 'anyone' } })
  })

  it('does not hide what home says when another chain is silent', async () => {
    const started = await startTask()
    const refuse = async () => {
      throw new HttpRequestError({ url: 'http://gone' })
    }
    const silent = { ...b.config, transport: custom({ request: refuse }, { retryCount: 0 }) }
    const answer = await why.whyTask(createClient({ chains: [a.config, silent] }), { chainId: home, taskId: started.taskId })
    expect(answer).toMatchObject({ code: 'TaskAwaitsClaim', evidence: { silentChains: `${away}` } })
  })
})

describe('a request that home refused', () => {
  const refused = (refusal: string) => ({
    code: 'RequestRefused',
    owner: { kind: 'account', account: worker.address },
    evidence: { refusal },
  })

  it('says why, and what to do, for every reason that a claim can meet', async () => {
    const bare = await startTask()
    expect(await ofRequest(await heard(bare, { sponsor: rival.address }))).toMatchObject(refused('BondMissing'))
    expect(await ofRequest(await heard(await startTask(), { token: 3 }))).toMatchObject(refused('Stale'))
    expect(await ofRequest(await heard(await startTask({ chains: [away] }), { chainId: far }), far)).toMatchObject(
      refused('ChainNotAdmitted'),
    )
    const evaluated = await startTask({ evaluator: worker.address })
    expect(await ofRequest(await heard(evaluated))).toMatchObject(refused('AccountInvalid'))
    const late = await startTask()
    expect(await ofRequest(await heard(late, { deadline: late.now }))).toMatchObject(refused('TooLate'))
    const auction = await startTask({ allocation: a.coin })
    expect(await ofRequest(await heard(auction))).toMatchObject(refused('TermsUnsupported'))
    const paused = await startTask()
    const pause = (seconds: number) =>
      a.send(a.deployment.taskEscrow, encodeFunctionData({ abi: taskEscrowAbi, functionName: 'pause', args: [seconds] }))
    await pause(3_600)
    expect(await ofRequest(await heard(paused))).toMatchObject(refused('Paused'))
    await pause(0)
  })

  it('is told to act at home as a member, when the charter of the task admits members alone', async () => {
    const policies = { ...charter.anyPolicies, isMembersOnly: true }
    const document = charter.createDocument({ name: 'Closed', members: [worker.address], policies })
    const { charterId } = await adoptCharter(client, { chainId: home, members: [worker], document })
    const under = await startTask({ charter: charterId, epoch: 1 })
    // With a bond, and a member at home: yet an account of another chain is somebody else, whatever its address.
    await deposit()
    const answer = await ofRequest(await heard(under))
    expect(answer).toMatchObject(refused('NotAdmitted'))
    expect(answer.nextAction).toBe('Claim at home, as a member of the charter.')
    expect((await ofTask(under)).code).toBe('TaskAwaitsClaim')
    await deposit(home)
    const atHome = { chainId: home, homeChainId: home, terms: under.terms, sponsor: requester.address, account: worker }
    expect((await task.claim.sync(client, atHome)).event).toMatchObject({ via: 'home', token: 1 })
  })

  it('knows which of two that came together was granted', async () => {
    const started = await startTask()
    await deposit()
    const [first, second] = [await claim(started), await claim(started)]
    await final(b)
    await bring(b, a)
    expect((await ofRequest(first)).evidence.refusal).toBe('None')
    expect(await ofRequest(second)).toMatchObject(refused('Stale'))
    const submission = { chainId: away, homeChainId: home, taskId: started.taskId, token: 1, deliverable, account: rival }
    const { event } = await task.submit.sync(client, submission)
    await final(b)
    await bring(b, a)
    expect(await ofRequest(event.via === 'portal' ? event.sendId : '0x')).toMatchObject({
      code: 'RequestRefused',
      evidence: { refusal: 'NotWorker' },
    })
  })
})
