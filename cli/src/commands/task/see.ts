import { z } from 'zod'
import { contentOf } from '../../content.ts'
import { defineLook, freshnessOf, freshnessSchema } from '../../look.ts'
import { chainIdOf, nameOf } from '../../network.ts'
import { address, id, table, toJson } from '../../values.ts'
import { findTask } from './find.ts'

const record = z.record(z.string(), z.json())
const recordOf = (value: unknown) => record.parse(toJson(value))

/** Lists tasks. */
export const list = defineLook({
  name: 'task list',
  summary: 'List tasks and where they stand',
  options: [
    { flags: '--chain <chain>', summary: 'only those that live there' },
    { flags: '--state <state>', summary: 'only those in this state, as Open or Settled' },
    { flags: '--requester <address>', summary: 'only those of this requester' },
  ],
  input: { chain: z.string().optional(), state: z.string().optional(), requester: address.optional() },
  result: z.object({
    tasks: z.array(
      z.object({ chainId: z.int(), taskId: z.string(), state: z.string(), reward: z.string(), requester: z.string(), openUntil: z.int() }),
    ),
    freshness: z.array(freshnessSchema),
  }),
  look: async ({ chain, state, requester }, network, { progress }) => {
    const { task } = await import('@hanse/sdk')
    const chainIds = chain === undefined ? network.chains.map(({ chainId }) => chainId) : [chainIdOf(network, chain)]
    progress.step(`Reading the tasks of ${chainIds.map((chainId) => nameOf(network, chainId)).join(', ')}`)
    const perChain = await Promise.all(
      chainIds.map(async (chainId) => {
        const { value, freshness } = await task.getTasks(network.client, { chainId, ...(requester && { requester }) })
        const states = await task.getStates(network.client, {
          chainId,
          taskIds: value.map(({ taskId }) => taskId),
          at: freshness.blockNumber,
        })
        const tasks = value.map(({ taskId, terms }, index) => ({
          ...{ chainId, taskId, state: states.value[index] ?? 'None' },
          ...{ reward: String(terms.reward), requester: terms.requester, openUntil: terms.openUntil },
        }))
        return { tasks, freshness: freshnessOf(freshness) }
      }),
    )
    const tasks = perChain
      .flatMap((part) => part.tasks)
      .filter((item) => state === undefined || item.state.toLowerCase() === state.toLowerCase())
    return { tasks, freshness: perChain.map(({ freshness }) => freshness) }
  },
  render: ({ tasks }) =>
    tasks.length === 0
      ? 'No tasks. To post one: hanse task open bounty --text "Say hello." --reward 1'
      : tasks.map(({ chainId, taskId, state }) => `${state.padEnd(10)} ${taskId}  chain ${chainId}`).join('\n'),
})

/** Shows a task. */
export const show = defineLook({
  name: 'task show',
  summary: 'Show a task: where it stands, who works on it, what was promised',
  arguments: [{ name: '<task>', summary: 'id of the task' }],
  input: { task: id },
  result: z.object({
    taskId: z.string(),
    chainId: z.int(),
    task: record,
    terms: record,
    spec: z.string().optional(),
    deliverable: z.string().optional(),
  }),
  look: async ({ task: taskId }, network) => {
    const found = await findTask(network, taskId)
    const [spec, deliverable] = await Promise.all([
      contentOf(found.terms.specHash, network.directory),
      found.task.deliverable === undefined ? undefined : contentOf(found.task.deliverable, network.directory),
    ])
    return { taskId, chainId: found.chainId, task: recordOf(found.task), terms: recordOf(found.terms), spec, deliverable }
  },
  render: ({ taskId, chainId, task, terms, spec, deliverable }) =>
    [
      table({ task: taskId, chain: chainId, ...task }),
      ...(spec === undefined ? [] : [`asked for    ${spec}`]),
      ...(deliverable === undefined ? [] : [`handed in    ${deliverable}`]),
      `promised\n${table(interesting(terms), '  ')}`,
      `Next: hanse why ${taskId}`,
    ].join('\n'),
})

/** Terms without those that say nothing. */
function interesting(terms: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => !/^(0|0x0+|)$/.test(String(value))))
}
