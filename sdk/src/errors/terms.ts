import { BaseError } from './base.ts'

/** One thing that is wrong with terms. */
export type TermProblem = { readonly field: string; readonly reason: string }

/** Terms that no escrow accepts. */
export class TermsInvalidError extends BaseError {
  override readonly name = 'TermsInvalidError'
  readonly problems: readonly TermProblem[]

  constructor(problems: readonly TermProblem[]) {
    const fields = problems.map(({ field }) => field).join(', ')
    super(`The terms cannot be posted: ${fields}.`, {
      metaMessages: problems.map(({ field, reason }) => `  ${field}: ${reason}`),
    })
    this.problems = problems
  }
}

/** What was to be signed would be refused, or bind the signer to what it cannot mean. Nothing was signed. */
export class SignatureRefusedError extends BaseError {
  override readonly name = 'SignatureRefusedError'
  readonly verb: string
  readonly problems: readonly TermProblem[]

  constructor({ verb, problems }: { readonly verb: string; readonly problems: readonly TermProblem[] }) {
    const fields = problems.map(({ field }) => field).join(', ')
    super(`${verb} signed nothing: ${fields}.`, {
      metaMessages: problems.map(({ field, reason }) => `  ${field}: ${reason}`),
    })
    this.verb = verb
    this.problems = problems
  }
}
