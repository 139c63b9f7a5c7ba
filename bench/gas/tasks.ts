import { agentRegistryAbi, taskEscrowAbi } from '@hanse/sdk/abis'
import { type Account, type Address, encodeFunctionData, type Hex, keccak256, parseAbi, toHex, zeroAddress, zeroHash } from 'viem'
import { type BenchChain, startChain } from './chain.ts'
import { type Row, row } from './row.ts'

const tokenAbi = parseAbi(['function mint(address, uint256)', 'function approve(address, uint256)'])
const reward = 10n ** 18n
const bond = 10n ** 17n
const plenty = 10n ** 24n

type World = {
  readonly chain: BenchChain
  readonly escrow: Address
  readonly registry: Address
  readonly coin: Address
  readonly requester: Account
  readonly worker: Account
  readonly rival: Account
  readonly evaluator: Account
}

/** Gas of a task with a bonded open claim, in the steady state: every account holds the coin and has used the escrow before. */
export async function taskRows(): Promise<Row[]> {
  const world = await startWorld()
  try {
    await pathRows(world, { seed: 'first', token: world.coin })
    await pathRows(world, { seed: 'first native', token: zeroAddress })
    const token = await pathRows(world, { seed: 'steady', token: world.coin })
    const native = await pathRows(world, { seed: 'steady native', token: zeroAddress })
    return [
      ...Object.entries(token).map(([name, gas]) =>
        row({ name: `task.${name}`, gas, per: name === 'path.claimBond' ? 'task' : 'transaction' }),
      ),
      row({ name: 'task.path.claimBond.native', gas: native['path.claimBond'], per: 'task' }),
      ...(await agentRows(world)),
    ]
  } finally {
    await world.chain.stop()
  }
}

async function startWorld(): Promise<World> {
  const chain = await startChain()
  const [admin, requester, worker, rival, evaluator] = chain.accounts
  if (!admin || !requester || !worker || !rival || !evaluator) throw new RangeError('The bench needs five accounts')
  const authority = await chain.deploy('AccessManager', [admin.address])
  const gateway = await chain.deploy('Gateway', [authority])
  const registry = await chain.deploy('AgentRegistry')
  const escrow = await chain.deploy('TaskEscrow', [authority, gateway, registry])
  const coin = await chain.deploy('DevToken')
  const world = { chain, escrow, registry, coin, requester, worker, rival, evaluator }
  for (const account of [requester, worker, rival]) {
    const mint = encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [account.address, plenty] })
    const approve = encodeFunctionData({ abi: tokenAbi, functionName: 'approve', args: [escrow, plenty] })
    await chain.send({ to: coin, data: mint, from: account })
    await chain.send({ to: coin, data: approve, from: account })
    await deposit(world, { account, token: coin })
    await deposit(world, { account, token: zeroAddress })
  }
  return world
}

/** More than one bond, so that what is left is never zero. */
async function deposit({ chain, escrow }: World, { account, token }: { account: Account; token: Address }) {
  const args = [BigInt(chain.chainId), account.address, token, 10n * bond] as const
  const data = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'deposit', args })
  await chain.send({ to: escrow, data, from: account, value: token === zeroAddress ? 10n * bond : 0n })
}

type Path = { readonly open: bigint; readonly claim: bigint; readonly lostClaim: bigint; readonly submit: bigint; readonly accept: bigint }

/** One task from posting to pay, with a rival that comes too late. */
async function pathRows(world: World, { seed, token }: { seed: string; token: Address }): Promise<Path & { 'path.claimBond': bigint }> {
  const { chain, escrow, requester, worker, rival, evaluator } = world
  const terms = termsOf(world, { seed, token })
  const taskId = await chain.read.readContract({ address: escrow, abi: taskEscrowAbi, functionName: 'taskIdOf', args: [terms] })
  const deliverable = keccak256(toHex(`${seed} deliverable`))
  const call = (data: Hex, from: Account, more: { value?: bigint; reverts?: boolean } = {}) =>
    chain.send({ to: escrow, data, from, ...more })
  const claimBy = ({ address }: Account) => encodeFunctionData({ abi: taskEscrowAbi, functionName: 'claim', args: [terms, address] })

  const value = token === zeroAddress ? reward : 0n
  const open = await call(encodeFunctionData({ abi: taskEscrowAbi, functionName: 'open', args: [terms] }), requester, { value })
  const claim = await call(claimBy(worker), worker)
  const lostClaim = await call(claimBy(rival), rival, { reverts: true })
  const submission = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'submit', args: [taskId, 1, deliverable] })
  const submit = await call(submission, worker)
  const verdict = encodeFunctionData({ abi: taskEscrowAbi, functionName: 'decide', args: [terms, 1, deliverable, 10_000] })
  const accept = await call(verdict, evaluator)
  return { open, claim, lostClaim, submit, accept, 'path.claimBond': open + claim + submit + accept }
}

function termsOf({ coin, requester, evaluator }: World, { seed, token }: { seed: string; token: Address }) {
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
    openUntil: Number(now + 7n * 86_400n),
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
  } as const
}

const batchSize = 100

async function agentRows({ chain, registry, worker, requester }: World): Promise<Row[]> {
  const liveUntil = Math.floor(Date.now() / 1000) + 30 * 86_400
  const profile = {
    payout: requester.address,
    cardDigest: keccak256(toHex('card')),
    capabilities: [`0x1${keccak256(toHex('capability')).slice(3)}`] as const,
    cardUri: 'https://agents.example/cards/1.json',
  }
  const salts = Array.from({ length: batchSize }, (_, i) => keccak256(toHex(`salt ${i}`)))
  const one = encodeFunctionData({ abi: agentRegistryAbi, functionName: 'register', args: [keccak256(toHex('one')), liveUntil, profile] })
  const many = encodeFunctionData({
    abi: agentRegistryAbi,
    functionName: 'registerBatch',
    args: [salts, liveUntil, salts.map(() => profile)],
  })
  return [
    row({ name: 'agent.register', gas: await chain.send({ to: registry, data: one, from: worker }) }),
    row({
      name: `agent.registerBatch.${batchSize}`,
      gas: await chain.send({ to: registry, data: many, from: worker }),
      per: 'agent',
      n: batchSize,
    }),
  ]
}
