import { formatLog, type Hex, isAddressEqual, type Log, numberToHex, parseEventLogs, toEventSelector } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { blackboardAbi } from '../abis/blackboard.ts'
import { chartersAbi } from '../abis/charters.ts'
import { batching } from '../actions/batching.ts'
import { contractIn } from '../actions/contractIn.ts'
import { toAuthor } from '../cell/author.ts'
import type { CharterDocument } from '../charter/document.ts'
import { documentOf } from '../charter/documentHash.ts'
import { type Client, chainOf } from '../client.ts'
import { toCallError } from '../errors/call.ts'
import { FormatError } from '../errors/format.ts'
import { manifestKey, planKey } from './manifest.ts'
import { type BoardEvent, type View, viewOf } from './view.ts'

/** What `look` takes. */
export type LookParameters = {
  /** The home of the space. */
  readonly chainId: number
  readonly space: Hex
  /** A block before which nothing happened to the space. Default: the deployment's start block. */
  readonly fromBlock?: bigint
}

/** What an agent needs to know to take part. */
export type Look = View & {
  /** The current document, when the space is a charter's that was adopted on this chain. */
  readonly charter: { readonly epoch: number; readonly document: CharterDocument } | undefined
}

/**
 * All that an agent must know of a space, in one batched request: its charter, its manifest, what is open, taken and done, and who coordinates, as of
 * one block. What the node tells is held against what the contract counts: a change that was left out is noticed.
 *
 * @throws FormatError when the node left out a change, or the space has no manifest; ChainUnreachableError.
 * @example
 * ```ts
 * import { patterns } from '@hanse/sdk'
 *
 * const view = await patterns.look(client, { chainId: 1, space, fromBlock })
 * console.log(view.manifest.pattern, view.items.filter(({ state }) => state === 'open').length)
 * ```
 */
export async function look(client: Client, parameters: LookParameters): Promise<Look> {
  const { chainId } = parameters
  try {
    for (let attempt = 1; ; attempt++) {
      const found = await lookOnce(client, parameters)
      if ('view' in found) return found.view
      // A block came in the middle of the batch.
      if (attempt >= attempts) throw new FormatError({ subject: `Space ${parameters.space}`, ...found })
    }
  } catch (error) {
    throw await toCallError({ error, verb: 'patterns.look', chainId })
  }
}

const attempts = 4

type Found = { readonly view: Look } | { readonly fact: string; readonly expected: string }

async function lookOnce(client: Client, { chainId, space, fromBlock }: LookParameters): Promise<Found> {
  const { deployment } = chainOf(client, chainId)
  const [board, charters] = [contractIn(deployment, 'blackboard'), contractIn(deployment, 'charters')]
  const connection = batching(client, chainId)
  const from = { abi: blackboardAbi, address: board, blockTag: 'latest' } as const
  const [block, [manifest, plan], { epoch }, raw] = await Promise.all([
    getBlock(connection, { blockTag: 'latest' }),
    readContract(connection, { ...from, functionName: 'cellsOf', args: [space, [manifestKey, planKey]] }),
    readContract(connection, { ...from, functionName: 'spaceOf', args: [space] }),
    connection.request({
      method: 'eth_getLogs',
      params: [
        {
          address: [board, charters],
          topics: [[...boardTopics, ...charterTopics], space],
          fromBlock: numberToHex(fromBlock ?? BigInt(deployment.startBlock)),
          toBlock: 'latest',
        },
      ],
    }),
  ])
  const logs = raw.map((log) => formatLog(log)).filter(({ blockNumber }) => blockNumber !== null && blockNumber <= block.number)
  const view = viewOf({
    space,
    events: eventsIn(logs, { chainId, board, space }),
    blockNumber: block.number,
    timestamp: Number(block.timestamp),
  })
  const [version, expected] = [`${view.manifest.version}, ${view.plan.version}`, `${manifest?.version}, ${plan?.version}`]
  if (version !== expected)
    return { fact: `has manifest and plan in versions ${version} in the logs`, expected: `${expected}, as the contract has` }
  const charter = charterIn(logs, { charters, charterId: space })
  if (charter !== undefined && charter.epoch !== epoch)
    return { fact: `has epoch ${charter.epoch} in the logs`, expected: `${epoch}, as the contract has` }
  return { view: { ...view, charter } }
}

const boardTopics = [
  'CellWritten(bytes32,bytes32,uint256,uint32,bytes)',
  'LeaseGranted(bytes32,bytes32,address,uint32,uint40)',
  'LeaseRenewed(bytes32,bytes32,address,uint32,uint40)',
  'LeaseHandedOff(bytes32,bytes32,address,address,uint32)',
  'LeaseReleased(bytes32,bytes32,address,uint32)',
  'TopicAppended(bytes32,bytes32,uint256,uint64,bytes32,bytes)',
].map(toEventSelector)
const charterTopics = chartersAbi.flatMap((item) =>
  item.type === 'event' && (item.name === 'CharterAdopted' || item.name === 'CharterAmended') ? [toEventSelector(item)] : [],
)

type Source = { readonly chainId: number; readonly board: Hex; readonly space: Hex }

/** What happened to the space, in order. Logs of other contracts and spaces are left out, however alike they look. */
function eventsIn(logs: readonly Log[], { chainId, board, space }: Source): readonly BoardEvent[] {
  const own = logs.filter((log) => isAddressEqual(log.address, board))
  return parseEventLogs({ abi: blackboardAbi, logs: own, strict: true }).flatMap((log): readonly BoardEvent[] => {
    if (!('space' in log.args) || log.args.space !== space) return []
    const { blockNumber } = log
    switch (log.eventName) {
      case 'CellWritten': {
        const { key, version, value, author } = log.args
        return [{ kind: 'written', blockNumber, key, version, value, by: toAuthor(author, { homeChainId: chainId }).account }]
      }
      case 'LeaseGranted':
        return [
          { kind: 'granted', blockNumber, key: log.args.key, version: log.args.token, holder: log.args.holder, end: log.args.leaseEnd },
        ]
      case 'LeaseRenewed':
        return [{ kind: 'renewed', blockNumber, key: log.args.key, end: log.args.leaseEnd }]
      case 'LeaseHandedOff':
        return [{ kind: 'handed', blockNumber, key: log.args.key, version: log.args.token, holder: log.args.to }]
      case 'LeaseReleased':
        return [{ kind: 'released', blockNumber, key: log.args.key, version: log.args.version }]
      case 'TopicAppended':
        return [{ kind: 'appended', blockNumber, key: log.args.topic, data: log.args.data }]
      default:
        return []
    }
  })
}

function charterIn(logs: readonly Log[], { charters, charterId }: { readonly charters: Hex; readonly charterId: Hex }): Look['charter'] {
  const own = logs.filter((log) => isAddressEqual(log.address, charters))
  const newest = parseEventLogs({ abi: chartersAbi, eventName: ['CharterAdopted', 'CharterAmended'], logs: own, strict: true })
    .filter(({ args }) => args.charterId === charterId)
    .at(-1)
  if (newest === undefined) return undefined
  return { epoch: newest.eventName === 'CharterAdopted' ? 1 : newest.args.epoch, document: documentOf(newest.args.document) }
}
