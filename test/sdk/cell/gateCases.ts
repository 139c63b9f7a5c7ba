import { encodeFunctionResult, type Hex, keccak256, parseEther, size, toHex, zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { claimGateAbi } from '../../../sdk/src/abis/claimGate.ts'
import { cell, condition, task } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, stranger } from '../support/boards.ts'

const chainId = 1001
const impostor = '0x00000000000000000000000000000000000000e7'
let count = 0
const fresh = () => hash(`gate ${count++}`)

/** Gates before claims, on the chain of the tests of cells. */
export function gateCases(benchOf: () => BoardBench): void {
  describe('a gate', () => {
    formCases(benchOf)
    claimCases(benchOf)
  })
}

/** What gates are and say. */
function formCases(benchOf: () => BoardBench): void {
  it('has one address, and says what it asks for', async () => {
    const { client, at } = benchOf()
    const [space, key] = [at.space, fresh()]
    const conditions = [
      { kind: 'version', space, key, atLeast: 3 },
      { kind: 'value', space, key, value: '0x1234' },
      { kind: 'length', space, topic: key, atLeast: 2n },
      { kind: 'mirror', homeChainId: 5, space, key, atLeast: 7n, maxAge: 60, isTopic: true },
    ] as const
    const { value: before } = await condition.getGate(client, { chainId, conditions })
    expect(before.isMade).toBe(false)
    expect((await condition.getConditions(client, { chainId, gate: before.gate })).value).toBeUndefined()
    const { event } = await condition.createGate.sync(client, { chainId, conditions })
    expect(event.gate).toBe(before.gate)
    expect((await condition.getGate(client, { chainId, conditions })).value).toEqual({ gate: before.gate, isMade: true })
    const hashed = { kind: 'valueHash', space, key, valueHash: keccak256('0x1234') } as const
    const asked = [conditions[0], hashed, conditions[2], conditions[3]]
    expect((await condition.getConditions(client, { chainId, gate: event.gate })).value).toEqual({
      conditions: asked,
      pricing: undefined,
    })
    // What it says makes the same gate.
    expect((await condition.getGate(client, { chainId, conditions: asked })).value.gate).toBe(event.gate)
    const copy = { ...conditions[3], isTopic: false } as const
    const priced = { chainId, conditions: [copy], pricing: bo.address }
    const { event: other } = await condition.createGate.sync(client, priced)
    const view = { conditions: [copy], pricing: bo.address }
    expect((await condition.getConditions(client, { chainId, gate: other.gate })).value).toEqual(view)
  })

  it('is nothing that only calls itself one', async () => {
    const { client, at, chain } = benchOf()
    const said = encodeFunctionResult({
      abi: claimGateAbi,
      functionName: 'gate',
      result: [[{ kind: 0, space: at.space, key: zeroHash, valueHash: zeroHash, atLeast: 1n, homeChainId: 0n, maxAge: 0 }], zeroAddress],
    })
    const returning = (data: Hex): Hex => `0x61${toHex(size(data), { size: 2 }).slice(2)}80600a5f395ff3${data.slice(2)}`
    const code = {
      'the answer of a gate': returning(said),
      'a word': returning(zeroHash),
      nothing: '0x00',
      'a refusal': '0x5f5ffd',
    } as const
    for (const [what, bytecode] of Object.entries(code)) {
      await chain.node.setCode({ address: impostor, bytecode })
      expect((await condition.getConditions(client, { chainId, gate: impostor })).value, what).toBeUndefined()
    }
    for (const gate of [zeroAddress, stranger.address, chain.coin])
      expect((await condition.getConditions(client, { chainId, gate })).value).toBeUndefined()
  })
}

/** What they ask for, and whom they stop. */
function claimCases(benchOf: () => BoardBench): void {
  const basics = async () => {
    const now = Number((await benchOf().chain.node.getBlock()).timestamp)
    const windows = { openUntil: now + 3_000, workWindow: 500, reviewWindow: 500 }
    return { chainId, requester: ada.address, specHash: hash('spec'), reward: parseEther('2'), workerBond: parseEther('1'), ...windows }
  }

  it('is refused where it asks for nothing, too much, or stands already', async () => {
    const { client, at } = benchOf()
    const always = { kind: 'version', space: at.space, key: fresh(), atLeast: 0 } as const
    const once = { ...always, atLeast: 1 }
    const create = (conditions: readonly condition.GateCondition[]) => condition.createGate.sync(client, { chainId, conditions })
    await expect(create([])).rejects.toMatchObject({ name: 'ConditionsWrong', args: { count: 0n, limit: 4n } })
    await expect(create([once, once, once, once, once])).rejects.toMatchObject({ name: 'ConditionsWrong' })
    await expect(create([once, always])).rejects.toMatchObject({ name: 'ConditionInvalid', args: { index: 1n } })
    await create([once])
    await expect(create([once])).rejects.toMatchObject({ name: 'EventMissingError' })
  })

  it('keeps everybody from a task until its condition holds, and is checked by the preset', async () => {
    const { client, at } = benchOf()
    const key = fresh()
    const conditions = [{ kind: 'version', space: at.space, key, atLeast: 1 }] as const
    const { gate } = (await condition.getGate(client, { chainId, conditions })).value
    const asked = { ...(await basics()), gate }
    await expect(task.presets.bounty(client, asked)).rejects.toMatchObject({ problems: [{ field: 'gate' }] })
    await condition.createGate.sync(client, { chainId, conditions, account: bo })
    const terms = await task.presets.bounty(client, asked)
    const { event } = await task.open.sync(client, { chainId, terms })
    await task.deposit.sync(client, { chainId, actor: { chainId, account: bo.address }, amount: terms.workerBond })
    const claim = { chainId, homeChainId: chainId, terms, sponsor: ada.address, account: bo }
    const refusal = { name: 'VersionUnmet', args: { space: at.space, key, atLeast: 1n, version: 0n } }
    await expect(task.claim(client, claim)).rejects.toMatchObject(refusal)
    await expect(task.claim(client, { ...claim, account: stranger })).rejects.toMatchObject(refusal)
    expect((await task.getTask(client, { chainId, taskId: event.taskId })).value.state).toBe('Open')
    await cell.write.sync(client, { ...at, key, expectedVersion: 0, value: '0x01' })
    expect((await task.claim.sync(client, claim)).event).toMatchObject({ via: 'home', token: 1 })
  })
}
