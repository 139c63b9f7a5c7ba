import {
  compactSignatureToHex,
  type Hex,
  hashTypedData,
  isAddressEqual,
  parseSignature,
  recoverAddress,
  signatureToCompactSignature,
  size,
} from 'viem'
import { AcceptancesInvalidError } from '../errors/charter.ts'
import { type AgreementHome, acceptanceTypedData } from './typedData.ts'
import type { Acceptance, Acceptances, Proposal } from './types.ts'

/** What `collectAcceptances` takes. */
export type CollectAcceptancesParameters = AgreementHome & {
  readonly proposal: Proposal
  /** What each of them says. */
  readonly expiry: number
  readonly acceptances: readonly Acceptance[]
}

/**
 * Acceptances in the form that `agree` takes: sorted, each participant once, keys in 64 bytes each. A signature that is not of the participant's key
 * is for its contract to judge.
 *
 * @throws AcceptancesInvalidError when one is of nobody who takes part, or a participant accepted twice.
 * @example
 * ```ts
 * import { agreement } from '@hanse/sdk'
 *
 * const all = await agreement.collectAcceptances({ chainId: 1, agreements, proposal, expiry, acceptances })
 * ```
 */
export async function collectAcceptances({ proposal, expiry, acceptances, ...home }: CollectAcceptancesParameters): Promise<Acceptances> {
  const { participants } = proposal.intent
  const placed = acceptances.map((acceptance) => {
    const index = participants.findIndex((participant) => isAddressEqual(participant, acceptance.participant))
    if (index < 0) throw new AcceptancesInvalidError({ fact: `${acceptance.participant} accepted`, expected: 'participants only' })
    return { ...acceptance, index }
  })
  const sorted = placed.sort((a, b) => a.index - b.index)
  const twice = sorted.find(({ index }, place) => sorted[place - 1]?.index === index)
  if (twice) throw new AcceptancesInvalidError({ fact: `${twice.participant} accepted twice`, expected: 'each participant once' })
  const { intentHash, payload } = proposal
  const judged = await Promise.all(
    sorted.map(async ({ participant, signature, index }) => {
      const message = { intentHash, participant, expiry: BigInt(expiry), conditionsHash: payload.conditionsHash }
      const hash = hashTypedData(acceptanceTypedData({ ...home, ...message }))
      return { index, signature, key: await keyOf({ hash, participant, signature }) }
    }),
  )
  const signers = Array<bigint>(Math.ceil(participants.length / 256)).fill(0n)
  for (const { index, key } of judged) {
    const word = Math.floor(index / 256)
    if (key) signers[word] = (signers[word] ?? 0n) | (1n << BigInt(index % 256))
  }
  return {
    expiry: BigInt(expiry),
    signers,
    keys: judged.flatMap(({ key }) => (key === undefined ? [] : [key])),
    wallets: judged.flatMap(({ index, signature, key }) => (key === undefined ? [{ index, signature }] : [])),
  }
}

type Judged = { readonly hash: Hex; readonly participant: Hex; readonly signature: Hex }

/** The signature in 64 bytes, if it is one of the participant's key. */
async function keyOf({ hash, participant, signature }: Judged): Promise<{ r: Hex; vs: Hex } | undefined> {
  if (size(signature) !== 65) return undefined
  try {
    const signer = await recoverAddress({ hash, signature })
    if (!isAddressEqual(signer, participant)) return undefined
    const compact = compactSignatureToHex(signatureToCompactSignature(parseSignature(signature)))
    return { r: `0x${compact.slice(2, 66)}`, vs: `0x${compact.slice(66)}` }
  } catch {
    return undefined
  }
}
