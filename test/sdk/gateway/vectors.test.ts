import { readFileSync } from 'node:fs'
import { type Address, concat, getAddress, type Hex, hashTypedData } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import {
  headDigest,
  headTypedData,
  packProof,
  recoverSigner,
  rotationTypedData,
  type SignedHead,
  setIdOf,
  toCompact,
  unpackProof,
} from '../../../sdk/src/gateway/attestation.ts'
import { packHeader, unpackHeader } from '../../../sdk/src/gateway/header.ts'
import { fold, foldAll, type Lane, laneKey, leafOf } from '../../../sdk/src/gateway/lane.ts'

type RawLane = { originChainId: string; originGateway: Address; destinationChainId: string }
type RawMessage = { nonce: string; sender: Address; recipient: Address; gasLimit: string; deliverBefore: string; payload: Hex }
type LaneCase = { name: string; lane: RawLane; key: Hex }
type LeafCase = { name: string; lane: RawLane; message: RawMessage; header: { senderAndLimits: Hex; recipient: Hex }; leaf: Hex }
type HeadCase = { name: string; headBefore: Hex; leaves: Hex[]; heads: Hex[] }
type RawSignature = { privateKey: Hex; signer: Address; r: Hex; vs: Hex }
type HeadVector = {
  name: string
  statement: { setId: Hex; lane: RawLane; nonce: string; head: Hex }
  digest: Hex
  signatures: RawSignature[]
}
type RawPolicy = { chainId: string; kind: number; depth: number }
type Attestation = {
  rosters: { roster: { previousSetId: Hex; members: Address[]; quorum: number; policies: RawPolicy[] }; setId: Hex }[]
  heads: HeadVector[]
  rotations: { statement: { setId: Hex; nextSetId: Hex }; digest: Hex; signatures: RawSignature[] }[]
}

function load<shape>(name: string): shape {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))
}

const laneOf = ({ originChainId, originGateway, destinationChainId }: RawLane): Lane => ({
  originChainId: BigInt(originChainId),
  originGateway,
  destinationChainId: BigInt(destinationChainId),
})

describe('vectors', () => {
  it.each(load<{ cases: LaneCase[] }>('lane').cases)('key of lane: $name', ({ lane, key }) => {
    expect(laneKey(laneOf(lane))).toBe(key)
  })

  it.each(load<{ cases: LeafCase[] }>('leaf').cases)('leaf and header: $name', ({ lane, message, header, leaf }) => {
    const { nonce, gasLimit, deliverBefore, ...rest } = message
    const plain = { ...rest, gasLimit: Number(gasLimit), deliverBefore: Number(deliverBefore) }
    expect(leafOf({ lane: laneOf(lane), nonce: BigInt(nonce), message: plain })).toBe(leaf)
    const packed = packHeader(plain)
    expect(packed).toEqual({ senderAndLimits: BigInt(header.senderAndLimits), recipient: BigInt(header.recipient) })
    expect(unpackHeader(packed)).toMatchObject({
      sender: getAddress(plain.sender),
      recipient: getAddress(plain.recipient),
      gasLimit: plain.gasLimit,
    })
  })

  it.each(load<{ cases: HeadCase[] }>('head').cases)('heads: $name', ({ headBefore, leaves, heads }) => {
    leaves.reduce((before, leaf, index) => {
      expect(fold(before, leaf)).toBe(heads[index])
      return fold(before, leaf)
    }, headBefore)
    expect(foldAll(headBefore, leaves)).toBe(heads.at(-1) ?? headBefore)
  })

  const { rosters, heads, rotations } = load<Attestation>('attestation')

  it.each(rosters)('set id $setId', ({ roster, setId }) => {
    const policies = roster.policies.map(({ chainId, kind, depth }) => ({
      chainId: BigInt(chainId),
      finality: kind === 0 ? ({ kind: 'depth', depth } as const) : ({ kind: kind === 1 ? 'safe' : 'finalized' } as const),
    }))
    expect(setIdOf({ ...roster, policies })).toBe(setId)
  })

  it.each(heads)('attestation: $name', async ({ statement: raw, digest, signatures }) => {
    const statement = { ...raw, lane: laneOf(raw.lane), nonce: BigInt(raw.nonce) }
    expect(headDigest(statement)).toBe(digest)
    const signed: SignedHead[] = []
    for (const { privateKey, signer, r, vs } of signatures) {
      const signature = await privateKeyToAccount(privateKey).signTypedData(headTypedData(statement))
      expect(toCompact(signature)).toBe(concat([r, vs]))
      expect(await recoverSigner({ statement, signature })).toBe(signer)
      signed.push({ signer, signature })
    }
    expect(unpackProof(packProof({ signatures: signed })).signatures).toHaveLength(signatures.length)
  })

  it.each(rotations)('rotation $digest', async ({ statement, digest, signatures }) => {
    expect(hashTypedData(rotationTypedData(statement))).toBe(digest)
    for (const { privateKey, r, vs } of signatures) {
      const signature = await privateKeyToAccount(privateKey).signTypedData(rotationTypedData(statement))
      expect(toCompact(signature)).toBe(concat([r, vs]))
    }
  })
})
