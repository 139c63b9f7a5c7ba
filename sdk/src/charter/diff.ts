import { CharterMismatchError, type RuleDifference } from '../errors/charter.ts'
import type { Finality } from '../types.ts'
import type { ChainRule, CharterDocument, TokenForm } from './document.ts'

/** A rule by its name, in words. */
type Rules = ReadonlyMap<string, { readonly value: string; readonly about: string }>

/**
 * Where two documents differ, in words, in the order of a document. Empty: they say the same. The name does not count.
 *
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * for (const { text } of charter.diff(ours, theirs)) console.log(text)
 * // The finality of chain 10 (chains[10].finality) is "12 blocks" here and "1 block" there.
 * ```
 */
export function diff(one: CharterDocument, other: CharterDocument): readonly RuleDifference[] {
  const [here, there] = [rulesOf(one), rulesOf(other)]
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((rule) => {
    const [a, b] = [here.get(rule), there.get(rule)]
    if (a?.value === b?.value) return []
    const about = a?.about ?? b?.about ?? rule
    const [mine, yours] = [a?.value ?? 'not there', b?.value ?? 'not there']
    return [{ rule, one: mine, other: yours, text: `The ${about} (${rule}) is "${mine}" here and "${yours}" there.` }]
  })
}

/**
 * Throws unless two documents say the same: before anything is signed, claimed or paid under either.
 *
 * @throws CharterMismatchError whose message names the rule.
 */
export function requireSame(one: CharterDocument, other: CharterDocument): void {
  const differences = diff(one, other)
  if (differences.length > 0) throw new CharterMismatchError(differences)
}

function rulesOf(document: CharterDocument): Rules {
  const { members, quorum, isConflicting, chains, windows, policies, tokens } = document
  const entries = [
    ...members.map((member) => entry(`members[${member.toLowerCase()}]`, 'membership', 'member')),
    entry('quorum', 'quorum', `${quorum} of ${members.length}`),
    entry('isConflicting', 'right to contradict each other', isConflicting ? 'open' : 'none'),
    ...chains.flatMap(chainRules),
    ...Object.entries(windows).map(([name, value]) => entry(`windows.${name}`, `shortest ${name} window`, seconds(value, 'any'))),
    ...Object.entries(policies).map(([name, value]) =>
      entry(`policies.${name}`, policyNames.get(name) ?? name, String(value).toLowerCase()),
    ),
    ...tokens.flatMap((forms) => forms.map((form) => tokenRule(form, forms))),
  ]
  return new Map(entries)
}

type Entry = readonly [rule: string, { readonly value: string; readonly about: string }]

function entry(rule: string, about: string, value: string): Entry {
  return [rule, { value, about }]
}

const policyNames: ReadonlyMap<string, string> = new Map([
  ['allocation', 'allocation policy'],
  ['allocationParams', 'parameters of the allocation policy'],
  ['conflict', 'rule for conflicts'],
  ['isMembersOnly', 'restriction of claims to members'],
  ['maxLease', 'longest lease in seconds'],
])

function chainRules({ chainId, finality, blockTime, relayTime, clockSkew, outage }: ChainRule): Entry[] {
  const rule = `chains[${chainId}]`
  return [
    entry(`${rule}.finality`, `finality of chain ${chainId}`, finalityInWords(finality)),
    entry(`${rule}.blockTime`, `block time of chain ${chainId}`, `${blockTime} ms`),
    entry(`${rule}.relayTime`, `relay time of chain ${chainId}`, seconds(relayTime)),
    entry(`${rule}.clockSkew`, `clock skew of chain ${chainId}`, seconds(clockSkew)),
    entry(`${rule}.outage`, `outage allowance of chain ${chainId}`, seconds(outage)),
  ]
}

/** A group has no name: a form is described by those that it counts as. */
function tokenRule({ chainId, token, decimals }: TokenForm, group: readonly TokenForm[]): Entry {
  const others = group.filter((form) => form.chainId !== chainId).map((form) => `${form.token.toLowerCase()} on chain ${form.chainId}`)
  const rule = `tokens[${chainId}:${token.toLowerCase()}]`
  return entry(rule, `token ${token} of chain ${chainId}`, `${decimals} decimals, worth ${others.join(' and ')}`)
}

function finalityInWords(finality: Finality): string {
  if (finality.kind !== 'depth') return finality.kind
  return finality.depth === 1 ? '1 block' : `${finality.depth} blocks`
}

function seconds(value: number, zero = '0 seconds'): string {
  if (value === 0) return zero
  return value === 1 ? '1 second' : `${value} seconds`
}
