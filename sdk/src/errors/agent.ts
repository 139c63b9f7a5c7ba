import { BaseError } from './base.ts'

/** Another process has the notes: a second start of the same agent, most likely. */
export class NotesInUseError extends BaseError {
  override readonly name = 'NotesInUseError'

  constructor({ path, cause }: { readonly path: string; readonly cause: unknown }) {
    super(`The notes in ${path} are in use by another process.`, {
      cause,
      retryable: true,
      metaMessages: ['End it first, or give this agent a file and a key of its own.'],
    })
  }
}

/** A body that is no description of a task. */
export class SpecInvalidError extends BaseError {
  override readonly name = 'SpecInvalidError'

  constructor(fact: string) {
    super(`The description of a task is not valid: ${fact}.`, {
      metaMessages: ['It is a JSON object with `capability`, the name of what is needed, and `input`. `task.encodeSpec` makes it.'],
    })
  }
}

/** An assignment ended while its work was under way. */
export class AssignmentLostError extends BaseError {
  override readonly name = 'AssignmentLostError'

  constructor({ taskId, fact }: { readonly taskId: string; readonly fact: string }) {
    super(`The assignment of task ${taskId} is lost: ${fact}.`, {
      metaMessages: ['Stop the work. What it kept is there when the task comes back.'],
    })
  }
}

/** The agent was told to stop. */
export class AgentStoppedError extends BaseError {
  override readonly name = 'AgentStoppedError'

  constructor() {
    super('The agent stops.', {
      retryable: true,
      metaMessages: ['Its next start goes on from what the work kept.'],
    })
  }
}

/** An agent was configured in a way that cannot work. */
export class AgentConfigError extends BaseError {
  override readonly name = 'AgentConfigError'

  constructor(fact: string, nextAction: string) {
    super(fact, { metaMessages: [nextAction] })
  }
}

/** A claim was not sent, because the account is used elsewhere too: a second start of the same agent, most likely. */
export class ClaimInterruptedError extends BaseError {
  override readonly name = 'ClaimInterruptedError'

  constructor({ account, fact }: { readonly account: string; readonly fact: string }) {
    super(`Nothing was claimed for ${account}: ${fact}.`, {
      retryable: true,
      metaMessages: ['If the agent runs elsewhere too, end one of them, or give each a key of its own.'],
    })
  }
}

/** An agent would have more of its own money in bonds than its policy lets it, by what it signed itself: its node shows less of it than there must be. */
export class StakeSpentError extends BaseError {
  override readonly name = 'StakeSpentError'

  constructor(parameters: {
    readonly chainId: number
    readonly token: string
    readonly put: bigint
    readonly amount: bigint
    readonly limit: bigint
  }) {
    const { chainId, token, put, amount, limit } = parameters
    super(
      `On chain ${chainId} ${put} of ${token} were put in and have not come back; ${amount} more are over the ${limit} of the policy.`,
      {
        retryable: true,
        metaMessages: ['Compare the deposit on another node: this one may lie. `policy.stakes` sets the limit.'],
      },
    )
  }
}
