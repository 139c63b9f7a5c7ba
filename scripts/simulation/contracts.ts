// Gateway and WatcherSet as the watcher meets them: state, calls and events, without gas and without the curve.
import {
  type Address,
  concat,
  decodeFunctionData,
  encodeAbiParameters,
  encodeErrorResult,
  getAbiItem,
  type Hex,
  numberToHex,
  toEventSelector,
  toFunctionSelector,
} from 'viem'
import { agentRegistryAbi, gatewayAbi, taskEscrowAbi, watcherSetAbi } from '../../sdk/src/abis/index.ts'
import {
  emptyHead,
  encodeInteroperable,
  fold,
  type Lane,
  laneKey,
  leafOf,
  type Message,
  rosterArgument,
  unpackBatch,
  unpackProof,
} from '../../sdk/src/gateway/index.ts'
import { laneAdvancedTopic, messageSentTopic } from '../../sdk/src/sync/index.ts'
import type { Finality } from '../../sdk/src/types.ts'
import { recoverHead, type Transaction } from './curve.ts'
import { keep, type Posting, type Tasks } from './escrow.ts'
import { eventOf } from './eventOf.ts'

/** Where the contracts stand, on every chain. */
export const deployed = {
  accessManager: numberToHex(0xa1, { size: 20 }),
  timelock: numberToHex(0xa2, { size: 20 }),
  gateway: numberToHex(0xa3, { size: 20 }),
  watcherSet: numberToHex(0xa4, { size: 20 }),
  agentRegistry: numberToHex(0xa5, { size: 20 }),
  taskEscrow: numberToHex(0xa6, { size: 20 }),
  taskPortal: numberToHex(0xa7, { size: 20 }),
} as const

/** Who the contracts of all chains trust. */
export type Rules = {
  readonly setId: Hex
  readonly members: readonly Address[]
  readonly quorum: number
  readonly chains: readonly { readonly chainId: number; readonly finality: Finality }[]
  /** Accounts that control an agent. */
  readonly agents: readonly Address[]
}

export type Status = 'Consumed' | 'Failed'

/** What a chain holds after a block. Never changed; `copyState` gives one that may be. */
export type State = {
  readonly lanes: Map<number, { readonly nonce: bigint; readonly head: Hex }>
  readonly consumed: Map<string, Status>
  readonly nonces: Map<string, number>
  readonly masked: Set<string>
  readonly tasks: Tasks
}

export const emptyState = (): State => ({ lanes: new Map(), consumed: new Map(), nonces: new Map(), masked: new Set(), tasks: new Map() })

export function copyState({ lanes, consumed, nonces, masked, tasks }: State): State {
  return { lanes: new Map(lanes), consumed: new Map(consumed), nonces: new Map(nonces), masked: new Set(masked), tasks: new Map(tasks) }
}

/** An event before it is in a block. */
export type Event = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex }

/** Something that a person sends from one chain to another, or a task that it opens. `sequence` makes it unlike all others. */
export type Send = { readonly sequence: number; readonly destination: number; readonly recipient: Address; readonly posting?: Posting }

/** A message that ran, or whose recipient refused it. */
export type Execution = { readonly laneKey: Hex; readonly nonce: number; readonly leaf: Hex; readonly status: Status }

/** A call that the contracts refuse. */
export type Refused = { readonly name: string; readonly data: Hex }

/** Recipients whose last byte is this one refuse everything until they are healed. */
const sickByte = '66'
export const sickRecipient: Address = `0x${'00'.repeat(18)}01${sickByte}`
export const recipientOf = (sequence: number): Address => numberToHex(0x1000 + sequence * 256, { size: 20 })

const sentParameters = [{ type: 'bytes' }, { type: 'bytes' }, { type: 'bytes' }, { type: 'uint256' }, { type: 'bytes[]' }] as const
const sender = numberToHex(0x5e4d, { size: 20 })

