import { custom, parseEther, TimeoutError, zeroAddress } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type task } from '../../../sdk/src/index.ts'
import {
  type CreateAgentParameters,
  createAgent,
  type DoubtOffer,
  memoryNotes,
  type Notes,
  silentCards,
  type TaskHandler,
} from '../../../sdk/src/runtime/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'
import { startChain } from '../support/chain.ts'

let bench: AgentBench
let capability: string
let worker: PrivateKeyAccount
let other: PrivateKeyAccount

beforeAll(async () => {
  bench = await startAgents()
})
beforeEach(async ({ task: { id } }) => {
  worker = await bench.newcomer(`worker ${id}`)
  other = await bench.newcomer(`other ${id}`)
  capability = `test.t${id.replaceAll(/[^a-z0-9]/g, 'x')}`
})

const forever: TaskHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
const post = (input: string, changes: Partial<task.CreateTermsParameters> = {}) => bench.post(input, changes, capability)
const agentWith = (handler: TaskHandler, changes: Parameters<AgentBench['agent']>[0] = {}) =>
  bench.agent({ account: worker, handlers: { [capability]: handler }, ...changes })
type Call = { readonly method: string; readonly params?: object }
const doubtful = { suspectBond: parseEther('1'), answerWindow: 60 }

/** Notes on a disk that is full whenever it is told so. */
function fullNotes() {
  const notes = memoryNotes()
  const disk = { isFull: false, refused: 0 }
  const set: Notes['set'] = async (name, text) => {
    if (disk.isFull) {
      disk.refused += 1
      throw new TypeError('no space left on device')
    }
    await notes.set(name, text)
  }
  return { disk, notes: { ...notes, set } }
}

