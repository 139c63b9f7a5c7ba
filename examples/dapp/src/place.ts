import { useSyncExternalStore } from 'react'
import { type Hex, isHex } from 'viem'

/** What the address of the page points at: `#task/1001/0x…`, `#why/0x…`. */
export type Place = { readonly kind: 'task'; readonly chainId: number; readonly id: Hex } | { readonly kind: 'why'; readonly id: Hex }

/** The address of a task, or of the question why something stands where it stands. */
export function linkTo(kind: 'task', chainId: number, id: Hex): string
export function linkTo(kind: 'why', id: Hex): string
export function linkTo(...parts: readonly (string | number)[]): string {
  return `#${parts.join('/')}`
}

/** Where the page is. */
export function usePlace(): Place | undefined {
  const hash = useSyncExternalStore(onMove, () => location.hash)
  const [kind, ...rest] = hash.slice(1).split('/')
  const id = rest.at(-1)
  if (!isHex(id)) return undefined
  if (kind === 'why') return { kind, id }
  return kind === 'task' ? { kind, chainId: Number(rest[0]), id } : undefined
}

function onMove(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}
