import { FormatError } from '../errors/format.ts'
import type { Finality } from '../types.ts'
import { type ChainRule, type CharterDocument, conflictRules, type TokenForm } from './document.ts'
import { checkDocument } from './documentRules.ts'
import { addressOf, fieldsOf, listOf } from './jsonFields.ts'

/** What the JSON of a document says it is. */
export const documentFormat = 'hanse-charter-1'

/** A document as canonical JSON: keys in the order of the type, two spaces, no line break at the end. */
export function documentToJson(document: CharterDocument): string {
  return JSON.stringify({ format: documentFormat, ...document }, undefined, 2)
}

/**
 * Reads a document. Nothing that a charter does not have is let through, since two readers could mean different things by it.
 *
 * @throws FormatError naming the field that is missing, wrong or unknown; DocumentInvalidError when the document breaks a rule.
 * @example
 * ```ts
 * import { charter } from '@hanse/sdk'
 *
 * const document = charter.documentFromJson(text)
 * ```
 */
export function documentFromJson(text: string): CharterDocument {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new FormatError({ subject: 'The charter', fact: 'no JSON', expected: 'a document' })
  }
  const fields = fieldsOf('', parsed, ['format', 'name', 'members', 'quorum', 'isConflicting', 'chains', 'windows', 'policies', 'tokens'])
  fields.oneOf('format', [documentFormat])
  const document = {
    name: fields.text('name'),
    members: fields.list('members').map((item, index) => addressOf(item, `members[${index}]`)),
    quorum: fields.number('quorum'),
    isConflicting: fields.flag('isConflicting'),
    chains: fields.list('chains').map(chainOf),
    windows: windowsOf(fields.value('windows')),
    policies: policiesOf(fields.value('policies')),
    tokens: fields.list('tokens').map((group, index) => listOf(group, `tokens[${index}]`).map((form) => formOf(form, `tokens[${index}]`))),
  }
  checkDocument(document)
  return document
}

function chainOf(item: unknown, index: number): ChainRule {
  const fields = fieldsOf(`chains[${index}]`, item, ['chainId', 'finality', 'blockTime', 'relayTime', 'clockSkew', 'outage'])
  return {
    chainId: fields.number('chainId'),
    finality: finalityOf(fields.value('finality'), `chains[${index}].finality`),
    blockTime: fields.number('blockTime'),
    relayTime: fields.number('relayTime'),
    clockSkew: fields.number('clockSkew'),
    outage: fields.number('outage'),
  }
}

function finalityOf(item: unknown, path: string): Finality {
  const isDepth = typeof item === 'object' && item !== null && Reflect.get(item, 'kind') === 'depth'
  const fields = fieldsOf(path, item, isDepth ? ['kind', 'depth'] : ['kind'])
  if (isDepth) return { kind: 'depth', depth: fields.number('depth') }
  return { kind: fields.oneOf('kind', ['safe', 'finalized']) }
}

function windowsOf(item: unknown) {
  const fields = fieldsOf('windows', item, ['challenge', 'work', 'review', 'dispute', 'arbitration', 'grace'])
  return {
    challenge: fields.number('challenge'),
    work: fields.number('work'),
    review: fields.number('review'),
    dispute: fields.number('dispute'),
    arbitration: fields.number('arbitration'),
    grace: fields.number('grace'),
  }
}

function policiesOf(item: unknown) {
  const names = ['allocation', 'allocationParams', 'evaluator', 'arbitrator', 'conflict', 'isMembersOnly', 'maxLease']
  const fields = fieldsOf('policies', item, names)
  return {
    allocation: fields.address('allocation'),
    allocationParams: fields.hex('allocationParams'),
    evaluator: fields.address('evaluator'),
    arbitrator: fields.address('arbitrator'),
    conflict: fields.oneOf('conflict', conflictRules),
    isMembersOnly: fields.flag('isMembersOnly'),
    maxLease: fields.number('maxLease'),
  }
}

function formOf(item: unknown, path: string): TokenForm {
  const fields = fieldsOf(path, item, ['chainId', 'token', 'decimals'])
  return { chainId: fields.number('chainId'), token: fields.address('token'), decimals: fields.number('decimals') }
}
