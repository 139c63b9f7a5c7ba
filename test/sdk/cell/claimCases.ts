import { type Address, type Hex, keccak256, numberToHex, parseEther } from 'viem'
import { describe, expect, it, onTestFinished } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { claimInTurn } from '../../../sdk/src/runtime/index.ts'
import { type BoardBench, hash, stranger } from '../support/boards.ts'
import { accountOf } from '../support/chain.ts'

const chainId = 1001
const bond = 10n
/** The clock of the chain from here on: terms, and so ids and ranks, are the same in every run. */
const epoch = 2_000_000_000
const workers = Array.from({ length: 10 }, (_, index) => accountOf(`claimer ${index}`))

/** What an agent knows when it decides: the state of some block. */
type Seen = { readonly height: bigint; readonly open: readonly Posted[]; readonly idle: readonly Address[] }
type Posted = { readonly taskId: Hex; readonly terms: task.Terms; readonly openedAt: bigint }
/** Whose turn it is in each block from `from` on: who was idle then, in the public order of the task. */
type Round = { readonly from: bigint; readonly order: readonly string[] }
/** Which of the open tasks an agent claims now. */
type Rule = (seen: Seen, account: Address, rounds: ReadonlyMap<Hex, Round>) => Posted | undefined

/** How many ranks a round has; whoever comes later waits for the next one. */
const ranks = 8
/**
 * The agent of rank r claims r blocks after the round began, or not at all. The order of a round stands: were it taken anew from whoever is idle in
 * each block, ranks would move while agents wait, and two would be due at once.
 */
const byRank: Rule = ({ height, open }, account, rounds) =>
  open.find(({ taskId }) => {
    const round = rounds.get(taskId)
    return round !== undefined && round.order[Number(height - round.from)] === account.toLowerCase()
  })
const oldest: Rule = ({ open }) => open[0]

/** Begins rounds for tasks that nobody took in the last one. */
function beginRounds(rounds: Map<Hex, Round>, { height, open, idle }: Seen): void {
  for (const { taskId } of open) {
    const known = rounds.get(taskId)
    if (known !== undefined && height - known.from < BigInt(known.order.length)) continue
    const order = task.orderOf({ taskId, agents: idle, seed: numberToHex(height, { size: 32 }) })
    rounds.set(taskId, { from: height, order: order.slice(0, ranks) })
  }
}

type Market = { readonly agents: number; readonly tasks: number; readonly rule: Rule; readonly staleOfHundred: number }

const workBlocks = 5n

/** Tasks on a chain whose blocks are made by hand, and who works on what. */
function market({ chain, client }: BoardBench, people: readonly Address[]) {
  const posted: Posted[] = []
  const taken = new Set<Hex>()
  const busyUntil = new Map<string, bigint>()
  const isIdle = (address: Address, height: bigint) => (busyUntil.get(address.toLowerCase()) ?? 0n) <= height
  const open = async () => {
    const { number: height } = await chain.node.getBlock()
    const terms = task.createTerms({
      ...{ homeChainId: chainId, requester: stranger.address, evaluator: stranger.address, specHash: hash('claim'), reward: 1n },
      ...{ workerBond: bond, openUntil: epoch + 100_000, workWindow: 500, reviewWindow: 500, now: epoch, salt: hash(`claim ${salt++}`) },
    })
    await task.open(client, { chainId, terms, account: stranger })
    posted.push({ taskId: task.getTaskId(client, { chainId, terms }), terms, openedAt: height + 1n })
  }
  const look = async (): Promise<Seen> => {
    const { number: height } = await chain.node.getBlock()
    for (const { taskId } of posted.filter((one) => !taken.has(one.taskId))) {
      const { worker } = (await task.getTask(client, { chainId, taskId })).value
      if (worker === undefined) continue
      taken.add(taskId)
      busyUntil.set(worker.account.toLowerCase(), height + workBlocks)
    }
    const mined = posted.filter(({ openedAt }) => openedAt <= height)
    return {
      height,
      open: mined.filter(({ taskId }) => !taken.has(taskId)),
      idle: people.filter((address) => isIdle(address, height)),
    }
  }
  return { open, look, isIdle, posted, taken }
}

