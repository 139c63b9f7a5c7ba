import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, errors, gateway } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'
import { closedAbi, codes, place } from '../support/recipients.ts'

const sender = accountOf('sender')
const [from, to] = [31_337, 31_338]
let a: TestChain
let b: TestChain
let client: Client
let setId: `0x${string}`

beforeAll(async () => {
  a = await startChain({ chainId: from, accounts: [sender] })
  b = await startChain({ chainId: to, accounts: [sender] })
  setId = await linkAll([a, b])
  client = clientFor([a, b], sender)
})

const addressOf = (kind: keyof typeof codes): `0x${string}` => `0x${'0'.repeat(38)}f${Object.keys(codes).indexOf(kind)}`

async function send(recipient: `0x${string}`, limits: gateway.MessageLimits = {}) {
  const parameters = { chainId: from, destinationChainId: to, recipient, payload: '0x00ff', gasLimit: 50_000, ...limits } as const
  return gateway.sendMessage.sync(client, parameters)
}

const relayOnly = async (
  nonce: bigint, // The chain under test refuses to estimate what runs out of gas inside.
) => relay(client, { setId, from: a, to: b, first: nonce, gas: 2_000_000n })

/** Collects stages, and does what is due when one is seen. */
async function stagesOf(parameters: gateway.TrackParameters, on: Partial<Record<gateway.TrackStage['stage'], () => Promise<unknown>>>) {
  const stages: gateway.TrackStage[] = []
  for await (const stage of gateway.track(client, { timeoutMs: 20_000, ...parameters })) {
    stages.push(stage)
    await on[stage.stage]?.()
  }
  return stages
}

describe('track', () => {
  it('tells each stage with its place, until the end is final', async () => {
    await place(b, addressOf('accept'), 'accept')
    const { hash, event, receipt } = await send(addressOf('accept'))
    const stages = await stagesOf(
      { chainId: from, hash },
      {
        sent: () => a.node.mine({ blocks: 2 }),
        final: () => relayOnly(event.nonce),
        delivered: () => b.node.mine({ blocks: 2 }),
      },
    )
    expect(stages.map(({ stage }) => stage)).toEqual(['sent', 'final', 'delivered', 'delivered'])
    const [sent, , seen, end] = stages
    expect(sent).toMatchObject({ chainId: from, blockNumber: receipt.blockNumber, transactionHash: hash, message: event })
    expect(seen).toMatchObject({ chainId: to, status: 'Consumed', isFinal: false, reason: undefined })
    expect(end).toMatchObject({ chainId: to, status: 'Consumed', isFinal: true })
    // What is long over is told at once.
    const late = await gateway.waitForDelivery(client, { chainId: from, sendId: event.sendId })
    expect(late).toMatchObject({ status: 'Consumed', isFinal: true, place: end?.stage === 'delivered' ? end.place : undefined })
  })

  it('ends with a timeout that says how far it came, or with the reason of its signal', async () => {
    const { event } = await send(addressOf('accept'))
    const short = { chainId: from, sendId: event.sendId, timeoutMs: 300 }
    await expect(gateway.waitForDelivery(client, short)).rejects.toMatchObject({ name: 'TrackTimeoutError', stage: 'sent' })
    const unknown = { chainId: from, hash: `0x${'11'.repeat(32)}`, timeoutMs: 100 } as const
    await expect(gateway.waitForDelivery(client, unknown)).rejects.toMatchObject({ name: 'TrackTimeoutError', stage: undefined })
    const stop = new AbortController()
    const waiting = gateway.waitForDelivery(client, { chainId: from, sendId: event.sendId, signal: stop.signal })
    stop.abort(new errors.BaseError('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('tells a retry that healed a message before its failure was final', async () => {
    await place(b, addressOf('closed'), 'closed')
    const { event } = await send(addressOf('closed'))
    await a.node.mine({ blocks: 2 })
    await relayOnly(event.nonce)
    const { lane, nonce, message } = event
    const statuses: string[] = []
    for await (const stage of gateway.track(client, { chainId: from, sendId: event.sendId, timeoutMs: 20_000 })) {
      if (stage.stage !== 'delivered') continue
      statuses.push(stage.status)
      if (statuses.length === 1) {
        await place(b, addressOf('closed'), 'accept')
        await gateway.retry.sync(client, { chainId: to, lane, nonce, message })
      } else if (statuses.length === 2) await b.node.mine({ blocks: 2 })
    }
    expect(statuses.slice(0, 2)).toEqual(['Failed', 'Consumed'])
  })
})

describe('explainFailure', () => {
  it.each([
    ['closed', { kind: 'Reverted', name: 'Closed', args: [7n] }],
    ['hungry', { kind: 'GasLimitTooLow', gasLimit: 50_000 }],
    ['silent', { kind: 'AnsweredWrongly', data: '0x' }],
    ['nowhere', { kind: 'NoContract' }],
  ] as const)('says why %s does not take a message, and so does track', async (kind, reason) => {
    const recipient = kind === 'nowhere' ? accountOf('nobody').address : addressOf(kind)
    if (kind !== 'nowhere') await place(b, recipient, kind)
    const { event } = await send(recipient)
    await a.node.mine({ blocks: 2 })
    await relayOnly(event.nonce)
    await b.node.mine({ blocks: 2 })
    const { lane, nonce, message } = event
    const failed = { chainId: to, lane, nonce, message, abi: closedAbi }
    const { value } = await gateway.explainFailure(client, failed)
    expect(value).toMatchObject(reason)
    const end = await gateway.waitForDelivery(client, { chainId: from, sendId: event.sendId })
    expect(end).toMatchObject({ status: 'Failed', isFinal: true, reason: { kind: reason.kind } })
    if (kind === 'nowhere') return
    await place(b, recipient, 'accept')
    expect((await gateway.explainFailure(client, failed)).value.kind).toBe('WouldRun')
    await gateway.retry.sync(client, { chainId: to, lane, nonce, message })
  })

  it('gives the recipient exactly the gas that its message grants', async () => {
    await place(b, addressOf('hungry'), 'hungry')
    // What it takes at least, found by trying: one unit less is too little, in the explanation and on the chain.
    let [low, high] = [21_000, 200_000]
    const lane = { originChainId: BigInt(from), originGateway: a.deployment.gateway, destinationChainId: BigInt(to) }
    const message = { sender: sender.address, recipient: addressOf('hungry'), deliverBefore: 0, payload: '0x00ff' } as const
    while (high - low > 1) {
      const gasLimit = Math.floor((low + high) / 2)
      const { value } = await gateway.explainFailure(client, { chainId: to, lane, nonce: 99n, message: { ...message, gasLimit } })
      if (value.kind === 'WouldRun') high = gasLimit
      else low = gasLimit
    }
    const [short, enough] = [await send(addressOf('hungry'), { gasLimit: low }), await send(addressOf('hungry'), { gasLimit: high })]
    await a.node.mine({ blocks: 2 })
    const { event } = await relayOnly(short.event.nonce)
    expect(event.failed).toEqual([short.event.nonce])
    expect(enough.event.nonce).toBe(short.event.nonce + 1n)
  })
})
