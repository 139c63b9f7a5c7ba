import { getAddress, type Hex, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { agreement, type Client, charter, errors, why } from '../../../sdk/src/index.ts'
import { adopt, agreeOn, courier, proposals } from '../support/agreements.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll } from '../support/link.ts'
import { place } from '../support/recipients.ts'

const [homeId, awayId] = [31_337, 31_338]
const members = ['alice', 'bob', 'carol'].map(accountOf)
const stranger = accountOf('stranger')
const document = charter.createDocument({ name: 'Hansards', members: members.map(({ address }) => address) })
const target = getAddress('0x00000000000000000000000000000000000000e3')
const hello: agreement.PlanCall = { target, value: 0n, data: '0x01' }
let home: TestChain
let away: TestChain
let client: Client
let bring: ReturnType<typeof courier>
let next: ReturnType<typeof proposals>
let charterId: Hex

beforeAll(async () => {
  home = await startChain({ chainId: homeId, accounts: [...members, stranger] })
  away = await startChain({ chainId: awayId, accounts: [stranger] })
  client = clientFor([home, away], stranger)
  bring = courier(client, await linkAll([home, away]))
  next = proposals(home)
  charterId = await adopt(client, { chain: home, document, signers: members })
  await charter.announce.sync(client, { chainId: homeId, charterId })
  await bring({ from: home, to: away, isBroadcast: true })
})

const ask = (proposal: agreement.Proposal) => why.whyAgreement(client, { chainId: homeId, proposal })
const isOf = (code: string, kind: string, evidence = {}) => ({ code, owner: { kind }, deadline: undefined, evidence })

/** What the charter, or the two first members without it, would do. */
const planOf = (changes: Partial<agreement.Plan> = {}) => {
  const plan = { charter: charterId, epoch: 1, threshold: 0, calls: [], legs: [], ...changes }
  return { participants: document.members, plan }
}
const pair = { participants: document.members.slice(0, 2), plan: { charter: zeroHash, epoch: 0, threshold: 1, calls: [], legs: [] } }
const signersOf = (participants: readonly Hex[]) => members.filter(({ address }) => participants.includes(address))

/** Proposed on its chain, and accepted by so many of two until that second. */
async function accepted(count: number, expiry?: number) {
  const signers = signersOf(pair.participants)
  const [proposer] = signers
  if (proposer === undefined) throw new RangeError('nobody')
  const { value: last } = await agreement.getNonce(client, { chainId: homeId, proposer: proposer.address })
  const proposal = await next(pair, { proposer: proposer.address, nonce: last + 1n })
  const signature = await agreement.signIntent(client, { chainId: homeId, proposal, account: proposer })
  await agreement.propose.sync(client, { chainId: homeId, proposal, signature })
  const until = expiry ?? Number(proposal.intent.expiry)
  for (const account of signers.slice(0, count)) {
    const acceptance = await agreement.signAcceptance(client, { chainId: homeId, proposal, expiry: until, account })
    await agreement.accept.sync(client, { chainId: homeId, proposal, acceptance, expiry: until, account })
  }
  return { proposal, proposer }
}

/** An agreement with these legs, carried out at home. */
async function withLegs(legs: readonly Partial<agreement.Leg>[]) {
  const whole = legs.map((leg) => ({ chainId: BigInt(awayId), gasLimit: 200_000, deadline: 0, calls: [hello], ...leg }))
  const { value } = await charter.getCharter(client, { chainId: homeId, charterId })
  const proposal = await next(planOf({ legs: whole, epoch: value?.epoch ?? 0 }))
  await agreeOn(client, { chain: home, proposal, signers: members.slice(0, 2) })
  return { proposal, legs: whole, intentHash: proposal.intentHash }
}

const legIs = (status: string, index = 0) => ({ [`leg ${index} on chain ${awayId}`]: status })

describe('whyAgreement', () => {
  it('says that nobody should sign what calls itself a plan and is none', async () => {
    const proposal = await next(pair)
    const forged = { ...proposal, payload: { ...proposal.payload, coordinationData: '0xc0ffee' as const } }
    expect(() => agreement.decodePlan(forged.payload)).toThrow(errors.PlanMalformedError)
    const row = await ask(forged)
    expect(row).toMatchObject(isOf('AgreementPlanMalformed', 'nobody', { status: 'none' }))
    expect(row.nextAction).toContain('Do not sign it')
  })

  it('waits for signatures, whether its chain knows of it or not, and for the call once all accepted', async () => {
    const unknown = await next(pair)
    expect(await ask(unknown)).toMatchObject(isOf('AgreementAwaitsSignatures', 'anyone', { status: 'none' }))
    const { proposal } = await accepted(1)
    const waiting = await ask(proposal)
    expect(waiting).toMatchObject(isOf('AgreementAwaitsSignatures', 'anyone', { status: 'proposed', expiry: `${proposal.intent.expiry}` }))
    expect(waiting.nextAction).toContain('agreement.agree')
    expect(waiting.freshness).toMatchObject([{ chainId: homeId }])
    // Without a charter there is no epoch to speak of.
    expect(Object.keys(waiting.evidence)).toEqual(['status', 'expiry'])

    const { proposal: ready } = await accepted(2)
    const row = await ask(ready)
    expect(row).toMatchObject(isOf('AgreementAwaitsExecution', 'anyone', { status: 'ready' }))
    expect(row.nextAction).toContain('agreement.execute')
    await agreement.execute.sync(client, { chainId: homeId, proposal: ready })
    expect(await ask(ready)).toMatchObject(isOf('AgreementDone', 'nobody', { status: 'executed' }))
  })

  it('knows what its proposer gave up, on either path', async () => {
    const unproposed = await next(pair)
    const [first] = signersOf([unproposed.intent.agentId])
    await agreement.withdraw.sync(client, { chainId: homeId, proposal: unproposed, ...(first && { account: first }) })
    expect(await ask(unproposed)).toMatchObject(isOf('AgreementCancelled', 'nobody', { status: 'cancelled' }))
    const { proposal, proposer } = await accepted(2)
    await agreement.cancel.sync(client, { chainId: homeId, intentHash: proposal.intentHash, account: proposer })
    expect(await ask(proposal)).toMatchObject(isOf('AgreementCancelled', 'nobody', { status: 'cancelled' }))
  })

  it('sees a charter amended in between, and what was done under the epoch before', async () => {
    const done = await next(planOf())
    await agreeOn(client, { chain: home, proposal: done, signers: members.slice(0, 2) })
    const waiting = await next(planOf())
    expect(await ask(waiting)).toMatchObject(isOf('AgreementAwaitsSignatures', 'anyone', { currentEpoch: '1', epoch: '1' }))
    const to = charter.createDocument({ ...document, windows: { review: 600 } })
    const change = charter.amendment(client, { chainId: homeId, charterId, epoch: 1, before: document, document: to })
    await agreeOn(client, { chain: home, proposal: await next(change), signers: members.slice(0, 2) })

    const stale = await ask(waiting)
    expect(stale).toMatchObject(isOf('AgreementEpochStale', 'anyone', { currentEpoch: '2', epoch: '1' }))
    expect(stale.nextAction).toContain('charter.diff')
    expect(await ask(done)).toMatchObject(isOf('AgreementDone', 'nobody', { currentEpoch: '2', epoch: '1' }))
    const none = await next(planOf({ charter: `0x${'0c'.repeat(32)}` }))
    expect(await ask(none)).toMatchObject(isOf('AgreementEpochStale', 'anyone', { currentEpoch: '0' }))

    // Others may use it as it was.
    const back = charter.amendment(client, { chainId: homeId, charterId, epoch: 2, before: to, document })
    await agreeOn(client, { chain: home, proposal: await next(back), signers: members.slice(0, 2) })
  })

  it('follows legs to their chain and back', async () => {
    await place(away, target, 'accept')
    const { proposal, intentHash } = await withLegs([{}, {}])
    const asked = await ask(proposal)
    expect(asked).toMatchObject(isOf('AgreementAwaitsReports', 'watchers', { ...legIs('none'), ...legIs('none', 1) }))
    expect(asked.nextAction).toContain('why.whyMessage')
    await bring({ from: home, to: away })
    const leg = { chainId: awayId, homeChainId: homeId, intentHash, index: 1 }
    expect((await agreement.getLeg(client, leg)).value).toBe('done')
    // Done there, and not yet said here.
    const report = { chainId: homeId, legChainId: awayId, intentHash, index: 1 }
    expect((await agreement.getReport(client, report)).value).toBe('none')
    expect((await ask(proposal)).code).toBe('AgreementAwaitsReports')
    await bring({ from: away, to: home })
    expect(await ask(proposal)).toMatchObject(isOf('AgreementDone', 'nobody', { ...legIs('done'), ...legIs('done', 1) }))

    expect((await agreement.getReport(client, report)).value).toBe('done')
    // Home is told again, and believes the same.
    const { event } = await agreement.sendReport.sync(client, leg)
    expect(event).toMatchObject({ lane: { originChainId: BigInt(awayId), destinationChainId: BigInt(homeId) } })
    expect((await bring({ from: away, to: home })).failed).toEqual([])
    expect((await ask(proposal)).code).toBe('AgreementDone')
    const unknown = agreement.sendReport(client, { ...leg, index: 2 })
    await expect(unknown).rejects.toBeInstanceOf(errors.LegWrongStatus)
    const nowhere = agreement.sendReport(client, { ...leg, homeChainId: 7 })
    await expect(nowhere).rejects.toBeInstanceOf(errors.LegWrongStatus)
  })

  it('names a leg that failed before all that merely waits, until it is retried', async () => {
    const deserted = getAddress('0x00000000000000000000000000000000000000e4')
    const calls = [{ ...hello, target: deserted }]
    const failing = await withLegs([{ calls }])
    await bring({ from: home, to: away })
    await bring({ from: away, to: home })
    const failed = await ask(failing.proposal)
    expect(failed).toMatchObject(isOf('AgreementLegFailed', 'anyone', legIs('failed')))
    expect(failed.nextAction).toContain('agreement.retryLeg')

    const [leg] = failing.legs
    if (leg === undefined) return expect.unreachable()
    const retry = { chainId: awayId, homeChainId: homeId, intentHash: failing.intentHash, index: 0, charterId, leg }
    const changed = { ...retry, leg: { ...leg, calls: [hello] } }
    await expect(agreement.retryLeg(client, changed)).rejects.toBeInstanceOf(errors.LegWrong)
    await place(away, deserted, 'accept')
    const { event } = await agreement.retryLeg.sync(client, retry)
    expect(event).toMatchObject({ intentHash: failing.intentHash, index: 0n, status: agreement.legStatuses.indexOf('done') })
    expect((await ask(failing.proposal)).code).toBe('AgreementLegFailed')
    await bring({ from: away, to: home })
    expect(await ask(failing.proposal)).toMatchObject(isOf('AgreementDone', 'nobody', legIs('done')))
    await expect(agreement.retryLeg(client, retry)).rejects.toBeInstanceOf(errors.LegWrongStatus)
  })

  it('names the worst of several legs', async () => {
    const { timestamp } = await away.node.getBlock()
    const nobody = getAddress('0x00000000000000000000000000000000000000e5')
    const late = { deadline: Number(timestamp) - 1 }
    const broken = { calls: [{ ...hello, target: nobody }] }
    const mixed = await withLegs([late, broken, {}])
    const expired = await withLegs([{}, late])
    await bring({ from: home, to: away })
    await bring({ from: away, to: home })
    const all = { ...legIs('expired'), ...legIs('failed', 1), ...legIs('done', 2) }
    expect(await ask(mixed.proposal)).toMatchObject(isOf('AgreementLegFailed', 'anyone', all))
    const row = await ask(expired.proposal)
    expect(row).toMatchObject(isOf('AgreementLegExpired', 'nobody', { ...legIs('done'), ...legIs('expired', 1) }))
    expect(row.nextAction).toContain('later deadline')
  })

  it('is over at its expiry, and when an acceptance ran out, which its chain sees or not', async () => {
    const { timestamp } = await home.node.getBlock()
    const { proposal: running } = await accepted(2, Number(timestamp) + 60)
    const unknown = await next(planOf({ epoch: 1 }))
    await home.node.increaseTime({ seconds: 60 })
    await home.node.mine({ blocks: 1 })
    // Of the intent itself there is still an hour.
    expect(await ask(running)).toMatchObject(isOf('AgreementExpired', 'nobody', { status: 'expired' }))
    expect((await ask(unknown)).code).toBe('AgreementEpochStale')
    await home.node.setNextBlockTimestamp({ timestamp: unknown.intent.expiry })
    await home.node.mine({ blocks: 1 })
    // Its chain never heard of it. Also of what ran out under a former epoch, that it ran out is what counts.
    const over = await ask(unknown)
    expect(over).toMatchObject(isOf('AgreementExpired', 'nobody', { status: 'none', currentEpoch: '3' }))
    expect(over.nextAction).toContain('later expiry')
  })

  it('calls another type of intent done when it is, and reads no plan out of it', async () => {
    const proposal = await next(pair, { coordinationType: `0x${'07'.repeat(32)}` })
    expect(await ask(proposal)).toMatchObject(isOf('AgreementAwaitsSignatures', 'anyone', { status: 'none' }))
    const { event } = await agreeOn(client, { chain: home, proposal, signers: signersOf(pair.participants) })
    expect(event).toEqual({ intentHash: proposal.intentHash, party: undefined, epoch: undefined, acceptances: undefined })
    expect(await ask(proposal)).toMatchObject(isOf('AgreementDone', 'nobody', { status: 'executed' }))
  })
})
