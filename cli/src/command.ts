import type { z } from 'zod'
import type { Progress } from './progress.ts'

/** One word after `hanse`, with its verbs and what each takes; the verb of a word that has none is empty. */
export type Words = {
  readonly name: string
  readonly summary: string
  readonly verbs: readonly { readonly verb: string; readonly flags: readonly string[] }[]
}

/** What a command is given besides its input. */
export type Context = {
  /** Says on stderr what is happening. */
  readonly progress: Progress
  /** The directory of the user's project. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Aborts on the first interrupt, for a command with `stopsItself`; any other ends at once. */
  readonly signal: AbortSignal
  /** All that one can type. */
  readonly words: () => Promise<readonly Words[]>
  /** Asks yes or no on a terminal; `yes` answers in advance. Without both it throws ConfirmationMissingError. */
  readonly confirm: (question: string, parameters: { yes: boolean; flag: string }) => Promise<boolean>
}

/** One command: what it takes, what it gives, and what it does. */
export type CommandSpec<Input extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> = {
  /** Words after `hanse`, as in `devnet up`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** Shown under the options in the help: examples, environment variables. */
  readonly details?: string
  /** Positional arguments in order, as `<name>`, `[name]` or `[names...]`. Their values join the options under the same name. */
  readonly arguments?: readonly { readonly name: string; readonly summary: string }[]
  /** As commander writes them: `--chains <n>`. `--json` is there for every command. */
  readonly options?: readonly { readonly flags: string; readonly summary: string; readonly default?: string | boolean }[]
  /** Checks and types options and arguments, by their camel-case names. Values from the command line are strings and booleans. */
  readonly input: Input
  /** What `--json` prints. */
  readonly result: Result
  /** Whether an interrupt only aborts `context.signal` and the command then stops in its own way. */
  readonly stopsItself?: boolean
  /** Does it. What is heavy to load is imported in here, so that help is quick. */
  readonly run: (input: z.output<Input>, context: Context) => Promise<z.input<Result>>
  /** The result for people. */
  readonly render: (result: z.output<Result>) => string
  /** Default: 0. */
  readonly exitCode?: (result: z.output<Result>) => number
}

/** A command whose types are known only to itself. */
export type AnyCommand = Omit<CommandSpec, 'run' | 'render' | 'exitCode'> & {
  /** Checks the input, does it, checks the result. */
  readonly execute: (raw: unknown, context: Context) => Promise<Outcome>
}

/** What a run came to. */
export type Outcome = { readonly result: unknown; readonly text: string; readonly exitCode: number }

/**
 * Defines a command. Input and result are checked, so that what `--json` prints always fits the published schema.
 *
 * @example
 * ```ts
 * import { z } from 'zod'
 * import { defineCommand } from '../command.ts'
 *
 * export const command = defineCommand({
 *   name: 'double',
 *   summary: 'Double a number',
 *   arguments: [{ name: '<number>', summary: 'any number' }],
 *   input: z.object({ number: z.coerce.number() }),
 *   result: z.object({ doubled: z.number() }),
 *   run: async ({ number }) => ({ doubled: 2 * number }),
 *   render: ({ doubled }) => `${doubled}`,
 * })
 * ```
 */
export function defineCommand<Input extends z.ZodType, Result extends z.ZodType>(spec: CommandSpec<Input, Result>): AnyCommand {
  return {
    ...spec,
    execute: async (raw, context) => {
      const input = await spec.input.safeParseAsync(raw)
      if (!input.success) throw await invalid(spec, input.error)
      const result = spec.result.parse(await spec.run(input.data, context))
      return { result, text: spec.render(result), exitCode: spec.exitCode?.(result) ?? 0 }
    },
  }
}

async function invalid(spec: Pick<CommandSpec, 'name' | 'arguments'>, error: z.ZodError) {
  const { OptionInvalidError } = await import('./errors.ts')
  const problems = error.issues.map(({ path, message }) => ({ option: wordOf(spec, path), problem: message }))
  return new OptionInvalidError({ command: spec.name, problems })
}

/** The name of an argument without its brackets: what its value is called among the input. */
export const argumentKey = (name: string): string => name.replace(/[<>[\].]/g, '')

/** How the user writes it: an argument by its name in the usage, an option by its flag. */
function wordOf({ arguments: positional = [] }: Pick<CommandSpec, 'arguments'>, [name = 'input', ...rest]: readonly PropertyKey[]): string {
  const argument = positional.find((candidate) => argumentKey(candidate.name) === name)
  const flag = `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return [argument?.name ?? flag, ...rest.map(String)].join(' ')
}
