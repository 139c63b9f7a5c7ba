import { type Hex, http } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, errors, gateway } from '../../../sdk/src/index.ts'
import { accountOf, clientFor, startChain, type TestChain } from '../support/chain.ts'
import { linkAll, relay } from '../support/link.ts'

const sender = accountOf('sender')
let a: TestChain
let b: TestChain
let client: Client
let setId: Hex
let linkedAt: bigint

beforeAll(async () => {
  a = await startChain({ chainId: 31_337, accounts: [sender] })
  b = await startChain({ chainId: 31_338, accounts: [sender] })
  setId = await linkAll([a, b])
  linkedAt = await a.node.getBlockNumber()
  client = clientFor([a, b], sender)
})

const aToB = () => ({ originChainId: 31_337n, originGateway: a.deployment.gateway, destinationChainId: 31_338n })
const nobody = accountOf('nobody').address

describe('gateway', () => {
  it('sends, tells, delivers, and knows what failed', async () => {
    const parameters = { chainId: 31_337, destinationChainId: 31_338, recipient: nobody, payload: '0x1234', gasLimit: 60_000 } as const
    const { event } = await gateway.sendMessage.sync(client, parameters)
    expect(event).toMatchObject({
      lane: aToB(),
      nonce: 0n,
      message: { sender: sender.address, recipient: nobody, gasLimit: 60_000, deliverBefore: 0 },
    })
    expect(event.head).toBe(gateway.fold(gateway.emptyHead, event.sendId))

    const lane = await gateway.getLane(client, { chainId: 31_337, destinationChainId: 31_338 })
    expect(lane.value).toEqual({ nonce: 1n, head: event.head })
    expect(lane.freshness).toMatchObject({ chainId: 31_337, isFinal: false, lagBlocks: 0n })
    expect((await gateway.getMessage(client, { chainId: 31_337, sendId: event.sendId })).value).toEqual(event)
    const sent = await gateway.getMessages(client, { chainId: 31_337, destinationChainId: 31_338 })
    expect(sent.value).toEqual([event])
    expect((await gateway.getMessages(client, { chainId: 31_337, destinationChainId: 0 })).value).toEqual([])
    expect((await gateway.getMessage(client, { chainId: 31_338, sendId: event.sendId })).value).toBeUndefined()

    const status = { chainId: 31_338, lane: aToB(), nonce: 0n }
    expect((await gateway.getStatus(client, status)).value).toBe('Pending')
    const delivery = await relay(client, { setId, from: a, to: b })
    // An account without code answers nothing, which is not the magic value.
    expect(delivery.event).toEqual({ laneKey: gateway.laneKey(aToB()), first: 0n, count: 1n, failed: [0n], expired: [] })
    expect((await gateway.getStatus(client, status)).value).toBe('Failed')

    const { message } = event
    const again = { ...status, message }
    await expect(gateway.retry(client, again)).rejects.toThrow(errors.MessageFailedAgain)
    await expect(gateway.retry(client, { ...again, message: { ...message, payload: '0x' } })).rejects.toThrow(errors.MessageNotFailed)
  })

  it('expires late messages and reports them home', async () => {
    const { timestamp } = await a.node.getBlock()
    const deliverBefore = Number(timestamp) + 100
    const { event } = await gateway.sendMessageSync(client, {
      chainId: 31_337,
      destinationChainId: 31_338,
      recipient: nobody,
      payload: '0x',
      deliverBefore,
    })
    await b.node.setNextBlockTimestamp({ timestamp: BigInt(deliverBefore + 1) })
    const delivery = await relay(client, { setId, from: a, to: b, first: event.nonce })
    expect(delivery.event.expired).toEqual([event.nonce])
    const status = { chainId: 31_338, lane: aToB(), nonce: event.nonce }
    expect((await gateway.getStatus(client, status)).value).toBe('Expired')
    const report = await gateway.reportExpired.sync(client, { chainId: 31_338, lane: aToB(), first: event.nonce, count: 1 })
    expect(report.event.lane).toEqual({ originChainId: 31_338n, originGateway: b.deployment.gateway, destinationChainId: 31_337n })
    expect((await relay(client, { setId, from: b, to: a })).event.failed).toEqual([])
  })

  it('broadcasts to every chain at once', async () => {
    const { event } = await gateway.broadcast.sync(client, { chainId: 31_337, recipient: nobody, payload: '0xabcd', gasLimit: 50_000 })
    expect(event).toMatchObject({
      lane: { destinationChainId: 0n },
      nonce: 0n,
      message: { recipient: nobody, payload: '0xabcd', gasLimit: 50_000 },
    })
    expect((await relay(client, { setId, from: a, to: b, isBroadcast: true })).event.count).toBe(1n)
  })

  it('throws the contract’s error before anything is sent', async () => {
    const before = await a.node.getTransactionCount({ address: sender.address })
    const parameters = { chainId: 31_337, recipient: nobody, payload: '0x' } as const
    const unlinked = gateway.sendMessage(client, { ...parameters, destinationChainId: 5 })
    await expect(unlinked).rejects.toMatchObject({ name: 'DestinationNotLinked', args: { destinationChainId: 5n }, chainId: 31_337 })
    const greedy = gateway.sendMessage(client, { ...parameters, destinationChainId: 31_338, gasLimit: 5_000_001 })
    await expect(greedy).rejects.toBeInstanceOf(errors.GasLimitInvalid)
    const forged = { chainId: 31_338, lane: aToB(), first: 0n, headBefore: gateway.emptyHead, messages: [], proof: '0x0000' } as const
    await expect(gateway.deliver(client, forged)).rejects.toBeInstanceOf(errors.RangeEmpty)
    expect(await a.node.getTransactionCount({ address: sender.address })).toBe(before)
  })

  it('tells what is linked', async () => {
    expect((await gateway.getLink(client, { chainId: 31_338, lane: aToB() })).value).toEqual({
      isLinked: true,
      verifier: b.deployment.watcherSet,
      firstNonce: 0n,
      stoppedUntil: 0,
      stoppedSeconds: 0,
    })
    const other = { ...aToB(), originGateway: nobody }
    expect((await gateway.getLink(client, { chainId: 31_338, lane: other })).value.isLinked).toBe(false)
  })

  it('reads at the newest final block when asked, and says how old that is', async () => {
    await a.node.mine({ blocks: 5 })
    const { freshness } = await gateway.getLane(client, { chainId: 31_337, destinationChainId: 31_338, at: 'final' })
    expect(freshness).toMatchObject({ isFinal: true, lagBlocks: 2n })
    const { value } = await gateway.getLane(client, { chainId: 31_337, destinationChainId: 31_338, at: linkedAt })
    expect(value.nonce).toBe(0n)
    const tooOld = gateway.getLane(client, { chainId: 31_337, destinationChainId: 31_338, at: 0n })
    await expect(tooOld).rejects.toBeInstanceOf(errors.ContractMissingError)
  })

  it('sends nothing to an address without code', async () => {
    const lost = { ...a.config, deployment: { ...a.deployment, gateway: nobody } }
    const parameters = { chainId: 31_337, recipient: nobody, payload: '0x' } as const
    const wrong = createClient({ chains: [lost], account: sender })
    await expect(gateway.broadcast(wrong, parameters)).rejects.toMatchObject({ name: 'ContractMissingError', verb: 'gateway.broadcast' })
  })

  it('takes no event from another contract, however alike it looks', async () => {
    const { receipt, event } = await gateway.broadcast.sync(client, { chainId: 31_337, recipient: nobody, payload: '0x01' })
    const { logs } = receipt
    expect(gateway.broadcast.extractEvent(client, { chainId: 31_337, logs })).toEqual(event)
    const forged = logs.map((log) => ({ ...log, address: nobody }))
    expect(() => gateway.broadcast.extractEvent(client, { chainId: 31_337, logs: forged })).toThrow(errors.EventMissingError)
    expect(gateway.broadcast.extractEvent(client, { chainId: 31_337, logs: [...forged, ...logs] })).toEqual(event)
    const twisted = { ...a.deployment, chainId: 1 }
    expect(() => gateway.messagesIn(logs, twisted)).toThrow(errors.FormatError)
  })

  it('says when the account has no money', async () => {
    const poor = gateway.broadcast(client, { chainId: 31_337, recipient: nobody, payload: '0x', account: accountOf('poor') })
    await expect(poor).rejects.toMatchObject({ name: 'FundsInsufficientError', verb: 'gateway.broadcast' })
  })

  it('says when no node answers', async () => {
    const silent = createClient({ chains: [{ ...a.config, transport: http('http://127.0.0.1:1', { retryCount: 0 }) }] })
    const read = gateway.getLane(silent, { chainId: 31_337, destinationChainId: 31_338 })
    await expect(read).rejects.toMatchObject({ name: 'ChainUnreachableError', retryable: true })
  })

  it('names the chains it knows, and the account it lacks', async () => {
    const elsewhere = gateway.getLane(client, { chainId: 9, destinationChainId: 1 })
    await expect(elsewhere).rejects.toMatchObject({ name: 'ChainNotConfiguredError', knownChainIds: [31_337, 31_338] })
    const nameless = gateway.broadcast(clientFor([a]), { chainId: 31_337, recipient: nobody, payload: '0x' })
    await expect(nameless).rejects.toBeInstanceOf(errors.AccountMissingError)
  })
})
