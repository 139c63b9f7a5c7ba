// What must be so once all troubles are over.
import type { Chain } from './chain.ts'
import { deployed, placeOf } from './contracts.ts'
import { isOver, triggerIn } from './escrow.ts'
import type { Process } from './life.ts'
import { type FinalMessage, finalMessages, keyOf, type Rule, short } from './oracle.ts'
import type { World } from './scene.ts'
import { elsewhere } from './troubles.ts'

export type Finding = { readonly rule: Rule; readonly detail: string }

/** What is still to be done: nothing, in the end. */
export function openEnds(world: World): readonly Finding[] {
  return [
    ...unsettled(world),
    ...undelivered(world),
    ...undefaulted(world),
    ...world.mail.open().map((detail) => ({ rule: 'envelopes' as const, detail })),
    ...unfinishedTransactions(world),
    ...unmasked(world),
    ...unnoticed(world),
    ...notRunning(world),
  ]
}

const isSound = ({ oracle }: World, chain: Chain) => !oracle.isBroken(chain.chainId)

/** What people sent is permanent, so that it counts below. */
function unsettled(world: World): readonly Finding[] {
  return world.chains
    .filter((chain) => isSound(world, chain))
    .filter(
      (chain) =>
        chain.waiting().length > 0 ||
        chain
          .blocks()
          .slice(chain.finalHeight() + 1)
          .some(({ sends }) => sends.length > 0),
    )
    .map(({ chainId }) => ({ rule: 'loss' as const, detail: `what was sent on ${chainId} is not final yet` }))
}

/** Every permanent message has run at each of its destinations. A chain whose finality broke gets and gives nothing any more. */
function undelivered(world: World): readonly Finding[] {
  const sound = world.chains.filter((chain) => isSound(world, chain))
  return sound.flatMap((origin) =>
    finalMessages(origin).flatMap((message) =>
      sound
        .filter((chain) => chain !== origin && leadsTo(message, chain))
        .filter((chain) => chain.top().state.consumed.get(placeOf(message.laneKey, message.nonce)) !== 'Consumed')
        .map((chain) => ({
          rule: 'loss' as const,
          detail: `message ${message.nonce} of ${origin.chainId}-${message.lane.destinationChainId} did not run on ${chain.chainId}`,
        })),
    ),
  )
}

/** The default of every task that is permanent was triggered: all are due soon, and nobody else moves them. */
function undefaulted(world: World): readonly Finding[] {
  if (world.plan.tasks.length === 0) return []
  return world.chains
    .filter((chain) => isSound(world, chain) && !isConcealed(world, chain))
    .flatMap((chain) =>
      finalTasks(chain)
        .map((taskId) => ({ taskId, slot: chain.top().state.tasks.get(taskId) }))
        .filter(({ slot }) => slot !== undefined && !isOver(slot))
        .map(({ taskId, slot }) => ({
          rule: 'default' as const,
          detail: `task ${short(taskId)} on ${chain.chainId} is left ${slot?.state}`,
        })),
    )
}

const losses: ReadonlySet<string> = new Set(['lost logs', 'truncated logs'])

/** Whether as many providers as must agree lost logs. A lane's are missed by its head; nothing tells of those of a task. */
function isConcealed({ plan, chains }: World, chain: Chain): boolean {
  const count = plan.chains[chains.indexOf(chain)]?.providers ?? 1
  const struck = plan.troubles.flatMap(({ trouble }) =>
    trouble.kind === 'provider' && losses.has(trouble.fault) && chains[trouble.chain] === chain ? trouble.providers : [],
  )
  return new Set(struck).size >= (count < 3 ? count : Math.floor(count / 2) + 1)
}

const finalTasks = (chain: Chain) => [...(chain.blocks()[chain.finalHeight()]?.state.tasks.keys() ?? [])]

/** Troubles through which a watcher honestly pays again for one default: views that are behind or false, and a task that was taken back. */
const deceits: ReadonlySet<string> = new Set(['lags', 'flaps', 'frozen', 'lies', 'wrong chain', 'slow', 'reorg'])

/** Nobody pays twice for one default, whether it ran or somebody else was faster. */
function paidTwice(world: World): readonly Finding[] {
  const isDeceived = (chain: Chain) =>
    world.plan.troubles.some(
      ({ trouble }) =>
        deceits.has(trouble.kind === 'provider' ? trouble.fault : trouble.kind) &&
        'chain' in trouble &&
        world.chains[trouble.chain] === chain,
    )
  if (world.plan.tasks.length === 0) return []
  return world.chains
    .filter((chain) => isSound(world, chain) && !isDeceived(chain))
    .flatMap((chain) => {
      const paid = chain.blocks().flatMap(({ receipts }) =>
        [...receipts.values()].flatMap(({ transaction: { from, to, data } }) => {
          if (to.toLowerCase() !== deployed.taskEscrow) return []
          const { taskId, action } = triggerIn({ data, chainId: chain.chainId, escrow: deployed.taskEscrow })
          return [`${short(from)} paid twice to ${action} ${short(taskId)} on ${chain.chainId}`]
        }),
      )
      return paid.filter((detail, index) => paid.indexOf(detail) < index).map((detail) => ({ rule: 'paid twice' as const, detail }))
    })
}

/** No watcher takes for over what is not. */
function wrongTasks(world: World, process: Process): readonly Finding[] {
  const store = process.running()?.context.store
  if (store === undefined || world.plan.tasks.length === 0) return []
  return world.chains
    .filter((chain) => isSound(world, chain))
    .flatMap((chain) =>
      [...chain.top().state.tasks]
        .filter(([taskId, slot]) => !isOver(slot) && store.tasks.byId(taskId).some((row) => row.isOver))
        .map(([taskId]) => ({ rule: 'store' as const, detail: `${process.name} takes task ${short(taskId)} for over` })),
    )
}

