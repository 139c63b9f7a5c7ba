import { gatewayAbi } from '@hanse/sdk/abis'
import {
  foldAll,
  headDigest,
  type Lane,
  leafOf,
  type Message,
  packBatch,
  packProof,
  rosterArgument,
  setIdOf,
  toCompact,
} from '@hanse/sdk/gateway'
import { type Address, concat, encodeFunctionData, getAddress, type Hex, keccak256, numberToHex, toHex, zeroHash } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount, sign } from 'viem/accounts'
import { artifact, type BenchChain, startChain } from './chain.ts'
import { type Row, row } from './row.ts'

const remoteChainId = 2002n
const quorum = 3

/** Returns the magic value of ERC-7786 and does nothing else: PUSH4 magic, PUSH1 224, SHL, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN. */
const idleRecipient = '0x632432ef2660e01b5f5260205ff3'

/** A chain with a gateway, and five watchers of which three sign. */
export type GatewayWorld = {
  readonly chain: BenchChain
  readonly authority: Address
  readonly gateway: Address
  readonly watcherSet: Address
  readonly recipient: Address
  readonly watchers: readonly { readonly account: PrivateKeyAccount; readonly key: Hex }[]
  readonly setId: Hex
}

/** Bytes without a zero, different for each seed. */
function body(size: number, seed: string): Hex {
  const words = Array.from({ length: Math.ceil(size / 32) }, (_, i) => keccak256(toHex(`${seed} ${i}`)))
  return concat(words)
    .replace(/(?<=^0x(?:..)*)00/g, '11')
    .slice(0, 2 + 2 * size) as Hex
}

/** Gas of sending and delivering messages, in the steady state: lanes in use, words of consumed bits open. */
export async function gatewayRows(): Promise<Row[]> {
  const world = await startGatewayWorld()
  try {
    const rows = [...(await sendRows(world))]
    for (const size of [32, 256, 1024]) {
      for (const count of [1, 10, 100]) rows.push(await deliverRow(world, { count, size }))
    }
    return rows
  } finally {
    await world.chain.stop()
  }
}

/** Deploys them. */
export async function startGatewayWorld(): Promise<GatewayWorld> {
  const chain = await startChain()
  const [admin] = chain.accounts
  const authority = await chain.deploy('AccessManager', [admin?.address])
  const gateway = await chain.deploy('Gateway', [authority])
  const watcherSet = await chain.deploy('WatcherSet', [authority, gateway])
  const watchers = Array.from({ length: 5 }, (_, i) => keccak256(toHex(`bench watcher ${i}`)))
    .map((key) => ({ key, account: privateKeyToAccount(key) }))
    .sort((left, right) => (BigInt(left.account.address) < BigInt(right.account.address) ? -1 : 1))
  const roster = { previousSetId: zeroHash, members: watchers.map(({ account }) => account.address), quorum, policies: [] }
  const { abi } = artifact('WatcherSet')
  await chain.send({ to: watcherSet, data: encodeFunctionData({ abi, functionName: 'adopt', args: [rosterArgument(roster)] }) })
  return { chain, authority, gateway, watcherSet, watchers, setId: setIdOf(roster), recipient: await chain.place(idleRecipient) }
}

const remoteGateway = (seed: string) => getAddress(`0x${keccak256(toHex(seed)).slice(26)}`)

/** Admits a lane to this chain, from its first message on. */
export async function linkLane({ chain, gateway, watcherSet }: GatewayWorld, lane: Lane) {
  await chain.send({
    to: gateway,
    data: encodeFunctionData({ abi: gatewayAbi, functionName: 'linkLane', args: [lane, watcherSet, 0n] }),
  })
}

