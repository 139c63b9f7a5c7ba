import { custom, parseEther, zeroAddress } from 'viem'
import { beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../../sdk/src/index.ts'
import {
  addSteps,
  type CompiledWorkflow,
  cancelSteps,
  compileWorkflow,
  planWorkflow,
  type TaskFact,
  type Workflow,
  type WorkflowStep,
} from '../../../sdk/src/workflow/index.ts'
import { accountOf } from '../support/chain.ts'

const startAt = 2_000_000_000
const addressOf = (name: string) => accountOf(name).address
const contract = addressOf('contract')
const block = { number: '0x64', hash: `0x${'11'.repeat(32)}`, timestamp: `0x${startAt.toString(16)}`, transactions: [] }

/** Chains that know only what time it is, and that nobody has code. */
const offline = createClient({
  chains: [1, 10].map((chainId) => ({
    ...{ chainId, rpcUrls: [], finality: { kind: 'depth', depth: 2 } as const },
    deployment: {
      ...{ chainId, startBlock: 0n, accessManager: contract, timelock: contract, gateway: contract, watcherSet: contract },
      ...{ agentRegistry: contract, taskEscrow: contract, taskPortal: contract },
    },
    transport: custom({ request: async ({ method }: { method: string }) => (method === 'eth_getBlockByNumber' ? block : '0x') }),
  })),
})
const finalitySeconds = { 1: 20, 10: 30 }

const step = (changes: Partial<WorkflowStep> = {}): WorkflowStep => ({
  ...{ chain: 1, capability: 'text.report', evaluator: addressOf('evaluator'), reward: parseEther('1'), workerBond: 1n },
  ...{ openFor: 600, workWindow: 600, reviewWindow: 600 },
  ...changes,
})
const compile = (steps: Workflow['steps'], changes: Partial<Workflow> = {}) =>
  compileWorkflow(offline, { finalitySeconds, workflow: { name: 'test', requester: addressOf('requester'), startAt, steps, ...changes } })

const problemsOf = async (compiling: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await compiling.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  const { problems = [] }: { problems?: readonly { step?: string; reason: string }[] } = Object(error)
  return problems.map(({ step: name, reason }) => (name === undefined ? reason : `${name}: ${reason}`))
}

describe('compileWorkflow', () => {
  it('gives every step an id of its own, the same each time, and says what it costs and when it ends', async () => {
    const steps = { a: step(), b: step({ after: ['a'], compensate: step({ reward: 7n }) }) }
    const [one, other] = [await compile(steps), await compile(steps)]
    const ids = one.steps.flatMap(({ task, compensation }) => [task.taskId, compensation?.taskId])
    expect(new Set(ids).size).toBe(4)
    expect(other.steps.flatMap(({ task, compensation }) => [task.taskId, compensation?.taskId])).toEqual(ids)
    expect([...one.cost.values()]).toEqual([parseEther('2')])
    expect([...one.compensationCost.values()]).toEqual([7n])
    expect(one.latestEnd).toBe(startAt + 2 * 1_800)
    expect(one.latestCompensationEnd).toBe(startAt + 3 * 1_800)
  })

  it('holds a step to its prerequisites by contract where it can, and tells its worker where their results are', async () => {
    const { steps, bodies } = await compile({
      ...{ a: step(), far: step({ chain: 10 }), b: step({ after: ['a'], minVerdict: 1 }), c: step({ after: ['a', 'far'] }) },
    })
    const of = (name: string) => steps.find((one) => one.name === name)?.task
    expect(of('b')?.prerequisites).toEqual([{ chainId: 1, taskId: of('a')?.taskId }])
    expect(of('b')?.terms.minPrerequisiteShare).toBe(10_000)
    expect(of('c')?.prerequisites).toEqual([])
    const body = new TextDecoder().decode(bodies.get(of('c')?.terms.specHash ?? '0x'))
    expect(JSON.parse(body).input.inputs).toEqual({
      a: { chainId: 1, taskId: of('a')?.taskId },
      far: { chainId: 10, taskId: of('far')?.taskId },
    })
  })

  it('refuses what could not run, with all reasons at once', async () => {
    expect(
      await problemsOf(compile({ a: step({ after: ['b'] }), b: step({ after: ['a', 'x'], need: 3 }), c: step({ chain: 5 }) })),
    ).toEqual([
      'b: waits for x, which is no step',
      'b: needs 3 of 2 steps, must be 1 to 2',
      'a and b wait for each other',
      'c: names chain 5, which the client does not know; it knows 1, 10',
    ])
    expect(await problemsOf(compile({ a: step({ workerBond: 0n, reviewWindow: 0 }) }))).toEqual([
      expect.stringContaining('a: reviewWindow must not be zero'),
      expect.stringContaining('a: workerBond must not be zero'),
    ])
  })

  it('refuses windows shorter than finality and relay time', async () => {
    const remote = step({ chains: [10], grace: 39 })
    expect(await problemsOf(compile({ a: step({ reviewWindow: 19 }), b: remote }))).toEqual([
      'a: reviewWindow is 19 seconds, must be at least the 20 of finality on chain 1',
      expect.stringContaining('b: grace is 39 seconds, must be at least the 40'),
    ])
    expect(await problemsOf(compile({ a: step({ chain: 10 }), b: step({ after: ['a'], openFor: 40 }) }))).toEqual([
      'b: openFor is 40 seconds, must be more than the 40 of finality and relay of chain 10, where a is',
    ])
  })

  it('refuses what may cost more than its budget, undoing included', async () => {
    const steps = { a: step({ compensate: step() }) }
    const budget = (amount: bigint) => ({ budget: [{ token: zeroAddress, amount }] })
    expect(await problemsOf(compile(steps, budget(parseEther('2') - 1n)))).toEqual([
      expect.stringContaining('it may cost 2000000000000000000'),
    ])
    expect(await problemsOf(compile(steps, budget(parseEther('2'))))).toEqual([])
  })
})

let compiled: CompiledWorkflow
let facts: Map<string, TaskFact>
beforeEach(() => {
  facts = new Map()
})

type Said = Partial<Omit<TaskFact, 'view'>> & Partial<TaskFact['view']>
const put = (name: string, said: Said, isCompensation = false) => {
  const found = compiled.steps.find((one) => one.name === name)
  const { state = 'None', verdict, deliverable, isFinal = true, isReady = false, clock = startAt } = said
  const task = isCompensation ? found?.compensation : found?.task
  facts.set(task?.taskId ?? '', { view: { state, verdict, deliverable }, isFinal, isReady, clock })
}
const settle = (name: string, verdict = 10_000, isFinal = true) => put(name, { state: 'Settled', verdict, isFinal })
const plan = () => planWorkflow(compiled, facts)
const doing = () => plan().actions.map(({ kind, name, isCompensation }) => `${kind} ${name}${isCompensation ? ' undone' : ''}`)
const outcomes = () => Object.fromEntries(plan().steps.map(({ name, outcome }) => [name, outcome]))

describe('planWorkflow', () => {
  it('posts what waits for nothing, and the rest when what it waits for is settled', async () => {
    compiled = await compile({ a: step(), b: step(), c: step({ after: ['a', 'b'] }) })
    expect(doing()).toEqual(['open a', 'open b'])
    settle('a')
    put('b', { state: 'Assigned' })
    expect(doing()).toEqual([])
    settle('b', 10_000, false)
    expect(doing()).toEqual(['confirm c', 'open c'])
    put('c', { state: 'Open' })
    expect(doing()).toEqual(['confirm c'])
    put('c', { state: 'Open', isReady: true })
    expect(doing()).toEqual([])
    settle('c')
    settle('b')
    expect(plan().state).toBe('succeeded')
  })

  it('waits until another chain cannot take back what a step waits for', async () => {
    compiled = await compile({ far: step({ chain: 10 }), near: step({ after: ['far'] }) })
    settle('far', 10_000, false)
    expect(doing()).toEqual([])
    settle('far')
    expect(doing()).toEqual(['open near'])
  })

  it('joins k of n, and fails when so many cannot succeed any more', async () => {
    compiled = await compile({ a: step(), b: step(), c: step(), join: step({ after: ['a', 'b', 'c'], need: 2 }) })
    settle('a')
    settle('b', 0)
    put('c', { state: 'Assigned' })
    expect(outcomes()).toMatchObject({ b: 'failed', join: 'waiting' })
    expect(plan().fatal).toEqual([])
    settle('c')
    expect(doing()).toEqual(['open join'])
    settle('c', 9_999)
    expect(plan()).toMatchObject({ state: 'failed', fatal: ['join'] })
  })

  it('takes the branch whose condition holds, and skips the other', async () => {
    compiled = await compile({
      ...{ try: step(), good: step({ when: { try: 'succeeded' } }), bad: step({ when: { try: 'failed' } }) },
      end: step({ after: ['good', 'bad'] }),
    })
    settle('try', 0)
    expect(outcomes()).toMatchObject({ try: 'failed', good: 'skipped', bad: 'ready', end: 'waiting' })
    settle('bad')
    expect(doing()).toEqual(['open end'])
    settle('end')
    expect(plan().state).toBe('succeeded')
  })

  it('undoes what succeeded in reverse, one after the other, when something fails that matters', async () => {
    compiled = await compile({
      ...{ a: step({ compensate: step() }), b: step({ after: ['a'], compensate: step() }), side: step(), c: step({ after: ['b'] }) },
    })
    settle('a')
    settle('b')
    put('side', { state: 'Open' })
    settle('c', 0, false)
    expect(plan().state).toBe('running')
    settle('c', 0)
    expect([plan().state, doing()]).toEqual(['failing', ['cancel side']])
    put('side', { state: 'Cancelled' })
    expect([plan().state, doing()]).toEqual(['compensating', ['open b undone']])
    put('b', { state: 'Assigned' }, true)
    expect(doing()).toEqual([])
    put('b', { state: 'Settled', verdict: 10_000 }, true)
    expect(doing()).toEqual(['open a undone'])
    put('a', { state: 'Expired' }, true)
    expect(plan()).toMatchObject({ state: 'failed', actions: [], compensations: [{ outcome: 'succeeded' }, { outcome: 'failed' }] })
  })

  it('lets an optional step fail, and a step that nobody claimed expire', async () => {
    compiled = await compile({ maybe: step({ isOptional: true }), sure: step(), end: step({ after: ['maybe', 'sure'] }) })
    settle('sure')
    put('maybe', { state: 'Open', clock: startAt + 601 })
    expect(doing()).toEqual(['expire maybe'])
    put('maybe', { state: 'Expired' })
    expect(outcomes()).toMatchObject({ maybe: 'failed', end: 'ready' })
    settle('end')
    expect(plan().state).toBe('succeeded')
  })

  it('takes up steps that are added, and takes back those that are cancelled, without touching a task', async () => {
    compiled = await compile({ a: step(), b: step() })
    expect(await problemsOf(addSteps(offline, { compiled, finalitySeconds, steps: { late: step({ after: ['a'] }) } }))).toEqual([
      expect.stringContaining('later than `until`'),
    ])
    compiled = await compile({ a: step(), b: step() }, { until: startAt + 10_000 })
    const ids = compiled.steps.map(({ task }) => task.taskId)
    settle('a')
    put('b', { state: 'Open' })
    compiled = await addSteps(offline, { compiled, finalitySeconds, steps: { late: step({ after: ['a'] }) } })
    expect(compiled.steps.map(({ task }) => task.taskId)).toEqual(expect.arrayContaining(ids))
    expect(doing()).toEqual(['confirm late', 'open late'])
    compiled = await cancelSteps(offline, { compiled, finalitySeconds, names: ['b', 'late'] })
    expect(doing()).toEqual(['cancel b'])
    put('b', { state: 'Cancelled' })
    expect(plan().state).toBe('succeeded')
    expect(await problemsOf(cancelSteps(offline, { compiled, finalitySeconds, names: ['x'] }))).toEqual(['x: is no step of it'])
  })

  it('skips what the contract holds to a step that was cancelled', async () => {
    compiled = await compile({ a: step(), b: step({ after: ['a'] }) })
    compiled = await cancelSteps(offline, { compiled, finalitySeconds, names: ['a'] })
    expect(outcomes()).toEqual({ a: 'skipped', b: 'skipped' })
    expect(plan()).toMatchObject({ state: 'succeeded', actions: [] })
  })
})
