import type { Chain } from '../chain.ts'
import { DutyLostError } from '../errors.ts'
import type { Mirror } from './mirror.ts'
import type { VaultParts } from './parts.ts'
import { type Duty, dutyRoles, type Lease, type SharedHalt } from './types.ts'

/** The duties of a process. */
export type Duties = ReturnType<typeof createDuties>

type Held = Lease & { readonly until: number }

const keyOf = ({ role, chainId }: Duty): string => `${role} ${chainId}`

/** Says what changed. */
function createTeller({ log, metrics, events }: VaultParts) {
  const taken = ({ role, chainId, fence }: Lease): void => {
    log.info({ role, chainId, fence }, 'duty taken')
    events.emit('attested', chainId)
    events.emit('head', chainId)
  }
  const lost = ({ role, chainId, fence }: Lease): void => {
    log.warn({ role, chainId, fence }, 'duty lost')
    metrics.leaseEpoch.set({ role, chain: `${chainId}` }, 0)
  }
  const halts = (before: readonly SharedHalt[], after: readonly SharedHalt[]): void => {
    for (const halt of after)
      if (!before.some(({ chainId }) => chainId === halt.chainId)) log.error(halt, 'a process of this watcher saw the chain halt')
  }
  return { taken, lost, halts }
}

/**
 * Holds the duties that this process has. What it believes of them is a courtesy, by its own clock: it saves work that would be refused. Whether a
 * write counts is decided by the fence, in the database.
 */
export function createDuties(parts: VaultParts & { mirror: Mirror }) {
  const { shared, chains, roles, leaseMs, now, metrics, mirror, deliverer } = parts
  const tell = createTeller(parts)
  const own = dutyRoles.filter((role) => roles.includes(role))
  const fitAt = new Map<number, number>()
  let held: ReadonlyMap<string, Held> = new Map()
  let halted: readonly SharedHalt[] = []

  const find = (duty: Duty): Held | undefined => {
    const lease = held.get(keyOf(duty))
    return lease !== undefined && now() < lease.until ? lease : undefined
  }

  /** A chain that cannot be read here for a while is somebody else's: who does not see it does nothing for it. */
  function isFit({ chainId }: Duty): boolean {
    const chain = chains.get(chainId)
    if (chain !== undefined && isReadable(chain)) fitAt.set(chainId, now())
    return now() - (fitAt.get(chainId) ?? Number.NEGATIVE_INFINITY) < leaseMs && chain?.sync.status().halt === undefined
  }

  async function turn(): Promise<void> {
    await mirror.moveIn()
    const asked = now()
    const wanted = own.flatMap((role) => [...chains.keys()].map((chainId) => ({ role, chainId })))
    const answer = await shared.turn({ wanted: wanted.filter(isFit), ms: leaseMs, halts: haltsOf(chains) })
    await mirror.follow({ version: answer.version, duties: wanted, sender: deliverer?.address })
    const before = held
    held = new Map(answer.leases.map((lease) => [keyOf(lease), { ...lease, until: asked + leaseMs }]))
    for (const duty of wanted) metrics.leaseEpoch.set({ role: duty.role, chain: `${duty.chainId}` }, held.get(keyOf(duty))?.fence ?? 0)
    tell.halts(halted, answer.halts)
    halted = answer.halts
    for (const lease of answer.leases) if (before.get(keyOf(lease))?.fence !== lease.fence) tell.taken(lease)
    for (const [key, lease] of before) if (!held.has(key)) tell.lost(lease)
  }

  return {
    turn,
    has: (duty: Duty): boolean => find(duty) !== undefined && !halted.some(({ chainId }) => chainId === duty.chainId),
    /** @throws DutyLostError when this process has not got the duty. */
    leaseOf(duty: Duty): Lease {
      const lease = find(duty)
      if (lease === undefined) throw new DutyLostError({ detail: `the duty ${duty.role} on chain ${duty.chainId} is not this process's` })
      return lease
    },
    /** A write was refused: what is believed here is wrong. */
    doubt(): void {
      for (const lease of held.values()) tell.lost(lease)
      held = new Map()
    },
    list: (): readonly Lease[] =>
      [...held.values()].filter((lease) => find(lease) !== undefined).map(({ role, chainId, fence }) => ({ role, chainId, fence })),
  }
}

function isReadable({ sync, roster }: Chain): boolean {
  const { isSynced, halt } = sync.status()
  return roster !== undefined && isSynced && halt === undefined
}

function haltsOf(chains: ReadonlyMap<number, Chain>): readonly SharedHalt[] {
  return [...chains.values()].flatMap(({ chainId, sync }) => {
    const { halt } = sync.status()
    return halt === undefined ? [] : [{ ...halt, chainId }]
  })
}
