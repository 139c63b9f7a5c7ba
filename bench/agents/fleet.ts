// Many agents over three chains, of which some are killed and started again while they work: nothing is lost, and nothing done twice.
import { setTimeout as pause } from 'node:timers/promises'
import { startWorld, userAccount } from '@hanse/devnet'
import { type Posted, type Running, setStage, settled } from './stage.ts'

const chainIds = [1001, 1002, 1003]
const agentsInProcess = 3

/** 30 agents in 10 processes; three processes are killed and started again on their own notes, spread over the run. */
export async function measureFleet({
  tasks,
  agents,
  workMs,
}: {
  readonly tasks: number
  readonly agents: number
  readonly workMs: number
}) {
  const chains = chainIds.map((chainId) => ({
    chainId,
    blockTime: 0.5,
    finality: { kind: 'depth', depth: 2 } as const,
    gasLimit: 60_000_000,
  }))
  const world = await startWorld({ chains, users: agents + 2 })
  const stage = setStage(world, { first: 0, name: 'fleet' })
  try {
    const own = Array.from({ length: agents }, (_, index) => 2 + index)
    const team = own.map((user) => userAccount(user).address)
    const groups = Array.from({ length: agents / agentsInProcess }, (_, index) =>
      own.slice(agentsInProcess * index, agentsInProcess * (index + 1)),
    )
    const startGroup = (users: readonly number[]) => stage.start(users, { team, workMs, concurrency: 3, pollMs: 500 })
    const running: Running[] = await Promise.all(groups.map(startGroup))
    const began = performance.now()
    const posting = post(stage.post, tasks)
    const victims = Math.round((agents * 0.3) / agentsInProcess)
    const end = new AbortController()
    let killed = 0
    const striking = (async () => {
      for (let victim = 0; victim < victims; victim++) {
        // After so much of the work is done.
        while (stage.done().size < (tasks * (victim + 1)) / (victims + 2) && !end.signal.aborted) await pause(100)
        if (end.signal.aborted) return
        await running[victim]?.kill()
        killed += agentsInProcess
        await pause(2_000)
        running[victim] = await startGroup(groups[victim] ?? [])
        console.log(`fleet: killed and started again ${killed} agents, ${stage.done().size} of ${tasks} works done`)
      }
    })()
    const posted = await posting
    const assignments = await settled(stage.client, posted, 1_800_000)
    end.abort()
    await striking
    const done = stage.done()
    return {
      ...{ tasks, agents, chains: chainIds.length, killed, seconds: Math.round((performance.now() - began) / 1_000) },
      ...{ settled: posted.length, assignments },
      /** Works that were finished more than once. */
      duplicates: [...done.values()].filter((times) => times > 1).length,
      // Nobody did anything but start processes.
      manualActions: 0,
    }
  } finally {
    await stage.stop()
    await world.stop()
  }
}

/** Posts some at a time, as they come in the world. */
async function post(
  open: (count: number, chainIds: readonly number[]) => Promise<readonly Posted[]>,
  tasks: number,
): Promise<readonly Posted[]> {
  const all: Posted[] = []
  while (all.length < tasks) all.push(...(await open(Math.min(30, tasks - all.length), chainIds)))
  return all
}
