import { accessManagerAbi, gatewayAbi, timelockControllerAbi } from '@hanse/sdk/abis'
import { createPublicClient, createWalletClient, http, zeroHash } from 'viem'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  applySuite,
  broadcastNoncesOf,
  checkSuite,
  committedCreationCodes,
  FactoryUnavailableError,
  FundsMissingError,
  GovernanceNeededError,
  type Progress,
  planSuite,
} from '../../deploy/src/index.ts'
import type { Anvil } from '../../devnet/src/index.ts'
import { account, bareChains, deployer, factoryInitCode, startRefusing, stopAll, suiteOn } from './bare.ts'

const creationCodes = committedCreationCodes()
const pollingIntervalMs = 50
let running: Anvil[] = []

const start = async (ids: readonly number[], extra: readonly string[] = []) => {
  running = await bareChains(ids, extra)
  return running
}
const planOn = (ids: readonly number[]) => planSuite({ config: suiteOn(ids), creationCodes })
const publicClient = ({ rpcUrl }: Anvil) => createPublicClient({ transport: http(rpcUrl) })

afterEach(async () => {
  await stopAll(running)
  running = []
})

/** A deployment that is killed when transaction `index` would be sent. */
class Crash extends Error {}
const crashAt = (index: number) => {
  let sent = 0
  return ({ status }: Progress) => {
    if (status === 'sending' && sent++ >= index) throw new Crash()
  }
}

