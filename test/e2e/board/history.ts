import { type Client, chainOf, clientOf } from '@hanse/sdk'
import { blackboardAbi } from '@hanse/sdk/abis'
import { type Address, type Hex, parseEventLogs } from 'viem'
import { getBlock, getBlockNumber, getLogs } from 'viem/actions'
import type { CellEvent } from './judge.ts'

/** Everything that happened at home so far to the cells of a space, by key, straight from the node's logs. */
export async function historyOf(
  client: Client,
  { chainId, space }: { readonly chainId: number; readonly space: Hex },
): Promise<ReadonlyMap<Hex, readonly CellEvent[]>> {
  const connection = clientOf(client, chainId)
  const { blackboard: address, startBlock } = chainOf(client, chainId).deployment
  if (address === undefined) throw new TypeError('the suite has no blackboard')
  const toBlock = await getBlockNumber(connection)
  const logs = await getLogs(connection, { address, fromBlock: BigInt(startBlock), toBlock })
  const times = new Map<bigint, number>()
  for (const { blockNumber } of logs) {
    if (!times.has(blockNumber)) times.set(blockNumber, Number((await getBlock(connection, { blockNumber })).timestamp))
  }
  const history = new Map<Hex, CellEvent[]>()
  for (const log of parseEventLogs({ abi: blackboardAbi, logs })) {
    const event = toEvent(log, times.get(log.blockNumber) ?? 0)
    if (event === undefined || !('key' in log.args) || log.args.space !== space) continue
    history.set(log.args.key, [...(history.get(log.args.key) ?? []), event])
  }
  return history
}

type BoardLog = ReturnType<typeof parseEventLogs<typeof blackboardAbi, true, undefined>>[number]

function toEvent(log: BoardLog, time: number): CellEvent | undefined {
  switch (log.eventName) {
    case 'CellWritten': {
      const { author, version, value } = log.args
      return { kind: 'written', author: nameOf(author), version, value, time }
    }
    case 'LeaseGranted': {
      const { holder, token, leaseEnd: end } = log.args
      return { kind: 'granted', holder: nameOf(holder), token, end, time }
    }
    case 'LeaseRenewed': {
      const { holder, token, leaseEnd: end } = log.args
      return { kind: 'renewed', holder: nameOf(holder), token, end, time }
    }
    case 'LeaseReleased': {
      const { holder, version } = log.args
      return { kind: 'released', holder: nameOf(holder), version, time }
    }
    default:
      return undefined
  }
}

/** The same word for an account of home as author and as holder; an account of another chain has another. */
const nameOf = (who: bigint | Address): string => `0x${BigInt(who).toString(16)}`
