import {
  type Account,
  type Address,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  stringToHex,
} from 'viem'
import { type Edited, edit } from '../cell/edit.ts'
import { type CellWritten, write } from '../cell/write.ts'
import type { Client } from '../client.ts'
import { FormatError } from '../errors/format.ts'

/** The patterns, in the order in which a manifest numbers them. */
export const patternNames = ['hierarchical', 'peers', 'events'] as const

/** How those who share a space find out who does what. */
export type PatternName = (typeof patternNames)[number]

/** What a space is for, and how its agents share the work: the value of its manifest cell. */
export type Manifest = {
  readonly pattern: PatternName
  /** The version of the manifest with which this pattern came into force. */
  readonly since: number
  readonly agents: readonly Address[]
  /** Keys of the cells that wait for a result each. Others are announced in the topic `workTopic`. */
  readonly items: readonly Hex[]
  /** How long an item is held for work, in seconds. After it somebody else may have it. */
  readonly leaseSeconds: number
  /** How many blocks each agent has to come when it is its turn, before it is the next one's. */
  readonly patience: number
}

const nameOf = (name: string) => keccak256(stringToHex(`hanse.patterns.${name}`))

/** The cell with the manifest. */
export const manifestKey: Hex = nameOf('manifest')
/** The cell with who shall do what. Whoever holds it coordinates. */
export const planKey: Hex = nameOf('plan')
/** The topic in which further items are announced, 32 bytes each. */
export const workTopic: Hex = nameOf('work')

const fields = parseAbiParameters('uint8 pattern, uint32 since, uint32 leaseSeconds, uint32 patience, address[] agents, bytes32[] items')

/** A manifest as its cell holds it. */
export function encodeManifest({ pattern, since, leaseSeconds, patience, agents, items }: Manifest): Hex {
  return encodeAbiParameters(fields, [patternNames.indexOf(pattern), since, leaseSeconds, patience, agents, items])
}

/**
 * The manifest in a cell.
 *
 * @throws FormatError when it holds something else.
 */
export function decodeManifest(value: Hex): Manifest {
  const [number, since, leaseSeconds, patience, agents, items] = decoded(value)
  const pattern = patternNames[number]
  if (pattern === undefined)
    throw new FormatError({ subject: 'Manifest', fact: `names pattern ${number}`, expected: 'one that this version knows' })
  return { pattern, since, leaseSeconds, patience, agents, items }
}

function decoded(value: Hex) {
  try {
    return decodeAbiParameters(fields, value)
  } catch {
    throw new FormatError({ subject: 'Manifest', fact: `is ${value.slice(0, 66)}`, expected: 'what `encodeManifest` makes' })
  }
}

/** Which space, and who acts. */
export type Place = {
  /** The home of the space. */
  readonly chainId: number
  readonly space: Hex
  /** Signs instead of the client's account. */
  readonly account?: Account
}

/** What `start` takes. */
export type StartParameters = Place & Pick<Manifest, 'pattern' | 'agents' | 'items'> & Partial<Pick<Manifest, 'leaseSeconds' | 'patience'>>

/**
 * Writes the first manifest of a space: what is to be done, by whom, and how they share it. Default: 60 seconds for an item, 3 blocks of patience.
 *
 * @throws CellStale when the space has a manifest: see `switchTo` and `add`. WriterNotAllowed.
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * await patterns.start(client, { chainId: 1, space, pattern: 'peers', agents, items: sections })
 * ```
 */
export async function start(client: Client, { leaseSeconds = 60, patience = 3, ...parameters }: StartParameters): Promise<CellWritten> {
  const { pattern, agents, items, ...at } = parameters
  const value = encodeManifest({ pattern, since: 1, agents, items, leaseSeconds, patience })
  return (await write.sync(client, { ...at, key: manifestKey, expectedVersion: 0, value })).event
}

/**
 * Puts another pattern in force, from the next version of the manifest on. Whoever works goes on: what it holds and what is done stays so, and
 * what is open is shared by the new pattern from each agent's next look on.
 *
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * await patterns.switchTo(client, { chainId: 1, space, pattern: 'hierarchical' })
 * ```
 */
export function switchTo(client: Client, { pattern, ...at }: Place & { readonly pattern: PatternName }): Promise<Edited> {
  return change(client, at, (manifest, version) =>
    manifest.pattern === pattern ? undefined : { ...manifest, pattern, since: version + 1 },
  )
}

/** Adds items and agents to a manifest. */
export function add(
  client: Client,
  { items = [], agents = [], ...at }: Place & { readonly items?: readonly Hex[]; readonly agents?: readonly Address[] },
): Promise<Edited> {
  const both = <value>(one: readonly value[], other: readonly value[]) => [...new Set([...one, ...other])]
  return change(client, at, (manifest) => ({ ...manifest, items: both(manifest.items, items), agents: both(manifest.agents, agents) }))
}

type Change = (manifest: Manifest, version: number) => Manifest | undefined

function change(client: Client, at: Place, next: Change): Promise<Edited> {
  return edit(client, {
    ...{ ...at, key: manifestKey },
    change: ({ value, version }) => {
      if (value === undefined)
        throw new FormatError({ subject: `Space ${at.space}`, fact: 'has no manifest', expected: 'one: see `patterns.start`' })
      const changed = next(decodeManifest(value), version)
      return changed && encodeManifest(changed)
    },
  })
}
