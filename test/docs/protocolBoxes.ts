import { readFileSync } from 'node:fs'
import {
  type Address,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  hashDomain,
  keccak256,
  numberToHex,
  parseAbi,
  parseAbiParameters,
  size,
  slice,
  stringToHex,
} from 'viem'
import { gatewayAbi } from '../../sdk/src/abis/index.ts'
import { gateway } from '../../sdk/src/index.ts'
import { taskBoxes } from './taskBoxes.ts'

/** What docs/protocol.md shows in its boxes, by their names, computed from the inputs of the vectors alone. */
export type Boxes = Readonly<Record<string, readonly (readonly [name: string, value: string])[]>>

type RawLane = { originChainId: string; originGateway: Address; destinationChainId: string }
type RawMessage = { nonce: string; sender: Address; recipient: Address; gasLimit: string; deliverBefore: string; payload: Hex }

const load = (name: string) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'))

/** The vectors that the page works with. */
export const vectors = {
  lanes: load('lane').cases as { name: string; lane: RawLane; key: Hex }[],
  messages: (load('leaf').cases as { name: string; message: RawMessage; leaf: Hex; header: Record<string, Hex> }[]).slice(0, 2),
  attestation: load('attestation'),
  task: load('task').cases[0] as { chainId: string; escrow: Address; encoded: Hex; taskId: Hex },
}

const laneOf = ({ originChainId, originGateway, destinationChainId }: RawLane): gateway.Lane => ({
  originChainId: BigInt(originChainId),
  originGateway,
  destinationChainId: BigInt(destinationChainId),
})

const messageOf = ({ sender, recipient, gasLimit, deliverBefore, payload }: RawMessage): gateway.Message => ({
  sender,
  recipient,
  gasLimit: Number(gasLimit),
  deliverBefore: Number(deliverBefore),
  payload,
})

const word = (value: bigint) => numberToHex(value, { size: 32 })

/** A long value in lines: what stands before the first word, then one word per line. */
function lines(data: Hex, before: number): [string, string][] {
  const rest = size(data) - before
  const parts = Array.from({ length: Math.ceil(rest / 32) }, (_, index) =>
    slice(data, before + 32 * index, Math.min(before + 32 * index + 32, size(data))),
  )
  return [...(before === 0 ? [] : [slice(data, 0, before)]), ...parts].map((part) => ['', part.slice(2)])
}

const plainLane = laneOf(vectors.lanes[0]?.lane ?? { originChainId: '0', originGateway: '0x', destinationChainId: '0' })
const messages = vectors.messages.map(({ message }) => messageOf(message))
const leaves = messages.map((message, index) => gateway.leafOf({ lane: plainLane, nonce: BigInt(index), message }))
const heads = leaves.map((_, index) => gateway.foldAll(gateway.emptyHead, leaves.slice(0, index + 1)))

function describe(lane: gateway.Lane): string {
  return `${lane.originChainId} ${lane.originGateway} ${lane.destinationChainId}`
}

function messageBoxes(): Boxes {
  const lanes = vectors.lanes.slice(0, 3).map(({ name, lane }) => ({ name, lane: laneOf(lane) }))
  const [first] = messages
  if (first === undefined) throw new TypeError('there are no vectors')
  const { headers, payloads } = gateway.packBatch(messages)
  const args = [plainLane, 0n, gateway.emptyHead, headers, payloads, [], '0x'] as const
  const calldata = encodeFunctionData({ abi: gatewayAbi, functionName: 'deliver', args })
  const receiveAbi = parseAbi(['function receiveMessage(bytes32 receiveId, bytes sender, bytes payload) payable returns (bytes4)'])
  const sender = gateway.encodeInteroperable({ chainId: 1n, address: first.sender })
  const received = encodeFunctionData({ abi: receiveAbi, args: [leaves[0] ?? '0x', sender, first.payload] })
  return {
    lane: lanes.flatMap(({ lane }) => [['lane', describe(lane)] as const, ['key', gateway.laneKey(lane)] as const]),
    leaf: messages.flatMap((message, index) => [
      ['nonce', `${index}, on the first lane above`],
      ['sender', message.sender],
      ['recipient', message.recipient],
      ['gasLimit', `${message.gasLimit}`],
      ['deliverBefore', `${message.deliverBefore}`],
      ['payload', message.payload],
      ['keccak256(payload)', keccak256(message.payload)],
      ['leaf', leaves[index] ?? ''],
    ]),
    head: [['head at 0', gateway.emptyHead], ...heads.map((head, index) => [`head at ${index + 1}`, head] as const)],
    header: headers.flatMap(({ senderAndLimits, recipient }) => [
      ['senderAndLimits', word(senderAndLimits)],
      ['recipient', word(recipient)],
    ]),
    delivery: [['calldata, with an empty proof', ''], ...lines(calldata, 4)],
    receive: [['calldata of the first message', ''], ...lines(received, 4)],
  }
}

const account: Address = '0x00000000000000000000000000000000000000A1'