/** Appends a message to a lane. */
export function send({ state, chainId, send: sent }: { state: State; chainId: number; send: Send }): {
  readonly leaf: Hex
  readonly lane: Lane
  readonly nonce: number
  readonly head: Hex
  readonly events: readonly Event[]
} {
  const { sequence, destination, recipient } = sent
  const lane = { originChainId: BigInt(chainId), originGateway: deployed.gateway, destinationChainId: BigInt(destination) }
  const before = state.lanes.get(destination) ?? { nonce: 0n, head: emptyHead }
  const payload = numberToHex(sequence, { size: 32 })
  const message: Message = { sender, recipient, gasLimit: 200_000, deliverBefore: 0, payload }
  const leaf = leafOf({ lane, nonce: before.nonce, message })
  const head = fold(before.head, leaf)
  state.lanes.set(destination, { nonce: before.nonce + 1n, head })
  const to =
    destination === 0 ? concat(['0x000100000014', recipient]) : encodeInteroperable({ chainId: BigInt(destination), address: recipient })
  const from = encodeInteroperable({ chainId: BigInt(chainId), address: sender })
  const events = [
    {
      address: deployed.gateway,
      topics: [laneAdvancedTopic, numberToHex(destination, { size: 32 })],
      data: concat([numberToHex(before.nonce + 1n, { size: 32 }), head]),
    },
    { address: deployed.gateway, topics: [messageSentTopic, leaf], data: encodeAbiParameters(sentParameters, [from, to, payload, 0n, []]) },
  ]
  return { leaf, lane, nonce: Number(before.nonce), head, events }
}

const rosterAdopted = toEventSelector(getAbiItem({ abi: watcherSetAbi, name: 'RosterAdopted' }))
const watcherMasked = toEventSelector(getAbiItem({ abi: watcherSetAbi, name: 'WatcherMasked' }))
const rosterParameters = getAbiItem({ abi: watcherSetAbi, name: 'RosterAdopted' }).inputs.slice(2)

/** The event with which a set of watchers begins. */
export function adopted({ setId, members, quorum, chains }: Rules): Event {
  const policies = chains.map(({ chainId, finality }) => ({ chainId: BigInt(chainId), finality }))
  const argument = rosterArgument({ previousSetId: emptyHead, members, quorum, policies })
  const data = encodeAbiParameters(rosterParameters, [argument.members, argument.quorum, argument.policies])
  return { address: deployed.watcherSet, topics: [rosterAdopted, setId, emptyHead], data }
}

/** The events by which agents are registered. */
export function registered({ agents }: Rules): readonly Event[] {
  const profile = { payout: sender, cardDigest: emptyHead, capabilities: [], cardUri: '' }
  return agents.map((controller, index) => {
    const [agentId, salt] = [numberToHex(index + 1, { size: 32 }), numberToHex(index, { size: 32 })]
    const args = { agentId, controller, salt, liveUntil: 2_000_000_000, profile }
    return eventOf({ abi: agentRegistryAbi, address: deployed.agentRegistry, name: 'AgentRegistered', args })
  })
}

type Decoded =
  | {
      readonly kind: 'deliver'
      readonly lane: Lane
      readonly first: number
      readonly messages: readonly Message[]
      readonly args: DeliverArgs
    }
  | { readonly kind: 'retry'; readonly lane: Lane; readonly nonce: number }
  | { readonly kind: 'evidence'; readonly lane: Lane; readonly nonce: bigint; readonly statements: readonly Statement[] }
  | { readonly kind: 'other' }
type DeliverArgs = { readonly headBefore: Hex; readonly tail: readonly Hex[]; readonly proof: Hex }
type Statement = { readonly head: Hex; readonly r: Hex; readonly vs: Hex }

// viem hashes the signature of each function that it is shown.
const runAbi = [getAbiItem({ abi: gatewayAbi, name: 'deliver' }), getAbiItem({ abi: gatewayAbi, name: 'retry' })] as const
const evidenceAbi = [getAbiItem({ abi: watcherSetAbi, name: 'submitEvidence' })] as const

