import { decodeAbiParameters, encodeFunctionData, getAddress, type Hex, parseAbi, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { contractIn } from '../../../sdk/src/actions/contractIn.ts'
import { agreement, type Client, errors } from '../../../sdk/src/index.ts'
import { proposals } from '../support/agreements.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'

const chainId = 31_337
const [alice, bob, stranger] = [accountOf('alice'), accountOf('bob'), accountOf('stranger')]
const participants = [alice.address, bob.address]
const coinAbi = parseAbi(['function mint(address, uint256)', 'function transfer(address, uint256) returns (bool)'])
const balanceAbi = parseAbi(['function balanceOf(address) view returns (uint256)'])
let chain: TestChain
let client: Client
let next: ReturnType<typeof proposals>
let expiry: number

beforeAll(async () => {
  chain = await startChain({ chainId, accounts: [alice, bob, stranger] })
  client = clientFor([chain], stranger)
  next = proposals(chain)
  expiry = Number((await chain.node.getBlock()).timestamp) + 3_600
})

const planOf = (calls: readonly agreement.PlanCall[]): agreement.Plan => ({ charter: zeroHash, epoch: 0, threshold: 2, calls, legs: [] })

/** Both pay a stranger ten from what is theirs together. */
async function payment() {
  const agreements = contractIn(chain.deployment, 'agreements')
  const party = agreement.partyOf({ chainId, agreements, participants: sorted(participants), threshold: 2 })
  const { value: account } = await agreement.getAccount(client, { chainId, party })
  await chain.send(chain.coin, encodeFunctionData({ abi: coinAbi, functionName: 'mint', args: [account, 10n] }))
  const data = encodeFunctionData({ abi: coinAbi, functionName: 'transfer', args: [stranger.address, 10n] })
  return { participants, plan: planOf([{ target: chain.coin, value: 0n, data }]) }
}

const sorted = (accounts: readonly Hex[]) => [...accounts].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
const paid = () => chain.node.readContract({ abi: balanceAbi, address: chain.coin, functionName: 'balanceOf', args: [stranger.address] })

/** Proposed, by the account whose nonce it takes. */
async function proposed(about: Parameters<typeof next>[0] = { participants, plan: planOf([]) }) {
  const proposal = await next({ ...about }, { proposer: alice.address })
  const signature = await agreement.signIntent(client, { chainId, proposal, account: alice })
  const { event } = await agreement.propose.sync(client, { chainId, proposal, signature })
  return { proposal, signature, event }
}

const sign = (proposal: agreement.Proposal, account = bob, until = expiry) =>
  agreement.signAcceptance(client, { chainId, proposal, expiry: until, account })
const statusOf = async ({ intentHash }: agreement.Proposal) => (await agreement.getStatus(client, { chainId, intentHash })).value

describe('an agreement on the path of ERC-8001', () => {
  it('is proposed, accepted by all, and carried out', async () => {
    const about = await payment()
    const { proposal, event } = await proposed(about)
    const { intentHash } = proposal
    const { coordinationType } = proposal.intent
    expect(event).toEqual({ intentHash, proposer: alice.address, coordinationType, participantCount: 2n, coordinationValue: 0n })
    expect((await agreement.getNonce(client, { chainId, proposer: alice.address })).value).toBe(proposal.intent.nonce)
    expect((await agreement.getRequired(client, { chainId, intentHash })).value).toBe(2)
    expect(await statusOf(proposal)).toMatchObject({ status: 'proposed', proposer: alice.address, acceptedBy: [] })

    // Alice brings the word of both.
    const first = { chainId, proposal, acceptance: await sign(proposal), expiry, account: alice }
    const accepted = await agreement.accept.sync(client, first)
    expect(accepted.event).toMatchObject({ intentHash, participant: bob.address, acceptedCount: 1n, requiredCount: 2n })
    await expect(agreement.execute(client, { chainId, proposal })).rejects.toBeInstanceOf(errors.ERC8001_NotReady)
    await agreement.accept.sync(client, { ...first, acceptance: await sign(proposal, alice) })
    expect(await statusOf(proposal)).toMatchObject({ status: 'ready', participants: sorted(participants) })

    const done = await agreement.execute.sync(client, { chainId, proposal })
    expect(done.event).toMatchObject({ intentHash, executor: stranger.address, success: true })
    const [results] = decodeAbiParameters([{ type: 'bytes[]' }], done.event.result)
    expect(results.map((result) => BigInt(result))).toEqual([1n])
    expect(await paid()).toBe(10n)
    expect((await statusOf(proposal)).status).toBe('executed')
    await expect(agreement.execute(client, { chainId, proposal })).rejects.toBeInstanceOf(errors.ERC8001_NotReady)
  })

  it('takes each participant once, from participants only, as it was signed', async () => {
    const { proposal } = await proposed()
    const acceptance = await sign(proposal)
    const accept = (changes: Partial<agreement.AcceptIntentParameters>) =>
      agreement.accept(client, { chainId, proposal, acceptance, expiry, account: alice, ...changes })
    await expect(accept({ account: stranger })).rejects.toBeInstanceOf(errors.ERC8001_NotParticipant)
    for (const changed of [{ expiry: expiry + 1 }, { nonce: 1n }, { conditionsHash: proposal.intentHash }])
      await expect(accept(changed)).rejects.toBeInstanceOf(errors.ERC8001_BadSignature)
    const foreign = { ...acceptance, participant: alice.address }
    await expect(accept({ acceptance: foreign })).rejects.toBeInstanceOf(errors.ERC8001_BadSignature)
    await accept({})
    await expect(accept({})).rejects.toBeInstanceOf(errors.ERC8001_DuplicateAcceptance)
    expect((await statusOf(proposal)).acceptedBy).toEqual([bob.address])
  })

  it('takes what others signed with a nonce and conditions of their own, and what contracts accept', async () => {
    const wallet = getAddress('0x00000000000000000000000000000000000c0de5')
    // Answers everything with the word of ERC-1271.
    await chain.node.setCode({ address: wallet, bytecode: '0x631626ba7e60e01b5f5260205ff3' })
    const { proposal } = await proposed({ participants: [...participants, wallet], plan: planOf([]) })
    const agreements = contractIn(chain.deployment, 'agreements')
    const said = { nonce: 7n, conditionsHash: `0x${'c0'.repeat(32)}` as const }
    const about = { chainId, agreements, intentHash: proposal.intentHash, expiry: BigInt(expiry), ...said }
    const signature = await bob.signTypedData(agreement.acceptanceTypedData({ ...about, participant: bob.address }))
    const first = { chainId, proposal, expiry, account: bob }
    const { event } = await agreement.accept.sync(client, { ...first, acceptance: { participant: bob.address, signature }, ...said })
    expect(event.participant).toBe(bob.address)
    const word = await agreement.accept.sync(client, { ...first, acceptance: { participant: wallet, signature: '0x01' } })
    expect(word.event).toMatchObject({ participant: wallet, acceptedCount: 2n, requiredCount: 3n })
  })

  it('is proposed only as its proposer signed it, once, with a nonce that counts up', async () => {
    const { proposal, signature } = await proposed()
    await expect(agreement.propose(client, { chainId, proposal, signature })).rejects.toBeInstanceOf(errors.ERC8001_NonceTooLow)
    const later = await next({ participants, plan: planOf([]) }, { proposer: alice.address })
    await expect(agreement.propose(client, { chainId, proposal: later, signature })).rejects.toBeInstanceOf(errors.ERC8001_BadSignature)
    const low = await next({ participants, plan: planOf([]) }, { proposer: alice.address, nonce: proposal.intent.nonce })
    const lowly = await agreement.signIntent(client, { chainId, proposal: low, account: alice })
    const again = agreement.propose(client, { chainId, proposal: low, signature: lowly })
    await expect(again).rejects.toBeInstanceOf(errors.ERC8001_NonceTooLow)
  })

  it('is not signed by who does not propose it, nor as what it is not', async () => {
    const proposal = await next({ participants, plan: planOf([]) }, { proposer: alice.address })
    const propose = (changed: agreement.Proposal, account = alice) => agreement.signIntent(client, { chainId, proposal: changed, account })
    const { intent, payload } = proposal
    await expect(propose(proposal, bob)).rejects.toThrow(/account/)
    await expect(propose({ ...proposal, intentHash: zeroHash })).rejects.toThrow(/intentHash/)
    await expect(propose({ ...proposal, payload: { ...payload, timestamp: 1n } })).rejects.toThrow(/payloadHash/)
    const over = { ...intent, expiry: 1n }
    await expect(propose({ ...proposal, intent: over, intentHash: agreement.intentHashOf(over) })).rejects.toThrow(/intent\.expiry/)
    const typed = { ...payload, coordinationType: zeroHash }
    const other = { ...intent, payloadHash: agreement.payloadHashOf(typed) }
    const mixed = { intent: other, payload: typed, intentHash: agreement.intentHashOf(other) }
    await expect(propose(mixed)).rejects.toMatchObject({ problems: [{ field: 'coordinationType' }] })
    const nobody = agreement.signIntent(clientFor([chain]), { chainId, proposal })
    await expect(nobody).rejects.toBeInstanceOf(errors.AccountMissingError)
    await expect(propose(proposal)).resolves.toMatch(/^0x[0-9a-f]{130}$/)
  })

  it('is given up by its proposer, and by anyone once it ran out', async () => {
    const { proposal } = await proposed()
    const { intentHash } = proposal
    const cancel = { chainId, intentHash, reason: 'changed our mind' }
    await expect(agreement.cancel(client, cancel)).rejects.toBeInstanceOf(errors.ERC8001_NotProposer)
    const { event } = await agreement.cancel.sync(client, { ...cancel, account: alice })
    const finalStatus = agreement.agreementStatuses.indexOf('cancelled')
    expect(event).toEqual({ intentHash, canceller: alice.address, reason: cancel.reason, finalStatus })
    expect((await statusOf(proposal)).status).toBe('cancelled')
    await expect(agreement.cancel(client, { ...cancel, account: alice })).rejects.toBeInstanceOf(errors.ERC8001_NotReady)

    const { proposal: other } = await proposed()
    const acceptance = await sign(other)
    await chain.node.setNextBlockTimestamp({ timestamp: other.intent.expiry })
    await chain.node.mine({ blocks: 1 })
    expect((await statusOf(other)).status).toBe('expired')
    const late = { chainId, proposal: other, acceptance, expiry: expiry + 1, account: alice }
    await expect(agreement.accept(client, late)).rejects.toBeInstanceOf(errors.ERC8001_ExpiredIntent)
    expect((await agreement.cancel.sync(client, { chainId, intentHash: other.intentHash })).event.reason).toBe('')
    expect((await agreement.getRequired(client, { chainId, intentHash: zeroHash })).value).toBe(0)
  })
})
