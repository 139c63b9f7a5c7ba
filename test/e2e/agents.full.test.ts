import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEther, zeroAddress } from 'viem'
import { getContractEvents } from 'viem/actions'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { userAccount } from '../../devnet/src/index.ts'
import { taskPortalAbi } from '../../sdk/src/abis/index.ts'
import { clientOf, task } from '../../sdk/src/index.ts'
import { directoryStore } from '../../sdk/src/node/index.ts'
import { createAgent, createEvaluator } from '../../sdk/src/runtime/index.ts'
import { compileWorkflow, runWorkflow, type WorkflowStatus, type WorkflowStep } from '../../sdk/src/workflow/index.ts'
import { until, useWorld } from '../support/world.ts'
import type { AgentConfig } from './fixtures/agent.ts'

const [home, away] = [1001, 1002] as const
const world = useWorld({
  chains: [
    { chainId: home, blockTime: 0.5 },
    { chainId: away, blockTime: 0.5, finality: { kind: 'depth', depth: 2 } },
  ],
  watchers: 2,
  quorum: 2,
  users: 8,
})

const folder = mkdtempSync(join(tmpdir(), 'hanse-agents-'))
const content = directoryStore({ path: join(folder, 'content') })
const children: ChildProcess[] = []
const [requester, evaluator] = [0, 1] as const
let name: string

