import { type Hex, keccak256, toHex } from 'viem'
import { adoptWith, people } from './charters.ts'
import { handIn } from './handIn.ts'
import { idOf, send, type TaskWorld, termsOf } from './taskWorld.ts'

/** A task without a bond, which any member of its charter may claim: ten members, the worker among them. The second one is the steady state. */
export async function openClaimPath(world: TaskWorld): Promise<bigint> {
  const charter = await adoptFor(world)
  await claimPath(world, { charter, seed: 'first open claim' })
  return claimPath(world, { charter, seed: 'steady open claim' })
}

async function claimPath(world: TaskWorld, { charter, seed }: { charter: Hex; seed: string }): Promise<bigint> {
  const { requester, worker, coin } = world
  const terms = { ...termsOf(world, { seed, token: coin }), workerBond: 0n, charter, epoch: 1 }
  const open = await send(world, { from: requester, functionName: 'open', args: [terms] })
  const args = [idOf(world, terms), terms, charter, 1, worker.address] as const
  const claim = await send(world, { from: worker, functionName: 'claimUnder', args })
  const { submit, accept } = await handIn(world, terms)
  return open + claim + submit + accept
}

function adoptFor({ chain, charters, worker }: TaskWorld): Promise<Hex> {
  const salt = keccak256(toHex('open claim'))
  return adoptWith({ chain, charters, founders: people(9), others: [worker.address], salt, policies: { isMembersOnly: true } })
}
