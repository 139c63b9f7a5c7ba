import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chainsOf, stopOnEnd, type WorldInfo } from '@hanse/devnet'
import { type Client, clientOf, createClient } from '@hanse/sdk'
import type { ContentStore } from '@hanse/sdk/content'
import { messageOf } from '@hanse/sdk/errors'
import { directoryStore } from '@hanse/sdk/node'
import type { Address, Hex, LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { AgentFile, AgentMessage } from '../messages.ts'

/** All that an agent gets to know: RPC urls, where bodies lie, its own key. No list of files, tasks or other agents. */
export type AgentContext = {
  world: WorldInfo
  client: Client
  account: LocalAccount
  /** The chain it lives on. */
  chainId: number
  /** The chain where the tasks live. */
  home: number
  token: Address
  store: ContentStore
  /** Ends with the process. */
  signal: AbortSignal
  /** Whether a transaction of ours is in the chain or waits to be; a reorg may have dropped it. */
  isKnown(hash: Hex): Promise<boolean>
  /** Ends the agent with an error. */
  fail(error: unknown): void
  /** The lies it has yet to tell. One that did not arrive is put back. */
  lies: { take(): boolean; putBack(): void }
  rest: readonly string[]
}

/** Runs one agent until its parent, its terminal or the world ends. The key comes from `AGENT_KEY`, else it is a fresh one. */
export async function runAgent(name: string, main: (context: AgentContext) => Promise<void>): Promise<void> {
  const end = new AbortController()
  stopOnEnd({ stop: async () => end.abort() })
  const fail = (error: unknown) => {
    process.stderr.write(`The ${name} ends: ${messageOf(error)}\n`)
    process.exit(1)
  }
  try {
    const context = contextOf(end.signal, fail)
    endWithTheWorld(context)
    await main(context)
  } catch (error) {
    fail(error)
  }
}

/** Looks at home every second; when it is gone, so is the world, and the agent has nothing left to do. */
function endWithTheWorld({ client, home }: AgentContext): void {
  let misses = 0
  setInterval(async () => {
    const isThere = await clientOf(client, home)
      .request({ method: 'eth_chainId' })
      .catch(() => undefined)
    misses = isThere === undefined ? misses + 1 : 0
    if (misses >= 3) process.exit(0)
  }, 1_000).unref()
}

function contextOf(signal: AbortSignal, fail: (error: unknown) => void): AgentContext {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { world: { type: 'string' }, chain: { type: 'string' }, liar: { type: 'boolean' } },
  })
  const { world, home, token, content }: AgentFile = JSON.parse(readFileSync(values.world ?? '', 'utf8'))
  const account = privateKeyToAccount(keyFrom(process.env.AGENT_KEY))
  const client = createClient({ chains: chainsOf(world), account, pollingIntervalMs: 250 })
  const chainId = Number(values.chain ?? home)
  let lies = values.liar ? 1 : 0
  return {
    world,
    client,
    account,
    chainId,
    home,
    token,
    store: directoryStore({ path: content }),
    signal,
    fail,
    isKnown: async (hash) => (await clientOf(client, chainId).request({ method: 'eth_getTransactionByHash', params: [hash] })) !== null,
    lies: {
      take: () => lies > 0 && lies-- > 0,
      putBack: () => {
        lies += 1
      },
    },
    rest: positionals,
  }
}

const keyFrom = (text: string | undefined): Hex => (text?.startsWith('0x') ? (text as Hex) : generatePrivateKey())

/** Tells the parent, or the terminal, what happened: one JSON object a line. */
export function say(message: AgentMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
