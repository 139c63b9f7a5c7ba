import type { Hex } from 'viem'
import { getTransactionReceipt } from 'viem/actions'
import { getAgent } from '../agent/getAgent.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { messagesIn } from '../gateway/messages.ts'
import { getTask } from '../task/getTask.ts'
import { open } from '../task/open.ts'
import type { Why } from './answer.ts'
import { whyAgent } from './whyAgent.ts'
import { whyMessage } from './whyMessage.ts'
import { whyTask } from './whyTask.ts'

/** What an id turned out to be, and why that stands where it stands. */
export type WhyAnything = {
  readonly kind: 'task' | 'agent' | 'message'
  /** Its home, or the origin of the message. */
  readonly chainId: number
  /** Of the thing itself; of the first one that a transaction made. */
  readonly id: Hex
  readonly why: Why
}

/** What `why` takes. */
export type WhyParameters = {
  /** Id of a task, an agent or a message, or the hash of the transaction that opened or sent one. */
  readonly id: Hex
  /** Base urls of watchers: with them a message's signatures are counted too. */
  readonly attestationUrls?: readonly string[]
}

type Found = Pick<WhyAnything, 'kind' | 'chainId' | 'id'>

/**
 * Why anything stands where it stands: every chain of the client is asked what the id is.
 *
 * @returns Undefined when no chain that answers knows it.
 * @throws The error of a chain that gave no answer, when no other knows the id.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const found = await why.why(client, { id })
 * console.log(found?.kind, found?.why.code, found?.why.nextAction)
 * ```
 */
export async function why(client: Client, { id, attestationUrls }: WhyParameters): Promise<WhyAnything | undefined> {
  const chainIds = [...client.chains.keys()]
  const looks = await Promise.allSettled(chainIds.map((chainId) => whatIs(client, { chainId, id })))
  const found = looks.find((look) => look.status === 'fulfilled' && look.value !== undefined)
  if (found?.status === 'fulfilled' && found.value !== undefined) return explain(client, found.value, attestationUrls)
  const failed = looks.find((look) => look.status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return undefined
}

/** What has an id on one chain: what is quick to ask first. */
async function whatIs(client: Client, { chainId, id }: { readonly chainId: number; readonly id: Hex }): Promise<Found | undefined> {
  const [task, agent] = await Promise.all([getTask(client, { chainId, taskId: id }), getAgent(client, { chainId, agentId: id })])
  if (task.value.state !== 'None') return { kind: 'task', chainId, id }
  if (agent.value !== undefined) return { kind: 'agent', chainId, id }
  const made = await madeBy(client, { chainId, hash: id })
  if (made !== undefined) return made
  const { value: message } = await getMessage(client, { chainId, sendId: id })
  return message && { kind: 'message', chainId, id }
}

/** The first thing that a transaction made. */
async function madeBy(client: Client, { chainId, hash }: { readonly chainId: number; readonly hash: Hex }): Promise<Found | undefined> {
  const receipt = await getTransactionReceipt(clientOf(client, chainId), { hash }).catch(() => undefined)
  if (receipt === undefined) return undefined
  const { logs } = receipt
  try {
    return { kind: 'task', chainId, id: open.extractEvent(client, { chainId, logs }).taskId }
  } catch {
    const [message] = messagesIn(logs, chainOf(client, chainId).deployment)
    return message && { kind: 'message', chainId, id: message.sendId }
  }
}

async function explain(client: Client, found: Found, attestationUrls: readonly string[] | undefined): Promise<WhyAnything> {
  const { kind, chainId, id } = found
  if (kind === 'task') return { ...found, why: await whyTask(client, { chainId, taskId: id, ...(attestationUrls && { attestationUrls }) }) }
  if (kind === 'agent') return { ...found, why: await whyAgent(client, { chainId, agentId: id }) }
  return { ...found, why: await whyMessage(client, { chainId, sendId: id, ...(attestationUrls && { attestationUrls }) }) }
}
