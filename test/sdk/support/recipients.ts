import { type Address, concat, encodeErrorResult, type Hex, numberToHex, parseAbi, size } from 'viem'
import type { TestChain } from './chain.ts'

/** Answers every message as ERC-7786 asks. */
const accept: Hex = '0x632432ef2660e01b5f5260205ff3'

/** What a recipient that is closed for now reverts with. */
export const closedAbi = parseAbi(['error Closed(uint256 until)'])

/** Code of recipients, by how they behave. */
export const codes = {
  accept,
  /** Takes about 100,000 gas first: counts 2,000 times down to zero. */
  hungry: concat(['0x6107d0', '0x5b', '0x60019003', '0x80', '0x600357', accept]),
  /** Takes about 1,000,000 gas first. */
  starving: concat(['0x614e20', '0x5b', '0x60019003', '0x80', '0x600357', accept]),
  /** Reverts with `Closed(7)`. */
  closed: revertWith(encodeErrorResult({ abi: closedAbi, args: [7n] })),
  /** Answers with nothing. */
  silent: '0x5f5ff3',
} as const

/** Code that reverts with these bytes: it copies them from behind itself. */
function revertWith(data: Hex): Hex {
  const length = numberToHex(size(data), { size: 1 })
  return concat(['0x60', length, '0x600a5f39', '0x60', length, '0x5ffd', data])
}

/** Puts code at an address of a chain. */
export async function place(chain: TestChain, address: Address, kind: keyof typeof codes): Promise<void> {
  await chain.node.setCode({ address, bytecode: codes[kind] })
}
