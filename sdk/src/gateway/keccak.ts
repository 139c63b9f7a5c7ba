import { type Hex, keccak256 } from 'viem'

type Hash = (algorithm: string, data: Uint8Array, encoding: 'hex') => string
type Runtime = { process?: { getBuiltinModule?: (name: string) => unknown } }

/** keccak-256 of nothing. */
const ofNothing = 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'

/** Node's own hash function, where there is one that knows keccak: some ten times as quick as the one in JavaScript. */
function findNative(): Hash | undefined {
  const { process }: Runtime = globalThis
  const crypto = process?.getBuiltinModule?.('node:crypto')
  if (typeof crypto !== 'object' || crypto === null || !('hash' in crypto) || typeof crypto.hash !== 'function') return undefined
  const hash = crypto.hash as Hash // what Node documents
  try {
    return hash('keccak-256', new Uint8Array(), 'hex') === ofNothing ? hash : undefined
  } catch {
    return undefined
  }
}

const native = findNative()

/** Whether this runtime has a hash function of its own. */
export const isNative: boolean = native !== undefined

/** keccak-256 of bytes in hex, by the quickest means at hand. */
export function keccak(bytes: Hex): Hex {
  if (native === undefined) return keccak256(bytes)
  const data = Buffer.from(bytes.slice(2), 'hex')
  // Half a byte, or a digit that is none: whatever viem makes of it.
  if (data.length * 2 !== bytes.length - 2) return keccak256(bytes)
  return `0x${native('keccak-256', data, 'hex')}`
}
