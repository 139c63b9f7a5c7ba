import { KeyMissingError } from './errors.ts'
import type { Server } from './outside.ts'
import { type Administered, administer } from './roles/admin.ts'
import { respond } from './roles/apiRoutes.ts'
import { createStream } from './roles/apiStream.ts'
import type { Gossip } from './roles/gossip.ts'
import type { Context } from './watcherContext.ts'

/** Listens for peers, readers and Prometheus. */
export function serve({ context, gossip }: { context: Context; gossip: Gossip | undefined }): Promise<Server> {
  const { registry } = context.metrics
  const stream = createStream(context)
  return context.outside.listen({
    ...context.config.listen,
    log: context.log,
    respond: (request) => respond({ context, gossip, stream, ...request }),
    metrics: async () => ({ contentType: registry.contentType, text: registry.text() }),
  })
}

/**
 * Listens, on this machine only, for the people who run the watcher.
 *
 * @throws KeyMissingError when the environment has no token of at least 16 characters.
 */
export async function serveAdmin({ context, environment, rotate }: serveAdmin.Parameters): Promise<Server | undefined> {
  const { admin } = context.config
  if (admin === undefined) return undefined
  const token = environment[admin.tokenEnv] ?? ''
  if (token.length < 16) throw new KeyMissingError({ role: 'admin', variable: admin.tokenEnv, what: 'a token of at least 16 characters' })
  const administered = { context, token, rotate }
  return context.outside.listen({
    host: '127.0.0.1',
    port: admin.port,
    log: context.log,
    respond: (request) => administer(administered, request),
  })
}

export declare namespace serveAdmin {
  type Parameters = {
    context: Context
    environment: Readonly<Record<string, string | undefined>>
    rotate: Administered['rotate']
  }
}
