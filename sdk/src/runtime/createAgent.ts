import type { Account, Address, Hex } from 'viem'
import { isAddressEqual, zeroHash } from 'viem'
import { agentIdOf } from '../agent/agentId.ts'
import { getAgent } from '../agent/getAgent.ts'
import { heartbeat } from '../agent/heartbeat.ts'
import { createProfile } from '../agent/profile.ts'
import { register } from '../agent/register.ts'
import { type Client, chainOf } from '../client.ts'
import type { ContentStore } from '../content/store.ts'
import { AgentConfigError } from '../errors/agent.ts'
import { messageOf } from '../errors/base.ts'
import { AccountMissingError } from '../errors/client.ts'
import { memoryNotes, type Notes } from '../notes/notes.ts'
import { delay } from '../sync/createSync.ts'
import { act, collect, mayAct, noteLoss, serve } from './acting.ts'
import {
  type AgentCounter,
  type AgentLogEntry,
  type AgentState,
  agentCounters,
  type ClaimNote,
  count,
  type Held,
  heldOf,
  homeOf,
  isMine,
  meAt,
  type TaskHandler,
  tell,
} from './agentState.ts'
import { boardKey, createBoard, type TaskOnBoard, type TaskOver } from './board.ts'
import { followClaim, liveCount, restoreClaim } from './claiming.ts'
import { consider } from './considering.ts'
import { type HandoffOffer, handOn, type TakenOver, takeOver } from './handingOn.ts'
import { isBinding } from './nextStep.ts'
import type { AgentPolicy } from './policy.ts'
import { isSpent, noteBondOver, noteSpending, sentMark } from './spending.ts'
import { stopAllWork, stopLostWork } from './working.ts'

/** Who the agent says it is, in the registry of one chain. */
export type AgentEntry = {
  readonly chainId: number
  /** keccak-256 of its card. */
  readonly cardDigest: Hex
  /** Where the card is served. */
  readonly cardUri: string
  /** Sets several agents of one account apart. Default zero. */
  readonly salt?: Hex
  /** Seconds for which each sign of life lasts; the next one is given at half of them. Default 86,400. */
  readonly lifeSeconds?: number
  /** Where it is paid. Default: its account. */
  readonly payout?: Address
}

