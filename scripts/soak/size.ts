import { parseArgs } from 'node:util'

/** How much of everything there is in a run. Seconds, unless they say otherwise. */
export type Size = {
  readonly tasks: number
  /** Accounts that post, that judge, and that work on each of the other chains. */
  readonly requesters: number
  readonly evaluators: number
  readonly workersOnEach: number
  /** Tasks that are open or in hand at a time. */
  readonly inFlight: number
  /** For how long a chain stands still. */
  readonly stop: number
  /** For how long a watcher is dead, and how long until the next one dies. */
  readonly dead: number
  readonly alive: number
  /** The run has failed when it is not over by then. */
  readonly limit: number
  readonly json: boolean
}

export const usage = `npm run soak -- [--tasks 1000] [--stop 60] [--limit 720] [--json]

  --tasks   remote tasks in all (default 1000)
  --stop    seconds for which one chain stands still (default 60; 5 below 200 tasks)
  --limit   seconds after which the run has failed (default 720)
  --json    prints one JSON object as the last line`

/** Reads the command line. Throws a `TypeError` that says what is wrong with it. */
export function sizeOf(argv: readonly string[]): Size | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...{ tasks: { type: 'string' }, stop: { type: 'string' }, limit: { type: 'string' } },
      ...{ json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    },
  })
  if (values.help) return 'help'
  const tasks = count('tasks', values.tasks, 1_000)
  const isLarge = tasks >= 200
  return {
    tasks,
    requesters: Math.min(10, Math.ceil(tasks / 10)),
    evaluators: Math.min(10, Math.ceil(tasks / 10)),
    workersOnEach: Math.min(20, Math.ceil(tasks / 10)),
    inFlight: 250,
    stop: count('stop', values.stop, isLarge ? 60 : 5),
    dead: isLarge ? 12 : 2,
    alive: isLarge ? 15 : 3,
    limit: count('limit', values.limit, 720),
    json: values.json ?? false,
  }
}

function count(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`--${name} ${text} is not a whole number above zero.\n\n${usage}`)
  return value
}
