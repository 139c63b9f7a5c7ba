// What a node that lies may cost an agent: never a second claim beyond what it may hold, never more in bonds than its policy says, and never gas without end.
import { custom, type Hex, keccak256, numberToHex, parseEther, toFunctionSelector, zeroAddress } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type agentRegistryAbi, taskEscrowAbi } from '../../../sdk/src/abis/index.ts'
import { createClient, task } from '../../../sdk/src/index.ts'
import {
  type AgentLogEntry,
  type CreateAgentParameters,
  createAgent,
  memoryNotes,
  type TaskHandler,
} from '../../../sdk/src/runtime/index.ts'
import { type AgentBench, startAgents } from '../support/agents.ts'

/** The chain as it is, and another one under the same id with the same contracts: what a liar shows is taken from there. */
let truth: AgentBench
let fiction: AgentBench
let capability: string
let worker: PrivateKeyAccount

beforeAll(async () => {
  truth = await startAgents()
  fiction = await startAgents()
})
beforeEach(async ({ task: { id } }) => {
  worker = await truth.newcomer(`worker ${id}`)
  await fiction.newcomer(`worker ${id}`)
  capability = `test.t${id.replaceAll(/[^a-z0-9]/g, 'x')}`
})

type Call = { readonly method: string; readonly params?: readonly unknown[] }
type Lie = (call: Call, honest: (call: Call) => Promise<unknown>) => Promise<unknown>

const forever: TaskHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
const stakes = [{ token: zeroAddress, bonds: parseEther('3') }]

/** An agent whose only node lies, and how often it sent something. */
function agentOver(bench: AgentBench, lie: Lie, { policy, ...changes }: Partial<CreateAgentParameters> = {}) {
  const count = { sent: 0 }
  const honest = async ({ method, params = [] }: Call) => {
    const answer = truth.chain.provider.request({ method, params: [...params] })
    // This one refuses what failed in its block, which other nodes answer with the hash.
    return method === 'eth_sendRawTransaction' ? answer.catch(() => keccak256(params[0] as Hex)) : answer
  }
  const request = async (call: Call) => {
    if (call.method === 'eth_sendRawTransaction') count.sent += 1
    return lie(call, honest)
  }
  const entries: AgentLogEntry[] = []
  const transport = custom({ request }, { retryCount: 0 })
  const agent = createAgent({
    client: createClient({
      ...{ chains: [{ ...truth.chain.config, transport }], account: worker, pollingIntervalMs: 5, now: truth.clock.now },
    }),
    ...{ content: bench.content, handlers: { [capability]: forever }, log: (entry) => entries.push(entry) },
    ...changes,
    policy: { stakes, evaluators: 'any', ...policy },
  })
  /** Looks again and again, with so many seconds between. */
  const look = async (times: number, seconds: number) => {
    for (let look = 0; look < times; look++) {
      await agent.tick()
      truth.clock.pass(seconds * 1_000)
    }
  }
  return { ...agent, count, look, entries }
}

const dataOf = ({ params: [call] = [] }: Call): Hex => Reflect.get(Object(call), 'data') ?? '0x'
const selectorOf = (abi: typeof taskEscrowAbi | typeof agentRegistryAbi, name: string) => {
  const found = abi.find((item) => item.type === 'function' && item.name === name)
  if (found?.type !== 'function') throw new TypeError(`no function ${name}`)
  return toFunctionSelector(found)
}
const isCall = ({ method }: Call) => method === 'eth_call' || method === 'eth_estimateGas'

const isOfTransactions = ({ method }: Call) => /^eth_(send|getTransaction)/.test(method)

/** What a node says for which this block is the newest. */
async function asOf(frozen: Hex, call: Call, honest: (call: Call) => Promise<unknown>): Promise<unknown> {
  const { method, params = [] } = call
  const isNewest = (word: unknown) => word === undefined || word === 'latest' || word === 'pending'
  if (method === 'eth_blockNumber') return frozen
  if (method === 'eth_getLogs' && Number(Reflect.get(Object(params[0]), 'toBlock')) > Number(frozen)) return []
  if (method === 'eth_getBlockByNumber' && isNewest(params[0])) return honest({ method, params: [frozen, params[1]] })
  if (isCall(call) && isNewest(params[1])) return honest({ method, params: [params[0], frozen] })
  return honest(call)
}

