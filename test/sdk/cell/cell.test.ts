import { bytesToHex, concat, custom, type Hex, hexToNumber, numberToHex, stringToHex, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Client, cell, condition, gateway, topic } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, startBoard, stranger } from '../support/boards.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { adoptCharter, callAsCharter } from '../support/charters.ts'
import { linkAll, relay } from '../support/link.ts'
import { claimCases } from './claimCases.ts'
import { conditionCases, guardCases } from './conditions.ts'
import { gateCases } from './gateCases.ts'
import { joinCases, raceCases, runCases } from './patternCases.ts'

let bench: BoardBench
let count = 0
const fresh = () => hash(`cell ${count++}`)

beforeAll(async () => {
  bench = await startBoard()
})

conditionCases(() => bench)
guardCases(() => bench)
gateCases(() => bench)
for (const cases of [runCases, joinCases, raceCases]) cases(() => bench)

describe('a cell', () => {
  it('is written on top of what was seen, and read with its value', async () => {
    const { client, at } = bench
    const key = fresh()
    expect((await cell.read(client, { ...at, key })).value).toMatchObject({ version: 0, value: undefined, valueHash: undefined })
    const { event } = await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x1234' })
    expect(event).toMatchObject({ version: 1, value: '0x1234', author: { chainId: at.chainId, account: ada.address } })
    await cell.write.sync(client, { ...at, key, expectedVersion: 1, value: '0x5678', account: bo })
    const { value, freshness } = await cell.read(client, { ...at, key })
    expect(value).toMatchObject({ version: 2, value: '0x5678', author: { account: bo.address }, lease: undefined })
    expect((await cell.read(client, { ...at, key, at: freshness.blockNumber - 1n })).value).toMatchObject({ version: 1, value: '0x1234' })
  })

  it('refuses who comes second, and who may not write', async () => {
    const { client, at } = bench
    const key = fresh()
    await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x01' })
    await expect(cell.write(client, { ...at, key, expectedVersion: 0, value: '0x02', account: bo })).rejects.toMatchObject({
      name: 'CellStale',
      retryable: true,
      args: { expectedVersion: 0n, version: 1 },
    })
    const write = cell.write(client, { ...at, key, expectedVersion: 1, value: '0x02', account: stranger })
    await expect(write).rejects.toMatchObject({ name: 'WriterNotAllowed' })
  })

  it('is written with others, all or none', async () => {
    const { client, at } = bench
    const [one, two] = [fresh(), fresh()]
    const writes = [one, two].map((key) => ({ space: at.space, key, expectedVersion: 0, value: '0x01' as const }))
    const { event } = await cell.writeMany.sync(client, { chainId: at.chainId, writes })
    expect(event.map(({ version }) => version)).toEqual([1, 1])
    const again = cell.writeMany(client, { chainId: at.chainId, writes: writes.map((each, i) => ({ ...each, expectedVersion: i })) })
    await expect(again).rejects.toMatchObject({ name: 'CellStale' })
    const { value } = await cell.readMany(client, { ...at, keys: [one, two, fresh()] })
    expect(value.map(({ version }) => version)).toEqual([1, 1, 0])
  })

  it('does not take a value from a node that its hash does not fit', async () => {
    const { chain, at, client } = bench
    const key = fresh()
    await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x01' })
    await cell.write.sync(client, { ...at, key, expectedVersion: 1, value: '0x02' })
    // A node that left out the newest logs.
    const request = chain.provider.request.bind(chain.provider)
    const block = numberToHex((await chain.node.getBlockNumber()) - 1n)
    const lying = Object.create(chain.provider, {
      request: {
        value: async (call: { method: string; params: [Record<string, Hex>] }) =>
          call.method === 'eth_getLogs'
            ? request({ method: 'eth_getLogs', params: [{ ...call.params[0], toBlock: block }] })
            : request(call),
      },
    })
    const deceived = clientFor([{ ...chain, config: { ...chain.config, transport: custom(lying, { retryCount: 0 }) } }])
    await expect(cell.read(deceived, { ...at, key })).rejects.toMatchObject({ name: 'EventUnseenError' })
  })
})

