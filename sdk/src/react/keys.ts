import type { Client } from '../client.ts'

/** A part of a key: plain, so that equal ones are equal as text and survive being stored. */
export type KeyPart = string | number | boolean | null | readonly KeyPart[] | { readonly [name: string]: KeyPart }

/**
 * The key of a value in TanStack's cache: the same for the same question to the same deployment, however it is written. Big integers
 * become text, hex becomes lower case, and what is left out leaves no trace.
 *
 * @example
 * ```ts
 * import { keyOf } from '@hanse/sdk/react'
 *
 * await queryClient.invalidateQueries({ queryKey: keyOf(client, 'task', { chainId: 1, taskId }) })
 * ```
 */
export function keyOf(client: Client, verb: string, parameters: Readonly<Record<string, unknown>> = {}): readonly KeyPart[] {
  return ['hanse', scopeOf(client), verb, plain(parameters)]
}

/** Which suite on which chains: clients of the same ones share what they read. */
function scopeOf({ chains }: Client): string {
  return [...chains.values()].map(({ chainId, deployment }) => `${chainId}:${deployment.gateway.toLowerCase()}`).join(' ')
}

function plain(value: unknown): KeyPart {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return /^0x[0-9a-f]*$/i.test(value) ? value.toLowerCase() : value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return null
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]))
}
