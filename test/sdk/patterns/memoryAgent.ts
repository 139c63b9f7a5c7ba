import type { Address, Hex } from 'viem'
import { patterns } from '../../../sdk/src/index.ts'
import type { MemoryBoard } from './memoryBoard.ts'

/** What came of the work of all. */
export type Ledger = {
  /** How often an item was worked on to the end, by item. */
  readonly worked: Map<Hex, number>
  /** The version with which each result was written. */
  readonly written: Map<Hex, number>
}

type Job = { readonly item: Hex; readonly token: number; left: number }

/** An agent in memory: sees blocks late, works for some blocks, and may die. */
export function memoryAgent({
  board,
  account,
  ledger,
}: {
  readonly board: MemoryBoard
  readonly account: Address
  readonly ledger: Ledger
}) {
  let job: Job | undefined
  let isDead = false

  const finish = ({ item, token }: Job) => {
    job = undefined
    ledger.worked.set(item, (ledger.worked.get(item) ?? 0) + 1)
    const version = board.write(account, { key: item, expected: token, value: '0x01' })
    if (version !== undefined) ledger.written.set(item, version)
  }
  const take = (
    { key, version }: patterns.ItemView,
    { effort, leaseSeconds }: { readonly effort: number; readonly leaseSeconds: number },
  ) => {
    const token = board.acquire(account, { key, duration: leaseSeconds })
    if (token === undefined) return
    // Somebody had it in between: then it may be done, as the SDK looks up.
    if (token !== version + 1 && ledger.written.has(key)) board.release(key)
    else job = { item: key, token, left: effort }
  }
  /** One look and what follows from it, on a view of so many blocks ago. */
  const act = ({ lag, effort }: { readonly lag: number; readonly effort: number }) => {
    if (isDead) return
    if (job !== undefined) {
      job.left -= 1
      if (job.left <= 0) finish(job)
      return
    }
    const at = board.height() - 1n - BigInt(lag)
    const view = board.view(at < 1n ? 1n : at)
    const move = patterns.next(view, account)
    const { leaseSeconds } = view.manifest
    if (move.kind === 'take') take(move.item, { effort, leaseSeconds })
    if (move.kind === 'lead') board.acquire(account, { key: patterns.planKey, duration: leaseSeconds })
    if (move.kind === 'assign') {
      board.write(account, { key: patterns.planKey, expected: view.plan.version, value: patterns.encodePlan(move.assignments) })
    }
  }
  const die = () => {
    isDead = true
  }
  return { account, act, die, isWorking: () => job !== undefined && !isDead }
}
