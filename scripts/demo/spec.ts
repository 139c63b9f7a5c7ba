import type { Hex } from 'viem'
import { DemoError } from './errors.ts'

/** What a task of the demo asks for. Its bytes are content-addressed: their hash is the `specHash` of the terms. */
export type Spec = {
  kind: 'text-report'
  /** For people; the work does not depend on it. */
  name: string
  /** keccak-256 of the file to report on. */
  file: Hex
}

/** The spec as the bytes whose hash stands in the terms. */
export const encodeSpec = (spec: Spec): Uint8Array => new TextEncoder().encode(JSON.stringify(spec))

/** Reads a spec that a stranger wrote. */
export function decodeSpec(body: Uint8Array): Spec {
  const value: unknown = JSON.parse(new TextDecoder().decode(body))
  if (!isSpec(value)) throw new DemoError('The spec asks for something this agent does not know.', 'Leave the task to others.')
  return value
}

function isSpec(value: unknown): value is Spec {
  if (typeof value !== 'object' || value === null || !('kind' in value && 'name' in value && 'file' in value)) return false
  return (
    value.kind === 'text-report' && typeof value.name === 'string' && typeof value.file === 'string' && /^0x[0-9a-f]{64}$/.test(value.file)
  )
}
