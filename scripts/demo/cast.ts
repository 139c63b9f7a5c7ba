import { join } from 'node:path'
import { type GuardedProcess, startProcess } from '@hanse/devnet'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import type { AgentMessage } from './messages.ts'

/** One agent process of the demo, as its parent sees it. */
export type CastMember = {
  role: 'requester' | 'evaluator' | 'worker'
  name: string
  address: Address
  chainId: number
  process: GuardedProcess
  /** Resolves when it is funded and at work; rejects when it ends before. */
  ready: Promise<unknown>
  hasEnded(): boolean
}

/** What an agent is started as. */
export type Part = { role: CastMember['role']; name: string; chainId: number; arguments?: readonly string[]; key?: Hex }

/** Milliseconds that an agent gets to fund itself, register and put up its bond. */
const readyLimitMs = 60_000
/** Milliseconds that an agent gets until its first report is judged; each claim that lapses on a busy machine costs some 30 s of them. */
const settledLimitMs = 120_000

/** Starts an agent with a key of its own. What it says goes to `onMessage`, what it complains about to `onComplaint`. */
export async function startAgent(parameters: {
  part: Part
  agentFile: string
  onMessage: (member: CastMember, message: AgentMessage) => void
  onComplaint: (line: string) => void
}): Promise<CastMember> {
  const { part, agentFile, onMessage, onComplaint } = parameters
  const { role, name, chainId, key = generatePrivateKey(), arguments: rest = [] } = part
  const heard: { tell: (line: string) => void } = { tell: () => {} }
  const child = await startProcess({
    name,
    command: process.execPath,
    arguments: [join(import.meta.dirname, 'agents', `${role}.ts`), '--world', agentFile, '--chain', String(chainId), ...rest],
    env: { AGENT_KEY: key },
    ipc: true,
    onLine: (line) => heard.tell(line),
  })
  const ready = child.firstLine({ select: (line) => (messageOf(line)?.event === 'ready' ? true : undefined), timeoutMs: readyLimitMs })
  let isRunning = true
  void child.ended.then(() => {
    isRunning = false
  })
  const member: CastMember = { role, name, chainId, address: privateKeyToAddress(key), process: child, ready, hasEnded: () => !isRunning }
  heard.tell = (line) => {
    const message = messageOf(line)
    if (message) onMessage(member, message)
    else onComplaint(`${name}: ${line}`)
  }
  return member
}

/** Resolves when a task that the agent did is over for good; rejects when it ends before, or takes too long. */
export async function untilSettled({ process: agent }: CastMember): Promise<void> {
  const select = (line: string) => (messageOf(line)?.event === 'settled' ? true : undefined)
  await agent.firstLine({ select, timeoutMs: settledLimitMs })
}

function messageOf(line: string): AgentMessage | undefined {
  if (!line.startsWith('{"event":')) return undefined
  const message: AgentMessage = JSON.parse(line)
  return message
}
