import type { Client } from '@hanse/sdk'
import { BaseError } from '@hanse/sdk/errors'
import type { Why } from '@hanse/sdk/why'
import { type Hex, isHex } from 'viem'
import { leadsTo } from '../chain.ts'
import type { Answer } from '../outside.ts'
import type { StoredAgent } from '../store/agents.ts'
import type { StoredTask } from '../store/tasks.ts'
import type { Context } from '../watcherContext.ts'

const ok = (value: unknown): Answer => ({ status: 200, value })
const missing = (what: string): Answer => ({ status: 404, value: { error: `${what} is not known here` } })
const wrong = (what: string): Answer => ({ status: 400, value: { error: what } })
const isId = (value: string | undefined): value is Hex => isHex(value) && value.length === 66

/** Rows of one page, unless fewer are asked for. */
const pageSize = 100
const zero = `0x${'00'.repeat(32)}`

/** `?chainId=&after=&limit=`: a page of rows by id. The answer's `next` is the `after` of the page that follows. */
function pageOf(context: Context, url: URL): { chainId: number; after: string; limit: number } | undefined {
  const chainId = Number(url.searchParams.get('chainId') ?? context.config.chains[0]?.chainId)
  const after = url.searchParams.get('after') ?? zero
  const limit = Number(url.searchParams.get('limit') ?? pageSize)
  const isGood = context.chains.has(chainId) && isId(after) && Number.isInteger(limit) && limit >= 1 && limit <= 500
  return isGood ? { chainId, after, limit } : undefined
}

const pageHelp = 'expected ?chainId=<a configured chain>&after=<bytes32>&limit=<1 to 500>'

/** `/v1/tasks`, `/v1/tasks/<id>` and `/v1/tasks/<id>/terms`. Terms prove themselves: the id is their hash. */
export function tasks(context: Context, url: URL, rest: readonly string[]): Answer {
  const [id, part] = rest
  if (id === undefined) {
    const page = pageOf(context, url)
    if (page === undefined) return wrong(pageHelp)
    const found = context.store.tasks.page(page)
    return ok({
      tasks: found.map((task) => describeTask(context, task)),
      next: found.length < page.limit ? undefined : found.at(-1)?.taskId,
    })
  }
  const [task] = isHex(id) ? context.store.tasks.byId(id) : []
  if (task === undefined && part === 'terms') return announcedTerms(context, id)
  if (task === undefined || rest.length > 2) return missing(`task ${id}`)
  if (part === undefined) return ok(describeTask(context, task))
  const { chainId, taskId, isFinal } = task
  return part === 'terms' ? ok({ chainId, taskId, isFinal, terms: JSON.parse(task.terms) }) : missing(part)
}

/** Terms that an agent told of before any chain did. They prove themselves too. */
function announcedTerms({ store }: Context, id: string): Answer {
  const found = isId(id) ? store.envelopes.proven({ topic: id, kind: 'terms' }) : undefined
  return found === undefined ? missing(`task ${id}`) : ok({ taskId: id, isFinal: false, terms: JSON.parse(found.body) })
}

/** `/v1/bodies/<hash>`: a text that an agent announced, by its hash. */
export function body({ store }: Context, [hash, ...rest]: readonly string[]): Answer {
  const found = isId(hash) && rest.length === 0 ? store.envelopes.proven({ topic: hash, kind: 'body' }) : undefined
  return found === undefined ? missing(`body ${hash}`) : ok({ hash, body: found.body })
}

function describeTask(context: Context, task: StoredTask) {
  return { ...task, terms: JSON.parse(task.terms), work: context.store.tasks.workOf(task) }
}

/** `/v1/agents` and `/v1/agents/<id>`: those that have not retired, as final events tell of them. */
export function agents(context: Context, url: URL, rest: readonly string[]): Answer {
  const [id] = rest
  if (id !== undefined) {
    const [agent] = isId(id) ? context.store.agents.byId(id) : []
    return agent === undefined || rest.length > 1 ? missing(`agent ${id}`) : ok(describeAgent(agent))
  }
  const page = pageOf(context, url)
  if (page === undefined) return wrong(pageHelp)
  const found = context.store.agents.page(page)
  return ok({ agents: found.map(describeAgent), next: found.length < page.limit ? undefined : found.at(-1)?.agentId })
}

const describeAgent = ({ profile, ...agent }: StoredAgent) => ({ ...agent, profile: JSON.parse(profile) })

/** Answers of `/v1/why` that are kept for a moment: each costs requests to the chain. */
const kept = new WeakMap<
  Context,
  { readonly client: Promise<Client>; readonly answers: Map<string, { readonly at: number; readonly answer: Promise<Answer> }> }
>()
const keptMs = 2_000
const maxKept = 64

/** `/v1/why/<id of a message or a task>`, for the broadcast lane with `?destination=`: why it stands where it stands. */
export function why(context: Context, url: URL, rest: readonly string[]): Promise<Answer> | Answer {
  const [id] = rest
  if (!isId(id) || rest.length > 1) return wrong('expected /v1/why/<id of a message or a task>')
  const state = kept.get(context) ?? { client: clientOf(context), answers: new Map() }
  kept.set(context, state)
  const key = `${id} ${url.searchParams.get('destination') ?? ''}`
  const known = state.answers.get(key)
  if (known !== undefined && context.now() - known.at < keptMs) return known.answer
  for (const [old, { at }] of state.answers) if (context.now() - at >= keptMs) state.answers.delete(old)
  if (state.answers.size >= maxKept) return { status: 429, value: { error: 'too many questions; ask again in some seconds' } }
  const answer = explain({ context, client: state.client, id, destination: url.searchParams.get('destination') })
  state.answers.set(key, { at: context.now(), answer })
  return answer
}

type Question = { context: Context; client: Promise<Client>; id: Hex; destination: string | null }

async function explain(question: Question): Promise<Answer> {
  try {
    const found = await explainThing(question)
    return found === undefined ? missing(question.id) : ok(found)
  } catch (error) {
    if (error instanceof BaseError) return { status: 502, value: { error: error.shortMessage } }
    throw error
  }
}

async function explainThing({ context, client, id, destination }: Question): Promise<(Why & { deadLetters?: unknown }) | undefined> {
  // Loaded when somebody asks: starting soon matters more.
  const { whyMessage, whyTask } = await import('@hanse/sdk/why')
  const message = context.store.messages.byLeaf(id)
  const lane = message && context.lanes.get(message.laneKey)
  if (message !== undefined && lane !== undefined) {
    const places = [...context.chains.keys()].filter((chainId) => leadsTo(lane, chainId))
    const deadLetters = places.flatMap((chainId) => context.store.deliveries.deadLetter({ ...message, chainId }) ?? [])
    const to = destination === null ? {} : { destinationChainId: Number(destination) }
    return { ...(await whyMessage(await client, { chainId: lane.originChainId, sendId: id, ...to })), deadLetters }
  }
  const [task] = context.store.tasks.byId(id)
  return task && whyTask(await client, { chainId: task.chainId, taskId: id })
}

async function clientOf({ config }: Context): Promise<Client> {
  const { createClient } = await import('@hanse/sdk')
  return createClient({
    chains: config.chains.map(({ chainId, rpcUrls, finality, deployment }) => ({ chainId, rpcUrls, finality, deployment })),
  })
}
