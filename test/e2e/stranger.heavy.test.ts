import { gateway } from '@hanse/sdk'
import { expect, it } from 'vitest'
import { until, useWorld } from '../support/world.ts'

const world = useWorld({
  chains: [1001, 1002].map((chainId) => ({ chainId, blockTime: 0.3 })),
  watchers: 3,
  users: 2,
  watcherSettings: { roles: ['sync', 'attest', 'gossip', 'api'] },
})
const route = { originChainId: 1001, destinationChainId: 1002 }

it('delivers one message and then all with the SDK and a key alone, also when every watcher is gone', async () => {
  const [sender, stranger] = [world.client(0), world.client(1)]
  const { info, plan } = world.now
  const attestationUrls = info.watchers.map(({ url }) => url)
  // The portal takes no message of a stranger, which is an end like any other.
  const recipient = plan.addresses.taskPortal
  const send = async () => {
    const { event } = await gateway.sendMessage.sync(sender, { chainId: 1001, destinationChainId: 1002, recipient, payload: '0x' })
    return event
  }
  const sent = [await send(), await send(), await send()]
  const [first, second, third] = sent
  if (first === undefined || second === undefined || third === undefined) return expect.unreachable()
  const { lane } = first
  const status = async ({ nonce }: gateway.LaneMessage) => (await gateway.getStatus(stranger, { chainId: 1002, lane, nonce })).value
  const fetchAll = async () => {
    const found = await gateway.fetchAttestations(stranger, { chainId: 1002, lane, urls: attestationUrls })
    const isVouched = found.heads.some(({ nonce, signatures }) => nonce > third.nonce && signatures.length >= found.quorum)
    return isVouched && found
  }
  const tracked = gateway.track(stranger, { chainId: 1001, sendId: second.sendId, attestationUrls, timeoutMs: 30_000 })
  const stages = [(await tracked.next()).value?.stage, (await tracked.next()).value?.stage, (await tracked.next()).value?.stage]
  expect(stages).toEqual(['sent', 'final', 'vouched'])

  const { heads, lies, faults } = await until('the watchers vouch for all', fetchAll)
  expect([lies, faults]).toEqual([[], []])
  const one = await gateway.deliverPending(stranger, { ...route, attestationUrls, nonces: [second.nonce] })
  expect(one.deliveries).toHaveLength(1)
  expect(await Promise.all(sent.map(status))).toEqual(['Pending', 'Failed', 'Pending'])
  const { value: end } = await tracked.next()
  expect(end).toMatchObject({ stage: 'delivered', status: 'Failed', reason: { kind: 'Reverted', name: 'PeerNotLinked' } })
  await tracked.return()

  for (const { name } of info.watchers) await world.now.kill(name)
  const deaf = await gateway.deliverPending(stranger, { ...route, attestationUrls })
  expect(deaf).toMatchObject({ deliveries: [], notVouched: [first.nonce, third.nonce] })
  expect(deaf.faults).toHaveLength(3)
  const all = await gateway.deliverPending(stranger, { ...route, heads })
  expect(all).toMatchObject({ notVouched: [], refused: [], notPending: [] })
  expect(await Promise.all(sent.map(status))).toEqual(['Failed', 'Failed', 'Failed'])
})
