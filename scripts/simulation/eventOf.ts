import { type Abi, type Address, encodeAbiParameters, encodeEventTopics, type Hex } from 'viem'

type Made = { readonly abi: Abi; readonly address: Address; readonly name: string; readonly args: Readonly<Record<string, unknown>> }

/** An event as a contract emits it. */
export function eventOf({ abi, address, name, args }: Made): {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
} {
  const item = abi.find((candidate) => candidate.type === 'event' && candidate.name === name)
  const inputs = item?.type === 'event' ? item.inputs : []
  const plain = inputs.filter(({ indexed }) => indexed !== true)
  // Without an array in it no topic is one of several.
  const topics = encodeEventTopics({ abi, eventName: name, args }).flatMap((topic) => topic ?? [])
  const data = encodeAbiParameters(
    plain,
    plain.map((input) => args[input.name ?? '']),
  )
  return { address, topics, data }
}
