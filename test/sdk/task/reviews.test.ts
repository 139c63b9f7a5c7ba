import { keccak256, parseEther, stringToHex, toHex, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { createClient, errors, task } from '../../../sdk/src/index.ts'
import { answers, people, startTasks, type TaskBench } from '../support/tasks.ts'

const { requester, worker, evaluator, arbitrator, stranger } = people
let bench: TaskBench

beforeAll(async () => {
  bench = await startTasks()
})

const judged = {
  arbitrator: arbitrator.address,
  disputeBond: parseEther('0.5'),
  disputeWindow: 300,
  arbitrationWindow: 400,
  defaultSplit: 4_000,
}

describe('a revision', () => {
  it('keeps what was delivered before, which stands again when nothing better comes', async () => {
    const { client, at } = bench
    const { terms, taskId, work } = await bench.submitted({ maxRevisions: 2 })
    const { event } = await task.revise.sync(client, { ...at, terms, work, account: evaluator })
    expect(event).toMatchObject({ taskId, worker: { account: worker.address }, token: 2, revision: 1 })
    expect(await bench.view(taskId)).toMatchObject({
      state: 'Assigned',
      revisions: 1,
      workDeadline: event.deadline,
      deliverable: undefined,
    })
    expect((await task.getWork(client, { ...at, taskId })).value).toBeUndefined()
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsRevision')
    await expect(task.giveUp(client, { ...at, terms, account: worker })).rejects.toMatchObject({ name: 'TaskDelivered' })
    await bench.passTime(terms.workWindow + 1)
    expect(await bench.codeOf(taskId)).toBe('TaskRedeliveryDue')
    const lapsed = await task.lapse.sync(client, { ...at, terms, account: stranger })
    expect(lapsed.event).toEqual({ outcome: 'Submitted', taskId, ...work, token: 2 })
    expect((await task.getWork(client, { ...at, taskId })).value).toEqual({ ...work, token: 2 })

    await task.revise.sync(client, { ...at, terms, work: { ...work, token: 2 }, account: evaluator })
    const better = await bench.submit(taskId, 3, 'a better report')
    const stale = task.decide(client, { ...at, terms, work: { ...work, token: 3 }, verdict: 10_000, account: evaluator })
    await expect(stale).rejects.toMatchObject({ name: 'TaskWorkWrong', args: { deliverable: work.deliverable } })
    const third = task.revise(client, { ...at, terms, work: better, account: evaluator })
    await expect(third).rejects.toMatchObject({ name: 'RevisionsExhausted', args: { limit: 2 } })
    const { event: decided } = await task.decide.sync(client, { ...at, terms, work: better, verdict: 9_000, account: evaluator })
    expect(decided).toMatchObject({ outcome: 'Settled', verdict: 9_000, fencingToken: 3 })
  })
})

describe('a dispute', () => {
  it('is proposed by the evaluator, countered by the worker, and ruled', async () => {
    const { client, at } = bench
    const { terms, taskId, work } = await bench.submitted(judged)
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsVerdict')
    const { event } = await task.decide.sync(client, { ...at, terms, work, verdict: 1_000, account: evaluator })
    expect(event).toEqual({ outcome: 'Contested', taskId, by: evaluator.address, verdict: 1_000 })
    expect(await bench.view(taskId)).toMatchObject({
      state: 'Contested',
      worker: { account: worker.address },
      deliverable: work.deliverable,
      proposedVerdict: 1_000,
      verdict: undefined,
    })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsCounter')
    const disputed = await task.counter.sync(client, { ...at, terms, work, account: worker })
    expect(disputed.event).toEqual({ via: 'home', taskId, by: worker.address, arbitrator: arbitrator.address })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Disputed', proposedVerdict: 1_000 })
    expect(await bench.codeOf(taskId)).toBe('TaskAwaitsRuling')
    const ruling = await task.rule.sync(client, { ...at, terms, work, verdict: 8_000, account: arbitrator })
    expect(ruling.event).toMatchObject({ ending: 'Ruling', verdict: 8_000 })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Settled', verdict: 8_000, proposedVerdict: undefined })
  })

  it('is proposed by the requester with a bond, and conceded by silence', async () => {
    const { client, at, chain } = bench
    const { terms, taskId, work } = await bench.submitted({ ...judged, token: chain.coin })
    const { event } = await task.contest.sync(client, { ...at, terms, work, verdict: 2_000 })
    expect(event).toEqual({ taskId, by: requester.address, verdict: 2_000 })
    await expect(task.resolve(client, { ...at, terms, work })).rejects.toMatchObject({ name: 'TaskDeadlineNotReached' })
    await bench.passTime(301)
    expect(await bench.codeOf(taskId)).toBe('TaskConcessionDue')
    expect((await task.resolve.sync(client, { ...at, terms, work, account: stranger })).event).toMatchObject({
      ending: 'Concession',
      verdict: 2_000,
    })
  })

  it('ends at the default split when the arbitrator is silent', async () => {
    const { client, at } = bench
    const { terms, taskId, work } = await bench.submitted(judged)
    expect(task.contest.call(client, { ...at, terms, work, verdict: 0 }).value).toBe(judged.disputeBond)
    await task.contest.sync(client, { ...at, terms, work, verdict: 0 })
    await task.counter.sync(client, { ...at, terms, work, account: stranger })
    await bench.passTime(401)
    expect(await bench.codeOf(taskId)).toBe('TaskDefaultSplitDue')
    expect((await task.resolve.sync(client, { ...at, terms, work })).event).toMatchObject({ ending: 'NoRuling', verdict: 4_000 })
  })
})

describe('a split', () => {
  it('ends an assignment with the signature of the worker', async () => {
    const { client, at } = bench
    const { terms, token } = await bench.assigned()
    const agreed = { share: 3_000, token, expiry: terms.openUntil }
    const signatureWorker = await task.signSplit(client, { ...at, terms, worker: worker.address, agreed, account: worker })
    const { event } = await task.split.sync(client, { ...at, terms, agreed, signatureWorker })
    expect(event).toMatchObject({ ending: 'Split', verdict: 3_000, worker: worker.address })
  })

  it('ends a review with both signatures, brought by anyone', async () => {
    const { client, at } = bench
    const { terms, work } = await bench.submitted()
    const agreed = { share: 0, token: work.token, expiry: terms.openUntil }
    const sign = { ...at, terms, worker: worker.address, agreed }
    const signatureWorker = await task.signSplit(client, { ...sign, account: worker })
    const signatureRequester = await task.signSplit(client, sign)
    const call = { ...at, terms, agreed, signatureWorker, signatureRequester, account: stranger }
    await expect(task.split(client, call)).rejects.toMatchObject({ name: 'TaskTokenStale' })
    expect((await task.split.sync(client, { ...call, work })).event).toMatchObject({ ending: 'Split', verdict: 0 })
  })
})

describe('an evaluator that looks at the work', () => {
  it('settles when it is handed in', async () => {
    const { client, at } = bench
    const { terms, token, taskId } = await bench.assigned({ evaluator: answers.half })
    const body = toHex('the work itself')
    const { event } = await task.submitChecked.sync(client, { ...at, terms, token, body, account: worker })
    expect(event).toMatchObject({ taskId, ending: 'Verdict', verdict: 5_000, evaluator: answers.half })
  })
})

describe('a child', () => {
  it('is paid by its parent, and closed when that is over', async () => {
    const { client, at } = bench
    const parent = await bench.assigned({ delegable: parseEther('1') })
    const terms = await bench.termsNow({ requester: worker.address, parent: parent.taskId, reward: parseEther('0.4') })
    const { event } = await task.openChild.sync(client, { ...at, terms, parentTerms: parent.terms, account: worker })
    expect(event).toMatchObject({ parent: parent.taskId, beneficiary: requester.address })
    expect(await bench.codeOf(event.taskId)).toBe('TaskAwaitsClaim')
    await expect(task.closeChild(client, { ...at, terms })).rejects.toMatchObject({ name: 'ParentAlive' })
    const work = await bench.submit(parent.taskId, parent.token)
    await task.decide.sync(client, { ...at, terms: parent.terms, work, verdict: 10_000, account: evaluator })
    expect(await bench.codeOf(event.taskId)).toBe('TaskParentOver')
    const closed = await task.closeChild.sync(client, { ...at, terms, account: stranger })
    expect(closed.event).toMatchObject({ taskId: event.taskId, ending: 'Cancellation', worker: zeroAddress })
  })
})

describe('work under review', () => {
  it('is believed only when it fits the key of the slot', async () => {
    const { at, chain } = bench
    const { taskId, work } = await bench.submitted()
    const lies = { ...work, deliverable: keccak256(stringToHex('another report')) }
    // A node that tells of other work than the task has.
    const lying = createClient({
      chains: [
        {
          ...chain.config,
          transport: (options) => {
            if (chain.config.transport === undefined) throw new TypeError('the test chain has a transport')
            const transport = chain.config.transport(options)
            const request: typeof transport.request = async (call) => {
              const result: unknown = await transport.request(call)
              return JSON.parse(JSON.stringify(result ?? null).replaceAll(work.deliverable.slice(2), lies.deliverable.slice(2)))
            }
            return { ...transport, request }
          },
        },
      ],
    })
    await expect(task.getWork(lying, { ...at, taskId })).rejects.toBeInstanceOf(errors.EventUnseenError)
    await expect(task.getTask(lying, { ...at, taskId })).rejects.toBeInstanceOf(errors.EventUnseenError)
    expect((await task.getWork(bench.client, { ...at, taskId })).value).toEqual(work)
  })
})
