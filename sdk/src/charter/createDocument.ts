import { getAddress } from 'viem'
import { anyPolicies, anyWindows, type CharterDocument, type CharterWindows, type Policies, type TokenForm } from './document.ts'
import { checkDocument } from './documentRules.ts'

/** What `createDocument` takes: what is left out is left open. */
export type CreateDocumentParameters = Partial<Omit<CharterDocument, 'windows' | 'policies'>> &
  Pick<CharterDocument, 'name' | 'members'> & {
    readonly windows?: Partial<CharterWindows>
    readonly policies?: Partial<Policies>
  }

/**
 * A document in its one canonical form: everything sorted, each member once, quorum more than half unless it is given.
 *
 * @throws DocumentInvalidError naming every rule that it breaks.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const document = charter.createDocument({
 *   name: 'Hansards',
 *   members: [alice, bob, carol],
 *   chains: [{ chainId: 10, finality: { kind: 'safe' }, blockTime: 2_000, relayTime: 30, clockSkew: 15, outage: 3_600 }],
 *   policies: { isMembersOnly: true },
 * })
 * ```
 */
export function createDocument({ name, members, quorum, ...rest }: CreateDocumentParameters): CharterDocument {
  const unique = [...new Set(members.map((member) => getAddress(member)))].sort((a, b) => compare(BigInt(a), BigInt(b)))
  const document = {
    name,
    members: unique,
    quorum: quorum ?? Math.floor(unique.length / 2) + 1,
    isConflicting: rest.isConflicting ?? false,
    chains: [...(rest.chains ?? [])].sort((a, b) => a.chainId - b.chainId),
    windows: { ...anyWindows, ...rest.windows },
    policies: { ...anyPolicies, ...rest.policies },
    tokens: (rest.tokens ?? []).map(sortForms).sort(([a], [b]) => compare(keyOf(a), keyOf(b))),
  }
  checkDocument(document)
  return document
}

function sortForms(forms: readonly TokenForm[]): readonly TokenForm[] {
  return forms.map((form) => ({ ...form, token: getAddress(form.token) })).sort((a, b) => a.chainId - b.chainId)
}

function keyOf(form: TokenForm | undefined): bigint {
  return form === undefined ? 0n : (BigInt(form.chainId) << 160n) | BigInt(form.token)
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
