// What must be so once everything is well again: every message that its chain holds ran once, and nobody signed anything but what is there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { laneKey } from '@hanse/sdk/gateway'
import { laneAdvancedTopic } from '@hanse/sdk/sync'
import { hexToBigInt, isHex } from 'viem'
import { laneOf, runsAt, sentTo, type TestChain } from '../../test/watcher/support/world.ts'
import type { World } from './world.ts'

export type Counted = { readonly sent: number; readonly lost: number; readonly phantoms: number; readonly twice: number }

/** What a chain held before it broke its finality: it was true then. */
export type Past = { readonly ids: ReadonlySet<string>; readonly heads: ReadonlySet<string> }
export const noPast: Past = { ids: new Set(), heads: new Set() }

export async function pastOf({ chains }: World, origin: TestChain): Promise<Past> {
  const others = chains.filter((chain) => chain !== origin)
  const ids = (await Promise.all(others.map((destination) => sentTo(origin, destination)))).flat()
  return { ids: new Set(ids), heads: new Set(await headsOf(origin)) }
}

/** What ran against what was sent, among the chains that are asked about. */
export async function countRuns({ recipientOf }: World, { chains, past }: { chains: readonly TestChain[]; past: Past }): Promise<Counted> {
  const sums = { sent: 0, lost: 0, phantoms: 0, twice: 0 }
  for (const destination of chains) {
    const runs = await runsAt(destination, recipientOf(destination))
    const origins = chains.filter((chain) => chain !== destination)
    const sent = new Set((await Promise.all(origins.map((origin) => sentTo(origin, destination)))).flat())
    sums.sent += sent.size
    for (const id of sent) if (!runs.has(id)) sums.lost++
    for (const [id, times] of runs) {
      if (!isHex(id) || !(sent.has(id) || past.ids.has(id))) sums.phantoms++
      if (times > 1) sums.twice++
    }
  }
  return sums
}

/** Heads that a watcher signed, by its own memory, and that its chain does not hold; and contradictions that anybody knows of. */
export async function wrongSignatures({ keys, chains }: World, past: Past): Promise<{ readonly signed: number; readonly wrong: number }> {
  const heads = new Set([...past.heads, ...(await Promise.all(chains.map(headsOf))).flat()])
  const counts = { signed: 0, wrong: 0 }
  for (const { dataDir } of keys) {
    if (!existsSync(join(dataDir, 'vault.sqlite'))) continue
    const vault = new DatabaseSync(join(dataDir, 'vault.sqlite'))
    const rows = vault.prepare('select lane_key, nonce, head from sign_guard').all()
    counts.signed += rows.length
    counts.wrong += rows.filter(({ lane_key, nonce, head }) => !heads.has(`${lane_key} ${nonce} ${head}`)).length
    counts.wrong += vault.prepare('select * from evidence').all().length
    vault.close()
  }
  return counts
}

async function headsOf(chain: TestChain): Promise<readonly string[]> {
  const logs = await chain.client.getLogs({ address: chain.deployment.gateway, fromBlock: 0n })
  return logs.flatMap(({ topics, data }) => {
    if (topics[0] !== laneAdvancedTopic) return []
    const destination = Number(hexToBigInt(topics[1] ?? '0x0'))
    return [`${laneKey(laneOf(chain, destination))} ${hexToBigInt(`0x${data.slice(2, 66)}`)} 0x${data.slice(66, 130)}`]
  })
}
