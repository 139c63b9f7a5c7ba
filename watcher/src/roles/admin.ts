import { createHash, timingSafeEqual } from 'node:crypto'
import { BaseError } from '@hanse/sdk/errors'
import { z } from 'zod/v4'
import type { Answer, Incoming } from '../outside.ts'
import type { Context } from '../watcherContext.ts'

const hash = z.string().regex(/^0x[0-9a-f]{64}$/)
/** Roles that can be paused. Reading goes on: everything else stands on it. */
const pausable = ['attest', 'gossip', 'deliver', 'keep'] as const
const pauseBody = z.strictObject({ role: z.enum(pausable), chainId: z.int().min(0).default(0) })
const retryBody = z.strictObject({ laneKey: hash, chainId: z.int().positive(), nonce: z.int().min(0) })
const rotateBody = z.strictObject({ role: z.enum(['attester', 'deliverer']) })

/** What the people who run a watcher may ask of it. */
export type Administered = {
  readonly context: Context
  readonly token: string
  /** Opens the key of a role anew, where the configuration says now. Gives the address that signs from now on. */
  readonly rotate: (role: 'attester' | 'deliverer') => Promise<string>
}

const ok = (value: unknown): Answer => ({ status: 200, value })
const wrong = (what: string): Answer => ({ status: 400, value: { error: what } })

/** Answers one request of somebody who may be asked for the token. */
export async function administer(administered: Administered, request: Incoming): Promise<Answer> {
  if (!isAllowed(administered.token, request.authorization))
    return { status: 401, value: { error: 'send the token: authorization: Bearer <token>' } }
  const { method, url, body } = request
  const route = `${method} ${url.pathname}`
  const handler = Object.hasOwn(routes, route) ? routes[route] : undefined
  if (handler === undefined) return { status: 404, value: { error: 'not known here', routes: Object.keys(routes) } }
  try {
    return await handler(administered, body, url)
  } catch (error) {
    if (error instanceof z.ZodError)
      return wrong(error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; '))
    if (error instanceof BaseError) return { status: 409, value: { error: error.shortMessage, help: error.metaMessages } }
    throw error
  }
}

/** Hashes, so that neither the length nor the time of the comparison tells of the token. */
function isAllowed(token: string, given: string | undefined): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(`Bearer ${token}`), digest(given ?? ''))
}

type Handler = (administered: Administered, body: unknown, url: URL) => Promise<Answer> | Answer

const routes: Readonly<Record<string, Handler>> = {
  'GET /admin/pauses': ({ context }) => ok({ pauses: context.store.pauses.list() }),
  'POST /admin/pause': ({ context }, body) => setPause(context, body, true),
  'POST /admin/resume': ({ context }, body) => setPause(context, body, false),
  'GET /admin/deadletters': ({ context }) => ok({ deadLetters: context.store.deliveries.deadLetters() }),
  'POST /admin/retry': ({ context }, body) => retry(context, body),
  'GET /admin/ledger': ({ context }, _, url) => ok({ transactions: ledger(context, url) }),
  'POST /admin/rotate': async ({ rotate, context }, body) => {
    const { role } = rotateBody.parse(body)
    const address = await rotate(role)
    context.log.warn({ role, address }, 'key rotated')
    return ok({ role, address })
  },
}

function setPause(context: Context, body: unknown, isPaused: boolean): Answer {
  const pause = pauseBody.parse(body)
  if (pause.chainId !== 0 && !context.chains.has(pause.chainId)) return wrong(`chain ${pause.chainId} is not configured`)
  context.store.pauses.set(pause, isPaused)
  context.log.warn(pause, isPaused ? 'paused' : 'resumed')
  for (const chainId of context.chains.keys()) context.events.emit('attested', chainId)
  return ok({ pauses: context.store.pauses.list() })
}

/** Tries a dead letter at once instead of when its time has come. */
function retry(context: Context, body: unknown): Answer {
  const { chainId, nonce, laneKey: key } = retryBody.parse(body)
  const lane = context.lanes.get(key)
  const letter = lane && context.store.deliveries.deadLetter({ laneKey: lane.laneKey, chainId, nonce })
  if (lane === undefined || letter === undefined) return { status: 404, value: { error: 'there is no such dead letter' } }
  context.store.deliveries.hurry({ laneKey: lane.laneKey, chainId, nonce, at: context.now() })
  context.events.emit('attested', lane.originChainId)
  return ok({ deadLetter: context.store.deliveries.deadLetter(letter) })
}

/** `?chainId=&limit=`: transactions, newest first, without their bytes. */
function ledger(context: Context, url: URL): readonly unknown[] {
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit') ?? 100) || 100, 1), 1_000)
  const chainId = url.searchParams.get('chainId')
  const rows = context.store.ledger.recent({ chainId: chainId === null ? undefined : Number(chainId), limit })
  return rows.map(({ raw: _, request, ...row }) => ({ ...row, to: request.to, gas: request.gas }))
}
