// Everybody who takes part: accounts in one process, each with a client of its own, that see each other only over the chains.
import { setTimeout as pause } from 'node:timers/promises'
import { chainsOf, userAccount, type World } from '@hanse/devnet'
import { type BaseError, type Client, createClient, task } from '@hanse/sdk'
import { type Address, concat, type Hex, isAddressEqual, keccak256, parseEther, toHex } from 'viem'
import { type Board, followBoard, type Known } from './board.ts'
import { insist } from './insist.ts'
import type { Size } from './size.ts'

const reward = parseEther('10')
const bond = parseEther('1')
/** Seconds. Longer than any trouble of a run, so that no honest worker lapses. */
const windows = { openFor: 3_000, work: 1_800, review: 1_800, grace: 300 }
/** One in so many tasks is wanted by two workers at once: only one may get it. */
const contested = 5

type Worker = { readonly chainId: number; readonly account: Address; readonly client: Client }

/** What became of the crowd's work. */
export type Crowd = {
  readonly accounts: readonly Address[]
  readonly board: Board
  /** Work that was begun although somebody had begun the same task. */
  readonly doubleWork: () => number
  /** Errors that somebody met and went on from, by their name. */
  readonly troubles: ReadonlyMap<string, number>
}

type Parameters = {
  readonly world: World
  readonly size: Size
  readonly signal: AbortSignal
  readonly onError: (error: unknown) => void
}

type Scene = Parameters & {
  readonly board: Board
  readonly home: number
  readonly begun: Set<Hex>
  readonly onTrouble: (error: BaseError) => void
}

/** Gives everybody what they need, and lets them go. Resolves when all have an allowance and a deposit; tasks are posted from then on. */
export async function startCrowd(parameters: Parameters): Promise<Crowd> {
  const { world, size, signal, onError } = parameters
  const [home = 0, ...others] = world.info.chains.map(({ chainId }) => chainId)
  let users = 0
  const next = () => {
    const account = userAccount(users)
    users += 1
    const client = createClient({ chains: chainsOf(world.info), account, pollingIntervalMs: 400, timeoutMs: 5_000 })
    return { account: account.address, client }
  }
  const requesters = Array.from({ length: size.requesters }, next)
  const evaluators = Array.from({ length: size.evaluators }, next)
  const workers = others.flatMap((chainId) => Array.from({ length: size.workersOnEach }, () => ({ chainId, ...next() })))
  const watching = next()
  const board = followBoard({ client: watching.client, home, signal, onError })
  const troubles = new Map<string, number>()
  const onTrouble = ({ code }: BaseError) => void troubles.set(code, (troubles.get(code) ?? 0) + 1)
  const begun = new Set<Hex>()
  let twice = 0
  const scene = { ...parameters, board, home, begun, onTrouble }
  await Promise.all([...requesters, ...workers].map(({ client }) => endow(client, { world, home, tasks: size.tasks })))
  await Promise.all(workers.map(({ client, ...actor }) => putUpBond(client, { world, home, actor, tasks: size.tasks })))
  board.onMove((known) => {
    if (known.token === 0)
      for (const worker of wanted(known, workers)) void pursue(scene, { worker, known, onTwice: () => twice++ }).catch(onError)
    if (known.deliverable !== undefined && !known.isOver) void judge(scene, { evaluators, known }).catch(onError)
  })
  const evaluatorOf = (index: number) => evaluators[index % evaluators.length]?.account ?? watching.account
  requesters.forEach(({ account, client }, index) => {
    const own = Array.from({ length: size.tasks }, (_, number) => number).filter((number) => number % requesters.length === index)
    void post(scene, { client, requester: account, own, others, evaluatorOf }).catch(onError)
  })
  const accounts = [...requesters, ...evaluators, ...workers, watching].map(({ account }) => account)
  return { accounts, board, doubleWork: () => twice, troubles }
}

type Endow = { readonly world: World; readonly home: number; readonly tasks: number }

async function endow(client: Client, { world, home, tasks }: Endow): Promise<void> {
  await task.approve.sync(client, { chainId: home, token: world.info.token, amount: (reward + bond) * BigInt(tasks) })
}

type PutUp = Endow & { readonly actor: { readonly chainId: number; readonly account: Address } }

async function putUpBond(client: Client, { world, home, actor, tasks }: PutUp): Promise<void> {
  await task.deposit.sync(client, { chainId: home, actor, token: world.info.token, amount: bond * BigInt(tasks) })
}

