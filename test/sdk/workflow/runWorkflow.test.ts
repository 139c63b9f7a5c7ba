import { parseEther } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { createEvaluator, type TaskHandler } from '../../../sdk/src/runtime/index.ts'
import {
  compileWorkflow,
  getWorkflow,
  runWorkflow,
  type Workflow,
  type WorkflowStatus,
  type WorkflowStep,
} from '../../../sdk/src/workflow/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'
import { clientFor } from '../support/chain.ts'

let bench: AgentBench
let people: Record<'requester' | 'evaluator' | 'worker', Awaited<ReturnType<AgentBench['newcomer']>>>

beforeAll(async () => {
  bench = await startAgents()
})
beforeEach(async ({ task: { id } }) => {
  const [requester, evaluator, worker] = await Promise.all(
    ['requester', 'evaluator', 'worker'].map((role) => bench.newcomer(`${role} ${id}`)),
  )
  if (requester === undefined || evaluator === undefined || worker === undefined) throw new TypeError('nobody there')
  people = { requester, evaluator, worker }
})

const step = (capability: string, changes: Partial<WorkflowStep> = {}): WorkflowStep => ({
  ...{ chain: bench.home, capability, evaluator: people.evaluator.address, reward: parseEther('1'), workerBond: parseEther('0.1') },
  ...{ openFor: 1_000, workWindow: 1_000, reviewWindow: 1_000 },
  ...changes,
})
const clientOf = (role: keyof typeof people) => clientFor([bench.chain], people[role])
const compile = async (steps: Workflow['steps']) => {
  const workflow = { name: 'work', requester: people.requester.address, startAt: await bench.now(), steps }
  return compileWorkflow(clientOf('requester'), { workflow, finalitySeconds: { [bench.home]: 5 } })
}

/** Lets a workflow, an agent and an evaluator look in turn until the workflow is over. Each look of the workflow is that of a new process. */
async function runAll(compiled: Awaited<ReturnType<typeof compile>>, handlers: Readonly<Record<string, TaskHandler>>) {
  const agent = bench.agent({ account: people.worker, handlers })
  const judge = ({ body }: { body: Uint8Array }) => (new TextDecoder().decode(body) === 'bad' ? 0 : 10_000)
  const evaluator = createEvaluator({ client: clientOf('evaluator'), content: bench.content, now: bench.clock.now, judge })
  let status: WorkflowStatus | undefined
  for (let i = 0; i < 40 && status?.state !== 'succeeded' && status?.state !== 'failed'; i++) {
    const onStatus = (next: WorkflowStatus) => {
      status = next
    }
    await runWorkflow({ client: clientOf('requester'), workflow: compiled, content: bench.content, onStatus }).tick()
    await agent.rest()
    await evaluator.tick()
    await bench.chain.node.mine({ blocks: 3 })
    bench.clock.pass(3_000)
  }
  return status
}

describe('a workflow', () => {
  it('is worked off by agents, each step with the results of those before it, by a runner that remembers nothing', async () => {
    const order: string[] = []
    const say =
      (name: string): TaskHandler =>
      async ({ spec }) => {
        order.push(name)
        return `${name} from ${JSON.stringify(spec.input)}`
      }
    const compiled = await compile({
      first: step('test.first', { input: 'begin' }),
      left: step('test.left', { after: ['first'] }),
      right: step('test.right', { after: ['first'] }),
      last: step('test.last', { after: ['left', 'right'] }),
    })
    const names = ['first', 'left', 'right', 'last']
    const resultsOf: TaskHandler = async ({ spec, content }) => {
      const { inputs = {} }: { inputs?: Record<string, { chainId: number; taskId: `0x${string}` }> } = Object(spec.input)
      const found = Object.values(inputs).map(async (place) => {
        const { value: deliverable = '0x' } = await task.getDeliverable(bench.client, place)
        return new TextDecoder().decode(await content.get(deliverable))
      })
      order.push('last')
      return (await Promise.all(found)).join(' and ')
    }
    const handlers = Object.fromEntries(names.map((name) => [`test.${name}`, say(name)]))
    const status = await runAll(compiled, { ...handlers, 'test.last': resultsOf })
    expect(status?.state).toBe('succeeded')
    expect([order[0], order[3], [...order].sort()]).toEqual(['first', 'last', [...names].sort()])
    const { value: result = '0x' } = await task.getDeliverable(bench.client, {
      chainId: bench.home,
      taskId: compiled.steps[3]?.task.taskId ?? '0x',
    })
    expect(new TextDecoder().decode(await bench.content.get(result))).toMatch(/^left from .* and right from /)
    expect((await getWorkflow(clientOf('requester'), compiled)).steps.map(({ outcome }) => outcome)).toEqual(Array(4).fill('succeeded'))
  })

  it('undoes in reverse what succeeded when a step fails, and says so', async () => {
    const done: string[] = []
    const note =
      (name: string, body = name): TaskHandler =>
      async () => {
        done.push(name)
        return body
      }
    const compiled = await compile({
      book: step('fail.book', { compensate: step('fail.unbook') }),
      pay: step('fail.pay', { after: ['book'], compensate: step('fail.refund') }),
      ship: step('fail.ship', { after: ['pay'] }),
    })
    const status = await runAll(compiled, {
      ...{ 'fail.book': note('book'), 'fail.pay': note('pay'), 'fail.ship': note('ship', 'bad') },
      ...{ 'fail.refund': note('refund'), 'fail.unbook': note('unbook') },
    })
    expect(done).toEqual(['book', 'pay', 'ship', 'refund', 'unbook'])
    expect(status).toMatchObject({ state: 'failed', fatal: ['ship'], compensations: [{ outcome: 'succeeded' }, { outcome: 'succeeded' }] })
  })
})
