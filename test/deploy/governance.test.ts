import { accessManagerAbi, gatewayAbi, timelockControllerAbi, watcherSetAbi } from '@hanse/sdk/abis'
import {
  type Abi,
  type Account,
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  publicActions,
  walletActions,
  zeroHash,
} from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applySuite, committedCreationCodes, planSuite } from '../../deploy/src/index.ts'
import type { Anvil } from '../../devnet/src/index.ts'
import { account, bareChains, deployer, stopAll, suiteOn } from './bare.ts'

const week = 7 * 86_400
const [governor, guardian, stranger] = [account(1), account(2), account(9)]
const plan = planSuite({ config: suiteOn([101, 102]), creationCodes: committedCreationCodes() })
const { accessManager, timelock, gateway, watcherSet, taskPortal } = plan.addresses
const lane = { originChainId: 102n, originGateway: gateway, destinationChainId: 101n }

let chains: Anvil[] = []
beforeAll(async () => {
  chains = await bareChains([101])
  await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })
})
afterAll(() => stopAll(chains))

const node = () =>
  createTestClient({ mode: 'anvil', transport: http(chains[0]?.rpcUrl), pollingInterval: 50, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions)

type Call = { address: Address; abi: Abi; functionName: string; args: readonly unknown[] }

/** Sends it, whatever it does, and says how it ended. */
async function send(from: Account, { address, ...call }: Call): Promise<'success' | 'reverted'> {
  const client = node()
  const data = encodeFunctionData(call)
  const hash = await client.sendTransaction({ account: from, chain: null, to: address, data, gas: 1_000_000n })
  return (await client.waitForTransactionReceipt({ hash })).status
}

async function pass(seconds: number): Promise<void> {
  await node().increaseTime({ seconds })
  await node().mine({ blocks: 1 })
}

const manager = (functionName: string, ...args: readonly unknown[]): Call => ({
  address: accessManager,
  abi: accessManagerAbi,
  functionName,
  args,
})
const lock = (functionName: string, ...args: readonly unknown[]): Call => ({
  address: timelock,
  abi: timelockControllerAbi,
  functionName,
  args,
})
const onGateway = (functionName: string, ...args: readonly unknown[]): Call => ({ address: gateway, abi: gatewayAbi, functionName, args })
const setVerifier = encodeFunctionData({ abi: gatewayAbi, functionName: 'setVerifier', args: [lane, taskPortal] })
const verifierOf = async (): Promise<Address> => {
  const [verifier] = await node().readContract({ address: gateway, abi: gatewayAbi, functionName: 'linkOf', args: [lane] })
  return verifier
}

describe('after the hand-over', () => {
  it('a guardian stops and resumes a lane at once, and nobody else does', async () => {
    for (const other of [stranger, governor, deployer]) expect(await send(other, onGateway('stopLane', lane, 3_600))).toBe('reverted')
    expect(await send(guardian, onGateway('stopLane', lane, 3_600))).toBe('success')
    expect(await send(guardian, onGateway('resumeLane', lane))).toBe('success')
  })

  it('a verifier changes only after 7 days, by a governor', async () => {
    for (const other of [stranger, guardian, deployer])
      expect(await send(other, manager('schedule', gateway, setVerifier, 0))).toBe('reverted')
    const tooEarly = Number((await node().getBlock()).timestamp) + week - 3_600
    expect(await send(governor, manager('schedule', gateway, setVerifier, tooEarly))).toBe('reverted')
    expect(await send(governor, manager('schedule', gateway, setVerifier, 0))).toBe('success')
    expect(await send(governor, manager('execute', gateway, setVerifier))).toBe('reverted')
    await pass(week - 3_600)
    expect(await send(governor, manager('execute', gateway, setVerifier))).toBe('reverted')
    expect(await verifierOf()).toBe(watcherSet)
    await pass(3_600)
    expect(await send(stranger, manager('execute', gateway, setVerifier))).toBe('reverted')
    expect(await send(governor, manager('execute', gateway, setVerifier))).toBe('success')
    expect(await verifierOf()).toBe(taskPortal)
  })

  it('a guardian vetoes a change of trust', async () => {
    const roster = { previousSetId: plan.setId, members: [governor.address], quorum: 2, policies: [] }
    const adopt = encodeFunctionData({ abi: watcherSetAbi, functionName: 'adopt', args: [roster] })
    expect(await send(governor, manager('schedule', watcherSet, adopt, 0))).toBe('success')
    expect(await send(stranger, manager('cancel', governor.address, watcherSet, adopt))).toBe('reverted')
    expect(await send(guardian, manager('cancel', governor.address, watcherSet, adopt))).toBe('success')
    await pass(week)
    expect(await send(governor, manager('execute', watcherSet, adopt))).toBe('reverted')
  })

  it('the table of roles changes only through the timelock, after 7 days, and a guardian may cancel that', async () => {
    const grant = encodeFunctionData({ abi: accessManagerAbi, functionName: 'grantRole', args: [3n, stranger.address, 0] })
    for (const other of [stranger, governor, guardian, deployer])
      expect(await send(other, manager('grantRole', 3n, stranger.address, 0))).toBe('reverted')
    const propose = (salt: Hex) => lock('schedule', accessManager, 0n, grant, zeroHash, salt, BigInt(week))
    const run = (salt: Hex) => lock('execute', accessManager, 0n, grant, zeroHash, salt)
    const [one, other]: readonly Hex[] = [zeroHash, `0x${'11'.repeat(32)}`]
    if (one === undefined || other === undefined) return expect.fail()
    expect(await send(stranger, propose(one))).toBe('reverted')
    expect(await send(governor, lock('schedule', accessManager, 0n, grant, zeroHash, one, BigInt(week - 1)))).toBe('reverted')
    expect(await send(governor, propose(one))).toBe('success')
    expect(await send(governor, propose(other))).toBe('success')
    const args = [accessManager, 0n, grant, zeroHash, other] as const
    const id = await node().readContract({ address: timelock, abi: timelockControllerAbi, functionName: 'hashOperation', args })
    expect(await send(stranger, lock('cancel', id))).toBe('reverted')
    expect(await send(guardian, lock('cancel', id))).toBe('success')
    expect(await send(governor, run(one))).toBe('reverted')
    await pass(week)
    expect(await send(stranger, run(other))).toBe('reverted')
    expect(await send(stranger, run(one))).toBe('success')
    expect(await send(stranger, onGateway('stopLane', lane, 60))).toBe('success')
  })
})