async function sendRows(world: GatewayWorld): Promise<Row[]> {
  const { chain, gateway } = world
  await linkLane(world, { originChainId: remoteChainId, originGateway: remoteGateway('send'), destinationChainId: BigInt(chain.chainId) })
  await chain.send({ to: gateway, data: encodeFunctionData({ abi: gatewayAbi, functionName: 'linkDestination', args: [remoteChainId] }) })

  const recipient = concat(['0x0001000002', numberToHex(remoteChainId, { size: 2 }), '0x14', world.recipient])
  const send = (size: number, attributes: readonly Hex[], seed: string) =>
    encodeFunctionData({ abi: gatewayAbi, functionName: 'sendMessage', args: [recipient, body(size, seed), attributes] })
  const broadcast = (size: number, seed: string) =>
    encodeFunctionData({ abi: gatewayAbi, functionName: 'broadcast', args: [world.recipient, body(size, seed), []] })
  const attribute = (selector: Hex, value: bigint) => concat([selector, numberToHex(value, { size: 32 })])
  const limits = [attribute('0x39f87ba1', 200_000n), attribute('0x3e97d7ee', 1_999_999_999n)]

  const rows: Row[] = []
  const cases = {
    'gateway.send.32B': (seed: string) => send(32, [], seed),
    'gateway.send.limits.32B': (seed: string) => send(32, limits, seed),
    'gateway.send.256B': (seed: string) => send(256, [], seed),
    'gateway.broadcast.32B': (seed: string) => broadcast(32, seed),
  }
  for (const [name, data] of Object.entries(cases)) {
    await chain.send({ to: gateway, data: data(`${name} first`) })
    rows.push(row({ name, gas: await chain.send({ to: gateway, data: data(name) }), per: 'message' }))
  }
  return rows
}

async function proofOf({ watchers, setId }: GatewayWorld, { lane, nonce, head }: { lane: Lane; nonce: bigint; head: Hex }): Promise<Hex> {
  const hash = headDigest({ setId, lane, nonce, head })
  const signatures = watchers.slice(0, quorum).map(async ({ account, key }) => ({
    signer: account.address,
    signature: toCompact(await sign({ hash, privateKey: key, to: 'hex' })),
  }))
  return packProof({ signatures: await Promise.all(signatures) })
}

/** Delivers one message first, so that the word of consumed bits is in use, then measures `count` messages in one transaction. */
async function deliverRow(world: GatewayWorld, { count, size }: { count: number; size: number }): Promise<Row> {
  const { chain } = world
  const name = `gateway.deliver.${count}x${size}B.3of5`
  const lane = { originChainId: remoteChainId, originGateway: remoteGateway(name), destinationChainId: BigInt(chain.chainId) }
  await linkLane(world, lane)
  const messages = Array.from(
    { length: count + 1 },
    (_, i): Message => ({
      sender: remoteGateway(`${name} sender ${i}`),
      recipient: world.recipient,
      gasLimit: 200_000,
      deliverBefore: 1_999_999_999,
      payload: body(size, `${name} ${i}`),
    }),
  )
  await deliver(world, { lane, messages, first: 0, end: 1 })
  return row({ name, gas: await deliver(world, { lane, messages, first: 1, end: count + 1 }), per: 'message', n: count })
}

type Delivery = { readonly lane: Lane; readonly messages: readonly Message[] }

/** Delivers one message of those that a lane holds, and returns the gas of the transaction. */
export function deliverOne(world: GatewayWorld, { index, ...delivery }: Delivery & { readonly index: number }): Promise<bigint> {
  return deliver(world, { ...delivery, first: index, end: index + 1 })
}

type Range = Delivery & { readonly first: number; readonly end: number }

async function deliver(world: GatewayWorld, { lane, messages, first, end }: Range): Promise<bigint> {
  const leaves = messages.map((message, i) => leafOf({ lane, nonce: BigInt(i), message }))
  const { headers, payloads } = packBatch(messages.slice(first, end))
  const [headBefore, head] = [foldAll(zeroHash, leaves.slice(0, first)), foldAll(zeroHash, leaves.slice(0, end))]
  const proof = await proofOf(world, { lane, nonce: BigInt(end), head })
  const args = [lane, BigInt(first), headBefore, headers, payloads, [], proof] as const
  return world.chain.send({ to: world.gateway, data: encodeFunctionData({ abi: gatewayAbi, functionName: 'deliver', args }) })
}
