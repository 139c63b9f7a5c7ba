import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import type { ChainStatus } from './changes.ts'
import { useHanse } from './provider.ts'

/**
 * How the chains of the client stand: newest block, newest final block, reorgs seen, and what went wrong with the last look.
 *
 * @example
 * ```tsx
 * import { useChains } from '@hanse/sdk/react'
 *
 * function Heights() {
 *   return <ul>{useChains().map(({ chainId, head, final, trouble }) => <li key={chainId}>{chainId}: {trouble ?? `${head}, final ${final}`}</li>)}</ul>
 * }
 * ```
 */
export function useChains(): readonly ChainStatus[] {
  const { client, live } = useHanse()
  const before = useRef<readonly ChainStatus[]>([])
  useEffect(() => live.follow([...client.chains.keys()]), [client, live])
  const snapshot = useCallback(() => {
    const now = [...client.chains.keys()].map(live.statusOf)
    const isSame = now.length === before.current.length && now.every((status, index) => status === before.current[index])
    if (!isSame) before.current = now
    return before.current
  }, [client, live])
  return useSyncExternalStore(live.onStatus, snapshot, snapshot)
}