describe('an agent whose node lies', () => {
  it('loses few transactions and no more than its stake to tasks that are not there', async () => {
    for (let text = 0; text < 12; text++) await fiction.post(`phantom ${text}`, {}, capability)
    const liar: Lie = (call, honest) =>
      isOfTransactions(call) ? honest(call) : fiction.chain.provider.request({ method: call.method, params: [...(call.params ?? [])] })
    const agent = agentOver(fiction, liar, { policy: { stakes, evaluators: 'any', concurrency: 2 } })
    // A few hours, seen often.
    await agent.look(50, 400)
    const actor = { chainId: truth.home, account: worker.address }
    const at = { chainId: truth.home, sponsor: worker.address, actor, token: zeroAddress }
    const { value: deposited } = await task.getDeposit(truth.client, at)
    expect(deposited).toBeGreaterThan(0n)
    expect(deposited).toBeLessThanOrEqual(stakes[0]?.bonds ?? 0n)
    expect(agent.count.sent).toBeLessThan(30)
    expect(agent.entries.some(({ fields }) => String(fields.error).includes('policy.stakes'))).toBe(true)
    await agent.stop()
  })

  it('holds no second task when the first is hidden from it', async () => {
    const posted = [await truth.post('one', {}, capability), await truth.post('two', {}, capability)]
    const assigned = async () => {
      const views = await Promise.all(posted.map(({ taskId }) => truth.view(taskId)))
      return views.filter(({ state }) => state === 'Assigned').length
    }
    let frozen: Hex | undefined
    // From the claim on it shows nothing that came later, but counts transactions as they are.
    const liar: Lie = async (call, honest) => {
      if (call.method === 'eth_sendRawTransaction' && agent.count.sent === 2)
        frozen = numberToHex((await truth.chain.node.getBlock()).number)
      return frozen === undefined || isOfTransactions(call) ? honest(call) : asOf(frozen, call, honest)
    }
    const notes = memoryNotes()
    const noted: number[] = []
    const set: typeof notes.set = async (name, text) => {
      noted.push(JSON.parse(text).until)
      await notes.set(name, text)
    }
    const agent = agentOver(truth, liar, { notes: { ...notes, set } })
    await agent.tick()
    expect(await assigned()).toBe(1)
    // Whatever is in a pool may be mined until then.
    expect(posted.map(({ terms }) => terms.openUntil)).toContain(noted[0])
    await agent.look(30, 20)
    expect(await assigned()).toBe(1)
    expect(agent.metrics().claimsSent).toBe(1)
    await agent.stop()
  })

  it('does not register without end when its node does not know it', async () => {
    const { agentRegistry } = truth.chain.deployment
    const isRegistry = (call: Call) =>
      isCall(call) && Reflect.get(Object(call.params?.[0]), 'to')?.toLowerCase() === agentRegistry.toLowerCase()
    const liar: Lie = (call, honest) =>
      isRegistry(call) ? fiction.chain.provider.request({ method: call.method, params: [call.params?.[0], 'latest'] }) : honest(call)
    const card = { chainId: truth.home, cardDigest: `0x${'11'.repeat(32)}`, cardUri: 'https://agent.example/card.json' } as const
    const first = agentOver(truth, (call, honest) => honest(call), { card })
    await first.tick()
    expect(first.count.sent).toBe(1)
    const agent = agentOver(truth, liar, { card })
    await agent.look(50, 400)
    expect(agent.count.sent).toBeGreaterThan(6)
    expect(agent.count.sent).toBeLessThan(25)
    await Promise.all([agent.stop(), first.stop()])
  })

  it('does not take out without end what is not there', async () => {
    const [credit, withdrawal] = [selectorOf(taskEscrowAbi, 'creditOf'), selectorOf(taskEscrowAbi, 'withdrawTo')]
    const liar: Lie = async (call, honest) => {
      if (isCall(call) && dataOf(call).startsWith(credit)) return numberToHex(10n ** 18n, { size: 32 })
      if (isCall(call) && dataOf(call).startsWith(withdrawal)) return call.method === 'eth_call' ? '0x' : numberToHex(90_000)
      return honest(call)
    }
    const agent = agentOver(truth, liar)
    await agent.look(50, 400)
    expect(agent.count.sent).toBeGreaterThan(6)
    expect(agent.count.sent).toBeLessThan(25)
    await agent.stop()
  })
})
