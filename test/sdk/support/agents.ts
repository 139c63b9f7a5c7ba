import { zeroAddress } from 'viem'
import { content as contents, task } from '../../../sdk/src/index.ts'
import {
  type AgentLogEntry,
  type AgentPolicy,
  type CreateAgentParameters,
  createAgent,
  memoryNotes,
} from '../../../sdk/src/runtime/index.ts'
import { accountOf, clientFor } from './chain.ts'
import { startTasks, type TaskBench } from './tasks.ts'

/** A chain, a content store, a clock that follows the chain's, and agents that look when they are told to. */
export type AgentBench = Awaited<ReturnType<typeof startAgents>>

/** Starts a bench of tasks with descriptions. */
export async function startAgents() {
  const bench = await startTasks()
  const content = contents.memoryStore()
  let skippedMs = 0
  /** Milliseconds that only tests move. */
  const clock = { now: () => 1_000_000_000_000 + skippedMs, pass: (ms: number) => (skippedMs += ms) }
  const passTime = async (seconds: number) => {
    clock.pass(seconds * 1_000)
    await bench.passTime(seconds)
  }
  const post = async (input: string, changes: Partial<task.CreateTermsParameters> = {}, capability = 'text.count') => {
    const specHash = await content.put(task.encodeSpec({ capability, input }))
    return bench.opened({ specHash, ...changes })
  }
  /** Somebody new with money and without a deposit. */
  const newcomer = async (name: string) => {
    const account = accountOf(name)
    await bench.chain.node.setBalance({ address: account.address, value: 10n ** 21n })
    return account
  }
  return {
    ...bench,
    newcomer,
    content,
    clock,
    passTime,
    post,
    agent: (changes: AgentChanges = {}) => agentOf(bench, content, clock, changes),
  }
}

type AgentChanges = Omit<Partial<CreateAgentParameters>, 'policy'> & { readonly policy?: Partial<AgentPolicy> }

function agentOf(
  { chain }: TaskBench,
  content: CreateAgentParameters['content'],
  { now }: { now: () => number },
  { account, policy, ...changes }: AgentChanges,
) {
  const entries: AgentLogEntry[] = []
  const notes = changes.notes ?? memoryNotes()
  const agent = createAgent({
    client: clientFor([chain], account),
    handlers: { 'text.count': async ({ spec }) => String(String(spec.input).split(' ').length) },
    ...{ content, now, log: (entry) => entries.push(entry) },
    ...changes,
    notes,
    policy: { stakes: [{ token: zeroAddress, bonds: 10n ** 21n }], evaluators: 'any', ...policy },
  })
  const said = (event: string) => entries.filter((entry) => entry.event === event)
  /** Looks until what works is done and handed in. */
  const rest = async () => {
    for (let i = 0; i < 6; i++) {
      await agent.tick()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { ...agent, notes, entries, said, rest }
}
