import { creationOf, keylessFactory } from '@hanse/deploy'
import { devTokenAbi } from '@hanse/sdk/abis'
import { type Address, createClient, encodeFunctionData, type Hex, http, isHex, toHex, zeroHash } from 'viem'
import { sendRawTransaction, waitForTransactionReceipt } from 'viem/actions'
import devToken from '../build/DevToken.json' with { type: 'json' }
import { accountIndex, devAccount } from './accounts.ts'
import { FaucetFailedError } from './errors.ts'

/** Gives coins on one chain. Its transactions follow each other under nonces counted here. */
export type Faucet = {
  /** Mints tokens and sets the native balance. Resolves when both are in a block. */
  fund: (parameters: { account: Address; tokens?: bigint; native?: bigint }) => Promise<void>
}

/** 1,000,000 tokens. */
const startingTokens = 10n ** 24n

const { address: tokenAddress, data: tokenCreation } = creationOf({
  factory: keylessFactory,
  salt: zeroHash,
  initCode: asHex(devToken.bytecode),
})

/** The token of every world, on every chain. */
export const devTokenAddress: Address = tokenAddress

/**
 * Creates the token and mints for the users, all in one block if it may.
 *
 * @throws FaucetFailedError when a transaction fails.
 */
export async function startFaucet({
  chainId,
  rpcUrl,
  users,
}: {
  chainId: number
  rpcUrl: string
  users: readonly Address[]
}): Promise<Faucet> {
  const account = devAccount(accountIndex.faucet)
  const client = createClient({ transport: http(rpcUrl), pollingInterval: 100, cacheTime: 0 })
  let nonce = 0
  const send = async ({ to, data, gas }: { to: Address; data: Hex; gas: bigint }): Promise<Hex> => {
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n }
    const transaction = { type: 'eip1559', chainId, to, data, gas, nonce: nonce++, ...fees } as const
    return await sendRawTransaction(client, { serializedTransaction: await account.signTransaction(transaction) })
  }
  const confirm = async (hash: Hex): Promise<void> => {
    const { status } = await waitForTransactionReceipt(client, { hash, timeout: 60_000 })
    if (status !== 'success') throw new FaucetFailedError({ chainId, hash })
  }
  const mint = (to: Address, amount: bigint): Promise<Hex> =>
    send({ to: tokenAddress, data: encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [to, amount] }), gas: 120_000n })
  const hashes = [await send({ to: keylessFactory, data: tokenCreation, gas: 3_000_000n })]
  for (const user of users) hashes.push(await mint(user, startingTokens))
  await Promise.all(hashes.map(confirm))
  return {
    async fund({ account: receiver, tokens, native }) {
      if (native !== undefined) await call({ rpcUrl, method: 'anvil_setBalance', params: [receiver, toHex(native)] })
      if (tokens !== undefined) await confirm(await mint(receiver, tokens))
    },
  }
}

/**
 * One JSON-RPC call, for methods of anvil that viem's clients do not know.
 *
 * @throws RpcRequestError of viem when the node refuses it.
 */
export async function call({ rpcUrl, method, params }: { rpcUrl: string; method: string; params: readonly unknown[] }): Promise<unknown> {
  return await http(rpcUrl)({}).request({ method, params: [...params] })
}

function asHex(value: string): Hex {
  return isHex(value) ? value : '0x'
}
