import type { Address, Hex, TypedDataDomain } from 'viem'

/** The two messages that judges of a panel sign (EIP-712). */
export const panelTypes = {
  Verdict: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'token', type: 'uint16' },
    { name: 'deliverable', type: 'bytes32' },
    { name: 'verdict', type: 'uint16' },
    { name: 'expiry', type: 'uint40' },
  ],
  Revision: [
    { name: 'taskId', type: 'bytes32' },
    { name: 'token', type: 'uint16' },
    { name: 'deliverable', type: 'bytes32' },
    { name: 'expiry', type: 'uint40' },
  ],
} as const

/** What a judge speaks about: a panel on a task's home, and the work that stands for review there. */
export type Judged = {
  readonly chainId: number
  readonly panel: Address
  readonly taskId: Hex
  readonly work: { readonly token: number; readonly deliverable: Hex }
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/** The EIP-712 domain of a panel. */
export function panelDomain({ chainId, panel }: Pick<Judged, 'chainId' | 'panel'>) {
  return { name: 'Hanse QuorumVerdict', version: '1', chainId, verifyingContract: panel } as const satisfies TypedDataDomain
}

/** What a judge signs for a verdict: see `decideByPanel`. */
export function verdictTypedData({ taskId, work, verdict, expiry, ...panel }: Judged & { readonly verdict: number }) {
  const message = { taskId, token: work.token, deliverable: work.deliverable, verdict, expiry }
  return { domain: panelDomain(panel), types: { Verdict: panelTypes.Verdict }, primaryType: 'Verdict', message } as const
}

/** What a judge signs for a revision: see `reviseByPanel`. */
export function revisionTypedData({ taskId, work, expiry, ...panel }: Judged) {
  const message = { taskId, token: work.token, deliverable: work.deliverable, expiry }
  return { domain: panelDomain(panel), types: { Revision: panelTypes.Revision }, primaryType: 'Revision', message } as const
}
