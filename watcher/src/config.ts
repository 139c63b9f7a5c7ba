import { readFileSync } from 'node:fs'
import { isAddress, isHex } from 'viem'
import { z } from 'zod/v4'
import { ConfigInvalidError } from './errors.ts'

const address = z
  .string()
  .refine((value) => isAddress(value, { strict: false }), 'expected an address')
  .transform((value) => value.toLowerCase() as `0x${string}`) // just checked
const hash = z
  .string()
  .refine((value) => isHex(value) && value.length === 66, 'expected 32 bytes in hex')
  .transform((value) => value as `0x${string}`) // just checked
const url = z.url({ protocol: /^https?$/ })

const finality = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('depth'), depth: z.int().min(0) }),
  z.strictObject({ kind: z.literal('safe') }),
  z.strictObject({ kind: z.literal('finalized') }),
])

const deployment = z.object({
  chainId: z.int().positive(),
  startBlock: z.union([z.string(), z.number(), z.bigint()]).transform((value) => BigInt(value)),
  accessManager: address,
  timelock: address,
  gateway: address,
  watcherSet: address,
  agentRegistry: address,
  charters: address.exactOptional(),
  agreements: address.exactOptional(),
  taskEscrow: address,
  taskPortal: address,
  agentLinks: address.exactOptional(),
  blackboard: address.exactOptional(),
  risingReward: address.exactOptional(),
  signedBids: address.exactOptional(),
  claimGates: address.exactOptional(),
  quorumPanels: address.exactOptional(),
  hashCheck: address.exactOptional(),
  taskFunding: address.exactOptional(),
})

const chain = z.strictObject({
  chainId: z.int().positive(),
  rpcUrls: z.array(url).min(1),
  finality,
  /** Refuses to start when the chain's first block is another one. */
  genesisHash: hash.optional(),
  deployment,
  /** Milliseconds between polls. Default: by the pace of the chain. */
  pollMs: z.int().min(20).optional(),
  /** Providers that must agree on what is final. Default: all of one or two, else more than half. */
  agreement: z.int().min(1).optional(),
  /** Wei per gas that a transaction may cost at most. */
  maxFeePerGas: z.coerce.bigint().default(500_000_000_000n),
  /** Gas of one delivery at most. */
  maxBatchGas: z.coerce.bigint().default(12_000_000n),
})

/** A service that signs for us is trusted with what it sees: beyond this machine it is reached by https. */
const signerUrl = url.refine(
  (value) => /^https:/.test(value) || ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(value).hostname),
  'expected https, or this machine',
)
const variable = z.string().min(1)

/** Where the key of a role is. Secrets stand in the environment, never in the file. */
const key = z.union(
  [
    z.strictObject({ env: variable }),
    z.strictObject({ keystore: z.string().min(1), passwordEnv: variable }),
    z.strictObject({
      remote: signerUrl,
      address,
      identifier: z.string().min(1).optional(),
      tokenEnv: variable.optional(),
      timeoutMs: z.int().min(100).max(30_000).optional(),
    }),
  ],
  'expected { "env" }, { "keystore", "passwordEnv" } or { "remote", "address" }',
)

const roles = ['sync', 'attest', 'gossip', 'deliver', 'keep', 'api'] as const

const schema = z
  .strictObject({
    name: z.string().min(1),
    /** Where the databases lie. One watcher per directory. */
    dataDir: z.string().min(1),
    listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535).default(0) }).prefault({}),
    /** Where the people who run it may pause roles, retry dead letters, see the ledger and rotate keys: on this machine only, with a token. */
    admin: z.strictObject({ port: z.int().min(0).max(65_535).default(0), tokenEnv: variable }).optional(),
    /** Where several processes of this watcher agree who does what. Without it there may be one process only. */
    shared: z
      .strictObject({
        /** The variable with the url of a Postgres database, `postgres://user:password@host/database`. */
        urlEnv: variable,
        /** The schema of this watcher there: each watcher has its own. */
        schema: z
          .string()
          .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected lower-case letters, digits and _')
          .default('hanse'),
        /** Milliseconds after which another process takes over what one that is silent did. */
        leaseMs: z.int().min(1_000).max(60_000).default(3_000),
      })
      .optional(),
    /** Base urls of the other watchers. */
    peers: z.array(url).default([]),
    roles: z
      .array(z.enum(roles))
      .min(1)
      .default([...roles]),
    /** Where the key is that signs heads. */
    attester: key.optional(),
    /** Where the key is that pays for deliveries. */
    deliverer: key.optional(),
    /** Milliseconds between comparisons with the peers. */
    gossipMs: z.int().min(50).default(2_000),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    chains: z.array(chain).min(1),
  })
  .check((context) => {
    for (const issue of contradictions(context.value)) context.issues.push({ code: 'custom', input: context.value, message: issue })
  })

/** What a watcher runs with. */
export type Config = z.output<typeof schema>
/** Where a key is. */
export type KeyConfig = z.output<typeof key>
/** One chain of it. */
export type ChainConfig = Config['chains'][number]
/** How many providers of a chain must say the same about what is final. */
export function agreementOf({ agreement, rpcUrls }: Pick<ChainConfig, 'agreement' | 'rpcUrls'>): number {
  return agreement ?? (rpcUrls.length < 3 ? rpcUrls.length : Math.floor(rpcUrls.length / 2) + 1)
}

/** What a watcher does. */
export type Role = (typeof roles)[number]

function contradictions(config: z.output<typeof schema>): readonly string[] {
  const ids = config.chains.map(({ chainId }) => chainId)
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `chain ${id} stands twice`),
    ...config.chains
      .filter((entry) => entry.deployment.chainId !== entry.chainId)
      .map((entry) => `chain ${entry.chainId} has the deployment of chain ${entry.deployment.chainId}`),
    ...config.chains
      .filter((entry) => (entry.agreement ?? 1) > entry.rpcUrls.length)
      .map((entry) => `chain ${entry.chainId} needs ${entry.agreement} providers and has ${entry.rpcUrls.length}`),
    ...(config.roles.includes('attest') && config.attester === undefined ? ['role attest needs attester'] : []),
    ...(config.roles.some((role) => role === 'deliver' || role === 'keep') && config.deliverer === undefined
      ? ['roles deliver and keep need deliverer']
      : []),
  ]
}

/** The JSON Schema of a configuration file. */
export function configSchema(): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

/**
 * Checks a configuration and fills in what it leaves out.
 *
 * @throws ConfigInvalidError naming every field that is wrong.
 */
export function parseConfig(value: unknown): Config {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'config'}: ${issue.message}`)
  throw new ConfigInvalidError(`The configuration has ${lines.length} mistakes.`, { metaMessages: lines })
}

/**
 * Reads a configuration from a JSON file.
 *
 * @throws ConfigInvalidError when the file cannot be read or is wrong.
 */
export function readConfig(path: string): Config {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigInvalidError(`The configuration ${path} cannot be read.`, {
      cause,
      metaMessages: ['Give the path of a JSON file with --config.'],
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ConfigInvalidError(`The configuration ${path} is not JSON.`, { cause })
  }
  return parseConfig(value)
}
