// What must be so once all troubles are over.
import type { Chain } from './chain.ts'
import { placeOf } from './contracts.ts'
import type { Process } from './life.ts'
import { type FinalMessage, finalMessages, keyOf, type Rule } from './oracle.ts'
import type { World } from './scene.ts'

export type Finding = { readonly rule: Rule; readonly detail: string }

/** What is still to be done: nothing, in the end. */
export function openEnds(world: World): readonly Finding[] {
  return [...unsettled(world), ...undelivered(world), ...unfinishedTransactions(world), ...unmasked(world), ...notRunning(world)]
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

function leadsTo({ lane }: Pick<FinalMessage, 'lane'>, { chainId }: Chain): boolean {
  return lane.destinationChainId === 0n || Number(lane.destinationChainId) === chainId
}

/** No transaction waits for ever: none that nobody includes, and none that its watcher still looks after. */
function unfinishedTransactions(world: World): readonly Finding[] {
  return world.chains
    .filter((chain) => isSound(world, chain))
    .flatMap((chain) => {
      const pooled = chain.pool().map(({ transaction }) => ({
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
  const heard = traitor.heard.filter(({ first, second }) => first && second)
  return chains
    .filter((chain) =>
      heard.some((contradiction) => leadsTo(contradiction, chain) && Number(contradiction.lane.originChainId) !== chain.chainId),
    )
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
  return world.processes.flatMap((process) => [...wrongHalts(world, process), ...wrongRows(world, process)])
}

function wrongHalts(world: World, process: Process): readonly Finding[] {
  return [...(process.running()?.context.chains.values() ?? [])].flatMap(({ chainId, sync }) => {
    const { halt } = sync.status()
    if (world.oracle.isBroken(chainId)) return halt === undefined ? goesOn(world, process, chainId) : []
    if (halt === undefined) return []
    return [{ rule: 'halt' as const, detail: `${process.name} halted ${chainId}: ${halt.detail}` }]
  })
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
