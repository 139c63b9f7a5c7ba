import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Client, cell, createClient, tax } from '@hanse/sdk'
import type { Address, Hex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { userAccount } from './accounts.ts'
import { WorldInvalidError } from './errors.ts'
import { chainsOf, type WorldInfo } from './info.ts'
import { startWorld } from './world.ts'

/** Agents with a world to work in, and what their work costs. */
export type Team = {
  readonly info: WorldInfo
  readonly chainIds: readonly number[]
  /** How many agents there are. */
  readonly agents: number
  /** The first agent's. */
  readonly lead: Client
  /** One for each agent that sends transactions, over all chains. */
  readonly clients: readonly Client[]
  readonly accounts: readonly Address[]
  /** Opens a space of its own in which all that send may write. Returns its id. */
  readonly openSpace: (chainId: number) => Promise<Hex>
  /** Does something, and prints what it says of itself over a table of what it cost all agents on all chains. Returns the items of that tax. */
  readonly measure: (title: string, run: () => Promise<unknown>) => Promise<readonly tax.TaxItem[]>
  readonly stop: () => Promise<void>
}

/** What `startTeam` takes. */
export type StartTeamParameters = {
  /** How many agents when the command line does not say. */
  readonly agents: number
  /** How many of them have coin to send transactions with: the others only sign and read. Default: all. */
  readonly senders?: number
  /** The command line: `--agents N`, `--chains N`. Default: that of this process. */
  readonly args?: readonly string[]
  /** A file with the plain data of a world that runs already; it goes on after `stop`. Default: the environment's HANSE_WORLD, or a world of its own. */
  readonly worldFile?: string | undefined
  /** Where `measure` prints. Default: the console. */
  readonly print?: (text: string) => void
}

const firstChainId = 1001

/**
 * Starts agents on a local world of one or several chains, for an example or a trial.
 *
 * @throws WorldInvalidError for numbers that are none, or a running world that is too small; and what `startWorld` throws.
 * @example
 * ```ts
 * import { startTeam } from '@hanse/devnet'
 *
 * const { clients, chainIds, measure, stop } = await startTeam({ agents: 10 })
 * await measure('nothing', async () => `done by ${clients.length} agents on ${chainIds.length} chains`)
 * await stop()
 * ```
 */
export async function startTeam(parameters: StartTeamParameters): Promise<Team> {
  const { args = process.argv.slice(2), print = console.log, worldFile = process.env.HANSE_WORLD } = parameters
  const options = { agents: { type: 'string' }, chains: { type: 'string' } } as const
  const { values } = parseArgs({ args: [...args], options })
  const agents = numberIn('--agents', values.agents ?? String(parameters.agents))
  const chains = numberIn('--chains', values.chains ?? '1')
  const senders = Math.min(agents, parameters.senders ?? agents)
  const world = worldFile === undefined ? await worldFor({ agents: senders, chains }) : attached(worldFile, chains)
  const { info } = world
  const clientFor = (index: number) => createClient({ chains: chainsOf(info), account: userAccount(index), pollingIntervalMs: 100 })
  const lead = clientFor(0)
  const clients = [lead, ...Array.from({ length: senders - 1 }, (_, index) => clientFor(index + 1))]
  const accounts = clients.flatMap(({ account }) => account?.address ?? [])
  return {
    ...{ info, agents, lead, clients, accounts, chainIds: info.chains.map(({ chainId }) => chainId), stop: world.stop },
    async openSpace(chainId) {
      const writers = accounts.map((account) => ({ chainId, account }))
      const { event } = await cell.openSpace.sync(lead, { chainId, writers, salt: generatePrivateKey() })
      return event.space
    },
    async measure(title, run) {
      const since = await tax.heights(lead)
      const said = await run()
      const items = await tax.collect(lead, { since, accounts })
      print(`${title}: ${said}\n${tax.table(items)}\n`)
      return items
    },
  }
}

function numberIn(field: string, word: string): number {
  const number = Number(word)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new WorldInvalidError({ field, fact: `is ${word}`, expectation: 'a whole number of one or more' })
}

type Shelter = { readonly info: WorldInfo; readonly stop: () => Promise<void> }

function worldFor({ agents, chains }: { readonly agents: number; readonly chains: number }): Promise<Shelter> {
  const rules = Array.from({ length: chains }, (_, index) => ({ chainId: firstChainId + index, blockTime: 0.5 }))
  return startWorld({ chains: rules, users: agents })
}

/** Somebody else's world, which is not ours to stop. */
function attached(file: string, chains: number): Shelter {
  const info: WorldInfo = JSON.parse(readFileSync(file, 'utf8'))
  if (info.chains.length < chains) {
    throw new WorldInvalidError({
      field: '--chains',
      fact: `is ${chains}`,
      expectation: `at most the ${info.chains.length} of the running world`,
    })
  }
  return { info: { ...info, chains: info.chains.slice(0, chains) }, stop: async () => {} }
}
