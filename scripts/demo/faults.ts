import { eventsOf, type ObservedChain, type SuiteEvent } from '../witness/observe.ts'
import type { Victim } from './arguments.ts'
import type { CastMember } from './cast.ts'

/** What the demo does to itself while it runs. */
export type Faults = {
  /** A worker began a task: the first one to do so, if a worker is to die. */
  onWorking(worker: CastMember): void
  /** A look at the chains: the moment for the reorg, and for the watcher. The reorg waits for requests to hit, but not beyond the first end of a task. */
  onLook(look: { hasEnded: boolean }): Promise<void>
  killed: readonly string[]
  reorgs: number
  /** Workers that will not come back. */
  isDead(worker: CastMember): boolean
}

/** Kills with SIGKILL, so that nobody can say goodbye; reorgs chain B above its finality while a request is in the blocks that go. */
export function planFaults(parameters: {
  victims: readonly Victim[]
  reorged: ObservedChain
  killWatcher: () => Promise<string>
  reorg: (depth: number) => Promise<void>
  spare: (worker: CastMember) => boolean
  say: (line: string) => void
}): Faults {
  const { victims, reorged, killWatcher, reorg, spare, say } = parameters
  const pending = new Set(victims)
  const killed: string[] = []
  const dead = new Set<CastMember>()
  let reorgs = 0
  let isReorging = false
  return {
    killed,
    get reorgs() {
      return reorgs
    },
    isDead: (worker) => dead.has(worker),
    onWorking(worker) {
      if (!pending.has('worker') || spare(worker)) return
      pending.delete('worker')
      worker.process.signal('SIGKILL')
      dead.add(worker)
      killed.push(worker.name)
      say(`  ✗ killed ${worker.name} (pid ${worker.process.pid}) while it works on a task`)
    },
    async onLook({ hasEnded }) {
      const depth = Number(reorged.head - reorged.final)
      const requests = requestsIn(reorged.tailEvents)
      if (reorgs === 0 && !isReorging && (requests > 0 || hasEnded) && depth > 0) {
        isReorging = true
        await reorg(depth)
        reorgs += 1
        say(`  ↺ reorganised the last ${depth} blocks of chain ${reorged.name}, with ${requests} requests in them`)
      }
      if (pending.has('watcher') && requestsIn(eventsOf(reorged)) > 0) {
        pending.delete('watcher')
        const name = await killWatcher()
        killed.push(name)
        say(`  ✗ killed ${name}`)
      }
    },
  }
}

const requestsIn = (events: readonly SuiteEvent[]): number => events.filter(({ eventName }) => eventName === 'TaskRequested').length
