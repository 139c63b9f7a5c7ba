import type { Address } from 'viem'
import { type Client, chainOf } from '../client.ts'
import { getConditions } from '../condition/getGate.ts'
import type { GateCondition } from '../condition/types.ts'
import { unmet } from '../condition/unmet.ts'
import { ContractError } from '../errors/contractError.ts'
import type { Why } from './answer.ts'

/** What keeps a gate closed: how the row goes on, and what it rests on. */
export type ClosedGate = Pick<Why, 'code' | 'owner' | 'nextAction'> & { readonly more: Readonly<Record<string, string>> }

type Asking = { readonly chainId: number; readonly gate: Address; readonly at: bigint }

/** Which condition of a gate does not hold; undefined when it is no gate of the suite, or all of them do. */
export async function closedGate(client: Client, { chainId, gate, at }: Asking): Promise<ClosedGate | undefined> {
  if (chainOf(client, chainId).deployment.claimGates === undefined) return undefined
  const { value: asked } = await getConditions(client, { chainId, gate, at })
  if (asked === undefined) return undefined
  const { value: missing } = await unmet(client, { chainId, conditions: asked.conditions, at })
  const [first] = missing
  const condition = asked.conditions.find((one) => one === first?.condition)
  if (first === undefined || condition === undefined) return undefined
  const args = first.error instanceof ContractError ? Object.entries(first.error.args) : []
  const more = {
    ...Object.fromEntries(args.map(([name, value]) => [name, String(value)])),
    condition: condition.kind,
    space: condition.space,
    key: condition.kind === 'length' ? condition.topic : condition.key,
    gate,
    unmet: `${missing.length}`,
    refusal: first.error.name,
    ...(condition.kind === 'mirror' ? { homeChainId: `${condition.homeChainId}` } : {}),
  }
  return { code: 'TaskAwaitsCondition', owner: { kind: 'anyone' }, nextAction: nextActionOf(condition), more }
}

function nextActionOf(condition: GateCondition): string {
  switch (condition.kind) {
    case 'version':
      return `Whoever may write in the space brings the cell ${condition.key} to version ${condition.atLeast} with \`cell.write\`; then call \`claim\`.`
    case 'valueHash':
    case 'value':
      return `Whoever may write in the space gives the cell ${condition.key} the value that the gate wants; then call \`claim\`.`
    case 'length':
      return `Whoever may write in the space brings the topic ${condition.topic} to ${condition.atLeast} entries with \`topic.append\`; then call \`claim\`.`
    case 'mirror': {
      const { key, homeChainId, atLeast, maxAge, isTopic = false } = condition
      const [what, verb] = isTopic ? ['length', 'topic.sendTopic'] : ['version', 'cell.sendCell']
      const need = `${what} ${atLeast} of ${key} must be known here as of the last ${maxAge} seconds`
      return `Once it is so on chain ${homeChainId}, call \`${verb}\` there: ${need}. Then call \`claim\`.`
    }
  }
}
