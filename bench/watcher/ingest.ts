// What a provider would answer about a full lane, as text; and how much of it a watcher takes in a second of one core.
import { gatewayAbi } from '@hanse/sdk/abis'
import { emptyHead, encodeInteroperable, fold, keccak, type Lane, leafOf } from '@hanse/sdk/gateway'
import { createSync, laneAdvancedTopic, messageSentTopic, type RpcCall, type Transport } from '@hanse/sdk/sync'
import { type Address, encodeAbiParameters, encodeFunctionResult, type Hex, hexToBigInt, numberToHex } from 'viem'
import { createTestContext } from '../../test/watcher/support/context.ts'
import { createChainSync } from '../../watcher/src/roles/sync.ts'

const [chainId, destination, perBlock, perRange] = [1, 2, 50, 100n]
const account = (seed: number): Address => numberToHex(seed, { size: 20 })

type Place = { readonly nonce: bigint; readonly head: Hex }

/** The events of a block as text: 200 bytes of body each, a few senders and recipients. */
function fullBlock({ number, hash, lane, place }: { number: bigint; hash: Hex; lane: Lane; place: Place }): { text: string; place: Place } {
  let { nonce, head } = place
  const own: unknown[] = []
  for (let index = 0; index < perBlock; index++) {
    const payload: Hex = `0x${nonce.toString(16).padStart(400, '7')}`
    const message = { sender: account(1 + (index % 5)), recipient: account(9 + (index % 3)), gasLimit: 200_000, deliverBefore: 0, payload }
    const leaf = leafOf({ lane, nonce, message })
    nonce++
    head = fold(head, leaf)
    const common = { address: lane.originGateway, blockNumber: numberToHex(number), blockHash: hash, transactionHash: leaf, removed: false }
    const [sender, recipient] = [
      encodeInteroperable({ chainId: 1n, address: message.sender }),
      encodeInteroperable({ chainId: 2n, address: message.recipient }),
    ]
    const data = encodeAbiParameters(
      [{ type: 'bytes' }, { type: 'bytes' }, { type: 'bytes' }, { type: 'uint256' }, { type: 'bytes[]' }],
      [sender, recipient, payload, 0n, []],
    )
    const advanced = encodeAbiParameters([{ type: 'uint64' }, { type: 'bytes32' }], [nonce, head])
    const topics = [laneAdvancedTopic, numberToHex(destination, { size: 32 })]
    own.push({ ...common, topics, data: advanced, logIndex: numberToHex(index * 2) })
    own.push({ ...common, topics: [messageSentTopic, leaf], data, logIndex: numberToHex(index * 2 + 1) })
  }
  return { text: JSON.stringify(own).slice(1, -1), place: { nonce, head } }
}

/** A chain of full blocks, each answer ready as text, so that what is measured starts with reading it. */
export function fullChain({ messages, gateway }: { messages: number; gateway: Address }) {
  const blocks = BigInt(Math.ceil(messages / perBlock))
  const hashOf = (number: bigint) => keccak(numberToHex(number, { size: 32 }))
  const lane = { originChainId: BigInt(chainId), originGateway: gateway, destinationChainId: BigInt(destination) }
  const logs = new Map<bigint, string>()
  const heads = new Map<bigint, Place>([[0n, { nonce: 0n, head: emptyHead }]])
  let place: Place = { nonce: 0n, head: emptyHead }
  for (let number = 1n; number <= blocks; number++) {
    const block = fullBlock({ number, hash: hashOf(number), lane, place })
    place = block.place
    logs.set(number, block.text)
    heads.set(number, place)
  }
  const header = (number: bigint) => ({
    number: numberToHex(number),
    hash: hashOf(number),
    parentHash: hashOf(number - 1n),
    timestamp: numberToHex(number),
  })
  const texts = new Map<string, string>()
  const textOf = (from: bigint, to: bigint): string => {
    const key = `${from} ${to}`
    const found =
      texts.get(key) ?? `[${Array.from({ length: Number(to - from) + 1 }, (_, index) => logs.get(from + BigInt(index))).join()}]`
    texts.set(key, found)
    return found
  }
  for (let from = 1n; from <= blocks; from += perRange) textOf(from, from + perRange - 1n > blocks ? blocks : from + perRange - 1n)
  const answer = ({ method, params }: RpcCall): unknown => {
    if (method === 'eth_chainId') return numberToHex(chainId)
    if (method === 'eth_getBlockByNumber')
      return header(typeof params[0] === 'string' && params[0].startsWith('0x') ? BigInt(params[0]) : blocks)
    if (method === 'eth_getLogs') {
      const [{ fromBlock, toBlock }] = params as [{ fromBlock: Hex; toBlock: Hex }] // what the sync sends
      return JSON.parse(textOf(BigInt(fromBlock), BigInt(toBlock)))
    }
    const [{ data }, at] = params as [{ data: Hex }, Hex] // a lane, at a block
    const isOurs = hexToBigInt(`0x${data.slice(10)}`) === BigInt(destination)
    const state = (isOurs ? heads.get(BigInt(at)) : undefined) ?? { nonce: 0n, head: emptyHead }
    return encodeFunctionResult({ abi: gatewayAbi, functionName: 'lane', result: [state.nonce, state.head] })
  }
  const transport = (name: string): Transport => ({
    name,
    send: async (calls) => calls.map((call) => ({ ok: true, result: answer(call) })),
  })
  return { transport, messages: Number(place.nonce), head: place.head, maxRange: perRange }
}

type Figure = { events: number; cpuSeconds: number; perSecond: number }

/** Messages whose leaf was folded to the head that the contract holds, by second of CPU: with one provider, with two that must agree, and into the store. */
export async function measureIngest({
  messages,
}: {
  messages: number
}): Promise<{ verified: Figure; agreedByTwo: Figure; stored: Figure }> {
  const { context, close } = createTestContext()
  const [config] = context.config.chains
  if (config === undefined) throw new TypeError('no chain')
  const { gateway } = config.deployment
  const chain = fullChain({ messages, gateway })
  const finality = { kind: 'depth', depth: 0 } as const
  const source = {
    chainId,
    finality,
    startBlock: 1n,
    maxRange: chain.maxRange,
    hasTail: false,
    sources: [{ address: gateway }],
    lanes: { gateway, destinations: [destination, 0] },
  }
  const count = (transports: readonly Transport[]) => {
    let folded = 0n
    const onNotification: createSync.Parameters['onNotification'] = (notification) => {
      if (notification.kind === 'finalized') folded = notification.lanes[0]?.nonce ?? 0n
    }
    const sync = createSync({ ...source, transports, agreement: transports.length, onNotification })
    return measure(async () => {
      while (await sync.step());
      return Number(folded)
    })
  }
  const verified = await count([chain.transport('a')])
  const agreedByTwo = await count([chain.transport('a'), chain.transport('b')])
  const stored = await measure(async () => {
    const sync = createChainSync({
      config: { ...config, finality },
      transports: [chain.transport('a')],
      context,
      maxRange: chain.maxRange,
      hasTail: false,
    })
    while (await sync.step());
    const [lane] = context.lanes.values()
    return lane === undefined ? 0 : context.store.messages.count(lane.laneKey)
  })
  close()
  return { verified, agreedByTwo, stored }
}

async function measure(work: () => Promise<number>): Promise<Figure> {
  globalThis.gc?.()
  const began = process.cpuUsage()
  const events = await work()
  const { user, system } = process.cpuUsage(began)
  const cpuSeconds = (user + system) / 1e6
  return { events, cpuSeconds: Number(cpuSeconds.toFixed(3)), perSecond: Math.round(events / cpuSeconds) }
}
