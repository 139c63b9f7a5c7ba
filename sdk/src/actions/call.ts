import {
  type Abi,
  type Address,
  type ContractEventName,
  type ContractFunctionName,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  type Log,
  type ParseEventLogsReturnType,
  parseEventLogs,
} from 'viem'

/** A call that can be sent alone, batched (`sendCalls`, multicall) or simulated. */
export type Call = {
  readonly to: Address
  readonly data: Hex
  /** Native coin, in base units. */
  readonly value: bigint
}

/** Encodes a call of one contract function. */
export function encodeCall<const abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable' | 'payable'>>(
  to: Address,
  parameters: EncodeFunctionDataParameters<abi, name>,
  value = 0n,
): Call {
  return { to, data: encodeFunctionData(parameters), value }
}

/** The events of one name that one contract emitted, decoded. Logs of other contracts are left out, however alike they look. */
export function eventsOf<const abi extends Abi, const name extends ContractEventName<abi>>({
  abi,
  address,
  eventName,
  logs,
}: {
  readonly abi: abi
  readonly address: Address
  readonly eventName: name
  readonly logs: readonly Log[]
}): ParseEventLogsReturnType<abi, name, true> {
  const own = logs.filter((log) => isAddressEqual(log.address, address))
  return parseEventLogs<abi, true, name>({ abi, eventName, logs: own, strict: true })
}
