import { custom, decodeFunctionData, getAbiItem, pad, recoverTypedDataAddress, toFunctionSelector, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { taskEscrowAbi, taskPortalAbi } from '../../../sdk/src/abis/index.ts'
import { task } from '../../../sdk/src/index.ts'
import { clientFor } from '../support/chain.ts'
import { people, startTasks, type TaskBench } from '../support/tasks.ts'

const { requester, worker, successor, evaluator, arbitrator, stranger } = people
/** Where the worker lives. No node answers there, and none is asked. */
const far = 777
const deliverable = `0x${'ab'.repeat(32)}` as const
let bench: TaskBench

beforeAll(async () => {
  bench = await startTasks()
})

const disputable = { arbitrator: arbitrator.address, disputeWindow: 300, arbitrationWindow: 300, disputeBond: 5n }

/** A task that admits the far chain, with deposits there for both workers. */
async function openToFar(changes: Partial<task.CreateTermsParameters> = {}) {
  const { client, at } = bench
  const { terms, taskId } = await bench.opened({ chains: [far], grace: 60, ...changes })
  const amount = 4n * terms.workerBond + 10n
  for (const { address: account } of [worker, successor]) {
    const actor = { chainId: far, account }
    await task.deposit.sync(client, { ...at, actor, token: terms.token, amount, account: stranger })
  }
  const given = { ...at, actorChainId: far, terms, expiry: terms.openUntil, account: worker }
  const sent = { ...at, homeChainId: at.chainId, terms, taskId, sponsor: stranger.address, account: stranger }
  return { terms, taskId, given, sent, sponsor: stranger.address }
}

describe('an actor of another chain', () => {
  it('has every action brought home by anyone, with its signature', async () => {
    const { client, at } = bench
    const bond = 9n
    const { terms, taskId, given, sent, sponsor } = await openToFar({ ...disputable, suspectBond: bond, answerWindow: 100 })
    const claimed = await task.claim.sync(client, { ...sent, signed: await task.signClaim(client, { ...given, sponsor }) })
    expect(claimed.event).toMatchObject({ via: 'home', taskId, token: 1 })
    expect(await bench.view(taskId)).toMatchObject({ worker: { chainId: far, account: worker.address } })

    await task.suspect.sync(client, { ...at, terms, account: stranger })
    const living = await task.signAlive(client, { ...given, token: 1, bond })
    const answered = await task.alive.sync(client, { ...sent, token: 1, bond, signed: living })
    expect(answered.event).toEqual({ via: 'home', taskId, worker: worker.address })
    await expect(task.alive(client, { ...sent, token: 1, bond, signed: living })).rejects.toMatchObject({ name: 'RequestRefused' })

    const work = await task.signSubmission(client, { ...given, token: 1, deliverable })
    await task.submit.sync(client, { ...sent, token: 1, deliverable, signed: work })
    const seen = { worker: worker.address, token: 1, deliverable }
    await task.decide.sync(client, { ...at, terms, work: seen, verdict: 100, account: evaluator })
    const signed = await task.signCounter(client, { ...given, work: seen, sponsor })
    const disputed = await task.counter.sync(client, { ...sent, work: seen, signed })
    expect(disputed.event).toEqual({ via: 'home', taskId, by: sponsor, arbitrator: arbitrator.address })
    await task.rule.sync(client, { ...at, terms, work: seen, verdict: 10_000, account: arbitrator })
    expect(await bench.view(taskId)).toMatchObject({ state: 'Settled', verdict: 10_000, ending: 'Ruling' })
  })

  it('is the worker by every look, whatever a node tells that makes a block while it answers', async () => {
    const { client, at, chain } = bench
    const { taskId, given, sent, sponsor } = await openToFar()
    await task.claim.sync(client, { ...sent, signed: await task.signClaim(client, { ...given, sponsor }) })
    const workerOf = toFunctionSelector(getAbiItem({ abi: taskEscrowAbi, name: 'workerOf' }))
    // As after its work was handed in: nobody is in the slot.
    const nobody = pad('0x', { size: 64 })
    let early = 1
    const request = async (call: { readonly method: string; readonly params?: object }) => {
      const isAsked = call.method === 'eth_call' && JSON.stringify(call.params).includes(workerOf)
      return isAsked && early-- > 0 ? nobody : chain.provider.request(call)
    }
    const torn = clientFor([{ ...chain, config: { ...chain.config, transport: custom({ request }, { retryCount: 0 }) } }])
    const { value } = await task.getTask(torn, { ...at, taskId })
    expect(value).toMatchObject({ state: 'Assigned', worker: { chainId: far, account: worker.address } })
    expect(early).toBe(-1)
    early = 3
    await expect(task.getTask(torn, { ...at, taskId })).rejects.toMatchObject({ name: 'EventUnseenError', retryable: true })
  })

  it('gives up, and hands on', async () => {
    const { client, at } = bench
    const { terms, taskId, given, sent, sponsor } = await openToFar()
    await task.claim.sync(client, { ...sent, signed: await task.signClaim(client, { ...given, sponsor }) })
    const from = { chainId: far, account: worker.address }
    const to = { chainId: far, account: successor.address }
    const change = { to, sponsor, token: 1, expiry: terms.openUntil }
    const sign = (account: typeof worker) => task.signActorHandoff(client, { ...at, terms, from, change, account })
    const signatures = { signatureFrom: await sign(worker), signatureTo: await sign(successor) }
    const handed = await task.handoffBetween.sync(client, { ...at, terms, change, ...signatures, account: stranger })
    expect(handed.event).toMatchObject({ via: 'home', taskId, worker: to, token: 2 })
    const signed = await task.signGiveUp(client, { ...given, token: 2, account: successor })
    const { event } = await task.giveUp.sync(client, { ...sent, token: 2, signed })
    expect(event).toMatchObject({ via: 'home', taskId, outcome: 'Reopened', ending: 'GiveUp' })
  })

  it('is refused with the reason that its portal would be told', async () => {
    const { client } = bench
    const { given, sent, sponsor } = await openToFar()
    const signed = await task.signClaim(client, { ...given, sponsor, token: 3 })
    await expect(task.claim(client, { ...sent, token: 3, signed })).rejects.toMatchObject({
      name: 'RequestRefused',
      args: { refusal: 'Stale' },
    })
    await expect(task.signGiveUp(client, { ...given, actorChainId: 778, token: 1 })).rejects.toMatchObject({
      name: 'SignatureRefusedError',
    })
  })
})

describe('the way of an action', () => {
  it('is the portal from another chain, and signatures count at home only', async () => {
    const { terms } = await openToFar()
    const home = bench.at.chainId
    const taskId = task.getTaskId(bench.client, { ...bench.at, terms })
    const signed = { actor: { chainId: far, account: worker.address }, expiry: 1, signature: '0x' } as const
    expect(task.routeOf({ chainId: home })).toBe('home')
    expect(task.routeOf({ chainId: far, homeChainId: home })).toBe('portal')
    expect(task.routeOf({ chainId: home, signed })).toBe('signed')
    expect(() => task.routeOf({ chainId: far, homeChainId: home, signed })).toThrow('signature')
    // The bench knows one chain: its portal is asked for a task of another.
    const at = { chainId: home, homeChainId: far }
    const work = { worker: worker.address, token: 1, deliverable }
    const change = { to: { chainId: home, account: successor.address }, sponsor: zeroAddress, token: 1, expiry: 5 }
    const calls = [
      task.giveUp.call(bench.client, { ...at, terms, token: 2 }),
      task.alive.call(bench.client, { ...at, taskId, token: 2, bond: 3n }),
      task.counter.call(bench.client, { ...at, terms, work, sponsor: requester.address }),
      task.handoffBetween.call(bench.client, { ...at, terms, change, signatureTo: '0x12' }),
      task.askReceipt.call(bench.client, { ...at, terms }),
    ]
    const asked = calls.map(({ to, data, value }) => {
      expect({ to, value }).toEqual({ to: bench.chain.deployment.taskPortal, value: 0n })
      return decodeFunctionData({ abi: taskPortalAbi, data })
    })
    expect(asked.map(({ functionName }) => functionName)).toEqual(['giveUp', 'alive', 'counter', 'handoff', 'askReceipt'])
    expect(asked.every(({ args }) => args?.[0] === BigInt(far))).toBe(true)
    expect(asked[3]?.args?.[3]).toBe('0x12')
  })
})

describe('the receipt of a task', () => {
  it('goes to chains that have a portal, once it is over', async () => {
    const { client, at } = bench
    const { terms, taskId } = await openToFar()
    await expect(task.sendReceipt(client, { ...at, terms, toChainId: far })).rejects.toMatchObject({ name: 'TaskNotOver' })
    await task.cancel.sync(client, { ...at, terms })
    await expect(task.sendReceipt(client, { ...at, terms, toChainId: far })).rejects.toMatchObject({ name: 'AnswerUnavailable' })
    expect((await task.getReceipt(client, { ...at, homeChainId: far, taskId })).value).toBeUndefined()
  })
})

describe('what actors sign', () => {
  it('names task, home, chain and account', async () => {
    const { client, chain } = bench
    const { terms, taskId, given, sponsor } = await openToFar()
    const about = { chainId: chain.chainId, escrow: chain.deployment.taskEscrow, taskId }
    const { actor, expiry, signature } = await task.signClaim(client, { ...given, sponsor })
    const typed = task.claimTypedData({ ...about, actor, sponsor, token: 0, expiry })
    expect(actor).toEqual({ chainId: far, account: worker.address })
    expect(await recoverTypedDataAddress({ ...typed, signature })).toBe(worker.address)
    expect(expiry).toBe(terms.openUntil)
  })
})
