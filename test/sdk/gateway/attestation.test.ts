import { concat, encodeAbiParameters, keccak256, stringToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../../sdk/src/errors/format.ts'
import {
  headDigest,
  headTypedData,
  packProof,
  recoverSigner,
  type SignedHead,
  setIdOf,
  toCompact,
  unpackProof,
} from '../../../sdk/src/gateway/attestation.ts'

const word = (byte: string) => `0x${byte.repeat(32)}` as const
const statement = {
  setId: word('11'),
  lane: { originChainId: 31337n, originGateway: '0x00000000000000000000000000000000000000a1', destinationChainId: 31338n },
  nonce: 3n,
  head: word('22'),
} as const
const watchers = [1, 2, 3].map((index) => privateKeyToAccount(keccak256(stringToHex(`watcher ${index}`))))

describe('head attestations', () => {
  it('have the EIP-712 digest written out by hand', () => {
    const domainType = keccak256(stringToHex('EIP712Domain(string name,string version)'))
    const headType = keccak256(
      stringToHex('Head(bytes32 setId,uint256 originChainId,address originGateway,uint256 destinationChainId,uint64 nonce,bytes32 head)'),
    )
    const b32 = { type: 'bytes32' } as const
    const domain = keccak256(
      encodeAbiParameters([b32, b32, b32], [domainType, keccak256(stringToHex('Hanse WatcherSet')), keccak256(stringToHex('1'))]),
    )
    const struct = keccak256(
      encodeAbiParameters(
        [b32, b32, { type: 'uint256' }, { type: 'address' }, { type: 'uint256' }, { type: 'uint64' }, b32],
        [headType, statement.setId, 31337n, statement.lane.originGateway, 31338n, 3n, statement.head],
      ),
    )
    expect(headDigest(statement)).toBe(keccak256(concat(['0x1901', domain, struct])))
  })

  it('name their signer from both forms of signature', async () => {
    for (const watcher of watchers) {
      const signature = await watcher.signTypedData(headTypedData(statement))
      expect(await recoverSigner({ statement, signature })).toBe(watcher.address)
      expect(await recoverSigner({ statement, signature: toCompact(signature) })).toBe(watcher.address)
      expect(await recoverSigner({ statement: { ...statement, nonce: 4n }, signature })).not.toBe(watcher.address)
    }
  })
})

describe('proofs', () => {
  const signAll = (): Promise<SignedHead[]> =>
    Promise.all(
      watchers.map(async (watcher) => ({ signer: watcher.address, signature: await watcher.signTypedData(headTypedData(statement)) })),
    )

  it('hold signatures by ascending signers, whatever order they came in', async () => {
    const signatures = await signAll()
    const leaves = [word('aa'), word('bb')]
    const proof = packProof({ signatures, leaves })
    expect(packProof({ signatures: [...signatures].reverse(), leaves })).toBe(proof)
    const read = unpackProof(proof)
    expect(read.leaves).toEqual(leaves)
    const signers = await Promise.all(read.signatures.map((signature) => recoverSigner({ statement, signature })))
    expect(signers.map(BigInt)).toEqual(watchers.map(({ address }) => BigInt(address)).sort((a, b) => (a < b ? -1 : 1)))
  })

  it('refuse the same watcher twice, whatever the case of its address', async () => {
    const [first] = await signAll()
    if (first === undefined) return expect.unreachable()
    const again = { ...first, signer: first.signer.toLowerCase() as typeof first.signer }
    expect(() => packProof({ signatures: [first, again] })).toThrow(FormatError)
  })

  it('refuse bytes cut off or left over', async () => {
    const proof = packProof({ signatures: await signAll() })
    for (const wrong of ['0x', '0x00', `${proof}00`, proof.slice(0, -2), '0x0001', '0xffff'] as const) {
      expect(() => unpackProof(wrong as `0x${string}`)).toThrow(FormatError)
    }
  })
})

describe('set ids', () => {
  it('hash the roster as Solidity encodes it', () => {
    const members = [...watchers.map(({ address }) => address)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
    const policies = [
      { chainId: 31337n, finality: { kind: 'depth', depth: 4 } },
      { chainId: 31338n, finality: { kind: 'finalized' } },
    ] as const
    const expected = keccak256(
      encodeAbiParameters(
        [
          { type: 'bytes32' },
          { type: 'address[]' },
          { type: 'uint8' },
          { type: 'tuple[]', components: [{ type: 'uint256' }, { type: 'uint8' }, { type: 'uint32' }] },
        ],
        [
          word('00'),
          members,
          2,
          [
            [31337n, 0, 4],
            [31338n, 2, 0],
          ],
        ],
      ),
    )
    expect(setIdOf({ previousSetId: word('00'), members, quorum: 2, policies })).toBe(expected)
  })
})