/** What `createAgent` takes. */
export type CreateAgentParameters = {
  readonly client: Client
  /** Default: the client's. */
  readonly account?: Account
  /** Registers the agent and keeps it alive there. Default: it is in no registry, or somebody else sees to that. */
  readonly card?: AgentEntry
  readonly policy: AgentPolicy
  /** What it can do: a function for each capability, by its name. */
  readonly handlers: Readonly<Record<string, TaskHandler>>
  readonly content: ContentStore
  /** What it keeps for its next start. Default: memory, and then a restart repeats work that was not handed in. */
  readonly notes?: Notes
  /** The chain on which it acts, through portals where tasks live elsewhere. Default: each task's home. */
  readonly chainId?: number
  /** The homes whose tasks it takes. Default: all chains of the client. */
  readonly homeChainIds?: readonly number[]
  readonly log?: (entry: AgentLogEntry) => void
  /** The agent's clock in milliseconds. Default: the client's. */
  readonly now?: () => number
  /** Milliseconds between two looks while nothing happens. Default: the client's polling interval. */
  readonly pollMs?: number
  /** Waits, or returns early when aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** How an agent leaves. */
export type StopParameters = {
  /**
   * `leave`: at once; its next start goes on. `finish`: what it holds is done and handed in first. `handOn`: it is offered to `successor`; what nobody
   * takes is left. Default `leave`.
   */
  readonly how?: 'leave' | 'finish' | 'handOn'
  /** Milliseconds that finishing may take. Default: as long as it needs. */
  readonly withinMs?: number
  /** Asks another agent to take an assignment over; it answers from its `takeOver`. */
  readonly successor?: (offer: HandoffOffer) => Promise<TakenOver | undefined>
}

/** A running agent. */
export type Agent = {
  /** Looks and acts until stopped. Resolves when it has stopped. */
  start(): Promise<void>
  /** One look and all that follows from it but the work itself, for callers with their own timer. */
  tick(): Promise<void>
  stop(parameters?: StopParameters): Promise<void>
  /** Takes an assignment over from an agent that leaves, when it would have claimed it too. */
  takeOver(offer: HandoffOffer): Promise<TakenOver | undefined>
  /** Counts since the start, and what it holds now. */
  metrics(): Readonly<Record<AgentCounter | 'live' | 'working', number>>
}

/**
 * An agent that runs by itself: finds tasks that it can do on all chains of the client, reads their descriptions, claims what its policy wants, does
 * the work, hands it in, answers doubts and collects its pay. It decides from the state of the chains and from its notes, so it may be killed at any
 * time: the next start goes on, repeats no work that was kept, and claims nothing twice.
 *
 * @throws AccountMissingError; AgentConfigError when it could do or stake nothing.
 * @example
 * ```ts
 * import { createAgent } from '@hanse/sdk/runtime'
 * import { directoryStore, sqliteNotes } from '@hanse/sdk/node'
 *
 * const agent = createAgent({
 *   client,
 *   content: directoryStore({ path: './content' }),
 *   notes: sqliteNotes({ path: './agent.sqlite' }),
 *   policy: { stakes: [{ token, bonds: 100n }], evaluators: [evaluator], concurrency: 3 },
 *   handlers: { 'text.count': async ({ spec }) => String(String(spec.input).split(' ').length) },
 * })
 * await agent.start()
 * ```
 */
export function createAgent(parameters: CreateAgentParameters): Agent {
  const { wait = delay, pollMs = parameters.client.pollingIntervalMs, card } = parameters
  const state = stateOf(parameters)
  const stopping = new AbortController()
  const { lookAt, live, settle } = looksOf(state, card)
  let running: Promise<unknown> | undefined

  /** One loop for each home, so that a chain that hangs holds up no other. */
  const run = async (look: () => Promise<void>, wakers: Map<number, () => void>, chainId?: number) => {
    while (!stopping.signal.aborted) {
      const woken = new AbortController()
      if (chainId !== undefined) wakers.set(chainId, () => woken.abort())
      await look()
      await wait(pollMs, AbortSignal.any([woken.signal, stopping.signal]))
    }
  }
  const runAll = () => {
    const wakers = new Map<number, () => void>()
    state.wake = (chainId) => wakers.get(chainId)?.()
    return Promise.all([...state.homes.map((chainId) => run(() => lookAt(chainId), wakers, chainId)), run(live, wakers)])
  }
  const tick = async () => {
    await Promise.all([...state.homes.map(lookAt), live()])
    await settle()
  }
  const finish = async (end: number) => {
    while (hasWork(state) && state.now() < end) {
      await tick()
      await wait(Math.min(pollMs, 250), stopping.signal)
    }
  }
  return {
    async start() {
      running ??= runAll()
      await running
    },
    tick,
    async stop({ how = 'leave', withinMs = Number.POSITIVE_INFINITY, successor } = {}) {
      // From here on nothing is claimed; what is held goes on.
      state.isLeaving = true
      if (how === 'finish') await finish(state.now() + withinMs)
      state.isStopping = true
      stopping.abort()
      await running
      await stopAllWork(state)
      await settle()
      if (how === 'handOn' && successor !== undefined) await handOn(state, successor)
      tell(state, { event: 'stopped', how })
    },
    takeOver: (offer) => takeOver(state, offer),
    metrics: () => metricsOf(state),
  }
}

/** Looks of an agent, one at a time on each home, and what keeps it alive in the registry. */
function looksOf(state: AgentState, card: AgentEntry | undefined) {
  let recovering: Promise<void> | undefined
  const inTurn = new Map<number | string, Promise<void>>()
  const next = (name: number | string, look: () => Promise<void>) => {
    const turn = (inTurn.get(name) ?? Promise.resolve())
      .then(look)
      .catch((error: unknown) => noteTrouble(state, { level: 'error', event: 'look.failed', error }))
    inTurn.set(name, turn)
    return turn
  }
  const recovered = async () => {
    recovering ??= recover(state)
    await recovering.catch((error: unknown) => {
      recovering = undefined
      throw error
    })
  }
  return {
    lookAt: (chainId: number) =>
      next(chainId, async () => {
        await recovered()
        await lookOnce(state, chainId)
      }),
    live: () => next('card', async () => (card === undefined ? undefined : keepAlive(state, card))),
    settle: async () => {
      while (state.acting.size > 0) await Promise.all(state.acting)
    },
  }
}

type Trouble = { readonly level: 'warn' | 'error'; readonly event: string; readonly error: unknown; readonly task?: string }

function noteTrouble(state: AgentState, { error, ...trouble }: Trouble): void {
  count(state, 'troubles')
  tell(state, { ...trouble, error: messageOf(error) })
}

function stateOf(parameters: CreateAgentParameters): AgentState {
  const { client, policy, handlers, content, notes = memoryNotes(), chainId, now = client.now, log = () => {} } = parameters
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError('createAgent')
  const chainIds = parameters.homeChainIds ?? [...client.chains.keys()]
  checkConfig({ client, policy, handlers, chainIds, chainId })
  const state: AgentState = {
    ...{ client, account, chainId, policy, content, notes, now, log },
    handlers: new Map(Object.entries(handlers)),
    board: createBoard({
      client,
      chainIds,
      onChange: (task) => noteChange(state, task),
      onOver: (over) => noteOver(state, over),
      onTrouble: (error) => noteTrouble(state, { level: 'warn', event: 'read.failed', error }),
    }),
    held: new Map(),
    specs: new Map(),
    agreed: new Map(),
    counters: new Map(),
    due: new Map(policy.stakes.flatMap(({ token }) => chainIds.map((id) => [`${id}/${token}`, { chainId: id, token }]))),
    acting: new Set(),
    wake: () => {},
    homes: chainIds,
    isWaiting: false,
    isLeaving: false,
    isStopping: false,
    depositing: new Map(),
    spending: new Map(),
    putIn: new Map(),
    aliveUntil: 0,
  }
  return state
}

type Config = Pick<CreateAgentParameters, 'client' | 'policy' | 'handlers'> & {
  readonly chainIds: readonly number[]
  readonly chainId: number | undefined
}

function checkConfig({ client, policy, handlers, chainIds, chainId }: Config): void {
  for (const id of chainId === undefined ? chainIds : [...chainIds, chainId]) chainOf(client, id)
  const refuse = (fact: string, next: string) => {
    throw new AgentConfigError(fact, next)
  }
  if (Object.keys(handlers).length === 0) refuse('The agent has no handler.', 'Give it one for each capability that it has.')
  if (policy.stakes.length === 0)
    refuse('The agent stakes nothing, so it can claim nothing.', 'List the coins and amounts in `policy.stakes`.')
  const { concurrency = 1 } = policy
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    refuse(`The agent may hold ${concurrency} tasks at a time, expected at least 1.`, 'Correct `policy.concurrency`.')
  }
}