let salt = 0

/** Opens a task in every block, lets agents claim by a rule and work for some blocks. How many claims they made for each, refused ones included. */
async function claimsPerTask(bench: BoardBench, { agents, tasks, rule, staleOfHundred }: Market): Promise<number> {
  const { chain, client } = bench
  const people = workers.slice(0, agents)
  const { open, look, isIdle, posted, taken } = market(
    bench,
    people.map(({ address }) => address),
  )
  const seen: Seen[] = []
  const rounds = new Map<Hex, Round>()
  let claims = 0
  for (let turn = 0; taken.size < tasks && turn < 20 * tasks; turn++) {
    const now = await look()
    seen.push(now)
    beginRounds(rounds, now)
    for (const [index, account] of people.entries()) {
      if (!isIdle(account.address, now.height)) continue
      const isStale = BigInt(keccak256(numberToHex(turn * 100 + index))) % 100n < BigInt(staleOfHundred)
      const wanted = rule((isStale ? seen.at(-2) : now) ?? now, account.address, rounds)
      if (wanted === undefined) continue
      claims += 1
      const claim = { chainId, homeChainId: chainId, terms: wanted.terms, sponsor: account.address, account }
      await task.claim(client, claim).catch(() => undefined)
    }
    // A task in every second block: half of ten agents have work.
    if (posted.length < tasks && turn % 2 === 0) await open()
    await chain.node.mine({ blocks: 1 })
  }
  expect(taken.size).toBe(tasks)
  return claims / tasks
}

/** Who claims what, on the chain of the tests of cells. */
export function claimCases(benchOf: () => BoardBench): void {
  const prepared = async () => {
    const { chain, client } = benchOf()
    for (const account of workers) {
      await chain.node.setBalance({ address: account.address, value: parseEther('10') })
      await task.deposit.sync(client, { chainId, actor: { chainId, account: account.address }, amount: 1_000n, account })
    }
    const { timestamp } = await chain.node.getBlock()
    if (timestamp < epoch) await chain.node.setNextBlockTimestamp({ timestamp: BigInt(epoch) })
    await chain.node.mine({ blocks: 1 })
    await chain.node.setAutomine(false)
    onTestFinished(() => chain.node.setAutomine(true))
  }

  describe('claims for each task', () => {
    it('are hardly more than one by public rank, with a twentieth of stale views, and many when all take the oldest', async () => {
      await prepared()
      const bench = benchOf()
      // Measured over a hundred tasks: 1 and 1. Over so few, one claim more is a fortieth.
      const market = { tasks: 40, staleOfHundred: 5 }
      expect(await claimsPerTask(bench, { ...market, rule: byRank, agents: 3 })).toBeLessThanOrEqual(1.05)
      expect(await claimsPerTask(bench, { ...market, rule: byRank, agents: 10 })).toBeLessThanOrEqual(1.05)
      expect(await claimsPerTask(bench, { ...market, tasks: 6, rule: oldest, agents: 10 })).toBeGreaterThan(3)
    })

    it('wait for their turn, and are not made when somebody was before', async () => {
      const { chain, client } = benchOf()
      const agents = workers.slice(0, 3)
      const { open, posted } = market(benchOf(), [])
      await open()
      const [one] = posted
      if (one === undefined) throw new TypeError('nothing was posted')
      const { terms, taskId, openedAt } = one
      const order = task.orderOf({ taskId, agents: agents.map(({ address }) => address) })
      let waits = 0
      const wait = async () => {
        waits += 1
        await chain.node.mine({ blocks: 1 })
      }
      const claim = (rank: number) => {
        const account = agents.find(({ address }) => address.toLowerCase() === order[rank])
        if (account === undefined) throw new TypeError(`nobody has rank ${rank}`)
        const shared = { chainId, terms, since: openedAt, wait, agents: agents.map(({ address }) => address) }
        return claimInTurn(client, { ...shared, sponsor: account.address, account })
      }
      expect(await claim(1)).toMatchObject({ taskId, token: 1 })
      expect(waits).toBe(1)
      expect(await claim(2)).toBeUndefined()
      expect(await claim(0)).toBeUndefined()
      expect(waits).toBe(1)
    })
  })
}
