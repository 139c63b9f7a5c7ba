import { encodeFunctionData, type Hex, parseAbi, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { contractIn } from '../../../sdk/src/actions/contractIn.ts'
import { agreement, type Client, charter, errors, task } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'

const chainId = 31_337
const members = ['alice', 'bob', 'carol'].map(accountOf)
const stranger = accountOf('stranger')
const requester = accountOf('requester')
const evaluator = accountOf('evaluator')
const tokenAbi = parseAbi(['function mint(address, uint256)', 'function approve(address, uint256)'])
let chain: TestChain
let client: Client
let now: number
let charterId: Hex

const document = charter.createDocument({
  name: 'Hansards',
  members: members.map(({ address }) => address),
  policies: { isMembersOnly: true },
  windows: { review: 600 },
})

beforeAll(async () => {
  chain = await startChain({ chainId, accounts: [...members, stranger, requester, evaluator] })
  client = clientFor([chain], stranger)
  now = Number((await chain.node.getBlock()).timestamp)
  charterId = charter.charterIdOf({ homeChainId: chainId, charters: contractIn(chain.deployment, 'charters'), document, salt: zeroHash })
})

/** So many members sign, and a stranger brings it. */
async function agreeOn(plan: charter.CharterPlan | { participants: readonly Hex[]; plan: agreement.Plan }, count: number, nonce = 1n) {
  const expiry = now + 3_600
  const proposal = agreement.createIntent({ ...plan, expiry, nonce })
  const signing = members.slice(0, count).map((account) => agreement.signAcceptance(client, { chainId, proposal, expiry, account }))
  const home = { chainId, agreements: contractIn(chain.deployment, 'agreements') }
  const acceptances = await agreement.collectAcceptances({ ...home, proposal, expiry, acceptances: await Promise.all(signing) })
  return { proposal, acceptances }
}

describe('a charter', () => {
  it('is adopted by a quorum of its members, and known by its id', async () => {
    const { proposal, acceptances } = await agreeOn(charter.adoption(client, { chainId, document }), 2)
    const { event } = await agreement.agree.sync(client, { chainId, proposal, acceptances })
    const party = { chainId, agreements: contractIn(chain.deployment, 'agreements'), participants: document.members, threshold: 2 }
    expect(event).toEqual({ intentHash: proposal.intentHash, party: agreement.partyOf(party), epoch: 0, acceptances: 2n })

    const { value } = await charter.getCharter(client, { chainId, charterId })
    const known = { homeChainId: chainId, epoch: 1, quorum: 2, memberCount: 3, isMembersOnly: true, isConflicting: false, hasMembers: true }
    expect(value).toMatchObject({ ...known, documentHash: charter.documentHashOf(document) })
    expect((await charter.getDocument(client, { chainId, charterId, epoch: 1 })).value).toEqual(document)
    expect((await charter.isMember(client, { chainId, charterId, account: members[0]?.address ?? '0x' })).value).toBe(true)
    expect((await charter.isMember(client, { chainId, charterId, account: stranger.address, epoch: 1 })).value).toBe(false)
    expect((await agreement.getStatus(client, { chainId, intentHash: proposal.intentHash })).value.status).toBe('executed')
    await expect(agreement.agree(client, { chainId, proposal, acceptances })).rejects.toBeInstanceOf(errors.IntentKnown)
  })

  it('refuses an agreement of too few, and what nobody should sign', async () => {
    const { proposal, acceptances } = await agreeOn(charter.adoption(client, { chainId, document, salt: `0x${'01'.repeat(32)}` }), 1)
    await expect(agreement.agree(client, { chainId, proposal, acceptances })).rejects.toBeInstanceOf(errors.QuorumMissed)
    const [alice] = members
    if (alice === undefined) throw new RangeError('nobody')
    const shown = { ...proposal, payload: { ...proposal.payload, metadata: '0x01' as const } }
    const sign = (changed: agreement.Proposal, account = alice) =>
      agreement.signAcceptance(client, { chainId, proposal: changed, expiry: now + 60, account })
    await expect(sign(shown)).rejects.toThrow(/payloadHash/)
    await expect(sign({ ...proposal, intentHash: zeroHash })).rejects.toThrow(/intentHash/)
    await expect(sign(proposal, stranger)).rejects.toBeInstanceOf(errors.SignatureRefusedError)
    const home = { chainId, agreements: contractIn(chain.deployment, 'agreements'), proposal, expiry: now + 60 }
    const acceptance = await sign(proposal)
    await expect(agreement.collectAcceptances({ ...home, acceptances: [acceptance, acceptance] })).rejects.toThrow(/twice/)
    const foreign = { ...acceptance, participant: stranger.address }
    await expect(agreement.collectAcceptances({ ...home, acceptances: [foreign] })).rejects.toBeInstanceOf(errors.AcceptancesInvalidError)
  })

  it('lets a member claim without a bond, and nobody else', async () => {
    const { coin, node, deployment } = chain
    await chain.send(coin, encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [requester.address, 10n ** 18n] }))
    const approve = encodeFunctionData({ abi: tokenAbi, functionName: 'approve', args: [deployment.taskEscrow, 10n ** 18n] })
    await node.waitForTransactionReceipt({ hash: await node.sendTransaction({ account: requester, chain: null, to: coin, data: approve }) })
    const terms = task.createTerms({
      homeChainId: chainId,
      requester: requester.address,
      token: coin,
      reward: 1_000n,
      workerBond: 0n,
      slashShare: 0,
      specHash: `0x${'ab'.repeat(32)}`,
      evaluator: evaluator.address,
      openUntil: now + 86_400,
      workWindow: 3_600,
      reviewWindow: 3_600,
      charter: charterId,
      epoch: 1,
    })
    expect(charter.termProblemsUnder(document, terms)).toEqual([])
    expect(charter.termProblemsUnder(document, { ...terms, reviewWindow: 60 })[0]?.reason).toContain('windows.review')
    await task.open.sync(client, { chainId, terms, account: requester })
    const claim = { chainId, homeChainId: chainId, terms }
    await expect(task.claim(client, { ...claim, sponsor: stranger.address })).rejects.toBeInstanceOf(errors.WorkerNotAdmitted)
    const [alice] = members
    const { event } = await task.claim.sync(client, { ...claim, sponsor: alice?.address ?? '0x', ...(alice ? { account: alice } : {}) })
    expect(event).toMatchObject({ via: 'home', token: 1 })
  })

  it('is amended by its members, and an agreement under the epoch before binds nobody', async () => {
    const next = charter.createDocument({ ...document, windows: { review: 900 } })
    const before = { chainId, charterId, epoch: 1, before: document, document: next }
    const late = await agreeOn(charter.amendment(client, before), 2, 7n)
    const { proposal, acceptances } = await agreeOn(charter.amendment(client, before), 2)
    await agreement.agree.sync(client, { chainId, proposal, acceptances })
    expect((await charter.getCharter(client, { chainId, charterId })).value?.epoch).toBe(2)
    expect((await charter.getDocument(client, { chainId, charterId, epoch: 2 })).value).toEqual(next)
    expect(charter.diff(document, next).map(({ rule }) => rule)).toEqual(['windows.review'])
    await expect(agreement.agree(client, { chainId, ...late })).rejects.toBeInstanceOf(errors.CharterEpochStale)
    const { event } = await charter.announce.sync(client, { chainId, charterId })
    expect(event).toMatchObject({ charterId, epoch: 2 })
  })

  it('speaks from its account, whose proposer may withdraw what was not done', async () => {
    const target = chain.deployment.gateway
    const plan = { charter: charterId, epoch: 2, threshold: 0, calls: [{ target, value: 0n, data: '0x' as const }], legs: [] }
    const { proposal, acceptances } = await agreeOn({ participants: document.members, plan }, 3)
    const proposer = members.find(({ address }) => address === proposal.intent.agentId)
    await agreement.withdraw.sync(client, { chainId, proposal, ...(proposer ? { account: proposer } : {}) })
    await expect(agreement.agree(client, { chainId, proposal, acceptances })).rejects.toBeInstanceOf(errors.IntentKnown)
    const { value: account } = await agreement.getAccount(client, { chainId, party: charterId })
    expect(await chain.node.getCode({ address: account })).toBeDefined()
  })
})
