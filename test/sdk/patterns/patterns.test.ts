import fc from 'fast-check'
import { type Address, type Hex, keccak256, numberToHex, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { patterns } from '../../../sdk/src/index.ts'
import { type Ledger, memoryAgent } from './memoryAgent.ts'
import { memoryBoard } from './memoryBoard.ts'

const agentOf = (index: number): Address => `0x${keccak256(toHex(`agent ${index}`)).slice(26)}`
const itemOf = (index: number): Hex => keccak256(toHex(`item ${index}`))
const many = <value>(count: number, of: (index: number) => value) => Array.from({ length: count }, (_, index) => of(index))

type Scene = {
  readonly agents: number
  readonly items: number
  readonly pattern: patterns.PatternName
  /** In which block what is put in force. */
  readonly switches: readonly { readonly block: number; readonly pattern: patterns.PatternName }[]
  /** In which block who dies. */
  readonly deaths: readonly { readonly block: number; readonly agent: number }[]
  /** In which block an item more is announced. */
  readonly announced: readonly number[]
  readonly lag: (block: number, agent: number) => number
  readonly effort: number
}

const quiet = { switches: [], deaths: [], announced: [], lag: () => 0, effort: 2 } as const

/** Plays a scene until nothing is left to do. */
function play({ agents, items, pattern, switches, deaths, announced, lag, effort }: Scene) {
  const manifest = { pattern, since: 1, agents: many(agents, agentOf), items: many(items, itemOf), leaseSeconds: 30, patience: 6 }
  const board = memoryBoard({ manifest })
  const ledger: Ledger = { worked: new Map(), written: new Map() }
  const all = manifest.agents.map((account) => memoryAgent({ board, account, ledger }))
  const led: patterns.PatternName[] = []
  const last = Math.max(0, ...announced, ...switches.map(({ block }) => block))
  for (let block = 0; block < 400; block++) {
    for (const change of switches.filter((one) => one.block === block)) switchTo(board, change.pattern)
    for (const death of deaths.filter((one) => one.block === block)) all[death.agent]?.die()
    for (const at of announced) if (at === block) board.announce(itemOf(1_000 + at))
    // Whoever comes first in a block is not always the same.
    for (const index of all.keys()) {
      const agent = (index * 7 + block) % all.length
      all[agent]?.act({ lag: lag(block, agent), effort })
    }
    board.mine()
    led.push(board.view().manifest.pattern)
    if (block > last && patterns.isDone(board.view())) return { board, ledger, blocks: block, led }
  }
  return { board, ledger, blocks: Number.POSITIVE_INFINITY, led }
}

function switchTo(board: ReturnType<typeof memoryBoard>, pattern: patterns.PatternName): void {
  const { manifest } = board.view()
  const { version, ...rest } = manifest
  const value = patterns.encodeManifest({ ...rest, pattern, since: version + 1 })
  board.write(agentOf(0), { key: patterns.manifestKey, expected: version, value })
}

const twice = ({ worked }: Ledger) => [...worked].filter(([, times]) => times > 1)

describe.each(patterns.patternNames)('%s', (pattern) => {
  it('does everything once, with all agents', () => {
    const { board, ledger } = play({ ...quiet, agents: 5, items: 40, pattern })
    expect(board.view().items.filter(({ state }) => state === 'done')).toHaveLength(40)
    expect(twice(ledger)).toEqual([])
    const holders = board.log.flatMap((event) => (event.kind === 'granted' ? [event.holder] : []))
    expect(new Set(holders).size).toBeGreaterThan(3)
  })

  it('goes on when most of them die, at any time', () => {
    const deaths = many(4, (agent) => ({ block: 3 + agent * 5, agent }))
    const { board, blocks } = play({ ...quiet, agents: 5, items: 30, pattern, deaths })
    expect(blocks).toBeLessThan(300)
    expect(board.view().items.every(({ state }) => state === 'done')).toBe(true)
  })

  it('is left alone by who is none of its agents', () => {
    const { board } = play({ ...quiet, agents: 2, items: 3, pattern })
    expect(patterns.next(board.view(), agentOf(99))).toEqual({ kind: 'wait' })
  })
})

describe('peers', () => {
  it('never meet while they see the same', () => {
    const { board } = play({ ...quiet, agents: 20, items: 60, pattern: 'peers' })
    expect(board.counts.refused).toBe(0)
  })
})

describe('hierarchical', () => {
  it('tells many in one write, and is led by another after a death', () => {
    const { board } = play({ ...quiet, agents: 10, items: 50, pattern: 'hierarchical' })
    const writes = board.log.filter(({ kind, key }) => kind === 'written' && key === patterns.planKey)
    expect(writes.length).toBeLessThan(10)
    expect(board.counts.refused).toBe(0)
  })

  it('is not held up by a plan that is none', () => {
    const manifest = { pattern: 'hierarchical', since: 1, agents: [agentOf(0)], items: [itemOf(0)], leaseSeconds: 30, patience: 6 } as const
    const board = memoryBoard({ manifest })
    board.mine()
    board.write(agentOf(0), { key: patterns.planKey, expected: 0, value: '0x1234' })
    board.mine()
    expect(patterns.next(board.view(), agentOf(0)).kind).toBe('lead')
  })
})

describe('a switch in the middle', () => {
  const name = fc.constantFrom(...patterns.patternNames)
  const scenes = fc.record({
    agents: fc.integer({ min: 2, max: 8 }),
    items: fc.integer({ min: 1, max: 25 }),
    pattern: name,
    switches: fc.array(fc.record({ block: fc.integer({ min: 1, max: 40 }), pattern: name }), { minLength: 1, maxLength: 5 }),
    announced: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }),
    seed: fc.nat(),
    effort: fc.integer({ min: 1, max: 4 }),
  })

  it('loses nothing and does nothing twice, with views up to two blocks old', () => {
    fc.assert(
      fc.property(scenes, ({ seed, ...scene }) => {
        const lag = (block: number, agent: number) => Number(BigInt(keccak256(numberToHex(seed + block * 100 + agent))) % 3n)
        const { board, ledger } = play({ ...quiet, ...scene, lag })
        expect(board.view().items.every(({ state }) => state === 'done')).toBe(true)
        expect(board.view().items).toHaveLength(scene.items + new Set(scene.announced).size)
        expect(twice(ledger)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('loses nothing either when agents die, and writes each result once', () => {
    fc.assert(
      fc.property(scenes, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }), ({ seed: _, ...scene }, blocks) => {
        const deaths = blocks.slice(0, scene.agents - 1).map((block, agent) => ({ block, agent }))
        const { board } = play({ ...quiet, ...scene, deaths })
        expect(board.view().items.every(({ state }) => state === 'done')).toBe(true)
        for (const { key } of board.view().items) {
          expect(board.log.filter((event) => event.key === key && event.kind === 'written')).toHaveLength(1)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is in force from the version that its manifest names', () => {
    const switches = [{ block: 5, pattern: 'events' } as const]
    const { led, board } = play({ ...quiet, agents: 3, items: 9, pattern: 'peers', switches })
    expect([led[4], led[5]]).toEqual(['peers', 'events'])
    expect(board.view().manifest).toMatchObject({ since: 2, version: 2 })
  })
})

describe('a view', () => {
  it('refuses logs in which a change is missing', () => {
    const { board } = play({ ...quiet, agents: 3, items: 3, pattern: 'peers' })
    const whole = { space: itemOf(0), blockNumber: board.height(), timestamp: 0 }
    expect(() => patterns.viewOf({ ...whole, events: board.log })).not.toThrow()
    const [first, ...rest] = board.log.filter(({ key }) => key === itemOf(0))
    expect(rest.length).toBeGreaterThan(0)
    expect(() => patterns.viewOf({ ...whole, events: board.log.filter((event) => event !== first) })).toThrow('every change of it')
    expect(() => patterns.viewOf({ ...whole, events: [] })).toThrow('no manifest')
  })

  it('refuses a manifest that is none', () => {
    expect(() => patterns.decodeManifest('0x1234')).toThrow('encodeManifest')
    const manifest = { pattern: 'peers', since: 1, agents: [agentOf(0)], items: [itemOf(0)], leaseSeconds: 60, patience: 10 } as const
    const value = patterns.encodeManifest(manifest)
    expect(patterns.decodeManifest(value)).toEqual({ ...manifest, agents: [expect.any(String)] })
    expect(() => patterns.decodeManifest(`0x${'7'.padStart(64, '0')}${value.slice(66)}`)).toThrow('pattern 7')
  })
})
