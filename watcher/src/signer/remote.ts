import { messageOf } from '@hanse/sdk/errors'
import {
  type Address,
  concat,
  getTypesForEIP712Domain,
  type Hex,
  hashStruct,
  isHex,
  keccak256,
  parseSignature,
  recoverAddress,
  serializeSignature,
  serializeTransaction,
  type TransactionSerializable,
  type TypedDataDomain,
  type TypedDataParameter,
} from 'viem'
import { SignerFailedError } from '../errors.ts'
import type { HeadSigner, TransactionSigner } from './types.ts'

/** Longest answer that is read, bytes. */
const maxAnswer = 4_096
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * An account whose key is with a signing service. It is asked over HTTP as Web3Signer is: `POST <url>/api/v1/eth1/sign/<identifier>` with
 * `{ "data": <what to hash with keccak-256 and sign> }`, and answers with 65 bytes in hex. What comes back is used only if it recovers to the
 * configured address, so a service that errs or lies signs nothing for us.
 *
 * @throws SignerFailedError from its methods, when the service does not answer in time or answers with something else.
 * @example
 * ```ts
 * import { remoteAccount } from '@hanse/watcher'
 *
 * const account = remoteAccount({ url: 'https://signer.example', address: '0x5FbDB2315678afecb367f032d93F642f64180aa3' })
 * ```
 */
export function remoteAccount(parameters: remoteAccount.Parameters): HeadSigner & TransactionSigner {
  const { address } = parameters
  const sign = async (preimage: Hex) => {
    const signature = await ask({ ...parameters, preimage })
    return checked({ address, hash: keccak256(preimage), signature })
  }
  // The methods have the types of an account that is at hand; what they take and give is the same.
  return {
    address,
    // Whatever its types say, EIP-712 data has this shape.
    signTypedData: async (typedData: unknown) => serializeSignature(await sign(preimageOf(typedData as Typed))),
    signTransaction: async (transaction: TransactionSerializable) =>
      serializeTransaction(transaction, await sign(serializeTransaction(transaction))),
  } as HeadSigner & TransactionSigner
}

export declare namespace remoteAccount {
  type Parameters = {
    /** Base url. Plain http is for a service on the same machine. */
    url: string
    /** Who must have signed. */
    address: Address
    /** How the service calls the key. Default: the address. */
    identifier?: string | undefined
    /** Sent as a bearer token. */
    token?: string | undefined
    /** Default 3,000. */
    timeoutMs?: number | undefined
    fetch?: typeof globalThis.fetch | undefined
  }
}

/** EIP-712 typed data of any shape. */
type Typed = {
  readonly domain?: TypedDataDomain
  readonly types: Readonly<Record<string, TypedDataParameter[]>>
  readonly primaryType: string
  readonly message: Readonly<Record<string, unknown>>
}

/** The bytes whose hash is signed for EIP-712 typed data. */
function preimageOf({ domain = {}, message, primaryType, types }: Typed): Hex {
  const all: Record<string, TypedDataParameter[]> = { EIP712Domain: getTypesForEIP712Domain({ domain }), ...types }
  const hash = (name: string, data: Readonly<Record<string, unknown>>) => hashStruct({ data, primaryType: name, types: all })
  return concat(['0x1901', hash('EIP712Domain', { ...domain }), hash(primaryType, message)])
}

async function ask({
  url,
  address,
  identifier = address,
  token,
  timeoutMs = 3_000,
  fetch = globalThis.fetch,
  preimage,
}: remoteAccount.Parameters & { preimage: Hex }) {
  const fail = (detail: string, cause?: unknown) => new SignerFailedError({ address, detail, cause })
  const path = `api/v1/eth1/sign/${encodeURIComponent(identifier)}`
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  let text: string
  try {
    const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/plain', ...authorization },
      body: JSON.stringify({ data: preimage }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = (await response.text()).slice(0, maxAnswer).trim().replaceAll('"', '')
    if (!response.ok) throw fail(`HTTP ${response.status}`)
  } catch (cause) {
    throw cause instanceof SignerFailedError ? cause : fail(messageOf(cause), cause)
  }
  if (!isHex(text) || text.length !== 132) throw fail('the answer is not a signature of 65 bytes in hex')
  return text
}

/** The signature in the form that contracts take, with the lower s, made by the right key. */
async function checked({ address, hash, signature }: { address: Address; hash: Hex; signature: Hex }) {
  const fail = (detail: string) => new SignerFailedError({ address, detail })
  const { r, s, yParity } = parse(signature) ?? {}
  if (r === undefined || s === undefined || yParity === undefined) throw fail('the answer is not a signature')
  const isHigh = BigInt(s) > order / 2n
  const low = {
    r,
    s: isHigh ? (`0x${(order - BigInt(s)).toString(16).padStart(64, '0')}` as const) : s,
    yParity: isHigh ? 1 - yParity : yParity,
  }
  const signer = await recoverAddress({ hash, signature: low }).catch(() => undefined)
  if (signer?.toLowerCase() !== address.toLowerCase()) throw fail(`it signed as ${signer ?? 'nobody'}`)
  return low
}

function parse(signature: Hex) {
  try {
    const { r, s, yParity } = parseSignature(signature)
    return { r, s, yParity }
  } catch {
    return undefined
  }
}