describe('edit', () => {
  const add = ({ value }: { readonly value: Hex | undefined }) =>
    numberToHex((value === undefined ? 0 : hexToNumber(value)) + 1, { size: 1 })

  it('loses no update of writers that work at once', async () => {
    const { client, at } = bench
    const key = fresh()
    const edits = Array.from({ length: 12 }, (_, i) =>
      cell.edit(client, { ...at, key, change: add, attempts: 40, account: i % 2 ? ada : bo }),
    )
    await Promise.all(edits)
    const { value } = await cell.read(client, { ...at, key })
    expect([value.version, value.value]).toEqual([12, '0x0c'])
  })

  it('spreads many who are refused, so that they do not meet again and again', async () => {
    const { client, chain } = bench
    const { chainId } = chain
    const editors = Array.from({ length: 16 }, (_, i) => accountOf(`editor ${i}`))
    for (const { address } of editors) await chain.node.setBalance({ address, value: 10n ** 20n })
    const writers = editors.map(({ address }) => ({ chainId, account: address }))
    const { event } = await cell.openSpace.sync(client, { chainId, writers, maxLease: 60, salt: hash('crowd') })
    const at = { chainId, space: event.space, key: fresh() }
    await chain.node.setAutomine(false)
    await chain.node.setIntervalMining({ interval: 0.1 })
    onTestFinished(async () => {
      await chain.node.setIntervalMining({ interval: 0 })
      await chain.node.setAutomine(true)
    })
    const edited = await Promise.all(editors.map((account) => cell.edit(client, { ...at, change: add, attempts: 40, account })))
    const refused = edited.reduce((sum, { attempts }) => sum + attempts - 1, 0)
    expect((await cell.read(client, at)).value.version).toBe(16)
    // Whoever tries again at once meets all that are left: some 110 refusals for 16. With pauses some 50.
    expect(refused).toBeLessThan(80)
  })

  it('merges what both wrote, seen from what they began with', async () => {
    const { client, at } = bench
    const key = fresh()
    const text = (value: string) => stringToHex(value)
    await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: text('a') })
    let isFirst = true
    const { attempts } = await cell.edit(client, {
      ...{ ...at, key },
      change: async () => {
        if (isFirst) await cell.write.sync(client, { ...at, key, expectedVersion: 1, value: text('a theirs'), account: bo })
        isFirst = false
        return text('a mine')
      },
      merge: ({ base, mine, theirs }) => concat([base ?? '0x', theirs ?? '0x', mine]),
    })
    expect(attempts).toBe(2)
    expect((await cell.read(client, { ...at, key })).value.value).toBe(text('aa theirsa mine'))
  })

  it('waits for the block that shows what it was refused for, instead of trying again and again', async () => {
    const { client, at, chain } = bench
    const key = fresh()
    await chain.node.setAutomine(false)
    onTestFinished(() => chain.node.setAutomine(true))
    await cell.write(client, { ...at, key, expectedVersion: 0, value: '0x01', account: bo })
    let asked = 0
    const change = ({ value }: { readonly value: Hex | undefined }) => {
      asked += 1
      return add({ value })
    }
    const edited = cell.edit(client, { ...at, key, change, attempts: 2 })
    // It was refused for the write that waits, and looked again some times.
    await expect.poll(() => asked).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(asked).toBe(1)
    await chain.node.setAutomine(true)
    await chain.node.mine({ blocks: 1 })
    expect((await edited).attempts).toBe(2)
    expect((await cell.read(client, { ...at, key })).value.value).toBe('0x02')
  })

  it('says that others were faster each time, and leaves alone what needs no change', async () => {
    const { client, at } = bench
    const key = fresh()
    let version = 0
    const edit = cell.edit(client, {
      ...{ ...at, key, attempts: 3 },
      change: async ({ value }) => {
        await cell.write.sync(client, { ...at, key, expectedVersion: version++, value: bytesToHex(new Uint8Array([version])), account: bo })
        return value ?? '0x00'
      },
    })
    await expect(edit).rejects.toMatchObject({ name: 'CellContendedError', attempts: 3 })
    expect(await cell.edit(client, { ...at, key, change: () => undefined })).toEqual({ event: undefined, attempts: 1 })
  })
})

describe('a lease', () => {
  it('is granted, renewed, handed on and released', async () => {
    const { client, at } = bench
    const key = fresh()
    const { event: lease } = await cell.acquire.sync(client, { ...at, key, duration: 60 })
    expect(lease).toMatchObject({ token: 1, holder: ada.address })
    await expect(cell.write(client, { ...at, key, expectedVersion: 1, value: '0x', account: bo })).rejects.toMatchObject({
      name: 'CellLeased',
    })
    const { event: renewed } = await cell.renew.sync(client, { ...at, key, token: 1, duration: 120 })
    expect(renewed.leaseEnd).toBeGreaterThan(lease.leaseEnd)
    const { event } = await cell.handoff.sync(client, { ...at, key, token: 1, to: bo.address })
    expect(event.token).toBe(2)
    expect((await cell.read(client, { ...at, key })).value).toMatchObject({
      version: 2,
      lease: { holder: bo.address, token: 2, end: renewed.leaseEnd },
    })
    await expect(cell.release(client, { ...at, key, token: 1 })).rejects.toMatchObject({ name: 'LeaseNotHeld' })
    const released = await cell.release.sync(client, { ...at, key, token: 2, account: bo })
    expect(released.event.version).toBe(3)
  })
})

