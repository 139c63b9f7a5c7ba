import type { Hex } from 'viem'
import { gateway } from '../../../sdk/src/index.ts'
import { watchers } from './link.ts'

/** One thing that a watcher's API says. */
export type Said = { setId: Hex; laneKey: Hex; nonce: number; head: Hex; signer: Hex; signature: Hex }

/** What the `index`-th watcher says about a head. */
export async function said(index: number, statement: gateway.HeadStatement): Promise<Said> {
  const watcher = watchers[index]
  if (watcher === undefined) throw new TypeError(`there is no watcher ${index}`)
  const signature = gateway.toCompact(await watcher.signTypedData(gateway.headTypedData(statement)))
  const { setId, lane, nonce, head } = statement
  return { setId, laneKey: gateway.laneKey(lane), nonce: Number(nonce), head, signer: watcher.address, signature }
}

/** Answers like watchers: by url what each has, in pages; a text is answered as it is. */
export function peers(by: Readonly<Record<string, readonly Said[] | string>>, page = 256): typeof fetch {
  return async (input) => {
    const url = new URL(String(input))
    const has = by[url.origin]
    if (has === undefined) throw new TypeError(`${url.origin} does not answer`)
    if (typeof has === 'string') return new Response(has)
    const from = Number(url.searchParams.get('from'))
    const rows = has.filter(({ nonce }) => nonce >= from).sort((a, b) => a.nonce - b.nonce)
    return new Response(JSON.stringify({ attestations: rows.slice(0, page) }))
  }
}
