import { taskEscrowAbi } from '@hanse/sdk/abis'
import { taskStateValues } from '@hanse/sdk/enums'
import { decodeRevert } from '@hanse/sdk/errors'
import { RpcRefusedError } from '@hanse/sdk/sync'
import { type Address, encodeFunctionData, type Hex } from 'viem'
import type { Chain } from '../chain.ts'
import { rankOf } from '../deliver/rank.ts'
import { decodeTerms, type Terms } from '../keep/terms.ts'
import type { Payer, Sender } from '../nonces/sender.ts'
import { reasonOf } from '../ops/log.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import { readViews, views } from '../rpc/reads.ts'
import type { StoredTask, StoredWork } from '../store/tasks.ts'
import type { KeepAction } from '../store/transactions.ts'
import type { Context } from '../watcherContext.ts'

/** Tasks looked at in one go. */
const maxLook = 64

type Keeping = { context: Context; chain: Chain; sender: Sender; from: Payer; isAlive: (member: string) => boolean }
/** A default, and the chain's second before which it cannot be due. */
type Default = { readonly action: KeepAction; readonly notBefore: number }

/** Triggers the defaults of tasks whose deadlines passed, so that nothing stands still because somebody went away. */
export function startKeeping(keeping: Keeping): Loop {
  const { context, chain } = keeping
  const firstSeen = new Map<string, number>()
  const work = async () => {
    if (chain.sync.status().halt !== undefined || context.store.pauses.has('keep', chain.chainId)) return
    if (!context.vault.has({ role: 'keep', chainId: chain.chainId })) return
    const due = context.store.tasks.due({ chainId: chain.chainId, at: context.now(), limit: maxLook })
    if (due.length === 0) return
    const { taskEscrow } = chain.config.deployment
    const final = chain.sync.status().final?.number
    const latest = await readViews(
      chain.rpc,
      due.map(({ taskId }) => views.taskOf(taskEscrow, taskId)),
    )
    for (const [index, task] of due.entries()) {
      const slot = latest[index]
      if (slot !== undefined) await keepTask({ ...keeping, task, slot, final, firstSeen })
    }
  }
  const loop = startLoop({ name: `keep ${chain.chainId}`, everyMs: 500, work, log: context.log, wait: context.outside.wait })
  context.events.on('finalized', (chainId) => {
    if (chainId === chain.chainId) loop.wake()
  })
  return loop
}

type Slot = { readonly state: number; readonly steppedAt: number; readonly window: number; readonly isSuspected: boolean }
type Keep = Keeping & { task: StoredTask; slot: Slot; final: bigint | undefined; firstSeen: Map<string, number> }

async function keepTask(keep: Keep): Promise<void> {
  const { context, chain, task, slot } = keep
  const terms = decodeTerms(task.terms)
  const next = nextDefault(slot, terms)
  if (next === undefined) return rest(keep)
  const clock = Number(chain.sync.status().headTimestamp ?? 0n)
  if (clock <= next.notBefore) return later(keep, next.notBefore - clock)
  const data = callDataOf({ action: next.action, terms, work: context.store.tasks.workOf(task) })
  // What was handed in is not final yet.
  if (data === undefined) return later(keep, 3)
  const call = { to: chain.config.deployment.taskEscrow, data }
  const gas = await simulate(keep, call)
  if (gas === undefined) return
  const { firstSeen } = keep
  const key = `${task.taskId} ${next.action} ${slot.steppedAt}`
  const since = firstSeen.get(key) ?? context.now()
  firstSeen.set(key, since)
  const stagger = 2 * Math.max(chain.sync.status().blockMs ?? 1_000, 100) + 300
  const members = chain.roster?.members ?? []
  const rank = rankOf({ seed: task.taskId, members, self: context.attester?.address, isAlive: keep.isAlive })
  const isUnderWay = keep.sender.openPurposes().some((purpose) => purpose.kind === 'keep' && purpose.taskId === task.taskId)
  if (isUnderWay || context.now() - since < rank * stagger) return later(keep, 1)
  firstSeen.delete(key)
  if (
    !(await keep.sender.submit({
      ...call,
      gas: `${(gas * 13n) / 10n}`,
      purpose: { kind: 'keep', taskId: task.taskId, action: next.action },
    }))
  )
    return
  context.metrics.kept.inc({ chain: `${chain.chainId}`, action: next.action })
  context.log.info({ chainId: chain.chainId, taskId: task.taskId, action: next.action }, 'default triggered')
  later(keep, 4)
}

