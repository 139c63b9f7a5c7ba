import type { Writable } from 'node:stream'
import { Command, CommanderError } from 'commander'
import { type AnyCommand, argumentKey, type Context, type Outcome } from './command.ts'
import { exitCodeOf, exitCodes } from './exitCodes.ts'
import { commandsOf, type Group, groups, wordsOf } from './groups.ts'
import { ownVersion } from './ownVersion.ts'
import { createProgress } from './progress.ts'

/** What a run reads and writes. */
export type Surroundings = {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly stdout: Writable
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined }
}

/** Runs the command line and sets the exit code. Never throws. `table` is what there is to run. */
export async function main(argv: readonly string[] = process.argv.slice(2), table: readonly Group[] = groups): Promise<void> {
  // Set before anything else, so that a process whose work silently dries up does not look like success.
  process.exitCode = exitCodes.failed
  const { env, stdout, stderr } = process
  process.exitCode = await run(argv, { table, surroundings: { cwd: process.cwd(), env, stdout, stderr } })
}

type Running = { readonly table?: readonly Group[]; readonly surroundings: Surroundings }

/** Runs the command line somewhere, and gives its exit code. Never throws. */
export async function run(argv: readonly string[], { table = groups, surroundings }: Running): Promise<number> {
  const { stdout, stderr } = surroundings
  let exitCode: number = exitCodes.done
  const program = new Command('hanse')
    .description('Agents and contracts on different chains, working as one system')
    .version(ownVersion())
    .showHelpAfterError('Say --help after any command to see what it takes.')
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) })
  const onEnd = (code: number) => {
    exitCode = code
  }
  try {
    await attach({ program, argv, table, surroundings, words: () => wordsOf(table), onEnd })
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return await report(error, { isJson: argv.includes('--json'), surroundings })
  }
}

/** Where the result of a command goes. */
type Sink = { readonly surroundings: Surroundings; readonly words: Context['words']; readonly onEnd: (exitCode: number) => void }

/** Reads the files of the named group alone. */
async function attach({
  program,
  argv,
  table,
  ...sink
}: Sink & { program: Command; argv: readonly string[]; table: readonly Group[] }): Promise<void> {
  const first = argv.find((word) => !word.startsWith('-'))
  for (const group of table) {
    const parent = program.command(group.name).summary(group.summary).description(group.summary)
    if (group.name === first) await fill(parent, group, sink)
  }
  overrideExit(program)
}

async function fill(parent: Command, group: Group, sink: Sink): Promise<void> {
  for (const [verb, command] of await commandsOf(group)) {
    const parser = verb === undefined ? parent : parent.command(verb).summary(command.summary)
    describe(parser, command, sink)
  }
}

/** Errors of the parser come back as exceptions, at every level. */
function overrideExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
}

function describe(parser: Command, command: AnyCommand, { surroundings, words, onEnd }: Sink): void {
  const names = (command.arguments ?? []).map(({ name }) => argumentKey(name))
  parser.description(command.summary)
  for (const { name, summary } of command.arguments ?? []) parser.argument(name, summary)
  for (const option of command.options ?? []) parser.option(option.flags, option.summary, option.default)
  parser.option('--json', 'print the result as JSON')
  if (command.details) parser.addHelpText('after', `\n${command.details}`)
  parser.action(async (...values: unknown[]) => {
    const { json = false, ...options } = parser.opts()
    const positional = Object.fromEntries(names.map((name, index) => [name, values[index]]))
    const outcome = await execute(command, { ...options, ...positional }, { ...surroundings, words })
    surroundings.stdout.write(`${json ? JSON.stringify(outcome.result, undefined, 2) : outcome.text}\n`)
    onEnd(outcome.exitCode)
  })
}

async function execute(
  command: AnyCommand,
  raw: Record<string, unknown>,
  { cwd, env, stderr, words }: Surroundings & Pick<Context, 'words'>,
): Promise<Outcome> {
  const progress = await createProgress(stderr)
  const { confirm } = await import('./confirm.ts')
  const controller = new AbortController()
  const context: Context = { progress, cwd, env, signal: controller.signal, words, confirm }
  const interrupt = async () => {
    const { InterruptedError } = await import('./errors.ts')
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    controller.abort(new InterruptedError())
  }
  if (command.stopsItself) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  try {
    const outcome = await command.execute(raw, context)
    progress.end('done')
    return outcome
  } catch (error) {
    progress.end('failed')
    throw error
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
  }
}

/** An error of ours is said in its own words; anything else is a defect, and shown whole. */
async function report(
  error: unknown,
  { isJson, surroundings: { stdout, stderr } }: { isJson: boolean; surroundings: Surroundings },
): Promise<number> {
  const { errorJson, errorText } = await import('./report.ts')
  if (isJson) stdout.write(`${JSON.stringify(errorJson(error), undefined, 2)}\n`)
  else stderr.write(`${errorText(error)}\n`)
  return exitCodeOf(errorJson(error).error.code)
}
