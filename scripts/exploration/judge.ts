// What a recording has to show, and what is said of one that does not.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeErrorResult, type Hex, parseAbi, toFunctionSelector } from 'viem'
import { root } from '../run/lanes.ts'
import { type ConfigurationName, configurations, type Rules } from './configurations.ts'
import { differences, exploreModel, type Graph } from './graph.ts'
import { type Action, actionOf, type Kind, kinds, nameOf } from './kinds.ts'
import type { Edge, Recording, Refusal } from './recording.ts'
import { isAllowed, isInTable, rows } from './relation.ts'
import { type TaskState, taskStates, unpack } from './states.ts'

/** What members of a family have to do with each other; a single task knows every action. As in test/exploration/Exploration.t.sol. */
const familyKinds: readonly Kind[] = [
  'cancel',
  'expire',
  'claimSecond',
  'submit',
  'lapse',
  'giveUp',
  'decideNothing',
  'decideHalf',
  'settle',
  'splitHalf',
  'openChild',
  'closeChild',
  'submitChecked',
  'decideAll',
  'open',
  'hireSecond',
]

export function actionsOf(taskCount: number): Action[] {
  if (taskCount === 1) return kinds.map((kind) => ({ kind, index: 0 }))
  const ofTask = (index: number) =>
    familyKinds.map((kind) => ({ kind: index === 0 && kind === 'claimSecond' ? 'claimFirst' : kind, index }) as const)
  return [{ kind: 'tick', index: 0 }, ...Array.from({ length: taskCount }, (_, index) => ofTask(index)).flat()]
}

export const rulesOf = (configuration: ConfigurationName, tasks: number): Rules[] => configurations[configuration].slice(0, tasks)

const models = new Map<string, Graph>()

/** The whole graph of a configuration, made once. */
export function modelOf(configuration: ConfigurationName, tasks: number): Graph {
  const key = `${configuration}/${tasks}`
  const model = models.get(key) ?? exploreModel(rulesOf(configuration, tasks), actionsOf(tasks))
  models.set(key, model)
  return model
}

/** The errors that the escrow's interface documents, by selector. */
export function documentedErrors(): Map<string, string> {
  const source = readFileSync(join(root, 'contracts/tasks/ITaskRecords.sol'), 'utf8')
  return new Map(
    [...source.matchAll(/^ {4}error (\w+)\((.*)\);$/gm)].map(([, name = '', parameters = '']) => {
      const types = parameters.split(', ').map((parameter) => parameter.split(' ')[0]?.replace('TaskState', 'uint8'))
      return [toFunctionSelector(`${name}(${types.join(',')})`), name]
    }),
  )
}

/** Steps that the table does not have, of any task. */
function outsideTable(edges: readonly Edge[], taskCount: number): string[] {
  return edges.flatMap(({ from, action, to }) => {
    const before = unpack(from, taskCount).tasks
    const after = unpack(to, taskCount).tasks
    return before.flatMap((task, index) => {
      const step = { from: task.state, kind: action.kind, to: after[index]?.state ?? 'None' }
      const isObject = action.kind !== 'tick' && index === action.index
      if (isObject ? isAllowed(step) : step.from === step.to) return []
      return [`relation: ${nameOf(action)} takes task ${index} from ${step.from} to ${step.to}, which the table does not have`]
    })
  })
}

/** A function that finds the wrong state says so, and every other refusal is one of the documented ones. */
function wronglyRefused(refusals: readonly Refusal[], errors: ReadonlyMap<string, string>): string[] {
  return refusals.flatMap(({ state, action, selector }) => {
    const error = errors.get(selector)
    if (error === undefined) return [`refusal: ${nameOf(action)} in ${state} fails with ${selector}, which no interface documents`]
    if (isInTable(state, action.kind) || error === 'TaskWrongState') return []
    return [`refusal: ${nameOf(action)} in ${state} fails with ${error} instead of TaskWrongState`]
  })
}

/** Everything that is wrong with what was explored; nothing if it is as it should be. */
export function faultsOf({
  recording,
  configuration,
  tasks,
  depth,
  errors,
}: {
  recording: Recording
  configuration: ConfigurationName
  tasks: number
  depth: number
  errors: ReadonlyMap<string, string>
}): string[] {
  const { edges, refusals, nodes } = recording
  const found = [
    ...outsideTable(edges, tasks),
    ...wronglyRefused(refusals, errors),
    ...differences({ model: modelOf(configuration, tasks), edges, taskCount: tasks, isWhole: depth === 0 }).map((text) => `model: ${text}`),
  ]
  if (nodes === 0 || edges.length === 0 || refusals.length === 0) found.push('nothing was explored')
  return found
}

const broken = parseAbi(['error Broken(bytes path, bytes reason)', 'error Error(string reason)'])

/** The broken promise that ended an exploration, with the actions that led to it. */
export function readFailure(output: string): string | undefined {
  const [, path = '', reason = ''] = /Broken\((0x[0-9a-f]*), (0x[0-9a-f]*)\)/.exec(output) ?? []
  if (reason === '') return undefined
  const actions = path.slice(2).match(/../g) ?? []
  const names = actions.map((byte) => nameOf(actionOf(Number.parseInt(byte, 16))))
  return `${wordsOf(reason as Hex)} (after ${names.join(', ')})`
}

function wordsOf(reason: Hex): string {
  try {
    const { args } = decodeErrorResult({ abi: broken, data: reason })
    return String(args[0])
  } catch {
    return reason
  }
}

/** What of the table was seen: every row has to be taken from each of its states and to each of them. */
export function untaken(recordings: readonly { recording: Recording; tasks: number }[]): string[] {
  const taken = new Set<string>()
  for (const { recording, tasks } of recordings) {
    for (const { from, action, to } of recording.edges) {
      const before = unpack(from, tasks).tasks[action.index]?.state
      const after = unpack(to, tasks).tasks[action.index]?.state
      taken.add(action.kind).add(`${action.kind} from ${before}`).add(`${action.kind} to ${after}`)
    }
  }
  const has = (row: readonly Kind[], text: string) => row.some((kind) => taken.has(`${kind}${text}`))
  return rows.flatMap((row) => [
    ...row.kinds.filter((kind) => !taken.has(kind)),
    ...row.from.filter((state) => !has(row.kinds, ` from ${state}`)).map((state) => `${row.kinds[0]} from ${state}`),
    ...row.to.filter((state) => !has(row.kinds, ` to ${state}`)).map((state) => `${row.kinds[0]} to ${state}`),
  ])
}

/** Pairs of a state and a function that the table does not have, and how many of them were tried and refused. */
export function forbidden(recordings: readonly { recording: Recording }[]): { pairs: string[]; untried: string[] } {
  const tried = new Set(recordings.flatMap(({ recording }) => recording.refusals.map(({ state, action }) => `${action.kind} in ${state}`)))
  const isForbidden = (state: TaskState, kind: Kind) => kind !== 'tick' && !isInTable(state, kind)
  const pairs = taskStates.flatMap((state) => kinds.filter((kind) => isForbidden(state, kind)).map((kind) => `${kind} in ${state}`))
  return { pairs, untried: pairs.filter((pair) => !tried.has(pair)) }
}
