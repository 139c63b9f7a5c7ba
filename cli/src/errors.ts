import { BaseError } from '@hanse/sdk/errors'

/** A flag or an argument has a value that no run of the command could use. */
export class OptionInvalidError extends BaseError {
  override readonly name = 'OptionInvalidError'

  constructor({ command, problems }: { command: string; problems: readonly { option: string; problem: string }[] }) {
    super(`hanse ${command} cannot use what it was given.`, {
      metaMessages: [...problems.map(({ option, problem }) => `${option}: ${problem}`), `What it takes: hanse ${command} --help`],
    })
  }
}

/** A command would have to ask, and there is nobody to answer. */
export class ConfirmationMissingError extends BaseError {
  override readonly name = 'ConfirmationMissingError'

  constructor({ question, flag }: { question: string; flag: string }) {
    super(`Nobody can answer "${question}": this is not a terminal.`, { metaMessages: [`To go on without being asked: ${flag}`] })
  }
}

/** The user stopped the command. */
export class InterruptedError extends BaseError {
  override readonly name = 'InterruptedError'

  constructor() {
    super('Interrupted.')
  }
}
