import { encodeFunctionData, type Hex, keccak256, parseAbi, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { taskEscrowAbi } from '../../../sdk/src/abis/index.ts'
import { type Client, charter, errors, task } from '../../../sdk/src/index.ts'
import { adopt, agreeOn, courier, proposals } from '../support/agreements.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll } from '../support/link.ts'

const [here, there] = [31_337, 31_338]
const members = ['alice', 'bob', 'carol'].map(accountOf)
const [requester, worker, evaluator] = [accountOf('requester'), accountOf('worker'), accountOf('evaluator')]
const [reward, bond, riches] = [1_000n, 100n, 10n ** 6n]
const coinAbi = parseAbi(['function mint(address, uint256)', 'function approve(address, uint256)'])
const balanceAbi = parseAbi(['function balanceOf(address) view returns (uint256)'])
let a: TestChain
let b: TestChain
let client: Client
let bring: ReturnType<typeof courier>

const finality = (depth: number) => ({ chainId: there, finality: { kind: 'depth', depth } as const })
const waits = { blockTime: 2_000, relayTime: 30, clockSkew: 15, outage: 3_600 }
/** The group of the first chain. */
const ours = charter.createDocument({
  name: 'Hansards',
  members: members.map(({ address }) => address),
  chains: [{ ...finality(12), ...waits }],
  windows: { review: 600 },
})
/** The group of the second chain: the same people with the same rules, but for one. */
const theirs = charter.createDocument({ ...ours, name: 'Steelyard', chains: [{ ...finality(1), ...waits }] })
const theRule = /chains\[31338\]\.finality.*"12 blocks" here and "1 block" there/s

beforeAll(async () => {
  a = await startChain({ chainId: here, accounts: [...members, requester, worker] })
  b = await startChain({ chainId: there, accounts: [...members, requester, worker] })
  client = clientFor([a, b], requester)
  bring = courier(client, await linkAll([a, b]))
  for (const chain of [a, b]) for (const account of [requester, worker]) await endow(chain, account)
})

/** Coins, an allowance, and a deposit behind claims. */
async function endow(chain: TestChain, account: typeof requester) {
  const { chainId, coin, node, deployment } = chain
  await chain.send(coin, encodeFunctionData({ abi: coinAbi, functionName: 'mint', args: [account.address, riches] }))
  const data = encodeFunctionData({ abi: coinAbi, functionName: 'approve', args: [deployment.taskEscrow, riches] })
  await node.waitForTransactionReceipt({ hash: await node.sendTransaction({ account, chain: null, to: coin, data }) })
  for (const actorChainId of [here, there]) {
    const actor = { chainId: actorChainId, account: worker.address }
    await task.deposit.sync(client, { chainId, actor, token: coin, amount: bond, account })
  }
}

/** Every coin on both chains: who has it, and which deposits stand behind whom. */
async function money() {
  const held = [a, b].flatMap((chain) =>
    [requester.address, worker.address, chain.deployment.taskEscrow].map((owner) =>
      chain.node.readContract({ abi: balanceAbi, address: chain.coin, functionName: 'balanceOf', args: [owner] }),
    ),
  )
  const deposits = [a, b].flatMap(({ chainId, coin }) =>
    [requester, worker].flatMap((sponsor) =>
      [here, there].map(async (actorChainId) => {
        const actor = { chainId: actorChainId, account: worker.address }
        return (await task.getDeposit(client, { chainId, sponsor: sponsor.address, actor, token: coin })).value
      }),
    ),
  )
  return Promise.all([...held, ...deposits])
}

let salt = 0n
async function termsUnder(charterId: Hex, { chain = a, epoch = 1, chains = [] as readonly number[] } = {}) {
  salt += 1n
  const now = Number((await chain.node.getBlock()).timestamp)
  return task.createTerms({
    homeChainId: chain.chainId,
    requester: requester.address,
    evaluator: evaluator.address,
    specHash: keccak256('0x07'),
    token: chain.coin,
    reward,
    workerBond: bond,
    openUntil: now + 86_400,
    workWindow: 3_600,
    reviewWindow: 3_600,
    chains,
    grace: 100,
    charter: charterId,
    epoch,
    salt: keccak256(`0x${salt.toString(16).padStart(64, '0')}`),
    now,
  })
}

const requireUnder = (terms: task.Terms, document: charter.CharterDocument, chainId = here) =>
  charter.requireTermsUnder(client, { chainId, terms, document })

/** The escrow's own word on a claim of one task under the charter of another. */
function claimUnder({ token, workerBond, evaluator: judge, openUntil, workWindow, epoch }: task.Terms, taskId: Hex, charterId: Hex) {
  const claimTerms = { token, workerBond, evaluator: judge, openUntil, workWindow }
  const args = [taskId, claimTerms, charterId, epoch, worker.address] as const
  const call = { abi: taskEscrowAbi, address: a.deployment.taskEscrow, functionName: 'claimUnder', args, account: worker } as const
  return a.node.simulateContract(call)
}

describe('two chains whose charters differ in one rule', () => {
  let mine: Hex
  let yours: Hex

  beforeAll(async () => {
    mine = await adopt(client, { chain: a, document: ours, signers: members })
    yours = await adopt(client, { chain: b, document: theirs, signers: members })
  })

  it('are refused on both sides, with the money untouched, by the name of the rule', async () => {
    expect(charter.diff(ours, theirs).map(({ rule }) => rule)).toEqual(['chains[31338].finality'])
    const terms = await termsUnder(mine, { chains: [there] })
    const { event: opened } = await task.open.sync(client, { chainId: here, terms })
    const before = await money()

    // The worker's side: what was posted goes by other rules than those of its group.
    const refused = requireUnder(terms, theirs)
    await expect(refused).rejects.toBeInstanceOf(errors.CharterMismatchError)
    await expect(requireUnder(terms, theirs)).rejects.toThrow(/chains\[31338\]\.finality.*"1 block" here and "12 blocks" there/s)
    // Were it to claim all the same, under the rules that it takes for granted: at home, by the task's own id, and through the portal.
    const believed = { ...terms, charter: yours }
    const claim = { chainId: here, homeChainId: here, sponsor: worker.address, account: worker }
    await expect(task.claim(client, { ...claim, terms: believed })).rejects.toBeInstanceOf(errors.TaskWrongState)
    await expect(claimUnder(terms, opened.taskId, yours)).rejects.toThrow(/ClaimTermsWrong/)
    await task.claim.sync(client, { ...claim, chainId: there, terms: believed })
    await bring({ from: b, to: a })

    // The requester's side: what it is asked to post goes by other rules than those of its group, and its chain does not know them.
    const asked = await termsUnder(yours, { chain: b, chains: [here] })
    await expect(requireUnder(asked, ours, there)).rejects.toThrow(theRule)
    await expect(task.open(client, { chainId: here, terms: await termsUnder(yours) })).rejects.toBeInstanceOf(errors.CharterUnknown)
    await expect(requireUnder(await termsUnder(yours), ours)).rejects.toThrow(/charter/)

    expect(await money()).toEqual(before)
    expect((await task.getTask(client, { chainId: here, taskId: opened.taskId })).value).toMatchObject({ state: 'Open', token: 0 })
  })

  it('are let through where they say the same, and the money moves', async () => {
    const terms = await termsUnder(mine)
    await requireUnder(terms, ours)
    // The name is no rule.
    await requireUnder(terms, { ...ours, name: 'Steelyard' })
    const before = await money()
    const { event } = await task.open.sync(client, { chainId: here, terms })
    await task.claim.sync(client, { chainId: here, homeChainId: here, terms, sponsor: worker.address, account: worker })
    expect((await task.getTask(client, { chainId: here, taskId: event.taskId })).value.state).toBe('Assigned')
    expect(await money()).not.toEqual(before)
  })

  it('are refused by what the terms themselves break, and by what no chain knows', async () => {
    const terms = await termsUnder(mine)
    await expect(requireUnder({ ...terms, reviewWindow: 60 }, ours)).rejects.toMatchObject({ problems: [{ field: 'reviewWindow' }] })
    await expect(requireUnder({ ...terms, epoch: 2 }, ours)).rejects.toMatchObject({ problems: [{ field: 'charter' }] })
    const none = { ...terms, charter: zeroHash, epoch: 0 }
    await expect(requireUnder(none, ours)).rejects.toBeInstanceOf(errors.TermsInvalidError)
  })
})

describe('a mirror that is one rule behind its home', () => {
  it('is refused on both sides until it is told, by the name of the rule', async () => {
    const first = charter.createDocument({ ...ours, members: members.slice(0, 2).map(({ address }) => address) })
    const next = charter.createDocument({ ...first, windows: { review: 900 } })
    const charterId = await adopt(client, { chain: a, document: first, signers: members.slice(0, 2) })
    await charter.announce.sync(client, { chainId: here, charterId })
    await bring({ from: a, to: b, isBroadcast: true })
    const change = charter.amendment(client, { chainId: here, charterId, epoch: 1, before: first, document: next })
    await agreeOn(client, { chain: a, proposal: await proposals(a)(change), signers: members.slice(0, 2) })
    const before = await money()

    const old = await termsUnder(charterId)
    const early = await termsUnder(charterId, { chain: b, epoch: 2 })
    await expect(task.open(client, { chainId: here, terms: old })).rejects.toBeInstanceOf(errors.CharterEpochStale)
    await expect(task.open(client, { chainId: there, terms: early })).rejects.toBeInstanceOf(errors.CharterEpochStale)
    await expect(requireUnder(old, next)).rejects.toThrow(/windows\.review.*"900 seconds" here and "600 seconds" there/s)
    // The mirror knows a hash; what is behind it, its home says.
    const mirrored = await termsUnder(charterId, { chain: b })
    await expect(requireUnder(mirrored, next, there)).rejects.toThrow(/windows\.review/)
    await requireUnder(mirrored, first, there)
    expect(await money()).toEqual(before)

    await charter.announce.sync(client, { chainId: here, charterId })
    await bring({ from: a, to: b, isBroadcast: true })
    await requireUnder(early, next, there)
    await task.open.sync(client, { chainId: there, terms: early })
    const known = { chainId: there, charterId, account: members[0]?.address ?? '0x' } as const
    expect((await charter.isMember(client, known)).value).toBe(false)
    await charter.writeMembers.sync(client, { chainId: there, charterId, epoch: 2, members: next.members })
    expect((await charter.isMember(client, known)).value).toBe(true)
  })
})
