import { bytesToHex, concat, custom, type Hex, hexToNumber, numberToHex, stringToHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { cell } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, startBoard, stranger } from '../support/boards.ts'
import { clientFor, startChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'

let bench: BoardBench
let count = 0
const fresh = () => hash(`cell ${count++}`)

beforeAll(async () => {
  bench = await startBoard()
})

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
    await expect(cell.read(deceived, { ...at, key })).rejects.toMatchObject({ name: 'FormatError' })
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

describe('over two chains', () => {
  it('proposes, tells winner and loser, and mirrors', async () => {
    const home = await startChain({ chainId: 1001, accounts: [ada, bo] })
    const far = await startChain({ chainId: 2002, accounts: [ada, bo] })
    const setId = await linkAll([home, far])
    const client = clientFor([home, far], bo)
    const writers = [
      { chainId: 1001, account: ada.address },
      { chainId: 2002, account: bo.address },
    ]
    const { event } = await cell.openSpace.sync(client, { chainId: 1001, writers, salt: hash('space') })
    const at = { space: event.space, key: hash('cell') }
    const deadline = Number((await home.node.getBlock()).timestamp) + 600
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
  })
})
