import type { Address } from 'viem'
import { getAgents } from '../agent/getAgents.ts'
import type { Client } from '../client.ts'
import type { Actor } from '../task/actor.ts'
import type { DoubtOffer } from './policy.ts'

/** What `silentCards` takes. */
export type SilentCardsParameters = {
  readonly client: Client
  /** Chains on whose registries agents are looked for. Default: all of the client. */
  readonly chainIds?: readonly number[]
  /** How often in a row a card must not answer. Default 3. */
  readonly misses?: number
  /** Milliseconds between two questions to one worker. Default 1,000. */
  readonly everyMs?: number
  /** Milliseconds after which a question counts as unanswered. Default 1,000. */
  readonly timeoutMs?: number
  /** Milliseconds for which what the registries say is believed. Default 30,000. */
  readonly registryMs?: number
  /** Asks. Default: the platform's `fetch`. */
  readonly fetch?: (url: string, options: { readonly method: 'HEAD'; readonly signal: AbortSignal }) => Promise<unknown>
  /** Milliseconds. Default: the client's clock. */
  readonly now?: () => number
}

type Watched = { misses: number; askedAt: number; isAsking: boolean }
type Registry = { readAt: number; isReading: boolean; urls: ReadonlyMap<string, string> }

/** Knows whose card is silent. As a function it is what `policy.doubts` takes. */
export type SilentCards = {
  (offer: DoubtOffer): boolean
  /** Those of the accounts whose card is not known to be silent, for `policy.rivals`: who is dead takes nothing. */
  living(accounts: readonly Address[]): readonly Address[]
}

/**
 * Doubts workers whose agent card is not served any more: one that was registered says where its card is, and whoever serves it there lives, whatever
 * it answers. Asking costs no gas. Of a worker without a card nothing is known, and it is not doubted.
 *
 * @example
 * ```ts
 * import { createAgent, silentCards } from '@hanse/sdk/runtime'
 *
 * const doubts = silentCards({ client, misses: 2 })
 * const agent = createAgent({ client, content, handlers, policy: { ...policy, doubts, rivals: () => doubts.living(team) } })
 * ```
 * @returns It answers at once from what it learned, and asks beside that.
 */
export function silentCards(parameters: SilentCardsParameters): SilentCards {
  const { client, misses = 3, everyMs = 1_000, registryMs = 30_000, now = client.now } = parameters
  const workers = new Map<string, Watched>()
  const registry: Registry = { readAt: Number.NEGATIVE_INFINITY, isReading: false, urls: new Map() }
  const isSilent = (account: Address): boolean => {
    const name = nameOf({ account })
    const url = registry.urls.get(name)
    if (now() - registry.readAt >= registryMs || (url === undefined && now() - registry.readAt >= everyMs)) {
      void readRegistry(parameters, registry, now)
    }
    if (url === undefined) return false
    const watched = workers.get(name) ?? { misses: 0, askedAt: Number.NEGATIVE_INFINITY, isAsking: false }
    workers.set(name, watched)
    if (!watched.isAsking && now() - watched.askedAt >= everyMs) void ask(parameters, { watched, url, now })
    return watched.misses >= misses
  }
  return Object.assign(({ worker }: DoubtOffer) => isSilent(worker.account), {
    living: (accounts: readonly Address[]) => accounts.filter((account) => !isSilent(account)),
  })
}

/** Cards belong to accounts: who works at several homes is one agent. */
function nameOf({ account }: Pick<Actor, 'account'>): string {
  return account.toLowerCase()
}

async function readRegistry(
  { client, chainIds = [...client.chains.keys()] }: SilentCardsParameters,
  registry: Registry,
  now: () => number,
) {
  if (registry.isReading) return
  registry.isReading = true
  try {
    // A chain that does not answer adds nothing, and takes nothing away.
    const found = await Promise.allSettled(chainIds.map((chainId) => getAgents(client, { chainId })))
    const entries = found.flatMap((one) => (one.status === 'fulfilled' ? one.value.value : []))
    const named = entries.filter(({ profile }) => profile.cardUri !== '')
    registry.urls = new Map([...registry.urls, ...named.map((one) => [nameOf({ account: one.controller }), one.profile.cardUri] as const)])
  } finally {
    registry.readAt = now()
    registry.isReading = false
  }
}

type Asking = { readonly watched: Watched; readonly url: string; readonly now: () => number }

async function ask({ fetch = globalThis.fetch, timeoutMs = 1_000 }: SilentCardsParameters, { watched, url, now }: Asking): Promise<void> {
  watched.isAsking = true
  watched.askedAt = now()
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) })
    watched.misses = 0
  } catch {
    watched.misses += 1
  } finally {
    watched.isAsking = false
  }
}
