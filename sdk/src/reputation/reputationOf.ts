import type { Hex } from 'viem'
import type { TaskReceipt } from '../task/receipt.ts'
import { type Account, accountKey, type Known, type KnownToken } from './known.ts'

/** A receipt with where it stands: the chain whose escrow emitted it, and the event itself. */
export type Receipt = TaskReceipt & {
  readonly chainId: number
  readonly blockNumber: bigint
  readonly transactionHash: Hex
  readonly logIndex: number
}

/** Why a receipt weighs nothing. */
export type Ignored = 'requester-unknown' | 'evaluator-unknown' | 'token-unknown' | 'self-dealt' | 'not-the-worker' | 'twice'

/** One figure, and what each receipt adds to it. `value` is the sum of all `adds`. */
export type Figure = { readonly value: bigint; readonly parts: readonly { readonly receipt: Receipt; readonly adds: bigint }[] }

/** What an asker can say of a worker. All of it rests on receipts that count for the asker. */
export type Reputation = {
  /** Assignments that a judge ended: by a verdict, by one that nobody countered, or by a ruling. */
  readonly judged: Figure
  /** The verdicts of those, in basis points, added up: `quality` is their mean. */
  readonly verdicts: Figure
  /** Mean verdict of what was judged, in basis points, rounded down; undefined when nothing was. */
  readonly quality: number | undefined
  /** Assignments that ended with pay and without a judgement: by silence, by agreement, by a default split. */
  readonly unjudged: Figure
  /** Assignments that the worker let lapse. */
  readonly lapsed: Figure
  /** Assignments that the worker gave back. */
  readonly gaveUp: Figure
  /** What it earned, by unit of worth (or `chainId:address` of the coin), in 18 decimals where the coin's are known. */
  readonly earned: Readonly<Record<string, Figure>>
  /** Every receipt that was looked at and weighs nothing, and why. */
  readonly ignored: readonly { readonly receipt: Receipt; readonly reasons: readonly Ignored[] }[]
}

const endings = {
  judged: ['Verdict', 'Concession', 'Ruling'],
  unjudged: ['Silence', 'Split', 'NoRuling'],
  lapsed: ['Lapse'],
  gaveUp: ['GiveUp'],
} as const

/**
 * What an asker can say of a worker, from receipts. A receipt counts if the asker knows its requester, its evaluator and its coin, and if the
 * worker did not deal with itself. So whatever strangers write into the log among themselves, and however much of it, moves no figure; and every
 * figure names the receipts that it is made of.
 *
 * @param parameters.accounts All accounts of the worker: of an agent, its controller and its linked accounts.
 * @example
 * ```ts
 * import { reputation } from '@hanse/sdk'
 *
 * const { judged, quality } = reputation.reputationOf({ receipts, accounts, known })
 * for (const { receipt } of judged.parts) console.log(receipt.chainId, receipt.transactionHash)
 * ```
 */
export function reputationOf({ receipts, accounts, known }: reputationOf.Parameters): Reputation {
  const sets = setsOf({ accounts, known })
  const counted: Receipt[] = []
  const ignored: { receipt: Receipt; reasons: readonly Ignored[] }[] = []
  const seen = new Set<string>()
  for (const receipt of receipts) {
    const id = `${receipt.chainId}:${receipt.transactionHash}:${receipt.logIndex}`
    const reasons: Ignored[] = seen.has(id) ? ['twice'] : reasonsOf(receipt, sets)
    seen.add(id)
    if (reasons.length > 0) ignored.push({ receipt, reasons })
    else counted.push(receipt)
  }
  const endedBy = (kinds: readonly string[]) => counted.filter(({ ending }) => kinds.includes(ending))
  const [judged, unjudged] = [endedBy(endings.judged), endedBy(endings.unjudged)]
  const verdicts = figure(judged, ({ verdict }) => BigInt(verdict))
  return {
    judged: figure(judged, () => 1n),
    verdicts,
    quality: judged.length === 0 ? undefined : Number(verdicts.value / BigInt(judged.length)),
    unjudged: figure(unjudged, () => 1n),
    lapsed: figure(endedBy(endings.lapsed), () => 1n),
    gaveUp: figure(endedBy(endings.gaveUp), () => 1n),
    earned: earnedBy([...judged, ...unjudged], sets.tokens),
    ignored,
  }
}

