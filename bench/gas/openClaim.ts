import { chartersAbi } from '@hanse/sdk/abis'
import { charterIdOf, createDocument, documentArgument } from '@hanse/sdk/charter'
import { encodeFunctionData, type Hex, keccak256, toHex, zeroHash } from 'viem'
import { agree, people } from './charters.ts'
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

async function adoptFor({ chain, charters, worker }: TaskWorld): Promise<Hex> {
  const agreements = await chain.read.readContract({ abi: chartersAbi, address: charters, functionName: 'agreements' })
  const founders = people(9)
  const members = [...founders.map(({ address }) => address), worker.address]
  const document = createDocument({ name: 'Bench', members, policies: { isMembersOnly: true } })
  const salt = keccak256(toHex('open claim'))
  const data = encodeFunctionData({ abi: chartersAbi, functionName: 'adopt', args: [documentArgument(document), salt] })
  const signing = document.members.map((address) => founders.find((founder) => founder.address === address) ?? address)
  const plan = {
    charter: zeroHash,
    epoch: 0,
    threshold: document.quorum,
    calls: [{ target: charters, value: 0n, data }],
    legs: [],
  } as const
  await agree({ chain, agreements }, { members: signing, plan, signed: document.quorum, nonce: 1n })
  return charterIdOf({ homeChainId: chain.chainId, charters, document, salt })
}