beforeEach(({ task: { id } }) => {
  name = `t${id.replaceAll(/[^a-z0-9]/g, 'x')}`
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Running = { readonly child: ChildProcess; readonly said: (event: string) => number; kill(): Promise<void> }

/** Starts the agent of a user, always on the same notes. */
function startAgent(user: number, config: Partial<AgentConfig> = {}): Running {
  const file = (what: string) => join(folder, `${name}-${what}`)
  const given: AgentConfig = {
    ...{ world: world.now.info, user, content: join(folder, 'content'), notes: file(`${user}.sqlite`), capability: `test.${name}` },
    ...{ doneFile: file('done'), goFile: file('go') },
    ...config,
  }
  const child = fork(join(import.meta.dirname, 'fixtures/agent.ts'), [JSON.stringify(given)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.push(child)
  const events: string[] = []
  child.on('message', (message: { event: string }) => events.push(message.event))
  const kill = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return { child, said: (event) => events.filter((one) => one === event).length, kill }
}

const go = () => writeFileSync(join(folder, `${name}-go`), '')
const doneTokens = () => {
  const file = join(folder, `${name}-done`)
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

async function post(changes: Partial<task.CreateTermsParameters>): Promise<{ terms: task.Terms; taskId: `0x${string}` }> {
  const client = world.client(requester)
  const { token } = world.now.info
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: userAccount(requester).address, evaluator: userAccount(evaluator).address, token },
    specHash: await content.put(task.encodeSpec({ capability: `test.${name}`, input: null })),
    ...{ reward: parseEther('5'), workerBond: parseEther('1'), openUntil: Math.floor(Date.now() / 1000) + 600 },
    ...{ workWindow: 120, reviewWindow: 120 },
    ...changes,
  })
  await task.approve.sync(client, { chainId: home, token, amount: terms.reward })
  const { event } = await task.open.sync(client, { chainId: home, terms })
  return { terms, taskId: event.taskId }
}

const inState = (taskId: `0x${string}`, state: task.TaskView['state']) =>
  until(`the task is ${state}`, async () => {
    const { value } = await task.getTask(world.client(0), { chainId: home, taskId })
    return value.state === state && value
  })

describe('agents that run by themselves', () => {
  it('go on over chains after SIGKILL, do nothing twice, claim nothing twice, and are paid', async () => {
    const { taskId } = await post({ chains: [away], grace: 20 })
    const killed = startAgent(2, { chainId: away })
    await until('its claim is sent', async () => killed.said('claim') > 0)
    await killed.kill()
    const again = startAgent(2, { chainId: away })
    await until('it keeps a part of its work', async () => again.said('kept') > 0)
    await again.kill()
    const last = startAgent(2, { chainId: away })
    await until('it works again', async () => last.said('kept') > 0)
    go()
    await inState(taskId, 'Submitted')
    const judging = createEvaluator({
      ...{ client: world.client(evaluator), content },
      judge: ({ body }) => (new TextDecoder().decode(body) === 'the work of 2' ? 10_000 : 0),
    })
    void judging.start()
    expect(await inState(taskId, 'Settled')).toMatchObject({ verdict: 10_000, token: 1, worker: { chainId: away } })
    await judging.stop()
    expect(doneTokens()).toEqual(['1'])
    const requests = await getContractEvents(clientOf(world.client(0), away), {
      ...{ address: world.now.plan.addresses.taskPortal, abi: taskPortalAbi, eventName: 'TaskRequested', fromBlock: 0n },
      args: { taskId },
    })
    // One claim and one submission, whoever sent them.
    expect(requests).toHaveLength(2)
  }, 90_000)

  it('answer doubts, and a task whose worker died goes to another without a hand', async () => {
    const { taskId, terms } = await post({ workWindow: 9, suspectBond: parseEther('1'), answerWindow: 4 })
    const first = startAgent(3)
    await until('it works', async () => first.said('kept') > 0)
    const client = world.client(4)
    await task.approve.sync(client, { chainId: home, token: terms.token, amount: parseEther('1') })
    await task.suspect.sync(client, { chainId: home, terms })
    await until('it answers', async () => first.said('alive') > 0)
    await first.kill()
    const heir = startAgent(5)
    await until('the heir works', async () => heir.said('kept') > 0, 40_000)
    go()
    expect(await inState(taskId, 'Submitted')).toMatchObject({ token: 2, worker: { account: userAccount(5).address } })
  }, 90_000)

  it('work off a workflow over two chains, whose runner is stopped and started elsewhere', async () => {
    const client = world.client(requester)
    const step = (capability: string, changes: Partial<WorkflowStep> = {}): WorkflowStep => ({
      ...{ chain: home, capability: `${name}.${capability}`, evaluator: userAccount(evaluator).address, reward: parseEther('1') },
      ...{ workerBond: parseEther('0.1'), openFor: 120, workWindow: 120, reviewWindow: 120, ...changes },
    })
    const workflow = {
      ...{ name, requester: userAccount(requester).address, startAt: Math.floor(Date.now() / 1000) },
      steps: {
        here: step('half', { input: 'here' }),
        there: step('half', { input: 'there', chain: away }),
        both: step('join', { after: ['here', 'there'] }),
        after: step('join', { after: ['both'] }),
      },
    }
    const compiled = await compileWorkflow(client, { workflow, relaySeconds: 2 })
    const agent = createAgent({
      ...{ client: world.client(6), content },
      policy: { stakes: [{ token: zeroAddress, bonds: parseEther('1') }], evaluators: 'any', concurrency: 2 },
      handlers: {
        [`${name}.half`]: async ({ spec }) => `half of ${spec.input}`,
        [`${name}.join`]: async ({ spec, content: bodies }) => {
          const { inputs }: { inputs: Record<string, { chainId: number; taskId: `0x${string}` }> } = Object(spec.input)
          const parts = Object.values(inputs).map(async (place) => {
            const { value = '0x' } = await task.getDeliverable(client, place)
            return new TextDecoder().decode(await bodies.get(value))
          })
          return `(${(await Promise.all(parts)).join(' and ')})`
        },
      },
    })
    const judging = createEvaluator({ client: world.client(evaluator), content, judge: () => 10_000 })
    void agent.start()
    void judging.start()
    let status: WorkflowStatus | undefined
    const onStatus = (next: WorkflowStatus) => {
      status = next
    }
    const first = runWorkflow({ client, workflow: compiled, content, onStatus })
    void first.start()
    await until('a step runs', async () => status?.steps.some(({ outcome }) => outcome === 'running' || outcome === 'succeeded'))
    await first.stop()
    // Another start compiles it again, and comes to the same tasks.
    const again = await compileWorkflow(world.client(requester), { workflow, relaySeconds: 2 })
    await runWorkflow({ client, workflow: again, content, onStatus }).start()
    await Promise.all([agent.stop(), judging.stop()])
    expect(status?.state).toBe('succeeded')
    const { value: result = '0x' } = await task.getDeliverable(client, { chainId: home, taskId: again.steps.at(-1)?.task.taskId ?? '0x' })
    expect(new TextDecoder().decode(await content.get(result))).toBe('((half of here and half of there))')
    const opened = await Promise.all(
      [home, away].map(async (chainId) => (await task.getTasks(client, { chainId, requester: workflow.requester })).value),
    )
    const ids = again.steps.map(({ task: { taskId } }) => taskId)
    expect(opened.flat().filter(({ taskId }) => ids.includes(taskId))).toHaveLength(4)
  }, 90_000)
})