export declare namespace reputationOf {
  type Parameters = { readonly receipts: readonly Receipt[]; readonly accounts: readonly Account[]; readonly known: Known }
}

type Sets = {
  readonly accounts: ReadonlySet<string>
  /** Of any chain: whoever has a key here has it there. */
  readonly addresses: ReadonlySet<string>
  readonly requesters: ReadonlySet<string>
  readonly evaluators: ReadonlySet<string>
  readonly tokens: ReadonlyMap<string, KnownToken>
}

function setsOf({ accounts, known }: { readonly accounts: readonly Account[]; readonly known: Known }): Sets {
  return {
    accounts: new Set(accounts.map(accountKey)),
    addresses: new Set(accounts.map(({ address }) => address.toLowerCase())),
    requesters: new Set(known.requesters.map(accountKey)),
    evaluators: new Set(known.evaluators.map(accountKey)),
    tokens: new Map(known.tokens.map((token) => [accountKey(token), token])),
  }
}

function reasonsOf({ chainId, requester, evaluator, token, worker, workerChainId }: Receipt, sets: Sets): Ignored[] {
  const isOwn = (address: string) => sets.addresses.has(address.toLowerCase())
  const holds: readonly [Ignored, boolean][] = [
    ['not-the-worker', !sets.accounts.has(accountKey({ chainId: Number(workerChainId), address: worker }))],
    ['self-dealt', isOwn(requester) || isOwn(evaluator)],
    ['requester-unknown', !sets.requesters.has(accountKey({ chainId, address: requester }))],
    ['evaluator-unknown', !sets.evaluators.has(accountKey({ chainId, address: evaluator }))],
    ['token-unknown', !sets.tokens.has(accountKey({ chainId, address: token }))],
  ]
  return holds.flatMap(([reason, isSo]) => (isSo ? [reason] : []))
}

function figure(receipts: readonly Receipt[], add: (receipt: Receipt) => bigint): Figure {
  const parts = receipts.map((receipt) => ({ receipt, adds: add(receipt) }))
  return { value: parts.reduce((sum, { adds }) => sum + adds, 0n), parts }
}

function earnedBy(receipts: readonly Receipt[], tokens: ReadonlyMap<string, KnownToken>): Record<string, Figure> {
  const groups = new Map<string, Receipt[]>()
  for (const receipt of receipts) {
    const key = accountKey({ chainId: receipt.chainId, address: receipt.token })
    const unit = tokens.get(key)?.unit ?? key
    groups.set(unit, [...(groups.get(unit) ?? []), receipt])
  }
  const pay = (receipt: Receipt) => {
    const known = tokens.get(accountKey({ chainId: receipt.chainId, address: receipt.token }))
    const base = (receipt.price * BigInt(receipt.verdict)) / 10_000n
    return known?.unit === undefined ? base : toEighteen(base, known.decimals ?? 18)
  }
  return Object.fromEntries([...groups].map(([unit, list]) => [unit, figure(list, pay)]))
}

function toEighteen(amount: bigint, decimals: number): bigint {
  return decimals <= 18 ? amount * 10n ** BigInt(18 - decimals) : amount / 10n ** BigInt(decimals - 18)
}

/** A figure in words: one line for it, and one for each receipt that it is made of. */
export function explainFigure(name: string, { value, parts }: Figure): readonly string[] {
  const lines = parts.map(
    ({ receipt, adds }) =>
      `${adds} by ${receipt.ending} of task ${receipt.taskId} on chain ${receipt.chainId}, transaction ${receipt.transactionHash}`,
  )
  return [`${name} is ${value}, from ${parts.length} receipts`, ...lines]
}
