import type { Account, Address, Hex, Log, TransactionReceipt } from 'viem'
import {
  estimateGas,
  getBalance,
  getCode,
  getGasPrice,
  getTransaction,
  getTransactionCount,
  sendTransaction,
  call as simulate,
  waitForTransactionReceipt,
} from 'viem/actions'
import { type ChainClient, type Client, chainOf, clientOf } from '../client.ts'
import {
  CallRevertedError,
  ContractMissingError,
  EventMissingError,
  FundsInsufficientError,
  isTransportError,
  ReceiptTimeoutError,
  SendUnansweredError,
  TransactionReplacedError,
  toCallError,
} from '../errors/call.ts'
import { AccountMissingError } from '../errors/client.ts'
import { inTurn } from '../turns.ts'
import type { Deployment } from '../types.ts'
import type { Call } from './call.ts'

/** What every write takes besides its own parameters. */
export type WriteParameters = {
  /** The chain on which the transaction is sent. */
  readonly chainId: number
  /** Signs instead of the client's account. */
  readonly account?: Account
  /** Gas limit of the transaction. Default: the node's estimate and a margin. */
  readonly gas?: bigint
  /** The state on which it is tried before it is sent. With `pending`, what waits in the node counts as done. Default `latest`. */
  readonly triedOn?: 'latest' | 'pending'
  /** Told the nonce right before it is sent, while nothing else of the account goes out on the chain. What it throws keeps it from being sent. */
  readonly beforeSend?: (nonce: number) => Promise<void>
}

/** How long to wait for a receipt. */
export type WaitParameters = {
  /** Milliseconds. Default 120,000. */
  readonly timeoutMs?: number
  /** Blocks, the one of the transaction included. Default 1. */
  readonly confirmations?: number
}

/** What a write left behind. */
export type WriteResult<event> = {
  readonly hash: Hex
  readonly receipt: TransactionReceipt
  /** The write's own event, decoded. */
  readonly event: event
}

/** What a write would do and cost on the newest state. */
export type Preview = {
  readonly call: Call
  readonly from: Address
  /** Without a margin. */
  readonly gas: bigint
  /** In wei, for that gas at the gas price of now. What the call itself carries along is `call.value`. */
  readonly fee: bigint
}

/** A write: itself gives the hash; `sync` waits; `preview` sends nothing; `call` only encodes; `extractEvent` reads a receipt's logs. */
export type Write<parameters extends WriteParameters, event> = {
  /** Simulates, sends, and gives the hash. A refusal throws the contract's own error before anything is sent. */
  (client: Client, parameters: parameters): Promise<Hex>
  /** Sends, waits for the receipt, and gives it with the decoded event. */
  sync(client: Client, parameters: parameters & WaitParameters): Promise<WriteResult<event>>
  /** What it would do and cost. A refusal throws the contract's own error. */
  preview(client: Client, parameters: parameters): Promise<Preview>
  /** The call alone, for batching or simulation. */
  call(client: Client, parameters: Omit<parameters, 'account'>): Call
  /** The write's event among logs of its chain. Only logs of the chain's own deployment count. */
  extractEvent(client: Client, parameters: { readonly chainId: number; readonly logs: readonly Log[] }): event
}

/** What makes one write different from the others. */
export type WriteDefinition<parameters extends WriteParameters, event> = {
  /** For error messages: noun and verb, such as `task.claim`. */
  readonly verb: string
  readonly call: (deployment: Deployment, parameters: Omit<parameters, 'account'>) => Call
  readonly event: (logs: readonly Log[], deployment: Deployment) => event | undefined
  /** Looks up what the caller left out and only the chain knows. Not for `call`, which asks nobody. */
  readonly prepare?: (client: Client, parameters: parameters) => Promise<parameters>
  /** Gas on top of the estimate, in percent. Default 20: the state may have moved when the transaction is included. */
  readonly gasMargin?: number
}

/** Builds a write from what makes it different. Every write of the SDK has this one shape. */
export function defineWrite<parameters extends WriteParameters, event>(
  definition: WriteDefinition<parameters, event>,
): Write<parameters, event> {
  const { verb, gasMargin = 20, prepare = async (_client, given) => given } = definition
  const callOf = (client: Client, parameters: Omit<parameters, 'account'>) =>
    definition.call(chainOf(client, parameters.chainId).deployment, parameters)
  const extractEvent = (client: Client, { chainId, logs }: { readonly chainId: number; readonly logs: readonly Log[] }) => {
    const event = definition.event(logs, chainOf(client, chainId).deployment)
    if (event === undefined) throw new EventMissingError({ verb, chainId })
    return event
  }
  const attempt = async <result>(client: Client, parameters: parameters, act: (parts: Attempt) => Promise<result>): Promise<result> => {
    const account = parameters.account ?? client.account
    if (account === undefined) throw new AccountMissingError(verb)
    const { chainId } = parameters
    const prepared = await prepare(client, parameters).catch(async (error: unknown) => {
      throw await toCallError({ error, verb, chainId })
    })
    const call = callOf(client, prepared)
    try {
      await requireContract({ client, chainId, verb, address: call.to })
      return await act({ client, chainId, account, call })
    } catch (error) {
      const known = await toCallError({ error, verb, chainId })
      if (known instanceof CallRevertedError && known.data === undefined && (await isBroke({ client, chainId, account, call }))) {
        throw new FundsInsufficientError({ verb, chainId, cause: error })
      }
      throw known
    }
  }
  const write = (client: Client, parameters: parameters) =>
    attempt(client, parameters, (parts) => send({ ...parts, verb, gasMargin, given: parameters }))
  const preview = (client: Client, parameters: parameters) => attempt(client, parameters, price)
  const sync = async (client: Client, parameters: parameters & WaitParameters) => {
    const { chainId } = parameters
    const hash = await write(client, parameters)
    const receipt = await waitFor({ connection: clientOf(client, chainId), verb, chainId, hash, ...waitOf(parameters) })
    return { hash: receipt.transactionHash, receipt, event: extractEvent(client, { chainId, logs: receipt.logs }) }
  }
  return Object.assign(write, { sync, preview, call: callOf, extractEvent })
}

