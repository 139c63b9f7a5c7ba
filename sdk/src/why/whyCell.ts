import type { Hex } from 'viem'
import { readMany } from '../cell/read.ts'
import { getSpace } from '../cell/space.ts'
import type { Client } from '../client.ts'
import type { Why } from './answer.ts'

/**
 * Why a cell stands where it stands: who may write it now, and until when somebody keeps others out.
 *
 * @param parameters.chainId The cell's home.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, owner, deadline } = await why.whyCell(client, { chainId: 1, space, key })
 * if (code === 'CellLeased') console.log('held by', owner, 'until', deadline)
 * ```
 */
export async function whyCell(
  client: Client,
  { chainId, space, key }: { readonly chainId: number; readonly space: Hex; readonly key: Hex },
): Promise<Why> {
  const { value: cells, freshness } = await readMany(client, { chainId, space, keys: [key] })
  const { value: rules } = await getSpace(client, { chainId, space, at: freshness.blockNumber })
  const [cell] = cells
  const lease = cell?.lease
  const evidence = {
    version: `${cell?.version ?? 0}`,
    epoch: `${rules.epoch}`,
    now: `${freshness.blockTimestamp}`,
    ...(cell?.valueHash === undefined ? {} : { valueHash: cell.valueHash }),
    ...(lease === undefined ? {} : { holder: lease.holder, token: `${lease.token}`, limit: `${lease.limit}` }),
  }
  const rest = { evidence, freshness: [freshness] }
  if (rules.epoch === 0) {
    const nextAction = 'Check the space and the chain: nobody opened it there, and no charter has this id.'
    return { code: 'CellSpaceUnknown', owner: { kind: 'nobody' }, nextAction, deadline: undefined, ...rest }
  }
  if (lease !== undefined) {
    const nextAction = 'The holder writes, hands on or releases it; others wait until the end, or ask the holder.'
    return { code: 'CellLeased', owner: { kind: 'account', account: lease.holder, chainId }, nextAction, deadline: lease.end, ...rest }
  }
  const nextAction = `Any writer of the space calls \`write\` with version ${cell?.version ?? 0}, or \`acquire\`s it.`
  const free = { owner: { kind: 'anyone' }, nextAction, deadline: undefined, ...rest } as const
  return cell?.version ? { code: 'CellFree', ...free } : { code: 'CellEmpty', ...free }
}
