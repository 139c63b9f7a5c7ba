// How soon somebody else has a task whose worker died, and what anybody pays before somebody doubts.
import { startWorld, userAccount } from '@hanse/devnet'
import { chainOf, clientOf } from '@hanse/sdk'
import { taskEscrowAbi } from '@hanse/sdk/abis'
import { parseEther } from 'viem'
import { getBlock, getContractEvents, getTransactionCount } from 'viem/actions'
import { type Posted, type Running, type Stage, setStage, settled, until } from './stage.ts'

const chainId = 1001
/** Seconds. */
const [blockTime, answerWindow] = [1, 3] as const
/** Workers that die at a time, and heirs that are idle then. */
const atOnce = 4

type Recovered = {
  /** From the death to the doubt, in milliseconds. */
  readonly detectionMs: number
  /** From the death to the next assignment, in milliseconds. */
  readonly recoveryMs: number
  /** Blocks between the end of the answer window and the next assignment. */
  readonly blocksAfterWindow: number
  /** Whether the block that ended the old assignment made the new one. */
  readonly isInOneBlock: boolean
  readonly doubtBlock: bigint
}

/** Kills workers in the middle of their work, some at a time, and sees who takes over, and when. */
export async function measureRecovery({ deaths }: { readonly deaths: number }) {
  const waves = Math.ceil(deaths / atOnce)
  const workers = atOnce * (waves + 1)
  const world = await startWorld({ chains: [{ chainId, blockTime, finality: { kind: 'depth', depth: 1 } }], users: 2 + workers })
  const stage = setStage(world, { first: 0, name: 'recovery' })
  try {
    const team = Array.from({ length: workers }, (_, index) => userAccount(2 + index).address)
    let fresh = 2
    const startSome = (count: number) =>
      Promise.all(Array.from({ length: count }, () => stage.start([fresh++], { team, isWatched: true, workMs: 6_000 })))
    let living: readonly Running[] = await startSome(atOnce)
    const found: Recovered[] = []
    let sent = 0
    for (let wave = 0; wave < waves; wave++) {
      living = [...living, ...(await startSome(atOnce))]
      // Who worked collects its pay: that is no price of the deaths to come.
      await quiet(stage, workers)
      const posted = await stage.post(atOnce, [chainId], { suspectBond: parseEther('0.001'), answerWindow })
      const kills = await killWorkers(stage, { posted, living })
      living = living.filter((one) => !kills.some(({ worker }) => worker === one))
      const killedAt = Math.max(...kills.map((one) => one.killedAt))
      await settled(stage.client, posted, 120_000)
      const these = await Promise.all(kills.map((one) => recoveryOf(stage, one)))
      found.push(...these)
      sent += await sentBefore(stage, { killedAt, doubt: these.map(({ doubtBlock }) => doubtBlock).sort()[0] ?? 0n, workers })
      console.log(`recovery ${wave + 1}/${waves}`, JSON.stringify(these.map(({ doubtBlock: _, ...one }) => one)))
    }
    return summary(found, sent)
  } finally {
    await stage.stop()
    await world.stop()
  }
}

/** Kills whoever has one of these tasks, each in the middle of its work. Gives when, in milliseconds, task by task. */
async function killWorkers(stage: Stage, { posted, living }: { posted: readonly Posted[]; living: readonly Running[] }) {
  const began = (one: Posted) =>
    stage.said.find(({ event, task }) => event === 'work.started' && task === `${one.chainId}/${one.taskId}`)?.user
  return Promise.all(
    posted.map(async (one) => {
      const user = await until('work begins', () => began(one), 60_000)
      const worker = living.find(({ users }) => users[0] === user)
      if (worker === undefined) throw new TypeError(`user ${user} works, and is not among the living`)
      // Long enough that nothing of its claim is under way.
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await worker.kill()
      return { posted: one, worker, killedAt: Date.now() }
    }),
  )
}

type RecoveryOf = { readonly posted: Posted; readonly killedAt: number }

