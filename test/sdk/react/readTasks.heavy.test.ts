import { custom } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, task } from '../../../sdk/src/index.ts'
import { readTasks } from '../../../sdk/src/react/readTasks.ts'
import { startTasks, type TaskBench } from '../support/tasks.ts'

let bench: TaskBench
let client: Client
/** What nodes were asked: the first block of each request for logs, and how many calls. */
const asked = { from: [] as number[], calls: 0 }

beforeAll(async () => {
  bench = await startTasks()
  const request = (call: { readonly method: string; readonly params?: readonly unknown[] }) => {
    if (call.method === 'eth_getLogs') asked.from.push(Number(Reflect.get(Object(call.params?.[0]), 'fromBlock')))
    if (call.method === 'eth_call') asked.calls++
    return bench.chain.provider.request({ method: call.method, params: [...(call.params ?? [])] })
  }
  client = createClient({ chains: [{ ...bench.chain.config, transport: custom({ request }, { retryCount: 0 }) }] })
})

const stateOf = ({ value }: Awaited<ReturnType<typeof readTasks>>, taskId: string) =>
  value.filter((row) => row.taskId === taskId).map(({ state, finalState }) => [state, finalState])

describe('the tasks of a chain, read again and again', () => {
  it('cost what is not final, and say what is', async () => {
    const [over, open] = [await bench.opened(), await bench.opened()]
    await task.cancel.sync(bench.client, { ...bench.at, terms: over.terms })
    const first = await readTasks(client, bench.at)
    expect(stateOf(first, over.taskId)).toEqual([['Cancelled', 'Open']])
    await bench.chain.node.mine({ blocks: 3 })
    const second = await readTasks(client, bench.at, first)
    expect(stateOf(second, over.taskId)).toEqual([['Cancelled', 'Cancelled']])
    expect(asked.from.at(-1)).toBe(Number(first.freshness.finalBlockNumber) + 1)

    asked.calls = 0
    const third = await readTasks(client, bench.at, second)
    // One task is over for good and asked about no more; the other twice, in the newest and in the final block.
    expect(asked.calls).toBe(2)
    expect(stateOf(third, open.taskId)).toEqual([['Open', 'Open']])
    expect(third.value.map(({ taskId }) => taskId)).toEqual(second.value.map(({ taskId }) => taskId))
  })

  it('lose what a reorganisation takes back, and show nothing twice', async () => {
    const before = await readTasks(client, bench.at)
    const snapshot = await bench.chain.node.snapshot()
    const { taskId } = await bench.opened()
    const seen = await readTasks(client, bench.at, before)
    expect(stateOf(seen, taskId)).toEqual([['Open', 'None']])
    await bench.chain.node.revert({ id: snapshot })
    await bench.chain.node.mine({ blocks: 2 })
    const after = await readTasks(client, bench.at, seen)
    expect(stateOf(after, taskId)).toEqual([])
    expect(new Set(after.value.map((row) => row.taskId)).size).toBe(after.value.length)
  })

  it('start anew on another chain of the same id', async () => {
    const now = await readTasks(client, bench.at)
    const far = { ...now, freshness: { ...now.freshness, finalBlockNumber: 10_000n } }
    expect((await readTasks(client, bench.at, far)).value).toEqual(now.value)
  })
})
