// The whole graph of the model, and how that of the bytecode differs from it.
import type { Rules } from './configurations.ts'
import { type Action, actionOf, codeOf, type Kind, nameOf, people } from './kinds.ts'
import { act, type Gains } from './model.ts'
import type { Edge } from './recording.ts'
import { describe, isOver, nothing, pack, type State, unpack } from './states.ts'

/** By state word and action: where that leads, and who gains what. */
export type Graph = { states: Set<bigint>; edges: Map<string, string> }

const keyOf = (from: bigint, action: Action) => `${from}/${codeOf(action)}`
const endOf = (to: bigint, gains: Gains) => `${to} ${people.map((person) => gains[person] ?? 0n).join(' ')}`

/** Every state that any number of these actions leads to. Waiting is always one of them. */
export function exploreModel(rules: readonly Rules[], actions: readonly Action[]): Graph {
  const start: State = { passed: 0, tasks: rules.map(() => nothing) }
  const states = new Set([pack(start)])
  const edges = new Map<string, string>()
  const queue = [start]
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    const from = pack(state)
    for (const action of actions) {
      const outcome = act({ rules, state, action })
      if (outcome === undefined) continue
      const to = pack(outcome.state)
      edges.set(keyOf(from, action), endOf(to, outcome.gains))
      if (states.has(to)) continue
      states.add(to)
      queue.push(outcome.state)
    }
  }
  return { states, edges }
}

/** What anybody may do who has nothing to do with a task, waiting included. */
export const permissionless: readonly Kind[] = ['tick', 'expire', 'award', 'lapse', 'settle', 'resolve', 'closeChild']

/** States from which these kinds alone never lead to one where every task is over, or was never there. */
export function stuckStates({ graph, taskCount, kinds }: { graph: Graph; taskCount: number; kinds: readonly Kind[] }): bigint[] {
  const before = new Map<bigint, bigint[]>()
  for (const [key, end] of graph.edges) {
    const [from = '0', code = '0'] = key.split('/')
    if (!kinds.includes(actionOf(Number(code)).kind)) continue
    const to = BigInt(end.split(' ')[0] ?? '0')
    before.set(to, [...(before.get(to) ?? []), BigInt(from)])
  }
  const isEnd = (state: bigint) => unpack(state, taskCount).tasks.every((task) => task.state === 'None' || isOver(task.state))
  const ends = [...graph.states].filter(isEnd)
  const saved = new Set(ends)
  for (let state = ends.pop(); state !== undefined; state = ends.pop()) {
    for (const from of before.get(state) ?? []) {
      if (saved.has(from)) continue
      saved.add(from)
      ends.push(from)
    }
  }
  return [...graph.states].filter((state) => !saved.has(state))
}

/** Where bytecode and model disagree, one line each. `isWhole`: each step of the model must have been taken on bytecode, too. */
export function differences({
  model,
  edges,
  taskCount,
  isWhole,
}: {
  model: Graph
  edges: readonly Edge[]
  taskCount: number
  isWhole: boolean
}): string[] {
  const found: string[] = []
  const seen = new Map<string, string>()
  const tell = (end: string | undefined) => {
    if (end === undefined) return 'refused'
    const [to = '0', ...gains] = end.split(' ')
    const told = gains.flatMap((gain, index) => (gain === '0' ? [] : [`${people[index]} ${gain}`]))
    return `${describe(unpack(BigInt(to), taskCount))} (${told.join(', ')})`
  }
  const name = (from: bigint, action: Action) => `${nameOf(action)} in ${describe(unpack(from, taskCount))}`
  for (const { from, action, to, gains } of edges) {
    const key = keyOf(from, action)
    const end = endOf(to, gains)
    const before = seen.get(key)
    if (before !== undefined && before !== end) found.push(`${name(from, action)}: bytecode goes to ${tell(end)} and to ${tell(before)}`)
    seen.set(key, end)
    if (model.edges.get(key) !== end) found.push(`${name(from, action)}: bytecode ${tell(end)}, model ${tell(model.edges.get(key))}`)
  }
  if (!isWhole) return found
  for (const [key, end] of model.edges) {
    if (seen.has(key)) continue
    const [from = '0', code = '0'] = key.split('/')
    found.push(`step ${code} in ${describe(unpack(BigInt(from), taskCount))}: bytecode refused, model ${tell(end)}`)
  }
  return found
}