describe('applySuite', () => {
  it('gives three chains the same addresses, links them, and sends nothing the second time', async () => {
    const chains = await start([101, 102, 103])
    const plan = planOn([101, 102, 103])
    const deployments = await applySuite({ plan, chains, account: deployer, pollingIntervalMs })
    expect(deployments).toEqual([101, 102, 103].map((chainId) => ({ chainId, startBlock: expect.anything(), ...plan.addresses })))
    expect((await checkSuite({ plan, chains })).filter(({ isSound }) => !isSound)).toEqual([])
    const events: Progress[] = []
    const again = await applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: (event) => events.push(event) })
    expect(events).toEqual([])
    expect(again).toEqual(deployments)
  })

  it('leaves the deployer without any power, and the timelock with none above it', async () => {
    const chains = await start([101, 102])
    const plan = planOn([101, 102])
    await applySuite({ plan, chains, account: deployer, pollingIntervalMs })
    const [first] = chains
    if (first === undefined) return expect.fail()
    const client = publicClient(first)
    const { accessManager, timelock, gateway } = plan.addresses
    for (const role of [0n, 1n, 2n, 3n]) {
      const args = [role, deployer.address] as const
      expect(await client.readContract({ address: accessManager, abi: accessManagerAbi, functionName: 'hasRole', args })).toEqual([
        false,
        0,
      ])
    }
    for (const holder of [deployer.address, accessManager]) {
      const args = [zeroHash, holder] as const
      expect(await client.readContract({ address: timelock, abi: timelockControllerAbi, functionName: 'hasRole', args })).toBe(false)
    }
    const unlink = { address: gateway, abi: gatewayAbi, functionName: 'unlinkDestination', args: [102n] } as const
    await expect(client.simulateContract({ ...unlink, account: deployer.address })).rejects.toThrow()
    await expect(client.simulateContract({ ...unlink, account: accessManager })).rejects.toThrow()
  })

  it('resumes after a crash before any transaction, to the same end', async () => {
    const ids = [101]
    const plan = planOn(ids)
    for (const index of [0, 1, 3, 6, 7]) {
      const chains = await start(ids)
      const crashing = applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: crashAt(index) })
      await expect(crashing).rejects.toBeInstanceOf(Crash)
      const [deployment] = await applySuite({ plan, chains, account: deployer, pollingIntervalMs })
      expect(deployment).toMatchObject(plan.addresses)
      expect((await checkSuite({ plan, chains }))[0]).toMatchObject({ isSound: true })
      await stopAll(chains)
    }
  })

  it('wires many links in several transactions, of which only the last takes the power', async () => {
    const chains = await start([101])
    const plan = planOn(Array.from({ length: 22 }, (_, index) => 101 + index))
    // The first run dies after its first transaction of wiring, the second after the next.
    for (const index of [plan.contracts.length + 1, 1]) {
      const crashing = applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: crashAt(index) })
      await expect(crashing).rejects.toBeInstanceOf(Crash)
    }
    const events: Progress[] = []
    await applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: (event) => events.push(event) })
    expect(events.filter(({ status }) => status === 'sending').map(({ name }) => name)).toEqual(['wire and hand over'])
    expect((await checkSuite({ plan, chains }))[0]).toMatchObject({ isSound: true })
  })

  it('is not moved by a stranger who creates every contract first', async () => {
    const chains = await start([101, 102])
    const plan = planOn([101, 102])
    const stranger = account(9)
    for (const { rpcUrl } of chains) {
      const wallet = createWalletClient({ transport: http(rpcUrl), account: stranger })
      const client = createPublicClient({ transport: http(rpcUrl), pollingInterval: 50 })
      let nonce = 0
      for (const { data } of plan.contracts) {
        const hash = await wallet.sendTransaction({ chain: null, to: plan.factory, data, gas: 12_000_000n, nonce: nonce++ })
        // One at a time, as on a chain whose blocks hold less.
        await client.waitForTransactionReceipt({ hash })
      }
      // The stranger then tries to rule what it created.
      const grant = {
        address: plan.addresses.accessManager,
        abi: accessManagerAbi,
        functionName: 'grantRole',
        args: [0n, stranger.address, 0],
      } as const
      const hash = await wallet.writeContract({ ...grant, chain: null, gas: 300_000n, nonce: nonce++ })
      expect((await client.waitForTransactionReceipt({ hash })).status).toBe('reverted')
    }
    const events: Progress[] = []
    await applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: (event) => events.push(event) })
    expect(events.filter(({ status }) => status === 'sending').map(({ name }) => name)).toEqual([
      'wire and hand over',
      'wire and hand over',
    ])
    expect((await checkSuite({ plan, chains })).every(({ isSound }) => isSound)).toBe(true)
  })

  it('is not stopped by a stranger who creates contracts while it runs', async () => {
    const chains = await start([101])
    const plan = planOn([101])
    const [first] = chains
    if (first === undefined) return expect.fail()
    const wallet = createWalletClient({ transport: http(first.rpcUrl), account: account(9) })
    const copied: Promise<unknown>[] = []
    let nonce = 0
    // The same calls, at a higher price, so that they stand first in the same block.
    const copy = ({ name, status }: Progress) => {
      const contract = plan.contracts.find((planned) => planned.name === name)
      if (status !== 'sending' || contract === undefined) return
      const price = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 11n }
      copied.push(
        wallet.sendTransaction({ chain: null, to: plan.factory, data: contract.data, gas: 12_000_000n, nonce: nonce++, ...price }),
      )
    }
    const [deployment] = await applySuite({ plan, chains, account: deployer, pollingIntervalMs, onProgress: copy })
    expect((await Promise.all(copied)).length).toBe(plan.contracts.length)
    expect(deployment).toMatchObject(plan.addresses)
    expect((await checkSuite({ plan, chains }))[0]).toMatchObject({ isSound: true })
  })

  it('creates the factory where it is absent', async () => {
    const chains = await start([101], ['--disable-default-create2-deployer'])
    const plan = planOn([101])
    await applySuite({ plan, chains, account: deployer, pollingIntervalMs })
    expect((await checkSuite({ plan, chains }))[0]).toMatchObject({ isSound: true, hasFactory: true })
  })

  it('refuses other code in the place of the factory', async () => {
    const chains = await start([101])
    const plan = planOn([101])
    const [first] = chains
    if (first === undefined) return expect.fail()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_setCode', params: [plan.factory, '0x00'] })
    await fetch(first.rpcUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    await expect(applySuite({ plan, chains, account: deployer, pollingIntervalMs })).rejects.toBeInstanceOf(FactoryUnavailableError)
  })

  it('says what governance has to do when the suite grows after the hand-over', async () => {
    const chains = await start([101, 102])
    const [first] = chains
    if (first === undefined) return expect.fail()
    await applySuite({ plan: planOn([101]), chains: [first], account: deployer, pollingIntervalMs })
    const grown = applySuite({ plan: planOn([101, 102]), chains, account: deployer, pollingIntervalMs })
    await expect(grown).rejects.toBeInstanceOf(GovernanceNeededError)
    await expect(grown).rejects.toMatchObject({ chainId: 101, steps: expect.arrayContaining(['link the lane from chain 102']) })
  })

  it('links a chain that joins later after the broadcasts that were sent before', async () => {
    const chains = await start([101, 102])
    const [old, late] = chains
    if (old === undefined || late === undefined) return expect.fail()
    const ids = [101, 102]
    await applySuite({ plan: planOn(ids), chains: [old], account: deployer, pollingIntervalMs })
    const { gateway } = planOn(ids).addresses
    const wallet = createWalletClient({ transport: http(old.rpcUrl), account: account(9) })
    const history = { address: gateway, abi: gatewayAbi, functionName: 'broadcast', args: [account(8).address, '0x11', []] } as const
    for (const nonce of [0, 1, 2]) await wallet.writeContract({ ...history, chain: null, gas: 200_000n, nonce })
    await expect.poll(() => broadcastNoncesOf({ gateway, chains })).toEqual({ 101: 3n, 102: 0n })

    const broadcastNonces = await broadcastNoncesOf({ gateway, chains })
    const plan = planSuite({ config: suiteOn(ids), creationCodes, broadcastNonces })
    await applySuite({ plan, chains, account: deployer, pollingIntervalMs })

    const firstOf = async (chain: Anvil, originChainId: bigint, destinationChainId: bigint) => {
      const args = [{ originChainId, originGateway: gateway, destinationChainId }] as const
      return (await publicClient(chain).readContract({ address: gateway, abi: gatewayAbi, functionName: 'linkOf', args }))[1]
    }
    expect(await firstOf(late, 101n, 0n)).toBe(3n)
    expect(await firstOf(late, 101n, 102n)).toBe(0n)
    expect(await firstOf(old, 102n, 0n)).toBe(0n)
    expect((await checkSuite({ plan: planOn(ids), chains })).every(({ isSound }) => isSound)).toBe(true)
  })

  it('names the way out where a chain refuses the transaction of the factory', async () => {
    const [chain] = await start([101], ['--disable-default-create2-deployer'])
    if (chain === undefined) return expect.fail()
    const refusing = await startRefusing(chain.rpcUrl)
    onTestFinished(refusing.stop)
    const access = [{ chainId: 101, rpcUrl: refusing.url }]
    await expect(applySuite({ plan: planOn([101]), chains: access, account: deployer, pollingIntervalMs })).rejects.toMatchObject({
      name: 'FactoryUnavailableError',
      metaMessages: expect.arrayContaining([expect.stringContaining('`factory`')]),
    })

    // The way out: the same factory from a fresh key at nonce 0, named in the configuration.
    const fresh = createWalletClient({ transport: http(refusing.url), account: account(7) })
    const hash = await fresh.sendTransaction({ chain: null, data: factoryInitCode, gas: 200_000n })
    const { contractAddress } = await publicClient(chain).waitForTransactionReceipt({ hash, pollingInterval: 50 })
    if (!contractAddress) return expect.fail()
    const plan = planSuite({ config: { ...suiteOn([101]), factory: contractAddress }, creationCodes })
    await applySuite({ plan, chains: access, account: deployer, pollingIntervalMs })
    expect((await checkSuite({ plan, chains: access }))[0]).toMatchObject({ isSound: true })
  })

  it('says what the deployer lacks before it sends anything', async () => {
    const chains = await start([101])
    const [first] = chains
    if (first === undefined) return expect.fail()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_setBalance', params: [deployer.address, '0x1'] })
    await fetch(first.rpcUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    const events: Progress[] = []
    const poor = applySuite({ plan: planOn([101]), chains, account: deployer, onProgress: (event) => events.push(event) })
    await expect(poor).rejects.toBeInstanceOf(FundsMissingError)
    expect(events).toEqual([])
  })
})
