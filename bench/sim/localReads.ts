import { cell, task, topic } from '@hanse/sdk'
import { type Cast, hashOf } from './localCast.ts'
import { type ChainState, cellAt } from './state.ts'

const stages = {
  Open: 'open',
  Proposed: 'proposed',
  Assigned: 'assigned',
  Submitted: 'submitted',
  Settled: 'settled',
  Expired: 'expired',
} as const

/** What the chain says otherwise than the rules, at the end of a run: every cell, topic and task that the run touched. */
export async function differences(cast: Cast, state: ChainState): Promise<string[]> {
  const { chainId, space } = cast
  const [client] = cast.clients
  if (client === undefined) return ['nobody played']
  const found: string[] = []
  const expect = (what: string, there: unknown, ruled: unknown) => {
    if (there !== ruled) found.push(`${what} is ${String(there)}, the rules say ${String(ruled)}`)
  }
  for (const number of state.cells.keys()) {
    const ruled = cellAt(state, number)
    const { value } = await cell.read(client, { chainId, space, key: hashOf('cell', number) })
    expect(`the version of cell ${number}`, value.version, ruled.version)
    if (ruled.value >= 0) expect(`the value of cell ${number}`, value.value, hashOf('value', ruled.value))
  }
  for (const [number, entries] of state.topics) {
    const { value } = await topic.getTopic(client, { chainId, space, topic: hashOf('topic', number) })
    expect(`the length of topic ${number}`, Number(value.length), entries.length)
  }
  for (const [number, ruled] of state.tasks) {
    const terms = cast.terms.get(number)
    if (terms === undefined) continue
    const { value } = await task.getTask(client, { chainId, taskId: task.getTaskId(client, { chainId, terms }) })
    const stage = Object.entries(stages).find(([name]) => name === value.state)?.[1]
    expect(`the state of task ${number}`, stage, ruled.stage)
    if (ruled.stage === 'assigned') expect(`the worker of task ${number}`, value.worker?.account, cast.addresses[ruled.worker])
  }
  return found
}
