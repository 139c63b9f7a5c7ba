/**
 * Writes leaf.json, lane.json, head.json and attestation.json, with ethers and by hand: from the text of the protocol, not from a contract
 * or the SDK, which are tested against them. They are the format. They change only with a decision record.
 *
 * Run: node test/vectors/generate.ts
 */
import { writeFileSync } from 'node:fs'
import { AbiCoder, computeAddress, concat, id, keccak256, Signature, SigningKey, toBeHex, TypedDataEncoder, ZeroHash } from 'ethers'

const coder = AbiCoder.defaultAbiCoder()

type Lane = { originChainId: string; originGateway: string; destinationChainId: string }

const maxUint = (bits: bigint) => ((1n << bits) - 1n).toString()
const gatewayA = '0x00000000000000000000000000000000000000A1'
const account = (seed: string) => computeAddress(id(seed))

const lanes: Record<string, Lane> = {
  plain: { originChainId: '1', originGateway: gatewayA, destinationChainId: '10' },
  back: { originChainId: '10', originGateway: gatewayA, destinationChainId: '1' },
  broadcast: { originChainId: '42161', originGateway: account('gateway'), destinationChainId: '0' },
  extreme: { originChainId: maxUint(256n), originGateway: `0x${'ff'.repeat(20)}`, destinationChainId: maxUint(256n) },
}

const laneTypes = ['uint256', 'address', 'uint256']
const laneValues = (lane: Lane) => [lane.originChainId, lane.originGateway, lane.destinationChainId]
const laneKey = (lane: Lane) => keccak256(coder.encode(laneTypes, laneValues(lane)))

type Message = { nonce: string; sender: string; recipient: string; gasLimit: string; deliverBefore: string; payload: string }

function leafOf(lane: Lane, message: Message) {
  return keccak256(
    coder.encode(
      [...laneTypes, 'uint64', 'address', 'address', 'uint32', 'uint40', 'bytes32'],
      [
        ...laneValues(lane),
        message.nonce,
        message.sender,
        message.recipient,
        message.gasLimit,
        message.deliverBefore,
        keccak256(message.payload),
      ],
    ),
  )
}

function headerOf(message: Message) {
  const length = (message.payload.length - 2) / 2
  return {
    senderAndLimits: concat([
      message.sender,
      toBeHex(message.gasLimit, 4),
      toBeHex(message.deliverBefore, 5),
      toBeHex(length, 3),
    ]),
    recipient: concat([message.recipient, `0x${'00'.repeat(12)}`]),
  }
}

const messages: Record<string, { lane: Lane; message: Message }> = {
  plain: {
    lane: { ...lanes['plain']! },
    message: {
      nonce: '0',
      sender: account('sender'),
      recipient: account('recipient'),
      gasLimit: '200000',
      deliverBefore: '0',
      payload: '0x68656c6c6f',
    },
  },
  deadline: {
    lane: { ...lanes['plain']! },
    message: {
      nonce: '1',
      sender: account('sender'),
      recipient: account('recipient'),
      gasLimit: '5000000',
      deliverBefore: '1900000000',
      payload: `0x${'ab'.repeat(32)}`,
    },
  },
  'empty payload': {
    lane: { ...lanes['back']! },
    message: { nonce: '255', sender: account('a'), recipient: account('b'), gasLimit: '1', deliverBefore: '1', payload: '0x' },
  },
  'broadcast, longest payload': {
    lane: { ...lanes['broadcast']! },
    message: {
      nonce: '256',
      sender: account('publisher'),
      recipient: account('publisher'),
      gasLimit: '200000',
      deliverBefore: '0',
      payload: `0x${'5a'.repeat(16_384)}`,
    },
  },
  'every field at its end': {
    lane: { ...lanes['extreme']! },
    message: {
      nonce: maxUint(64n),
      sender: `0x${'ff'.repeat(20)}`,
      recipient: `0x${'ff'.repeat(20)}`,
      gasLimit: maxUint(32n),
      deliverBefore: maxUint(40n),
      payload: '0xff',
    },
  },
  'every field at its start': {
    lane: { originChainId: '0', originGateway: `0x${'00'.repeat(20)}`, destinationChainId: '0' },
    message: {
      nonce: '0',
      sender: `0x${'00'.repeat(20)}`,
      recipient: `0x${'00'.repeat(20)}`,
      gasLimit: '0',
      deliverBefore: '0',
      payload: '0x',
    },
  },
}

function headsOf(start: string, leaves: readonly string[]) {
  let head = start
  return leaves.map((leaf) => {
    head = keccak256(concat([head, leaf]))
    return head
  })
}

