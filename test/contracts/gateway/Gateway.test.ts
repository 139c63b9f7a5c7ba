import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  AbiCoder,
  type BytesLike,
  computeAddress,
  concat,
  dataLength,
  id,
  keccak256,
  Signature,
  SigningKey,
  TypedDataEncoder,
  toBeHex,
  ZeroHash,
} from 'ethers'
import { network } from 'hardhat'

const attestation = JSON.parse(readFileSync(new URL('../../vectors/attestation.json', import.meta.url), 'utf8'))
const coder = AbiCoder.defaultAbiCoder()
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
const keys = [1, 2, 3]
  .map((i) => id(`key ${i}`))
  .sort((left, right) => (BigInt(computeAddress(left)) < BigInt(computeAddress(right)) ? -1 : 1))
const roster = { previousSetId: ZeroHash, members: keys.map((key) => computeAddress(key)), quorum: 2, policies: [] }

/** One chain of its own, with the suite's gateway and watchers on it. */
async function startChain(chainId: number) {
  const { ethers } = await network.create({ override: { chainId } })
  const [admin] = await ethers.getSigners()
  const authority = await ethers.deployContract('AccessManager', [admin?.address])
  const gateway = await ethers.deployContract('Gateway', [authority])
  const watcherSet = await ethers.deployContract('WatcherSet', [authority, gateway])
  await watcherSet.adopt(roster)
  return { ethers, chainId, gateway, watcherSet, sender: admin?.address ?? '' }
}

type Chain = Awaited<ReturnType<typeof startChain>>

const laneOf = async (from: Chain, to: Chain) => ({
  originChainId: from.chainId,
  originGateway: await from.gateway.getAddress(),
  destinationChainId: to.chainId,
})

async function linkedChains() {
  const [a, b] = [await startChain(1001), await startChain(2002)]
  for (const [here, there] of [[a, b] as const, [b, a] as const]) {
    await here.gateway.linkLane(await laneOf(there, here), here.watcherSet, 0)
    await here.gateway.linkDestination(there.chainId)
  }
  return { a, b, lane: await laneOf(a, b) }
}

const addressOn = (chainId: number, account: string) => concat(['0x0001000002', toBeHex(chainId, 2), '0x14', account])

type Lane = Awaited<ReturnType<typeof laneOf>>
type Message = { sender: string; recipient: string; payload: string }

/** The leaf of a message with the default limits, from the text of the protocol. */
const leafOf = (lane: Lane, nonce: number, { sender, recipient, payload }: Message) =>
  keccak256(
    coder.encode(
      ['uint256', 'address', 'uint256', 'uint64', 'address', 'address', 'uint32', 'uint40', 'bytes32'],
      [lane.originChainId, lane.originGateway, lane.destinationChainId, nonce, sender, recipient, 200_000, 0, keccak256(payload)],
    ),
  )

const headerOf = ({ sender, recipient, payload }: Message) => ({
  senderAndLimits: concat([sender, toBeHex(200_000, 4), toBeHex(0, 5), toBeHex(dataLength(payload), 3)]),
  recipient: concat([recipient, toBeHex(0, 12)]),
})

const compact = (digest: BytesLike, key: string) => Signature.from(new SigningKey(key).sign(digest)).compactSerialized

describe('Gateway', () => {
  it('carries a message between two chains that share nothing, by what the protocol says alone', async () => {
    const { a, b, lane } = await linkedChains()
    const recipient = await b.ethers.deployContract('Recipient')
    const message = { sender: a.sender, recipient: await recipient.getAddress(), payload: '0x68656c6c6f' }
    const leaf = leafOf(lane, 0, message)
    const head = keccak256(concat([ZeroHash, leaf]))

    const to = addressOn(b.chainId, message.recipient)
    await expect(a.gateway.sendMessage(to, message.payload, []))
      .to.emit(a.gateway, 'LaneAdvanced')
      .withArgs(b.chainId, 1, head)
      .and.to.emit(a.gateway, 'MessageSent')
      .withArgs(leaf, addressOn(a.chainId, a.sender), to, message.payload, 0, [])
    expect(await a.gateway.lane(b.chainId)).to.deep.equal([1n, head])

    const setId = await b.watcherSet.setId()
    const digest = TypedDataEncoder.hash(attestation.domain, headTypes, { setId, ...lane, nonce: 1, head })
    expect(await b.watcherSet.headDigest(setId, lane, 1, head)).to.equal(digest)
    const proof = concat(['0x0000', ...keys.slice(0, 2).map((key) => compact(digest, key))])
    const laneKey = keccak256(coder.encode(['uint256', 'address', 'uint256'], Object.values(lane)))
    await expect(b.gateway.deliver(lane, 0, ZeroHash, [headerOf(message)], message.payload, [], proof))
      .to.emit(b.gateway, 'BatchDelivered')
      .withArgs(laneKey, 0, 1)
    expect(await recipient.getFunction('lastId')()).to.equal(leaf)
    expect(await recipient.getFunction('lastSender')()).to.equal(addressOn(a.chainId, a.sender))
    expect(await recipient.getFunction('lastPayload')()).to.equal(message.payload)
    expect(await b.gateway.statusOf(lane, 0)).to.equal(1n)
  })

  it('refuses one signature too few, with the head that nobody vouched for', async () => {
    const { a, b, lane } = await linkedChains()
    const message = { sender: a.sender, recipient: a.sender, payload: '0x' }
    await a.gateway.sendMessage(addressOn(b.chainId, message.recipient), '0x', [])
    const [, head] = await a.gateway.lane(b.chainId)
    const proof = concat(['0x0000', compact(await b.watcherSet.headDigest(await b.watcherSet.setId(), lane, 1, head), keys[0] ?? '')])
    const laneKey = keccak256(coder.encode(['uint256', 'address', 'uint256'], Object.values(lane)))
    await expect(b.gateway.deliver(lane, 0, ZeroHash, [headerOf(message)], '0x', [], proof))
      .to.be.revertedWithCustomError(b.gateway, 'HeadNotVouched')
      .withArgs(laneKey, 1, head)
  })
})

describe('WatcherSet', () => {
  it('agrees with the vectors on sets and digests', async () => {
    const { watcherSet } = await startChain(1001)
    for (const { roster: vector, setId } of attestation.rosters) expect(await watcherSet.setIdOf(vector)).to.equal(setId)
    for (const { statement, digest } of attestation.heads) {
      expect(await watcherSet.headDigest(statement.setId, statement.lane, statement.nonce, statement.head)).to.equal(digest)
    }
    for (const { statement, digest } of attestation.rotations) {
      expect(await watcherSet.rotationDigest(statement.setId, statement.nextSetId)).to.equal(digest)
    }
  })

  it('emits what a watcher must know of a new generation', async () => {
    const { watcherSet } = await startChain(1001)
    const previousSetId = await watcherSet.setId()
    const next = { ...roster, previousSetId, policies: [{ chainId: 1, kind: 2, depth: 0 }] }
    await expect(watcherSet.adopt(next))
      .to.emit(watcherSet, 'RosterAdopted')
      .withArgs(await watcherSet.setIdOf(next), previousSetId, roster.members, 2, [[1, 2, 0]])
  })
})
