import { agent } from '@hanse/sdk'
import { createAgent, type TaskHandler } from '@hanse/sdk/runtime'
import { type Address, type Hex, keccak256, parseEther } from 'viem'
import { encodeReport, reportOf } from '../report.ts'
import { capability, fileOf } from '../spec.ts'
import { type AgentContext, runAgent, say } from './agent.ts'
import { fundGas, fundToken } from './fund.ts'

/** Tasks that one worker has in hand at a time. A liar has one, so that what is judged first is its lie. */
const concurrency = { honest: 5, liar: 1 }
/** What may lie in bonds of its claims. */
const stake = parseEther('100')
/** Seconds that a claim through a portal takes until all see it: inclusion, finality, delivery. */
const rankSeconds = 5
/** Milliseconds for which the directory of agents is not read again. */
const directoryMs = 10_000

await runAgent('worker', async (context) => {
  const { client, account, chainId, home, token, store, signal, isLiar } = context
  await fundGas(context)
  await fundToken(context, stake)
  const worker = createAgent({
    ...{ client, content: store, chainId, homeChainIds: [home] },
    card: { chainId, cardDigest: keccak256(account.address), cardUri: '' },
    policy: {
      concurrency: isLiar ? concurrency.liar : concurrency.honest,
      stakes: [{ token, bonds: stake }],
      evaluators: 'any',
      rivals: rivalsOf(context),
      rankSeconds,
    },
    handlers: { [capability]: reporter(context) },
    log: ({ level, event, fields }) => {
      const { task = '', token: assignment } = fields as { task?: string; token?: number } // what the runtime says of tasks
      const taskId = task.split('/').at(-1) as Hex // after its home
      if (event === 'work.started') say({ event: 'working', taskId, token: assignment ?? 0 })
      else if (event === 'settled') say({ event: 'settled', taskId })
      else if (level === 'warn' || level === 'error') say({ event: 'trouble', message: `${event} ${task} ${fields.error ?? fields.state}` })
    },
  })
  signal.addEventListener('abort', () => void worker.stop())
  say({ event: 'ready' })
  await worker.start()
})

/** All that do such work, as the registries of all chains know them: whoever is new is in line with the others. */
function rivalsOf({ client }: AgentContext): () => Promise<readonly Address[]> {
  const wanted = agent.capabilityOf(capability)
  let known: { readonly at: number; readonly accounts: Promise<readonly Address[]> } | undefined
  const read = async () => {
    const found = await Promise.all([...client.chains.keys()].map((chainId) => agent.getAgents(client, { chainId, capability: wanted })))
    return found.flatMap(({ value }) => value.map(({ controller }) => controller))
  }
  return async () => {
    if (known === undefined || performance.now() - known.at > directoryMs) known = { at: performance.now(), accounts: read() }
    return await known.accounts.catch((error: unknown) => {
      known = undefined
      throw error
    })
  }
}

/** Fetches what the description names, and reports on it. A liar counts one word too many in the first task that it gets. */
function reporter({ isLiar }: AgentContext): TaskHandler {
  let lie: Hex | undefined
  return async ({ spec, taskId, content }) => {
    if (isLiar) lie ??= taskId
    const report = reportOf(await content.get(fileOf(spec)))
    return encodeReport(taskId === lie ? { ...report, words: report.words + 1 } : report)
  }
}
