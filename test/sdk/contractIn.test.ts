import { expect, it } from 'vitest'
import { contractIn } from '../../sdk/src/actions/contractIn.ts'
import type { Deployment } from '../../sdk/src/types.ts'

const place = `0x${'11'.repeat(20)}` as const
const core = {
  accessManager: place,
  timelock: place,
  gateway: place,
  watcherSet: place,
  agentRegistry: place,
  charters: place,
  agreements: place,
  taskEscrow: place,
  taskPortal: place,
}
const old: Deployment = { chainId: 7, startBlock: 0n, ...core }

it('finds what the record names, and says what an older one lacks', () => {
  expect(contractIn({ ...old, signedBids: place }, 'signedBids')).toBe(place)
  expect(() => contractIn(old, 'signedBids')).toThrow(/deployment of chain 7 has no signedBids.*newer record/s)
})
