import { erc20Abi, keccak256, parseEther, toHex } from 'viem'
import { getContractEvents, readContract } from 'viem/actions'
import { describe, expect, it } from 'vitest'
import { userAccount } from '../../devnet/src/index.ts'
import { refusalValues } from '../../sdk/src/abis/enums.ts'
import { taskPortalAbi } from '../../sdk/src/abis/index.ts'
import { clientOf, task } from '../../sdk/src/index.ts'
import { until, useWorld } from '../support/world.ts'

const [home, b, c] = [1001, 1002, 1003] as const
const world = useWorld({
  chains: [
    { chainId: home, blockTime: 0.5 },
    { chainId: b, blockTime: 1, finality: { kind: 'depth', depth: 2 } },
    { chainId: c, blockTime: 1, finality: { kind: 'finalized' }, slotsInEpoch: 1 },
  ],
  watchers: 3,
  quorum: 2,
  users: 4,
})

const [requester, evaluator, workerOfB, workerOfC] = [0, 1, 2, 3] as const
const addressOf = (user: number) => userAccount(user).address
const reward = parseEther('10')
const workerBond = parseEther('1')
const deliverable = keccak256(toHex('the work'))
/** Dies between making something durable and acting on it. */
const crashAt = (point: string) => ({ env: { HANSE_TEST_HOOKS: '1', HANSE_TEST_CRASH_AT: point } })

const balanceOf = (account: `0x${string}`) =>
  readContract(clientOf(world.client(0), home), {
    address: world.now.info.token,
    abi: erc20Abi,
    functionName: 'balanceOf',
    args: [account],
  })

const isRunning = (watcher: string) => world.now.pids().some(({ name }) => name === watcher)

async function open(chains: readonly number[]): Promise<task.Terms> {
  const client = world.client(requester)
  const terms = task.createTerms({
    ...{ homeChainId: home, requester: addressOf(requester), evaluator: addressOf(evaluator), specHash: keccak256(toHex('a spec')) },
    ...{ token: world.now.info.token, reward, workerBond, openUntil: Math.floor(Date.now() / 1000) + 600 },
    ...{ workWindow: 300, reviewWindow: 300, grace: 60, chains },
  })
  await task.approve.sync(client, { chainId: home, token: terms.token, amount: reward })
  await task.open.sync(client, { chainId: home, terms })
  return terms
}

async function putUpBond(worker: number, chainId: number): Promise<void> {
  const client = world.client(worker)
  const token = world.now.info.token
  await task.approve.sync(client, { chainId: home, token, amount: workerBond })
  await task.deposit.sync(client, { chainId: home, actor: { chainId, account: addressOf(worker) }, token, amount: workerBond })
}

const inState = (terms: task.Terms, state: task.TaskView['state']) =>
  until(`the task is ${state}`, async () => {
    const { value } = await task.getTask(world.client(0), { chainId: home, taskId: taskIdOf(terms) })
    return value.state === state && value
  })

const taskIdOf = (terms: task.Terms) => task.taskIdOf({ chainId: home, escrow: world.now.plan.addresses.taskEscrow, terms })

describe('a task over three chains', () => {
  it('is claimed, done, judged and paid while watchers die between disk and wire', { timeout: 120_000 }, async () => {
    const terms = await open([b, c])
    await Promise.all([putUpBond(workerOfB, b), putUpBond(workerOfC, c)])
    await world.now.kill('watcher-1')
    await world.now.restart('watcher-1', crashAt('sign-guard-written'))

    const claim = { homeChainId: home, terms, token: 0 }
    await Promise.all([
      task.claim.sync(world.client(workerOfB), { chainId: b, sponsor: addressOf(workerOfB), ...claim }),
      task.claim.sync(world.client(workerOfC), { chainId: c, sponsor: addressOf(workerOfC), ...claim }),
    ])
    const assigned = await inState(terms, 'Assigned')
    await until('the watcher died after it noted what it would sign', async () => !isRunning('watcher-1'))
    await world.now.restart('watcher-1')
    await world.now.kill('watcher-2')
    await world.now.restart('watcher-2', crashAt('transaction-persisted'))

    const worker = assigned.worker?.chainId === b ? workerOfB : workerOfC
    const { token } = assigned
    await task.submit.sync(world.client(worker), {
      ...{ chainId: assigned.worker?.chainId ?? 0, homeChainId: home, taskId: taskIdOf(terms), token, deliverable },
    })
    await inState(terms, 'Submitted')
    const before = await balanceOf(addressOf(worker))
    const work = { worker: addressOf(worker), token, deliverable }
    await task.decide.sync(world.client(evaluator), { chainId: home, terms, work, verdict: 10_000 })

    expect(await inState(terms, 'Settled')).toMatchObject({ verdict: 10_000, token: 1 })
    expect((await balanceOf(addressOf(worker))) - before).toBe(reward)
    // Both bonds are free again: the winner's returned, the loser's was never locked.
    expect(await balanceOf(world.now.plan.addresses.taskEscrow)).toBe(2n * workerBond)
    // It dies at the first transaction that it keeps, which may be yet to come.
    if (isRunning('watcher-2')) await world.now.kill('watcher-2')
    await world.now.restart('watcher-2')
    for (const { url } of world.now.info.watchers) {
      expect(await (await fetch(`${url}/v1/evidence`)).json()).toEqual({ evidence: [] })
    }
  })

  it('refuses a claim from a chain that the terms do not admit', { timeout: 60_000 }, async () => {
    const terms = await open([b])
    await putUpBond(workerOfC, c)
    await task.claim.sync(world.client(workerOfC), { chainId: c, homeChainId: home, terms, sponsor: addressOf(workerOfC), token: 0 })
    const [answer] = await until('home answers', async () => {
      const answers = await getContractEvents(clientOf(world.client(0), c), {
        ...{ address: world.now.plan.addresses.taskPortal, abi: taskPortalAbi, eventName: 'TaskAnswered', fromBlock: 0n, strict: true },
        args: { taskId: taskIdOf(terms) },
      })
      return answers.length > 0 && answers
    })
    expect(refusalValues[answer?.args.refusal ?? 0]).toBe('ChainNotAdmitted')
    expect((await inState(terms, 'Open')).worker).toBeUndefined()
  })
})