/** Claims that were noted before the process ended may still bind. All else stands on the chains. */
async function recover(state: AgentState): Promise<void> {
  for (const name of await state.notes.names('claim/')) {
    const text = await state.notes.get(name)
    const note: ClaimNote | undefined = text === undefined ? undefined : JSON.parse(text)
    heldOf(state, name.slice('claim/'.length)).claim = note
    tell(state, { event: 'claim.recovered', task: name.slice('claim/'.length) })
  }
}

/** Reads what happened on a home, serves what the agent holds there, and takes on more. */
async function lookOnce(state: AgentState, chainId: number): Promise<void> {
  count(state, 'looks')
  await state.board.look(chainId)
  for (const held of [...state.held.values()].filter(({ key }) => homeOf(key) === chainId)) {
    await apart(state, held, async () => {
      stopLostWork(state, held)
      await restoreClaim(state, held)
      await followClaim(state, held)
    })
  }
  for (const task of [...state.board.tasks.values()]) {
    if (task.homeChainId === chainId && isMine(state, task)) await apart(state, heldOf(state, boardKey(task)), () => serve(state, task))
  }
  if (!state.isLeaving && knowsWhatItHolds(state)) await consider(state, chainId)
  collectDue(state, chainId)
}

/** What goes wrong with one task holds up no other. */
async function apart(state: AgentState, { key }: Held, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (error) {
    noteTrouble(state, { level: 'warn', event: 'follow.failed', error, task: key })
  }
}

/** Until every home was read once, nobody knows what an earlier start of the agent holds there, and nothing is claimed. */
function knowsWhatItHolds(state: AgentState): boolean {
  const unread = state.homes.filter((chainId) => !state.board.isRead(chainId))
  if (unread.length > 0 && !state.isWaiting) tell(state, { level: 'warn', event: 'homes.unread', chainIds: unread })
  state.isWaiting = unread.length > 0
  return unread.length === 0
}

