import { taskEscrowAbi } from '@hanse/sdk/abis'
import { type ContractFunctionArgs, getAbiItem } from 'viem'

/** The terms of a task as calls take them. */
export type Terms = ContractFunctionArgs<typeof taskEscrowAbi, 'nonpayable', 'lapse'>[0]

/** Writes terms as JSON, bigints as decimal strings. */
export function encodeTerms(terms: Terms): string {
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
}

/** Reads back what `encodeTerms` wrote: strings are bigints again where the ABI has numbers. */
export function decodeTerms(text: string): Terms {
  const raw: Record<string, unknown> = JSON.parse(text)
  const components = getAbiItem({ abi: taskEscrowAbi, name: 'lapse' }).inputs[0].components
  const revive = (value: unknown): unknown => (Array.isArray(value) ? value.map(revive) : typeof value === 'string' ? BigInt(value) : value)
  const entries = components.map(({ name, type }) => [name, type.startsWith('uint') ? revive(raw[name]) : raw[name]])
  return Object.fromEntries(entries) as Terms // every field of the ABI, each as `encodeTerms` had it
}
