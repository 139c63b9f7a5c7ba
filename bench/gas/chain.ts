import { readFileSync } from 'node:fs'
import { network } from 'hardhat'
import { type Abi, type Account, type Address, createPublicClient, createWalletClient, custom, encodeDeployData, type Hex } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'

/** A chain to measure on: in process, one block per transaction, with the calldata floor of EIP-7623. */
export type BenchChain = {
  readonly chainId: number
  /** Funded accounts. The first one is the admin of all contracts. */
  readonly accounts: readonly Account[]
  /** The address that the committed production creation code of a contract gets. */
  readonly deploy: (name: string, args?: readonly unknown[]) => Promise<Address>
  /** The address of a contract with this runtime code. */
  readonly place: (runtime: Hex) => Promise<Address>
  /** Sends, checks that it succeeded, or reverted where it should, and returns the gas of the whole transaction. */
  readonly send: (parameters: { to: Address; data: Hex; from?: Account; value?: bigint; reverts?: boolean }) => Promise<bigint>
  readonly read: ReturnType<typeof createPublicClient>
  /** Moves the clock. */
  readonly wait: (seconds: number) => Promise<void>
  readonly stop: () => Promise<void>
}

const mnemonic = 'test test test test test test test test test test test junk'

/** Creation code and ABI of the production build, as committed under `deploy/build` or, for the devnet's coin, `devnet/build`. */
export function artifact(name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const folder = name === 'DevToken' ? 'devnet' : 'deploy'
  return JSON.parse(readFileSync(new URL(`../../${folder}/build/${name}.json`, import.meta.url), 'utf8'))
}

/** Starts a chain. Gas does not depend on the chain id as long as its length in bytes is the same. */
export async function startChain({ chainId = 1001 }: { readonly chainId?: number } = {}): Promise<BenchChain> {
  const connection = await network.create({
    network: 'default',
    chainType: 'l1',
    override: { chainId, hardfork: 'prague', blockGasLimit: 60_000_000, accounts: { mnemonic } },
  })
  const transport = custom(connection.provider)
  const read = createPublicClient({ transport, pollingInterval: 1 })
  const accounts = Array.from({ length: 10 }, (_, addressIndex) => mnemonicToAccount(mnemonic, { addressIndex }))
  const [admin] = accounts
  if (admin === undefined) throw new RangeError('No account')

  type Transaction = { to?: Address; data: Hex; from?: Account; value?: bigint; reverts?: boolean }
  const transact = async ({ to, data, from = admin, value = 0n, reverts = false }: Transaction) => {
    const wallet = createWalletClient({ account: from, transport })
    const request = { chain: null, to: to ?? null, data, value, gas: 40_000_000n }
    const hash = reverts ? await sendReverting(wallet.sendTransaction(request), read) : await wallet.sendTransaction(request)
    const receipt = await read.getTransactionReceipt({ hash })
    const expected = reverts ? 'reverted' : 'success'
    if (receipt.status !== expected) throw new BenchTransactionError({ hash, expected })
    return receipt
  }
  const create = async (data: Hex) => {
    const { contractAddress } = await transact({ data })
    if (!contractAddress) throw new RangeError('A creation made no contract')
    return contractAddress
  }
  return {
    chainId,
    accounts,
    read,
    deploy: (name, args = []) => create(encodeDeployData({ ...artifact(name), args })),
    place: (runtime) => create(creationOf(runtime)),
    send: async (parameters) => (await transact(parameters)).gasUsed,
    wait: async (seconds) => {
      await connection.provider.request({ method: 'evm_increaseTime', params: [seconds] })
      await connection.provider.request({ method: 'evm_mine', params: [] })
    },
    stop: () => connection.close(),
  }
}

/** The chain mines a transaction that reverts, and answers its sender with an error. */
async function sendReverting(sending: Promise<Hex>, read: ReturnType<typeof createPublicClient>): Promise<Hex> {
  const known = await sending.catch(() => undefined)
  if (known !== undefined) return known
  const { transactions } = await read.getBlock()
  const [hash] = transactions
  if (hash === undefined) throw new RangeError('The transaction that should revert was not mined')
  return hash
}

/** PUSH2 length, DUP1, PUSH1 12, PUSH0 ..., RETURN: copies what follows and returns it. */
function creationOf(runtime: Hex): Hex {
  const length = ((runtime.length - 2) / 2).toString(16).padStart(4, '0')
  return `0x61${length}80600a5f395ff3${runtime.slice(2)}`
}

/** A transaction of a bench reverted that should not, or did not revert that should. */
export class BenchTransactionError extends Error {
  override readonly name = 'BenchTransactionError'
  constructor({ hash, expected }: { readonly hash: Hex; readonly expected: string }) {
    super(`Transaction ${hash} of the bench ended otherwise than expected (${expected}). Run the contract tests first.`)
  }
}