describe('an agent in trouble', () => {
  it('claims nothing that it cannot note, and hands in what is done although it cannot note it', async () => {
    const { disk, notes } = fullNotes()
    disk.isFull = true
    const { taskId } = await post('a b')
    const agent = agentWith(async () => 'done', { notes })
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Open')
    expect(disk.refused).toBeGreaterThan(0)
    disk.isFull = false
    bench.clock.pass(60_000)
    for (let i = 0; i < 10 && (await bench.view(taskId)).state === 'Open'; i++) await agent.tick()
    disk.isFull = true
    await agent.rest()
    expect((await bench.view(taskId)).state).toBe('Submitted')
  })

  it('waits with what is to be kept while the disk is full, and does no part twice', async () => {
    const { disk, notes } = fullNotes()
    const { taskId } = await post('a b')
    let did = 0
    const agent = agentWith(
      async ({ step }) => {
        disk.isFull = true
        setTimeout(() => {
          disk.isFull = false
        }, 250)
        return `${await step('once', async () => ++did)}`
      },
      { notes },
    )
    for (let i = 0; i < 40 && (await bench.view(taskId)).state !== 'Submitted'; i++) {
      await agent.tick()
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    expect((await bench.view(taskId)).state).toBe('Submitted')
    expect(did).toBe(1)
    expect(agent.metrics()).toMatchObject({ worksStarted: 1, worksFailed: 0 })
  })

  /** An agent of the worker whose calls go through `pass`. */
  const through = (pass: (call: Call, next: () => Promise<unknown>) => Promise<unknown>, changes: Partial<CreateAgentParameters> = {}) => {
    const { config, provider } = bench.chain
    const transport = custom({ request: (call: Call) => pass(call, () => provider.request(call)) }, { retryCount: 0 })
    return createAgent({
      client: createClient({ chains: [{ ...config, transport }], account: worker, pollingIntervalMs: 5, now: bench.clock.now }),
      content: bench.content,
      policy: { stakes: [{ token: zeroAddress, bonds: 10n ** 21n }], evaluators: 'any' },
      handlers: { [capability]: forever },
      ...changes,
    })
  }
  const assigned = async (posted: readonly { taskId: `0x${string}` }[]) =>
    (await Promise.all(posted.map(({ taskId }) => bench.view(taskId)))).filter(({ state }) => state === 'Assigned').length

  it('never holds more than it may when it was started twice by accident', async () => {
    const posted = [await post('one'), await post('two')]
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    // It looks before its twin claims, and sends after that.
    const slow = through(async ({ method }, next) => {
      if (method === 'eth_estimateGas') {
        reach()
        await gate
      }
      return next()
    })
    const looking = slow.tick()
    await reached
    const twin = agentWith(forever, {
      policy: { cost: ({ taskId, terms }) => (taskId === posted[0]?.taskId ? terms.reward : 0n) },
    })
    await twin.rest()
    expect(await assigned(posted)).toBe(1)
    open()
    await looking
    for (let round = 0; round < 3; round++) {
      await Promise.all([slow.tick(), twin.tick()])
      expect(await assigned(posted)).toBe(1)
      bench.clock.pass(20_000)
    }
    expect(slow.metrics()).toMatchObject({ claimsWon: 0, live: 1 })
    await Promise.all([slow.stop(), twin.stop()])
  })

  it('counts a claim as under way that a node did not answer, and comes to rest whether it took it or not', async () => {
    for (const isTaken of [true, false]) {
      const posted = [await post(`one ${isTaken}`), await post(`two ${isTaken}`)]
      worker = await bench.newcomer(`unanswered ${isTaken} ${capability}`)
      const notes = memoryNotes()
      let sent = 0
      const agent = through(
        async ({ method }, next) => {
          // The deposit goes through; the claim after it gets no answer.
          if (method !== 'eth_sendRawTransaction' || ++sent !== 2) return next()
          if (isTaken) await next()
          throw new TimeoutError({ body: {}, url: 'http://deaf.example' })
        },
        { notes },
      )
      await agent.tick()
      expect(sent).toBe(2)
      expect(await notes.names('claim/')).toHaveLength(1)
      for (let look = 0; look < 6; look++) {
        bench.clock.pass(3_000)
        await agent.tick()
        expect(await assigned(posted)).toBeLessThanOrEqual(1)
      }
      expect(agent.metrics()).toMatchObject({ live: 1, working: 1 })
      await agent.stop()
    }
  })

  it('goes on with other chains while one gives no answer at all', async () => {
    const far = await startChain({ chainId: 31_338, accounts: [worker] })
    let gate = Promise.withResolvers<void>()
    const transport = custom({ request: async (call: Call) => gate.promise.then(() => far.provider.request(call)) }, { retryCount: 0 })
    const chains = [bench.chain.config, { ...far.config, transport }]
    const agent = agentWith(async () => 'done', {
      ...{ client: createClient({ chains, account: worker, pollingIntervalMs: 10, now: bench.clock.now }), pollMs: 10 },
    })
    const until = async (isSo: () => Promise<boolean>) => {
      for (let i = 0; i < 200 && !(await isSo()); i++) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(await isSo()).toBe(true)
    }
    const isIn = (taskId: `0x${string}`, state: task.TaskView['state']) => async () => (await bench.view(taskId)).state === state
    const first = await post('before all was read')
    const running = agent.start()
    // Until all homes were read once, nobody knows what it holds there.
    await until(async () => agent.said('homes.unread').length > 0)
    expect((await bench.view(first.taskId)).state).toBe('Open')
    gate.resolve()
    await until(isIn(first.taskId, 'Submitted'))
    gate = Promise.withResolvers()
    const second = await post('while it hangs')
    await until(isIn(second.taskId, 'Submitted'))
    gate.resolve()
    await Promise.all([agent.stop(), running])
  })

  it('doubts a worker that shows no sign of life, and has the task in the block in which its assignment ends', async () => {
    const { taskId } = await post('abandoned', doubtful)
    const dead = agentWith(forever)
    await dead.rest()
    expect((await bench.view(taskId)).state).toBe('Assigned')
    const offers: DoubtOffer[] = []
    const heir = agentWith(async () => 'done', { account: other, policy: { doubts: (offer) => offers.push(offer) > 0 } })
    await heir.rest()
    expect(offers[0]).toMatchObject({ taskId, worker: { account: worker.address } })
    expect((await bench.view(taskId)).suspicion).toMatchObject({ by: other.address })
    await bench.passTime(61)
    await heir.rest()
    expect(await bench.view(taskId)).toMatchObject({ state: 'Submitted', token: 2, worker: { account: other.address } })
    // The bond of the doubt came back.
    expect(heir.metrics()).toMatchObject({ doubtsSent: 1, lapsesSent: 1, claimsWon: 1, collected: 1 })
    await dead.stop()
  })

  it('doubts no more workers at a time than it could take over from', async () => {
    const posted = [await post('one', doubtful), await post('two', doubtful), await post('three', doubtful)]
    const dead = agentWith(forever, { policy: { concurrency: 3 } })
    await dead.rest()
    expect(await assigned(posted)).toBe(3)
    const heir = agentWith(async () => 'done', { account: other, policy: { doubts: () => true, concurrency: 2 } })
    await heir.rest()
    expect(heir.metrics().doubtsSent).toBe(2)
    await Promise.all([dead.stop(), heir.stop()])
  })

  it('doubts nobody while it has no room for the task, nor when the terms forbid it', async () => {
    await post('held by another', doubtful)
    await post('not to be doubted')
    const dead = agentWith(forever, { policy: { concurrency: 2 } })
    await dead.rest()
    const busy = agentWith(forever, { account: other, policy: { doubts: () => true } })
    const own = await post('its own')
    await busy.rest()
    expect((await bench.view(own.taskId)).worker).toMatchObject({ account: other.address })
    expect(busy.metrics().doubtsSent).toBe(0)
    await Promise.all([dead.stop(), busy.stop()])
  })
})

describe('silentCards', () => {
  it('doubts whose card was silent some times in a row, and nobody of whom it knows none', async () => {
    const answers = { isServed: true, asked: 0 }
    const cardUri = 'http://card.example/agent-card.json'
    // The registry goes by the clock of the chain.
    const at = await bench.now()
    const registrar = agentWith(forever, {
      now: () => at * 1_000,
      card: { chainId: bench.home, cardDigest: `0x${'11'.repeat(32)}`, cardUri },
    })
    await registrar.tick()
    let now = 0
    const cards = silentCards({
      ...{ client: bench.client, misses: 2, everyMs: 1_000, registryMs: 1_000_000, now: () => now },
      fetch: async (url) => {
        expect(url).toBe(cardUri)
        answers.asked += 1
        if (!answers.isServed) throw new TypeError('connection refused')
      },
    })
    const ask = async () => {
      now += 1_000
      const living = cards.living([worker.address, other.address])
      await new Promise((resolve) => setTimeout(resolve, 60))
      return living.length
    }
    expect([await ask(), await ask(), await ask()]).toEqual([2, 2, 2])
    expect(answers.asked).toBeGreaterThan(0)
    answers.isServed = false
    expect([await ask(), await ask(), await ask()]).toEqual([2, 2, 1])
    answers.isServed = true
    expect([await ask(), await ask()]).toEqual([1, 2])
    await registrar.stop()
  })
})