describe('a space', () => {
  it('passes on who controls its list, until nobody does', async () => {
    const { client, at } = bench
    const mine = { ...at, writers: [], controller: ada.address, salt: hash('controlled') }
    const { event } = await cell.openSpace.sync(client, mine)
    const here = { chainId: at.chainId, space: event.space }
    const writers = [{ chainId: at.chainId, account: stranger.address }]
    await expect(cell.setMaxLease(client, { ...here, maxLease: 60 })).rejects.toMatchObject({ name: 'SpaceOfList' })
    const passed = await cell.setController.sync(client, { ...here, controller: bo.address })
    expect(passed.event).toEqual({ space: event.space, controller: bo.address })
    await expect(cell.setWriters(client, { ...here, writers, isWriter: true })).rejects.toMatchObject({ name: 'SpaceWrongCaller' })
    await cell.setWriters.sync(client, { ...here, writers, isWriter: true, account: bo })
    expect((await cell.isWriter(client, { ...here, writer: { chainId: at.chainId, account: stranger.address } })).value).toBe(true)
    await cell.setController.sync(client, { ...here, controller: zeroAddress, account: bo })
    expect((await cell.getSpace(client, here)).value).toMatchObject({ controller: zeroAddress, epoch: 2 })
    const refused = cell.setController(client, { ...here, controller: bo.address, account: bo })
    await expect(refused).rejects.toMatchObject({ name: 'SpaceWrongCaller' })
  })

  it('of a charter lets its members agree how long a cell may be held', async () => {
    const { client } = bench
    const group = await adoptCharter(client, { chainId: bench.at.chainId, members: [ada, bo] })
    const space = group.charterId
    const at = { chainId: group.chainId, space, key: fresh() }
    expect((await cell.getSpace(client, at)).value).toMatchObject({ epoch: 1, isCharter: true, maxLease: 3_600 })
    const change = { chainId: group.chainId, space, maxLease: 7_200 }
    await expect(cell.setMaxLease(client, change)).rejects.toMatchObject({ name: 'SpaceWrongCaller' })
    await expect(cell.acquire(client, { ...at, duration: 7_200 })).rejects.toMatchObject({ name: 'LeaseTooLong' })
    const { receipt } = await callAsCharter(client, group, cell.setMaxLease.call(client, change))
    const event = cell.setMaxLease.extractEvent(client, { chainId: group.chainId, logs: receipt.logs })
    expect(event).toEqual({ space, maxLease: 7_200 })
    expect((await cell.getSpace(client, at)).value.maxLease).toBe(7_200)
    await cell.acquire.sync(client, { ...at, duration: 7_200 })
  })
})

