import type { Hex } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cell, why } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, startBoard } from '../support/boards.ts'
import { adoptCharter } from '../support/charters.ts'

let bench: BoardBench
let key: Hex

beforeAll(async () => {
  bench = await startBoard()
})
beforeEach(({ task }) => {
  key = hash(task.name)
})

const ask = (space = bench.at.space) => why.whyCell(bench.client, { chainId: bench.at.chainId, space, key })
const anyone = { owner: { kind: 'anyone' }, deadline: undefined }

describe('whyCell', () => {
  it('knows spaces that are not there: of lists, and of charters', async () => {
    const nowhere = { code: 'CellSpaceUnknown', owner: { kind: 'nobody' }, deadline: undefined, evidence: { epoch: '0', version: '0' } }
    // The id of a list begins with 64 zero bits.
    expect(await ask(`0x${'00'.repeat(31)}07`)).toMatchObject(nowhere)
    expect(await ask(hash('no charter'))).toMatchObject(nowhere)
  })

  it('knows a cell to which nothing happened, and says how to begin', async () => {
    const answer = await ask()
    expect(answer).toMatchObject({ code: 'CellEmpty', ...anyone, evidence: { version: '0', epoch: '1' } })
    expect(answer.evidence.valueHash).toBeUndefined()
    expect(answer.nextAction).toContain('version 0')
    expect(answer.freshness).toMatchObject([{ chainId: bench.at.chainId }])
  })

  it('names the version on top of which a free cell is written', async () => {
    const { client, at } = bench
    await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x01' })
    await cell.write.sync(client, { ...at, key, expectedVersion: 1, value: '0x02' })
    const answer = await ask()
    expect(answer).toMatchObject({ code: 'CellFree', ...anyone, evidence: { version: '2' } })
    expect(answer.nextAction).toContain('version 2')
    const { value } = await cell.read(client, { ...at, key })
    expect(answer.evidence.valueHash).toBe(value.valueHash)
  })

  it('names the holder up to the last second of its lease, the new one after a hand-off, and nobody after the end', async () => {
    const { client, at, chain } = bench
    const { event } = await cell.acquire.sync(client, { ...at, key, duration: 60 })
    const held = { code: 'CellLeased', deadline: event.leaseEnd }
    const of = (account: Hex) => ({ kind: 'account', account, chainId: at.chainId })
    expect(await ask()).toMatchObject({ ...held, owner: of(ada.address), evidence: { holder: ada.address, token: '1', version: '1' } })
    await cell.handoff.sync(client, { ...at, key, token: 1, to: bo.address })
    expect(await ask()).toMatchObject({ ...held, owner: of(bo.address), evidence: { holder: bo.address, token: '2', version: '2' } })
    const mineAt = async (timestamp: number) => {
      await chain.node.setNextBlockTimestamp({ timestamp: BigInt(timestamp) })
      await chain.node.mine({ blocks: 1 })
    }
    await mineAt(event.leaseEnd)
    expect(await ask()).toMatchObject({ code: 'CellLeased' })
    await mineAt(event.leaseEnd + 1)
    const after = await ask()
    expect(after).toMatchObject({ code: 'CellFree', ...anyone, evidence: { version: '2' } })
    expect(after.evidence.holder).toBeUndefined()
  })

  it('knows a cell that was held and given back without being written', async () => {
    const { client, at } = bench
    await cell.acquire.sync(client, { ...at, key, duration: 60 })
    await cell.release.sync(client, { ...at, key, token: 1 })
    expect(await ask()).toMatchObject({ code: 'CellFree', ...anyone, evidence: { version: '2' } })
  })

  it('knows the spaces of charters', async () => {
    const { client, at } = bench
    const { charterId } = await adoptCharter(client, { chainId: at.chainId, members: [ada, bo] })
    expect(await ask(charterId)).toMatchObject({ code: 'CellEmpty', evidence: { epoch: '1' } })
    await cell.acquire.sync(client, { chainId: at.chainId, space: charterId, key, duration: 60 })
    expect(await ask(charterId)).toMatchObject({ code: 'CellLeased', owner: { account: ada.address } })
  })
})
