import { type Hex, zeroAddress, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { agent, type Client, errors } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'

const controller = accountOf('controller')
const stranger = accountOf('stranger')
const digest: Hex = `0x${'cd'.repeat(32)}`
let chain: TestChain
let client: Client
let now: number

beforeAll(async () => {
  chain = await startChain({ chainId: 31_337, accounts: [controller, stranger] })
  client = clientFor([chain], controller)
  now = Number((await chain.node.getBlock()).timestamp)
})

const chainId = 31_337
const profile = agent.createProfile({
  capabilities: ['text.report', 'text.count', 'text.report'],
  cardDigest: digest,
  cardUri: 'https://agent.example/card',
})

describe('agent', () => {
  it('registers, lives, changes and retires', async () => {
    const { event } = await agent.register.sync(client, { chainId, profile, liveUntil: now + 1000 })
    const agentId = agent.agentIdOf({ chainId, registry: chain.deployment.agentRegistry, controller: controller.address, salt: zeroHash })
    expect(event).toMatchObject({ agentId, controller: controller.address, liveUntil: now + 1000, profile })
    expect((await agent.getAgent(client, { chainId, agentId })).value).toMatchObject({ controller: controller.address, isAlive: true })

    expect((await agent.heartbeat.sync(client, { chainId, agentId, liveUntil: now + 2000 })).event).toEqual({
      agentId,
      liveUntil: now + 2000,
    })
    const other = { ...profile, cardUri: 'https://agent.example/other' }
    const updated = await agent.update.sync(client, { chainId, agentId, profile: other })
    expect(updated.event.profile).toEqual(other)

    await expect(agent.retire(client, { chainId, agentId, account: stranger })).rejects.toThrow(errors.AgentWrongCaller)
    expect((await agent.retireSync(client, { chainId, agentId })).event).toEqual({ agentId })
    expect((await agent.getAgent(client, { chainId, agentId })).value).toBeUndefined()
    await expect(agent.register(client, { chainId, profile, liveUntil: now + 1000 })).rejects.toThrow(errors.AgentAlreadyRegistered)
  })

  it('builds the directory from events: the latest profiles, none of the retired', async () => {
    const saltOf = (index: number): Hex => `0x${`${index}`.padStart(64, '0')}`
    const add = async (index: number, capabilities: readonly string[], liveUntil: number) => {
      const own = agent.createProfile({ capabilities, cardDigest: digest, cardUri: `https://agent.example/${index}` })
      return (await agent.register.sync(client, { chainId, salt: saltOf(index), profile: own, liveUntil })).event.agentId
    }
    const [counter, reporter, gone] = [
      await add(1, ['count'], now + 100),
      await add(2, ['report'], now + 900),
      await add(3, ['count'], now + 900),
    ]
    await agent.retire(client, { chainId, agentId: gone })
    const both = agent.createProfile({ capabilities: ['count', 'report'], cardDigest: digest, cardUri: 'https://agent.example/both' })
    await agent.update(client, { chainId, agentId: reporter, profile: both })
    await agent.heartbeat.sync(client, { chainId, agentId: counter, liveUntil: now + 500 })

    const idsOf = async (query: { capability?: Hex; aliveAt?: number }) =>
      (await agent.getAgents(client, { chainId, ...query })).value.map(({ agentId }) => agentId)
    expect(await idsOf({})).toEqual([counter, reporter])
    expect(await idsOf({ capability: agent.capabilityOf('report') })).toEqual([reporter])
    expect(await idsOf({ capability: agent.capabilityOf('count'), aliveAt: now + 500 })).toEqual([counter, reporter])
    expect(await idsOf({ aliveAt: now + 501 })).toEqual([reporter])
    const { value } = await agent.getAgents(client, { chainId })
    expect(value[1]).toEqual({ agentId: reporter, controller: controller.address, salt: saltOf(2), liveUntil: now + 900, profile: both })
  })

  it('says where it is paid', async () => {
    expect((await agent.getPayout(client, { chainId, account: controller.address })).value).toBe(controller.address)
    const { event } = await agent.setPayout.sync(client, { chainId, payout: stranger.address })
    expect(event).toEqual({ account: controller.address, payout: stranger.address })
    expect((await agent.getPayout(client, { chainId, account: controller.address })).value).toBe(stranger.address)
    await agent.setPayout.sync(client, { chainId, payout: zeroAddress })
    expect((await agent.getPayout(client, { chainId, account: controller.address })).value).toBe(controller.address)
  })

  it('refuses too many capabilities before the registry does', () => {
    const capabilities = Array.from({ length: 33 }, (_, index) => `skill ${index}`)
    expect(() => agent.createProfile({ capabilities, cardDigest: digest, cardUri: '' })).toThrow(errors.FormatError)
  })
})
