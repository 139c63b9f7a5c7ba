import { custom, parseEther } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, task } from '../../../sdk/src/index.ts'
import { createEvaluator, type TaskHandler } from '../../../sdk/src/runtime/index.ts'
import {
  type CompiledWorkflow,
  compileWorkflow,
  runWorkflow,
  type Workflow,
  type WorkflowStep,
  whyWorkflow,
} from '../../../sdk/src/workflow/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'
import { clientFor } from '../support/chain.ts'
import { people as others } from '../support/tasks.ts'

let bench: AgentBench
let people: Record<'requester' | 'evaluator' | 'worker', PrivateKeyAccount>
let name: string

beforeAll(async () => {
  bench = await startAgents()
})
beforeEach(async ({ task: { id } }) => {
  name = `why.t${id.replaceAll(/[^a-z0-9]/g, 'x')}`
  const [requester, evaluator, worker] = await Promise.all(
    ['requester', 'evaluator', 'worker'].map((role) => bench.newcomer(`${role} ${id}`)),
  )
  if (requester === undefined || evaluator === undefined || worker === undefined) throw new TypeError('nobody there')
  people = { requester, evaluator, worker }
})

const step = (capability: string, changes: Partial<WorkflowStep> = {}): WorkflowStep => ({
  ...{ chain: bench.home, capability: `${name}.${capability}`, evaluator: people.evaluator.address, reward: parseEther('1') },
  ...{ workerBond: parseEther('0.1'), openFor: 9_000, workWindow: 1_000, reviewWindow: 1_000, ...changes },
})
const compile = async (steps: Workflow['steps']) => {
  const workflow = { name, requester: people.requester.address, startAt: await bench.now(), steps }
  return compileWorkflow(clientFor([bench.chain], people.requester), { workflow, finalitySeconds: { [bench.home]: 5 } })
}
const run = (workflow: CompiledWorkflow) =>
  runWorkflow({ client: clientFor([bench.chain], people.requester), workflow, content: bench.content }).tick()
const ask = (workflow: CompiledWorkflow) => whyWorkflow(bench.client, workflow)
const judge = () =>
  createEvaluator({
    ...{ client: clientFor([bench.chain], people.evaluator), content: bench.content, now: bench.clock.now },
    judge: ({ body }) => (new TextDecoder().decode(body) === 'bad' ? 0 : 10_000),
  }).tick()
const forever: TaskHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
const worker = (handlers: Readonly<Record<string, TaskHandler>>) =>
  bench.agent({
    ...{ account: people.worker, policy: { concurrency: 5 } },
    handlers: Object.fromEntries(Object.entries(handlers).map(([capability, handler]) => [`${name}.${capability}`, handler])),
  })
const requester = () => ({ kind: 'account', account: people.requester.address, chainId: bench.home })

describe('whyWorkflow', () => {
  it('says who has to act from the first step to the last', async () => {
    const compiled = await compile({ only: step('good') })
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowStepDue', owner: requester(), evidence: { step: 'only', action: 'open' } })
    await run(compiled)
    const waiting = { code: 'WorkflowAwaitsStep', owner: { kind: 'anyone' }, evidence: { step: 'only', stepCode: 'TaskAwaitsClaim' } }
    expect(await ask(compiled)).toMatchObject(waiting)
    await worker({ good: async () => 'done' }).rest()
    expect(await ask(compiled)).toMatchObject({
      ...{ code: 'WorkflowAwaitsStep', owner: { kind: 'account', account: people.evaluator.address } },
      evidence: { stepCode: 'TaskAwaitsVerdict', steps: 'only:running' },
    })
    await judge()
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowSucceeded', owner: { kind: 'nobody' }, status: { state: 'succeeded' } })
  })

  it('says what a failure still waits for, and what is undone next', async () => {
    const compiled = await compile({ good: step('good', { compensate: step('undo') }), bad: step('bad'), slow: step('slow') })
    await run(compiled)
    const agent = worker({ good: async () => 'done', bad: async () => 'bad', slow: forever, undo: async () => 'undone' })
    await agent.rest()
    await judge()
    // The verdict may still be undone, so the rest goes on.
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowAwaitsStep', evidence: { step: 'slow', stepCode: 'TaskAwaitsWork' } })
    await bench.chain.node.mine({ blocks: 3 })
    expect(await ask(compiled)).toMatchObject({
      ...{ code: 'WorkflowFailing', owner: { kind: 'account', account: people.worker.address } },
      evidence: { fatal: 'bad', step: 'slow', stepCode: 'TaskAwaitsWork' },
    })
    await agent.stop()
    await bench.passTime(1_001)
    const slow = compiled.steps.find((one) => one.name === 'slow')?.task
    if (slow === undefined) return expect.unreachable()
    await task.lapse.sync(bench.client, { chainId: bench.home, terms: slow.terms, account: others.stranger })
    expect(await ask(compiled)).toMatchObject({
      code: 'WorkflowTakeBackDue',
      owner: requester(),
      evidence: { step: 'slow', action: 'cancel' },
    })
    await run(compiled)
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowUndoDue', owner: requester(), evidence: { step: 'good', action: 'open' } })
    await run(compiled)
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowAwaitsUndo', evidence: { step: 'good', stepCode: 'TaskAwaitsClaim' } })
    await worker({ undo: async () => 'undone' }).rest()
    await judge()
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowFailed', owner: { kind: 'nobody' }, evidence: { fatal: 'bad slow' } })
  })

  it('says that an end is not permanent yet', async () => {
    const compiled = await compile({ bad: step('bad') })
    await run(compiled)
    await worker({ bad: async () => 'bad' }).rest()
    await judge()
    expect(await ask(compiled)).toMatchObject({ code: 'WorkflowAwaitsFinality', owner: { kind: 'nobody' }, evidence: { step: 'bad' } })
  })

  it('names a chain that gives no answer, and takes nothing there for undone', async () => {
    const farId = 99
    const block = { number: '0x64', hash: `0x${'11'.repeat(32)}`, timestamp: `0x${(await bench.now()).toString(16)}`, transactions: [] }
    const { finality, deployment } = bench.chain.config
    const far = (request: (call: { method: string }) => Promise<unknown>) => ({
      ...{ chainId: farId, rpcUrls: [], finality, deployment: { ...deployment, chainId: farId } },
      transport: custom({ request }, { retryCount: 0 }),
    })
    const answering = far(async ({ method }) => (method === 'eth_getBlockByNumber' ? block : '0x'))
    const silent = far(async () => {
      throw new TypeError('connection refused')
    })
    const clientWith = (chain: typeof answering) => createClient({ chains: [bench.chain.config, chain], account: people.requester })
    const workflow = {
      name,
      requester: people.requester.address,
      startAt: await bench.now(),
      steps: { far: step('far', { chain: farId }) },
    }
    const compiled = await compileWorkflow(clientWith(answering), { workflow, finalitySeconds: { [bench.home]: 5, [farId]: 5 } })
    const answer = await whyWorkflow(clientWith(silent), compiled)
    expect(answer).toMatchObject({ code: 'WorkflowChainSilent', owner: { kind: 'anyone' }, evidence: { silentChains: '99' } })
  })
})
