import { keccak256, parseEther, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cell, charter, condition, task } from '../../../sdk/src/index.ts'
import { memoryNotes, type TaskHandler } from '../../../sdk/src/runtime/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'
import { adoptCharter, agreeOn } from '../support/charters.ts'
import { answers, people } from '../support/tasks.ts'

let bench: AgentBench
let capability: string
let worker: PrivateKeyAccount
let other: PrivateKeyAccount

beforeAll(async () => {
  bench = await startAgents()
})
// Each test has a capability of its own, so that no agent takes what another test left open.
// And accounts of its own, that hold nothing yet.
beforeEach(async ({ task: { id } }) => {
  worker = await bench.newcomer(`worker ${id}`)
  other = await bench.newcomer(`other ${id}`)
  capability = `test.t${id.replaceAll(/[^a-z0-9]/g, 'x')}`
})

const post = (input: string, changes: Partial<task.CreateTermsParameters> = {}) => bench.post(input, changes, capability)
const agentWith = (handler: TaskHandler, changes: Parameters<AgentBench['agent']>[0] = {}) =>
  bench.agent({ account: worker, handlers: { [capability]: handler }, ...changes })
const text = async (hash: `0x${string}` | undefined) => new TextDecoder().decode(await bench.content.get(hash ?? '0x'))
const words: TaskHandler = async ({ spec }) => String(String(spec.input).split(' ').length)
/** Works until it is told to stop. */
const forever: TaskHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
const never: TaskHandler = async () => {
  throw new TypeError('nobody should have asked')
}

