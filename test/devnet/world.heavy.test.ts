import { createPublicClient, erc20Abi, http } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSuite } from '../../deploy/src/index.ts'
import { chainsOf, startWorld, userAccount, type World, WorldInvalidError, WorldMemberUnknownError } from '../../devnet/src/index.ts'
import { createClient, gateway } from '../../sdk/src/index.ts'
import { until } from '../support/world.ts'
import { isAlive } from './linux.ts'

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )

describe('startWorld', () => {
  let world: World
  let seconds: number

  beforeAll(async () => {
    const start = performance.now()
    world = await startWorld({
      chains: [
        { chainId: 1001, blockTime: 0.5 },
        { chainId: 1002, blockTime: 1, finality: { kind: 'depth', depth: 3 } },
        { chainId: 1003, blockTime: 2, finality: { kind: 'finalized' } },
      ],
      watchers: 3,
      quorum: 2,
      users: 2,
    })
    seconds = (performance.now() - start) / 1_000
  })
  afterAll(() => world?.stop())

  const clientOf = (chainId: number) => {
    const rpcUrl = world.info.chains.find((chain) => chain.chainId === chainId)?.rpcUrls[0]
    return createPublicClient({ transport: http(rpcUrl), cacheTime: 0 })
  }

  it('deploys, links and watches three chains in seconds', async () => {
    const chains = world.info.chains.map(({ chainId, rpcUrls }) => ({ chainId, rpcUrl: rpcUrls[0] ?? '' }))
    expect((await checkSuite({ plan: world.plan, chains })).map(({ isSound }) => isSound)).toEqual([true, true, true])
    expect(new Set(world.info.chains.map(({ deployment }) => deployment.gateway)).size).toBe(1)
    for (const { url } of world.info.watchers) expect((await fetch(`${url}/live`)).status).toBe(200)
    // 15 s when the machine has nothing else to do.
    expect(seconds).toBeLessThan(40)
  })

  it('is plain data for other processes', () => {
    expect(JSON.parse(JSON.stringify(world.info))).toEqual(world.info)
  })

  it('funds its users, and anybody else on request', async () => {
    const token = { address: world.info.token, abi: erc20Abi, functionName: 'balanceOf' } as const
    const [user, stranger] = [userAccount(1).address, userAccount(7).address]
    for (const { chainId } of world.info.chains) expect(await clientOf(chainId).readContract({ ...token, args: [user] })).toBe(10n ** 24n)
    await world.fund({ chainId: 1001, account: stranger, tokens: 5n, native: 7n })
    expect(await clientOf(1001).readContract({ ...token, args: [stranger] })).toBe(5n)
    expect(await clientOf(1001).getBalance({ address: stranger })).toBe(7n)
    await expect(world.fund({ chainId: 1, account: stranger })).rejects.toBeInstanceOf(WorldMemberUnknownError)
  })

  it('carries a message from chain to chain while nobody helps', async () => {
    const client = createClient({ chains: chainsOf(world.info), account: userAccount(0), pollingIntervalMs: 50 })
    const { gateway: originGateway } = world.plan.addresses
    await gateway.sendMessage.sync(client, {
      chainId: 1001,
      destinationChainId: 1002,
      recipient: userAccount(1).address,
      payload: '0x1234',
    })
    const lane = { originChainId: 1001n, originGateway, destinationChainId: 1002n }
    const arrived = await until('the message arrives', async () => {
      const { value } = await gateway.getStatus(client, { chainId: 1002, lane, nonce: 0n })
      return value === 'Pending' ? undefined : value
    })
    // The recipient is an account without code: it cannot answer, and that is its own affair.
    expect(arrived).toBe('Failed')
  })

  it('keeps the finality rule of each chain', async () => {
    const client = clientOf(1003)
    const [latest, finalized] = await Promise.all([client.getBlock(), client.getBlock({ blockTag: 'finalized' })])
    expect(latest.number - finalized.number).toBeGreaterThan(2n)
  })

  it('replaces the newest blocks of a chain, but never those that made the world', async () => {
    const client = clientOf(1002)
    await world.reorg({ chainId: 1002, depth: 2 })
    const { number, hash } = await client.getBlock()
    await world.reorg({ chainId: 1002, depth: 2 })
    expect((await client.getBlock({ blockNumber: number })).hash).not.toBe(hash)
    await world.reorg({ chainId: 1002, depth: Number(number) })
    const chains = world.info.chains.map(({ chainId, rpcUrls }) => ({ chainId, rpcUrl: rpcUrls[0] ?? '' }))
    expect((await checkSuite({ plan: world.plan, chains })).map(({ isSound }) => isSound)).toEqual([true, true, true])
  })

  it('kills a watcher and starts it again at the same place', async () => {
    const [first] = world.info.watchers
    if (first === undefined) return expect.fail()
    const before = world.pids().find(({ name }) => name === first.name)?.pid ?? 0
    await world.kill(first.name)
    expect(isAlive(before)).toBe(false)
    expect(await answers(`${first.url}/live`)).toBe(false)
    await world.restart(first.name)
    expect((await fetch(`${first.url}/live`)).status).toBe(200)
    await expect(world.kill('watcher-9')).rejects.toBeInstanceOf(WorldMemberUnknownError)
  })

  it('leaves no process and no port', async () => {
    const pids = world.pids()
    expect(pids).toHaveLength(6)
    await world.stop()
    expect(pids.filter(({ pid }) => isAlive(pid))).toEqual([])
    const urls = [...world.info.chains.flatMap(({ rpcUrls }) => rpcUrls), ...world.info.watchers.map(({ url }) => url)]
    expect(await Promise.all(urls.map(answers))).toEqual(urls.map(() => false))
    await world.stop()
  })
})

describe('rules of a world', () => {
  it.each([
    ['chains', { chains: [] }],
    ['chains', { chains: [{ chainId: 1 }, { chainId: 1 }] }],
    ['blockTime of chain 1', { chains: [{ chainId: 1, blockTime: 0 }] }],
    ['quorum', { chains: [{ chainId: 1 }], watchers: 1 }],
    ['quorum', { chains: [{ chainId: 1 }], watchers: 4, quorum: 2 }],
  ])('refuse a wrong %s', async (field, rules) => {
    const refusal = startWorld(rules)
    await expect(refusal).rejects.toBeInstanceOf(WorldInvalidError)
    await expect(refusal).rejects.toMatchObject({ field })
  })
})