/** ERC-7930 bytes that are refused, by what is wrong with them. */
export const refused: Readonly<Record<string, Hex>> = {
  'another version': `0x00020000010114${account.slice(2)}`,
  'another chain type': `0x00010002010114${account.slice(2)}`,
  'no chain id': `0x000100000014${account.slice(2)}`,
  'leading zero': `0x0001000002000114${account.slice(2)}`,
  'chain zero': `0x00010000010014${account.slice(2)}`,
  'no address': '0x00010000010100',
  'the zero account': `0x00010000010114${'00'.repeat(20)}`,
  'a byte left over': `0x00010000010114${account.slice(2)}00`,
  'a byte missing': `0x00010000010114${account.slice(4)}`,
}

function formBoxes(): Boxes {
  const expiry = encodeAbiParameters(parseAbiParameters('uint64, uint16'), [3n, 2])
  const [gas] = gateway.encodeAttributes({ gasLimit: 200_000 })
  const [deadline] = gateway.encodeAttributes({ deliverBefore: 1_900_000_000 })
  const { taskId } = vectors.task
  const submit = encodeAbiParameters(parseAbiParameters('uint8, bytes32, address, uint16, bytes32'), [
    1,
    taskId,
    account,
    1,
    keccak256('0x'),
  ])
  const answer = encodeAbiParameters(parseAbiParameters('uint8, bytes32, address, uint8, uint16, uint40'), [
    0,
    taskId,
    account,
    0,
    1,
    1_900_000_000,
  ])
  const tail = slice(vectors.task.encoded, 32)
  const id = keccak256(concat([word(BigInt(vectors.task.chainId)), word(BigInt(vectors.task.escrow)), word(96n), tail]))
  return {
    address: [1n, 10n, 42_161n].map((chainId) => [`chain ${chainId}`, gateway.encodeInteroperable({ chainId, address: account })] as const),
    refused: Object.entries(refused).map(([name, bytes]) => [name, bytes.toLowerCase()] as const),
    attributes: [
      ['minGasLimit(uint256)', ''],
      ['', gas ?? ''],
      ['deliverBefore(uint256)', ''],
      ['', deadline ?? ''],
    ],
    expiry: [['nonces 3 and 4', ''], ...lines(expiry, 0)],
    task: [
      ['chainId', vectors.task.chainId],
      ['escrow', vectors.task.escrow],
      ['keccak256(abi.encode(terms))', keccak256(vectors.task.encoded)],
      ['taskId', id],
    ],
    portal: [['submission, token 1', ''], ...lines(submit, 0), ['answer, granted', ''], ...lines(answer, 0)],
  }
}

type RawRoster = { previousSetId: Hex; members: Address[]; quorum: number; policies: { chainId: string; kind: number; depth: number }[] }
type RawHead = { statement: { setId: Hex; lane: RawLane; nonce: string; head: Hex }; signatures: { signer: Address; r: Hex; vs: Hex }[] }

function watcherBoxes(): Boxes {
  const { attestation } = vectors
  const rosters: { roster: RawRoster }[] = attestation.rosters
  const { statement: raw, signatures }: RawHead = attestation.heads[0]
  const { statement: rotation } = attestation.rotations[0]
  const statement = { ...raw, lane: laneOf(raw.lane), nonce: BigInt(raw.nonce) }
  const proof = gateway.packProof({ signatures: signatures.map(({ signer, r, vs }) => ({ signer, signature: concat([r, vs]) })) })
  const text = (name: string) => ({ name, type: 'string' })
  const types = { EIP712Domain: [text('name'), text('version')] }
  return {
    rosters: rosters.flatMap(({ roster }) => [
      ['previousSetId', roster.previousSetId],
      ...roster.members.map((member) => ['member', member] as const),
      ['quorum', `${roster.quorum}`],
      ...roster.policies.map(({ chainId, kind, depth }) => ['policy', `chain ${chainId}, kind ${kind}, depth ${depth}`] as const),
      ['setId', gateway.setIdOf(rosterOf(roster))],
    ]),
    digests: [
      ['domainSeparator', hashDomain<Record<string, unknown>>({ domain: gateway.headDomain, types })],
      ['typeHash of Head', keccak256(stringToHex(attestation.headType))],
      ['typeHash of Rotation', keccak256(stringToHex(attestation.rotationType))],
      ['setId', statement.setId],
      ['lane', describe(statement.lane)],
      ['nonce', `${statement.nonce}`],
      ['head', statement.head],
      ['digest of the head', gateway.headDigest(statement)],
      ['nextSetId', rotation.nextSetId],
      ['digest of the rotation', gateway.rotationDigest(rotation)],
    ],
    proof: [['two signatures over that head, no leaves', ''], ...lines(proof, 2)],
  }
}

const kinds = [undefined, { kind: 'safe' }, { kind: 'finalized' }] as const

function rosterOf({ policies, ...rest }: RawRoster): gateway.Roster {
  const depthOf = (depth: number) => ({ kind: 'depth', depth }) as const
  return {
    ...rest,
    policies: policies.map(({ chainId, kind, depth }) => ({ chainId: BigInt(chainId), finality: kinds[kind] ?? depthOf(depth) })),
  }
}

/** All boxes of the page. */
export function protocolBoxes(): Boxes {
  return { ...messageBoxes(), ...formBoxes(), ...watcherBoxes(), ...taskBoxes(vectors.task) }
}

/** A box as the page shows it. */
export function renderBox(rows: Boxes[string]): string {
  return rows.map(([name, value]) => (name === '' ? `  ${value}` : value === '' ? name : `${name.padEnd(28)} ${value}`)).join('\n')
}
