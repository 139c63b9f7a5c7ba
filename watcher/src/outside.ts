import type { DatabaseSync } from 'node:sqlite'
import type { SignedEnvelope } from '@hanse/sdk/agent'
import type { HeadStatement } from '@hanse/sdk/gateway'
import type { Transport } from '@hanse/sdk/sync'
import type { Address, Hex } from 'viem'
import type { Logger } from './ops/log.ts'
import type { httpEndpoints } from './rpc/endpoint.ts'
import type { OpenShared } from './shared/types.ts'
import type { openAccount } from './signer/open.ts'
import type { HeadSigner, TransactionSigner } from './signer/types.ts'

/** A request that came over HTTP. */
export type Incoming = { readonly method: string; readonly url: URL; readonly body: unknown; readonly authorization?: string | undefined }
/** Sends events as long as somebody listens; what it gives back ends that. */
export type EventSource = (send: (name: string, data: unknown) => void) => () => void
/** What goes back. Bigints become decimal strings. With `stream` the answer never ends. */
export type Answer = { readonly status: number; readonly value: unknown; readonly stream?: EventSource }
/** What a watcher listens with. */
export type Listening = {
  readonly host: string
  readonly port: number
  readonly log: Logger
  readonly respond: (request: Incoming) => Promise<Answer>
  /** Prometheus's page, where it is served. */
  readonly metrics?: (() => Promise<{ readonly contentType: string; readonly text: string }>) | undefined
}
/** The HTTP server of a watcher. */
export type Server = { readonly url: string; stop(): Promise<void> }

/** A request to a peer; with a body it is a POST. */
export type PeerRequest = { readonly peer: string; readonly path: string; readonly body?: string }

/**
 * All that a watcher touches outside itself: clock, timers, chains, peers, disk, curve and log. `realOutside` is the machine; the simulation passes
 * in its own, so that everything that happens follows from a seed.
 */
export type Outside = {
  /** Clock in milliseconds. */
  readonly now: () => number
  /** Waits, or returns early when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Ways to the providers of a chain. */
  readonly connect: (options: httpEndpoints.Parameters) => readonly Transport[]
  /** Asks a peer; rejects when no answer came in time. */
  readonly askPeer: (request: PeerRequest) => Promise<unknown>
  /** Listens for peers and people. */
  readonly listen: (options: Listening) => Promise<Server>
  /** Opens a database file. */
  readonly openDatabase: (path: string) => DatabaseSync
  /** Opens what several processes of a watcher share. */
  readonly openShared: OpenShared
  /** Who signed a head. */
  readonly recoverSigner: (signed: { readonly statement: HeadStatement; readonly signature: Hex }) => Promise<Address>
  /** Whether an envelope is signed by who is said to have sent it. */
  readonly isSignedBySender: (envelope: SignedEnvelope) => Promise<boolean>
  /** The account of a role. Throws KeyMissingError when its key is not there. */
  readonly openAccount: (options: openAccount.Parameters) => HeadSigner & TransactionSigner
  readonly createLogger: (options: { readonly name: string; readonly level: string }) => Logger
}
