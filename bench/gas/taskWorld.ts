import { taskEscrowAbi } from '@hanse/sdk/abis'
import { type Terms, taskIdOf } from '@hanse/sdk/task'
import {
  type Account,
  type Address,
  type ContractFunctionArgs,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { type BenchChain, startChain } from './chain.ts'

const tokenAbi = parseAbi(['function mint(address, uint256)', 'function approve(address, uint256)'])
const reward = 10n ** 18n
const plenty = 10n ** 24n

/** The worker's bond of every bonded task. */
export const bond = 10n ** 17n

/** A chain with an escrow and the people of a task. */
export type TaskWorld = {
  readonly chain: BenchChain
  readonly escrow: Address
  readonly registry: Address
  readonly charters: Address
  readonly auction: Address
  readonly rising: Address
  readonly gates: Address
  readonly coin: Address
  readonly requester: Account
  readonly worker: Account
  readonly rival: Account
  readonly evaluator: Account
}

/** Everybody holds the coin, has approved the escrow, and has deposited more than one bond, so that what is left is never zero. */
export async function startTaskWorld(): Promise<TaskWorld> {
  const chain = await startChain()
  const [admin, requester, worker, rival, evaluator] = chain.accounts
  if (!admin || !requester || !worker || !rival || !evaluator) throw new RangeError('The bench needs five accounts')
  const authority = await chain.deploy('AccessManager', [admin.address])
  const gateway = await chain.deploy('Gateway', [authority])
  const registry = await chain.deploy('AgentRegistry')
  const charters = await chain.deploy('Charters', [authority, gateway])
  const parts = [authority, gateway, registry, charters]
  const portal = await chain.deploy('TaskPortal', [authority, gateway])
  const desk = await chain.deploy('PortalDesk', [...parts, portal])
  const reviews = await chain.deploy('TaskReviews', [...parts, desk])
  const assignments = await chain.deploy('TaskAssignments', [...parts, reviews])
  const escrow = await chain.deploy('TaskEscrow', [...parts, assignments, desk])
  const auction = await chain.deploy('SignedBids')
  const rising = await chain.deploy('RisingReward')
  const coin = await chain.deploy('DevToken')
  const blackboard = await chain.deploy('Blackboard', [authority, gateway, charters])
  const gates = await chain.deploy('ClaimGates', [blackboard])
  const world = { chain, escrow, registry, charters, auction, rising, gates, coin, requester, worker, rival, evaluator }
  for (const account of [requester, worker, rival]) {
    const mint = encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [account.address, plenty] })
    const approve = encodeFunctionData({ abi: tokenAbi, functionName: 'approve', args: [escrow, plenty] })
    await chain.send({ to: coin, data: mint, from: account })
    await chain.send({ to: coin, data: approve, from: account })
    for (const token of [coin, zeroAddress]) {
      const args = [BigInt(chain.chainId), account.address, token, 10n * bond] as const
      await send(world, { from: account, functionName: 'deposit', args, value: token === zeroAddress ? 10n * bond : 0n })
    }
  }
  return world
}

type Verb =
  | 'open'
  | 'openChild'
  | 'claimWith'
  | 'lapse'
  | 'claim'
  | 'claimUnder'
  | 'hire'
  | 'submit'
  | 'decide'
  | 'handoff'
  | 'propose'
  | 'award'
  | 'deposit'
type Sending<verb extends Verb> = {
  readonly from: Account
  readonly functionName: verb
  readonly args: ContractFunctionArgs<typeof taskEscrowAbi, 'nonpayable' | 'payable', verb>
  readonly value?: bigint
  readonly reverts?: boolean
}

/** Calls the escrow and returns the gas of the whole transaction. */
export function send<verb extends Verb>({ chain, escrow }: TaskWorld, { functionName, args, ...rest }: Sending<verb>): Promise<bigint> {
  const parameters: { abi: typeof taskEscrowAbi; functionName: string; args: unknown } = { abi: taskEscrowAbi, functionName, args }
  const data: Hex = Reflect.apply(encodeFunctionData, undefined, [parameters])
  return chain.send({ to: escrow, data, ...rest })
}

/** The id of a task at home in this world. */
export function idOf({ chain, escrow }: TaskWorld, terms: Terms): Hex {
  return taskIdOf({ chainId: chain.chainId, escrow, terms })
}

/** Terms of a task with a bond, claimed by whoever comes first. */
export function termsOf({ coin, requester, evaluator }: TaskWorld, { seed, token }: { seed: string; token: Address }): Terms {
  const now = BigInt(Math.floor(Date.now() / 1000))
  return {
    requester: requester.address,
    token: token === zeroAddress ? zeroAddress : coin,
    reward,
    workerBond: bond,
    slashShare: 5_000,
    suspectBond: 0n,
    answerWindow: 0,
    disputeBond: 0n,
    specHash: keccak256(toHex(`${seed} spec`)),
    evaluator: evaluator.address,
    evaluatorFee: 0n,
    floor: 0,
    silence: 10_000,
    arbitrator: zeroAddress,
    defaultSplit: 0,
    allocation: zeroAddress,
    allocationParams: zeroHash,
    openUntil: Number(now + 30n * 86_400n),
    challengeWindow: 0,
    workWindow: 86_400,
    reviewWindow: 86_400,
    disputeWindow: 0,
    arbitrationWindow: 0,
    maxRevisions: 0,
    handoffRule: 0,
    parent: zeroHash,
    delegable: 0n,
    prerequisites: zeroHash,
    minPrerequisiteShare: 0,
    charter: zeroHash,
    epoch: 0,
    grace: 600,
    triggerReward: 0n,
    salt: keccak256(toHex(`${seed} salt`)),
    chains: [],
  }
}

/** A signature of somebody of the bench over EIP-712 typed data. */
export function sign(account: Account, typed: unknown): Promise<Hex> {
  if (account.type !== 'local') throw new TypeError('The bench signs with keys that it holds')
  return Reflect.apply(account.signTypedData, account, [typed])
}
