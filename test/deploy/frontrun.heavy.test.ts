import { accessManagerAbi } from '@hanse/sdk/abis'
import { type Address, createWalletClient, encodeFunctionData, type Hex, http } from 'viem'
import { expect, it, onTestFinished } from 'vitest'
import { applySuite, checkSuite, committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import { account, bareChains, deployer, stopAll, suiteOn } from './bare.ts'

const plan = planSuite({ config: suiteOn([101]), creationCodes: committedCreationCodes() })
const thief = account(9)

type Pending = { from: Address; to: Address | null; input: Hex; nonce: Hex }

async function rpc<T>(url: string, method: string, params: readonly unknown[] = []): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const { result }: { result: T } = Object(await answer.json())
  return result
}

it('a thief who sees every transaction first and pays more gains nothing', async () => {
  const [chain] = await bareChains([101], ['--disable-default-create2-deployer'])
  if (chain === undefined) return expect.fail()
  onTestFinished(() => stopAll([chain]))
  const { rpcUrl } = chain
  const wallet = createWalletClient({ transport: http(rpcUrl), account: thief })
  const seen = new Set<string>()
  const copied: string[] = []
  let nonce = 0
  const send = async (to: Address | null, data: Hex) => {
    const price = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 12n }
    await wallet.sendTransaction({ chain: null, to, data, gas: 7_000_000n, nonce: nonce++, ...price })
  }
  const steal = async () => {
    const { pending } = await rpc<{ pending: Record<string, Record<string, Pending>> }>(rpcUrl, 'txpool_content')
    const mine = thief.address.toLowerCase()
    const foreign = Object.entries(pending).flatMap(([from, byNonce]) => (from.toLowerCase() === mine ? [] : Object.values(byNonce)))
    for (const { from, to, input, nonce: theirs } of foreign) {
      const key = `${from} ${theirs}`
      if (seen.has(key)) continue
      seen.add(key)
      copied.push(to ?? 'creation')
      // The same transaction, and after it the attempt to own what it made.
      await send(to, input)
      await send(
        plan.addresses.accessManager,
        encodeFunctionData({ abi: accessManagerAbi, functionName: 'grantRole', args: [0n, thief.address, 0] }),
      )
    }
  }
  let isOver = false
  const watching = (async () => {
    while (!isOver) await steal()
  })()

  const [deployment] = await applySuite({ plan, chains: [chain], account: deployer, pollingIntervalMs: 50 }).finally(() => {
    isOver = true
  })
  await watching

  // It copied the payment for the factory, every creation and the wiring.
  expect(copied.length).toBeGreaterThanOrEqual(plan.contracts.length + 1)
  expect(copied).toContain(plan.addresses.accessManager.toLowerCase())
  expect(deployment).toMatchObject(plan.addresses)
  expect(await checkSuite({ plan, chains: [chain] })).toMatchObject([{ isSound: true, missing: [], differences: [] }])
  const hasRole = (role: bigint) =>
    rpc<Hex>(rpcUrl, 'eth_call', [
      {
        to: plan.addresses.accessManager,
        data: encodeFunctionData({ abi: accessManagerAbi, functionName: 'hasRole', args: [role, thief.address] }),
      },
      'latest',
    ])
  for (const role of [0n, 1n, 2n, 3n]) expect(BigInt(await hasRole(role))).toBe(0n)
})
