import { readFileSync } from 'node:fs'
import { type Address, getAddress, type Hex, isAddress, isHex } from 'viem'
import { z } from 'zod'
import type { SuiteConfig } from './config.ts'
import { SuiteFileInvalidError } from './errors.ts'
import { networks } from './networks.ts'

const address = z
  .custom<Address>((value) => typeof value === 'string' && isAddress(value), 'expected an address')
  .transform((text) => getAddress(text))
const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, 'expected 32 bytes as hex')
const chainName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and hyphens')
const finality = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('depth'), depth: z.int().positive() }),
  z.strictObject({ kind: z.literal('safe') }),
  z.strictObject({ kind: z.literal('finalized') }),
])

const schema = z.strictObject({
  $schema: z.string().optional(),
  /** Whose key signs the deployment; part of every address. */
  deployer: address,
  governors: z.array(address),
  guardians: z.array(address),
  /** Seconds; at least 7 days. */
  timelockDelay: z.int().exactOptional(),
  watchers: z.strictObject({ members: z.array(address), quorum: z.int(), previousSetId: bytes32.exactOptional() }),
  /** A known network needs its name alone. */
  chains: z.array(z.strictObject({ name: chainName, chainId: z.int().positive().optional(), finality: finality.optional() })),
  /** Pairs of names; without it, each with each. */
  links: z.array(z.tuple([chainName, chainName])).optional(),
  salt: bytes32.exactOptional(),
  factory: address.exactOptional(),
})

/** A chain of a suite file. */
export type NamedChain = { readonly name: string; readonly chainId: number }

/** A suite file, read. */
export type Suite = { readonly config: SuiteConfig; readonly chains: readonly NamedChain[] }

/** JSON Schema of a suite file, for editors. */
export const suiteFileSchema = (): unknown => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })

/**
 * Reads a suite file.
 *
 * @throws SuiteFileInvalidError naming each field that is wrong.
 * @example
 * ```ts
 * import { planSuite, committedCreationCodes, readSuiteFile } from '@hanse/deploy'
 *
 * const { config } = readSuiteFile('hanse.json')
 * const plan = planSuite({ config, creationCodes: committedCreationCodes() })
 * ```
 */
export function readSuiteFile(file: string): Suite {
  const parsed = schema.safeParse(readJson(file))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
    throw new SuiteFileInvalidError({ file, problems })
  }
  const { chains: named, links, $schema: _schema, ...rest } = parsed.data
  const problems: string[] = []
  const chains = named.map(({ name, chainId = networks[name]?.chainId, finality: rule = networks[name]?.finality }) => {
    if (chainId === undefined || rule === undefined)
      problems.push(`chains: ${name} is none of ${Object.keys(networks).join(', ')}, so it needs "chainId" and "finality"`)
    return { name, chainId: chainId ?? 0, finality: rule ?? ({ kind: 'finalized' } as const) }
  })
  const idOf = (name: string) => {
    const found = chains.find((chain) => chain.name === name)
    if (found === undefined) problems.push(`links: ${name} is not among the chains`)
    return found?.chainId ?? 0
  }
  const pairs = links?.map(([one, other]) => [idOf(one), idOf(other)] as const)
  if (problems.length > 0) throw new SuiteFileInvalidError({ file, problems })
  const config = { ...rest, chains: chains.map(({ chainId, finality: rule }) => ({ chainId, finality: rule })) }
  return {
    config: pairs === undefined ? config : { ...config, links: pairs },
    chains: chains.map(({ name, chainId }) => ({ name, chainId })),
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new SuiteFileInvalidError({ file, problems: [cause instanceof Error ? cause.message : String(cause)], cause })
  }
}
