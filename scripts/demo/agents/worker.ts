import { agent, task } from '@hanse/sdk'
import { type Hex, isAddressEqual, keccak256, parseEther } from 'viem'
import { encodeReport, reportOf } from '../report.ts'
import { decodeSpec } from '../spec.ts'
import { type AgentContext, runAgent, say } from './agent.ts'
import { type Board, type TaskOnBoard, watchBoard } from './board.ts'
import { fundGas, fundToken } from './fund.ts'

/** Tasks that one worker has in hand at a time. */
const concurrency = 5
/** Seconds after which home refuses a claim of ours that is still under way. */
const claimSeconds = 30
/** Milliseconds without an answer after which a message is looked for, and sent again if a reorg swallowed it. */
const patienceMs = 8_000

/** Milliseconds for which a task that gave trouble is left alone. */
const troubleMs = 3_000

/** What this worker deposits to stand behind its claims. */
const deposit = parseEther('100')

await runAgent('worker', async (context) => {
  const { client, home, signal } = context
  await fundGas(context)
  await Promise.all([register(context), putUpBond(context)])
  say({ event: 'ready' })
  const board = watchBoard({ client, home, signal, onError: context.fail })
  const inHand = new Set<Hex>()
  while (!signal.aborted) {
    for (const candidate of choose(board, context, inHand).slice(0, concurrency - inHand.size)) {
      inHand.add(candidate.taskId)
      void takeOn(context, board, candidate).finally(() => inHand.delete(candidate.taskId))
    }
    await board.changed(1_000)
  }
})

/** Pursues a task; one that gives trouble is left alone for a while. */
async function takeOn(context: AgentContext, board: Board, candidate: TaskOnBoard): Promise<void> {
  try {
    await pursue(context, board, candidate)
  } catch (error) {
    say({ event: 'trouble', taskId: candidate.taskId, message: String(error) })
    await new Promise((resolve) => setTimeout(resolve, troubleMs))
  }
}

async function register({ client, chainId, account }: AgentContext): Promise<void> {
  const profile = agent.createProfile({
    capabilities: ['text.report'],
    payout: account.address,
    cardDigest: keccak256(account.address),
    cardUri: '',
  })
  await agent.register.sync(client, { chainId, profile, liveUntil: Math.floor(Date.now() / 1000) + 3_600 })
}

async function putUpBond(context: AgentContext): Promise<void> {
  const { client, chainId, account, home, token } = context
  await fundToken(context, deposit)
  await task.deposit.sync(client, { chainId: home, actor: { chainId, account: account.address }, token, amount: deposit })
}

/** Open tasks that admit this chain and that nobody is asking for, in this worker's own order: a hash of task and worker, so that workers rarely want the same one. */
function choose(board: Board, { chainId, account }: AgentContext, inHand: ReadonlySet<Hex>): readonly TaskOnBoard[] {
  const rank = ({ taskId }: TaskOnBoard) => keccak256(`${taskId}${account.address.slice(2)}`)
  return [...board.tasks.values()]
    .filter(
      ({ taskId, now, terms }) =>
        now.state === 'Open' && !inHand.has(taskId) && !board.isClaimed(taskId) && terms.chains.includes(BigInt(chainId)),
    )
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** One task from claim to submission. Ends quietly when another worker was first, or when the task moved on. */
async function pursue(context: AgentContext, board: Board, { taskId, terms, now: before }: TaskOnBoard): Promise<void> {
  const seen = before.token
  const claimed = await sendUntil(context, {
    send: () => claim(context, terms, seen),
    settled: (milliseconds) => board.waitFor(taskId, ({ now }) => now.token > seen || now.state !== 'Open', milliseconds),
  })
  if (claimed?.now.state !== 'Assigned' || !isMine(context, claimed)) return
  const { token } = claimed.now
  say({ event: 'working', taskId, token })
  const isLie = context.lies.take()
  const deliverable = await work(context, { specHash: terms.specHash, isLie })
  const handedIn = await sendUntil(context, {
    send: () => task.submit(context.client, { chainId: context.chainId, homeChainId: context.home, taskId, token, deliverable }),
    settled: (milliseconds) => board.waitFor(taskId, ({ now }) => now.token !== token || now.state !== 'Assigned', milliseconds),
  })
  // Too late, and the task went to another: what was told never arrived.
  if (handedIn?.now.token === token && ['Submitted', 'Settled'].includes(handedIn.now.state)) say({ event: 'submitted', taskId, token })
  else if (isLie) context.lies.putBack()
}

function isMine({ chainId, account }: AgentContext, { now: { worker } }: TaskOnBoard): boolean {
  return worker?.chainId === chainId && isAddressEqual(worker.account, account.address)
}

function claim({ client, chainId, home, account }: AgentContext, terms: task.Terms, token: number): Promise<Hex> {
  const deadline = Math.floor(Date.now() / 1000) + claimSeconds
  return task.claim(client, { chainId, homeChainId: home, terms, sponsor: account.address, token, deadline })
}

/** Sends, and sends again when the chain has forgotten the transaction: a reorg may drop it. */
async function sendUntil(
  context: AgentContext,
  { send, settled }: { send: () => Promise<Hex>; settled: (milliseconds: number) => Promise<TaskOnBoard | undefined> },
): Promise<TaskOnBoard | undefined> {
  let hash = await send()
  for (let attempt = 0; attempt < 5 && !context.signal.aborted; attempt++) {
    const answer = await settled(patienceMs)
    if (answer) return answer
    if (!(await context.isKnown(hash))) hash = await send()
  }
  return undefined
}

/** Fetches what the spec names, reports on it, and stores the report. A lie counts one word too many. */
async function work({ store }: AgentContext, { specHash, isLie }: { specHash: Hex; isLie: boolean }): Promise<Hex> {
  const spec = decodeSpec(await store.get(specHash))
  const report = reportOf(await store.get(spec.file))
  const told = isLie ? { ...report, words: report.words + 1 } : report
  return store.put(encodeReport(told))
}
