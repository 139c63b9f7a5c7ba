import { type Address, getAbiItem, type Hex, isAddressEqual, size, slice } from 'viem'
import { mirrorSentEvent } from '../abis/blackboard.ts'
import { type BoardMessage, boardMessageValues } from '../abis/enums.ts'
import { eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type Freshness, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { getBoard } from '../cell/getBoard.ts'
import { getMirror, type MirrorView } from '../cell/mirror.ts'
import { readMany } from '../cell/read.ts'
import { getSpace } from '../cell/space.ts'
import { type Client, chainOf } from '../client.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { getStatus } from '../gateway/getStatus.ts'
import { getTopic } from '../topic/getTopic.ts'
import type { Why } from './answer.ts'
import { whyMessage } from './whyMessage.ts'

const blackboardAbi = [mirrorSentEvent] as const

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/** What `whyMirror` takes. */
export type WhyMirrorParameters = {
  /** The chain with the mirror. */
  readonly chainId: number
  /** The chain where the cell or topic is at home. */
  readonly homeChainId: number
  readonly space: Hex
  readonly key: Hex
  /** Whether `key` names a topic. Default false. */
  readonly isTopic?: boolean
  /** Base urls of watchers: with them the answer tells how many of them signed for an update that is on its way. */
  readonly attestationUrls?: readonly string[]
}

/**
 * Why the mirror of a cell or topic shows what it shows: whether that is what stands at home, and what brings the rest.
 *
 * @throws ChainNotConfiguredError when the client does not know both chains.
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, evidence } = await why.whyMirror(client, { chainId: 10, homeChainId: 1, space, key })
 * if (code === 'MirrorBehind') console.log('version', evidence.version, 'of', evidence.homeVersion)
 * ```
 */
export async function whyMirror(client: Client, parameters: WhyMirrorParameters): Promise<Why> {
  const { chainId, homeChainId } = parameters
  const { value: mirror, freshness: here } = await getMirror(client, parameters)
  const { original, freshness: home } = await originalOf(client, parameters)
  const place = { client, parameters, mirror, original, here, home }
  const linked = await linksOf(place)
  const evidence = {
    homeVersion: `${original.version}`,
    homeEpoch: `${original.epoch}`,
    version: `${mirror?.version ?? 0n}`,
    ...(mirror === undefined
      ? {}
      : { epoch: `${mirror.epoch}`, valueHash: mirror.valueHash, asOf: `${mirror.asOf}`, age: `${mirror.age}` }),
  }
  const rest = { freshness: [here, home] }
  const board = { kind: 'governance', chainId } as const
  if (!linked.believes) {
    const nextAction = `Link the blackboard of chain ${homeChainId} on chain ${chainId}: until then it takes no word from there.`
    return { ...row('MirrorBoardNotLinked', board, nextAction), evidence, ...rest }
  }
  const { more, ...found } = await rowOf(place, linked.sends)
  return { ...found, evidence: { ...evidence, ...more }, ...rest, freshness: [...rest.freshness, ...(found.freshness ?? [])] }
}

/** What stands at home. */
type Original = { readonly epoch: number; readonly version: bigint; readonly valueHash: Hex | undefined }

type Place = {
  readonly client: Client
  readonly parameters: WhyMirrorParameters
  readonly mirror: MirrorView | undefined
  readonly original: Original
  readonly here: Freshness
  readonly home: Freshness
}

type Found = Row & { readonly more?: Readonly<Record<string, string>>; readonly freshness?: readonly Freshness[] }

const row = (code: Row['code'], owner: Row['owner'], nextAction: string): Row => ({ code, owner, nextAction, deadline: undefined })

async function originalOf(client: Client, { homeChainId: chainId, space, key, isTopic = false }: WhyMirrorParameters) {
  const stands = async (): Promise<{ readonly version: bigint; readonly valueHash: Hex | undefined; readonly freshness: Freshness }> => {
    if (isTopic) {
      const { value, freshness } = await getTopic(client, { chainId, space, topic: key })
      return { version: value.length, valueHash: value.head, freshness }
    }
    const { value, freshness } = await readMany(client, { chainId, space, keys: [key] })
    return { version: BigInt(value[0]?.version ?? 0), valueHash: value[0]?.valueHash, freshness }
  }
  const { freshness, ...original } = await stands()
  const { value: rules } = await getSpace(client, { chainId, space, at: freshness.blockNumber })
  return { original: { ...original, epoch: rules.epoch }, freshness }
}

/** Whether the mirror's chain believes home's blackboard, and home knows that chain's. */
async function linksOf({ client, parameters: { chainId, homeChainId }, here, home }: Place) {
  const { value: believed } = await getBoard(client, { chainId, otherChainId: homeChainId, at: here.blockNumber })
  const { value: known } = await getBoard(client, { chainId: homeChainId, otherChainId: chainId, at: home.blockNumber })
  const isBoardOf = (board: Address | undefined, owner: number) =>
    board !== undefined && isAddressEqual(board, contractIn(chainOf(client, owner).deployment, 'blackboard'))
  return { believes: isBoardOf(believed, homeChainId), sends: isBoardOf(known, chainId) }
}

async function rowOf(place: Place, sends: boolean): Promise<Found> {
  const { parameters, mirror, original } = place
  const { homeChainId, isTopic = false } = parameters
  const [verb, write] = isTopic ? ['sendTopic', 'append'] : ['sendCell', 'write']
  if (original.version === 0n && mirror === undefined)
    return row('MirrorOriginalEmpty', { kind: 'anyone' }, `A writer of the space calls \`${write}\` at home: there is nothing to show yet.`)
  const order = compared(mirror, original)
  if (order > 0) {
    const nextAction = `Ask another node of chain ${homeChainId}: home does not say what its mirror shows. If it stays so, home's finality broke, or its blackboard lied: unlink it.`
    return row('MirrorContradictsHome', { kind: 'governance', chainId: parameters.chainId }, nextAction)
  }
  if (order === 0) return row('MirrorCurrent', { kind: 'nobody' }, `Nothing. \`${verb}\` makes it younger.`)
  const under = await updateUnderWay(place)
  if (under !== undefined) return under
  if (!sends) {
    const nextAction = `Link the blackboard of chain ${parameters.chainId} on chain ${homeChainId}, or send to all chains: \`${verb}\` with destination 0.`
    return row('MirrorBoardNotLinked', { kind: 'governance', chainId: homeChainId }, nextAction)
  }
  if (mirror === undefined) return row('MirrorMissing', { kind: 'anyone' }, `Anyone calls \`${verb}\` at home: it was never sent here.`)
  return row('MirrorBehind', { kind: 'anyone' }, `Anyone calls \`${verb}\` at home: what stands there now was not sent here.`)
}

/** Below zero: home has something newer. Above: the mirror shows what home does not have. */
function compared(mirror: MirrorView | undefined, home: Original): number {
  if (mirror === undefined) return -1
  if (mirror.epoch !== home.epoch) return mirror.epoch - home.epoch
  if (mirror.version !== home.version) return mirror.version < home.version ? -1 : 1
  return home.valueHash === undefined || BigInt(mirror.valueHash) === BigInt(home.valueHash) ? 0 : 1
}

type Sent = { readonly version: bigint; readonly sendId: Hex; readonly blockNumber: bigint }

const sentUpdates = /* @__PURE__ */ defineRead<ReadParameters & WhyMirrorParameters & { readonly to: number }, readonly Sent[]>(
  'why.whyMirror',
  async (context, { to, space, key }) => {
    const address = contractIn(context.chain.deployment, 'blackboard')
    const event = getAbiItem({ abi: blackboardAbi, name: 'MirrorSent' })
    const logs = await logsOf(context, { address, event, args: { space, key } })
    return eventsOf({ abi: blackboardAbi, address, eventName: 'MirrorSent', logs })
      .filter(({ args }) => args.destinationChainId === 0n || args.destinationChainId === BigInt(to))
      .map(({ args, blockNumber }) => ({ version: args.version, sendId: args.sendId, blockNumber }))
  },
)

/** So many of the newest updates are looked at. */
const newest = 4

/** The newest that is on its way and would change the mirror. */
async function updateUnderWay({ client, parameters, mirror, home }: Place): Promise<Found | undefined> {
  const { chainId: to, homeChainId, isTopic = false, attestationUrls } = parameters
  const { value: sent } = await sentUpdates(client, { ...parameters, chainId: homeChainId, to, at: home.blockNumber })
  const wanted: BoardMessage = isTopic ? 'Topic' : 'Cell'
  for (const { version, sendId, blockNumber } of sent.slice(-newest).reverse()) {
    const { value: message } = await getMessage(client, { chainId: homeChainId, sendId, fromBlock: blockNumber })
    // A topic and a cell may have one name.
    if (message === undefined || kindOf(message.message.payload) !== wanted || version < (mirror?.version ?? 0n)) continue
    const { value: status } = await getStatus(client, { chainId: to, lane: message.lane, nonce: message.nonce })
    if (status !== 'Pending' && status !== 'Failed') continue
    const urls = attestationUrls === undefined ? {} : { attestationUrls }
    const told = await whyMessage(client, { chainId: homeChainId, sendId, destinationChainId: to, ...urls })
    const nextAction = `An update to version ${version} is on its way. ${told.nextAction}`
    const more = { message: sendId, messageCode: told.code, sentVersion: `${version}` }
    return { code: 'MirrorUpdateUnderWay', owner: told.owner, nextAction, deadline: told.deadline, more, freshness: told.freshness }
  }
  return undefined
}

/** What a blackboard says with it. */
const kindOf = (payload: Hex) => (size(payload) < 32 ? undefined : boardMessageValues[Number(slice(payload, 0, 32))])
