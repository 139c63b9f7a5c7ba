import { agentDomain } from '@hanse/sdk/agent'
import { taskDomain } from '@hanse/sdk/task'
import { type Address, domainSeparator, getContractAddress, type Hex } from 'viem'

/** The code of a contract with its own address in it, as it would be at another. */
export type MovedCode = {
  readonly code: Hex
  readonly from: Address
  readonly to: Address
  readonly chainId: number
}

/**
 * What the code of a contract of the suite would be at another address. Contracts that sign or delegate keep their address and the separator of their
 * EIP-712 domain as immutables, and the factory of panels the address of the one it created; nothing else in their code depends on where they are.
 */
export function movedCode({ code, from, to, chainId }: MovedCode): Hex {
  const dependents = (address: Address): readonly Hex[] => [
    address,
    getContractAddress({ from: address, nonce: 1n }),
    ...[taskDomain({ chainId, escrow: address }), agentDomain({ chainId, registry: address })].map((domain) => domainSeparator({ domain })),
  ]
  const next = dependents(to)
  return dependents(from).reduce<Hex>((text, old, index) => `0x${text.slice(2).replaceAll(wordOf(old), wordOf(next[index] ?? old))}`, code)
}

const wordOf = (value: Hex): string => value.slice(2).toLowerCase()
