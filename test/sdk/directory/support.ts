import { type Hex, keccak256, stringToHex, zeroAddress } from 'viem'
import { agent, type directory, type reputation } from '../../../sdk/src/index.ts'

/** An address that is the same in every run. */
export const addressOf = (name: string): Hex => `0x${keccak256(stringToHex(name)).slice(26)}`
/** An id that is the same in every run. */
export const idOf = (name: string): Hex => keccak256(stringToHex(`agent ${name}`))

/** An agent as its registration tells of it. */
export function registered(name: string, more: Partial<directory.DirectoryAgent> & { readonly can?: readonly string[] } = {}) {
  const { can = ['text.report'], ...rest } = more
  const profile = agent.createProfile({ capabilities: can, cardDigest: idOf('card'), cardUri: `https://agent.example/${name}` })
  const base = {
    chainId: 1,
    agentId: idOf(name),
    controller: addressOf(name),
    salt: idOf('salt'),
    liveUntil: 2_000,
    profile,
    registeredAt: 5n,
  }
  return { kind: 'registered', ...base, ...rest } as const satisfies directory.DirectoryFact
}

let count = 0

/** A receipt of a task that went well, but for what is said otherwise. */
export function receiptOf(more: Partial<reputation.Receipt> = {}): reputation.Receipt {
  count += 1
  return {
    taskId: keccak256(stringToHex(`task ${count}`)),
    requester: addressOf('requester'),
    worker: addressOf('worker'),
    workerChainId: 1n,
    evaluator: addressOf('evaluator'),
    token: zeroAddress,
    price: 10n ** 18n,
    verdict: 10_000,
    fencingToken: 1,
    ending: 'Verdict',
    chainId: 1,
    blockNumber: BigInt(count),
    transactionHash: keccak256(stringToHex(`transaction ${count}`)),
    logIndex: 0,
    ...more,
  }
}

/** An asker that knows one requester, one evaluator and the native coin of chain 1. */
export const known: reputation.Known = {
  requesters: [{ chainId: 1, address: addressOf('requester') }],
  evaluators: [{ chainId: 1, address: addressOf('evaluator') }],
  tokens: [{ chainId: 1, address: zeroAddress }],
}
