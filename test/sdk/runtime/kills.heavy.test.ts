import { custom } from 'viem'
import { beforeAll, expect, it } from 'vitest'
import { createClient } from '../../../sdk/src/index.ts'
import { createAgent, memoryNotes, type Notes } from '../../../sdk/src/runtime/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'

const seeds = Array.from({ length: Number(process.env.HANSE_SEEDS ?? 1) }, (_, index) => index + 1)
const [tasks, concurrency] = [4, 2] as const

let bench: AgentBench
beforeAll(async () => {
  bench = await startAgents()
})

/** The same numbers for the same seed: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A process that dies in the middle of its `left`-th call to a chain or to its notes: that one may still do its work, and nothing after it does. */
function lifeOf(left: number) {
  let isDead = false
  let die = () => {}
  const death = new Promise<void>((resolve) => {
    die = () => {
      isDead = true
      resolve()
    }
  })
  let calls = 0
  const never = new Promise<never>(() => {})
  const pass = async <result>(call: () => Promise<result>): Promise<result> => {
    if (isDead) return never
    calls += 1
    if (calls < left) return call()
    die()
    // What was sent arrives, or it does not; nobody is there to hear of it.
    if (left % 2 === 0) await call().catch(() => undefined)
    return never
  }
  return { pass, death, isDead: () => isDead }
}

type Life = ReturnType<typeof lifeOf>

function agentOf(
  life: Life,
  given: { account: Awaited<ReturnType<AgentBench['newcomer']>>; notes: Notes; capability: string; did: (input: string) => void },
) {
  const { account, notes, capability, did } = given
  const { config, provider } = bench.chain
  const transport = custom({ request: (call) => life.pass(() => provider.request(call)) }, { retryCount: 0 })
  const kept: Notes = {
    get: (name) => life.pass(() => notes.get(name)),
    set: (name, text) => life.pass(() => notes.set(name, text)),
    names: (prefix) => life.pass(() => notes.names(prefix)),
    forget: (prefix) => life.pass(() => notes.forget(prefix)),
  }
  return createAgent({
    client: createClient({ chains: [{ ...config, transport }], account, pollingIntervalMs: 5, now: bench.clock.now }),
    content: bench.content,
    notes: kept,
    policy: { stakes: [{ token: '0x0000000000000000000000000000000000000000', bonds: 10n ** 21n }], evaluators: 'any', concurrency },
    handlers: {
      [capability]: async ({ spec, step }) =>
        step('part', async () => {
          // A dead process does nothing.
          if (life.isDead()) return new Promise<never>(() => {})
          did(String(spec.input))
          return `done ${spec.input}`
        }),
    },
  })
}

it.each(seeds)(
  'holds no more than it may, repeats nothing that it kept, and finishes all, wherever it is killed (seed %i)',
  async (seed) => {
    const random = randomOf(seed)
    const capability = `kills.s${seed}`
    const account = await bench.newcomer(capability)
    const notes = memoryNotes()
    const posted: Awaited<ReturnType<AgentBench['post']>>[] = []
    for (let i = 0; i < tasks; i++)
      posted.push(await bench.post(`${i}`, { openUntil: (await bench.now()) + 50_000, workWindow: 100_000 }, capability))
    const keyOf = (input: string) => `work/${bench.home}/${posted[Number(input)]?.taskId}/0/step/part`
    const repeated: string[] = []
    const did = (input: string) => {
      void notes.get(keyOf(input)).then((text) => text !== undefined && repeated.push(input))
    }
    const views = () => Promise.all(posted.map(({ taskId }) => bench.view(taskId)))
    const lives = 8
    for (let life = 0; life < lives; life++) {
      const one = lifeOf(life === lives - 1 ? Number.POSITIVE_INFINITY : 20 + Math.floor(random() * 250))
      const agent = agentOf(one, { account, notes, capability, did })
      const living = async () => {
        for (let look = 0; look < (life === lives - 1 ? 30 : 6) && !one.isDead(); look++) {
          await agent.tick()
          await new Promise((resolve) => setImmediate(resolve))
          bench.clock.pass(2_000)
          const held = (await views()).filter(({ state }) => state === 'Assigned').length
          expect(held).toBeLessThanOrEqual(concurrency)
        }
      }
      await Promise.race([living(), one.death])
      bench.clock.pass(1_000)
    }
    const found = await views()
    expect(found.map(({ state }) => state)).toEqual(Array(tasks).fill('Submitted'))
    // Each was assigned once: nothing lapsed, was given up, or claimed again.
    expect(found.map(({ token }) => token)).toEqual(Array(tasks).fill(1))
    expect(repeated).toEqual([])
    const bodies = await Promise.all(
      found.map(async ({ deliverable }) => new TextDecoder().decode(await bench.content.get(deliverable ?? '0x'))),
    )
    expect(bodies).toEqual(posted.map((_, index) => `done ${index}`))
  },
)
