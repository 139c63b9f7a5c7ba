// A process with some agents, made to be killed: node worker.ts '<WorkerConfig as JSON>'. Each finished work leaves a line in a file.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { chainsOf, userAccount, type WorldInfo } from '@hanse/devnet'
import { createClient } from '@hanse/sdk'
import { directoryStore, sqliteNotes } from '@hanse/sdk/node'
import { createAgent, silentCards } from '@hanse/sdk/runtime'
import { type Address, keccak256, parseEther, stringToHex, zeroAddress } from 'viem'

/** What a process is told. */
export type WorkerConfig = {
  readonly world: WorldInfo
  /** Whose keys it has: an agent for each. */
  readonly users: readonly number[]
  /** All that take such tasks, for the public rank. */
  readonly team: readonly Address[]
  readonly content: string
  /** A folder with a file of notes for each agent. */
  readonly notes: string
  readonly doneFile: string
  readonly workMs: number
  readonly concurrency: number
  readonly pollMs: number
  /** Whether agents serve a card, and doubt those whose card is silent. */
  readonly isWatched: boolean
}

/** What a process says. */
export type WorkerSaid = { readonly event: string; readonly user: number; readonly task?: string; readonly at: number }

async function startOne(config: WorkerConfig, user: number): Promise<void> {
  const { world, team, content, notes, doneFile, workMs, concurrency, pollMs, isWatched } = config
  const client = createClient({ chains: chainsOf(world), account: userAccount(user), pollingIntervalMs: pollMs, timeoutMs: 5_000 })
  const [home] = world.chains
  const server = createServer((_, answer) => answer.end())
  if (isWatched) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  const cardUri = `http://127.0.0.1:${typeof place === 'object' ? place?.port : 0}/`
  const doubts = silentCards({ client, misses: 2, everyMs: 300 })
  const agent = createAgent({
    ...{ client, content: directoryStore({ path: content }), notes: sqliteNotes({ path: `${notes}/${user}.sqlite` }) },
    ...(isWatched && home !== undefined ? { card: { chainId: home.chainId, cardDigest: keccak256(stringToHex(cardUri)), cardUri } } : {}),
    policy: {
      ...{ concurrency, stakes: [{ token: zeroAddress, bonds: parseEther('10') }], evaluators: 'any' },
      ...(isWatched ? { doubts, rivals: () => doubts.living(team) } : { rivals: () => team }),
    },
    log: ({ event, fields: { task } }) => process.send?.({ event, user, task, at: Date.now() }),
    handlers: {
      'bench.work': async ({ step, signal, taskId, token, homeChainId }) => {
        await pause(workMs, undefined, { signal })
        await step('done', async () => {
          appendFileSync(doneFile, `${homeChainId}/${taskId} ${token} ${user}\n`)
          return true
        })
        return 'done'
      },
    },
  })
  process.send?.({ event: 'started', user, at: Date.now() })
  await agent.start()
}

if (import.meta.main) {
  const config: WorkerConfig = JSON.parse(process.argv[2] ?? '')
  process.once('disconnect', () => process.exit())
  await Promise.all(config.users.map((user) => startOne(config, user)))
}