async function recoveryOf({ client }: Stage, { posted: { taskId }, killedAt }: RecoveryOf): Promise<Recovered> {
  const connection = clientOf(client, chainId)
  const { taskEscrow: address } = chainOf(client, chainId).deployment
  const range = { address, abi: taskEscrowAbi, args: { taskId }, fromBlock: 0n, strict: true } as const
  const [[suspected], [reopened], assigned] = await Promise.all([
    getContractEvents(connection, { ...range, eventName: 'TaskSuspected' }),
    getContractEvents(connection, { ...range, eventName: 'TaskReopened' }),
    getContractEvents(connection, { ...range, eventName: 'TaskAssigned' }),
  ])
  const [first, next] = assigned
  if (suspected === undefined || first === undefined || next === undefined) throw new TypeError(`task ${taskId} was never taken over`)
  const timeOf = async (blockNumber: bigint) => Number((await getBlock(connection, { blockNumber })).timestamp) * 1_000
  const [doubtedAt, takenAt] = [await timeOf(suspected.blockNumber), await timeOf(next.blockNumber)]
  return {
    ...{ detectionMs: doubtedAt - killedAt, recoveryMs: takenAt - killedAt, doubtBlock: suspected.blockNumber },
    isInOneBlock: reopened?.blockNumber === next.blockNumber,
    blocksAfterWindow: (takenAt / 1_000 - suspected.args.until) / blockTime,
  }
}

/** Waits until no agent has sent anything for some blocks. */
async function quiet({ client }: Stage, workers: number): Promise<void> {
  const connection = clientOf(client, chainId)
  const counted = async () => {
    const users = Array.from({ length: workers }, (_, index) => userAccount(2 + index).address)
    return (await Promise.all(users.map((address) => getTransactionCount(connection, { address })))).join()
  }
  let [before, since] = [await counted(), performance.now()]
  await until(
    'nobody sends',
    async () => {
      const now = await counted()
      if (now !== before) [before, since] = [now, performance.now()]
      return performance.now() - since > 4_000 * blockTime
    },
    60_000,
  )
}

type SentBefore = { readonly killedAt: number; readonly doubt: bigint; readonly workers: number }

/** Transactions that all agents together sent between the deaths and the block before the first doubt. */
async function sentBefore({ client }: Stage, { killedAt, doubt, workers }: SentBefore): Promise<number> {
  const connection = clientOf(client, chainId)
  const dead = await blockAt(connection, killedAt)
  const counts = Array.from({ length: workers }, async (_, index) => {
    const { address } = userAccount(2 + index)
    const [before, after] = [dead, doubt - 1n].map((blockNumber) => getTransactionCount(connection, { address, blockNumber }))
    return doubt - 1n <= dead ? 0 : ((await after) ?? 0) - ((await before) ?? 0)
  })
  return (await Promise.all(counts)).reduce((sum, one) => sum + one)
}

/** The newest block at a time. */
async function blockAt(connection: Parameters<typeof getBlock>[0], at: number): Promise<bigint> {
  let { number, timestamp } = await getBlock(connection, { blockTag: 'latest' })
  while (Number(timestamp) * 1_000 > at) ({ number, timestamp } = await getBlock(connection, { blockNumber: number - 1n }))
  return number
}

function summary(found: readonly Recovered[], sent: number) {
  const at = (pick: (one: Recovered) => number, share: number) => {
    const sorted = found.map(pick).sort((one, other) => one - other)
    return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
  }
  return {
    ...{ deaths: found.length, blockSeconds: blockTime, answerWindowSeconds: answerWindow },
    ...{ detectionP50Ms: at(({ detectionMs }) => detectionMs, 0.5), detectionP95Ms: at(({ detectionMs }) => detectionMs, 0.95) },
    ...{ recoveryP50Ms: at(({ recoveryMs }) => recoveryMs, 0.5), recoveryP95Ms: at(({ recoveryMs }) => recoveryMs, 0.95) },
    /** Blocks beyond detection and window: at most 2. */
    ...{
      blocksP50: at(({ blocksAfterWindow }) => blocksAfterWindow, 0.5),
      blocksP95: at(({ blocksAfterWindow }) => blocksAfterWindow, 0.95),
    },
    inOneBlock: found.filter(({ isInOneBlock }) => isInOneBlock).length,
    blocksMost: at(({ blocksAfterWindow }) => blocksAfterWindow, 1),
    /** Transactions of agents between a death and its doubt: each would cost gas. */
    transactionsBeforeDoubt: sent,
  }
}