const leaves = (count: number) => Array.from({ length: count }, (_, i) => id(`leaf ${i}`))
const foldings: Record<string, { headBefore: string; leaves: string[] }> = {
  'nothing sent': { headBefore: ZeroHash, leaves: [] },
  'one message': { headBefore: ZeroHash, leaves: leaves(1) },
  'five messages': { headBefore: ZeroHash, leaves: leaves(5) },
  'on top of a head': { headBefore: id('head'), leaves: leaves(3) },
  'the zero leaf': { headBefore: ZeroHash, leaves: [ZeroHash] },
}

const domain = { name: 'Hanse WatcherSet', version: '1' }
const headTypes = {
  Head: [
    { name: 'setId', type: 'bytes32' },
    { name: 'originChainId', type: 'uint256' },
    { name: 'originGateway', type: 'address' },
    { name: 'destinationChainId', type: 'uint256' },
    { name: 'nonce', type: 'uint64' },
    { name: 'head', type: 'bytes32' },
  ],
}
const rotationTypes = {
  Rotation: [
    { name: 'setId', type: 'bytes32' },
    { name: 'nextSetId', type: 'bytes32' },
  ],
}

const watcherKeys = [1, 2, 3, 4, 5]
  .map((i) => id(`watcher ${i}`))
  .sort((left, right) => (BigInt(computeAddress(left)) < BigInt(computeAddress(right)) ? -1 : 1))

function signed(digest: string) {
  return watcherKeys.slice(0, 2).map((privateKey) => {
    const signature: Signature = new SigningKey(privateKey).sign(digest)
    return { privateKey, signer: computeAddress(privateKey), r: signature.r, vs: signature.yParityAndS }
  })
}

type Roster = {
  previousSetId: string
  members: string[]
  quorum: number
  policies: { chainId: string; kind: number; depth: number }[]
}

const setIdOf = (roster: Roster) =>
  keccak256(
    coder.encode(
      ['bytes32', 'address[]', 'uint8', 'tuple(uint256 chainId, uint8 kind, uint32 depth)[]'],
      [roster.previousSetId, roster.members, roster.quorum, roster.policies],
    ),
  )

const firstRoster: Roster = {
  previousSetId: ZeroHash,
  members: watcherKeys.map((key) => computeAddress(key)),
  quorum: 3,
  policies: [
    { chainId: '1', kind: 2, depth: 0 },
    { chainId: '10', kind: 1, depth: 0 },
    { chainId: '31337', kind: 0, depth: 12 },
  ],
}
const nextRoster: Roster = {
  previousSetId: setIdOf(firstRoster),
  members: firstRoster.members.slice(1),
  quorum: 4,
  policies: [],
}

const statements: Record<string, { setId: string; lane: Lane; nonce: string; head: string }> = {
  plain: { setId: setIdOf(firstRoster), lane: { ...lanes['plain']! }, nonce: '1', head: id('head one') },
  broadcast: { setId: setIdOf(nextRoster), lane: { ...lanes['broadcast']! }, nonce: '128', head: id('head two') },
  extreme: { setId: `0x${'ff'.repeat(32)}`, lane: { ...lanes['extreme']! }, nonce: maxUint(64n), head: `0x${'ff'.repeat(32)}` },
  zero: { setId: ZeroHash, lane: { ...lanes['plain']! }, nonce: '0', head: ZeroHash },
}

const headDigest = ({ setId, lane, nonce, head }: (typeof statements)[string]) =>
  TypedDataEncoder.hash(domain, headTypes, { setId, ...lane, nonce, head })

const rotation = { setId: setIdOf(firstRoster), nextSetId: setIdOf(nextRoster) }
const rotationDigest = TypedDataEncoder.hash(domain, rotationTypes, rotation)

function write(name: string, content: unknown) {
  writeFileSync(new URL(`./${name}.json`, import.meta.url), `${JSON.stringify(content, null, 2)}\n`)
}

write('lane', { cases: Object.entries(lanes).map(([name, lane]) => ({ name, lane, key: laneKey(lane) })) })
write('leaf', {
  cases: Object.entries(messages).map(([name, { lane, message }]) => ({
    name,
    lane,
    message,
    payloadHash: keccak256(message.payload),
    header: headerOf(message),
    leaf: leafOf(lane, message),
  })),
})
write('head', {
  cases: Object.entries(foldings).map(([name, folding]) => ({ name, ...folding, heads: headsOf(folding.headBefore, folding.leaves) })),
})
write('attestation', {
  domain,
  domainSeparator: TypedDataEncoder.hashDomain(domain),
  headType: TypedDataEncoder.from(headTypes).encodeType('Head'),
  rotationType: TypedDataEncoder.from(rotationTypes).encodeType('Rotation'),
  rosters: [firstRoster, nextRoster].map((roster) => ({ roster, setId: setIdOf(roster) })),
  heads: Object.entries(statements).map(([name, statement]) => {
    const digest = headDigest(statement)
    return { name, statement, digest, signatures: signed(digest) }
  }),
  rotations: [{ name: 'plain', statement: rotation, digest: rotationDigest, signatures: signed(rotationDigest) }],
})
