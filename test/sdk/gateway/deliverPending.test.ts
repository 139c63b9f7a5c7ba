import { custom, type Hex, zeroHash } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, errors, gateway } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll } from '../support/link.ts'
import { peers, said } from '../support/peers.ts'
import { place } from '../support/recipients.ts'

const [sender, stranger] = [accountOf('sender'), accountOf('stranger')]
const recipient = '0x00000000000000000000000000000000000000e1'
const [from, to] = [31_337, 31_338]
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let lane: gateway.Lane

beforeAll(async () => {
  a = await startChain({ chainId: from, accounts: [sender] })
  b = await startChain({ chainId: to, accounts: [stranger] })
  setId = await linkAll([a, b])
  client = clientFor([a, b], stranger)
  lane = { originChainId: BigInt(from), originGateway: a.deployment.gateway, destinationChainId: BigInt(to) }
  await place(b, recipient, 'accept')
})

async function sendMany(count: number, gasLimit = 100_000) {
  const parameters = { chainId: from, destinationChainId: to, recipient, payload: '0x1234', gasLimit, account: sender } as const
  for (let index = 0; index < count; index++) await gateway.sendMessage.sync(client, parameters)
  await a.node.mine({ blocks: 2 })
  return (await gateway.getLaneHistory(client, { chainId: from, destinationChainId: to, at: 'final' })).value
}

/** What watchers 0 and 1 signed over the first `nonce` messages. */
async function vouchedAt(history: gateway.LaneHistory, nonce: bigint): Promise<gateway.VouchedHead> {
  const head = gateway.headAt(history, nonce) ?? zeroHash
  return { nonce, head, signatures: await Promise.all([0, 1].map((index) => said(index, { setId, lane, nonce, head }))) }
}

const statusOf = async (nonce: bigint) => (await gateway.getStatus(client, { chainId: to, lane, nonce })).value
const route = { originChainId: from, destinationChainId: to }

describe('deliverPending', () => {
  it('delivers one message, then all that a head covers, within the limits', async () => {
    const history = await sendMany(7)
    const heads = [await vouchedAt(history, 5n)]
    const one = await gateway.deliverPending(client, { ...route, heads, nonces: [2n] })
    expect(one.deliveries.map(({ event }) => [event.first, event.count])).toEqual([[2n, 1n]])
    const again = await gateway.deliverPending(client, { ...route, heads, nonces: [2n] })
    expect(again).toMatchObject({ deliveries: [], notPending: [{ nonce: 2n, status: 'Consumed' }] })

    const all = await gateway.deliverPending(client, { ...route, heads, limits: { messages: 2 } })
    expect(all.deliveries.map(({ event }) => [event.first, event.count])).toEqual([
      [0n, 2n],
      [3n, 2n],
    ])
    expect(all).toMatchObject({ notVouched: [5n, 6n], refused: [], notPending: [], lies: [], faults: [] })
    const statuses = await Promise.all([0n, 1n, 2n, 3n, 4n, 5n, 6n].map(statusOf))
    expect(statuses).toEqual([...Array<string>(5).fill('Consumed'), 'Pending', 'Pending'])
    const { value } = await gateway.getDelivery(client, { chainId: to, lane, nonce: 4n })
    expect(value).toMatchObject({ status: 'Consumed', place: { transactionHash: all.deliveries[1]?.hash } })
    expect((await gateway.getDelivery(client, { chainId: to, lane, nonce: 5n })).value).toBeUndefined()
    await expect(gateway.deliverPending(client, { ...route, heads, nonces: [7n] })).rejects.toThrow(errors.NonceUnknownError)
  })

  it('takes nothing for signed that is not', async () => {
    const history = await sendMany(1)
    const { signatures, ...place } = await vouchedAt(history, 8n)
    const [first, second] = signatures
    if (first === undefined || second === undefined) return expect.unreachable()
    for (const pair of [[first], [first, { ...second, signature: first.signature }], [first, first]]) {
      const result = await gateway.deliverPending(client, { ...route, heads: [{ ...place, signatures: pair }] })
      expect(result).toMatchObject({ deliveries: [], notVouched: [5n, 6n, 7n] })
    }
    const invented = { ...place, head: zeroHash, signatures }
    expect((await gateway.deliverPending(client, { ...route, heads: [invented] })).lies).toHaveLength(2)
  })

  it('sees a node that leaves a message out', async () => {
    const deaf = custom({
      async request(call: { method: string; params: unknown[] }) {
        const answer: unknown = await a.provider.request(call)
        return call.method === 'eth_getLogs' && Array.isArray(answer) ? answer.slice(0, -1) : answer
      },
    })
    const cheated = createClient({ chains: [{ ...a.config, transport: deaf }, b.config], account: stranger })
    await expect(gateway.deliverPending(cheated, route)).rejects.toThrow(errors.LaneHistoryError)
  })
})

