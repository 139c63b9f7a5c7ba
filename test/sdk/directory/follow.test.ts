import { type Hex, zeroAddress, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { agent, type Client, directory } from '../../../sdk/src/index.ts'
import { sqliteDirectory } from '../../../sdk/src/node/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'

const [controller, other] = [accountOf('controller'), accountOf('other')]
const chainId = 31_337
let chain: TestChain
let client: Client
let start: number

beforeAll(async () => {
  chain = await startChain({ chainId, accounts: [controller, other] })
  client = clientFor([chain], controller)
  start = Number((await chain.node.getBlock()).timestamp)
})

const profileOf = (name: string) =>
  agent.createProfile({ capabilities: [name], cardDigest: zeroHash, cardUri: 'https://agent.example/card' })

/** Reads until nothing more is waiting. */
async function readAll(found: directory.Directory): Promise<void> {
  while (await found.step());
}

describe('a directory that follows a chain', () => {
  it('knows what is final, survives a restart, and shows nobody as live past its second', async () => {
    const store = sqliteDirectory({ path: ':memory:' })
    // This reader's clock stands still, long behind the chain's.
    const follow = () => directory.createDirectory({ chains: [chain.config], store, now: () => start * 1000 - 3_600_000 })
    const found = follow()
    const agents = ['text.report', 'code.write'].map((name, index): { salt: Hex; profile: agent.Profile } => ({
      salt: `0x${`${index + 1}`.padStart(64, '0')}`,
      profile: profileOf(name),
    }))
    const { event } = await agent.registerBatch.sync(client, { chainId, agents, liveUntil: start + 5_000 })
    const [first = zeroHash, second = zeroHash] = event.map(({ agentId }) => agentId)
    await readAll(found)
    // Two blocks are not final yet.
    expect(found.query()).toEqual([])
    await chain.node.mine({ blocks: 2 })
    await readAll(found)
    expect(found.query({ capabilities: ['text.report'] })).toMatchObject([
      { agentId: first, controller: controller.address, liveUntil: start + 5_000 },
    ])
    expect(found.status()[0]).toMatchObject({ isSynced: true, halt: undefined })

    const link = { chainId, agentId: first, accountChainId: chainId, accountAddress: other.address }
    await agent.declareAccount.sync(client, { ...link, isDeclared: true })
    await agent.claimAgent.sync(client, { chainId, homeChainId: chainId, agentId: first, account: other })
    await agent.heartbeat.sync(client, { chainId, agentId: second, liveUntil: start + 9_000 })
    await chain.node.mine({ blocks: 2 })
    const again = follow()
    await readAll(again)
    expect(again.accountsOf(link).map(({ address }) => address)).toEqual([controller.address, other.address])
    expect(again.query({ capabilities: ['code.write'] })).toMatchObject([{ liveUntil: start + 9_000 }])

    // By the chain's clock the first one is dead, though no event says so.
    await chain.node.increaseTime({ seconds: 6_000 })
    await chain.node.mine({ blocks: 1 })
    await readAll(again)
    expect(again.query().map(({ agentId }) => agentId)).toEqual([second])
    expect(again.query({ withSilent: true })).toHaveLength(2)
    await agent.retire.sync(client, { chainId, agentId: second })
    await chain.node.mine({ blocks: 2 })
    await readAll(again)
    expect(again.query()).toEqual([])
    expect(again.get({ chainId, agentId: second })).toBeUndefined()
  })

  it('hears only the contracts of the deployment', async () => {
    const log = { topics: [], data: '0x', blockNumber: 1n, blockHash: zeroHash, transactionHash: zeroHash, logIndex: 0 } as const
    expect(directory.factsOf([{ ...log, address: zeroAddress }], chain.deployment)).toEqual([])
    const sources = directory.directorySources(chain.deployment).map(({ address }) => address)
    expect(sources).toEqual([chain.deployment.agentRegistry, chain.deployment.taskEscrow, chain.deployment.agentLinks])
  })
})
