import { isCapabilityName } from '../agent/capabilities.ts'
import { SpecInvalidError } from '../errors/agent.ts'

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What a task asks for. Its bytes lie in a content store; their hash stands in the terms as `specHash`. */
export type TaskSpec = {
  /** Who can do it: the name of a capability, such as `text.report`. */
  readonly capability: string
  /** For people. */
  readonly title?: string
  /** What the work needs to know: whatever authors of that capability agreed on. */
  readonly input: Json
}

/** The largest description that is read: 1 MiB. What is larger belongs into bodies of its own, named by their hashes. */
export const maxSpecBytes = 1024 * 1024

/**
 * A task's description as bytes, the same for the same description: names are in order.
 *
 * @throws SpecInvalidError when the capability has no valid name, or it is too large.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const specHash = await store.put(task.encodeSpec({ capability: 'text.count', input: { text: 'How many words?' } }))
 * ```
 */
export function encodeSpec({ capability, title, input }: TaskSpec): Uint8Array {
  if (!isCapabilityName(capability)) throw new SpecInvalidError(`its capability ${JSON.stringify(capability)} is no name of one`)
  const value = { capability, ...(title === undefined ? {} : { title }), input }
  const bytes = new TextEncoder().encode(JSON.stringify(value, (_, part: unknown) => inOrder(part)))
  if (bytes.length > maxSpecBytes) throw new SpecInvalidError(`it has ${bytes.length} bytes, at most ${maxSpecBytes} are read`)
  return bytes
}

/**
 * Reads a description that a stranger wrote. What it says beyond capability, title and input is left out.
 *
 * @throws SpecInvalidError when it is none.
 */
export function decodeSpec(bytes: Uint8Array): TaskSpec {
  if (bytes.length > maxSpecBytes) throw new SpecInvalidError(`it has ${bytes.length} bytes, at most ${maxSpecBytes} are read`)
  const value = parsed(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SpecInvalidError('it is no JSON object')
  const { capability, title, input = null }: { capability?: unknown; title?: unknown; input?: Json } = { ...value }
  if (typeof capability !== 'string' || !isCapabilityName(capability)) throw new SpecInvalidError('it names no capability')
  return { capability, ...(typeof title === 'string' ? { title } : {}), input }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new SpecInvalidError('it is no JSON in UTF-8')
  }
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
