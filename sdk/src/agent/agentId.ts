import { type Address, encodeAbiParameters, type Hex, keccak256 } from 'viem'

/** The id of an agent: `keccak256(abi.encode(chainId, registry, controller, salt))`. Known before registering. */
export function agentIdOf({
  chainId,
  registry,
  controller,
  salt,
}: {
  readonly chainId: number
  readonly registry: Address
  readonly controller: Address
  readonly salt: Hex
}): Hex {
  const parameters = [{ type: 'uint256' }, { type: 'address' }, { type: 'address' }, { type: 'bytes32' }] as const
  return keccak256(encodeAbiParameters(parameters, [BigInt(chainId), registry, controller, salt]))
}
