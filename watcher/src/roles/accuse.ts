import { watcherSetAbi } from '@hanse/sdk/abis'
import { RpcRefusedError } from '@hanse/sdk/sync'
import { encodeFunctionData, type Hex, slice } from 'viem'
import type { Chain } from '../chain.ts'
import { rankOf } from '../deliver/rank.ts'
import type { Payer, Sender } from '../nonces/sender.ts'
import { type Loop, startLoop } from '../ops/loop.ts'
import type { Attestation } from '../store/attestations.ts'
import type { Context } from '../watcherContext.ts'

type Accusing = { context: Context; chain: Chain; sender: Sender; from: Payer; isAlive: (member: string) => boolean }

/** Brings two contradicting signatures of one watcher to a chain, where it then no longer counts. */
export function startAccusing(accusing: Accusing): Loop {
  const { context, chain } = accusing
  const work = async () => {
    if (chain.sync.status().halt !== undefined || context.store.pauses.has('deliver', chain.chainId)) return
    if (!context.vault.has({ role: 'deliver', chainId: chain.chainId })) return
    for (const [first, second, at] of context.store.evidence.list()) await accuse({ ...accusing, first, second, at })
  }
  return startLoop({ name: `accuse ${chain.chainId}`, everyMs: 2_000, work, log: context.log, wait: context.outside.wait })
}

async function accuse({
  context,
  chain,
  sender,
  from,
  isAlive,
  first,
  second,
  at,
}: Accusing & { first: Attestation; second: Attestation; at: number }): Promise<void> {
  const { roster, config } = chain
  const { setId, signer } = first
  const lane = context.lanes.get(first.laneKey)
  const isOpen = roster?.setId === setId && roster.members.includes(signer) && !roster.masked.includes(signer)
  if (lane === undefined || roster === undefined || !isOpen) return
  const isUnderWay = sender.openPurposes().some((purpose) => purpose.kind === 'accuse' && purpose.signer === signer)
  const stagger = 2 * Math.max(chain.sync.status().blockMs ?? 1_000, 100) + 300
  const rank = rankOf({ seed: setId, members: roster.members, self: context.attester?.address, isAlive })
  if (isUnderWay || context.now() - at < rank * stagger) return
  const args = [lane.lane, BigInt(first.nonce), statementOf(first), statementOf(second)] as const
  const call = { to: config.deployment.watcherSet, data: encodeFunctionData({ abi: watcherSetAbi, functionName: 'submitEvidence', args }) }
  try {
    const gas = BigInt(String(await chain.rpc.call('eth_estimateGas', [{ from: from.address, ...call }])))
    await sender.submit({ ...call, gas: `${(gas * 13n) / 10n}`, purpose: { kind: 'accuse', setId, signer } })
    context.log.warn({ chainId: chain.chainId, signer }, 'evidence sent')
  } catch (error) {
    // Refused where the lane is not linked, or where somebody was faster.
    if (!(error instanceof RpcRefusedError)) throw error
    context.events.emit('roster', chain.chainId)
  }
}

function statementOf({ head, signature }: Attestation): { head: Hex; r: Hex; vs: Hex } {
  return { head, r: slice(signature, 0, 32), vs: slice(signature, 32, 64) }
}
