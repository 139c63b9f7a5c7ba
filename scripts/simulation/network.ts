// Peers as watchers reach them: slow, lossy, repeating, cut in two.
import type { Answer, Incoming, PeerRequest } from '../../watcher/src/outside.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** What answers at an address. */
export type Responder = (request: Incoming) => Promise<Answer>

export type Network = ReturnType<typeof createNetwork>

/** Milliseconds after which a peer counts as silent. */
const patience = 2_000

export const urlOf = (name: string) => `http://${name}.example`

const names = new Map<string, string>()

function nameAt(peer: string): string {
  const name = names.get(peer) ?? new URL(peer).hostname.split('.')[0] ?? ''
  names.set(peer, name)
  return name
}

export function createNetwork({ clock, random }: { clock: Clock; random: Random }) {
  const responders = new Map<string, Responder>()
  const faults = { group: new Set<string>(), drops: 0, repeats: 0 }

  async function ask(from: string, { peer, path, body }: PeerRequest): Promise<unknown> {
    const to = nameAt(peer)
    const isCut = faults.group.has(from) !== faults.group.has(to)
    if (isCut || random.chance(faults.drops)) {
      await clock.wait(patience)
      throw new TypeError('no answer in time')
    }
    await clock.wait(random.between(2, 80))
    const responder = responders.get(to)
    if (responder === undefined) throw new TypeError('connection refused')
    const request = {
      method: body === undefined ? 'GET' : 'POST',
      url: new URL(path, peer),
      body: body === undefined ? undefined : parse(body),
    }
    if (random.chance(faults.repeats)) clock.after(random.between(1, 4_000), () => void responder(request).catch(() => undefined))
    const { value } = await responder(request)
    await clock.wait(random.between(2, 80))
    if (random.chance(faults.drops)) {
      await clock.wait(patience)
      throw new TypeError('the answer was lost')
    }
    return parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item)))
  }

  return { responders, faults, ask }
}

function parse(text: string): unknown {
  return JSON.parse(text)
}
