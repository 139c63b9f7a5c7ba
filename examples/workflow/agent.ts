// A process with one agent, made to be killed: node agent.ts '<AgentConfig as JSON>'
import { chainsOf, userAccount, type WorldInfo } from '@hanse/devnet'
import { agent as agents, createClient, task } from '@hanse/sdk'
import { buildCard, cardDigest, cardPath } from '@hanse/sdk/card'
import { directoryStore, serveCard, sqliteNotes } from '@hanse/sdk/node'
import { createAgent, silentCards } from '@hanse/sdk/runtime'
import { type Address, parseEther, zeroAddress, zeroHash } from 'viem'
import { handlersOf } from './steps.ts'

/** What a process is told. */
export type AgentConfig = {
  readonly world: WorldInfo
  /** Whose key it has. */
  readonly user: number
  /** Everybody who does such work, itself included. */
  readonly team: readonly Address[]
  readonly evaluator: Address
  readonly folder: string
  readonly content: string
  readonly notes: string
  readonly paceMs: number
}

if (import.meta.main) {
  const { world, user, team, evaluator, folder, content, notes, paceMs }: AgentConfig = JSON.parse(process.argv[2] ?? '')
  const say = (event: string, told: object = {}) => process.send?.({ event, user, ...told })
  // Children end with their parent, however that ends.
  process.once('disconnect', () => process.exit())
  const client = createClient({ chains: chainsOf(world), account: userAccount(user), pollingIntervalMs: 150, timeoutMs: 2_000 })
  const handlers = handlersOf({ client, folder, paceMs, say })
  const [home] = world.chains
  if (home === undefined) process.exit(1)

  const account = userAccount(user).address
  // Whoever asks for its card hears that it lives: that costs no gas.
  const { chainId } = home
  const agentId = agents.agentIdOf({ chainId, registry: home.deployment.agentRegistry, controller: account, salt: zeroHash })
  const capabilities = Object.keys(handlers)
  const about = { name: `agent ${user}`, description: 'Reads texts.', url: 'http://127.0.0.1/', capabilities }
  const card = buildCard({ ...about, agents: [{ chainId, registry: home.deployment.agentRegistry, agentId }] })
  const { url } = await serveCard({ card })

  // Bonds are put up before there is work, so that a claim is one transaction.
  await Promise.all(
    world.chains.map((chain) =>
      task.deposit.sync(client, {
        chainId: chain.chainId,
        actor: { chainId: chain.chainId, account },
        token: zeroAddress,
        amount: parseEther('0.2'),
      }),
    ),
  )
  // Whose card is silent is doubted, and not waited for.
  const doubts = silentCards({ client, misses: 2, everyMs: 400 })
  const agent = createAgent({
    ...{ client, handlers, content: directoryStore({ path: content }), notes: sqliteNotes({ path: notes }) },
    card: { chainId, cardDigest: cardDigest(card), cardUri: `${url}${cardPath}` },
    policy: {
      ...{ concurrency: 3, stakes: [{ token: zeroAddress, bonds: parseEther('1') }], evaluators: [evaluator] },
      // Two blocks: as long as a claim takes until all see it.
      ...{ rivals: () => doubts.living(team), rankSeconds: 1, doubts },
    },
    log: ({ event, fields }) =>
      say(event, JSON.parse(JSON.stringify(fields, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))),
  })
  await agent.start()
}