/** What anyone may trigger next, by the state of the task. */
export function nextDefault(slot: Slot, terms: Windows): Default | undefined {
  const { steppedAt, window, isSuspected } = slot
  const state = taskStateValues[slot.state]
  if (state === 'Open') return { action: 'expire', notBefore: terms.openUntil }
  if (state === 'Proposed') return { action: 'award', notBefore: steppedAt + terms.challengeWindow }
  // An unanswered doubt may make it due sooner. The contract says when.
  if (state === 'Assigned') return { action: 'lapse', notBefore: isSuspected ? steppedAt : steppedAt + window }
  if (state === 'Submitted') return { action: 'settle', notBefore: steppedAt + terms.reviewWindow }
  if (state === 'Contested') return { action: 'resolve', notBefore: steppedAt + terms.disputeWindow }
  if (state === 'Disputed') return { action: 'resolve', notBefore: steppedAt + terms.arbitrationWindow }
  return undefined
}

type Windows = Pick<Terms, 'openUntil' | 'challengeWindow' | 'reviewWindow' | 'disputeWindow' | 'arbitrationWindow'>

/** The call of a default. Those of reviews name the work. */
function callDataOf({ action, terms, work }: { action: KeepAction; terms: Terms; work: StoredWork | undefined }): Hex | undefined {
  if (action !== 'settle' && action !== 'resolve') return encodeFunctionData({ abi: taskEscrowAbi, functionName: action, args: [terms] })
  return work && encodeFunctionData({ abi: taskEscrowAbi, functionName: action, args: [terms, work] })
}

/** Nothing is due any more. Over for good only when a final block says so: until then a reorg may bring it back. */
async function rest({ context, chain, task, final }: Keep): Promise<void> {
  const { chainId, taskId } = task
  const [slot] =
    final === undefined ? [] : await readViews(chain.rpc, [views.taskOf(chain.config.deployment.taskEscrow, taskId, final)], 'agreed')
  const state = slot === undefined ? undefined : taskStateValues[slot.state]
  const isOver = state === 'Settled' || state === 'Cancelled' || state === 'Expired'
  if (isOver) context.store.tasks.setOver({ chainId, taskId, isOver })
  else context.store.tasks.checkAt({ chainId, taskId, at: context.now() + 5_000 })
}

/** Gas of a call that would go through now. When the contract says that it is too early, it also says when it will not be. */
async function simulate(keep: Keep, { to, data }: { to: Address; data: `0x${string}` }): Promise<bigint | undefined> {
  try {
    return BigInt(String(await keep.chain.rpc.call('eth_estimateGas', [{ from: keep.from.address, to, data }])))
  } catch (error) {
    if (!(error instanceof RpcRefusedError)) throw error
    const revert = decodeRevert(error)
    const { notBefore, timestamp } = revert?.args ?? {}
    const isEarly = revert?.code === 'TaskDeadlineNotReached' && typeof notBefore === 'bigint' && typeof timestamp === 'bigint'
    if (!isEarly) keep.context.log.debug({ taskId: keep.task.taskId, reason: revert?.code ?? reasonOf(error) }, 'default refused')
    later(keep, isEarly ? Number(notBefore - timestamp) + 1 : 3)
    return undefined
  }
}

/** Looks again after so many seconds of the chain's clock, which may run faster than ours: at half of them, and at least now and then. */
function later({ context, task }: Keep, seconds: number): void {
  const wait = Math.min(Math.max(seconds * 500, 300), 30_000)
  context.store.tasks.checkAt({ chainId: task.chainId, taskId: task.taskId, at: context.now() + wait })
}
