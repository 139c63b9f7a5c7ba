import { keccak } from '@hanse/sdk/gateway'
import { isRecord, RpcRefusedError, type RpcReply } from '@hanse/sdk/sync'
import type { Chain } from '../chain.ts'
import { testCrashHook } from '../ops/crash.ts'
import type { LedgerChange } from '../shared/vault.ts'
import type { TransactionSigner } from '../signer/types.ts'
import type { CallRequest, LedgerRow, Purpose } from '../store/transactions.ts'
import type { Context } from '../watcherContext.ts'
import { bumpFees, type Fees, readFees } from './fees.ts'

/** Most transactions that wait at once on one chain. */
const maxOpen = 16

/** Who pays, and is asked for the gas of a call. The address may change: a key can be rotated. */
export type Payer = Pick<TransactionSigner, 'address'>

/** Sends transactions of one account on one chain, from a ledger of what it signed. */
export type Sender = {
  /** Signs, persists, then broadcasts. False when too many are waiting. */
  submit(request: CallRequest & { readonly purpose: Purpose }): Promise<boolean>
  /** What is under way, so that nothing is sent twice for one purpose. */
  openPurposes(): readonly Purpose[]
  /** Looks what became of everything under way; sends the same bytes again, or more dearly, where nothing did. */
  track(): Promise<void>
}

/** Opens the sender. Nonces come from the ledger and the chain, never from a counter. */
export function createSender({ context, chain, account, isNeeded }: createSender.Parameters): Sender {
  const { chainId, rpc, config } = chain
  const { ledger } = context.store
  const { vault } = context
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <result>(work: () => Promise<result>): Promise<result> => {
    const next = queue.then(work, work)
    queue = next.catch(() => undefined)
    return next
  }
  const open = () => ledger.open({ chainId, sender: account.address })
  const sign = (row: SignRequest) => signAndSend({ context, chain, account, row })

  async function submit({ purpose, ...request }: CallRequest & { purpose: Purpose }): Promise<boolean> {
    const sender = account.address
    await vault.refresh({ chainId, sender })
    if (open().length >= maxOpen) return false
    const { nonce: latest, ...fees } = await readFees({ rpc, chainId, sender, cap: config.maxFeePerGas })
    // The key was rotated meanwhile: that nonce is another account's.
    if (sender !== account.address) return false
    const highest = open().reduce((top, row) => Math.max(top, row.nonce), -1)
    const role = purpose.kind === 'keep' ? 'keep' : 'deliver'
    if (!(await sign({ role, nonce: Math.max(latest, highest + 1), fees, request, purpose, isReplacement: false }))) return false
    context.metrics.transactions.inc({ chain: `${chainId}`, purpose: purpose.kind })
    return true
  }

  return {
    submit: (request) => inTurn(() => submit(request)),
    openPurposes: () => open().map((row) => row.purpose),
    track: () =>
      inTurn(async () => {
        const role = payingRoles.find((candidate) => vault.has({ role: candidate, chainId }))
        if (role === undefined) return
        await vault.refresh({ chainId, sender: account.address })
        await track({ context, chain, role, rows: open(), sign, isNeeded })
      }),
  }
}

export declare namespace createSender {
  type Parameters = { context: Context; chain: Chain; account: TransactionSigner; isNeeded: IsNeeded }
}

/** Whether what a transaction is for still has to be done. */
export type IsNeeded = (purpose: Purpose) => Promise<boolean>

/** Whoever has one of these duties on a chain looks after all that was sent there. */
const payingRoles = ['deliver', 'keep'] as const
type PayingRole = (typeof payingRoles)[number]

type SignRequest = {
  readonly role: PayingRole
  readonly isReplacement: boolean
  readonly nonce: number
  readonly fees: Fees
  readonly request: CallRequest
  readonly purpose: Purpose
}

