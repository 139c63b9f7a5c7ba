import { custom, encodeFunctionData, type Hex, stringToHex, zeroAddress } from 'viem'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { blackboardAbi, gatewayAbi } from '../../../sdk/src/abis/index.ts'
import { contractIn } from '../../../sdk/src/actions/contractIn.ts'
import { type Client, cell, gateway, topic, why } from '../../../sdk/src/index.ts'
import { ada, hash } from '../support/boards.ts'
import { clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'
import { peers, said } from '../support/peers.ts'
import { place as placeCode } from '../support/recipients.ts'

const [home, other] = [31_337, 31_338]
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let space: Hex

const askLane = (more: Partial<why.WhyLaneParameters> = {}) => why.whyLane(client, { chainId: home, destinationChainId: other, ...more })
const governedBy = (chainId: number) => ({ kind: 'governance', chainId })

beforeAll(async () => {
  a = await startChain({ chainId: home, accounts: [ada] })
  b = await startChain({ chainId: other, accounts: [ada] })
  client = clientFor([a, b], ada)
  expect(await askLane()).toMatchObject({ code: 'LaneNotLinked', owner: governedBy(other), evidence: { sent: '0', waiting: '0' } })
  setId = await linkAll([a, b])
  space = (
    await cell.openSpace.sync(client, { chainId: home, writers: [{ chainId: home, account: ada.address }], maxLease: 60, salt: hash('x') })
  ).event.space
})

const govern = (chain: TestChain, data: Hex) => chain.send(chain.deployment.gateway, data)
const abi = gatewayAbi

describe('whyLane', () => {
  const recipient = '0x00000000000000000000000000000000000000e2'
  const laneOf = () => ({ originChainId: BigInt(home), originGateway: a.deployment.gateway, destinationChainId: BigInt(other) })
  const send = async (deliverBefore = 0) =>
    (await gateway.sendMessage.sync(client, { chainId: home, destinationChainId: other, recipient, payload: '0x01', deliverBefore })).event

  it('knows a lane that nobody used, one that stands still, and one over which nothing more is sent', async () => {
    const lane = laneOf()
    expect(await askLane()).toMatchObject({
      code: 'LaneUnused',
      owner: { kind: 'anyone' },
      freshness: [{ chainId: home }, { chainId: other }],
    })
    await govern(b, encodeFunctionData({ abi, functionName: 'stopLane', args: [lane, 3_600] }))
    const { deadline, ...stopped } = await askLane()
    expect(stopped).toMatchObject({ code: 'LaneStopped', owner: governedBy(other) })
    expect(deadline).toBe(Number((await b.node.getBlock()).timestamp) + 3_600)
    await govern(b, encodeFunctionData({ abi, functionName: 'resumeLane', args: [lane] }))
    await govern(a, encodeFunctionData({ abi, functionName: 'unlinkDestination', args: [BigInt(other)] }))
    expect(await askLane()).toMatchObject({ code: 'LaneDestinationNotLinked', owner: governedBy(home) })
    await govern(a, encodeFunctionData({ abi, functionName: 'linkDestination', args: [BigInt(other)] }))
    // No link of a destination is needed to send to all.
    expect(await askLane({ isBroadcast: true })).toMatchObject({ code: 'LaneUnused', owner: { kind: 'anyone' } })
  })

  it('names the oldest message that waits, what it waits for, and the watchers that are missing', async () => {
    await placeCode(b, recipient, 'closed')
    const [first, second] = [await send(), await send()]
    const waits = { code: 'LaneAwaitsMessage', evidence: { sent: '2', waiting: '2', nonce: '0', message: first.sendId } }
    expect(await askLane()).toMatchObject({ ...waits, owner: { kind: 'nobody' }, evidence: { messageCode: 'MessageAwaitsFinality' } })
    await a.node.mine({ blocks: 2 })
    expect(await askLane()).toMatchObject({ ...waits, evidence: { messageCode: 'MessageAwaitsDelivery' } })
    const statement = { setId, lane: second.lane, nonce: 2n, head: second.head }
    vi.stubGlobal('fetch', peers({ 'http://one': [await said(0, statement)] }))
    const few = await askLane({ attestationUrls: ['http://one', 'http://gone'] })
    vi.unstubAllGlobals()
    expect(few).toMatchObject({ ...waits, owner: { kind: 'watchers' }, evidence: { messageCode: 'MessageAwaitsSignatures' } })
    expect(few.nextAction).toContain('http://gone')

    const { watcherSet, accessManager } = b.deployment
    const empty = await b.deploy('deploy/build/WatcherSet.json', [accessManager, b.deployment.gateway])
    await govern(b, encodeFunctionData({ abi, functionName: 'setVerifier', args: [second.lane, empty] }))
    expect(await askLane()).toMatchObject({ code: 'LaneUnvouched', owner: governedBy(other) })
    await govern(b, encodeFunctionData({ abi, functionName: 'setVerifier', args: [second.lane, watcherSet] }))

    // What failed holds up no other, and is retried by anyone.
    await relay(client, { setId, from: a, to: b })
    const failed = { code: 'LaneRetryDue', owner: { kind: 'anyone' }, evidence: { waiting: '0', failed: '2', nonce: '0' } }
    expect(await askLane()).toMatchObject({ ...failed, evidence: { messageCode: 'MessageFailed' } })
    await placeCode(b, recipient, 'accept')
    for (const { nonce, message, lane } of [first, second]) await gateway.retry.sync(client, { chainId: other, lane, nonce, message })
    const quiet = { code: 'LaneQuiet', owner: { kind: 'nobody' }, evidence: { sent: '2', waiting: '0', failed: '0' } }
    expect(await askLane()).toMatchObject(quiet)
  })

  it('asks for the report of what came too late, until the origin has it', async () => {
    const deliverBefore = Number((await b.node.getBlock()).timestamp) + 1_000
    const late = await send(deliverBefore)
    await a.node.mine({ blocks: 2 })
    await b.node.setNextBlockTimestamp({ timestamp: BigInt(deliverBefore + 1) })
    await b.node.mine({ blocks: 1 })
    await relay(client, { setId, from: a, to: b, first: late.nonce })
    const due = { code: 'LaneReportDue', owner: { kind: 'anyone' }, evidence: { expired: '1', nonce: '2' } }
    expect(await askLane()).toMatchObject(due)
    await gateway.reportExpired.sync(client, { chainId: other, lane: late.lane, first: late.nonce, count: 1 })
    await relay(client, { setId, from: b, to: a })
    expect(await askLane()).toMatchObject({ code: 'LaneQuiet', evidence: { expired: '1' } })
  })

  it('sees a broadcast from each of its destinations', async () => {
    const { event } = await gateway.broadcast.sync(client, { chainId: home, recipient, payload: '0x02' })
    expect(await askLane({ isBroadcast: true })).toMatchObject({ code: 'LaneAwaitsMessage', evidence: { message: event.sendId } })
    expect(await askLane()).toMatchObject({ code: 'LaneQuiet' })
    await a.node.mine({ blocks: 2 })
    await relay(client, { setId, from: a, to: b, isBroadcast: true })
    expect(await askLane({ isBroadcast: true })).toMatchObject({ code: 'LaneQuiet', evidence: { sent: '1' } })
  })

  it('is not taken in by a node that leaves out what was delivered', async () => {
    const { provider } = b
    const request: typeof provider.request = async (call) => (call.method === 'eth_getLogs' ? [] : provider.request(call))
    const blind = clientFor([a, { ...b, config: { ...b.config, transport: custom({ request }, { retryCount: 0 }) } }], ada)
    expect(await why.whyLane(blind, { chainId: home, destinationChainId: other })).toMatchObject({ code: 'LaneQuiet' })
  })
})

describe('whyMirror', () => {
  let key: Hex
  beforeEach(({ task }) => {
    key = hash(task.name)
  })
  const ask = (more: Partial<why.WhyMirrorParameters> = {}) =>
    why.whyMirror(client, { chainId: other, homeChainId: home, space, key, ...more })
  const write = (expectedVersion: number, value = stringToHex(`${expectedVersion}`)) =>
    cell.write.sync(client, { chainId: home, space, key, expectedVersion, value })
  const sendCell = async () => (await cell.sendCell.sync(client, { chainId: home, space, key, destinationChainId: other })).event
  const arrive = async () => {
    await a.node.mine({ blocks: 2 })
    const { value: sent } = await gateway.getMessages(client, { chainId: home, destinationChainId: other })
    const statuses = await Promise.all(sent.map(({ lane, nonce }) => gateway.getStatus(client, { chainId: other, lane, nonce })))
    await relay(client, { setId, from: a, to: b, first: BigInt(statuses.findIndex(({ value }) => value === 'Pending')) })
  }

  it('goes from an original that is empty to one that is shown as it stands', async () => {
    expect(await ask()).toMatchObject({
      code: 'MirrorOriginalEmpty',
      owner: { kind: 'anyone' },
      evidence: { homeVersion: '0', version: '0' },
    })
    await write(0)
    expect(await ask()).toMatchObject({ code: 'MirrorMissing', owner: { kind: 'anyone' }, evidence: { homeVersion: '1', version: '0' } })
    const { sendId } = await sendCell()
    const under = { code: 'MirrorUpdateUnderWay', owner: { kind: 'nobody' }, evidence: { sentVersion: '1', message: sendId } }
    expect(await ask()).toMatchObject({ ...under, evidence: { messageCode: 'MessageAwaitsFinality' } })
    await arrive()
    const shown = await ask()
    expect(shown).toMatchObject({
      code: 'MirrorCurrent',
      owner: { kind: 'nobody' },
      evidence: { homeVersion: '1', version: '1', epoch: '1' },
    })
    expect(Number(shown.evidence.age)).toBeGreaterThanOrEqual(0)
    await write(1)
    expect(await ask()).toMatchObject({ code: 'MirrorBehind', owner: { kind: 'anyone' }, evidence: { homeVersion: '2', version: '1' } })
  })

  it('tells a topic from a cell of the same name', async () => {
    const name = { isTopic: true }
    expect(await ask(name)).toMatchObject({ code: 'MirrorOriginalEmpty' })
    await topic.append.sync(client, { chainId: home, space, topic: key, data: '0x01' })
    await write(0)
    await topic.sendTopic.sync(client, { chainId: home, space, topic: key, destinationChainId: other })
    expect(await ask(name)).toMatchObject({ code: 'MirrorUpdateUnderWay' })
    // What is on its way is the topic.
    expect(await ask()).toMatchObject({ code: 'MirrorMissing' })
    await arrive()
    expect(await ask(name)).toMatchObject({ code: 'MirrorCurrent', evidence: { version: '1' } })
    expect(await ask()).toMatchObject({ code: 'MirrorMissing' })
  })

  it('says which of the two chains does not know the blackboard of the other', async () => {
    await write(0)
    const link = (chain: TestChain, to: TestChain, board: Hex = contractIn(to.deployment, 'blackboard')) =>
      chain.send(
        contractIn(chain.deployment, 'blackboard'),
        encodeFunctionData({ abi: blackboardAbi, functionName: 'linkBoard', args: [BigInt(to.chainId), board] }),
      )
    await link(a, b, zeroAddress)
    expect(await ask()).toMatchObject({ code: 'MirrorBoardNotLinked', owner: governedBy(home) })
    await link(a, b)
    // Another contract than the blackboard of that suite is none.
    for (const board of [zeroAddress, a.deployment.taskPortal]) {
      await link(b, a, board)
      expect(await ask()).toMatchObject({ code: 'MirrorBoardNotLinked', owner: governedBy(other) })
    }
    await link(b, a)
    expect(await ask()).toMatchObject({ code: 'MirrorMissing' })
  })

  it('names a mirror that shows what its home does not have', async () => {
    await write(0)
    const before = await a.node.snapshot()
    await write(1)
    await sendCell()
    await arrive()
    expect(await ask()).toMatchObject({ code: 'MirrorCurrent', evidence: { version: '2' } })
    await a.node.revert({ id: before })
    const contradicts = { code: 'MirrorContradictsHome', owner: governedBy(other), evidence: { version: '2' } }
    expect(await ask()).toMatchObject({ ...contradicts, evidence: { homeVersion: '1' } })
    await write(1, '0x0bad')
    expect(await ask()).toMatchObject({ ...contradicts, evidence: { homeVersion: '2' } })
  })
})
