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

/** No chains are known here. */
export class NetworkAbsentError extends BaseError {
  override readonly name = 'NetworkAbsentError'

  constructor({ cwd, wanted }: { cwd: string; wanted?: 'devnet' | 'suite' | undefined }) {
    const missing = { devnet: 'no devnet is up', suite: 'there is no hanse.json with address files in deployments/' }
    const facts = wanted === undefined ? [missing.devnet, missing.suite] : [missing[wanted]]
    super(`No chains are known in ${cwd}: ${facts.join(', and ')}.`, {
      metaMessages: [
        'Local chains, in seconds and without a key: hanse devnet up',
        'Test networks: hanse init contracts, then hanse deploy plan',
      ],
    })
  }
}

/** A chain that the network does not have, or none where one has to be named. */
export class ChainUnknownError extends BaseError {
  override readonly name = 'ChainUnknownError'

  constructor({ flag, word, known }: { flag: string; word: string | undefined; known: readonly string[] }) {
    super(word === undefined ? `${flag} is needed.` : `${flag} ${word} is none of the known chains.`, {
      metaMessages: [`Known: ${known.join(', ')}`, 'All about them: hanse chains'],
    })
  }
}

/** Nothing has the id. */
export class IdUnknownError extends BaseError {
  override readonly name = 'IdUnknownError'

  constructor({ what, id, known }: { what: string; id: string; known: readonly string[] }) {
    super(`No ${what} ${id} is on any known chain.`, {
      metaMessages: [
        `Asked: ${known.join(', ')}`,
        'A reorganisation may have taken it back. What is there: hanse task list, hanse agent list',
      ],
    })
  }
}

/** A thing stands where a verb is of no use. */
export class StepUselessError extends BaseError {
  override readonly name = 'StepUselessError'

  constructor({ subject, fact, next }: { subject: string; fact: string; next: string }) {
    super(`${subject} ${fact}.`, { metaMessages: [next] })
  }
}

/** A file cannot be used. */
export class FileUnusableError extends BaseError {
  override readonly name = 'FileUnusableError'

  constructor({ file, fact, next, cause }: { file: string; fact: string; next: string; cause?: unknown }) {
    super(`${file} ${fact}.`, { metaMessages: [next], cause })
  }
}
