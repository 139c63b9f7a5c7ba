import { startWorld, type World } from '@hanse/devnet'
import { type ChainClient, clientOf } from '@hanse/sdk'
import type { Hex, TransactionReceipt } from 'viem'
import { getBlock, getBlockNumber, waitForTransactionReceipt } from 'viem/actions'
import { createLedger, enter } from './ledger.ts'
import { type Cast, prepare } from './localCast.ts'
import { differences } from './localReads.ts'
import { sendOne } from './localVerbs.ts'
import { judge } from './rules.ts'
import type { CountingNet } from './run.ts'
import { type ChainState, emptyState } from './state.ts'
import type { Block, Case, Outcome, Sent } from './types.ts'

/** Accounts besides the agents: requester, evaluator, and whoever else a scenario has. */
const others = 4
const firstChainId = 1001
/** So that every agent's transaction fits into one block. */
const gasLimit = 1_000_000_000
const pollMs = 40

/** Real chains for one case, with what they did otherwise than the simulator's rules say. */
export type LocalNet = CountingNet & {
  readonly disagreements: readonly string[]
  /** Reads cells, topics and tasks from the chains: what is not as the rules have it. */
  readonly compare: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

/**
 * Who makes the blocks. `wall`: the chain, by the clock of this machine, as real ones do; then agents that are slower than a block come a block
 * late. `driven`: the net, once everybody has sent what it wants to, so that the load of the machine is no part of the result.
 */
export type Clock = 'wall' | 'driven'

/** Starts local chains with the production contracts, and an account for each agent. */
export async function startLocal(one: Case, clock: Clock): Promise<LocalNet> {
  // Blocks are made quickly until the run begins.
  const chains = one.blockSeconds.map((seconds, index) => ({
    chainId: firstChainId + index,
    blockTime: clock === 'wall' ? seconds : 0.3,
    gasLimit,
  }))
  const world = await startWorld({ chains, users: one.agents + others })
  try {
    const cast = await prepare({ world, one, people: one.agents + others })
    return await netOf({ world, cast, one, clock })
  } catch (error) {
    await world.stop()
    throw error
  }
}

/** What a run on real chains knows. */
type Run = {
  readonly cast: Cast
  readonly connection: ChainClient
  readonly clock: Clock
  /** Between two blocks. */
  readonly seconds: number
  readonly state: ChainState
  /** The block before the run: as in the simulator, everything is counted from there. */
  readonly start: { readonly number: bigint; readonly timestamp: bigint }
  readonly disagreements: string[]
}

type NetOf = { readonly world: World; readonly cast: Cast; readonly one: Case; readonly clock: Clock }

async function netOf({ world, cast, one: { blockSeconds }, clock }: NetOf): Promise<LocalNet> {
  const [client] = cast.clients
  if (client === undefined || blockSeconds.length !== 1) throw new RangeError('The local back end plays on one chain')
  const connection = clientOf(client, firstChainId)
  if (clock === 'driven') await connection.request<RpcRequest>({ method: 'evm_setIntervalMining', params: [0] })
  const { number, timestamp } = await getBlock(connection, { blockTag: 'latest' })
  const seconds = blockSeconds[0] ?? 1
  const run: Run = { cast, connection, clock, seconds, state: emptyState(), start: { number, timestamp }, disagreements: [] }
  const ledger = createLedger()
  const pool: Sent[] = []
  const next = async (): Promise<Block> => {
    const before = run.state.number
    const outcomes = await include(run, pool.splice(0))
    for (const outcome of outcomes) enter(ledger, outcome)
    if (run.state.number === before) await waitForBlock(run)
    return { chain: 0, number: run.state.number, seconds: run.state.seconds, outcomes }
  }
  return {
    ...{ blockSeconds, states: [run.state], ledger, disagreements: run.disagreements, next },
    send: (sent) => void pool.push(sent),
    compare: () => differences(cast, run.state),
    stop: () => world.stop(),
  }
}

async function moveTo({ connection, start, state }: Run, blockNumber: bigint): Promise<void> {
  const { number, timestamp } = await getBlock(connection, { blockNumber })
  state.number = Number(number - start.number)
  state.seconds = Number(timestamp - start.timestamp)
}

/** A call of anvil's that viem's types do not know. */
type RpcRequest = { Method: string; Parameters: readonly unknown[]; ReturnType: unknown }

/** Makes a block of everything that was sent, if nobody else does. */
async function mine({ connection, clock, state, start, seconds }: Run): Promise<void> {
  if (clock === 'wall') return
  await connection.request<RpcRequest>({ method: 'evm_mine', params: [Number(start.timestamp) + state.seconds + seconds] })
}

async function waitForBlock(run: Run): Promise<void> {
  for (;;) {
    const height = await getBlockNumber(run.connection)
    if (Number(height - run.start.number) > run.state.number) return moveTo(run, height)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

type Sending = { readonly sent: Sent; readonly hash: Hex | undefined; readonly isAllowed: boolean }

/** Sends them one after the other, so that they stand in that order, waits until all are in blocks, and holds each against the rules. */
async function include(run: Run, pool: readonly Sent[]): Promise<Outcome[]> {
  const { cast, state, start, connection } = run
  const batch: Sending[] = []
  for (const sent of pool) {
    const isAllowed = judge(state, sent).isDone
    batch.push({ sent, isAllowed, hash: await sendOne({ cast, state, sent, now: Number(start.timestamp) + state.seconds }) })
  }
  await mine(run)
  const receipts = await Promise.all(
    batch.flatMap(({ sent, hash }) =>
      hash === undefined
        ? []
        : [waitForTransactionReceipt(connection, { hash, pollingInterval: pollMs }).then((receipt) => ({ sent, receipt }))],
    ),
  )
  const outcomes: Outcome[] = []
  for (const one of receipts.sort((a, b) => placeOf(a.receipt) - placeOf(b.receipt))) outcomes.push(await hold(run, one))
  const refused = batch.filter(({ hash }) => hash === undefined)
  return [...outcomes, ...refused.map((one) => refusal(run, one))]
}

const placeOf = ({ blockNumber, transactionIndex }: TransactionReceipt) => Number(blockNumber) * 1e5 + transactionIndex

async function hold(run: Run, { sent, receipt }: { sent: Sent; receipt: TransactionReceipt }): Promise<Outcome> {
  const { state, start, disagreements } = run
  if (Number(receipt.blockNumber - start.number) !== state.number) await moveTo(run, receipt.blockNumber)
  const { isDone: isRight, row, apply } = judge(state, sent)
  const isDone = receipt.status === 'success'
  if (isRight !== isDone) disagreements.push(`${sent.action.kind} of agent ${sent.from}: ${receipt.status}, the rules say ${row}`)
  if (isDone) apply()
  return { ...sent, result: isDone ? 'done' : 'failed', row, gas: Number(receipt.gasUsed) }
}

/** The SDK's simulation refused what the rules would have taken both before and after the others. */
function refusal({ state, disagreements }: Run, { sent, isAllowed }: Sending): Outcome {
  const { isDone, row } = judge(state, sent)
  if (isDone && isAllowed) disagreements.push(`${sent.action.kind} of agent ${sent.from}: refused, the rules say ${row}`)
  return { ...sent, result: 'refused', row, gas: 0 }
}
