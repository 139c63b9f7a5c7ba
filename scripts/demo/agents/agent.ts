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
  /** Whether it is to report wrongly once. */
  isLiar: boolean
  rest: readonly string[]
}

/** Runs one agent until its parent, its terminal or the world ends. The key comes from `AGENT_KEY`, else it is a fresh one. */
export async function runAgent(name: string, main: (context: AgentContext) => Promise<void>): Promise<void> {
  const end = new AbortController()
  stopOnEnd({ stop: async () => end.abort() })
  try {
    const context = contextOf(end.signal)
    endWithTheWorld(context)
    await main(context)
  } catch (error) {
    process.stderr.write(`The ${name} ends: ${messageOf(error)}\n`)
    process.exit(1)
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

function contextOf(signal: AbortSignal): AgentContext {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { world: { type: 'string' }, chain: { type: 'string' }, liar: { type: 'boolean' } },
  })
  const { world, home, token, content }: AgentFile = JSON.parse(readFileSync(values.world ?? '', 'utf8'))
  const account = privateKeyToAccount(keyFrom(process.env.AGENT_KEY))
  const client = createClient({ chains: chainsOf(world), account, pollingIntervalMs: 250 })
  const chainId = Number(values.chain ?? home)
  return {
    world,
    client,
    account,
    chainId,
    home,
    token,
    store: directoryStore({ path: content }),
    signal,
    isLiar: values.liar ?? false,
    rest: positionals,
  }
}

const keyFrom = (text: string | undefined): Hex => (text?.startsWith('0x') ? (text as Hex) : generatePrivateKey())

/** Tells the parent, or the terminal, what happened: one JSON object a line. */
export function say(message: AgentMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
