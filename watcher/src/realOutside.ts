import { isSignedBySender } from '@hanse/sdk/agent'
import { recoverSigner } from '@hanse/sdk/gateway'
import { delay } from '@hanse/sdk/sync'
import { createLogger } from './ops/log.ts'
import type { Outside } from './outside.ts'
import { askPeer } from './peers/ask.ts'
import { listen } from './roles/api.ts'
import { httpEndpoints } from './rpc/endpoint.ts'
import { openPostgres } from './shared/postgres.ts'
import { openAccount } from './signer/open.ts'
import { openDatabase } from './store/open.ts'

/** The machine that the watcher runs on. */
export const realOutside: Outside = {
  now: Date.now,
  wait: delay,
  connect: httpEndpoints,
  askPeer,
  listen,
  openDatabase,
  openShared: openPostgres,
  recoverSigner,
  isSignedBySender,
  openAccount,
  createLogger,
}
