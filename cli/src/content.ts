import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Hex } from 'viem'
import { z } from 'zod'
import { FileUnusableError } from './errors.ts'
import { id } from './values.ts'

/** How a body is given whose hash goes on chain. */
export const contentOptions = (what: string) =>
  [
    { flags: '--text <text>', summary: `${what}, as text` },
    { flags: '--file <file>', summary: `${what}, in a file` },
    { flags: '--hash <hash>', summary: `its keccak-256 alone, where others have it already` },
  ] as const

/** Its values: exactly one of them. */
export const contentInput = {
  text: z.string().optional(),
  file: z.string().optional(),
  hash: id.optional(),
}

type Content = { readonly text?: string | undefined; readonly file?: string | undefined; readonly hash?: Hex | undefined }

const storePath = (directory: string) => join(directory, '.hanse', 'content')

/**
 * Keeps a body below `.hanse/content` of the project, under its hash, and gives that.
 *
 * @throws FileUnusableError when there is none, or it cannot be read.
 */
export async function keepContent({ text, file, hash }: Content, { directory, cwd }: { directory: string; cwd: string }): Promise<Hex> {
  if (hash !== undefined) return hash
  const bytes = text === undefined ? readBody(file, cwd) : new TextEncoder().encode(text)
  const { directoryStore } = await import('@hanse/sdk/node')
  return await directoryStore({ path: storePath(directory) }).put(bytes)
}

/** Keeps a body that is at hand. */
export async function keptContent(body: Uint8Array, directory: string): Promise<Hex> {
  const { directoryStore } = await import('@hanse/sdk/node')
  return await directoryStore({ path: storePath(directory) }).put(body)
}

/** A body that this project keeps, as text. */
export async function contentOf(hash: Hex, directory: string): Promise<string | undefined> {
  const { directoryStore } = await import('@hanse/sdk/node')
  const bytes = await directoryStore({ path: storePath(directory) })
    .get(hash)
    .catch(() => undefined)
  if (bytes === undefined) return undefined
  const text = new TextDecoder('utf-8').decode(bytes)
  return text.includes('\uFFFD') ? `${bytes.length} bytes that are no text` : text
}

function readBody(file: string | undefined, cwd: string): Uint8Array {
  if (file === undefined) throw new FileUnusableError({ file: 'The content', fact: 'is missing', next: 'Give --text, --file or --hash.' })
  return readBytes(resolve(cwd, file))
}

/**
 * A file that a user named.
 *
 * @throws FileUnusableError when it cannot be read.
 */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new FileUnusableError({ file, fact: 'cannot be read', next: 'Correct the path.', cause })
  }
}
