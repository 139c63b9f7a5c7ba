import type { condition } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { type Act, step } from './act.ts'
import { OptionInvalidError, StepUselessError } from './errors.ts'
import { chainIdOf, type Network, nameOf } from './network.ts'
import { duration } from './values.ts'

/** Options of the commands that close tasks until the blackboard says something. */
export const gateOptions = [
  { flags: '--for <chain>', summary: 'where the tasks live; default the home of the space' },
  { flags: '--max-age <time>', summary: 'on another chain: how old what is known of it may be', default: '1h' },
]

/** What they take. */
export const gateInput = { for: z.string().optional(), maxAge: duration }

type Place = { readonly homeChainId: number; readonly space: Hex; readonly key: Hex; readonly isTopic: boolean }
type GateAct = {
  readonly place: Place
  readonly input: { readonly for?: string | undefined; readonly maxAge: number }
  /** What must be so at home. */
  readonly atHome: condition.GateCondition
  /** The version or length that a mirror on another chain must know of. Undefined: of a cell's value, which no mirror can tell. */
  readonly atLeast: bigint | undefined
}

/**
 * Makes the gate that asks for one thing of a cell or topic.
 *
 * @throws StepUselessError when it stands already, naming it; OptionInvalidError for what another chain cannot know.
 */
export async function makeGate(network: Network, { place, input, atHome, atLeast }: GateAct): Promise<Act> {
  const { condition } = await import('@hanse/sdk')
  const { homeChainId, space, key, isTopic } = place
  const chainId = input.for === undefined ? homeChainId : chainIdOf(network, input.for, '--for')
  const isHome = chainId === homeChainId
  if (!isHome && atLeast === undefined) {
    const problem = `a value is known at home alone, on ${nameOf(network, homeChainId)}: elsewhere ask for --at-least`
    throw new OptionInvalidError({ command: 'cell gate', problems: [{ option: '--for', problem }] })
  }
  const asked = isHome
    ? atHome
    : { kind: 'mirror' as const, homeChainId, space, key, atLeast: atLeast ?? 0n, maxAge: input.maxAge, isTopic }
  const { value: found } = await condition.getGate(network.client, { chainId, conditions: [asked] })
  const post = `hanse task open bounty --chain ${nameOf(network, chainId)} --gate ${found.gate} --text "..."`
  if (found.isMade)
    throw new StepUselessError({ subject: 'This gate', fact: `stands already at ${found.gate}`, next: `A task behind it: ${post}` })
  const effect = `make the gate ${found.gate}, which any task may name`
  return {
    steps: [step(network.client, { verb: condition.createGate, parameters: { chainId, conditions: [asked] }, effect })],
    next: () => [post],
  }
}
