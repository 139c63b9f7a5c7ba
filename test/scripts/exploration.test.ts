import { describe, expect, it } from 'vitest'
import { type Others, others, strategies } from '../../bench/payoffs/games.ts'
import { dominating, faultsOf } from '../../bench/payoffs/judge.ts'
import type { Result } from '../../bench/payoffs/results.ts'
import { type ConfigurationName, configurations } from '../../scripts/exploration/configurations.ts'
import { permissionless, stuckStates } from '../../scripts/exploration/graph.ts'
import { modelOf } from '../../scripts/exploration/judge.ts'
import { pack, unpack } from '../../scripts/exploration/states.ts'

const names = Object.keys(configurations).filter((name): name is ConfigurationName => name in configurations)

describe('the model of tasks, without a bound on depth', () => {
  it.each(names)('%s: strangers bring every state to its end', (name) => {
    const taskCount = configurations[name].length
    const graph = modelOf(name, taskCount)
    expect(graph.states.size).toBeGreaterThan(50)
    expect(stuckStates({ graph, taskCount, kinds: permissionless })).toEqual([])
  })

  it.each(permissionless.filter((kind) => kind !== 'closeChild'))('without "%s" some state is stuck', (kind) => {
    const kinds = permissionless.filter((other) => other !== kind)
    const stuck = names.map((name) => stuckStates({ graph: modelOf(name, 1), taskCount: 1, kinds }).length)
    expect(Math.max(...stuck)).toBeGreaterThan(0)
  })

  it('packs every state into a word and back', () => {
    for (const word of modelOf('dispute', 1).states) expect(pack(unpack(word, 1))).toBe(word)
  })
})

describe('the payoff table', () => {
  const result = (strategy: Result['strategy'], against: Others, worth: number): Result => ({
    terms: 'bounty',
    configuration: 9,
    against,
    strategy,
    player: 'first',
    isWork: strategy === 'honest',
    kinds: [],
    money: {},
    worth,
  })

  it('tells a strategy that is never worse than honesty and once better', () => {
    const even = others.flatMap((against) => strategies.map((strategy) => result(strategy, against, 0)))
    expect(dominating(even, 'bounty')).toEqual([])
    const junkPays = even.map((one) => (one.strategy === 'junk' && one.against === 'silent' ? { ...one, worth: 1 } : one))
    expect(dominating(junkPays, 'bounty')).toEqual(['junk'])
    expect(faultsOf(junkPays)).toContain('bounty: "junk" dominates honesty')
    const onlyThen = junkPays.map((one) => (one.strategy === 'junk' && one.against === 'fair' ? { ...one, worth: -1 } : one))
    expect(dominating(onlyThen, 'bounty')).toEqual([])
  })

  it('is not good when nothing was played', () => {
    expect(faultsOf([])).toContain('nothing was played')
  })
})