const read = new Map<string, Decoded>()

function decode(data: Hex): Decoded {
  const known = read.get(data)
  if (known !== undefined) return known
  if (read.size > 500) read.clear()
  const decoded = decodeAnew(data)
  read.set(data, decoded)
  return decoded
}

function decodeAnew(data: Hex): Decoded {
  const selector = data.slice(0, 10)
  if (selector === selectors.deliver || selector === selectors.retry) {
    const { functionName, args } = decodeFunctionData({ abi: runAbi, data })
    if (functionName === 'deliver') {
      const [lane, first, headBefore, headers, payloads, tail, proof] = args
      return {
        kind: 'deliver',
        lane: lower(lane),
        first: Number(first),
        messages: unpackBatch({ headers, payloads }),
        args: { headBefore, tail, proof },
      }
    }
    if (functionName === 'retry') return { kind: 'retry', lane: lower(args[0]), nonce: Number(args[1]) }
  }
  if (selector !== selectors.evidence) return { kind: 'other' }
  const { functionName, args } = decodeFunctionData({ abi: evidenceAbi, data })
  if (functionName !== 'submitEvidence') return { kind: 'other' }
  return { kind: 'evidence', lane: lower(args[0]), nonce: args[1], statements: [args[2], args[3]] }
}

const lower = (lane: Lane): Lane => ({ ...lane, originGateway: `0x${lane.originGateway.slice(2).toLowerCase()}` })
const selectorOf = (abi: typeof gatewayAbi | typeof watcherSetAbi | typeof taskEscrowAbi, name: string): Hex =>
  toFunctionSelector(abi.find((item) => item.type === 'function' && item.name === name) as Parameters<typeof toFunctionSelector>[0])

/** Selectors of the calls that a watcher makes. */
export const selectors = {
  deliver: selectorOf(gatewayAbi, 'deliver'),
  retry: selectorOf(gatewayAbi, 'retry'),
  lane: selectorOf(gatewayAbi, 'lane'),
  linkOf: selectorOf(gatewayAbi, 'linkOf'),
  statusOf: selectorOf(gatewayAbi, 'statusOf'),
  evidence: selectorOf(watcherSetAbi, 'submitEvidence'),
  setId: selectorOf(watcherSetAbi, 'setId'),
  roster: selectorOf(watcherSetAbi, 'roster'),
  quorumInForce: selectorOf(watcherSetAbi, 'quorumInForce'),
  isMasked: selectorOf(watcherSetAbi, 'isMasked'),
  taskOf: selectorOf(taskEscrowAbi, 'taskOf'),
  expire: selectorOf(taskEscrowAbi, 'expire'),
  settle: selectorOf(taskEscrowAbi, 'settle'),
} as const

/** The place of a message in `State.consumed`. */
export const placeOf = (key: Hex, nonce: number | bigint): string => `${key}${nonce}`

type Call = {
  state: State
  chainId: number
  rules: Rules
  transaction: Pick<Transaction, 'data' | 'to'>
  isHealed: boolean
  /** The block's, seconds. */
  timestamp: number
}
type Outcome = { readonly executions: readonly Execution[]; readonly events: readonly Event[] }

const none: Outcome = { executions: [], events: [] }
const refuse = (name: string, args: readonly unknown[] = []): Refused => {
  // viem cannot know which error this is; a test of the real contracts holds their shapes.
  const data = encodeErrorResult({ abi: gatewayAbi, errorName: name, args } as never)
  return { name, data }
}

/** Whether a call was refused. */
export const isRefused = (outcome: Outcome | Refused): outcome is Refused => 'name' in outcome