/** Signs, persists, broadcasts. False when the nonce was taken meanwhile: then nobody will see what was signed. */
async function signAndSend({
  context,
  chain,
  account,
  row,
}: {
  context: Context
  chain: Chain
  account: TransactionSigner
  row: SignRequest
}): Promise<boolean> {
  const { role, isReplacement, nonce, fees, request, purpose } = row
  const { to, data } = request
  const gas = BigInt(request.gas)
  const sender = account.address
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId: chain.chainId,
    nonce,
    to,
    data,
    gas,
    maxFeePerGas: fees.maxFee,
    maxPriorityFeePerGas: fees.tip,
  })
  const hash = keccak(raw)
  const transaction = { chainId: chain.chainId, sender, nonce, hash, raw, ...fees, purpose, request, at: context.now() }
  if (!(await context.vault.add(role, transaction, isReplacement))) return false
  testCrashHook('transaction-persisted')
  const reply = await chain.rpc.multicast({ method: 'eth_sendRawTransaction', params: [raw] })
  testCrashHook('transaction-broadcast')
  if (!reply.ok) context.log.warn({ chainId: chain.chainId, nonce, hash, reason: reply.message }, 'transaction not taken yet')
  return true
}

type Tracked = {
  context: Context
  chain: Chain
  role: PayingRole
  rows: readonly LedgerRow[]
  sign: (row: SignRequest) => Promise<boolean>
  isNeeded: IsNeeded
}

async function track({ context, chain, role, rows, sign, isNeeded }: Tracked): Promise<void> {
  const sender = rows[0]?.sender
  if (sender === undefined) return
  const calls = rows.map((row) => ({ method: 'eth_getTransactionReceipt', params: [row.hash] }))
  const replies = await chain.rpc.batch([...calls, { method: 'eth_getTransactionCount', params: [sender, 'latest'] }])
  const count = numberOf(replies.at(-1))
  if (count === undefined) return
  const inclusions = new Map(rows.map((row, index) => [row.id, inclusionOf(replies[index])]))
  const final = Number(chain.sync.status().final?.number ?? -1n)
  const changes = rows.flatMap((row) => changeOf({ row, inclusion: inclusions.get(row.id), count, final }))
  await context.vault.settle(role, { chainId: chain.chainId, sender }, changes)
  for (const row of rows) {
    if (row.state === 'live') context.metrics.gasSpent.inc({ chain: `${chain.chainId}` }, inclusions.get(row.id)?.cost ?? 0)
    if (inclusions.get(row.id)?.hasReverted)
      context.log.warn({ chainId: chain.chainId, hash: row.hash, purpose: row.purpose }, 'transaction reverted')
  }
  const waiting = rows.filter((row) => row.nonce >= count && inclusions.get(row.id) === undefined)
  const isMissing = rows.every((row) => row.nonce !== count)
  if (isMissing) await fill({ context, chain, role, waiting, sign, count })
  await resend({ context, chain, role, waiting, sign, isNeeded })
}

/**
 * Fills the nonce that the chain waits for with a transfer of nothing, when the ledger has only later ones: an old copy of the disk does not know the
 * transaction that a reorganisation took back, or its slot counted as taken until the reorganisation. No later one could ever get in.
 */
async function fill({ context, chain, role, waiting, sign, count }: Omit<Tracked, 'rows' | 'isNeeded'> & Waiting & { count: number }) {
  const [lowest] = waiting
  if (lowest === undefined || !isStuck({ context, chain, row: lowest })) return
  const { chainId, rpc, config } = chain
  const { nonce, ...fees } = await readFees({ rpc, chainId, sender: lowest.sender, cap: config.maxFeePerGas })
  if (nonce !== count) return
  const call = { to: lowest.sender, data: '0x' } as const
  try {
    // Not 21,000 everywhere: chains that post their data elsewhere charge for that as well.
    const gas = BigInt(String(await rpc.call('eth_estimateGas', [{ from: lowest.sender, ...call }])))
    const request = { ...call, gas: `${(gas * 13n) / 10n}` }
    if (!(await sign({ role, isReplacement: false, nonce, fees, request, purpose: { kind: 'fill' } }))) return
    context.log.warn({ chainId, nonce }, 'a nonce is filled that the ledger does not know')
  } catch (error) {
    if (!(error instanceof RpcRefusedError)) throw error
    context.log.warn({ chainId, nonce, reason: error.shortMessage }, 'a nonce that the ledger does not know cannot be filled yet')
  }
}

type Waiting = { readonly waiting: readonly LedgerRow[] }