type RequireContract = { readonly client: Client; readonly chainId: number; readonly verb: string; readonly address: Address }

/** A call of an address without code succeeds, and keeps the value: so nothing is sent there. */
async function requireContract({ client, chainId, verb, address }: RequireContract): Promise<void> {
  const key = `${chainId}:${address.toLowerCase()}`
  if (client.seenContracts.has(key)) return
  if ((await getCode(clientOf(client, chainId), { address })) === undefined) throw new ContractMissingError({ verb, chainId, address })
  client.seenContracts.add(key)
}

type Attempt = { readonly client: Client; readonly chainId: number; readonly account: Account; readonly call: Call }

/** Nodes word a lack of money in many ways, so the balance is looked at instead. */
async function isBroke({ client, chainId, account, call }: Attempt): Promise<boolean> {
  const balance = await getBalance(clientOf(client, chainId), { address: account.address }).catch(() => undefined)
  return balance !== undefined && (balance === 0n || balance < call.value)
}

async function price({ client, chainId, account, call }: Attempt): Promise<Preview> {
  const connection = clientOf(client, chainId)
  const transaction = { account, to: call.to, data: call.data, value: call.value }
  await simulate(connection, transaction)
  const [gas, gasPrice] = await Promise.all([estimateGas(connection, transaction), getGasPrice(connection)])
  return { call, from: account.address, gas, fee: gas * gasPrice }
}

type SendParameters = Attempt & {
  readonly verb: string
  readonly gasMargin: number
  readonly given: Pick<WriteParameters, 'gas' | 'triedOn' | 'beforeSend'>
}

async function send({ client, chainId, account, call: { to, data, value }, verb, gasMargin, given }: SendParameters): Promise<Hex> {
  const { gas, triedOn: blockTag = 'latest', beforeSend } = given
  const connection = clientOf(client, chainId)
  const transaction = { account, to, data, value }
  await simulate(connection, { ...transaction, blockTag, ...(gas === undefined ? {} : { gas }) })
  const limit = gas ?? withMargin(await estimateGas(connection, { ...transaction, blockTag }), gasMargin)
  const place = `${chainId}:${account.address}`
  return inTurn(client.turns, place, async () => {
    const nonce = await getTransactionCount(connection, { address: account.address, blockTag: 'pending' })
    await beforeSend?.(nonce)
    // Wallets and nonce managers count for themselves.
    const counted = account.type === 'local' && account.nonceManager === undefined ? { nonce } : {}
    try {
      const hash = await sendTransaction(connection, { ...transaction, chain: connection.chain, gas: limit, ...counted })
      client.sent.set(place, [...(client.sent.get(place) ?? []).slice(-keptNonces), nonce])
      return hash
    } catch (cause) {
      if (isTransportError(cause)) throw new SendUnansweredError({ verb, chainId, cause })
      throw cause
    }
  })
}

/** Nonces of an account that are remembered as its client's own. */
const keptNonces = 63

function withMargin(estimate: bigint, percent: number): bigint {
  return estimate + (estimate * BigInt(percent)) / 100n
}

function waitOf({ timeoutMs = 120_000, confirmations = 1 }: WaitParameters): Required<WaitParameters> {
  return { timeoutMs, confirmations }
}

type WaitFor = Required<WaitParameters> & {
  readonly connection: ChainClient
  readonly verb: string
  readonly chainId: number
  readonly hash: Hex
}

/** Waits for a receipt, of the same call at another price too. One of a failed transaction throws the contract's error, found by running it again on the state after its block. */
async function waitFor({ connection, verb, chainId, hash, timeoutMs, confirmations }: WaitFor): Promise<TransactionReceipt> {
  const lost = (cause: unknown) => {
    throw new ReceiptTimeoutError({ verb, chainId, hash, cause })
  }
  let other: Hex | undefined
  const receipt = await waitForTransactionReceipt(connection, {
    ...{ hash, timeout: timeoutMs, confirmations },
    onReplaced: ({ reason, transaction }) => {
      if (reason !== 'repriced') other = transaction.hash
    },
  }).catch(lost)
  if (other !== undefined) throw new TransactionReplacedError({ verb, chainId, hash: other })
  if (receipt.status === 'success') return receipt
  // A reorganisation may have taken it back since.
  const { from, to, input, value, gas } = await getTransaction(connection, { hash: receipt.transactionHash }).catch(lost)
  const again = simulate(connection, { account: from, to, data: input, value, gas, blockNumber: receipt.blockNumber })
  const error = await again.then(() => undefined).catch((cause: unknown) => cause)
  // It failed in its place in the block and would not alone: what came before it in the block took what it needed.
  if (error === undefined) throw new CallRevertedError({ verb, chainId, data: undefined })
  throw await toCallError({ error, verb, chainId })
}
