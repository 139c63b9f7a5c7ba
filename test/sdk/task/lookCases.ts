import { custom, type Hex, parseEther, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { taskStateValues } from '../../../sdk/src/abis/enums.ts'
import { createClient, task } from '../../../sdk/src/index.ts'
import { accountOf, clientFor } from '../support/chain.ts'
import { overHttp } from '../support/http.ts'
import { answers, people, type TaskBench } from '../support/tasks.ts'

const { requester, worker, successor } = people

type Claim = { readonly terms: task.Terms; readonly account?: typeof worker }

async function claimed({ client, at, home }: TaskBench, { terms, account = worker }: Claim) {
  return (await task.claim.sync(client, { ...at, homeChainId: home, terms, sponsor: account.address, account })).event
}

/** How an agent joins a market of tasks, on the chain of the tests of policies. */
export function lookCases(benchOf: () => TaskBench): void {
  joinerCases(benchOf)
  shownCases(benchOf)
  lyingCases(benchOf)
}

function joinerCases(benchOf: () => TaskBench): void {
  /** What somebody new asks for from its first look to its first claim. */
  const joined = async (name: string, fromBlock: bigint) => {
    const { chain, client, at, home } = benchOf()
    const newcomer = accountOf(name)
    await chain.node.setBalance({ address: newcomer.address, value: parseEther('1') })
    const actor = { chainId: home, account: newcomer.address }
    await task.deposit.sync(client, { ...at, actor, amount: parseEther('1') })
    const { requests, chain: far } = await overHttp(chain)
    const fresh = createClient({ chains: [far], account: newcomer, pollingIntervalMs: 5 })
    const { tasks } = await task.look(fresh, { ...at, fromBlock })
    const [first] = tasks
    if (first === undefined) throw new RangeError('nothing is open')
    const claim = { ...at, homeChainId: home, terms: first.terms, sponsor: requester.address }
    const { event } = await task.claim.sync(fresh, claim)
    expect(event).toMatchObject({ via: 'home', taskId: first.taskId, token: first.token + 1 })
    expect((await benchOf().view(first.taskId)).worker?.account).toBe(newcomer.address)
    return { tasks, requests }
  }

  describe('a late joiner of a market', () => {
    it('claims its first task by one batched read and one transaction, at a tenth, half and nine tenths of the run', async () => {
      const { chain, opened } = benchOf()
      const fromBlock = (await chain.node.getBlockNumber({ cacheTime: 0 })) + 1n
      const posted = []
      for (let count = 0; count < 10; count++) posted.push(await opened())
      let taken = 0
      for (const done of [1, 5, 9]) {
        for (const { terms } of posted.slice(taken, done)) await claimed(benchOf(), { terms })
        const { tasks, requests } = await joined(`newcomer ${done}`, fromBlock)
        taken = done + 1
        expect(tasks.map(({ taskId, terms }) => ({ taskId, terms }))).toEqual(posted.slice(done))
        const [read, ...rest] = requests
        expect(read?.toSorted()).toEqual(['eth_getBlockByNumber', 'eth_getLogs'])
        const asked = rest.flat()
        expect(asked.filter((method) => method === 'eth_sendRawTransaction')).toHaveLength(1)
        // Between the read and the transaction nothing more is read of the market: what is asked is what sending asks.
        expect(asked.filter((method) => method === 'eth_getLogs')).toEqual([])
      }
    })
  })
}

function shownCases(benchOf: () => TaskBench): void {
  describe('look', () => {
    it('shows what is open, whatever happened to each', async () => {
      const { chain, client, at, home, opened, assigned, submitted, now, passTime } = benchOf()
      const fromBlock = (await chain.node.getBlockNumber({ cacheTime: 0 })) + 1n
      const fate: Record<string, Hex> = {}
      const untouched = await opened()
      fate.open = untouched.taskId
      fate.needs = (await opened({ prerequisites: [{ chainId: home, taskId: untouched.taskId }] })).taskId
      fate.assigned = (await assigned()).taskId
      fate.submitted = (await submitted()).taskId
      const { terms, taskId, work } = await submitted({ evaluator: requester.address })
      await task.decide.sync(client, { ...at, terms, work, verdict: 10_000 })
      fate.settled = taskId
      const over = await opened()
      await task.cancel.sync(client, { ...at, terms: over.terms })
      fate.cancelled = over.taskId
      const givenUp = await assigned()
      await task.giveUp.sync(client, { ...at, homeChainId: home, ...givenUp, account: worker })
      fate.givenUp = givenUp.taskId
      const again = await assigned()
      await task.giveUp.sync(client, { ...at, homeChainId: home, ...again, account: worker })
      await claimed(benchOf(), { terms: again.terms, account: successor })
      fate.again = again.taskId
      const auction = await opened({ allocation: answers.one, challengeWindow: 400 })
      const bid = { worker: worker.address, sponsor: worker.address, share: 5_000, token: 1, expiry: auction.terms.openUntil }
      await task.propose.sync(client, { ...at, terms: auction.terms, bid, account: worker })
      fate.proposed = auction.taskId
      const late = await opened({ openUntil: (await now()) + 30 })
      fate.late = late.taskId
      const lapsing = await assigned({ workWindow: 10, openUntil: (await now()) + 2_000 })
      const lapsed = await assigned({ workWindow: 10, openUntil: (await now()) + 5 })
      await passTime(40)
      await task.lapse.sync(client, { ...at, terms: lapsing.terms })
      await task.lapse.sync(client, { ...at, terms: lapsed.terms })
      fate.lapsing = lapsing.taskId
      fate.expired = lapsed.taskId

      const { value: posted } = await task.getTasks(client, { ...at, fromBlock })
      const taskIds = posted.map(({ taskId: id }) => id)
      expect(taskIds.toSorted()).toEqual(Object.values(fate).toSorted())
      const { value: states } = await task.getStates(client, { ...at, taskIds })
      const open = taskIds.filter((_, index) => states[index] === taskStateValues[1])
      const view = await task.look(client, { ...at, fromBlock })
      // The state of what is over for its time says Open until somebody fires the default.
      expect(view.tasks.map(({ taskId: id }) => id)).toEqual(open.filter((id) => id !== fate.late))
      expect(view.tasks.map(({ taskId: id, token, isReady }) => [id, token, isReady])).toEqual([
        [fate.open, 0, true],
        [fate.needs, 0, false],
        [fate.givenUp, 1, true],
        [fate.lapsing, 1, true],
      ])
      expect(view.timestamp).toBe(await now())
    })
  })
}

function lyingCases(benchOf: () => TaskBench): void {
  describe('look at a node that lies', () => {
    it('takes no terms from a node that their id does not fit, and no logs of another branch', async () => {
      const { chain, at, opened } = benchOf()
      const fromBlock = await chain.node.getBlockNumber({ cacheTime: 0 })
      const { terms } = await opened()
      const lying = (change: (log: Readonly<Record<string, Hex>>) => object) => {
        const request = async (call: { method: string; params: never }) => {
          const answer = await chain.provider.request(call)
          return call.method === 'eth_getLogs' && Array.isArray(answer) ? answer.map(change) : answer
        }
        return clientFor([{ ...chain, config: { ...chain.config, transport: custom({ request }, { retryCount: 0 }) } }])
      }
      const word = terms.specHash.slice(2)
      const other = lying((log) => ({ ...log, data: log.data?.replace(word, `${'0'.repeat(63)}1`) }))
      await expect(task.look(other, { ...at, fromBlock })).rejects.toMatchObject({ name: 'FormatError' })
      const branch = lying((log) => ({ ...log, blockHash: `0x${'ab'.repeat(32)}` }))
      await expect(task.look(branch, { ...at, fromBlock })).rejects.toMatchObject({ name: 'FormatError' })
      const foreign = lying((log) => ({ ...log, address: zeroAddress }))
      expect((await task.look(foreign, { ...at, fromBlock })).tasks).toEqual([])
    })
  })
}
