// Compiles PrimeCounter.sol and puts it at the same address of every chain.
import { readFileSync } from 'node:fs'
import { creationOf, keylessFactory } from '@hanse/deploy'
import { type Client, clientOf } from '@hanse/sdk'
import solc from 'solc'
import { type Address, concat, encodeAbiParameters, parseAbi, parseAbiParameters, zeroHash } from 'viem'
import { sendTransaction, waitForTransactionReceipt } from 'viem/actions'

const root = new URL('../../', import.meta.url)
const source = 'examples/contract-agent/PrimeCounter.sol'
const read = (path: string) => readFileSync(new URL(path.startsWith('@') ? `node_modules/${path}` : path, root), 'utf8')

/** Its creation code, for chains since Cancun. */
function compile(): `0x${string}` {
  const settings = {
    evmVersion: 'cancun',
    optimizer: { enabled: true },
    outputSelection: { '*': { PrimeCounter: ['evm.bytecode.object'] } },
  }
  const input = JSON.stringify({ language: 'Solidity', sources: { [source]: { content: read(source) } }, settings })
  const { contracts, errors = [] } = JSON.parse(solc.compile(input, { import: (path: string) => ({ contents: read(path) }) }))
  if (contracts?.[source] === undefined)
    throw new TypeError(errors.map((error: { formattedMessage: string }) => error.formattedMessage).join('\n'))
  return `0x${contracts[source].PrimeCounter.evm.bytecode.object}`
}

const constructorArguments = parseAbiParameters('address portal, address owner, address evaluator, uint256 price')

type Create = { readonly chainIds: readonly number[]; readonly portal: Address; readonly evaluator: Address; readonly price: bigint }

/** Creates it on every chain; the client's account is its owner. CREATE2: code and arguments are the same, so the address is. */
export async function createPrimeCounter(client: Client, { chainIds, portal, evaluator, price }: Create): Promise<Address> {
  const { account } = client
  if (account === undefined) throw new TypeError('the client has no account to pay with')
  const given = encodeAbiParameters(constructorArguments, [portal, account.address, evaluator, price])
  const { address, data } = creationOf({ factory: keylessFactory, salt: zeroHash, initCode: concat([compile(), given]) })
  for (const chainId of chainIds) {
    const connection = clientOf(client, chainId)
    const hash = await sendTransaction(connection, { account, chain: connection.chain, to: keylessFactory, data })
    await waitForTransactionReceipt(connection, { hash })
  }
  return address
}

/** What is called from outside; the terms are those of the portal's `claim`. */
export const primeCounterAbi = parseAbi([
  'function work(uint256 homeChainId, bytes32 taskId, uint16 token) returns (uint256 primes)',
  'function collect(address token)',
  'function primesBelow(uint256 limit) view returns (uint256 count)',
  'event PrimesCounted(bytes32 indexed taskId, uint256 limit, uint256 primes)',
  'error TaskUnknown(bytes32 specHash, uint256 limit)',
  'error TermsRefused(uint256 reward, uint256 needed, address token, address evaluator)',
])
