import { type Hex, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { agent, type Client, errors } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'

const [controller, operator, payer] = [accountOf('controller'), accountOf('operator'), accountOf('payer')]
const chainId = 31_337
let chain: TestChain
let [own, running, paying]: Client[] = []
let now: number
let expiry: number

beforeAll(async () => {
  // Neither controller nor operator has coin for gas.
  chain = await startChain({ chainId, accounts: [payer] })
  ;[own, running, paying] = [controller, operator, payer].map((account) => clientFor([chain], account))
  now = Number((await chain.node.getBlock()).timestamp)
  expiry = Math.floor(Date.now() / 1000) + 3600
})

const profile = agent.createProfile({
  capabilities: ['text.report', 'text.count'],
  cardDigest: `0x${'cd'.repeat(32)}`,
  cardUri: 'https://agent.example/card',
})
const bring = (): { own: Client; running: Client; paying: Client } => {
  if (own === undefined || running === undefined || paying === undefined) throw new TypeError('no chain')
  return { own, running, paying }
}

describe('what controllers and operators sign', () => {
  it('carries an agent through its life, and the keys never pay', async () => {
    const { own, running, paying } = bring()
    const liveUntil = expiry + 1000
    const registration = await agent.signRegistration(own, { chainId, profile, liveUntil, expiry })
    const from = { chainId, controller: controller.address, profile, liveUntil, expiry }
    const { event } = await agent.registerFor.sync(paying, { ...from, signature: registration })
    const { agentId } = event
    expect(event).toMatchObject({ controller: controller.address, salt: zeroHash, profile })
    await expect(agent.registerFor(paying, { ...from, signature: registration })).rejects.toThrow(errors.AgentAlreadyRegistered)
    const stranger = { ...from, controller: operator.address }
    await expect(agent.registerFor(paying, { ...stranger, signature: registration })).rejects.toThrow(errors.SignatureInvalid)

    const change = { chainId, agentId, operator: operator.address, isOperator: true, expiry }
    const naming = await agent.signOperator(own, change)
    expect((await agent.setOperatorFor.sync(paying, { ...change, version: 1, signature: naming })).event.isOperator).toBe(true)
    expect((await agent.getOperator(paying, { chainId, agentId, account: operator.address })).value).toBe(true)
    await expect(agent.setOperatorFor(paying, { ...change, version: 1, signature: naming })).rejects.toThrow(errors.AgentVersionWrong)

    const longer = { chainId, agentId, liveUntil: liveUntil + 1000, expiry }
    const beat = await agent.signHeartbeat(running, longer)
    const beaten = await agent.heartbeatFor.sync(paying, { ...longer, signer: operator.address, version: 2, signature: beat })
    expect(beaten.event.liveUntil).toBe(liveUntil + 1000)

    const other: agent.Profile = { ...profile, cardUri: 'https://agent.example/other' }
    const updating = await agent.signUpdate(own, { chainId, agentId, profile: other, expiry })
    const updated = await agent.updateFor.sync(paying, { chainId, agentId, profile: other, version: 2, expiry, signature: updating })
    expect(updated.event).toEqual({ agentId, version: 3, profile: other })

    const ending = await agent.signRetirement(own, { chainId, agentId, expiry })
    expect((await agent.retireFor.sync(paying, { chainId, agentId, version: 3, expiry, signature: ending })).event).toEqual({ agentId })
  })

  it('is not signed when no registry would take it', async () => {
    const { own, running, paying } = bring()
    const salt: Hex = `0x${'01'.repeat(32)}`
    const { event } = await agent.register.sync(paying, { chainId, profile, salt, liveUntil: now + 5000 })
    const about = { chainId, agentId: event.agentId, expiry }
    await expect(agent.signUpdate(running, { ...about, profile })).rejects.toThrow(errors.SignatureRefusedError)
    await expect(agent.signHeartbeat(own, { ...about, liveUntil: expiry })).rejects.toThrow(errors.SignatureRefusedError)
    await expect(agent.signRetirement(paying, { ...about, expiry: 1 })).rejects.toThrow(/expiry/)
    await expect(agent.signRetirement(paying, { ...about, agentId: zeroHash })).rejects.toThrow(/agentId/)
    await expect(agent.signRegistration(own, { chainId, profile, liveUntil: 1, expiry })).rejects.toThrow(/liveUntil/)
    const named = await agent.setOperator.sync(paying, { ...about, operator: operator.address, isOperator: true })
    expect(named.event).toEqual({ agentId: event.agentId, operator: operator.address, isOperator: true })
    // The signature is there, and its controller ends all that are about.
    const signature = await agent.signRetirement(paying, about)
    expect((await agent.revokeSignatures.sync(paying, about)).event.version).toBe(3)
    await expect(agent.retireFor(paying, { ...about, version: 2, signature })).rejects.toThrow(errors.AgentVersionWrong)
  })
})

describe('many agents at once', () => {
  it('registers them, and renews those it may', async () => {
    const { paying } = bring()
    const salts = Array.from({ length: 5 }, (_, index): Hex => `0x${`${index + 10}`.padStart(64, '0')}`)
    const agents = salts.map((salt) => ({ salt, profile }))
    const { event } = await agent.registerBatch.sync(paying, { chainId, agents, liveUntil: now + 5000 })
    expect(event.map(({ salt }) => salt)).toEqual(salts)
    const agentIds = event.map(({ agentId }) => agentId)
    await agent.retire.sync(paying, { chainId, agentId: agentIds[2] ?? zeroHash })
    const beaten = await agent.heartbeatBatch.sync(paying, { chainId, agentIds, liveUntil: now + 9000 })
    expect(beaten.event.map(({ agentId }) => agentId)).toEqual(agentIds.filter((_, index) => index !== 2))
  })
})