describe('an agent', () => {
  it('finds a task that it can do, claims it, does it, hands it in and is paid', async () => {
    const { taskId, terms } = await post('one two three')
    const agent = agentWith(words)
    await agent.rest()
    const view = await bench.view(taskId)
    expect(view).toMatchObject({ state: 'Submitted', worker: { account: worker.address } })
    expect(await text(view.deliverable)).toBe('3')

    const { value: work = { worker: worker.address, token: 0, deliverable: keccak256('0x') } } = await task.getWork(bench.client, {
      ...{ chainId: bench.home, taskId },
    })
    await task.decide.sync(bench.client, { chainId: bench.home, terms, work, verdict: 10_000, account: people.evaluator })
    await bench.chain.node.mine({ blocks: 3 })
    await agent.rest()
    expect(agent.said('settled')).toMatchObject([{ fields: { verdict: 10_000, price: terms.reward } }])
    expect(agent.metrics()).toMatchObject({ claimsSent: 1, claimsWon: 1, submitted: 1, settled: 1, live: 0, working: 0 })
    expect(await agent.notes.names('')).toEqual([])
  })

  it('goes on after it was killed, and does no part of the work twice', async () => {
    const { taskId } = await post('a b')
    const notes = memoryNotes()
    const done: string[] = []
    const part = (name: string) => async () => {
      done.push(name)
      return name
    }
    const killed = agentWith(
      async (assignment) => {
        await assignment.step('first', part('first'))
        await assignment.checkpoint.save({ at: 1 })
        return forever(assignment)
      },
      { notes },
    )
    await killed.rest()
    expect(killed.metrics()).toMatchObject({ live: 1, working: 1 })

    const next = agentWith(
      async ({ step, checkpoint }) => {
        const first = await step('first', part('first'))
        const second = await step('second', part('second'))
        return JSON.stringify([await checkpoint.load(), first, second])
      },
      { notes },
    )
    await next.rest()
    expect(done).toEqual(['first', 'second'])
    const view = await bench.view(taskId)
    expect(view).toMatchObject({ state: 'Submitted', token: 1 })
    expect(await text(view.deliverable)).toBe('[{"at":1},"first","second"]')
    expect(next.metrics().claimsSent).toBe(0)
    await killed.stop()
  })

  it('hands in after a restart what was done before it, and asks nobody again', async () => {
    const { taskId } = await post('a b c')
    const notes = memoryNotes()
    const killed = agentWith(words, { notes })
    for (let i = 0; i < 10 && killed.said('work.done').length === 0; i++) await killed.tick()
    expect((await bench.view(taskId)).state).toBe('Assigned')
    const next = agentWith(never, { notes })
    await next.rest()
    const view = await bench.view(taskId)
    expect(view.state).toBe('Submitted')
    expect(await text(view.deliverable)).toBe('3')
    expect(next.metrics().worksStarted).toBe(0)
  })

  it('counts a claim that it noted before it was killed as under way, until it cannot bind', async () => {
    const { taskId } = await post('first')
    const notes = memoryNotes()
    const until = (await bench.now()) + 60
    const noted = { token: 0, sentAt: bench.clock.now(), until, via: 'home' }
    await notes.set(`claim/${bench.home}/${taskId}`, JSON.stringify(noted))
    const second = await post('second')
    const agent = agentWith(words, { notes })
    await agent.rest()
    expect((await bench.view(second.taskId)).state).toBe('Open')
    bench.clock.pass(11_000)
    await agent.rest()
    expect(agent.said('claim.gone')).toHaveLength(1)
    expect([(await bench.view(taskId)).state, (await bench.view(second.taskId)).state]).toContain('Submitted')
  })

  it('holds no more tasks at a time than it may', async () => {
    const posted = await Promise.all([1, 2, 3, 4, 5].map((n) => post(`task ${n}`)))
    const agent = agentWith(forever, { policy: { concurrency: 2 } })
    const states = async () => (await Promise.all(posted.map(({ taskId }) => bench.view(taskId)))).map(({ state }) => state)
    await agent.rest()
    expect((await states()).filter((state) => state === 'Assigned')).toHaveLength(2)
    expect(agent.metrics()).toMatchObject({ live: 2, working: 2, claimsSent: 2 })
    await agent.stop()
  })

  it('answers a doubt while it works, and collects the bond of the doubt', async () => {
    const { taskId, terms } = await post('doubtful', { suspectBond: parseEther('1'), answerWindow: 60 })
    const agent = agentWith(forever)
    await agent.rest()
    await task.suspect.sync(bench.client, { chainId: bench.home, terms, account: people.stranger })
    await agent.rest()
    expect((await bench.view(taskId)).suspicion).toBeUndefined()
    expect(agent.metrics()).toMatchObject({ doubtsAnswered: 1, collected: 1, working: 1 })
    await agent.stop()
  })

  it('answers a doubt while its handler rests from a failure', async () => {
    const { taskId, terms } = await post('doubted', { suspectBond: parseEther('1'), answerWindow: 60 })
    const agent = agentWith(async () => {
      throw new TypeError('not now')
    })
    await agent.rest()
    await task.suspect.sync(bench.client, { chainId: bench.home, terms, account: people.stranger })
    await agent.rest()
    expect((await bench.view(taskId)).suspicion).toBeUndefined()
    expect(agent.metrics()).toMatchObject({ worksFailed: 1, doubtsAnswered: 1 })
  })

  it('gives a task back that its handler cannot do, and leaves it alone from then on', async () => {
    const { taskId } = await post('hopeless')
    const agent = agentWith(async () => {
      throw new TypeError('cannot')
    })
    for (let i = 0; i < 5; i++) {
      await agent.rest()
      bench.clock.pass(10_000)
    }
    expect(agent.metrics()).toMatchObject({ worksFailed: 3, givenUp: 1, claimsSent: 1 })
    expect((await bench.view(taskId)).state).toBe('Open')
  })

  it('stops work whose deadline passed, and another takes the task over from the chain alone', async () => {
    const { taskId } = await post('late', { workWindow: 100, openUntil: (await bench.now()) + 5_000 })
    let reason: unknown
    const slow = agentWith(async (assignment) => {
      assignment.signal.addEventListener('abort', () => {
        reason = assignment.signal.reason
      })
      return forever(assignment)
    })
    await slow.rest()
    await bench.passTime(101)
    await slow.rest()
    expect(reason).toMatchObject({ name: 'AssignmentLostError' })
    const heir = agentWith(words, { account: other })
    await heir.rest()
    expect(heir.metrics()).toMatchObject({ lapsesSent: 1, claimsWon: 1, submitted: 1 })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', token: 2, worker: { account: other.address } })
    await slow.rest()
    expect(slow.metrics().lapsed).toBe(1)
  })

  it('does again nothing that it kept when the task comes back to it', async () => {
    const { taskId, terms } = await post('twice', { workWindow: 100, openUntil: (await bench.now()) + 5_000 })
    let asked = 0
    const agent = agentWith(async (assignment) => {
      const first = await assignment.step('once', async () => ++asked)
      return assignment.token === 1 ? forever(assignment) : `${first}`
    })
    await agent.rest()
    await bench.passTime(101)
    await task.lapse.sync(bench.client, { chainId: bench.home, terms, account: people.stranger })
    await agent.rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', token: 2 })
    expect(asked).toBe(1)
  })

  it('claims at a rising price as soon as it covers its cost, and not before', async () => {
    const { taskId, terms } = await post('priced', { allocation: answers.half })
    const costing = (cost: bigint) => agentWith(words, { policy: { cost: () => cost } })
    const dear = costing(terms.reward / 2n + 1n)
    await dear.rest()
    expect((await bench.view(taskId)).state).toBe('Open')
    expect(dear.metrics().claimsSent).toBe(0)
    await costing(terms.reward / 2n).rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', price: 5_000 })
  })

  it('leaves a task alone while its gate is closed, and takes it once it opens', async () => {
    const { client, home: chainId } = bench
    const writers = [{ chainId, account: people.requester.address }]
    const { event } = await cell.openSpace.sync(client, { chainId, writers, salt: keccak256(stringToHex(capability)) })
    const at = { chainId, space: event.space, key: keccak256(stringToHex('draft')) }
    const conditions = [{ ...at, kind: 'version', atLeast: 1 }] as const
    const { gate } = (await condition.createGate.sync(client, { chainId, conditions })).event
    const { taskId } = await post('one two', { allocation: gate })
    const agent = agentWith(words)
    await agent.rest()
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Open')
    expect(agent.metrics()).toMatchObject({ claimsSent: 0, troubles: 0 })
    await cell.write.sync(client, { ...at, expectedVersion: 0, value: '0x01' })
    await agent.rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', price: 10_000 })
  })

  it('bids what the work costs, once, and has the task awarded when nobody asks for less', async () => {
    const allocationParams = task.signedBids({ minStep: 500 })
    const { taskId } = await post('bid for', { allocation: answers.one, allocationParams, challengeWindow: 50 })
    const agent = agentWith(words, { policy: { cost: ({ terms }) => (terms.reward * 4n) / 10n } })
    await agent.rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Proposed', price: 4_000 })
    await bench.passTime(55)
    await agent.rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', price: 4_000 })
    expect(agent.metrics().bidsSent).toBe(1)
  })

  it('hands its work on with all that it kept, to an agent that would have claimed it', async () => {
    const { taskId } = await post('handed on')
    const leaving = agentWith(async (assignment) => {
      await assignment.checkpoint.save('half done')
      return forever(assignment)
    })
    await leaving.rest()
    const heir = agentWith(async ({ checkpoint }) => `${await checkpoint.load()}, done`, { account: other })
    await leaving.stop({ how: 'handOn', successor: heir.takeOver })
    await heir.rest()
    const view = await bench.view(taskId)
    expect(view).toMatchObject({ state: 'Submitted', token: 2, worker: { account: other.address } })
    expect(await text(view.deliverable)).toBe('half done, done')
    expect(leaving.metrics().handedOn).toBe(1)
  })

  it('finishes what it holds before it leaves, and claims nothing more', async () => {
    const [first, second] = [await post('the first'), await post('the second')]
    const agent = agentWith(words)
    await agent.tick()
    await agent.stop({ how: 'finish' })
    const states = [(await bench.view(first.taskId)).state, (await bench.view(second.taskId)).state]
    expect(states.sort()).toEqual(['Open', 'Submitted'])
  })

  it('takes only evaluators that it trusts, or floors that it likes', async () => {
    const [poor, floored] = [await post('poor'), await post('floored', { floor: 6_000 })]
    const picky = agentWith(words, { policy: { evaluators: [], minFloor: 6_000, concurrency: 5 } })
    await picky.rest()
    expect((await bench.view(poor.taskId)).state).toBe('Open')
    expect((await bench.view(floored.taskId)).state).toBe('Submitted')
    expect(picky.said('unwanted').map(({ fields }) => fields.reason)).toContain('evaluator')
  })

  it('claims nothing whose description it cannot read, and does when it can', async () => {
    const spec = task.encodeSpec({ capability, input: 'late words' })
    const { taskId } = await bench.opened({ specHash: keccak256(spec) })
    const agent = agentWith(words)
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Open')
    await bench.content.put(spec)
    bench.clock.pass(60_000)
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Submitted')
  })

  it('waits for its public rank, so that rivals do not claim the same task', async () => {
    const accounts = [worker, other, await bench.newcomer(`third ${capability}`)]
    const rivals = () => accounts.map(({ address }) => address)
    const { taskId } = await post('wanted by all')
    const agents = accounts.map((account) => agentWith(words, { account, policy: { rivals } }))
    await Promise.all(agents.map((agent) => agent.tick()))
    const sent = () => agents.map((agent) => agent.metrics().claimsSent).reduce((sum, one) => sum + one)
    expect(sent()).toBe(1)
    await Promise.all(agents.map((agent) => agent.rest()))
    expect((await bench.view(taskId)).state).toBe('Submitted')
    expect(sent()).toBe(1)
  })

  it('stops the work when a reorganisation takes its claim back, and claims anew', async () => {
    const { taskId } = await post('undone')
    const aborted: unknown[] = []
    const before = await bench.chain.provider.request({ method: 'evm_snapshot', params: [] })
    let isSlow = true
    const agent = agentWith(async (assignment) => {
      assignment.signal.addEventListener('abort', () => aborted.push(assignment.signal.reason))
      return isSlow ? forever(assignment) : 'done'
    })
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Assigned')
    await bench.chain.provider.request({ method: 'evm_revert', params: [before] })
    await bench.chain.node.mine({ blocks: 2 })
    isSlow = false
    await agent.rest()
    bench.clock.pass(11_000)
    await agent.rest()
    expect(aborted).toMatchObject([{ name: 'AssignmentLostError' }])
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', token: 1 })
  })

  it('registers itself with what it can do, and says that it lives before it must', async () => {
    const card = { chainId: bench.home, cardDigest: keccak256(stringToHex('card')), cardUri: 'https://agent.example', lifeSeconds: 100 }
    // The registry goes by the clock of the chain.
    const at = await bench.now()
    const agent = agentWith(words, { card, now: () => at * 1_000 + bench.clock.now() - 1_000_000_000_000 })
    await agent.rest()
    expect(agent.said('registered')).toHaveLength(1)
    await bench.passTime(60)
    await agent.rest()
    await agent.rest()
    expect(agent.said('alive')).toHaveLength(1)
  })

  it('works under a charter whose rules it agreed to, without a bond, and under amended ones only if it accepts them', async () => {
    const members = [worker, other].toSorted((one, two) => (BigInt(one.address) < BigInt(two.address) ? -1 : 1))
    const rules = (changes: Partial<charter.CharterDocument> = {}) =>
      charter.createDocument({
        name: capability,
        members: members.map(({ address }) => address),
        policies: { isMembersOnly: true },
        ...changes,
      })
    const before = rules()
    const { charterId } = await adoptCharter(bench.client, { chainId: bench.home, members, document: before })
    const under = { charter: charterId, workerBond: 0n }
    const first = await post('under the first epoch', { ...under, epoch: 1 })
    const agentOf = (account: typeof worker, accepts?: (next: charter.CharterDocument) => boolean) =>
      agentWith(words, { account, policy: { charters: [{ charterId, document: before, ...(accepts === undefined ? {} : { accepts }) }] } })
    const stranger = agentWith(words, { account: await bench.newcomer(`stranger ${capability}`) })
    await stranger.rest()
    expect((await bench.view(first.taskId)).state).toBe('Open')
    await agentOf(worker).rest()
    expect((await bench.view(first.taskId)).state).toBe('Submitted')

    const after = rules({ quorum: 2, windows: { ...charter.anyWindows, work: 100 } })
    const amendment = charter.amendment(bench.client, { chainId: bench.home, charterId, epoch: 1, before, document: after })
    await agreeOn(bench.client, { chainId: bench.home, members, ...amendment })
    const second = await post('under the second epoch', { ...under, epoch: 2 })
    const steadfast = agentOf(other)
    await steadfast.rest()
    expect((await bench.view(second.taskId)).state).toBe('Open')
    expect(steadfast.said('charter.amended')).toMatchObject([{ fields: { epoch: 2, isAccepted: false } }])
    const seen: number[] = []
    await agentOf(other, ({ windows }) => seen.push(windows.work) > 0).rest()
    expect((await bench.view(second.taskId)).state).toBe('Submitted')
    expect(seen).toEqual([100])
  })
})
