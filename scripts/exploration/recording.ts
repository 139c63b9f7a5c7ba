// Reads what test/exploration/Exploration.t.sol wrote down.
import { readFileSync } from 'node:fs'
import { type Action, actionOf, people } from './kinds.ts'
import type { Gains } from './model.ts'
import { type TaskState, taskStates } from './states.ts'

/** One step that was taken, from one state word to another. */
export type Edge = { from: bigint; action: Action; to: bigint; gains: Gains }
/** An action that was refused in a state of its task, and with which error. */
export type Refusal = { state: TaskState; action: Action; selector: string }
export type Recording = { nodes: number; attempts: number; deepest: number; edges: Edge[]; refusals: Refusal[] }

const wordBytes = 32

/** What each of the people won or lost, as one signed word each. */
export function gainsAt(bytes: Buffer, place: number): Gains {
  const gains: Gains = {}
  for (const [index, person] of people.entries()) {
    const start = place + index * wordBytes
    const gain = BigInt.asIntN(256, BigInt(`0x${bytes.subarray(start, start + wordBytes).toString('hex')}`))
    if (gain !== 0n) gains[person] = gain
  }
  return gains
}

export function readRecording(file: string): Recording {
  const bytes = readFileSync(file)
  let place = 0
  const next = () => {
    const word = BigInt(`0x${bytes.subarray(place, place + wordBytes).toString('hex')}`)
    place += wordBytes
    return word
  }
  const [nodes = 0, edgeCount = 0, refusalCount = 0, attempts = 0, deepest = 0] = Array.from({ length: 5 }, () => Number(next()))
  const edges = Array.from({ length: edgeCount }, () => {
    const from = next()
    const action = actionOf(Number(next()))
    const to = next()
    const gains = gainsAt(bytes, place)
    place += people.length * wordBytes
    return { from, action, to, gains }
  })
  const refusals = Array.from({ length: refusalCount }, (): Refusal => {
    const word = next()
    return {
      state: taskStates[Number(word >> 48n)] ?? 'None',
      action: actionOf(Number((word >> 40n) & 255n)),
      selector: `0x${(word & 0xffffffffn).toString(16).padStart(8, '0')}`,
    }
  })
  if (place !== bytes.length) throw new TypeError(`${file} has ${bytes.length} bytes, its head tells of ${place}`)
  return { nodes, attempts, deepest, edges, refusals }
}