type Post = {
  readonly client: Client
  readonly requester: Address
  readonly own: readonly number[]
  readonly others: readonly number[]
  readonly evaluatorOf: (index: number) => Address
}

/** Posts one task after the other, as long as not too many are open at a time. */
async function post(scene: Scene, { client, requester, own, others, evaluatorOf }: Post): Promise<void> {
  const { world, size, signal, board, home, onTrouble } = scene
  for (const number of own) {
    while (!signal.aborted && [...board.tasks.values()].filter(({ isOver }) => !isOver).length >= size.inFlight) await pause(200)
    const terms = task.createTerms({
      ...{
        homeChainId: home,
        requester,
        evaluator: evaluatorOf(number),
        token: world.info.token,
        reward,
        workerBond: bond,
        slashShare: 5_000,
      },
      ...{ specHash: keccak256(toHex(`soak ${number}`)), openUntil: Math.floor(Date.now() / 1_000) + windows.openFor },
      ...{ workWindow: windows.work, reviewWindow: windows.review, grace: windows.grace, chains: others },
    })
    const taskId = task.getTaskId(client, { chainId: home, terms })
    const settled = (milliseconds: number) => board.waitFor(taskId, () => true, milliseconds)
    await insist({ client, chainId: home, signal, onTrouble, settled, send: () => task.open(client, { chainId: home, terms }) })
  }
}

/** Who wants a task: the first by a hash of task and account, and sometimes the second, too. */
function wanted({ taskId }: Known, workers: readonly Worker[]): readonly Worker[] {
  const rank = ({ account, chainId }: Worker) => keccak256(concat([taskId, account, toHex(chainId, { size: 4 })]))
  const ranked = workers.map((worker) => ({ worker, rank: rank(worker) })).sort((a, b) => (a.rank < b.rank ? -1 : 1))
  return ranked.slice(0, Number(BigInt(taskId) % BigInt(contested)) === 0 ? 2 : 1).map(({ worker }) => worker)
}

type Pursue = { readonly worker: Worker; readonly known: Known; readonly onTwice: () => void }

/** One task from claim to submission; nothing more when another worker was first. */
async function pursue({ board, home, begun, signal, onTrouble }: Scene, { worker, known, onTwice }: Pursue): Promise<void> {
  const { client, chainId, account } = worker
  const { taskId, terms } = known
  const way = { client, chainId, signal, onTrouble }
  const assigned = await insist({
    ...way,
    send: () => task.claim(client, { chainId, homeChainId: home, terms, sponsor: account }),
    settled: (milliseconds) => board.waitFor(taskId, ({ token, isOver }) => token > 0 || isOver, milliseconds),
  })
  if (assigned?.worker?.chainId !== chainId || !isAddressEqual(assigned.worker.account, account)) return
  if (begun.has(taskId)) onTwice()
  begun.add(taskId)
  const { token } = assigned
  const deliverable = resultOf(terms.specHash)
  await insist({
    ...way,
    send: () => task.submit(client, { chainId, homeChainId: home, taskId, token, deliverable }),
    settled: (milliseconds) => board.waitFor(taskId, ({ deliverable: handedIn, isOver }) => handedIn !== undefined || isOver, milliseconds),
  })
}

/** The work: what everybody who does it right comes to. */
const resultOf = (specHash: Hex): Hex => keccak256(concat([specHash, toHex('done')]))

type Judge = { readonly evaluators: readonly { readonly account: Address; readonly client: Client }[]; readonly known: Known }

async function judge({ board, home, signal, onTrouble }: Scene, { evaluators, known }: Judge): Promise<void> {
  const { taskId, terms, token, worker, deliverable } = known
  const evaluator = evaluators.find(({ account }) => isAddressEqual(account, terms.evaluator))
  if (evaluator === undefined || worker === undefined || deliverable === undefined) return
  const work = { worker: worker.account, token, deliverable }
  const verdict = deliverable === resultOf(terms.specHash) ? 10_000 : 0
  await insist({
    ...{ client: evaluator.client, chainId: home, signal, onTrouble },
    send: () => task.decide(evaluator.client, { chainId: home, terms, work, verdict }),
    settled: (milliseconds) => board.waitFor(taskId, ({ isOver }) => isOver, milliseconds),
  })
}
