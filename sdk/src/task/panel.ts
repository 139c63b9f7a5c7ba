import type { Address, Hex } from 'viem'

/** A judge of a panel, and what it signed. */
export type JudgeSignature = { readonly judge: Address; readonly signature: Hex }

/** Signatures in the order that panels want: by judge, ascending, each once. The last of a judge counts. */
export function orderedSignatures(signatures: readonly JudgeSignature[]): readonly JudgeSignature[] {
  const byJudge = new Map(signatures.map((signature) => [BigInt(signature.judge), signature]))
  return [...byJudge].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, signature]) => signature)
}

/** Judges in the order that panels want. */
export function orderedJudges(judges: readonly Address[]): readonly Address[] {
  return orderedSignatures(judges.map((judge) => ({ judge, signature: '0x' }))).map(({ judge }) => judge)
}
