import { gatewayAbi, taskEscrowAbi, watcherSetAbi } from '@hanse/sdk/abis'
import { type TaskState, taskStateValues } from '@hanse/sdk/enums'
import { type RpcCall, RpcRefusedError, type RpcReply } from '@hanse/sdk/sync'
import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  isHex,
  prepareEncodeFunctionData,
} from 'viem'
import type { KeepAction } from '../store/transactions.ts'
import type { Rpc } from './client.ts'

/** A view of a contract, ready to be put into a batch and read out of it. */
export type View<result> = { readonly call: RpcCall; read(reply: RpcReply | undefined): result }

type ViewName<abi extends Abi> = ContractFunctionName<abi, 'view' | 'pure'>

function view<const abi extends Abi, name extends ViewName<abi>>(parameters: {
  abi: abi
  address: Address
  name: name
  args: ContractFunctionArgs<abi, 'view' | 'pure', name>
  block?: bigint | 'latest' | undefined
}): View<ContractFunctionReturnType<abi, 'view' | 'pure', name>> {
  const { abi, address, name, args, block = 'latest' } = parameters
  // viem cannot relate its own generics here; the caller's types are checked above.
  const [plain, values] = [abi as Abi, args as readonly unknown[]]
  const prepared = prepare(plain, String(name))
  const data = encode({ name: String(name), prepared, values })
  const call = { method: 'eth_call', params: [{ to: address, data }, typeof block === 'bigint' ? `0x${block.toString(16)}` : block] }
  return {
    call,
    read(reply) {
      const result = reply?.ok ? reply.result : undefined
      if (!isHex(result)) throw refusal(reply, `eth_call ${String(name)}`)
      const decoded = decodeFunctionResult({ abi: prepared.abi, data: result })
      // The ABI item that decoded it is the one that the caller's type was derived from.
      return decoded as ContractFunctionReturnType<abi, 'view' | 'pure', name>
    },
  }
}

type Prepared = ReturnType<typeof prepareEncodeFunctionData<Abi, string>>
const preparedViews = new Map<string, Prepared>()

/** Found once each: looking a function up hashes its signature. No two contracts here have different views of one name. */
function prepare(abi: Abi, name: string): Prepared {
  const known = preparedViews.get(name) ?? prepareEncodeFunctionData({ abi, functionName: name })
  preparedViews.set(name, known)
  return known
}

/** Calls that are made again and again. */
const encoded = new Map<string, Hex>()
const maxEncoded = 4_096

/** Encoded once each: the same few views are asked at every turn. */
function encode({ name, prepared, values }: { name: string; prepared: Prepared; values: readonly unknown[] }): Hex {
  const words = values.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : [value]))
  const key = `${name} ${words.join()}`
  const known = encoded.get(key)
  if (known !== undefined) return known
  if (encoded.size >= maxEncoded) encoded.clear()
  const data = encodeFunctionData({ ...prepared, args: values })
  encoded.set(key, data)
  return data
}

function refusal(reply: RpcReply | undefined, method: string): RpcRefusedError {
  const { code, message, data } = reply === undefined || reply.ok ? { code: -32_603, message: 'no usable answer', data: undefined } : reply
  return new RpcRefusedError({ provider: 'chain', method, rpcCode: code, detail: message, data })
}

/** Lane as the contracts take it. */
type LaneArgument = { readonly originChainId: bigint; readonly originGateway: Address; readonly destinationChainId: bigint }

/** The views that a watcher reads. */
export const views = {
  setId: (address: Address) => view({ abi: watcherSetAbi, address, name: 'setId', args: [] }),
  roster: (address: Address) => view({ abi: watcherSetAbi, address, name: 'roster', args: [] }),
  quorumInForce: (address: Address) => view({ abi: watcherSetAbi, address, name: 'quorumInForce', args: [] }),
  isMasked: (address: Address, member: Address) => view({ abi: watcherSetAbi, address, name: 'isMasked', args: [member] }),
  linkOf: (address: Address, lane: LaneArgument) => view({ abi: gatewayAbi, address, name: 'linkOf', args: [lane] }),
  statusOf: (address: Address, lane: LaneArgument, nonce: bigint, block?: bigint) =>
    view({ abi: gatewayAbi, address, name: 'statusOf', args: [lane, nonce], block }),
  taskOf: (address: Address, taskId: Hex, block?: bigint) => view({ abi: taskEscrowAbi, address, name: 'taskOf', args: [taskId], block }),
}

/** Reads several views in one request to one provider, as a hint; or to all, who must agree. */
export async function readViews<result>(
  rpc: Rpc,
  list: readonly View<result>[],
  trust: 'hint' | 'agreed' = 'hint',
): Promise<readonly result[]> {
  if (list.length === 0) return []
  const calls = list.map(({ call }) => call)
  const replies = await (trust === 'agreed' ? rpc.agreed(calls) : rpc.batch(calls))
  return list.map((item, index) => item.read(replies[index]))
}

/** The states that each default ends. */
const endedBy: Readonly<Record<KeepAction, readonly TaskState[]>> = {
  expire: ['Open'],
  award: ['Proposed'],
  lapse: ['Assigned'],
  settle: ['Submitted'],
  resolve: ['Contested', 'Disputed'],
}

/** Whether a task still is in the state that a default ends. */
export async function isDefaultOpen({
  rpc,
  escrow,
  taskId,
  action,
}: {
  rpc: Rpc
  escrow: Address
  taskId: Hex
  action: KeepAction
}): Promise<boolean> {
  const [slot] = await readViews(rpc, [views.taskOf(escrow, taskId)])
  const state = slot === undefined ? undefined : taskStateValues[slot.state]
  return state !== undefined && endedBy[action].includes(state)
}