/** Whether the agent has work to hand in, or a claim that may bring some. */
function hasWork(state: AgentState): boolean {
  return liveCount(state) > 0 || state.acting.size > 0
}

function noteChange(state: AgentState, task: TaskOnBoard): void {
  noteLoss(state, task)
  const held = state.held.get(boardKey(task))
  if (held !== undefined) stopLostWork(state, held)
}

/** A task is over by a permanent block: its notes are not needed any more, and something may wait to be collected. */
function noteOver(state: AgentState, { key, homeChainId, receipt }: TaskOver): void {
  const held = state.held.get(key)
  if (held === undefined) return
  const me = meAt(state, homeChainId)
  if (receipt.workerChainId === BigInt(me.chainId) && isAddressEqual(receipt.worker, me.account)) {
    const { verdict, price, ending, token } = receipt
    count(state, 'settled')
    tell(state, { event: 'settled', task: key, verdict, price, ending })
    state.due.set(`${homeChainId}/${token}`, { chainId: homeChainId, token })
  }
  noteBondOver(state, held)
  state.held.delete(key)
  held.work?.abort.abort()
  void Promise.all([state.notes.forget(`claim/${key}`), state.notes.forget(`work/${key}/`)]).catch((error: unknown) =>
    tell(state, { level: 'warn', event: 'forget.failed', task: key, error: String(error) }),
  )
}

/** Looks for credits where some may have come up, once for each occasion. */
function collectDue(state: AgentState, chainId: number): void {
  for (const [name, place] of [...state.due].filter(([, { chainId: at }]) => at === chainId)) {
    const held = heldOf(state, `collect/${name}`)
    if (!mayAct(state, held)) continue
    state.due.delete(name)
    act(state, held, { event: 'collect.failed', run: () => collectOr(state, name, place) })
  }
}

async function collectOr(state: AgentState, name: string, place: { readonly chainId: number; readonly token: Address }): Promise<void> {
  try {
    await collect(state, place)
  } catch (error) {
    state.due.set(name, place)
    throw error
  }
}

/** Registers the agent, and says halfway through each life that it still lives. */
async function keepAlive(state: AgentState, { chainId, cardDigest, cardUri, salt = zeroHash, lifeSeconds = 86_400, payout }: AgentEntry) {
  const now = Math.floor(state.now() / 1000)
  if (state.isStopping || now < state.aliveUntil - lifeSeconds / 2 || isSpent(state, chainId)) return
  const { client, account } = state
  const registry = chainOf(client, chainId).deployment.agentRegistry
  const agentId = agentIdOf({ chainId, registry, controller: account.address, salt })
  const { value: known, freshness } = await getAgent(client, { chainId, agentId })
  const liveUntil = Math.max(now, Number(freshness.blockTimestamp)) + lifeSeconds
  state.aliveUntil = known?.liveUntil ?? 0
  if (now < state.aliveUntil - lifeSeconds / 2) return
  const mark = sentMark(state, chainId)
  try {
    if (known === undefined) {
      const capabilities = [...state.handlers.keys()]
      const profile = createProfile({ capabilities, cardDigest, cardUri, ...(payout === undefined ? {} : { payout }) })
      await register.sync(client, { chainId, salt, profile, liveUntil, account })
    } else await heartbeat.sync(client, { chainId, agentId, liveUntil, account })
  } catch (error) {
    noteSpending(state, { homeChainId: chainId, mark, isGood: false })
    throw error
  }
  state.aliveUntil = liveUntil
  tell(state, { event: known === undefined ? 'registered' : 'alive', agentId, liveUntil })
}

function metricsOf(state: AgentState): Readonly<Record<AgentCounter | 'live' | 'working', number>> {
  const counts = Object.fromEntries(agentCounters.map((name) => [name, state.counters.get(name) ?? 0]))
  const mine = [...state.board.tasks.values()].filter((task) => isMine(state, task) && isBinding(task.view)).length
  const working = [...state.held.values()].filter(({ work }) => work !== undefined).length
  // One entry for each counter, by construction.
  return { ...(counts as Record<AgentCounter, number>), live: mine, working }
}
