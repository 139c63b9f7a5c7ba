// Puts a greeter on the first two chains of the devnet, introduces them, and sends a greeting: npm run build && node greet.mjs "Hello."
import { readFileSync } from 'node:fs'
import { clientOf, createClient } from '@hanse/sdk'
import { gatewayAbi } from '@hanse/sdk/abis'
import { parseEventLogs } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { deployContract, waitForTransactionReceipt, writeContract } from 'viem/actions'

const { abi, bytecode } = JSON.parse(readFileSync('artifacts/contracts/Greeter.sol/Greeter.json', 'utf8'))
const { info, accounts } = JSON.parse(readFileSync('.hanse/devnet/devnet.json', 'utf8'))
const account = privateKeyToAccount(accounts[2].privateKey)
const client = createClient({ chains: info.chains, account, pollingIntervalMs: 100 })
const [here, there] = info.chains

/** Sends a transaction on a chain and waits for its receipt. */
async function done({ chainId }, send) {
  const connection = clientOf(client, chainId)
  return await waitForTransactionReceipt(connection, { hash: await send(connection, { account, chain: connection.chain, abi }) })
}

const [greeter, peer] = await Promise.all(
  [here, there].map(async (chain) => {
    const create = (connection, shared) => deployContract(connection, { ...shared, bytecode, args: [chain.deployment.gateway] })
    return (await done(chain, create)).contractAddress
  }),
)
const call = (address, functionName, args) => (connection, shared) => writeContract(connection, { ...shared, address, functionName, args })
await Promise.all([
  done(here, call(greeter, 'setPeer', [there.chainId, peer])),
  done(there, call(peer, 'setPeer', [here.chainId, greeter])),
])
const { logs } = await done(here, call(greeter, 'greet', [there.chainId, process.argv[2] ?? 'Hello.']))
const [sent] = parseEventLogs({ abi: gatewayAbi, logs, eventName: 'MessageSent' })
console.log(`greeters     ${greeter} on chain ${here.chainId}, ${peer} on chain ${there.chainId}`)
console.log(`sent         ${sent.args.sendId}`)
console.log(`Next: npx hanse message follow ${sent.args.sendId}`)
