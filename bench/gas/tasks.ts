import { bidTypedData, handoffTypedData, offerTypedData, signedBids, type Terms } from '@hanse/sdk/task'
import { type Address, zeroAddress } from 'viem'
import { agentRows } from './agents.ts'
import { coordinationRows } from './coordination.ts'
import { handIn } from './handIn.ts'
import { openClaimPath } from './openClaim.ts'
import { type Row, row } from './row.ts'
import { bond, idOf, send, sign, startTaskWorld, type TaskWorld, termsOf } from './taskWorld.ts'

const day = 86_400

/** Gas of tasks and agents, in the steady state: every account holds the coin and has used the escrow before. */
export async function taskRows(): Promise<Row[]> {
  const world = await startTaskWorld()
  try {
    await claimPath(world, { seed: 'first', token: world.coin })
    await claimPath(world, { seed: 'first native', token: zeroAddress })
    const { path, ...steps } = await claimPath(world, { seed: 'steady', token: world.coin })
    const native = await claimPath(world, { seed: 'steady native', token: zeroAddress })
    await offerPath(world, 'first')
    return [
      ...Object.entries(steps).map(([name, gas]) => row({ name: `task.${name}`, gas })),
      row({ name: 'task.path.claimBond', gas: path, per: 'task' }),
      row({ name: 'task.path.claimBond.native', gas: native.path, per: 'task' }),
      row({ name: 'task.path.openClaim', gas: await openClaimPath(world), per: 'task' }),
      row({ name: 'task.path.signedOffer', gas: await offerPath(world, 'steady'), per: 'task' }),
      row({ name: 'task.handoff', gas: await handOn(world, { seed: 'handoff', workerBond: 0n }) }),
      row({ name: 'task.handoff.bond', gas: await handOn(world, { seed: 'handoff with bonds', workerBond: bond }) }),
      ...(await auctionRows(world, 10)),
      ...(await auctionRows(world, 1_000)),
      ...(await coordinationRows(world)),
      ...(await agentRows(world)),
    ]
  } finally {
    await world.chain.stop()
  }
}

type Steps = Readonly<Record<'open' | 'claim' | 'lostClaim' | 'submit' | 'accept' | 'path', bigint>>

/** One task from posting to pay, with a rival that comes too late. */
async function claimPath(world: TaskWorld, { seed, token }: { seed: string; token: Address }): Promise<Steps> {
  const { requester, worker, rival } = world
  const terms = termsOf(world, { seed, token })
  const taskId = idOf(world, terms)
  const value = token === zeroAddress ? terms.reward : 0n
  const open = await send(world, { from: requester, functionName: 'open', args: [terms], value })
  const claim = await send(world, { from: worker, functionName: 'claim', args: [taskId, terms, worker.address] })
  const lostClaim = await send(world, { from: rival, functionName: 'claim', args: [taskId, terms, rival.address], reverts: true })
  const { submit, accept } = await handIn(world, terms)
  return { open, claim, lostClaim, submit, accept, path: open + claim + submit + accept }
}

/** A task without a bond, that requester and worker agreed by a signature. */
async function offerPath(world: TaskWorld, seed: string): Promise<bigint> {
  const { terms, gas } = await hire(world, { seed: `${seed} offer`, workerBond: 0n })
  const { submit, accept } = await handIn(world, terms)
  return gas + submit + accept
}

async function hire(world: TaskWorld, { seed, workerBond }: { seed: string; workerBond: bigint }): Promise<{ terms: Terms; gas: bigint }> {
  const { requester, worker } = world
  const terms = { ...termsOf(world, { seed, token: world.coin }), workerBond }
  const offer = { worker: worker.address, sponsor: worker.address, token: 1, expiry: terms.openUntil }
  const signature = await sign(worker, offerTypedData({ ...homeOf(world), taskId: idOf(world, terms), offer }))
  return { terms, gas: await send(world, { from: requester, functionName: 'hire', args: [terms, offer, signature] }) }
}

/** The worker passes its assignment to the rival, which calls. */
async function handOn(world: TaskWorld, parameters: { seed: string; workerBond: bigint }): Promise<bigint> {
  const { worker, rival } = world
  const { terms } = await hire(world, parameters)
  const change = { to: rival.address, sponsor: rival.address, token: 1, expiry: terms.openUntil }
  const typed = handoffTypedData({ ...homeOf(world), taskId: idOf(world, terms), from: worker.address, change })
  return send(world, { from: rival, functionName: 'handoff', args: [terms, change, await sign(worker, typed), '0x', '0x'] })
}

/** Everybody signs a bid; one transaction enters the best, and another awards it. */
async function auctionRows(world: TaskWorld, bidders: number): Promise<Row[]> {
  const { chain, requester, worker, auction, coin } = world
  const base = termsOf(world, { seed: `auction of ${bidders}`, token: coin })
  const terms = { ...base, allocation: auction, allocationParams: signedBids({ minStep: 100 }), challengeWindow: 3_600 }
  await send(world, { from: requester, functionName: 'open', args: [terms] })
  const offer = { worker: worker.address, sponsor: worker.address, token: 1, expiry: terms.openUntil }
  const shares = Array.from({ length: bidders }, (_, i) => 9_999 - i)
  const bid = { ...offer, share: Math.min(...shares) }
  const signature = await sign(worker, bidTypedData({ ...homeOf(world), taskId: idOf(world, terms), bid }))
  const propose = await send(world, { from: requester, functionName: 'propose', args: [terms, bid, signature] })
  await chain.wait(day)
  const award = await send(world, { from: requester, functionName: 'award', args: [terms] })
  return [row({ name: `task.auction.signedBids.${bidders}`, gas: propose }), row({ name: `task.auction.award.${bidders}`, gas: award })]
}

const homeOf = ({ chain: { chainId }, escrow }: TaskWorld) => ({ chainId, escrow })
