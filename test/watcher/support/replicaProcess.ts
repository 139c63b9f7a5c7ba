// A replica as a process of its own, which can be stopped in the middle of anything. Does what it is told over IPC.
import { z } from 'zod/v4'
import { SharedStoreError } from '../../../watcher/src/errors.ts'
import type { Lease } from '../../../watcher/src/shared/types.ts'
import { createReplica, deliverer, guardRow, transactionAt } from './replica.ts'

const command = z.object({
  id: z.number(),
  what: z.enum(['duties', 'reserve', 'force', 'take', 'force-take']),
  nonce: z.number(),
  head: z.number(),
})
const [url = '', schema = ''] = process.argv.slice(2)
const replica = createReplica({ url, schema })
replica.begin()
/** Under which fences it once had its duties. */
const once = new Map<string, Lease>()

/** Asks until the database answers: calls that were under way while the process was stopped have cost it its connection. */
async function again<answer>(ask: () => Promise<answer>): Promise<answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof SharedStoreError)) throw error
    }
  }
}

async function obey({ what, nonce, head }: z.output<typeof command>): Promise<unknown> {
  const { vault, shared } = replica
  for (const lease of vault.status()?.duties ?? []) if (!once.has(lease.role + lease.chainId)) once.set(lease.role + lease.chainId, lease)
  const old = (role: 'attest' | 'deliver'): Lease => once.get(`${role}1`) ?? { role, chainId: 1, fence: 0 }
  if (what === 'duties') return vault.status()?.duties.length
  if (what === 'reserve') return vault.reserve(1, [guardRow(nonce, head)])
  // What a process does that believes it still has the duty.
  if (what === 'force') return again(() => shared.reserve(old('attest'), [guardRow(nonce, head)]))
  const transaction = { ...transactionAt(nonce, head), sender: deliverer }
  if (what === 'take') return vault.add('deliver', transaction, false)
  return again(() => shared.take(old('deliver'), { ...transaction, state: 'live', block: undefined }, false))
}

process.on('message', (message) => {
  const told = command.parse(message)
  obey(told).then(
    (answer) => process.send?.({ id: told.id, answer: answer ?? 'done' }),
    (error: unknown) => process.send?.({ id: told.id, answer: error instanceof Error ? error.name : String(error) }),
  )
})
process.once('disconnect', () => process.exit(0))
process.send?.({ id: 0, answer: 'up' })
