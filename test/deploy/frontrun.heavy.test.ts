import { accessManagerAbi } from '@hanse/sdk/abis'
import { type Address, createWalletClient, encodeFunctionData, type Hex, http, keccak256, parseTransaction } from 'viem'
import { readContract } from 'viem/actions'
import { expect, it, onTestFinished } from 'vitest'
import { applySuite, checkSuite, committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import { account, bareChains, deployer, startBetween, stopAll, suiteOn } from './bare.ts'

const plan = planSuite({ config: suiteOn([101]), creationCodes: committedCreationCodes() })
const thief = account(9)

it('a thief who sees every transaction first and pays more gains nothing', async () => {
  const [chain] = await bareChains([101], ['--disable-default-create2-deployer'])
  if (chain === undefined) return expect.fail()
  onTestFinished(() => stopAll([chain]))
  const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: thief })
  const copied = new Map<Hex, Address | 'creation'>()
  let nonce = 0
  const send = (to: Address | null, data: Hex) => {
    const price = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 12n }
    return wallet.sendTransaction({ chain: null, to, data, gas: 12_000_000n, nonce: nonce++, ...price })
  }
  const ownIt = encodeFunctionData({ abi: accessManagerAbi, functionName: 'grantRole', args: [0n, thief.address, 0] })
  // The thief runs the node: it sends its copy of each transaction, and an attempt to own what that made, before it passes it on.
  const node = await startBetween(chain.rpcUrl, async ({ method, params: [raw = '0x'] = [] }, pass) => {
    if (method === 'eth_sendRawTransaction' && !copied.has(keccak256(raw))) {
      const { to = null, data = '0x' } = parseTransaction(raw)
      copied.set(keccak256(raw), to ?? 'creation')
      await Promise.all([send(to, data), send(plan.addresses.accessManager, ownIt)])
    }
    return await pass()
  })
  onTestFinished(node.stop)

  const chains = [{ ...chain, rpcUrl: node.url }]
  const [deployment] = await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })

  // It copied the factory, every creation and the wiring.
  expect(copied.size).toBeGreaterThanOrEqual(plan.contracts.length + 1)
  expect([...copied.values()]).toEqual(expect.arrayContaining(['creation', plan.addresses.accessManager.toLowerCase()]))
  expect(deployment).toMatchObject(plan.addresses)
  expect(await checkSuite({ plan, chains: [chain] })).toMatchObject([{ isSound: true, missing: [], differences: [] }])
  const hasRole = (role: bigint) => {
    const args = [role, thief.address] as const
    return readContract(wallet, { address: plan.addresses.accessManager, abi: accessManagerAbi, functionName: 'hasRole', args })
  }
  for (const role of [0n, 1n, 2n, 3n]) expect(await hasRole(role)).toEqual([false, 0])
})