describe('fetchAttestations', () => {
  it('believes no url, and names who lied', async () => {
    const history = (await gateway.getLaneHistory(client, { chainId: from, destinationChainId: to, at: 'final' })).value
    const nonce = BigInt(history.messages.length)
    const statement = { setId, lane, nonce, head: gateway.headAt(history, nonce) ?? zeroHash }
    const [first, second, bad] = await Promise.all([said(0, statement), said(1, statement), said(2, { ...statement, head: zeroHash })])
    const forged = { ...second, signature: first.signature }
    const outsider = { ...first, signer: stranger.address }
    const fetch = peers({
      'http://honest': [first],
      'http://other': [second, bad],
      'http://forger': [forged, outsider],
      'http://mad': '{"attestations":[{"nonce":-1}]}',
      'http://noise': 'no json',
      'http://ahead': [{ ...first, nonce: 1_000 }],
    })
    const urls = ['http://forger', 'http://honest', 'http://other', 'http://mad', 'http://noise', 'http://dead', 'http://ahead']
    const found = await gateway.fetchAttestations(client, { chainId: to, lane, urls, fetch })
    expect(found).toMatchObject({ setId, quorum: 2, heads: [{ nonce, head: statement.head }] })
    expect(found.heads[0]?.signatures.map(({ signer }) => signer)).toEqual([first.signer, second.signer])
    expect(found.lies.map(({ url, kind, signer }) => [url, kind, signer])).toEqual([
      ['http://forger', 'SignatureForged', second.signer],
      ['http://forger', 'SignerNotCounting', stranger.address],
      ['http://other', 'HeadContradicted', bad.signer],
    ])
    expect(found.faults.map(({ url }) => url)).toEqual(['http://mad', 'http://noise', 'http://dead'])
    // The lie of a member is evidence on any chain that links the lane.
    const honest = await said(2, statement)
    const statements = [bad, { head: honest.head, signature: honest.signature }] as const
    await gateway.submitEvidence.sync(client, { chainId: to, lane, nonce, statements: [statements[0], statements[1]] })
    const after = await gateway.fetchAttestations(client, { chainId: to, lane, urls, fetch })
    expect(after.lies.find(({ signer }) => signer === bad.signer)?.kind).toBe('SignerNotCounting')
  })

  it('reads all pages, also where one ends inside a nonce', async () => {
    const history = (await gateway.getLaneHistory(client, { chainId: from, destinationChainId: to, at: 'final' })).value
    const nonces = history.messages.map(({ nonce }) => nonce + 1n)
    const rows = await Promise.all(
      nonces.flatMap((nonce) =>
        [0, 1].map((index) => said(index, { setId, lane, nonce, head: gateway.headAt(history, nonce) ?? zeroHash })),
      ),
    )
    const parameters = { chainId: to, lane, urls: ['http://one'], history }
    const found = await gateway.fetchAttestations(client, { ...parameters, fetch: peers({ 'http://one': rows }, 3) })
    expect(found.heads.map(({ nonce, signatures }) => [nonce, signatures.length])).toEqual(nonces.map((nonce) => [nonce, 2]))
    expect((await gateway.fetchAttestations(client, { ...parameters, from: 7n, fetch: peers({ 'http://one': rows }) })).heads).toHaveLength(
      2,
    )
  })
})

describe('isExpired', () => {
  it('says what the destination reported', async () => {
    const { timestamp } = await b.node.getBlock()
    const deliverBefore = Number(timestamp) + 1_000
    const send = { chainId: from, destinationChainId: to, recipient, payload: '0x', deliverBefore, account: sender } as const
    const { event } = await gateway.sendMessage.sync(client, send)
    await a.node.mine({ blocks: 2 })
    await b.node.setNextBlockTimestamp({ timestamp: BigInt(deliverBefore + 1) })
    const history = (await gateway.getLaneHistory(client, { chainId: from, destinationChainId: to, at: 'final' })).value
    const heads = [await vouchedAt(history, event.nonce + 1n)]
    const { deliveries } = await gateway.deliverPending(client, { ...route, heads, nonces: [event.nonce] })
    expect(deliveries[0]?.event.expired).toEqual([event.nonce])
    const record = { chainId: from, destinationChainId: to, destinationGateway: b.deployment.gateway, nonce: event.nonce }
    expect((await gateway.isExpired(client, record)).value).toBe(false)

    await gateway.reportExpired.sync(client, { chainId: to, lane, first: event.nonce, count: 1 })
    await b.node.mine({ blocks: 2 })
    const back = (await gateway.getLaneHistory(client, { chainId: to, destinationChainId: from, at: 'final' })).value
    const head = gateway.headAt(back, 1n) ?? zeroHash
    const signatures = await Promise.all([0, 1].map((index) => said(index, { setId, lane: back.lane, nonce: 1n, head })))
    const home = clientFor([a, b], sender)
    await gateway.deliverPending(home, { originChainId: to, destinationChainId: from, heads: [{ nonce: 1n, head, signatures }] })
    expect((await gateway.isExpired(client, record)).value).toBe(true)
  })
})
