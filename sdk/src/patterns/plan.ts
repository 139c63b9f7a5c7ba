import { type Address, decodeAbiParameters, encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'

/** Who shall do what: agents by item. */
export type Assignments = ReadonlyMap<Hex, Address>

const fields = parseAbiParameters('bytes32[] items, address[] agents')

/** Assignments as the plan cell holds them. */
export function encodePlan(assignments: Assignments): Hex {
  return encodeAbiParameters(fields, [[...assignments.keys()], [...assignments.values()]])
}

/** The assignments in a plan cell. None in one that holds something else: then nobody is told anything, and whoever coordinates next makes it good. */
export function planIn(value: Hex): Assignments {
  try {
    const [items, agents] = decodeAbiParameters(fields, value)
    return new Map(items.flatMap((item, index) => (agents[index] === undefined ? [] : [[item, agents[index]] as const])))
  } catch {
    return new Map()
  }
}
