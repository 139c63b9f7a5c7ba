import { encodeFunctionData, hashTypedData, parseEther, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { taskEscrowAbi } from '../../../sdk/src/abis/index.ts'
import { task } from '../../../sdk/src/index.ts'
import { answers, people, startTasks, type TaskBench } from '../support/tasks.ts'

const { requester, worker, successor, evaluator, stranger } = people
let bench: TaskBench

beforeAll(async () => {
  bench = await startTasks()
})

const offerOf = (expiry: number, token = 1): task.Offer => ({ worker: worker.address, sponsor: worker.address, token, expiry })

describe('a posting that the requester signed', () => {
  it('is posted by anyone, who pays all of it', async () => {
    const { client, at, chain } = bench
    const terms = await bench.termsNow({ evaluatorFee: 7n, triggerReward: 3n })
    const expiry = terms.openUntil
    const signature = await task.signPosting(client, { ...at, terms, expiry })
    const before = await chain.node.getBalance({ address: chain.deployment.taskEscrow })
    const { event } = await task.openFor.sync(client, { ...at, terms, expiry, signature, account: stranger })
    expect(event.terms).toEqual(terms)
    expect((await chain.node.getBalance({ address: chain.deployment.taskEscrow })) - before).toBe(task.totalOf(terms))
    expect(task.totalOf(terms)).toBe(terms.reward + 10n)
    await expect(task.openFor(client, { ...at, terms, expiry, signature })).rejects.toMatchObject({ name: 'TaskWrongState' })
  })

  it('counts no more once it is taken back, expired or of other terms', async () => {
    const { client, at } = bench
    const terms = await bench.termsNow()
    const expiry = terms.openUntil
    const signature = await task.signPosting(client, { ...at, terms, expiry })
    const post = (more: Partial<task.OpenForParameters> = {}) =>
      task.openFor(client, { ...at, terms, expiry, signature, account: stranger, ...more })
    await expect(post({ expiry: expiry + 1 })).rejects.toMatchObject({ name: 'SignatureInvalid' })
    await expect(post({ terms: { ...terms, reward: 1n } })).rejects.toMatchObject({ name: 'SignatureInvalid' })
    await expect(post({ expiry: 1 })).rejects.toMatchObject({ name: 'SignatureExpired' })

    const taskId = task.getTaskId(client, { ...at, terms })
    const { chainId, deployment } = bench.chain
    const digest = hashTypedData(task.postingTypedData({ chainId, escrow: deployment.taskEscrow, taskId, expiry }))
    expect((await task.revokeSignature.sync(client, { ...at, digest })).event).toEqual({ account: requester.address, digest })
    await expect(post()).rejects.toMatchObject({ name: 'SignatureTakenBack', args: { account: requester.address, digest } })

    const other = await bench.termsNow()
    const posting = await task.signPosting(client, { ...at, terms: other, expiry })
    expect((await task.revoke.sync(client, { ...at, terms: other })).event).toMatchObject({ ending: 'Cancellation', worker: zeroAddress })
    await expect(post({ terms: other, signature: posting })).rejects.toMatchObject({
      name: 'TaskWrongState',
      args: { actual: 'Cancelled' },
    })
    expect(await bench.codeOf(task.getTaskId(client, { ...at, terms: other }))).toBe('TaskCancelled')
  })
})

describe('hire', () => {
  it('posts and assigns in one call of the requester, in the native coin', async () => {
    const { client, at } = bench
    const terms = await bench.termsNow({ workerBond: 0n, isHireOnly: true })
    const offer = offerOf(terms.openUntil)
    const signature = await task.signOffer(client, { ...at, terms, offer, account: worker })
    const { event } = await task.hire.sync(client, { ...at, terms, offer, signature })
    expect(event).toMatchObject({ worker: { chainId: bench.home, account: worker.address }, token: 1 })
    expect(await bench.view(event.taskId)).toMatchObject({ state: 'Assigned', price: 10_000, workDeadline: event.deadline })
  })

  it('assigns what is posted already without paying again', async () => {
    const { client, at } = bench
    const { terms, taskId } = await bench.opened({ workerBond: 0n, isHireOnly: true })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsHire')
    const offer = offerOf(terms.openUntil)
    const signature = await task.signOffer(client, { ...at, terms, offer })
    expect(task.hire.call(client, { ...at, terms, offer, signature, isPosted: true }).value).toBe(0n)
    expect(task.hire.call(client, { ...at, terms, offer, signature }).value).toBe(terms.reward)
    expect((await task.hire.sync(client, { ...at, terms, offer, signature, account: worker })).event.taskId).toBe(taskId)
  })

  it('posts by the allowance of a requester that only signed', async () => {
    const { client, at, chain } = bench
    const terms = await bench.termsNow({ token: chain.coin })
    const offer = offerOf(terms.openUntil)
    const signature = await task.signOffer(client, { ...at, terms, offer })
    await expect(task.hire(client, { ...at, terms, offer, signature, account: stranger })).rejects.toMatchObject({
      name: 'SignatureInvalid',
    })
    expect((await task.hire.sync(client, { ...at, terms, offer, signature, account: worker })).event.token).toBe(1)
  })
})

describe('an auction', () => {
  const rules = { allocation: answers.one, challengeWindow: 200 }

  it('goes to the last bid, and pays that bid', async () => {
    const { client, at } = bench
    const { terms, taskId } = await bench.opened(rules)
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsBid')
    const bid = { ...offerOf(terms.openUntil), share: 6_000 }
    const { event: first } = await task.propose.sync(client, { ...at, terms, bid, account: worker })
    expect(first).toMatchObject({ taskId, worker: worker.address, share: 6_000, token: 1 })
    const better = { ...bid, worker: successor.address, sponsor: successor.address, share: 5_000 }
    const signature = await task.signBid(client, { ...at, terms, bid: better, account: successor })
    const { event } = await task.propose.sync(client, { ...at, terms, bid: better, signature, account: stranger })
    expect(event.until).toBe(first.until)
    expect(await bench.view(taskId)).toMatchObject({ state: 'Proposed', worker: { account: successor.address }, price: 5_000 })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsBetterBid')
    await expect(task.award(client, { ...at, terms })).rejects.toMatchObject({ name: 'TaskDeadlineNotReached' })
    await bench.passTime(201)
    expect(await bench.codeOf(taskId)).toBe('TaskAwardDue')
    const { event: awarded } = await task.award.sync(client, { ...at, terms, account: stranger })
    expect(awarded).toEqual({
      taskId,
      worker: { chainId: bench.home, account: successor.address },
      token: 1,
      deadline: event.until + terms.workWindow,
    })
  })

  it('is neither claimed nor hired for', async () => {
    const { client, at, home } = bench
    const { terms } = await bench.opened(rules)
    const claim = task.claim(client, { ...at, homeChainId: home, terms, sponsor: worker.address, account: worker })
    await expect(claim).rejects.toMatchObject({ name: 'AllocationWrong' })
    const offer = offerOf(terms.openUntil)
    await expect(task.signOffer(client, { ...at, terms, offer })).rejects.toMatchObject({ problems: [{ field: 'allocation' }] })
  })
})

describe('a claim', () => {
  it('takes a moving price only down to the least share that it names', async () => {
    const { client, at, home } = bench
    const { terms, taskId } = await bench.opened({ allocation: answers.half })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsPrice')
    const claim = { ...at, homeChainId: home, terms, sponsor: worker.address, account: worker }
    await expect(task.claim(client, claim)).rejects.toMatchObject({ name: 'ShareWrong', args: { expected: 10_000, actual: 5_000 } })
    await task.claim.sync(client, { ...claim, minShare: 5_000 })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Assigned', price: 5_000 })
  })

  it('waits until prerequisites are shown to be met', async () => {
    const { client, at, home } = bench
    const first = await bench.submitted()
    const prerequisites = [{ chainId: home, taskId: first.taskId }]
    const { terms, taskId } = await bench.opened({ prerequisites, minPrerequisiteShare: 8_000 })
    const claim = () => task.claim.sync(client, { ...at, homeChainId: home, terms, sponsor: worker.address, account: worker })
    const confirm = () => task.confirmPrerequisites.sync(client, { ...at, terms, prerequisites, account: stranger })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsPrerequisites')
    await expect(claim()).rejects.toMatchObject({ name: 'PrerequisitesUnmet' })
    await expect(confirm()).rejects.toMatchObject({ name: 'PrerequisiteUnmet', args: { prerequisite: first.taskId } })
    await task.decide.sync(client, { ...at, ...first, verdict: 8_000, account: evaluator })
    expect((await confirm()).event).toEqual({ taskId })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsClaim')
    expect((await claim()).event).toMatchObject({ taskId, token: 1 })
  })
})

describe('an assignment', () => {
  it('is given back at half of what a lapse costs', async () => {
    const { client, at } = bench
    const { terms, taskId } = await bench.assigned()
    const { event } = await task.giveUp.sync(client, { ...at, terms, account: worker })
    expect(event).toMatchObject({ taskId, outcome: 'Reopened', ending: 'GiveUp', fencingToken: 1 })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Open', worker: undefined })
  })

  it('passes on with the signatures that the terms want', async () => {
    const { client, at } = bench
    const { terms, taskId, token } = await bench.assigned({ handoffRule: 1 })
    const { workDeadline } = await bench.view(taskId)
    const change = { to: successor.address, sponsor: successor.address, token, expiry: terms.openUntil }
    const sign = { ...at, terms, from: worker.address, change }
    const signatureTo = await task.signHandoff(client, { ...sign, account: successor })
    const call = { ...at, terms, change, signatureTo, account: worker }
    await expect(task.handoff(client, call)).rejects.toMatchObject({ name: 'SignatureInvalid', args: { account: requester.address } })
    const signatureRequester = await task.signHandoff(client, sign)
    const signatureFrom = await task.signHandoff(client, { ...sign, account: worker })
    const { event } = await task.handoff.sync(client, { ...call, signatureFrom, signatureRequester, account: stranger })
    const heir = { chainId: bench.home, account: successor.address }
    expect(event).toEqual({ taskId, worker: heir, token: 2, deadline: workDeadline })
    expect(await bench.view(taskId)).toMatchObject({ worker: heir, token: 2 })
  })

  it('is doubted at a price that doubles, and answered', async () => {
    const { client, at } = bench
    const bond = parseEther('0.1')
    const { terms, taskId } = await bench.assigned({ suspectBond: bond, answerWindow: 100 })
    const suspect = () => task.suspect.sync(client, { ...at, terms, account: stranger })
    for (const expected of [bond, 2n * bond, 4n * bond]) {
      expect((await task.getSuspicionBond(client, { ...at, terms })).value).toBe(expected)
      const { event } = await suspect()
      expect(event).toMatchObject({ taskId, by: stranger.address, bond: expected })
      expect((await task.getSuspicion(client, { ...at, taskId })).value).toEqual({
        by: stranger.address,
        until: event.until,
        bond: expected,
      })
      expect(await bench.codeOf(taskId)).toBe('TaskAwaitsAnswer')
      await expect(suspect()).rejects.toMatchObject({ name: 'SuspicionPending' })
      expect((await task.alive.sync(client, { ...at, taskId, account: worker })).event).toEqual({
        via: 'home',
        taskId,
        worker: worker.address,
      })
      expect((await task.getSuspicion(client, { ...at, taskId })).value).toBeUndefined()
    }
    expect((await task.getCredit(client, { ...at, account: worker.address })).value).toBe(7n * bond)
  })

  it('is lost when a doubt stays unanswered, and the next one costs the first bond again', async () => {
    const { client, at } = bench
    const bond = parseEther('0.1')
    const { terms, taskId } = await bench.assigned({ suspectBond: bond, answerWindow: 100 })
    await task.suspect.sync(client, { ...at, terms, account: stranger })
    await bench.passTime(101)
    expect(await bench.codeOf(taskId)).toBe('TaskLapseDue')
    const { event } = await task.lapse.sync(client, { ...at, terms, account: stranger })
    expect(event).toMatchObject({ outcome: 'Reopened', ending: 'Lapse', worker: worker.address })
    await task.claim.sync(client, { ...at, homeChainId: bench.home, terms, sponsor: worker.address, account: worker })
    expect((await task.getSuspicionBond(client, { ...at, terms })).value).toBe(bond)
  })
})

describe('a call alone', () => {
  it('is what the verb sends', async () => {
    const { client, at, chain } = bench
    const terms = await bench.termsNow()
    expect(task.award.call(client, { ...at, terms })).toEqual({
      to: chain.deployment.taskEscrow,
      data: encodeFunctionData({ abi: taskEscrowAbi, functionName: 'award', args: [terms] }),
      value: 0n,
    })
  })
})
