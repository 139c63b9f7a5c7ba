import { getBytes, type Signer, type TransactionRequest, type TypedDataField } from 'ethers'
import { getAddress, type Hex, isHex, type LocalAccount, type TransactionSerializable } from 'viem'
import { toAccount } from 'viem/accounts'
import type { Client } from '../client.ts'
import { FormatError } from '../errors/format.ts'
import { withWallet } from '../wallet.ts'
import { type EthersProvider, requestOf } from './provider.ts'

/**
 * A client that reads the chains as before, and has a signer of ethers sign. One that holds a key (`Wallet`, a hardware signer) signs transactions, which
 * go out over the client's own nodes. One of a browser's wallet (`JsonRpcSigner`) sends them itself, and is asked to change to their chain.
 *
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 * import { withEthersSigner } from '@hanse/sdk/ethers'
 * import { BrowserProvider } from 'ethers'
 *
 * const signer = await new BrowserProvider(window.ethereum).getSigner()
 * const wallet = await withEthersSigner(client, signer)
 * const { event } = await task.open.sync(wallet, { chainId: 1, terms })
 * ```
 */
export async function withEthersSigner(client: Client, signer: Signer): Promise<Client> {
  const address = getAddress(await signer.getAddress())
  const { provider } = signer
  // Two copies of ethers in one program have two classes of this name; only this signer has this method.
  if ('sendUncheckedTransaction' in signer && canSend(provider)) return withWallet(client, { address, request: requestOf(provider) })
  return { ...client, account: accountOf(signer, address), turns: new Map() }
}

function canSend(provider: unknown): provider is EthersProvider {
  return typeof provider === 'object' && provider !== null && typeof Reflect.get(provider, 'send') === 'function'
}

/** A signer that holds a key, as viem takes accounts. */
function accountOf(signer: Signer, address: Hex): LocalAccount {
  return toAccount({
    address,
    signMessage: async ({ message }) => hexOf(await signer.signMessage(typeof message === 'string' ? message : bytesOf(message.raw))),
    signTransaction: async (transaction) => hexOf(await signer.signTransaction(requestFrom(transaction))),
    signTypedData: async ({ domain, types, message, primaryType }) => {
      // viem types the definition by its own content; ethers takes what is in it as it is.
      const all = types as Readonly<Record<string, readonly TypedDataField[]>>
      return hexOf(await signer.signTypedData(domain ?? {}, reachable(all, primaryType), Object(message)))
    },
  })
}

const bytesOf = (raw: Hex | Uint8Array) => (typeof raw === 'string' ? getBytes(raw) : raw)

/** ethers finds the primary type itself: the one that no other names. So others must not be there. */
function reachable(types: Readonly<Record<string, readonly TypedDataField[]>>, primaryType: string): Record<string, TypedDataField[]> {
  const names = new Set([primaryType])
  for (const name of names)
    for (const { type } of types[name] ?? []) {
      const inner = type.replace(/\[\d*\]/g, '')
      if (inner in types) names.add(inner)
    }
  return Object.fromEntries([...names].map((name) => [name, [...(types[name] ?? [])]]))
}

const kinds: Readonly<Record<string, number>> = { legacy: 0, eip2930: 1, eip1559: 2 }

function requestFrom(transaction: TransactionSerializable): TransactionRequest {
  const { type = 'eip1559', to, data, value, nonce, gas, chainId, gasPrice, maxFeePerGas, maxPriorityFeePerGas } = transaction
  const kind = kinds[type]
  if (kind === undefined)
    throw new FormatError({ subject: 'Transaction', fact: `it is of type ${type}`, expected: Object.keys(kinds).join(' or ') })
  const fees = gasPrice === undefined ? { maxFeePerGas, maxPriorityFeePerGas } : { gasPrice }
  const all = { type: kind, to, data, value, nonce, gasLimit: gas, chainId, accessList: transaction.accessList, ...fees }
  return Object.fromEntries(Object.entries(all).filter(([, field]) => field !== undefined))
}

function hexOf(text: string): Hex {
  if (isHex(text)) return text
  throw new FormatError({ subject: 'What the signer gave', fact: `it is ${text}`, expected: 'hex' })
}
