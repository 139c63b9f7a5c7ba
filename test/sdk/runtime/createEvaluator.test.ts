import { type Hex, keccak256, stringToHex } from 'viem'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { type CreateEvaluatorParameters, createEvaluator, memoryNotes, schedule } from '../../../sdk/src/runtime/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'
import { clientFor } from '../support/chain.ts'
import { people } from '../support/tasks.ts'

let bench: AgentBench
let evaluator: Awaited<ReturnType<AgentBench['newcomer']>>

beforeAll(async () => {
  bench = await startAgents()
})
beforeEach(async ({ task: { id } }) => {
  evaluator = await bench.newcomer(`evaluator ${id}`)
})

const evaluatorWith = (judge: CreateEvaluatorParameters['judge'], changes: Partial<CreateEvaluatorParameters> = {}) =>
  createEvaluator({ client: clientFor([bench.chain], evaluator), content: bench.content, now: bench.clock.now, judge, ...changes })
const submit = async (body: Hex | string, changes: Partial<task.CreateTermsParameters> = {}) => {
  const specHash = await bench.content.put(task.encodeSpec({ capability: 'text.count', input: 'a b' }))
  const { terms, taskId, token } = await bench.assigned({ specHash, evaluator: evaluator.address, ...changes })
  const deliverable = body.startsWith('0x') ? keccak256(stringToHex(body)) : await bench.content.put(new TextEncoder().encode(body))
  await task.submit.sync(bench.client, { chainId: bench.home, homeChainId: bench.home, taskId, token, deliverable, account: people.worker })
  return { terms, taskId }
}

describe('an evaluator', () => {
  it('judges work that names it, once, also over a restart', async () => {
    const { taskId } = await submit('2')
    const notes = memoryNotes()
    let asked = 0
    const judge: CreateEvaluatorParameters['judge'] = ({ body, spec }) => {
      asked += 1
      return new TextDecoder().decode(body) === '2' && spec.input === 'a b' ? 10_000 : 0
    }
    // It dies between judging and saying so.
    const { send } = Object.assign({}, { send: bench.chain.provider.request })
    Object.assign(bench.chain.provider, {
      request: (call: { method: string }) =>
        call.method === 'eth_sendRawTransaction' ? Promise.reject(new TypeError('gone')) : send.call(bench.chain.provider, call),
    })
    await evaluatorWith(judge, { notes }).tick()
    Object.assign(bench.chain.provider, { request: send })
    expect((await bench.view(taskId)).state).toBe('Submitted')
    await evaluatorWith(judge, { notes }).tick()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Settled', verdict: 10_000 })
    expect(asked).toBe(1)
  })

  it('asks for a revision while there is one, and then gives the floor', async () => {
    const { taskId } = await submit('2', { maxRevisions: 1, floor: 300 })
    const strict = evaluatorWith(() => 'revise')
    await strict.tick()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Assigned', revisions: 1, token: 2 })
    await bench.submit(taskId, 2, 'again')
    await bench.content.put(new TextEncoder().encode('again'))
    bench.clock.pass(5_000)
    await strict.tick()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Settled', verdict: 300 })
  })

  it('waits for a body until the middle of the review, and then rejects it', async () => {
    const { taskId } = await submit('0xabcd', { reviewWindow: 500 })
    const judge = () => 10_000
    await evaluatorWith(judge).tick()
    expect((await bench.view(taskId)).state).toBe('Submitted')
    await bench.passTime(251)
    await evaluatorWith(judge).tick()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Settled', verdict: 0 })
  })

  it('leaves the work of others alone', async () => {
    const { taskId } = await bench.submitted()
    await evaluatorWith(() => 0).tick()
    expect((await bench.view(taskId)).state).toBe('Submitted')
  })
})

describe('schedule', () => {
  const { requester } = people
  const series = async (name: string, from: number, until: number) =>
    schedule({
      ...{ client: clientFor([bench.chain], requester), chainId: bench.home, name, from, every: 100, until },
      terms: (index) => ({
        ...{
          requester: requester.address,
          evaluator: people.evaluator.address,
          specHash: keccak256(stringToHex(`spec ${index}`)),
          reward: 10n,
        },
        ...{ workerBond: 1n, openFor: 150, workWindow: 50, reviewWindow: 50 },
      }),
    })
  const countOf = async (before: number) =>
    (await task.getTasks(bench.client, { chainId: bench.home, requester: requester.address })).value.length - before

  it('posts each task of a series when it is due, and none twice whoever restarts', async () => {
    const before = await countOf(0)
    const from = (await bench.now()) + 10
    const first = await series('daily', from, from + 250)
    await first.tick()
    expect(await countOf(before)).toBe(0)
    await bench.passTime(20)
    const second = await series('daily', from, from + 250)
    await Promise.all([first.tick(), second.tick()])
    expect(await countOf(before)).toBe(1)
    await bench.passTime(200)
    // The one in the middle may still be claimed; both are posted late rather than never.
    await (await series('daily', from, from + 250)).tick()
    await first.tick()
    expect(await countOf(before)).toBe(3)
    await bench.passTime(100)
    await Promise.race([second.start(), new Promise((_, reject) => setTimeout(reject, 5_000))])
    expect(await countOf(before)).toBe(3)
  })

  it('posts again what a reorganisation swallowed', async () => {
    const from = await bench.now()
    const snapshot = await bench.chain.provider.request({ method: 'evm_snapshot', params: [] })
    const before = await countOf(0)
    const once = await series('swallowed', from, from + 50)
    await once.tick()
    // That it stands there now does not mean that it stays.
    await once.tick()
    expect(await countOf(before)).toBe(1)
    await bench.chain.provider.request({ method: 'evm_revert', params: [snapshot] })
    expect(await countOf(before)).toBe(0)
    await once.tick()
    expect(await countOf(before)).toBe(1)
  })

  it('refuses a series without an end', () => {
    expect(() =>
      schedule({
        ...({ client: bench.client, chainId: bench.home, name: 'x', from: 0, every: 0, until: 1 } as const),
        terms: () => Promise.reject(),
      }),
    ).toThrow(expect.objectContaining({ name: 'AgentConfigError' }))
  })
})
