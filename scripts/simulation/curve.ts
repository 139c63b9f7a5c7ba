// A keyed hash in the place of secp256k1: a signature is the hash of the key and the statement, and names its key.
import { hash } from 'node:crypto'
import { type Address, type Hex, numberToHex } from 'viem'
import type { Envelope, SignedEnvelope } from '../../sdk/src/agent/index.ts'
import type { HeadStatement } from '../../sdk/src/gateway/index.ts'
import type { HeadSigner, TransactionSigner } from '../../watcher/src/signer/types.ts'

/** A transaction as the simulated chains read it. */
export type Transaction = {
  readonly from: Address
  readonly chainId: number
  readonly nonce: number
  readonly to: Address
  readonly data: Hex
  readonly maxFee: bigint
  readonly tip: bigint
}

/** Told of every signature of a head before it is given out. */
export type OnSign = (signed: { readonly signer: Address; readonly statement: HeadStatement }) => void

/** The address of the key with this number. */
export function addressOf(key: number): Address {
  return `0x${hash('sha256', `address ${key}`).slice(0, 40)}`
}

function tagOf(key: number, { setId, lane, nonce, head }: HeadStatement): string {
  return hash('sha256', `key ${key} ${setId} ${lane.originChainId} ${lane.originGateway} ${lane.destinationChainId} ${nonce} ${head}`)
}

/** Signs a head with a key. */
export function signHead(key: number, statement: HeadStatement): Hex {
  return `0x${tagOf(key, statement)}${key.toString(16).padStart(64, '0')}`
}

const nobody = numberToHex(0xdead, { size: 20 })

/** Who signed a head; an address that nobody has when the signature does not hold. */
export function recoverHead({ statement, signature }: { readonly statement: HeadStatement; readonly signature: Hex }): Address {
  const key = Number.parseInt(signature.slice(66), 16)
  return key < 1e6 && signature.slice(2, 66) === tagOf(key, statement) ? addressOf(key) : nobody
}

const envelopeTag = (key: number, { kind, from, to, topic, expiry, body }: Envelope) =>
  hash('sha256', `key ${key} ${kind} ${from} ${to} ${topic} ${expiry} ${body}`)

/** Signs what an agent says with a key. */
export function signEnvelope(key: number, envelope: Envelope): Hex {
  return `0x${envelopeTag(key, envelope)}${key.toString(16).padStart(64, '0')}00`
}

/** Whether an envelope is signed by who is said to have sent it. */
export function isEnvelopeOfSender({ signature, ...envelope }: SignedEnvelope): boolean {
  const key = Number.parseInt(signature.slice(66, 130), 16)
  return key < 1e6 && signature.slice(2, 66) === envelopeTag(key, envelope) && envelope.from === addressOf(key)
}

/** The account of a key. */
export function accountOf(key: number, onSign: OnSign): HeadSigner & TransactionSigner {
  const address = addressOf(key)
  return {
    address,
    signTypedData: async (data) => {
      // The watcher signs nothing but heads.
      const { setId, nonce, head, ...lane } = data.message as unknown as Omit<HeadStatement, 'lane'> & HeadStatement['lane']
      const statement = { setId, lane, nonce, head }
      onSign({ signer: address, statement })
      return signHead(key, statement)
    },
    signTransaction: async (transaction) => {
      const { chainId, nonce, to, data, maxFeePerGas, maxPriorityFeePerGas } = transaction
      const fields = { from: address, chainId, nonce, to, data, maxFee: `${maxFeePerGas}`, tip: `${maxPriorityFeePerGas}` }
      const raw: Hex = `0x${Buffer.from(JSON.stringify(fields)).toString('hex')}`
      // viem types what comes back by the transaction's kind.
      return raw as never
    },
  }
}

/** Reads a transaction that `signTransaction` gave. */
export function readTransaction(raw: Hex): Transaction {
  const { maxFee, tip, ...fields } = JSON.parse(Buffer.from(raw.slice(2), 'hex').toString())
  return { ...fields, maxFee: BigInt(maxFee), tip: BigInt(tip) }
}
