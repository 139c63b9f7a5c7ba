// The same work by more and more agents: it may never take longer.
import { startWorld, userAccount } from '@hanse/devnet'
import { setStage, settled } from './stage.ts'

const chainId = 1001

/** Measures the makespan of so many tasks by 1, 2, 4 ... agents. Each round has agents and tasks of its own, on one world. */
export async function measureScaling({
  tasks,
  workMs,
  sizes,
}: {
  readonly tasks: number
  readonly workMs: number
  readonly sizes: readonly number[]
}) {
  const users = sizes.reduce((sum, size) => sum + size + 2, 0)
  const world = await startWorld({
    chains: [{ chainId, blockTime: 1, finality: { kind: 'depth', depth: 1 }, gasLimit: 60_000_000 }],
    users,
  })
  const rounds: { agents: number; makespanMs: number; perAgent: number }[] = []
  try {
    let first = 0
    for (const size of sizes) {
      const stage = setStage(world, { first, name: `scaling-${size}` })
      try {
        const own = Array.from({ length: size }, (_, index) => first + 2 + index)
        const team = own.map((user) => userAccount(user).address)
        // Some to a process, and two looks a block, as a machine with two cores bears it: elsewhere no agent pays for another's looks.
        const groups = Array.from({ length: Math.ceil(size / 8) }, (_, index) => own.slice(8 * index, 8 * index + 8))
        await Promise.all(groups.map((users) => stage.start(users, { team, workMs, pollMs: 500 })))
        const began = performance.now()
        const posted = await stage.post(tasks, [chainId])
        await settled(stage.client, posted, 600_000)
        const makespanMs = Math.round(performance.now() - began)
        rounds.push({ agents: size, makespanMs, perAgent: Math.round((makespanMs * size) / tasks) })
        console.log('scaling', rounds.at(-1))
      } finally {
        await stage.stop()
      }
      first += size + 2
    }
  } finally {
    await world.stop()
  }
  const worse = rounds.slice(1).map(({ makespanMs }, index) => makespanMs / (rounds[index]?.makespanMs ?? makespanMs))
  /** Above 1: more agents took longer than half as many. */
  return { tasks, workMs, rounds, worstRatio: Number(Math.max(0, ...worse).toFixed(3)) }
}