function leadsTo({ lane }: Pick<FinalMessage, 'lane'>, { chainId }: Chain): boolean {
  return lane.destinationChainId === 0n || Number(lane.destinationChainId) === chainId
}

/** No transaction waits for ever: none that nobody includes, and none that its watcher still looks after. */
function unfinishedTransactions(world: World): readonly Finding[] {
  return world.chains
    .filter((chain) => isSound(world, chain))
    .flatMap((chain) => {
      // What was sent elsewhere may wait above a nonce that a reorganisation freed: only its sender could know of it.
      const own = chain.pool().filter(({ hash }) => !hash.startsWith(elsewhere))
      const pooled = own.map(({ transaction }) => ({
        rule: 'nonces' as const,
        detail: `nonce ${transaction.nonce} of ${transaction.from.slice(0, 10)} waits on ${chain.chainId}, the next one there is ${chain.top().state.nonces.get(transaction.from) ?? 0}`,
      }))
      const live = world.processes.flatMap((process) => liveOf(process, chain))
      return [...pooled, ...live]
    })
}

function liveOf(process: Process, chain: Chain): readonly Finding[] {
  const context = process.running()?.context
  if (context?.deliverer === undefined) return []
  const rows = context.store.ledger.open({ chainId: chain.chainId, sender: context.deliverer.address })
  const next = chain.top().state.nonces.get(context.deliverer.address) ?? 0
  return rows
    .filter(({ state }) => state === 'live')
    .map((row) => ({
      rule: 'nonces' as const,
      detail: `${process.name} still waits for nonce ${row.nonce} on ${chain.chainId}, the next one there is ${next}`,
    }))
}

/** Whoever contradicted itself before honest watchers does not count any more. */
function unmasked({ traitor, chains, oracle }: World): readonly Finding[] {
  if (traitor === undefined) return []
  const heard = traitor.heard()
  return chains
    .filter((chain) => heard.some((lane) => leadsTo({ lane }, chain) && Number(lane.originChainId) !== chain.chainId))
    .filter((chain) => !oracle.isBroken(chain.chainId) && !chain.top().state.masked.has(traitor.address))
    .map((chain) => ({ rule: 'evidence' as const, detail: `${traitor.address} contradicted itself and still counts on ${chain.chainId}` }))
}

function notRunning({ processes }: World): readonly Finding[] {
  return processes
    .filter((process) => process.running() === undefined)
    .map(({ name, state }) => ({ rule: 'error' as const, detail: `${name} does not run: ${state.lastError}` }))
}

/** What each watcher holds is what is true; chains stand still only where their finality broke, and there for good. */
export function wrongAtTheEnd(world: World): readonly Finding[] {
  return [
    ...paidTwice(world),
    ...world.mail.wrong().map((detail) => ({ rule: 'envelopes' as const, detail })),
    ...world.processes.flatMap((process) => [...wrongHalts(world, process), ...wrongRows(world, process), ...wrongTasks(world, process)]),
  ]
}

function wrongHalts(world: World, process: Process): readonly Finding[] {
  return [...(process.running()?.context.chains.values() ?? [])].flatMap(({ chainId, sync }) => {
    const { halt } = sync.status()
    if (world.oracle.isBroken(chainId) || halt === undefined) return []
    return [{ rule: 'halt' as const, detail: `${process.name} halted ${chainId}: ${halt.detail}` }]
  })
}

/** Who has not noticed yet that a finality broke. Providers that were left out are asked again in time. */
function unnoticed(world: World): readonly Finding[] {
  return world.processes.flatMap((process) =>
    [...(process.running()?.context.chains.values() ?? [])]
      .filter(({ chainId, sync }) => world.oracle.isBroken(chainId) && sync.status().halt === undefined)
      .flatMap(({ chainId }) => goesOn(world, process, chainId)),
  )
}

/** Who reads on where finality broke has nothing of what was there before. */
function goesOn(world: World, process: Process, chainId: number): readonly Finding[] {
  const store = process.running()?.context.store
  const origin = world.chains.find((chain) => chain.chainId === chainId)
  if (store === undefined || origin === undefined) return []
  return finalMessages(origin)
    .filter(({ laneKey, nonce, leaf }) => store.messages.leaves({ laneKey, from: nonce, to: nonce + 1 }).some((held) => held !== leaf))
    .map(({ nonce }) => ({
      rule: 'halt' as const,
      detail: `${process.name} reads ${chainId} on, and holds another message ${nonce} than is there`,
    }))
}

function wrongRows(world: World, process: Process): readonly Finding[] {
  const store = process.running()?.context.store
  if (store === undefined) return []
  return world.chains
    .filter((chain) => isSound(world, chain))
    .flatMap((origin) =>
      finalMessages(origin).flatMap(({ lane, nonce, leaf }) => {
        const key = keyOf(origin.chainId, Number(lane.destinationChainId))
        const [row] = store.messages.range({ laneKey: key, from: nonce, to: nonce + 1 })
        // What became final just now need not be here yet.
        if (row === undefined || row.leaf === leaf) return []
        return [
          {
            rule: 'store' as const,
            detail: `${process.name} holds another message ${nonce} of ${origin.chainId}-${lane.destinationChainId}`,
          },
        ]
      }),
    )
}
