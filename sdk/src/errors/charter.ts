import { BaseError } from './base.ts'

/** One rule in which two charters differ, in words. */
export type RuleDifference = {
  /** Where the rule stands in the document, such as `chains[10].finality`. */
  readonly rule: string
  readonly one: string
  readonly other: string
  /** The whole of it as a sentence. */
  readonly text: string
}

/** Two sides do not assume the same: the message names the first rule in which their charters differ, its details name all. */
export class CharterMismatchError extends BaseError {
  override readonly name = 'CharterMismatchError'
  readonly differences: readonly RuleDifference[]

  constructor(differences: readonly RuleDifference[]) {
    const [first] = differences
    const more = differences.length > 1 ? ` and ${differences.length - 1} more` : ''
    super(`The charters differ in ${first?.rule ?? 'nothing'}${more}. ${first?.text ?? ''}`.trim(), {
      metaMessages: differences.map(({ text }) => `  ${text}`),
    })
    this.differences = differences
  }
}

/** A charter's document breaks a rule of documents. */
export class DocumentInvalidError extends BaseError {
  override readonly name = 'DocumentInvalidError'
  readonly problems: readonly { readonly rule: string; readonly reason: string }[]

  constructor(problems: readonly { readonly rule: string; readonly reason: string }[]) {
    super(`The charter's document is not sound: ${problems.map(({ rule }) => rule).join(', ')}.`, {
      metaMessages: problems.map(({ rule, reason }) => `  ${rule}: ${reason}`),
    })
    this.problems = problems
  }
}

/** Acceptances do not make an agreement. */
export class AcceptancesInvalidError extends BaseError {
  override readonly name = 'AcceptancesInvalidError'

  constructor({ fact, expected }: { readonly fact: string; readonly expected: string }) {
    super(`The acceptances make no agreement: ${fact}, expected ${expected}.`)
  }
}

/** The data of an intent that calls itself a plan is none: it was not made by `agreement.createIntent`. */
export class PlanMalformedError extends BaseError {
  override readonly name = 'PlanMalformedError'

  constructor({ bytes, cause }: { readonly bytes: number; readonly cause: unknown }) {
    super(`The ${bytes} bytes of the intent are no plan, though its type says so. Do not sign it.`, {
      cause,
      metaMessages: ['Nobody can carry it out: ask the proposer for one that `agreement.createIntent` made.'],
    })
  }
}
