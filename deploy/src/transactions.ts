import { type Address, type Hex, type LocalAccount, toHex } from 'viem'
import { estimateMaxPriorityFeePerGas, getBalance, getBlock, getGasPrice, getTransactionCount, sendRawTransaction } from 'viem/actions'
import type { Connection } from './chain.ts'
import { FundsMissingError, TransactionPendingError } from './errors.ts'

/** A transaction before it has a nonce and a price. */
export type Request = { readonly name: string; readonly to: Address; readonly data: Hex; readonly value?: bigint }

/** Where a transaction ended. */
export type Outcome = { readonly name: string; readonly hash: Hex; readonly isSuccess: boolean; readonly blockNumber: bigint }

/** How long to wait, and how often to look. */
export type Patience = { readonly pollingIntervalMs: number; readonly limitMs: number }

/** Called before a transaction is sent and when it is mined. What it throws ends the deployment: applying again resumes. */
export type Observer = (event: { chainId: number; name: string; status: 'sending' | 'mined' | 'reverted' }) => void

type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint } | { gasPrice: bigint }

/**
 * Signs and sends all requests under ascending nonces, as many at once as fit into one block, and waits for all of them. They must not depend on
 * each other.
 *
 * @throws FundsMissingError before anything is sent.
 * @throws TransactionPendingError when one is not mined in time.
 */
export async function sendAll(parameters: sendAll.Parameters): Promise<readonly Outcome[]> {
  const { connection, account, requests } = parameters
  if (requests.length === 0) return []
  const { chainId, client } = connection
  const [fees, balance, { gasLimit: room }, ...gas] = await Promise.all([
    currentFees(connection),
    getBalance(client, { address: account.address }),
    getBlock(client, { blockTag: 'latest' }),
    ...requests.map((request) => estimate(connection, account.address, request)),
  ])
  const limited = requests.map((request, index) => ({ ...request, gas: ((gas[index] ?? 0n) * 5n) / 4n }))
  const needed = limited.reduce((sum, { gas: limit, value = 0n }) => sum + limit * priceOf(fees) + value, 0n)
  if (balance < needed) throw new FundsMissingError({ chainId, account: account.address, balance, needed })
  const outcomes: Outcome[] = []
  for (const block of blocksOf(limited, room)) outcomes.push(...(await sendTogether({ ...parameters, requests: block, fees })))
  return outcomes
}

type Limited = Request & { gas: bigint }

/** In order, each part with no more gas than a block has: some nodes forget what waits and does not fit into the next block. */
function blocksOf(requests: readonly Limited[], room: bigint): readonly (readonly Limited[])[] {
  const blocks: Limited[][] = []
  let left = 0n
  for (const request of requests) {
    const block = blocks.at(-1)
    if (block !== undefined && request.gas <= left) block.push(request)
    else {
      blocks.push([request])
      left = room
    }
    left -= request.gas
  }
  return blocks
}

type Together = Omit<sendAll.Parameters, 'requests'> & { requests: readonly Limited[]; fees: Fees }

async function sendTogether(parameters: Together): Promise<readonly Outcome[]> {
  const { connection, account, requests, fees, observer, patience } = parameters
  const { chainId, client } = connection
  const nonce = await getTransactionCount(client, { address: account.address, blockTag: 'pending' })
  const sent: { name: string; hash: Hex }[] = []
  for (const [index, { name, to, data, gas, value = 0n }] of requests.entries()) {
    observer({ chainId, name, status: 'sending' })
    const common = { chainId, to, data, value, nonce: nonce + index, gas }
    const serializedTransaction = await ('gasPrice' in fees
      ? account.signTransaction({ ...common, ...fees, type: 'legacy' })
      : account.signTransaction({ ...common, ...fees, type: 'eip1559' }))
    sent.push({ name, hash: await sendRawTransaction(client, { serializedTransaction }) })
  }
  return await Promise.all(sent.map(({ name, hash }) => mined({ connection, name, hash, observer, patience })))
}

export namespace sendAll {
  export type Parameters = {
    connection: Connection
    account: LocalAccount
    requests: readonly Request[]
    observer: Observer
    patience: Patience
  }
}

/** Waits until nothing of the account is under way, as after a run that died. Gives up at the limit: a transaction may be stuck for good. */
export async function settlePending({
  connection,
  account,
  patience,
}: Pick<sendAll.Parameters, 'connection' | 'account' | 'patience'>): Promise<void> {
  const { client } = connection
  const count = (blockTag: 'latest' | 'pending') => getTransactionCount(client, { address: account.address, blockTag })
  const look = async () => {
    const [latest, pending] = await Promise.all([count('latest'), count('pending')])
    return latest >= pending || undefined
  }
  await poll({ look, patience: { ...patience, limitMs: Math.min(patience.limitMs, 60_000) } })
}

/**
 * Waits until something is there.
 *
 * @returns What `look` found, or undefined when the limit passed.
 */
export async function poll<T>({ look, patience }: { look: () => Promise<T | undefined>; patience: Patience }): Promise<T | undefined> {
  const end = performance.now() + patience.limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined || performance.now() > end) return found
    await new Promise((resolve) => setTimeout(resolve, patience.pollingIntervalMs))
  }
}

async function mined({
  connection,
  name,
  hash,
  observer,
  patience,
}: Omit<sendAll.Parameters, 'account' | 'requests'> & { name: string; hash: Hex }): Promise<Outcome> {
  const { chainId, client } = connection
  const look = async () => (await client.request({ method: 'eth_getTransactionReceipt', params: [hash] })) ?? undefined
  const receipt = await poll({ look, patience })
  if (receipt === undefined) throw new TransactionPendingError({ chainId, hash, limitMs: patience.limitMs })
  const isSuccess = receipt.status === '0x1'
  observer({ chainId, name, status: isSuccess ? 'mined' : 'reverted' })
  return { name, hash, isSuccess, blockNumber: BigInt(receipt.blockNumber) }
}

/** Against the latest block, like every other read here: what waits in the pool may never come. */
async function estimate({ client }: Connection, from: Address, { to, data, value = 0n }: Request): Promise<bigint> {
  const params = [{ from, to, data, value: toHex(value) }, 'latest'] as const
  return BigInt(await client.request({ method: 'eth_estimateGas', params: [...params] }))
}

async function currentFees({ client }: Connection): Promise<Fees> {
  const { baseFeePerGas } = await getBlock(client)
  if (baseFeePerGas === null) return { gasPrice: ((await getGasPrice(client)) * 6n) / 5n }
  const maxPriorityFeePerGas = await estimateMaxPriorityFeePerGas(client)
  return { maxFeePerGas: baseFeePerGas * 2n + maxPriorityFeePerGas, maxPriorityFeePerGas }
}

function priceOf(fees: Fees): bigint {
  return 'gasPrice' in fees ? fees.gasPrice : fees.maxFeePerGas
}
