import { inspect } from 'node:util'
import { BaseError } from '@hanse/sdk/errors'
import { z } from 'zod'

/** What `--json` prints instead of a result when a command fails. */
export const errorSchema = z.object({
  error: z.object({
    /** Name of the error's class. */
    code: z.string(),
    message: z.string(),
    /** Values, and what to do. */
    details: z.array(z.string()),
    /** Whether the same command may succeed later. */
    retryable: z.boolean(),
  }),
})

/** Where it goes on from a refusal that names a thing, and from an error that says nothing more. */
function nextOf(error: BaseError): readonly string[] {
  const args: Readonly<Record<string, unknown>> = 'args' in error ? Object(error.args) : {}
  const thing = args.taskId ?? args.agentId ?? args.sendId
  if (typeof thing === 'string') return [`Why it stands where it stands: hanse why ${thing}`]
  return error.metaMessages.length === 0 ? ['What is wrong here, and what to do: hanse doctor'] : []
}

/** An error as JSON. */
export function errorJson(error: unknown): z.infer<typeof errorSchema> {
  if (error instanceof BaseError) {
    const { code, shortMessage: message, metaMessages, retryable } = error
    return { error: { code, message, details: [...metaMessages, ...nextOf(error)], retryable } }
  }
  return { error: { code: 'UnexpectedError', message: String(error), details: [inspect(error)], retryable: false } }
}

/** An error for people. */
export function errorText(error: unknown): string {
  if (!(error instanceof BaseError)) return `This should not have happened; please report it.\n${inspect(error)}`
  return [error.shortMessage, ...[...error.metaMessages, ...nextOf(error)].map((line) => `  ${line}`)].join('\n')
}
