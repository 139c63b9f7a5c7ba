import { Command, CommanderError } from 'commander'
import { type AnyCommand, argumentKey, type Context, type Outcome } from './command.ts'
import { exitCodeOf, exitCodes } from './exitCodes.ts'
import { type Group, groups } from './groups.ts'
import { createProgress } from './progress.ts'

const version = '0.1.0'

/** Runs the command line and sets the exit code. Never throws. `table` is what there is to run. */
export async function main(argv: readonly string[] = process.argv.slice(2), table: readonly Group[] = groups): Promise<void> {
  // Set before anything else, so that a process whose work silently dries up does not look like success.
  process.exitCode = exitCodes.failed
  process.exitCode = await start(argv, table)
}

async function start(argv: readonly string[], table: readonly Group[]): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = new Command('hanse')
    .description('Agents and contracts on different chains, working as one system')
    .version(version)
    .showHelpAfterError('Say --help after any command to see what it takes.')
  try {
    await attach({ program, argv, table }, (code) => {
      exitCode = code
    })
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return await report(error, argv.includes('--json'))
  }
}

/** Reads the files of the named group alone. */
async function attach(
  { program, argv, table }: { program: Command; argv: readonly string[]; table: readonly Group[] },
  onEnd: (exitCode: number) => void,
): Promise<void> {
  const first = argv.find((word) => !word.startsWith('-'))
  for (const group of table) {
    const parent = program.command(group.name).summary(group.summary).description(group.summary)
    if (group.name === first) await fill(parent, group, onEnd)
  }
  overrideExit(program)
}

async function fill(parent: Command, group: Group, onEnd: (exitCode: number) => void): Promise<void> {
  if ('command' in group) return describe(parent, (await group.command()).command, onEnd)
  for (const [name, load] of Object.entries(group.commands)) {
    const { command } = await load()
    describe(parent.command(name).summary(command.summary), command, onEnd)
  }
}

/** Errors of the parser come back as exceptions, at every level. */
function overrideExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExit(child)
}

function describe(parser: Command, command: AnyCommand, onEnd: (exitCode: number) => void): void {
  const names = (command.arguments ?? []).map(({ name }) => argumentKey(name))
  parser.description(command.summary)
  for (const { name, summary } of command.arguments ?? []) parser.argument(name, summary)
  for (const option of command.options ?? []) parser.option(option.flags, option.summary, option.default)
  parser.option('--json', 'print the result as JSON')
  if (command.details) parser.addHelpText('after', `\n${command.details}`)
  parser.action(async (...values: unknown[]) => {
    const { json = false, ...options } = parser.opts()
    const positional = Object.fromEntries(names.map((name, index) => [name, values[index]]))
    const outcome = await execute(command, { ...options, ...positional })
    process.stdout.write(`${json ? JSON.stringify(outcome.result, undefined, 2) : outcome.text}\n`)
    onEnd(outcome.exitCode)
  })
}

async function execute(command: AnyCommand, raw: Record<string, unknown>): Promise<Outcome> {
  const progress = await createProgress(process.stderr)
  const { confirm } = await import('./confirm.ts')
  const controller = new AbortController()
  const context: Context = { progress, cwd: process.cwd(), env: process.env, signal: controller.signal, confirm }
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
async function report(error: unknown, json: boolean): Promise<number> {
  const { errorJson, errorText } = await import('./report.ts')
  if (json) process.stdout.write(`${JSON.stringify(errorJson(error), undefined, 2)}\n`)
  else process.stderr.write(`${errorText(error)}\n`)
  return exitCodeOf(errorJson(error).error.code)
}
