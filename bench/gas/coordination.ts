import { claimGatesAbi } from '@hanse/sdk/abis'
import { bidTypedData, noWork, offerTypedData, risingReward, signedBids, type Terms } from '@hanse/sdk/task'
import { type Account, encodeFunctionData, type Hex, keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { handIn } from './handIn.ts'
import { type Row, row } from './row.ts'
import { idOf, send, sign, type TaskWorld, termsOf } from './taskWorld.ts'

/** Steps of auctions, hires, trees of tasks and lost turns, each on its own: what `bench/sim` prices its transactions with. In the steady state. */
export async function coordinationRows(world: TaskWorld): Promise<Row[]> {
  await auctionSteps(world, 'first auction')
  await hireSteps(world, 'first hire')
  await risingSteps(world, 'first rising reward')
  const rising = await risingSteps(world, 'rising reward')
  await gatedSteps(world, 'first gate')
  const gated = await gatedSteps(world, 'gate')
  const steps = {
    ...rising,
    ...gated,
    ...(await auctionSteps(world, 'auction')),
    ...(await hireSteps(world, 'hire')),
    ...(await treeSteps(world)),
  }
  return Object.entries(steps).map(([name, gas]) => row({ name: `task.${name}`, gas }))
}

type Steps = Readonly<Record<string, bigint>>

/** A first bid, one that beats it, brought by its bidder, and one that comes too high. */
async function auctionSteps(world: TaskWorld, seed: string): Promise<Steps> {
  const { chain, requester, worker, rival, auction, coin } = world
  const base = termsOf(world, { seed, token: coin })
  const terms = { ...base, allocation: auction, allocationParams: signedBids({ minStep: 200 }), challengeWindow: 60 }
  const open = await send(world, { from: requester, functionName: 'open', args: [terms] })
  const enter = async (bidder: Account, share: number, by: Account, reverts = false) => {
    const bid = { worker: bidder.address, sponsor: bidder.address, token: 1, expiry: terms.openUntil, share }
    const signature = await sign(bidder, bidTypedData({ ...homeOf(world), taskId: idOf(world, terms), bid }))
    return send(world, { from: by, functionName: 'propose', args: [terms, bid, signature], reverts })
  }
  await enter(rival, 6_000, requester)
  const beat = await enter(worker, 5_123, worker)
  const lostBid = await enter(rival, 5_100, rival, true)
  await chain.wait(86_400)
  await send(world, { from: requester, functionName: 'award', args: [terms] })
  const { accept } = await handIn(world, terms)
  return { 'auction.open': open, 'auction.beat': beat, 'auction.lostBid': lostBid, 'auction.accept': accept }
}

/** A task whose price rises, taken at half of it; somebody else comes too late. */
async function risingSteps(world: TaskWorld, seed: string): Promise<Steps> {
  const { chain, requester, worker, rival, coin, rising } = world
  const base = termsOf(world, { seed, token: coin })
  const terms = { ...base, allocation: rising, allocationParams: risingReward({ startShare: 5_000 }) }
  const open = await send(world, { from: requester, functionName: 'open', args: [terms] })
  await chain.wait(60)
  const won = await send(world, { from: worker, functionName: 'claimWith', args: [terms, worker.address, 5_000] })
  const lost = await send(world, { from: rival, functionName: 'claimWith', args: [terms, rival.address, 5_000], reverts: true })
  const { accept } = await handIn(world, terms)
  return { 'rising.open': open, 'rising.claim': won, 'rising.lostClaim': lost, 'rising.accept': accept }
}

/** A gate with one condition, a claim through it, and one that comes too early. */
async function gatedSteps(world: TaskWorld, seed: string): Promise<Steps> {
  const { chain, requester, worker, coin, gates } = world
  const gated = async (kind: 'written' | 'unwritten') => {
    const asked = kind === 'written' ? { kind: 0, atLeast: 1n } : { kind: 1, atLeast: 0n }
    const none = { space: keccak256(toHex(seed)), key: zeroHash, valueHash: zeroHash, homeChainId: 0n, maxAge: 0 }
    const args = [[{ ...none, ...asked }], zeroAddress] as const
    const allocation = await chain.read.readContract({ abi: claimGatesAbi, address: gates, functionName: 'gateOf', args })
    const create = await chain.send({
      to: gates,
      data: encodeFunctionData({ abi: claimGatesAbi, functionName: 'create', args }),
      from: requester,
    })
    const terms = { ...termsOf(world, { seed: `${seed} ${kind}`, token: coin }), allocation }
    await send(world, { from: requester, functionName: 'open', args: [terms] })
    return { create, terms }
  }
  const { create, terms } = await gated('unwritten')
  const claim = await send(world, { from: worker, functionName: 'claimWith', args: [terms, worker.address, 10_000] })
  await handIn(world, terms)
  const closed = await gated('written')
  const early = await send(world, { from: worker, functionName: 'claimWith', args: [closed.terms, worker.address, 10_000], reverts: true })
  return { 'gated.create': create, 'gated.claim': claim, 'gated.earlyClaim': early }
}

async function hireSteps(world: TaskWorld, seed: string): Promise<Steps> {
  const { requester, worker, coin } = world
  const terms = { ...termsOf(world, { seed, token: coin }), workerBond: 0n }
  const offer = { worker: worker.address, sponsor: worker.address, token: 1, expiry: terms.openUntil }
  const signature = await sign(worker, offerTypedData({ ...homeOf(world), taskId: idOf(world, terms), offer }))
  const hire = await send(world, { from: requester, functionName: 'hire', args: [terms, offer, signature] })
  const { accept } = await handIn(world, terms)
  return { hire, 'hire.accept': accept }
}

/** A parent with two children. The first worker of the second child lets its time pass, and somebody sees to it. */
async function treeSteps(world: TaskWorld): Promise<Steps> {
  const { chain, requester, worker, rival, coin } = world
  const base = termsOf(world, { seed: 'parent', token: coin })
  const terms = { ...base, delegable: base.reward / 2n, workWindow: 10 * 86_400 }
  const open = await send(world, { from: requester, functionName: 'open', args: [terms] })
  await claim(world, terms, worker)
  const children = ['one', 'other'].map((name) => childOf(world, terms, name))
  const opened: bigint[] = []
  for (const child of children) opened.push(await send(world, { from: worker, functionName: 'openChild', args: [child, terms] }))
  const [one, other] = children
  if (one === undefined || other === undefined) throw new RangeError('A tree has two children')
  await claim(world, one, worker)
  const child = await handIn(world, one)
  await claim(world, other, rival)
  await chain.wait(2 * 86_400)
  const lapse = await send(world, { from: requester, functionName: 'lapse', args: [other] })
  await claim(world, other, worker)
  const { deliverable } = { ...noWork, deliverable: keccak256(other.salt) }
  const lateSubmit = await send(world, { from: worker, functionName: 'submit', args: [idOf(world, other), 1, deliverable], reverts: true })
  await handIn(world, other, 2)
  const parent = await handIn(world, terms)
  const orphaned = { ...terms, salt: keccak256(toHex('orphaned')) }
  await send(world, { from: requester, functionName: 'open', args: [orphaned] })
  await claim(world, orphaned, worker)
  await send(world, { from: worker, functionName: 'openChild', args: [childOf(world, orphaned, 'orphan'), orphaned] })
  await chain.wait(11 * 86_400)
  const over = await send(world, { from: rival, functionName: 'lapse', args: [orphaned] })
  return {
    ...{ 'parent.open': open, 'parent.accept': parent.accept, 'child.first': opened[0] ?? 0n, 'child.open': opened[1] ?? 0n },
    ...{ 'child.accept': child.accept, lapse, lateSubmit, 'parent.lapse': over },
  }
}

function childOf(world: TaskWorld, terms: Terms, name: string): Terms {
  const { worker } = world
  const hash = (what: string): Hex => keccak256(toHex(`child ${name} ${what}`))
  const money = { reward: terms.reward / 32n, delegable: 0n }
  return {
    ...terms,
    ...money,
    requester: worker.address,
    workWindow: 86_400,
    parent: idOf(world, terms),
    specHash: hash('spec'),
    salt: hash('salt'),
  }
}

function claim(world: TaskWorld, terms: Terms, from: Account): Promise<bigint> {
  return send(world, { from, functionName: 'claim', args: [idOf(world, terms), terms, from.address] })
}

const homeOf = ({ chain: { chainId }, escrow }: TaskWorld) => ({ chainId, escrow })
