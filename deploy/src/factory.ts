import { keccak256, type LocalAccount } from 'viem'
import { getBalance, getCode, sendRawTransaction } from 'viem/actions'
import type { Connection } from './chain.ts'
import { factoryCodeHash, keylessCost, keylessFactory, keylessSigner, keylessTransaction } from './create2.ts'
import { FactoryUnavailableError } from './errors.ts'
import type { SuitePlan } from './plan.ts'
import { type Observer, type Patience, poll, sendAll } from './transactions.ts'

/**
 * Makes sure that the CREATE2 factory stands, and is the one it should be.
 *
 * @throws FactoryUnavailableError when other code stands there or the chain refuses its transaction.
 */
export async function ensureFactory(parameters: ensureFactory.Parameters): Promise<void> {
  const { connection, plan, account, observer, patience } = parameters
  const { chainId, client } = connection
  const { factory } = plan
  if (await standsFactory({ connection, plan })) return
  const refuse = (fact: string, cause?: unknown) => new FactoryUnavailableError({ chainId, factory, fact, cause })
  if (factory !== keylessFactory) throw refuse('there is no code, and only the keyless one can be created by anyone')
  const missing = keylessCost - (await getBalance(client, { address: keylessSigner }))
  if (missing > 0n) {
    const request = { name: 'pay for the CREATE2 factory', to: keylessSigner, data: '0x', value: missing } as const
    await sendAll({ connection, account, requests: [request], observer, patience })
  }
  observer({ chainId, name: 'CREATE2 factory', status: 'sending' })
  // Whoever sends it first, the result is the same.
  const refusal: unknown = await sendRawTransaction(client, { serializedTransaction: keylessTransaction }).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  const limit = refusal === undefined ? patience : { ...patience, limitMs: patience.pollingIntervalMs * 4 }
  const found = await poll({ look: async () => (await standsFactory({ connection, plan })) || undefined, patience: limit })
  if (found === undefined) throw refuse('the chain did not accept its transaction', refusal)
  observer({ chainId, name: 'CREATE2 factory', status: 'mined' })
}

export namespace ensureFactory {
  export type Parameters = { connection: Connection; plan: SuitePlan; account: LocalAccount; observer: Observer; patience: Patience }
}

/**
 * Whether the factory stands.
 *
 * @throws FactoryUnavailableError when something else does.
 */
export async function standsFactory({ connection, plan }: { connection: Connection; plan: SuitePlan }): Promise<boolean> {
  const { chainId, client } = connection
  const code = await getCode(client, { address: plan.factory })
  if (code === undefined) return false
  if (keccak256(code) === factoryCodeHash) return true
  throw new FactoryUnavailableError({ chainId, factory: plan.factory, fact: 'other code stands there' })
}
