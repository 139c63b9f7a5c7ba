import { type Address, concat, encodeAbiParameters, type Hex, hashDomain, keccak256, slice, stringToHex } from 'viem'

type TaskCase = { readonly chainId: string; readonly escrow: Address; readonly taskId: Hex }
type Rows = readonly (readonly [name: string, value: string])[]

const worker: Address = '0x00000000000000000000000000000000000000a1'
const successor: Address = '0x00000000000000000000000000000000000000a2'
const deliverable = keccak256('0x')
const expiry = 1_900_000_000n

/** What the page shows of keys and signatures, computed from types and words alone: neither the SDK nor a contract is asked. */
export function taskBoxes({ chainId, escrow, taskId }: TaskCase): Readonly<Record<'workKey' | 'taskSignatures', Rows>> {
  const domain = {
    name: 'Hanse TaskEscrow',
    version: '1',
    chainId: BigInt(chainId),
    verifyingContract: escrow,
  }
  const separator = hashDomain({ domain, types: { EIP712Domain: [...domainFields] } })
  const digestOf = (type: string, values: readonly bigint[]) => {
    const words = [keccak256(stringToHex(type)), taskId, ...values.map(word)]
    return keccak256(concat(['0x1901', separator, keccak256(concat(words))]))
  }
  const [a1, a2] = [BigInt(worker), BigInt(successor)]
  return {
    workKey: [['key', slice(keccak256(concat([word(a1), deliverable])), 0, 20)]],
    taskSignatures: [
      ['domainSeparator', separator],
      ['posting', digestOf(types.posting, [expiry])],
      ['offer', digestOf(types.offer, [a1, a1, 1n, expiry])],
      ['bid', digestOf(types.bid, [a1, a1, 6_000n, 1n, expiry])],
      ['handoff', digestOf(types.handoff, [a1, a2, a2, 1n, expiry])],
      ['split', digestOf(types.split, [3_000n, 1n, expiry])],
    ],
  }
}

/** The types as the page has them. */
export const types = {
  posting: 'Posting(bytes32 taskId,uint40 expiry)',
  offer: 'Offer(bytes32 taskId,address worker,address sponsor,uint16 token,uint40 expiry)',
  bid: 'Bid(bytes32 taskId,address worker,address sponsor,uint16 share,uint16 token,uint40 expiry)',
  handoff: 'Handoff(bytes32 taskId,address from,address to,address sponsor,uint16 token,uint40 expiry)',
  split: 'Split(bytes32 taskId,uint16 share,uint16 token,uint40 expiry)',
} as const

/** What the digests are about, for whoever computes them in another way. */
export const signed = { worker, successor, deliverable, expiry: Number(expiry) } as const

const domainFields = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const

const word = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value])