/** Runs a call on a state that may be changed. */
export function execute(call: Call): Outcome | Refused {
  const { data } = call.transaction
  if (data.startsWith(selectors.expire) || data.startsWith(selectors.settle))
    return keep({ ...call, tasks: call.state.tasks, escrow: deployed.taskEscrow })
  const decoded = decode(data)
  if (decoded.kind === 'deliver') return deliver({ ...call, decoded })
  if (decoded.kind === 'retry') return retry({ ...call, decoded })
  if (decoded.kind === 'evidence') return accuse({ ...call, decoded })
  return none
}

function deliver({ state, chainId, rules, isHealed, decoded }: Call & { decoded: Decoded & { kind: 'deliver' } }): Outcome | Refused {
  const { lane, first, messages, args } = decoded
  const key = laneKey(lane)
  if (!isLinked(lane, chainId)) return refuse('LaneNotLinked', [key])
  const leaves = messages.map((message, index) => leafOf({ lane, nonce: BigInt(first + index), message }))
  const nonce = first + leaves.length + args.tail.length
  const head = [...leaves, ...args.tail].reduce(fold, args.headBefore)
  if (!isSigned({ state, rules, lane, nonce: BigInt(nonce), head, proof: args.proof }))
    return refuse('HeadNotVouched', [key, BigInt(nonce), head])
  const executions = leaves.flatMap((leaf, index): Execution[] => {
    const place = placeOf(key, first + index)
    if (state.consumed.has(place)) return []
    const status = messages[index]?.recipient.toLowerCase() === sickRecipient && !isHealed ? 'Failed' : 'Consumed'
    state.consumed.set(place, status)
    return [{ laneKey: key, nonce: first + index, leaf, status }]
  })
  return { executions, events: [] }
}

/** All lanes are linked that lead here. */
function isLinked({ originChainId, destinationChainId }: Lane, chainId: number): boolean {
  const leadsHere = Number(destinationChainId) === chainId || destinationChainId === 0n
  return leadsHere && Number(originChainId) !== chainId
}

type Signed = { state: State; rules: Rules; lane: Lane; nonce: bigint; head: Hex; proof: Hex }

function isSigned({ state, rules, lane, nonce, head, proof }: Signed): boolean {
  const { leaves, signatures } = unpackProof(proof)
  if (leaves.length > 0 || signatures.length < rules.quorum) return false
  const signers = signatures.map((signature) => recoverHead({ statement: { setId: rules.setId, lane, nonce, head }, signature }))
  return signers.every(
    (signer, index) =>
      rules.members.includes(signer) && !state.masked.has(signer) && (index === 0 || BigInt(signers[index - 1] ?? 0) < BigInt(signer)),
  )
}

function retry({ state, isHealed, decoded }: Call & { decoded: Decoded & { kind: 'retry' } }): Outcome | Refused {
  const key = laneKey(decoded.lane)
  const place = placeOf(key, decoded.nonce)
  const args = [key, BigInt(decoded.nonce), emptyHead]
  if (state.consumed.get(place) !== 'Failed') return refuse('MessageNotFailed', args)
  if (!isHealed) return refuse('MessageFailedAgain', args)
  state.consumed.set(place, 'Consumed')
  return none
}

function accuse({ state, chainId, rules, decoded }: Call & { decoded: Decoded & { kind: 'evidence' } }): Outcome | Refused {
  const { lane, nonce, statements } = decoded
  const [first, second] = statements.map(({ head, r, vs }) =>
    recoverHead({ statement: { setId: rules.setId, lane, nonce, head }, signature: concat([r, vs]) }),
  )
  const isProof = first !== undefined && first === second && rules.members.includes(first) && statements[0]?.head !== statements[1]?.head
  if (!isProof || !isLinked(lane, chainId)) return refuse('RangeEmpty')
  state.masked.add(first)
  const data = concat([laneKey(lane), numberToHex(nonce, { size: 32 })])
  const topics = [watcherMasked, rules.setId, concat([numberToHex(0, { size: 12 }), first])]
  return { executions: [], events: [{ address: deployed.watcherSet, topics, data }] }
}
