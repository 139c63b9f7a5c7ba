import { type Address, type Hex, hashTypedData, keccak256, recoverTypedDataAddress, toBytes } from 'viem'
import { FormatError } from '../errors/format.ts'

/** What agents tell each other through watchers. `body`: a text whose hash stands on a chain, such as a spec. */
export type EnvelopeKind = 'offer' | 'counter' | 'terms' | 'body'

/** A signed text from one agent to another, or to all. Watchers pass it on; it proves itself. */
export type Envelope = {
  readonly kind: EnvelopeKind
  /** An account that controls a registered agent. */
  readonly from: Address
  /** Zero: to all. */
  readonly to: Address
  /** What it is about: a task's id; of a body its own hash. */
  readonly topic: Hex
  /** Absolute seconds after which nobody keeps it. */
  readonly expiry: number
  /** At most 16,384 bytes as UTF-8. Mostly JSON. */
  readonly body: string
}

/** An envelope with its sender's signature. */
export type SignedEnvelope = Envelope & { readonly signature: Hex }

/** Longest body, bytes. */
export const maxEnvelopeBody = 16_384
/** Longest life, seconds. */
export const maxEnvelopeLife = 7 * 86_400

const types = {
  Envelope: [
    { name: 'kind', type: 'string' },
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'topic', type: 'bytes32' },
    { name: 'expiry', type: 'uint40' },
    { name: 'bodyHash', type: 'bytes32' },
  ],
} as const

/** The EIP-712 data of an envelope. It names no chain: what it says it says everywhere. */
export function envelopeTypedData({ kind, from, to, topic, expiry, body }: Envelope) {
  const message = { kind, from, to, topic, expiry, bodyHash: bodyHashOf(body) }
  return { domain: { name: 'Hanse Envelope', version: '1' }, primaryType: 'Envelope', types, message } as const
}

/** keccak-256 of a text as UTF-8. */
export function bodyHashOf(body: string): Hex {
  return keccak256(toBytes(body))
}

/** The id of an envelope: what its sender signs. */
export function envelopeId(envelope: Envelope): Hex {
  return hashTypedData(envelopeTypedData(envelope))
}

/**
 * Signs an envelope, to be POSTed to `/v1/envelopes` of any watcher as `{ "envelopes": [envelope] }`.
 *
 * @throws FormatError when its body is too long, or a body's topic is not its hash.
 * @example
 * ```ts
 * import { signEnvelope } from '@hanse/sdk/agent'
 * import { privateKeyToAccount } from 'viem/accounts'
 *
 * const account = privateKeyToAccount(`0x${'01'.repeat(32)}`)
 * const all = `0x${'00'.repeat(20)}` as const
 * const envelope = { kind: 'offer', from: account.address, to: all, topic: taskId, expiry: now + 600, body: '{"share":9000}' } as const
 * const signed = await signEnvelope({ account, envelope })
 * ```
 */
export async function signEnvelope({ account, envelope }: signEnvelope.Parameters): Promise<SignedEnvelope> {
  const { length } = toBytes(envelope.body)
  if (length > maxEnvelopeBody)
    throw new FormatError({ subject: 'Envelope', fact: `its body has ${length} bytes`, expected: `at most ${maxEnvelopeBody}` })
  if (envelope.kind === 'body' && bodyHashOf(envelope.body) !== envelope.topic)
    throw new FormatError({
      subject: 'Envelope',
      fact: `its topic is ${envelope.topic}`,
      expected: `${bodyHashOf(envelope.body)}, the hash of its body`,
    })
  return { ...envelope, signature: await account.signTypedData(envelopeTypedData(envelope)) }
}

export declare namespace signEnvelope {
  type Parameters = {
    account: { signTypedData: (typedData: ReturnType<typeof envelopeTypedData>) => Promise<Hex> }
    envelope: Envelope
  }
}

/** Whether an envelope was signed by who it says it is from. Accounts with a key only: contracts cannot sign envelopes. */
export async function isSignedBySender({ signature, ...envelope }: SignedEnvelope): Promise<boolean> {
  try {
    const signer = await recoverTypedDataAddress({ ...envelopeTypedData(envelope), signature })
    return signer.toLowerCase() === envelope.from.toLowerCase()
  } catch {
    return false
  }
}