describe('over two chains', () => {
  let home: TestChain
  let far: TestChain
  let client: Client
  let setId: Hex
  let space: Hex

  beforeAll(async () => {
    home = await startChain({ chainId: 1001, accounts: [ada, bo] })
    far = await startChain({ chainId: 2002, accounts: [ada, bo] })
    setId = await linkAll([home, far])
    client = clientFor([home, far], bo)
    const writers = [
      { chainId: 1001, account: ada.address },
      { chainId: 2002, account: bo.address },
    ]
    space = (await cell.openSpace.sync(client, { chainId: 1001, writers, salt: hash('space') })).event.space
  })

  const soon = async () => Number((await home.node.getBlock()).timestamp) + 600

  it('proposes, tells winner and loser, and mirrors', async () => {
    const at = { space, key: hash('cell') }
    const deadline = await soon()
    const proposal = { chainId: 2002, homeChainId: 1001, ...at, expectedVersion: 0, deadline }
    const { event: first } = await cell.propose.sync(client, { ...proposal, value: '0x01' })
    const { event: second } = await cell.propose.sync(client, { ...proposal, value: '0x02' })
    await relay(client, { setId, from: far, to: home })
    const { value } = await cell.read(client, { chainId: 1001, ...at })
    expect(value).toMatchObject({ version: 1, value: '0x01', author: { chainId: 2002, account: bo.address } })

    expect((await cell.getAnswer(client, { chainId: 2002, sendId: first.sendId })).value).toBeUndefined()
    await cell.sendCell.sync(client, { chainId: 1001, ...at, destinationChainId: 2002 })
    await relay(client, { setId, from: home, to: far })
    expect((await cell.getAnswer(client, { chainId: 2002, sendId: first.sendId })).value).toEqual({ refusal: 'None', version: 1n })
    expect((await cell.getAnswer(client, { chainId: 2002, sendId: second.sendId })).value).toEqual({ refusal: 'Stale', version: 1n })
    const mirror = await cell.getMirror(client, { chainId: 2002, homeChainId: 1001, ...at })
    expect(mirror.value).toMatchObject({ version: 1n, epoch: 1, valueHash: value.valueHash })
    expect((await cell.getMirror(client, { chainId: 2002, homeChainId: 1001, ...at, isTopic: true })).value).toBeUndefined()

    const asked = { kind: 'mirror', homeChainId: 1001, ...at, maxAge: 3_600 } as const
    const conditions = [
      { ...asked, atLeast: 1n },
      { ...asked, atLeast: 2n },
      { ...asked, atLeast: 1n, maxAge: 0 },
      { ...asked, atLeast: 1n, isTopic: true },
    ]
    await far.node.increaseTime({ seconds: 100 })
    await far.node.mine({ blocks: 1 })
    const { value: unmet } = await condition.unmet(client, { chainId: 2002, conditions })
    expect(unmet.map(({ error }) => error.name)).toEqual(['VersionUnmet', 'MirrorTooOld', 'VersionUnmet'])
  })

  it('proposes entries of topics, and mirrors these', async () => {
    const feed = hash('feed')
    expect((await cell.getBoard(client, { chainId: 2002, otherChainId: 1001 })).value).toBe(home.deployment.blackboard)
    expect((await cell.getBoard(client, { chainId: 2002, otherChainId: 3003 })).value).toBeUndefined()
    await topic.append.sync(client, { chainId: 1001, space, topic: feed, data: '0x01', account: ada })
    const proposal = { chainId: 2002, homeChainId: 1001, space, topic: feed }
    const first = await sentBy(far)
    const { event: good } = await topic.proposeEntry.sync(client, { ...proposal, data: '0x02', deadline: await soon() })
    expect(good).toMatchObject({ homeChainId: 1001n, space, key: feed, account: bo.address })
    const { event: late } = await topic.proposeEntry.sync(client, { ...proposal, data: '0x03', deadline: 1 })
    const { event: foreign } = await topic.proposeEntry.sync(client, { ...proposal, data: '0x04', deadline: await soon(), account: ada })
    await relay(client, { setId, from: far, to: home, first })
    const { value } = await topic.getTopic(client, { chainId: 1001, space, topic: feed })
    expect(value.length).toBe(2n)

    const answered = await sentBy(home)
    const { event: mirror } = await topic.sendTopic.sync(client, { chainId: 1001, space, topic: feed, destinationChainId: 2002 })
    expect(mirror).toMatchObject({ destinationChainId: 2002n, space, key: feed, version: 2n })
    await relay(client, { setId, from: home, to: far, first: answered - 3n })
    const answers = await Promise.all([good, late, foreign].map(({ sendId }) => cell.getAnswer(client, { chainId: 2002, sendId })))
    expect(answers.map((answer) => answer.value)).toEqual([
      { refusal: 'None', version: 2n },
      { refusal: 'TooLate', version: 0n },
      { refusal: 'NotWriter', version: 0n },
    ])
    const view = await cell.getMirror(client, { chainId: 2002, homeChainId: 1001, space, key: feed, isTopic: true })
    expect(view.value).toMatchObject({ version: 2n, valueHash: value.head })
    const long = { kind: 'mirror', homeChainId: 1001, space, key: feed, isTopic: true, atLeast: 2n, maxAge: 3_600 } as const
    const { value: unmet } = await condition.unmet(client, { chainId: 2002, conditions: [long, { ...long, atLeast: 3n }] })
    expect(unmet).toMatchObject([{ condition: { atLeast: 3n }, error: { name: 'VersionUnmet' } }])
    await expect(topic.sendTopic(client, { chainId: 1001, space, topic: hash('none'), destinationChainId: 2002 })).rejects.toMatchObject({
      name: 'CellEmpty',
    })
  })

  /** How many messages a chain sent to the other so far. */
  const sentBy = async ({ chainId }: TestChain) =>
    BigInt((await gateway.getMessages(client, { chainId, destinationChainId: chainId === 1001 ? 2002 : 1001 })).value.length)
})

// Last: they set the clock of the chain ahead.
claimCases(() => bench)
