import type { World } from '@hanse/devnet'
import type { Size } from './size.ts'

/** What a run did to itself. */
export type Strikes = { readonly killed: readonly string[]; readonly stoppedSeconds: number; readonly stoppedChain: number | undefined }

type Parameters = {
  readonly world: World
  readonly size: Size
  readonly say: (line: string) => void
  readonly signal: AbortSignal
  /** How many tasks are over. */
  readonly settled: () => number
}

/**
 * Kills watchers with SIGKILL, one after the other, every second time two at once so that too few are left to vouch, and starts each again on
 * its own disk; and lets one chain stand still, answering nobody. Ends when every task is over, or when the signal comes, with everything
 * running again: what is still under way then has to arrive by itself.
 */
export function strike(parameters: Parameters): { readonly strikes: Strikes; readonly done: Promise<void> } {
  const strikes = { killed: [] as string[], stoppedSeconds: 0, stoppedChain: undefined as number | undefined }
  const done = Promise.all([killOverAndOver(parameters, strikes.killed), standStill(parameters, strikes)]).then(() => undefined)
  return { strikes, done }
}

async function killOverAndOver({ world, size, say, signal, settled }: Parameters, killed: string[]): Promise<void> {
  const names = world.info.watchers.map(({ name }) => name)
  for (let round = 0; ; round++) {
    await pause(size.alive, signal)
    if (signal.aborted || settled() >= size.tasks) return
    const victims = [0, 1].map((index) => names[(round + index) % names.length] ?? '').slice(0, round % 2 === 1 ? 2 : 1)
    await Promise.all(victims.map((name) => world.kill(name)))
    killed.push(...victims)
    say(`  ✗ killed ${victims.join(' and ')}`)
    await pause(size.dead, signal)
    await Promise.all(victims.map((name) => world.restart(name)))
  }
}

type Stop = { stoppedSeconds: number; stoppedChain: number | undefined }

/** Once a quarter of the tasks is over, the first of the other chains stands still. */
async function standStill({ world, size, say, signal, settled }: Parameters, stop: Stop): Promise<void> {
  while (settled() < size.tasks / 4) {
    await pause(0.2, signal)
    if (signal.aborted) return
  }
  const chainId = world.info.chains[1]?.chainId ?? 0
  const began = performance.now()
  world.halt(chainId, true)
  say(`  ‖ chain ${chainId} stands still`)
  await pause(size.stop, signal)
  world.halt(chainId, false)
  Object.assign(stop, { stoppedChain: chainId, stoppedSeconds: Math.round((performance.now() - began) / 1_000) })
  say(`  ▸ chain ${chainId} goes on after ${stop.stoppedSeconds} s`)
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, seconds * 1_000)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}
