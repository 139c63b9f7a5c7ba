import { keccak256, stringToHex } from 'viem'
import { type Client, cell } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from './chain.ts'

/** Who writes. */
export const ada = accountOf('ada')
/** Another writer. */
export const bo = accountOf('bo')
/** Who may not write. */
export const stranger = accountOf('stranger')

export const hash = (text: string) => keccak256(stringToHex(text))

/** One chain with a space that two accounts write in. */
export type BoardBench = Awaited<ReturnType<typeof startBoard>>

export async function startBoard({ maxLease = 3_600 }: { readonly maxLease?: number } = {}) {
  const chain = await startChain({ chainId: 1001, accounts: [ada, bo, stranger] })
  const client = clientFor([chain], ada)
  const at = { chainId: chain.chainId, space: await openedSpace(client, { chain, maxLease }) }
  return { chain, client, at }
}

async function openedSpace(client: Client, { chain, maxLease }: { readonly chain: TestChain; readonly maxLease: number }) {
  const { chainId } = chain
  const writers = [ada, bo].map(({ address }) => ({ chainId, account: address }))
  return (await cell.openSpace.sync(client, { chainId, writers, maxLease, salt: hash('space') })).event.space
}
