import { type Hex, zeroHash } from 'viem'
import { beforeAll, expect, it } from 'vitest'
import { type Client, errors, gateway } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, watchers } from '../support/link.ts'

const anyone = accountOf('anyone')
const chainId = 31_338
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex

beforeAll(async () => {
  a = await startChain({ chainId: 31_337, accounts: [anyone] })
  b = await startChain({ chainId, accounts: [anyone] })
  client = clientFor([a, b], anyone)
  expect((await gateway.getRoster(client, { chainId })).value.setId).toBeUndefined()
  setId = await linkAll([a, b])
})

const addresses = (accounts: readonly { address: `0x${string}` }[]) =>
  accounts.map(({ address }) => address).sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))

it('masks a watcher that signed two heads, for anyone who shows both', async () => {
  expect((await gateway.getRoster(client, { chainId })).value).toEqual({ setId, members: addresses(watchers), quorum: 2, masked: [] })
  const lane = { originChainId: 31_337n, originGateway: a.deployment.gateway, destinationChainId: 31_338n }
  const [liar, honest] = watchers
  if (liar === undefined || honest === undefined) return expect.unreachable()
  const said = async (watcher: typeof liar, head: Hex) => ({
    head,
    signature: await watcher.signTypedData(gateway.headTypedData({ setId, lane, nonce: 1n, head })),
  })
  const [one, other] = [await said(liar, zeroHash), await said(liar, setId)]
  const submit = { chainId, lane, nonce: 1n }
  await expect(gateway.submitEvidence(client, { ...submit, statements: [one, one] })).rejects.toThrow(errors.EvidenceInvalid)
  const foreign = await said(honest, setId)
  await expect(gateway.submitEvidence(client, { ...submit, statements: [one, foreign] })).rejects.toThrow(errors.EvidenceInvalid)
  const { event } = await gateway.submitEvidence.sync(client, { ...submit, statements: [one, other] })
  expect(event).toEqual({ setId, watcher: liar.address, laneKey: gateway.laneKey(lane), nonce: 1n })
  expect((await gateway.getRoster(client, { chainId })).value.masked).toEqual([liar.address])
  // Only there: the other chain was shown nothing.
  expect((await gateway.getRoster(client, { chainId: 31_337 })).value.masked).toEqual([])
})

it('rotates by the signatures of a quorum, after two days, on each chain', async () => {
  const members = addresses([...watchers.slice(1), accountOf('watcher 4')])
  const next = { previousSetId: setId, members, quorum: 3, policies: [] }
  const nextSetId = gateway.setIdOf(next)
  const typedData = gateway.rotationTypedData({ setId, nextSetId })
  const signed = async (watcher: (typeof watchers)[number]) => ({
    signer: watcher.address,
    signature: await watcher.signTypedData(typedData),
  })
  const signatures = await Promise.all(watchers.slice(1).map(signed))
  const propose = { chainId, next, signatures }
  await expect(gateway.proposeRotation(client, { ...propose, signatures: signatures.slice(1) })).rejects.toThrow(errors.RotationNotSigned)
  await expect(gateway.proposeRotation(client, { ...propose, next: { ...next, quorum: 2 } })).rejects.toThrow(errors.RotationNotSigned)
  expect((await gateway.getPendingRotation(client, { chainId })).value).toBeUndefined()

  const { event } = await gateway.proposeRotation.sync(client, propose)
  expect(event).toMatchObject({ setId, nextSetId })
  expect((await gateway.getPendingRotation(client, { chainId })).value).toEqual({ nextSetId, readyAt: event.readyAt })
  await expect(gateway.completeRotation(client, { chainId, next })).rejects.toThrow(errors.RotationNotReady)
  await b.node.increaseTime({ seconds: 2 * 86_400 })
  await b.node.mine({ blocks: 1 })
  const adopted = await gateway.completeRotation.sync(client, { chainId, next })
  expect(adopted.event).toEqual({ setId: nextSetId, previousSetId: setId })
  expect((await gateway.getRoster(client, { chainId })).value).toEqual({ setId: nextSetId, members, quorum: 3, masked: [] })
  expect((await gateway.getRoster(client, { chainId: 31_337 })).value.setId).toBe(setId)
})
