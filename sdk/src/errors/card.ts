import { BaseError } from './base.ts'

/** One thing that is wrong with an agent card: where in the document, and what. */
export type CardProblem = { readonly path: string; readonly reason: string }

/** A document that is no agent card, or not the card of the agent it was taken for. */
export class CardInvalidError extends BaseError {
  override readonly name = 'CardInvalidError'
  readonly problems: readonly CardProblem[]

  constructor(problems: readonly CardProblem[]) {
    const paths = problems.map(({ path }) => path).join(', ')
    super(`The agent card is not valid: ${paths}.`, {
      metaMessages: problems.map(({ path, reason }) => `  ${path}: ${reason}`),
    })
    this.problems = problems
  }
}

/** An agent card could not be had from where its agent says it is. */
export class CardUnavailableError extends BaseError {
  override readonly name = 'CardUnavailableError'
  readonly uri: string

  constructor({ uri, fact, cause }: { readonly uri: string; readonly fact: string; readonly cause?: unknown }) {
    const shown = uri.length > 200 ? `${uri.slice(0, 200)}...` : uri
    super(`The agent card at ${shown} cannot be had: ${fact}.`, {
      metaMessages: ['Try again later, or take the card from elsewhere: its digest tells whether it is the same.'],
      ...(cause === undefined ? {} : { cause }),
      retryable: true,
    })
    this.uri = uri
  }
}
