// One watcher as two processes over Postgres: how soon the other goes on when the one with the duties is killed, or hangs and wakes up later.
import { playFailover } from '../../test/watcher/support/failover.ts'

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** Seconds to the first signature and to the first execution by the other process, and what was done twice. */
export async function measureFailover({ rounds, leaseMs }: { rounds: number; leaseMs: number }) {
  const cleanups: (() => Promise<void> | void)[] = []
  const kinds = Array.from({ length: rounds }, (_, index) => (index % 2 === 0 ? 'killed' : 'stopped'))
  try {
    const { changes, ...rest } = await playFailover({ rounds: kinds, leaseMs, cleanups })
    const [signed, executed] = [changes.map(({ signedSeconds }) => signedSeconds), changes.map(({ executedSeconds }) => executedSeconds)]
    return {
      leaseMs,
      changesOfHands: changes.length,
      signedSeconds: { median: middle(signed), max: Math.max(...signed) },
      executedSeconds: { median: middle(executed), max: Math.max(...executed) },
      ...rest,
    }
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup()
  }
}
