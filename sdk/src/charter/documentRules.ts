import { type Address, isAddress, isHash } from 'viem'
import { DocumentInvalidError } from '../errors/charter.ts'
import { type ChainRule, type CharterDocument, conflictRules, type TokenForm } from './document.ts'

/** One thing that is wrong with a document. */
export type DocumentProblem = { readonly rule: string; readonly reason: string }

/** The most members of a charter. */
export const maxMembers = 1_000

const uint24 = 2 ** 24 - 1
const uint32 = 2 ** 32 - 1

/**
 * All that is wrong with a document, by the rules of the contract.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * for (const { rule, reason } of charter.documentProblems(document)) console.log(rule, reason)
 * ```
 */
export function documentProblems(document: CharterDocument): readonly DocumentProblem[] {
  const { members, quorum, isConflicting, chains, tokens } = document
  const count = members.length
  return [
    ...when(count === 0 || count > maxMembers, 'members', `${count} of them, must be 1 to ${maxMembers}`),
    ...when(!members.every((member) => isAddress(member)), 'members', 'must be addresses'),
    ...when(!ascends(members, idOfAddress), 'members', 'must be strictly ascending and never zero'),
    ...when(!isWhole(quorum, count) || quorum === 0, 'quorum', `is ${quorum}, must be 1 to ${count}`),
    ...when(
      !isConflicting && 2 * quorum <= count,
      'quorum',
      `is ${quorum}, must be more than half of ${count} unless isConflicting says so`,
    ),
    ...when(!ascends(chains, ({ chainId }) => BigInt(chainId)), 'chains', 'must be strictly ascending by chain id'),
    ...chains.flatMap(chainProblems),
    ...windowProblems(document),
    ...policyProblems(document),
    ...tokens.flatMap(tokenProblems),
    ...when(
      !ascends(tokens, ([first]) => (first === undefined ? 0n : tokenKey(first))),
      'tokens',
      'groups must ascend by their first token',
    ),
    ...when(new Set(tokens.flat().map(tokenKey)).size !== tokens.flat().length, 'tokens', 'must name each token once'),
  ]
}

/**
 * Throws unless a document keeps every rule.
 *
 * @throws DocumentInvalidError naming every rule that it breaks.
 */
export function checkDocument(document: CharterDocument): void {
  const problems = documentProblems(document)
  if (problems.length > 0) throw new DocumentInvalidError(problems)
}

function chainProblems({ chainId, finality, blockTime, relayTime, clockSkew, outage }: ChainRule): DocumentProblem[] {
  const rule = `chains[${chainId}]`
  const isDepth = finality.kind !== 'depth' || isWhole(finality.depth, uint32)
  return [
    ...when(!Number.isSafeInteger(chainId) || chainId < 1, rule, 'must have a chain id'),
    ...when(!isDepth, `${rule}.finality`, 'must have a depth in blocks'),
    ...Object.entries({ blockTime, relayTime, clockSkew, outage }).flatMap(([name, value]) =>
      when(!isWhole(value, uint32), `${rule}.${name}`, `is ${value}, must be a whole number below 2^32`),
    ),
  ]
}

function windowProblems({ windows }: CharterDocument): DocumentProblem[] {
  return Object.entries(windows).flatMap(([name, value]) =>
    when(!isWhole(value, uint24), `windows.${name}`, `is ${value}, must be whole seconds below 2^24`),
  )
}

function policyProblems({ policies }: CharterDocument): DocumentProblem[] {
  const { allocation, allocationParams, evaluator, arbitrator, conflict, maxLease } = policies
  return [
    ...Object.entries({ allocation, evaluator, arbitrator }).flatMap(([name, value]) =>
      when(!isAddress(value), `policies.${name}`, 'must be an address'),
    ),
    ...when(!isHash(allocationParams), 'policies.allocationParams', 'must be 32 bytes'),
    ...when(!conflictRules.includes(conflict), 'policies.conflict', `must be one of ${conflictRules.join(', ')}`),
    ...when(!isWhole(maxLease, uint32), 'policies.maxLease', 'must be whole seconds below 2^32'),
  ]
}

function tokenProblems(forms: readonly TokenForm[], group: number): DocumentProblem[] {
  const rule = `tokens[${group}]`
  return [
    ...when(forms.length < 2, rule, 'must have at least two forms'),
    ...when(!ascends(forms, ({ chainId }) => BigInt(chainId)), rule, 'must be strictly ascending by chain id'),
    ...when(!forms.every(({ token }) => isAddress(token)), rule, 'must have an address for each form'),
    ...when(!forms.every(({ decimals }) => isWhole(decimals, 255)), rule, 'must have decimals for each form'),
  ]
}

function when(isWrong: boolean, rule: string, reason: string): DocumentProblem[] {
  return isWrong ? [{ rule, reason }] : []
}

function isWhole(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most
}

/** Zero for what is no address, so that it never ascends. */
function idOfAddress(address: Address): bigint {
  return isAddress(address) ? BigInt(address) : 0n
}

function tokenKey({ chainId, token }: TokenForm): bigint {
  return (BigInt(chainId) << 160n) | idOfAddress(token)
}

function ascends<item>(items: readonly item[], key: (item: item) => bigint): boolean {
  let previous = 0n
  return items.every((item) => {
    const isAfter = key(item) > previous
    previous = key(item)
    return isAfter
  })
}
