import { encodeFunctionData, type Hex, parseAbi, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { agent, type Client, errors, why } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'
import { compileMock } from '../support/solidity.ts'

const [controller, far] = [accountOf('controller'), accountOf('far')]
const [homeId, farId] = [31_337, 31_338]
const identities = parseAbi(['function register(string agentURI) returns (uint256)'])
let home: TestChain
let there: TestChain
let own: Client
let other: Client
let setId: Hex
let agentId: Hex
let identityRegistry: Hex

beforeAll(async () => {
  ;[home, there] = (await Promise.all([homeId, farId].map((chainId) => startChain({ chainId, accounts: [controller, far] })))) as [
    TestChain,
    TestChain,
  ]
  setId = await linkAll([home, there])
  own = clientFor([home, there], controller)
  other = clientFor([home, there], far)
  const profile = agent.createProfile({ capabilities: ['text.report'], cardDigest: zeroHash, cardUri: 'https://agent.example/card' })
  const liveUntil = Number((await home.node.getBlock()).timestamp) + 10_000
  agentId = (await agent.register.sync(own, { chainId: homeId, profile, liveUntil })).event.agentId
})

describe('links of agents over two chains', () => {
  it('are there when both sides said so', async () => {
    const account = { accountChainId: farId, accountAddress: far.address }
    const link = { chainId: homeId, agentId, ...account }
    const declared = await agent.declareAccount.sync(own, { ...link, isDeclared: true })
    expect(declared.event).toEqual({ agentId, chainId: BigInt(farId), account: far.address, isDeclared: true })
    expect((await why.whyLink(own, link)).code).toBe('LinkAwaitsClaim')
    const claimed = await agent.claimAgent.sync(other, { chainId: farId, homeChainId: homeId, agentId })
    expect(claimed.event).toMatchObject({ account: far.address, agentId, sequence: 1 })
    await there.node.mine({ blocks: 3 })
    await relay(own, { setId, from: there, to: home })
    expect((await agent.getLink(own, link)).value).toMatchObject({ isLinked: true, isDeclared: true, claimedAgentId: agentId, sequence: 1 })
    expect((await why.whyLink(own, link)).code).toBe('Linked')
    await expect(agent.declareAccount(other, { ...link, isDeclared: false })).rejects.toThrow(errors.AgentWrongController)
  })

  it('carry the proof of an identity on the other chain', async () => {
    identityRegistry = await there.deploy(compileMock('test/mocks/MinimalIdentityRegistry.sol', 'MinimalIdentityRegistry'), [])
    await there.node.sendTransaction({
      account: far,
      chain: null,
      to: identityRegistry,
      data: encodeFunctionData({ abi: identities, functionName: 'register', args: ['https://agent.example/card'] }),
    })
    const identity = { identityRegistry, identityId: 1n }
    const about = { chainId: homeId, agentId, identityChainId: farId, ...identity }
    await agent.declareIdentity.sync(own, { ...about, isDeclared: true })
    expect((await agent.getIdentity(own, about)).value).toMatchObject({ isProven: false, isDeclared: true })
    expect((await why.whyIdentity(own, about)).code).toBe('IdentityAwaitsReport')
    const { event } = await agent.reportIdentity.sync(own, { chainId: farId, homeChainId: homeId, ...identity })
    expect(event).toMatchObject({ owner: far.address, sequence: 2 })
    await there.node.mine({ blocks: 3 })
    await relay(own, { setId, from: there, to: home, first: 1n })
    expect((await agent.getIdentity(own, about)).value).toMatchObject({ isProven: true, owner: far.address })
    expect((await why.whyIdentity(own, about)).code).toBe('IdentityProven')
    expect((await why.whyIdentity(own, { ...about, identityId: 2n })).code).toBe('IdentityAwaitsDeclaration')
  })

  it('end with the word of either side', async () => {
    const link = { chainId: homeId, agentId, accountChainId: farId, accountAddress: far.address }
    await agent.declareAccount.sync(own, { ...link, isDeclared: false })
    expect((await why.whyLink(own, link)).code).toBe('LinkAwaitsDeclaration')
    await agent.declareAccount.sync(own, { ...link, isDeclared: true })
    await agent.claimAgent.sync(other, { chainId: farId, homeChainId: homeId, agentId: zeroHash })
    await there.node.mine({ blocks: 3 })
    await relay(own, { setId, from: there, to: home, first: 2n })
    expect((await agent.getLink(own, link)).value.isLinked).toBe(false)
    const about = { chainId: homeId, agentId, identityChainId: farId, identityRegistry, identityId: 1n }
    expect((await why.whyIdentity(own, about)).code).toBe('IdentityOwnerNotLinked')
    await agent.claimAgent.sync(other, { chainId: farId, homeChainId: homeId, agentId: `0x${'01'.repeat(32)}` })
    await there.node.mine({ blocks: 3 })
    await relay(own, { setId, from: there, to: home, first: 3n })
    expect((await why.whyLink(own, link)).code).toBe('LinkElsewhere')
  })

  it('end with the agent, and why says so', async () => {
    const { liveUntil } = (await agent.getAgent(own, { chainId: homeId, agentId })).value ?? { liveUntil: 0 }
    expect(await why.whyAgent(own, { chainId: homeId, agentId })).toMatchObject({ code: 'AgentAlive', deadline: liveUntil })
    expect((await why.whyAgent(own, { chainId: homeId, agentId: zeroHash })).code).toBe('AgentUnknown')
    const salt: Hex = `0x${'07'.repeat(32)}`
    const profile = agent.createProfile({ capabilities: [], cardDigest: zeroHash, cardUri: '' })
    const { event } = await agent.register.sync(own, { chainId: homeId, profile, salt, liveUntil })
    const gone = { chainId: homeId, agentId: event.agentId }
    await agent.retire.sync(own, gone)
    expect((await why.whyAgent(own, gone)).code).toBe('AgentRetired')
    expect((await why.whyLink(own, { ...gone, accountChainId: farId, accountAddress: far.address })).code).toBe('LinkAgentUnknown')
    const nowhere = await home.deploy(compileMock('test/mocks/MinimalIdentityRegistry.sol', 'MinimalIdentityRegistry'), [])
    const data = encodeFunctionData({ abi: identities, functionName: 'register', args: [''] })
    await home.node.sendTransaction({ account: controller, chain: null, to: nowhere, data })
    const identity = { identityChainId: homeId, identityRegistry: nowhere, identityId: 1n }
    expect((await why.whyIdentity(own, { ...gone, ...identity })).code).toBe('IdentityAgentUnknown')
    await agent.declareIdentity.sync(own, { chainId: homeId, agentId, ...identity, isDeclared: true })
    // From here on it answers nothing.
    await home.node.setCode({ address: nowhere, bytecode: '0x5f5ffd' })
    expect((await why.whyIdentity(own, { chainId: homeId, agentId, ...identity })).code).toBe('IdentityMissing')
  })

  it('need no message at home', async () => {
    const link = { chainId: homeId, agentId, accountChainId: homeId, accountAddress: far.address }
    await agent.declareAccount.sync(own, { ...link, isDeclared: true })
    expect((await agent.claimAgent.sync(other, { chainId: homeId, homeChainId: homeId, agentId })).event.sendId).toBeUndefined()
    expect((await agent.getLink(own, link)).value.isLinked).toBe(true)
  })

  it('say so when the agent is silent', async () => {
    await home.node.increaseTime({ seconds: 20_000 })
    await home.node.mine({ blocks: 1 })
    const owner = { kind: 'account', account: controller.address, chainId: homeId }
    expect(await why.whyAgent(own, { chainId: homeId, agentId })).toMatchObject({ code: 'AgentSilent', owner })
  })

  it('say so when a deployment has none', async () => {
    const { agentLinks: _, ...deployment } = home.deployment
    const old = { ...own, chains: new Map([[homeId, { ...home.config, deployment }]]) }
    expect(() => agent.claimAgent.call(old, { chainId: homeId, homeChainId: farId, agentId })).toThrow(errors.ClientConfigError)
  })
})