/** How long a block of the chain takes, in milliseconds. */
const blockMsOf = (chain: Chain) => Math.max(chain.sync.status().blockMs ?? 2_000, 250)

/** Whether a transaction waits for longer than a busy chain explains. */
function isStuck({ context, chain, row }: Pick<Tracked, 'context' | 'chain'> & { row: LedgerRow }): boolean {
  return context.now() - row.at >= 4 * blockMsOf(chain) + 2_000
}

/** The state that a row moves to, if any. */
function changeOf({
  row,
  inclusion,
  count,
  final,
}: {
  row: LedgerRow
  inclusion: Inclusion | undefined
  count: number
  final: number
}): readonly LedgerChange[] {
  const { id, hash } = row
  // A transaction that reverted has done nothing: whatever it was for is free to be sent anew.
  if (inclusion !== undefined)
    return [{ id, hash, state: inclusion.block <= final || inclusion.hasReverted ? 'done' : 'mined', block: inclusion.block }]
  // Its slot went to a replacement, or to something signed elsewhere. What it was for is looked up on the chain and sent anew if need be.
  if (row.nonce < count) return [{ id, hash, state: 'dropped' }]
  return row.state === 'mined' ? [{ id, hash, state: 'live' }] : []
}

/** Sends the same bytes again; after some block times the lowest one goes out at a higher price. What nobody took and nobody needs is given up. */
async function resend({ context, chain, role, waiting, sign, isNeeded }: Omit<Tracked, 'rows'> & Waiting): Promise<void> {
  const blockMs = blockMsOf(chain)
  const age = (row: LedgerRow) => context.now() - row.at
  const newest = [...new Map(waiting.map((row) => [row.nonce, row])).values()]
  const last = newest.at(-1)
  if (last !== undefined && age(last) > blockMs && !(await isWorthSending({ chain, row: last, isNeeded }))) {
    const given = waiting.filter((row) => row.nonce === last.nonce)
    const changes = given.map(({ id, hash }) => ({ id, hash, state: 'dropped' as const }))
    await context.vault.settle(role, { chainId: chain.chainId, sender: last.sender }, changes)
    newest.pop()
  }
  for (const row of newest) if (age(row) > blockMs) await chain.rpc.multicast({ method: 'eth_sendRawTransaction', params: [row.raw] })
  const lowest = newest[0]
  if (lowest === undefined || !isStuck({ context, chain, row: lowest })) return
  const cap = chain.config.maxFeePerGas
  const market = await readFees({ rpc: chain.rpc, chainId: chain.chainId, sender: lowest.sender, cap })
  const fees = bumpFees({ old: lowest, market, cap })
  if (fees === undefined) return
  context.metrics.replacements.inc({ chain: `${chain.chainId}` })
  await sign({ role, isReplacement: true, nonce: lowest.nonce, fees, request: lowest.request, purpose: lowest.purpose })
}

/** Whether a transaction must still get in: its purpose stands, or some node holds it already and may include it at any time. */
async function isWorthSending({ chain, row, isNeeded }: { chain: Chain; row: LedgerRow; isNeeded: IsNeeded }): Promise<boolean> {
  if (await isNeeded(row.purpose)) return true
  const [reply] = await chain.rpc.batch([{ method: 'eth_getTransactionByHash', params: [row.hash] }])
  return !reply?.ok || reply.result !== null
}

function numberOf(reply: RpcReply | undefined): number | undefined {
  return reply?.ok && typeof reply.result === 'string' ? Number(reply.result) : undefined
}

/** `cost` in units of 10^18. */
type Inclusion = { readonly block: number; readonly hasReverted: boolean; readonly cost: number }

function inclusionOf(reply: RpcReply | undefined): Inclusion | undefined {
  const receipt = reply?.ok ? reply.result : undefined
  if (!isRecord(receipt) || typeof receipt.blockNumber !== 'string') return undefined
  const cost = (Number(receipt.gasUsed ?? 0) * Number(receipt.effectiveGasPrice ?? 0)) / 1e18
  return { block: Number(receipt.blockNumber), hasReverted: receipt.status === '0x0', cost: Number.isFinite(cost) ? cost : 0 }
}
