import { agent } from '@hanse/sdk'
import type { DirectoryFact, DirectoryQuery } from '@hanse/sdk/directory'
import type { Known, Receipt } from '@hanse/sdk/reputation'
import { type Address, type Hex, keccak256, numberToHex, zeroAddress, zeroHash } from 'viem'

/** Many agents, as the events of their chains tell of them. */
export type Market = { readonly size: number; readonly facts: readonly DirectoryFact[]; readonly start: number }

const chains = [1, 10, 137, 8_453, 42_161]
const start = 1_800_000_000
const lifetime = 3_600

/** Numbers from 0 to 1 that are the same in every run. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A capability by Zipf's law: the first of the vocabulary is the most common. */
function capability(random: () => number): string {
  const weights = agent.capabilityNames.map((_, index) => 1 / (index + 1))
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const found = agent.capabilityNames.find((_, index) => {
    left -= weights[index] ?? 0
    return left <= 0
  })
  return found ?? 'text.answer'
}

const idOf = (kind: string, index: number): Hex => keccak256(`${numberToHex(index, { size: 8 })}${Buffer.from(kind).toString('hex')}`)
const addressOf = (kind: string, index: number): Address => `0x${idOf(kind, index).slice(26)}`

/** One to three capabilities each, a fifth of them dead at the start, and the receipts of what a tenth of them did for fifty requesters. */
export function market({ size, seed }: { readonly size: number; readonly seed: number }): Market {
  const random = randomOf(seed)
  const facts: DirectoryFact[] = []
  for (let index = 0; index < size; index += 1) {
    const capabilities = Array.from({ length: 1 + Math.floor(random() * 3) }, () => capability(random))
    const profile = agent.createProfile({
      capabilities,
      cardDigest: idOf('card', index),
      cardUri: `https://agents.example/cards/${index}.json`,
    })
    const chainId = chains[index % chains.length] ?? 1
    const liveUntil = Math.floor(start + (random() - 0.2) * lifetime)
    const controller = addressOf('controller', index)
    facts.push({
      kind: 'registered',
      chainId,
      agentId: idOf('agent', index),
      controller,
      salt: zeroHash,
      liveUntil,
      profile,
      registeredAt: BigInt(index),
    })
    if (index % 10 === 0)
      facts.push({ kind: 'receipt', receipt: receiptOf({ index, chainId, worker: controller, requester: Math.floor(random() * 50) }) })
  }
  return { size, facts, start }
}

type ReceiptOf = { readonly index: number; readonly chainId: number; readonly worker: Address; readonly requester: number }

function receiptOf({ index, chainId, worker, requester }: ReceiptOf): Receipt {
  return {
    taskId: idOf('task', index),
    requester: addressOf('requester', requester),
    worker,
    workerChainId: BigInt(chainId),
    evaluator: addressOf('evaluator', 0),
    token: zeroAddress,
    price: 10n ** 18n,
    verdict: 10_000,
    fencingToken: 1,
    ending: 'Verdict',
    chainId,
    blockNumber: BigInt(index),
    transactionHash: idOf('transaction', index),
    logIndex: 0,
  }
}

/** An asker that knows five requesters, one evaluator, and the native coins. */
const known: Known = {
  requesters: chains.flatMap((chainId) => [0, 1, 2, 3, 4].map((index) => ({ chainId, address: addressOf('requester', index) }))),
  evaluators: chains.map((chainId) => ({ chainId, address: addressOf('evaluator', 0) })),
  tokens: chains.map((chainId) => ({ chainId, address: zeroAddress })),
}

/** One question: so many seconds after the start, after heartbeats of these agents. */
export type Asked = { readonly query: DirectoryQuery; readonly after: number; readonly beats: readonly number[] }

/** Questions of every kind: one capability or two, all chains or one, from a random place, or with a record; a minute of life between any two. */
export function asked({ count, seed }: { readonly count: number; readonly seed: number }): Asked[] {
  const random = randomOf(seed)
  return Array.from({ length: count }, (_, index) => {
    const capabilities = Array.from({ length: 1 + (index % 5 === 4 ? 1 : 0) }, () => capability(random))
    const place = index % 2 === 0 ? {} : { after: idOf('place', Math.floor(random() * 1e6)) }
    const chain = index % 3 === 0 ? { chainIds: [chains[index % chains.length] ?? 1] } : {}
    const record = index % 10 === 9 ? { record: { known, judged: 1 } } : {}
    const beats = Array.from({ length: 10 }, () => Math.floor(random() * 1e9))
    return { query: { capabilities, ...place, ...chain, ...record }, after: index * 2, beats }
  })
}

/** The heartbeats before a question. */
export function beatsOf({ size, facts, start: from }: Market, { beats, after }: Asked): DirectoryFact[] {
  return beats.flatMap((beat) => {
    const fact = facts[beat % Math.min(size, facts.length)]
    return fact?.kind === 'registered'
      ? [{ kind: 'heartbeat', chainId: fact.chainId, agentId: fact.agentId, liveUntil: from + after + lifetime }]
      : []
  })
}
